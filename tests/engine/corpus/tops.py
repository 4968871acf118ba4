"""What stands above the rows: headings in every spelling, titles, two-line headings, doubled and missing headings."""

from collections.abc import Iterator, Sequence

from tests.engine.corpus.cases import COLUMNS, TABLES, VEHICLE_HEADINGS, Case, all_cells, render, text_case, vehicles

from sosach.base.registers import Register, column_names
from sosach.vn.encodings.tables import TCVN3
from sosach.vn.tables import table

_COLUMNS = TABLES[Register.VEHICLES][2]
_ROWS = vehicles(12)


def _headed(name: str, headings: Sequence[str], **expected: object) -> Case:
    text = render([headings, *_ROWS])
    return text_case(
        f"heading/{name}", text, **({"rows": 12, "clean": True, "cells": all_cells(_ROWS, _COLUMNS)} | expected)
    )


def _tcvn3(text: str) -> str:
    shown = {letter: chr(code) for code, letter in TCVN3.items()}
    return "".join(shown.get(letter, letter) for letter in text.lower())


def _vni(text: str) -> str:
    shown = {row["char"]: row["vni_windows"] for row in table("legacy_encodings")}
    return "".join(shown.get(letter, letter) for letter in text)


def spellings() -> Iterator[Case]:
    """The same headings as people and programs write them."""
    yield _headed("vietnamese", VEHICLE_HEADINGS)
    yield _headed("upper", [heading.upper() for heading in VEHICLE_HEADINGS])
    yield _headed("canonical", _COLUMNS)
    yield _headed("canonical upper", [name.upper() for name in _COLUMNS])
    yield _headed("camel", ["".join(word.title() for word in name.split("_")) for name in _COLUMNS])
    yield _headed("no accents", ("Bien so", "Loai xe", "Nhan hieu", "So khung", "So may", "Ho va ten chu xe", "So CCCD", "Ngay sinh", "Dia chi", "Ngay dang ky"))  # fmt: skip
    yield _headed("column names", ("BIEN_SO", "LOAI_XE", "NHAN_HIEU", "SO_KHUNG", "SO_MAY", "HO_TEN", "SO_CCCD", "NGAY_SINH", "DIA_CHI", "NGAY_DANG_KY"))  # fmt: skip
    yield _headed("abbreviations", ("BKS", "Loại PT", "Hiệu", "SK", "SM", "Chủ xe", "CMND/CCCD", "NTNS", "HKTT", "Ngày ĐK"), cells={(0, "plate"): _ROWS[0][0], (3, "owner_name"): _ROWS[3][5]})  # fmt: skip
    yield _headed("english", ("Plate", "Type", "Make", "VIN", "Engine No.", "Owner's name", "ID number", "Date of birth", "Address", "Registration date"))  # fmt: skip
    yield _headed("brackets", ("Biển số (*)", "Loại xe [danh mục]", "Nhãn hiệu", "Số khung (VIN)", "Số máy", "Chủ xe (cá nhân/tổ chức)", "Số CCCD (12 số)", "Ngày sinh (dd/mm/yyyy)", "Địa chỉ", "Ngày đăng ký"))  # fmt: skip
    yield _headed("numbered", [f"{number}. {heading}" for number, heading in enumerate(VEHICLE_HEADINGS, start=1)])
    yield _headed("line breaks", [heading.replace(" ", "\n") for heading in VEHICLE_HEADINGS])
    yield _headed("spaces", [f"  {heading.replace(' ', '   ')} " for heading in VEHICLE_HEADINGS])
    yield _headed("tcvn3", [_tcvn3(heading) for heading in VEHICLE_HEADINGS])
    yield _headed("vni", [_vni(heading) for heading in VEHICLE_HEADINGS])
    yield _headed("mojibake", [heading.encode().decode("latin-1") for heading in VEHICLE_HEADINGS])
    yield _headed("reversed words", ("Số biển", "Xe loại", "Hiệu nhãn", "Khung số", "Máy số", "Chủ xe họ tên", "CCCD số", "Sinh ngày", "Chỉ địa", "Ký ngày đăng"), cells={(0, "chassis_number"): _ROWS[0][3]})  # fmt: skip
    shuffled = sorted(range(10), key=lambda at: (at * 7) % 10)
    rows = [[row[at] for at in shuffled] for row in [VEHICLE_HEADINGS, *_ROWS]]
    yield text_case("heading/shuffled", render(rows), rows=12, clean=True, cells=all_cells(_ROWS, _COLUMNS))
    extra = [["STT", *VEHICLE_HEADINGS, "Ghi chú"], *(["1", *row, ""] for row in _ROWS)]
    yield text_case("heading/extra columns", render(extra), rows=12, clean=True, cells=all_cells(_ROWS, _COLUMNS))


