"""How the sheets of our workbooks look: columns, titles, filters, lists of choices, print set-up; drawn by XlsxWriter."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

MAX_ROWS: Final = 1_048_576
"""Rows one sheet can hold, titles and heading included; a larger table becomes several files."""

LINE_HEIGHT: Final = 15
"""Height of one line of text, in points."""

_LARGE_HEIGHT = 20  # of the first title: its letters carry marks above capitals
_LISTS = "Danh mục"
_EPOCH = datetime(2025, 7, 1, tzinfo=UTC)  # a constant, so that the same rows give the same bytes


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the sheet.

    Attributes:
        heading: text of the heading cell.
        width: in characters.
        choices: values offered as a list in the cells below; any other value is still accepted, with a warning.
        fill: background colour of the cells (`#FFF2CC`), None for white: marks the columns somebody has to fill in.
        wrap: long text continues on the next line of the cell.
        hidden: the column is there and not shown: keys of rows.
        open: its cells may be changed in a protected sheet.
    """

    heading: str
    width: float = 16
    choices: tuple[str, ...] = ()
    fill: str | None = None
    wrap: bool = False
    hidden: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class SheetDesign:
    """How one sheet looks.

    Attributes:
        name: on the tab, at most 31 characters.
        columns: left to right.
        title_rows: rows above the heading; their texts are given when writing, the first one is set large.
        frozen_columns: columns that stay when scrolling to the right, and stand again on every printed page.
        pages_wide: printed pages side by side (A4 landscape), one after the other; as many as needed downwards.
        protected: only cells of open columns may be changed; whoever wants can lift it, there is no password.
        hidden: the sheet is not shown, nor among those a user can show.
    """

    name: str
    columns: tuple[SheetColumn, ...]
    title_rows: int = 0
    frozen_columns: int = 0
    pages_wide: int = 1
    protected: bool = False
    hidden: bool = False


def draw(designs: Sequence[SheetDesign], notes: Sequence[str], notes_name: str) -> dict[str, bytes]:
    """The parts of a workbook whose sheets have titles, heading and one row of blank styled cells."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": _EPOCH})
    sheets = [book.add_worksheet(design.name) for design in designs]
    if notes:
        _draw_notes(book, notes, notes_name)
    sources = _draw_choices(book, designs)
    for number, (design, sheet) in enumerate(zip(designs, sheets, strict=True)):
        _draw_sheet(book, sheet, design, number, sources)
    book.close()
    with zipfile.ZipFile(buffer) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def _draw_sheet(
    book: Any, sheet: Any, design: SheetDesign, number: int, sources: Mapping[tuple[str, ...], str]
) -> None:
    large, small = book.add_format({"bold": True, "font_size": 14}), book.add_format({"italic": True})
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"})
    plain = book.add_format({"num_format": "@", "valign": "top"})
    heading, last = design.title_rows, last_row(number) - 1
    for row in range(heading):
        sheet.write_string(row, 0, title_mark(number, row), small if row else large)
    for index, column in enumerate(design.columns):
        text = book.add_format({"num_format": "@", "valign": "top", **_look(column)})
        sheet.set_column(index, index, column.width, plain, {"hidden": True} if column.hidden else None)
        sheet.write_string(heading, index, column.heading, bold)
        sheet.write_blank(heading + 1, index, None, text)
        if column.choices:
            source = sources.get(column.choices) or list(column.choices)
            rule = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(heading + 1, index, last, index, rule)
    if any(len(column.heading) > column.width for column in design.columns):
        sheet.set_row(heading, 2 * LINE_HEIGHT)
    if heading:
        sheet.set_row(0, _LARGE_HEIGHT)
    sheet.freeze_panes(heading + 1, design.frozen_columns)
    sheet.autofilter(heading, 0, last, len(design.columns) - 1)
    sheet.repeat_rows(heading)
    if design.frozen_columns:
        sheet.repeat_columns(0, design.frozen_columns - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(design.pages_wide, 0)
    if design.pages_wide > 1:
        sheet.print_across()
    sheet.hide_gridlines(0)  # none hidden: printed as well
    sheet.set_footer("&L&A&R&P/&N")
    _close(sheet, design)


def _close(sheet: Any, design: SheetDesign) -> None:
    if design.protected:
        allowed = ("sort", "autofilter", "format_columns", "format_rows")
        sheet.protect("", dict.fromkeys(allowed, True))
    if design.hidden:
        sheet.very_hidden()


def _draw_notes(book: Any, notes: Sequence[str], name: str) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 110)
    large = book.add_format({"bold": True, "font_size": 14})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    for row, line in enumerate(notes):
        sheet.write_string(row, 0, line, plain if row else large)


def _draw_choices(book: Any, designs: Sequence[SheetDesign]) -> dict[tuple[str, ...], str]:
    """Put lists of choices a cell cannot carry (255 characters, no comma) on a hidden sheet; gives their ranges."""
    wanted = dict.fromkeys(column.choices for design in designs for column in design.columns)
    large = [choices for choices in wanted if len(",".join(choices)) > 255 or any("," in choice for choice in choices)]
    if not large:
        return {}
    sheet = book.add_worksheet(_LISTS)
    sheet.hide()
    ranges = {}
    for index, choices in enumerate(large):
        for row, choice in enumerate(choices):
            sheet.write_string(row, index, choice)
        letters = xl_col_to_name(index)
        ranges[choices] = f"='{_LISTS}'!${letters}$1:${letters}${len(choices)}"
    return ranges


def _look(column: SheetColumn) -> dict[str, object]:
    look: dict[str, object] = {"text_wrap": column.wrap}
    if column.open:
        look["locked"] = False
    return look | {"bg_color": column.fill, "border": 1, "border_color": "#BFBFBF"} if column.fill else look


def title_mark(sheet: int, number: int) -> str:
    """The text that stands in a drawn title row until its own is written."""
    return f"@@TITLE-{sheet:02}-{number:03}@@"


def sheet_part(number: int) -> str:
    """Name of a sheet's part in the workbook's archive, counted from 0."""
    return f"xl/worksheets/sheet{number + 1}.xml"


def last_row(number: int) -> int:
    """The last row a drawn sheet's ranges name, another one for each sheet: it marks where the true one goes."""
    return MAX_ROWS - number
