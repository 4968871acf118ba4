"""Broken workbooks: types, sheets, damaged archives, wrong names."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

import xlsxwriter
from tests.engine.corpus.cases import (
    ANY_REFUSAL,
    COLUMNS,
    EMPTY,
    TABLES,
    UNREADABLE,
    VEHICLE_HEADINGS,
    Case,
    all_cells,
    file,
    vehicles,
)

from sosach.base.registers import Register

_COLUMNS = TABLES[Register.VEHICLES][2]
_ROWS = vehicles(20)
Fill = Callable[[xlsxwriter.Workbook], None]


def book(fill: Fill) -> bytes:
    """Bytes of a workbook, the same every time."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    workbook.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - a workbook knows no time zone
    fill(workbook)
    workbook.close()
    return out.getvalue()


def put(workbook: xlsxwriter.Workbook, rows: Sequence[Sequence[object]], *, name: str | None = None, at: tuple[int, int] = (0, 0), hidden: bool = False) -> None:  # fmt: skip
    """A sheet of plain cells."""
    sheet = workbook.add_worksheet(name)
    day = workbook.add_format({"num_format": "dd/mm/yyyy"})
    for down, row in enumerate(rows):
        for right, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(at[0] + down, at[1] + right, cell, day)
            elif isinstance(cell, str):
                sheet.write_string(at[0] + down, at[1] + right, cell)
            elif cell is not None:
                sheet.write(at[0] + down, at[1] + right, cell)
    if hidden:
        sheet.hide()


def _case(name: str, fill: Fill, **expected: object) -> Case:
    return Case(f"book/{name}", file("sổ.xlsx", book(fill)), **expected)  # type: ignore[arg-type] # fields of Case


_SOUND = [VEHICLE_HEADINGS, *_ROWS]
_CELLS = all_cells(_ROWS, _COLUMNS)


