"""Workbooks written fast: a styled XLSX template made once, filled many times with rows that stay text.

XlsxWriter draws the sheet once (styles, widths, frozen heading, filter, lists of choices). Filling it copies that drawing and
splices the rows, as ready XML, between its first and second half, deflated by ISA-L: thousands of work lists or a register of a
million records cost little more than their compression. Every cell is an inline string, so `=1+1` stays text and `0012` keeps its
zeros. Same rows, same bytes: no clock, no machine name in the file.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import xlsxwriter

from sosach.base.archive import ZipWriter

MAX_ROWS: Final = 1_048_576
"""Rows one sheet can hold, titles and heading included; a larger table becomes several files."""

MAX_CELL: Final = 32_767
"""Characters (UTF-16 units) one cell can hold."""

ROW_START: Final = "<row>"
ROW_END: Final = "</row>"

_SHEET = "xl/worksheets/sheet1.xml"
_STRINGS = "xl/sharedStrings.xml"
_BOOK = "xl/workbook.xml"
_EPOCH = datetime(2025, 7, 1, tzinfo=UTC)  # a constant, so that the same rows give the same bytes
_FORBIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"  # not characters of XML 1.0
_SPECIAL = re.compile(f"[&<>\r{_FORBIDDEN}\ud800-\udfff]|_x[0-9A-Fa-f]{{4}}_")
_REMOVED = re.compile(f"[{_FORBIDDEN}\ud800-\udfff]")
_ESCAPE_LIKE = re.compile("(?=_x[0-9A-Fa-f]{4}_)")
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the sheet.

    Attributes:
        heading: text of the heading cell.
        width: in characters.
        choices: values offered as a list in the cells below; any other value is still accepted, with a warning.
        fill: background colour of the cells (`#FFF2CC`), None for white: marks the columns somebody has to fill in.
        wrap: long text continues on the next line of the cell.
    """

    heading: str
    width: float = 16
    choices: tuple[str, ...] = ()
    fill: str | None = None
    wrap: bool = False


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


