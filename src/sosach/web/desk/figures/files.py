"""A table written as CSV, XLSX or PDF."""

import csv
import io
import json
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import typst
import xlsxwriter

from sosach.web.desk.figures.tables import Cell, Table

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_EPOCH: Final = datetime(2025, 10, 24, tzinfo=UTC)  # a constant: same table, same bytes
_WIDEST: Final = 48


def as_csv(table: Table) -> bytes:
    """Heads and rows, UTF-8 with a mark so that spreadsheets read it; shares as fractions, days as yyyy-mm-dd.

    Text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    told = io.StringIO(newline="")
    writer = csv.writer(told, lineterminator="\r\n")
    writer.writerow([plain(head) for head in table.heads])
    writer.writerows([_written(cell) for cell in row] for row in _lines(table))
    return b"\xef\xbb\xbf" + told.getvalue().encode()


def as_xlsx(table: Table) -> bytes:
    """A workbook: what it is about above, numbers as numbers, text as text, the head frozen and filtered."""
    told = io.BytesIO()
    book = xlsxwriter.Workbook(told, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": table.title, "created": _EPOCH.replace(tzinfo=None)})
    looks = _looks(book)
    sheet = book.add_worksheet(_sheet_name(table.title))
    begin = len(table.facts) + 2
    sheet.write_string(0, 0, table.title, looks["title"])
    for place, fact in enumerate(table.facts, 1):
        sheet.write_string(place, 0, fact)
    for column, head in enumerate(table.heads):
        sheet.write_string(begin, column, str(head), looks["head"])
    lines = _lines(table)
    for place, row in enumerate(lines, begin + 1):
        for column, cell in enumerate(row):
            _put(sheet, (place, column), cell, looks)
    sheet.freeze_panes(begin + 1, 1)
    sheet.autofilter(begin, 0, begin + max(len(table.rows), 1), len(table.heads) - 1)
    for column, head in enumerate(table.heads):
        longest = max([len(str(head)), *(len(row[column].shown) for row in lines)])
        sheet.set_column(column, column, min(longest + 3, _WIDEST))
    if table.note:
        sheet.write_string(begin + len(lines) + 2, 0, table.note)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(begin)
    book.close()
    return told.getvalue()


def as_pdf(table: Table) -> bytes:
    """A printed page; the head of the table stands on every one."""
    told = {
        "title": table.title,
        "facts": list(table.facts),
        "heads": [str(head) for head in table.heads],
        "rows": [[cell.shown for cell in row] for row in table.rows],
        "total": [cell.shown for cell in table.total],
        "numeric": [_is_numeric(table, column) for column in range(len(table.heads))],
        "note": table.note,
        "wide": len(table.heads) > 6,
    }
    content = typst.compile(
        _layout(),
        format="pdf",
        ignore_system_fonts=True,  # the same page on every machine
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        timestamp=int(_EPOCH.timestamp()),
    )
    return bytes(content)


def plain(text: Any) -> str:
    """Text that no spreadsheet reads as a formula.

    >>> plain("=1+1"), plain("Thôn 1")
    ("'=1+1", 'Thôn 1')
    """
    told = str(text)
    return f"'{told}" if told.startswith(_FORMULA) else told


def _lines(table: Table) -> list[Any]:
    return [*table.rows, *([table.total] if table.total else [])]


def _written(cell: Cell) -> Any:
    if cell.value is None:
        return ""
    if isinstance(cell.value, date):
        return cell.value.isoformat()
    return (
        round(cell.value, 4) if isinstance(cell.value, float) else plain(cell.value) if _is_text(cell) else cell.value
    )


def _is_text(cell: Cell) -> bool:
    return isinstance(cell.value, str)


def _is_numeric(table: Table, column: int) -> bool:
    return bool(table.rows) and isinstance(table.rows[0][column].value, int | float | None)


def _put(sheet: Any, where: tuple[int, int], cell: Cell, looks: dict[str, Any]) -> None:
    if cell.value is None:
        sheet.write_blank(*where, None)
    elif isinstance(cell.value, date):
        sheet.write_datetime(*where, datetime(cell.value.year, cell.value.month, cell.value.day), looks["day"])  # noqa: DTZ001 - a day of a workbook has no zone
    elif isinstance(cell.value, str):
        sheet.write_string(*where, cell.value)
    else:
        sheet.write_number(*where, cell.value, looks["share" if cell.share else "number"])


def _looks(book: Any) -> dict[str, Any]:
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": "#EAEFEF"}),
        "number": book.add_format({"num_format": "#,##0.##"}),
        "share": book.add_format({"num_format": "0.0%"}),
        "day": book.add_format({"num_format": "dd/mm/yyyy"}),
    }


def _sheet_name(title: str) -> str:
    return "".join(" " if sign in r"[]:*?/\'" else sign for sign in title)[:31]


@cache
def _layout() -> bytes:
    return (files("sosach.web.desk.figures") / "table.typ").read_bytes()
