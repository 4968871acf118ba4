"""Cells of XLSX sheets that hold an error (`#N/A`, `#REF!`): the reader of workbooks shows them as empty."""

import re
import zipfile
from html import unescape
from pathlib import Path

_CELL = re.compile(rb"<c\b([^>]*\bt=[\"']e[\"'][^>]*)>(?:(?!</c>).)*?<v>([^<]{1,30})</v>", re.DOTALL)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_CHUNK = 4 << 20
_OVERLAP = 4_096
_MOST = 200_000  # errors remembered; a sheet with more is an error as a whole
# Read with patterns, not with an XML parser: an entity in a hostile file expands to nothing here.
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_LINK = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r"""(?:\w+:)?(\w+)\s*=\s*(["'])(.*?)\2""", re.DOTALL)

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
    book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    targets = {link.get("Id"): link.get("Target", "") for link in map(_attributes, _LINK.findall(links))}
    for entry in map(_attributes, _SHEET.findall(book)):
        if entry.get("name") == sheet:
            target = targets.get(entry.get("id"), "").lstrip("/")
            part = target if target.startswith("xl/") else f"xl/{target}"
            return part if part in names else None
    return None


def _attributes(tag: str) -> dict[str, str]:
    """Attributes of a tag by their local names."""
    return {name: unescape(value) for name, _, value in _ATTRIBUTE.findall(tag)}
