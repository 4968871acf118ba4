"""Workbooks written fast: a styled XLSX template made once, filled many times with rows that stay text.

XlsxWriter draws the sheet once (styles, widths, frozen heading, filter, lists of choices). Filling it copies that drawing and
splices the rows, as ready XML, between its first and second half, deflated by ISA-L: thousands of work lists or a register of a
million records cost little more than their compression. Every cell is an inline string, so `=1+1` stays text and `0012` keeps its
zeros. Same rows, same bytes: no clock, no machine name in the file.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape  # nosec B406  # escapes text, parses nothing

from sosach.base.archive import ZipWriter, pack
from sosach.base.sheets import MAX_ROWS, SheetColumn, SheetDesign, draw, last_row, sheet_part, title_mark

__all__ = [
    "MAX_CELL",
    "MAX_ROWS",
    "ROW_END",
    "ROW_START",
    "BookTemplate",
    "CellXml",
    "SheetColumn",
    "SheetDesign",
    "SheetRows",
    "SheetTemplate",
    "WorkbookTemplate",
    "escape_text",
]

MAX_CELL: Final = 32_767
"""Characters (UTF-16 units) one cell can hold."""

ROW_START: Final = "<row>"
ROW_END: Final = "</row>"

_STRINGS = "xl/sharedStrings.xml"
_BOOK = "xl/workbook.xml"
_FORBIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"  # not characters of XML 1.0
_SPECIAL = re.compile(f"[&<>\r{_FORBIDDEN}\ud800-\udfff]|_x[0-9A-Fa-f]{{4}}_")
_REMOVED = re.compile(f"[{_FORBIDDEN}\ud800-\udfff]")
_ESCAPE_LIKE = re.compile("(?=_x[0-9A-Fa-f]{4}_)")
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class CellXml:
    """The pieces of one column's cell: `start + escaped text + end`, or `empty` when there is no text."""

    start: str
    end: str
    empty: str


def escape_text(text: str) -> str:
    r"""The text as it stands inside a cell's XML.

    `&`, `<` and `>` become entities; characters XML cannot hold are removed; a carriage return becomes a line feed; what Excel
    would decode (`_x0041_`) is protected; more than 32,767 characters are cut and end in `…`.

    >>> escape_text("A & B\x00 <c>")
    'A &amp; B &lt;c&gt;'
    """
    if len(text) > MAX_CELL // 2:
        text = _cut(text)
    if _SPECIAL.search(text) is None:
        return text
    text = _REMOVED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return escape(_ESCAPE_LIKE.sub("_x005F", text))


def _cut(text: str) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * MAX_CELL:
        return text
    return units[: 2 * (MAX_CELL - 1)].decode("utf-16-le", "ignore") + "…"


@dataclass(frozen=True, slots=True)
class SheetRows:
    """What one sheet is filled with.

    Attributes:
        titles: texts of the title rows.
        chunks: rows that are XML already, whole rows in each chunk.
        count: how many rows they are, when the caller knows; counted otherwise.
    """

    titles: Sequence[str]
    chunks: Iterable[bytes | memoryview]
    count: int | None = None


