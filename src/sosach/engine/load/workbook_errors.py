"""Cells of XLSX sheets that hold an error (`#N/A`, `#REF!`): the reader of workbooks shows them as empty."""

import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

_CELL = re.compile(rb"<c\b([^>]*\bt=[\"']e[\"'][^>]*)>(?:(?!</c>).)*?<v>([^<]{1,30})</v>", re.DOTALL)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_CHUNK = 4 << 20
_OVERLAP = 4_096
_MOST = 200_000  # errors remembered; a sheet with more is an error as a whole
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

ErrorCells = dict[int, dict[int, str]]


def error_cells(path: Path, sheet: str) -> ErrorCells:
    """Row → column → error text (both 0-based) of one sheet; empty for formats other than XLSX."""
    found: ErrorCells = {}
    if not zipfile.is_zipfile(path):
        return found
    try:
        with zipfile.ZipFile(path) as archive:
            part = _sheet_part(archive, sheet)
            if part is None:
                return found
            count = 0
            with archive.open(part) as stream:
                window = b""
                while count < _MOST and (chunk := stream.read(_CHUNK)):
                    window = window[-_OVERLAP:] + chunk
                    count += _collect(window, found)
    except (
        zipfile.BadZipFile,
        ET.ParseError,
        KeyError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ):
        return found  # the sheet itself was read; only the wording of its error cells is missing
    return found


def _collect(window: bytes, found: ErrorCells) -> int:
    if b't="e"' not in window and b"t='e'" not in window:
        return 0
    count = 0
    for cell in _CELL.finditer(window):
        place = _PLACE.search(cell[1])
        if place:
            count += 1
            found.setdefault(int(place[2]) - 1, {})[_column(place[1])] = cell[2].decode("ascii", errors="replace")
    return count


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Name inside the archive of a sheet's XML."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return None
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - see above
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - see above
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for entry in book.iter():
        if entry.tag.endswith("}sheet") and entry.get("name") == sheet:
            target = targets.get(entry.get(_RELATION, ""), "").lstrip("/")
            part = target if target.startswith("xl/") else f"xl/{target}"
            return part if part in names else None
    return None