class WorkbookTemplate:
    """One sheet drawn once: optional title rows, a bold frozen heading with a filter, text cells below.

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
        if not columns:
            raise ValueError("a sheet needs a column")
        self.columns = tuple(columns)
        self.title_rows = title_rows
        self.capacity = MAX_ROWS - title_rows - 1
        drawn = _draw(self.columns, sheet_name, title_rows, frozen_columns)
        self._strings = drawn.pop(_STRINGS)
        self._book = drawn.pop(_BOOK)
        sheet = re.sub(rb"<dimension [^>]*/>", b"", drawn.pop(_SHEET))
        self._head, self._cells, self._tail = _split(sheet, len(self.columns))
        self._fixed = drawn
        self._row_format = ROW_START + "".join(cell.start + "%s" + cell.end for cell in self._cells) + ROW_END
        self._empties = {cell.start + cell.end: cell.empty for cell in self._cells}

    @property
    def cells(self) -> tuple[CellXml, ...]:
        """How each column's cell is written, for rows rendered elsewhere (see `row_sql`).

        A row is `<row>` + one cell for every column + `</row>`; cells carry no address, so none may be left out: an empty one
        is written as `empty`. Text is escaped as `escape_text` does.
        """
        return self._cells

    def row_sql(self, expressions: Sequence[str]) -> str:
        """The SQL expression (DuckDB) of a whole row's XML from one VARCHAR expression for each column.

        Its escaping is that of `escape_text`, except that nothing is cut.
        """
        pairs = zip(self._cells, expressions, strict=True)
        return f"concat('{ROW_START}', {', '.join(_cell_sql(cell, text) for cell, text in pairs)}, '{ROW_END}')"

    def write(self, path: Path, rows: Iterable[Sequence[str | None]], *, titles: Sequence[str] = ()) -> int:
        """Write a workbook from Python rows; returns the number of rows.

        Raises:
            ValueError: more rows than a sheet holds, more titles than title rows, or a row of another length.
        """
        return self.write_xml(path, self._render(rows), titles=titles)

    def write_xml(self, path: Path, chunks: Iterable[bytes], *, titles: Sequence[str] = ()) -> int:
        """Write a workbook from rows that are XML already, whole rows in each chunk; returns the number of rows.

        The file appears under its name only when it is complete.

        Raises:
            ValueError: more rows than a sheet holds, or more titles than title rows.
        """
        if len(titles) > self.title_rows:
            raise ValueError(f"{len(titles)} titles for {self.title_rows} title rows")
        part = path.with_name(path.name + ".part")
        try:
            with part.open("wb") as file, ZipWriter(file) as archive:
                for name, content in self._fixed.items():
                    archive.add(name, [content])
                archive.add(_STRINGS, [self._titled(titles)])
                count = self._add_sheet(archive, chunks)
                archive.add(_BOOK, [self._ranged(self._book, count)])
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return count

    def _add_sheet(self, archive: ZipWriter, chunks: Iterable[bytes]) -> int:
        count = 0

        def sheet() -> Iterable[bytes]:
            nonlocal count
            yield self._head
            for chunk in chunks:
                count += chunk.count(b"</row>")
                if count > self.capacity:
                    raise ValueError(f"more than {self.capacity} rows: write several files")
                yield chunk
            yield self._ranged(self._tail, count)

        archive.add(_SHEET, sheet())
        return count

    def _render(self, rows: Iterable[Sequence[str | None]]) -> Iterable[bytes]:
        iterator = iter(rows)
        while batch := list(islice(iterator, _BATCH)):
            text = "".join([self._row(row) for row in batch])
            for filled, empty in self._empties.items():
                text = text.replace(filled, empty)
            yield text.encode()

    def _row(self, row: Sequence[str | None]) -> str:
        texts = tuple(["" if text is None else text for text in row])
        if len(texts) != len(self.columns):
            raise ValueError(f"a row of {len(texts)} cells for {len(self.columns)} columns")
        joined = "\n".join(texts)
        if len(joined) > MAX_CELL // 2 or _SPECIAL.search(joined):
            texts = tuple(map(escape_text, texts))
        return self._row_format % texts

    def _titled(self, titles: Sequence[str]) -> bytes:
        strings = self._strings
        for number in range(self.title_rows):
            text = escape_text(titles[number]) if number < len(titles) else ""
            strings = strings.replace(_title_mark(number).encode(), text.encode())
        return strings

    def _ranged(self, xml: bytes, count: int) -> bytes:
        """The filter's range ends with the last row, not with the sheet."""
        last = self.title_rows + 1 + max(count, 1)
        return xml.replace(b"%d" % MAX_ROWS, b"%d" % last)


def _draw(columns: tuple[SheetColumn, ...], sheet_name: str, title_rows: int, frozen: int) -> dict[str, bytes]:
    """The parts of a workbook with titles, heading and one row of blank styled cells."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": _EPOCH})
    sheet = book.add_worksheet(sheet_name)
    large, small = book.add_format({"bold": True, "font_size": 14}), book.add_format({"italic": True})
    for number in range(title_rows):
        sheet.write_string(number, 0, _title_mark(number), small if number else large)
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"})
    for index, column in enumerate(columns):
        text = book.add_format({"num_format": "@", "valign": "top", **_look(column)})
        sheet.set_column(index, index, column.width, text)
        sheet.write_string(title_rows, index, column.heading, bold)
        sheet.write_blank(title_rows + 1, index, None, text)
        if column.choices:
            rule = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
            sheet.data_validation(title_rows + 1, index, MAX_ROWS - 1, index, rule)
    sheet.freeze_panes(title_rows + 1, frozen)
    sheet.autofilter(title_rows, 0, MAX_ROWS - 1, len(columns) - 1)
    sheet.repeat_rows(title_rows)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    book.close()
    with zipfile.ZipFile(buffer) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def _look(column: SheetColumn) -> dict[str, object]:
    look: dict[str, object] = {"text_wrap": column.wrap}
    return look | {"bg_color": column.fill, "border": 1, "border_color": "#BFBFBF"} if column.fill else look


def _title_mark(number: int) -> str:
    return f"@@TITLE-{number:03}@@"


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