def layouts() -> Iterator[Case]:
    """Sheets and where the table stands in them."""
    yield _case("sound", lambda w: put(w, _SOUND), rows=20, clean=True, cells=_CELLS)
    for at in ((3, 0), (0, 2), (5, 4)):
        yield _case(f"at {at}", lambda w, at=at: put(w, _SOUND, at=at), rows=20, clean=True, cells=_CELLS)
    titled = [["DANH SÁCH XE"], [], ["Xã", "Hà Đông"], *_SOUND]
    yield _case("titles", lambda w: put(w, titled), rows=20, clean=True, cells=_CELLS)
    gaps = [*_SOUND[:5], [], [], *_SOUND[5:], [], [""] * 10]
    yield _case("blank rows", lambda w: put(w, gaps), rows=20, clean=True, cells=_CELLS)

    def merged(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.merge_range(0, 0, 0, 9, "DANH SÁCH XE MÔ TÔ")
        sheet.merge_range(2, 5, 2, 8, "Chủ xe")
        for at, heading in enumerate(VEHICLE_HEADINGS):
            if 5 <= at <= 8:
                sheet.write_string(3, at, heading)
            else:
                sheet.merge_range(2, at, 3, at, heading)
        for down, row in enumerate(_ROWS):
            sheet.write_row(4 + down, 0, row)

    yield _case("merged headings", merged, rows=20, clean=True, cells=_CELLS)
    yield _case("two sheets", lambda w: (put(w, _SOUND[:11]), put(w, [VEHICLE_HEADINGS, *_ROWS[10:]])), rows=20, clean=True, cells=_CELLS)  # fmt: skip
    yield _case("second sheet without headings", lambda w: (put(w, _SOUND[:11]), put(w, _ROWS[10:])), rows=20, clean=True, cells=_CELLS)  # fmt: skip
    yield _case(
        "guide first", lambda w: (put(w, [["Hướng dẫn nhập liệu"], ["Bước 1"]]), put(w, _SOUND)), rows=20, cells=_CELLS
    )
    yield _case("hidden copy", lambda w: (put(w, _SOUND), put(w, _SOUND, hidden=True)), rows=20, cells=_CELLS)
    yield _case(
        "only hidden matches", lambda w: (put(w, [["Ghi chú"]]), put(w, _SOUND, hidden=True)), rows=20, cells=_CELLS
    )
    yield _case("empty sheets", lambda w: (put(w, []), put(w, _SOUND), put(w, [])), rows=20, clean=True, cells=_CELLS)
    yield _case("chart", lambda w: (put(w, _SOUND), w.add_chartsheet().set_chart(_chart(w))), rows=20, cells=_CELLS)
    yield _case("all empty", lambda w: (put(w, []), put(w, [])), errors=COLUMNS | EMPTY)
    yield _case("heading only", lambda w: put(w, [VEHICLE_HEADINGS]), errors=EMPTY)
    yield _case("no heading", lambda w: put(w, _ROWS), errors=COLUMNS)
    yield _case("wide", lambda w: put(w, [[*VEHICLE_HEADINGS, *["?"] * 300], *([*row, *["x"] * 300] for row in _ROWS)]), rows=20, cells=_CELLS)  # fmt: skip
    yield _case("repeated heading", lambda w: put(w, [*_SOUND[:9], VEHICLE_HEADINGS, *_SOUND[9:]]), rows=21, findings=frozenset({"SRC-09"}))  # fmt: skip
    yield _case("totals", lambda w: put(w, [*_SOUND, [], ["Tổng cộng: 20"], ["", "", "", "", "", "Người lập biểu"]]), rows=22, findings=frozenset({"SRC-10"}))  # fmt: skip


def _chart(workbook: xlsxwriter.Workbook) -> object:
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": "=Sheet1!$A$1:$A$3"})
    return chart


def types() -> Iterator[Case]:
    """Cells that are no text."""
    tests: dict[str, tuple[int, object, str | None, str | None]] = {
        "whole number": (6, 1099000123.0, "1099000123", None),
        "twelve digits": (6, 109900000123, "109900000123", None),
        "sixteen digits": (6, 1234567890123456, "1234567890123456", "SRC-13"),
        "huge": (6, 1.099e20, "109900000000000000000", "SRC-13"),
        "fraction": (6, 12.5, "12.5", None),
        "negative": (6, -3.0, "-3", None),
        "date of birth": (7, date(1965, 2, 3), "03/02/1965", None),
        "moment": (7, datetime(1965, 2, 3, 4, 5), "03/02/1965 04:05:00", None),  # noqa: DTZ001 - a workbook knows no time zone
        "plate as date": (0, date(2029, 2, 1), "01/02/2029", "SRC-12"),
        "name as date": (5, date(2029, 2, 1), "01/02/2029", "SRC-12"),
        "logical": (5, True, "TRUE", "SRC-14"),
        "year": (7, 1965, "1965", None),
        "empty": (7, None, None, None),
        "line break": (8, "Số 3\nphường X", "Số 3\nphường X", None),
        "hash": (8, "#12 Lê Lợi", "#12 Lê Lợi", None),
        "error as text": (8, "#N/A", "#N/A", "SRC-11"),
        "quotes": (5, '"An"', '"An"', None),
        "spaces": (5, "  An ", "  An ", None),
        "long": (8, "x" * 32_000, "x" * 32_000, None),
    }
    for name, (at, cell, text, code) in tests.items():
        rows: list[list[object]] = [list(row) for row in _SOUND]
        rows[4][at] = cell
        codes = frozenset({code}) if code else frozenset()
        yield _case(f"cell/{name}", lambda w, rows=rows: put(w, rows), rows=20, findings=codes, clean=not code, cells={(3, _COLUMNS[at]): text})  # fmt: skip
    for number, error in enumerate(("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?")):

        def failing(workbook: xlsxwriter.Workbook, error: str = error) -> None:
            put(workbook, _SOUND)
            workbook.worksheets()[0].write_formula(3, 5, "=VLOOKUP(1,A1:A2,1,0)", None, error)

        yield _case(
            f"error/{number}", failing, rows=20, findings=frozenset({"SRC-11"}), cells={(2, "owner_name"): error}
        )


def archives() -> Iterator[Case]:
    """Workbooks whose file is damaged."""
    sound = book(lambda w: put(w, _SOUND))
    for name, suffix in {
        "xlsx named csv": ".csv",
        "xlsx named xls": ".xls",
        "xlsx named parquet": ".parquet",
        "no suffix": "",
    }.items():
        yield Case(f"book/{name}", file(f"a{suffix}", sound), rows=20, clean=True, cells=_CELLS)
    for offset in range(3, len(sound), len(sound) // 16):
        yield Case(f"book/cut/{offset}", file("a.xlsx", sound[:offset]), errors=ANY_REFUSAL)
    chance = random.Random(11)
    for number in range(30):
        damaged = bytearray(sound)
        for _ in range(chance.choice((1, 4, 40))):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        yield Case(f"book/flip/{number}", file("a.xlsx", bytes(damaged)), rows=20, errors=ANY_REFUSAL)
    names = zipfile.ZipFile(io.BytesIO(sound)).namelist()
    for name in names:
        for how in ("gone", "empty", "junk", "cut"):
            yield Case(f"book/{how}/{name}", file("a.xlsx", _without(sound, name, how)), rows=20, errors=ANY_REFUSAL)
    yield Case("book/ole junk", file("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3_000)), errors=UNREADABLE)
    yield Case("book/zip of csv", file("a.xlsx", _zip({"a.csv": b"Bien so\n29A1-12345\n"})), errors=UNREADABLE)
    yield Case("book/bomb", file("a.xlsx", _zip({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(300 << 20)})), errors=UNREADABLE)  # fmt: skip


def _zip(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _without(sound: bytes, victim: str, how: str) -> bytes:
    """The workbook with one of its parts missing or spoiled."""
    entries: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name != victim:
                entries[name] = content
            elif how != "gone":
                entries[name] = {"empty": b"", "junk": b"\xff\x00<not xml", "cut": content[: len(content) // 2]}[how]
    return _zip(entries)


def books() -> Iterator[Case]:
    """All workbooks."""
    for family in (layouts, types, archives):
        yield from family()