def tops() -> Iterator[Case]:
    """Titles and other lines above the headings."""
    body = render([VEHICLE_HEADINGS, *_ROWS])
    for name, above in {
        "one title": "DANH SÁCH PHƯƠNG TIỆN\n",
        "padded titles": f"CÔNG AN XÃ,,,,,,,,,\n,,,,,,,,,\n,,,DANH SÁCH XE{',' * 6}\n",
        "eight titles": "".join(f"Dòng {number}\n" for number in range(8)),
        "quoted title": '"Danh sách, kèm công văn số 12"\n\n',
        "title with open quote": 'Danh sách "xe máy\n',
        "blank lines": "\n\n\n",
    }.items():
        yield text_case(f"top/{name}", above + body, rows=12, clean=True, cells=all_cells(_ROWS, _COLUMNS))
    numbering = ",".join(f"({number})" for number in range(1, 11)) + "\n"
    end = body.index("\n") + 1
    yield text_case("top/column numbers", body[:end] + numbering + body[end:], rows=12, clean=True)
    group = "Xe,,,,,Chủ xe,,,,Ngày đăng ký\n"
    below = "Biển số,Loại xe,Nhãn hiệu,Số khung,Số máy,Họ tên,CCCD,Ngày sinh,Địa chỉ,\n"
    yield text_case("top/two lines", group + below + body[end:], rows=12, clean=True, cells=all_cells(_ROWS, _COLUMNS))
    yield text_case("top/heading too far down", "Ghi chú\n" * 25 + body, errors=COLUMNS)
    twice = [[*VEHICLE_HEADINGS, "Biển số"], *([*row, "99A-999.99"] for row in _ROWS)]
    yield text_case("top/heading twice", render(twice), rows=12, cells=all_cells(_ROWS, _COLUMNS))
    inside = [VEHICLE_HEADINGS, *_ROWS[:6], VEHICLE_HEADINGS, *_ROWS[6:]]
    yield text_case("top/heading inside the data", render(inside), rows=13, findings=frozenset({"SRC-09"}))
    for number, words in enumerate(
        ("Tổng cộng: 12 xe", "NGƯỜI LẬP BIỂU", "Tổng số", "Trang 1/3", "Ngày 12 tháng 5 năm 2026")
    ):
        foot = [VEHICLE_HEADINGS, *_ROWS, ["", words, *[""] * 8]]
        yield text_case(f"top/foot {number}", render(foot), rows=13, findings=frozenset({"SRC-10"}))
    for name, shift in {"right": 1, "left": -1, "two right": 2}.items():
        rows = [list(row) for row in _ROWS]
        rows[4] = (["?"] * shift + rows[4])[:10] if shift > 0 else [*rows[4][1:], ""]
        yield text_case(
            f"top/shifted {name}", render([VEHICLE_HEADINGS, *rows]), rows=12, findings=frozenset({"SRC-08"})
        )


def missing() -> Iterator[Case]:
    """Files without the columns a register cannot do without."""
    for register in Register:
        others = [name for name in column_names(register) if "name" not in name][-3:]
        others = [name for name in others if name not in {"pin", "plate", "chassis_number", "licence_number"}]
        yield text_case(
            f"heading/no key/{register}", render([others, ["x"] * len(others)]), register=register, errors=COLUMNS
        )


def headings() -> Iterator[Case]:
    """All cases about headings."""
    for family in (spellings, tops, missing):
        yield from family()
