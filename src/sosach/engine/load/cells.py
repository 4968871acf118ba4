"""Cells of workbooks as text: numbers without `.0`, dates as dd/mm/yyyy, and remarks on what a spreadsheet has spoiled."""

from datetime import date, datetime, time, timedelta

from sosach.engine.load import findings as codes

Cell = int | float | str | bool | date | datetime | time | timedelta | None

DATE_COLUMNS = frozenset({"birth_date", "registered_on", "owner_birth_date", "issued_on", "expires_on"})
_EXACT_DIGITS = 10**15  # a spreadsheet keeps 15 digits; what is longer has lost its end


def cell_text(cell: Cell, column: str) -> tuple[str, str | None]:
    """The text of a cell and the code of the remark it deserves, None for an ordinary one.

    >>> cell_text(109900000123.0, "pin")
    ('109900000123', None)
    >>> cell_text(date(2001, 2, 3), "plate")
    ('03/02/2001', 'SRC-12')
    """
    if isinstance(cell, str):
        return cell, codes.CELL_ERROR if cell.startswith("#") and cell in ERRORS else None
    if isinstance(cell, bool):
        return ("TRUE" if cell else "FALSE"), codes.CELL_BOOLEAN
    if isinstance(cell, int | float):
        return _number(cell)
    if cell is None:
        return "", None
    return _moment(cell), None if column in DATE_COLUMNS else codes.CELL_DATE


ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)


def _number(number: float) -> tuple[str, str | None]:
    if number != number or number in {float("inf"), float("-inf")}:  # noqa: PLR0124 - the test for NaN
        return str(number), codes.CELL_ERROR
    if number != int(number):
        return repr(number), None
    text = str(int(number))
    return text, codes.CELL_DIGITS if abs(number) >= _EXACT_DIGITS else None


def _moment(moment: date | datetime | time | timedelta) -> str:
    if isinstance(moment, datetime):
        day = f"{moment.day:02d}/{moment.month:02d}/{moment.year:04d}"
        return day if moment.time() == time.min else f"{day} {moment:%H:%M:%S}"
    if isinstance(moment, date):
        return f"{moment.day:02d}/{moment.month:02d}/{moment.year:04d}"
    return str(moment)
