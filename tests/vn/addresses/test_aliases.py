"""Short forms and other names of units: every one of the tables is understood."""

import pytest

from sosach.vn import places
from sosach.vn.addresses import locality, resolve
from sosach.vn.tables import table

ALIASES = table("place_aliases")
WARD = "Bến Nghé, Quận 1, TP HCM"


@pytest.mark.parametrize("row", ALIASES, ids=lambda row: row["alias"])
def test_alias_stands_for_known_units(row: dict[str, str]) -> None:
    codes = row["stands_for"].split()
    if row["level"] == "province":
        present = {places.present_province(code) for code in codes}
        assert resolve(f"Tỉnh {row['alias']}").province == (present.pop() if len(present) == 1 else None)
    else:
        units = [places.district(code) for code in codes]
        assert all(units)


@pytest.mark.parametrize("row", [row for row in ALIASES if row["level"] == "district"], ids=lambda row: row["alias"])
def test_former_district_leads_to_the_communes_of_its_successors(row: dict[str, str]) -> None:
    for code in row["stands_for"].split():
        district = places.district(code)
        assert district is not None
        above = next(
            unit.name
            for unit in places.provinces(at=places.REFORM.replace(day=1, month=6))
            if unit.code == district.parent
        )
        word = "Quận" if row["alias"].isdigit() else "Huyện"
        ward = next(unit for unit in places.communes(at=places.REFORM.replace(month=6)) if unit.parent == code)
        read = resolve(f"{places.full_name(ward)}, {word} {row['alias']}, {above}")
        assert read.old_ward == ward.code


@pytest.mark.parametrize(
    "text",
    [f"{word}{WARD}" for word in ("Phường ", "P.", "P ", "F.", "Phg ", "P. ", "phường ", "PHUONG ", "ph. ")]
    + [f"P. Bến Nghé, {word}" for word in ("Q.1, TPHCM", "Q1, T.P HCM", "Q 1, Tp. HCM", "quận 01, Thành phố Sài Gòn")],
)
def test_short_forms(text: str) -> None:
    assert resolve(text).old_ward == "26740"


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("TX. Phú Mỹ, BR-VT", "79"),
        ("H. Ea Kar, DakLak", "66"),
        ("H. Ea Kar, Đăk Lăk", "66"),
        ("H. Ea Kar, ĐẮC LẮC", "66"),
        ("Q. Ba Đình, HN", "01"),
        ("H. Phú Vang, TTH", "46"),
        ("H. Phú Vang, Thừa Thiên-Huế", "46"),
        ("TP. Qui Nhơn, Bình Định", "52"),
        ("H. Chợ Mới, Bắc Cạn", "19"),
    ],
)
def test_provinces_in_short(text: str, province: str) -> None:
    read = resolve(text)
    assert (read.status, read.province) == ("partial", province)
    assert read.district_key is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KP 3, Phường 5, Quận 3", "KP 3"),
        ("TDP 7, Phường Láng", "TDP 7"),
        ("Tổ 4, P. Láng", "Tổ 4"),
        ("Ấp Bình Hòa, Xã X", "Ấp Bình Hòa"),
        ("Buôn Ea Tul, Xã Ea Tul", "Buôn Ea Tul"),
        ("Hẻm 59, Phường 5", "Hẻm 59"),
        ("QL 1A, Xã X", "QL 1A"),
    ],
)
def test_localities_in_short(text: str, expected: str) -> None:
    assert locality(text) == expected
