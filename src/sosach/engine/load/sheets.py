"""The sheets of a workbook: which of them hold the register, which go on from the one before, which are left alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from sosach.engine.load.cells import cell_text
from sosach.engine.load.faults import columns_not_recognised
from sosach.engine.load.headings import SEARCHED_ROWS, Heading, find_heading, has_key_column
from sosach.engine.load.loaded import Note
from sosach.engine.load.parts import Reading
from sosach.engine.load.sources import Source

_LEAST_CONTINUED = 3  # columns from which a sheet without headings is taken for the continuation of the one before


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to read with what its columns mean; `heading.first_data_row` counts rows of the sheet."""

    name: str
    sheet: CalamineSheet
    heading: Heading


@dataclass(slots=True)
class _Choice:
    """Sheets sorted by what is to be done with them."""

    path: Path
    read: list[Sheet] = field(default_factory=list)
    hidden: list[Sheet] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    nearest: Heading | None = None
    first_row: Sequence[str] = ()

    def note(self, sheet: str, vi: str, en: str) -> None:
        self.notes.append(
            Note(f"{self.path.name} [{sheet}]", vi=f"Trang “{sheet}”: {vi}.", en=f"Sheet “{sheet}”: {en}.")
        )


def choose_sheets(book: CalamineWorkbook, source: Source, reading: Reading) -> tuple[list[Sheet], list[Note]]:
    """The visible sheets with the register's headings; hidden ones only when no visible one has them.

    Raises:
        SosachError: INPUT_COLUMNS, no sheet has them.
    """
    choice = _Choice(source.path)
    for meta in book.sheets_metadata:
        if meta.typ is SheetTypeEnum.WorkSheet:
            _judge(book.get_sheet_by_name(meta.name), choice, reading, visible=meta.visible is SheetVisibleEnum.Visible)
    if not choice.read and not choice.hidden:
        raise columns_not_recognised(
            source.path,
            register=reading.register,
            headings=choice.nearest.matches if choice.nearest else (),
            first_row=choice.first_row,
            has_heading=choice.nearest is not None,
        )
    for sheet in choice.hidden:
        if choice.read:
            choice.note(sheet.name, "trang tính ẩn, không đọc", "hidden sheet; not read")
        else:
            choice.note(sheet.name, "trang tính ẩn, đã đọc", "hidden sheet; read")
    return choice.read or choice.hidden, choice.notes


def _judge(sheet: CalamineSheet, choice: _Choice, reading: Reading, *, visible: bool) -> None:
    """Decide about one sheet."""
    if sheet.start is None:
        return
    top = [
        [cell_text(cell, "")[0] for cell in row]
        for row in islice(sheet.iter_rows(), sheet.start[0] + 2 * SEARCHED_ROWS)
    ]
    rows = [row for row in top if any(cell.strip() for cell in row)]
    if not rows:
        return
    heading = _placed(find_heading(reading.register, rows, reading.mapping), top)
    if heading and has_key_column(reading.register, heading):
        (choice.read if visible else choice.hidden).append(Sheet(sheet.name, sheet, heading))
    elif visible and choice.read and _continues(sheet, rows, choice.read[-1]):
        before = choice.read[-1]
        choice.read.append(Sheet(sheet.name, sheet, Heading(before.heading.matches, 0)))
        choice.note(
            sheet.name,
            f"không có tiêu đề, được đọc tiếp theo trang “{before.name}”",
            f"without headings; read as the continuation of “{before.name}”",
        )
    else:
        if heading or not choice.first_row:
            choice.nearest, choice.first_row = heading, rows[0]
        choice.note(
            sheet.name,
            "không có tiêu đề của sổ này, không đọc",
            "none of its headings belong to this register; not read",
        )


def _continues(sheet: CalamineSheet, rows: Sequence[Sequence[str]], before: Sheet) -> bool:
    """Whether a sheet without headings has the shape of the one before: same first column, same width, filled rows."""
    if sheet.start is None or before.sheet.start is None or sheet.start[1] != before.sheet.start[1]:
        return False
    wanted = len(before.heading.columns)
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    return (
        wanted >= _LEAST_CONTINUED
        and sheet.width in {before.sheet.width, before.sheet.width - 1}
        and sum(count * 2 >= wanted for count in filled) * 2 > len(rows)
    )


def _placed(heading: Heading | None, top: list[list[str]]) -> Heading | None:
    """The heading with its first data row counted in sheet rows, blank ones included."""
    if heading is None:
        return None
    filled = [at for at, row in enumerate(top) if any(cell.strip() for cell in row)]
    rows = heading.first_data_row
    return Heading(heading.matches, filled[rows - 1] + 1 if rows else 0)