class SheetTemplate:
    """One drawn sheet, cut in two where its rows belong."""

    def __init__(self, design: SheetDesign, drawn: bytes, number: int) -> None:
        self.design = design
        self.capacity = MAX_ROWS - design.title_rows - 1
        sheet = re.sub(rb"<dimension [^>]*/>", b"", drawn)
        self.number = number
        self.head, self.cells, self._tail = _split(sheet, len(design.columns))
        self._row_format = ROW_START + "".join(cell.start + "%s" + cell.end for cell in self.cells) + ROW_END
        self._empties = {cell.start + cell.end: cell.empty for cell in self.cells}

    def row_sql(self, expressions: Sequence[str]) -> str:
        """The SQL expression (DuckDB) of a whole row's XML from one VARCHAR expression for each column.

        Its escaping is that of `escape_text`, except that nothing is cut.
        """
        pairs = zip(self.cells, expressions, strict=True)
        return f"concat('{ROW_START}', {', '.join(_cell_sql(cell, text) for cell, text in pairs)}, '{ROW_END}')"

    def render(self, rows: Iterable[Sequence[str | None]]) -> Iterable[bytes]:
        """The XML of Python rows, some thousand at a time.

        Raises:
            ValueError: a row of another length than the columns.
        """
        iterator = iter(rows)
        while batch := list(islice(iterator, _BATCH)):
            text = "".join([self._row(row) for row in batch])
            for filled, empty in self._empties.items():
                text = text.replace(filled, empty)
            yield text.encode()

    def ranged(self, xml: bytes, count: int) -> bytes:
        """The filter's range ends with the last row, not with the sheet."""
        last = self.design.title_rows + 1 + max(count, 1)
        return xml.replace(b"%d" % last_row(self.number), b"%d" % last)

    def tail(self, count: int) -> bytes:
        """What stands behind that many rows."""
        return self.ranged(self._tail, count)

    def _row(self, row: Sequence[str | None]) -> str:
        texts = tuple(["" if text is None else text for text in row])
        if len(texts) != len(self.cells):
            raise ValueError(f"a row of {len(texts)} cells for {len(self.cells)} columns")
        joined = "\n".join(texts)
        if len(joined) > MAX_CELL // 2 or _SPECIAL.search(joined):
            texts = tuple(map(escape_text, texts))
        return self._row_format % texts


class BookTemplate:
    """Sheets drawn once: optional title rows, a bold frozen heading with a filter, text cells below.

    Args:
        designs: the sheets, left to right.
        notes: a last sheet of plain lines, the first one large (how to use the others); none without lines.
        notes_name: its name.
    """

    def __init__(
        self, designs: Sequence[SheetDesign], *, notes: Sequence[str] = (), notes_name: str = "Hướng dẫn"
    ) -> None:
        if not designs or not all(design.columns for design in designs):
            raise ValueError("a sheet needs a column")
        drawn = draw(designs, notes, notes_name)
        self._strings = drawn.pop(_STRINGS)
        self._book = drawn.pop(_BOOK)
        self.sheets = tuple(
            SheetTemplate(design, drawn.pop(sheet_part(number)), number) for number, design in enumerate(designs)
        )
        self._fixed = [pack(name, content) for name, content in drawn.items()]

    def write_xml(self, path: Path, parts: Sequence[SheetRows]) -> list[int]:
        """Write a workbook from titles and rows for each sheet; returns the number of rows of each.

        The file appears under its name only when it is complete.

        Raises:
            ValueError: more rows than a sheet holds, or more titles than title rows.
        """
        for sheet, part in zip(self.sheets, parts, strict=True):
            if len(part.titles) > sheet.design.title_rows:
                raise ValueError(f"{len(part.titles)} titles for {sheet.design.title_rows} title rows")
        fresh = path.with_name(path.name + ".part")
        try:
            with fresh.open("wb") as file, ZipWriter(file) as archive:
                for fixed in self._fixed:
                    archive.add_packed(fixed)
                archive.add(_STRINGS, [self._titled([part.titles for part in parts])])
                counts, book = [], self._book
                for sheet, part in zip(self.sheets, parts, strict=True):
                    counts.append(_add_sheet(archive, sheet, part))
                    book = sheet.ranged(book, counts[-1])
                archive.add(_BOOK, [book])
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        return counts

    def _titled(self, titles_of: Sequence[Sequence[str]]) -> bytes:
        strings = self._strings
        for sheet, titles in zip(self.sheets, titles_of, strict=True):
            for number in range(sheet.design.title_rows):
                text = escape_text(titles[number]) if number < len(titles) else ""
                strings = strings.replace(title_mark(sheet.number, number).encode(), text.encode())
        return strings


class WorkbookTemplate:
    """A workbook of one sheet.

    Args:
        columns: the columns, left to right.
        sheet_name: name on the tab, at most 31 characters.
        title_rows: rows above the heading; their texts are given when writing, the first one is set large.
        frozen_columns: columns that stay when scrolling to the right.
    """

    def __init__(
        self,
        columns: Sequence[SheetColumn],
        *,
        sheet_name: str = "Danh sách",
        title_rows: int = 0,
        frozen_columns: int = 0,
    ) -> None:
        self.columns = tuple(columns)
        self.title_rows = title_rows
        self._book = BookTemplate([SheetDesign(sheet_name, self.columns, title_rows, frozen_columns)])
        self._sheet = self._book.sheets[0]
        self.capacity = self._sheet.capacity

    @property
    def cells(self) -> tuple[CellXml, ...]:
        """How each column's cell is written, for rows rendered elsewhere (see `row_sql`).

        A row is `<row>` + one cell for every column + `</row>`; cells carry no address, so none may be left out: an empty one
        is written as `empty`. Text is escaped as `escape_text` does.
        """
        return self._sheet.cells

    def row_sql(self, expressions: Sequence[str]) -> str:
        """The SQL expression (DuckDB) of a whole row's XML from one VARCHAR expression for each column.

        Its escaping is that of `escape_text`, except that nothing is cut.
        """
        return self._sheet.row_sql(expressions)

    def write(self, path: Path, rows: Iterable[Sequence[str | None]], *, titles: Sequence[str] = ()) -> int:
        """Write a workbook from Python rows; returns the number of rows.

        Raises:
            ValueError: more rows than a sheet holds, more titles than title rows, or a row of another length.
        """
        return self.write_xml(path, self._sheet.render(rows), titles=titles)

    def write_xml(self, path: Path, chunks: Iterable[bytes], *, titles: Sequence[str] = ()) -> int:
        """Write a workbook from rows that are XML already, whole rows in each chunk; returns the number of rows.

        The file appears under its name only when it is complete.

        Raises:
            ValueError: more rows than a sheet holds, or more titles than title rows.
        """
        return self._book.write_xml(path, [SheetRows(titles, chunks)])[0]


def _add_sheet(archive: ZipWriter, template: SheetTemplate, rows: SheetRows) -> int:
    count = rows.count or 0
    if count > template.capacity:
        raise ValueError(f"more than {template.capacity} rows: write several files")

    def sheet() -> Iterable[bytes | memoryview]:
        nonlocal count
        yield template.head
        for chunk in rows.chunks:
            if rows.count is None:
                count += bytes(chunk).count(b"</row>")
            if count > template.capacity:
                raise ValueError(f"more than {template.capacity} rows: write several files")
            yield chunk
        yield template.tail(count)

    archive.add(sheet_part(template.number), sheet())
    return count


def _split(sheet: bytes, width: int) -> tuple[bytes, tuple[CellXml, ...], bytes]:
    """What stands before the rows, how each cell is styled, what stands after the rows."""
    start = sheet.rindex(b"<row ")
    end = sheet.index(b"</sheetData>")
    styles = re.findall(rb'<c r="[A-Z]+\d+" s="(\d+)"/>', sheet[start:end])
    if len(styles) != width:
        raise AssertionError("the blank row of the drawing holds one styled cell for each column")
    return sheet[:start], tuple(_cell_xml(style.decode()) for style in styles), sheet[end:]


def _cell_xml(style: str) -> CellXml:
    start = f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">'
    return CellXml(start, "</t></is></c>", f'<c s="{style}"/>')


def _cell_sql(cell: CellXml, text: str) -> str:
    special = r"[&<>\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]|_x[0-9A-Fa-f]{4}_"
    removed = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
    plain = f"replace(replace({text}, chr(13) || chr(10), chr(10)), chr(13), chr(10))"
    plain = f"regexp_replace(regexp_replace({plain}, '{removed}', '', 'g'), '(_x[0-9A-Fa-f]{{4}}_)', '_x005F\\1', 'g')"
    escaped = f"replace(replace(replace({plain}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
    inner = f"CASE WHEN regexp_matches({text}, '{special}') THEN {escaped} ELSE {text} END"
    return f"CASE WHEN {text} IS NULL OR {text} = '' THEN '{cell.empty}' ELSE concat('{cell.start}', {inner}, '{cell.end}') END"
