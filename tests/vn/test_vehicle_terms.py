"""Words about vehicles: every code of the tables is reached, free text is understood, nothing is guessed."""

import pytest

from sosach.vn import vehicle_terms
from sosach.vn.tables import table


def codes(reading: object) -> list[str]:
    return [finding.code for finding in reading.findings]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Xe máy", "mo_to"),
        ("xe may", "mo_to"),
        ("MÔ TÔ 2 BÁNH", "mo_to"),
        ("Mô tô hai bánh", "mo_to"),
        ("Xe gắn máy", "gan_may"),
        ("xe máy 50cc", "gan_may"),
        ("Xe máy điện", "may_dien"),
        ("Xe mô tô điện", "may_dien"),
        ("xe máy chuyên dùng", "chuyen_dung"),
        ("ô tô con", "o_to"),
        ("Xe tải 5 tấn", "o_to"),
        ("Xe ô tô tải van", "o_to"),
        ("o to khach 29 cho", "o_to"),
        ("Rơ-moóc", "ro_mooc"),
        ("sơ mi rơ moóc tải", "so_mi_ro_mooc"),
        ("xe đạp điện", "tho_so"),
        ("xe chở hàng bốn bánh có gắn động cơ", "bon_banh_cho_hang"),
        ("phi thuyền", None),
        ("không phải xe máy", None),
    ],
)
def test_kinds(text: str, key: str | None) -> None:
    reading = vehicle_terms.vehicle_kind(text)
    assert reading.key == key
    assert codes(reading) == ([] if key else ["VAL-20"])


@pytest.mark.parametrize(
    ("name", "read"), [("vehicle_kinds", vehicle_terms.vehicle_kind), ("vehicle_statuses", vehicle_terms.status)]
)
def test_codes_and_names_of_the_tables_are_read(name: str, read: object) -> None:
    for row in table(name):
        assert read(row["name_vi"]).key == row["code"]
        assert read(row["code"]).key == row["code"]


@pytest.mark.parametrize(
    ("kind", "use", "seats", "years"),
    [
        ("o_to", "truck", None, 25),
        ("o_to", "coach", None, 20),
        ("o_to", None, 16, 20),
        ("o_to", None, 9, None),
        ("o_to", "car", None, None),
        ("o_to", "special", 16, None),
        ("bon_banh_cho_hang", None, None, 25),
        ("mo_to", None, None, None),
        ("ro_mooc", "truck", None, None),
    ],
)
def test_service_life(kind: str, use: str | None, seats: int | None, years: int | None) -> None:
    assert vehicle_terms.service_years(kind, use=use, seats=seats) == years


def test_plate_kinds() -> None:
    kinds = {row["code"]: vehicle_terms.plate_kind_of(row["code"]) for row in table("vehicle_kinds")}
    assert kinds["o_to"] == "car"
    assert kinds["may_dien"] == "motorbike"
    assert kinds["so_mi_ro_mooc"] == "trailer"
    assert vehicle_terms.plate_kind_of(None) is None


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ("Trắng", "trang", []),
        ("vang", "vang", []),
        ("Nền xanh, chữ trắng", "xanh", []),
        ("Biển đỏ", "do", []),
        ("tím", None, ["VAL-21"]),
        ("???", None, ["VAL-01"]),
    ],
)
def test_plate_colours(text: str, key: str | None, found: list[str]) -> None:
    reading = vehicle_terms.plate_colour(text)
    assert (reading.key, codes(reading)) == (key, found)


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ("Đỏ - Đen", "do-den", []),
        ("đỏ đen", "do-den", []),
        ("ĐỎ, ĐEN", "do-den", []),
        ("do-den", "do-den", ["VAL-41"]),
        ("Đen/Đỏ/Bạc", "den-do-bac", []),
        ("Xanh lá cây", "xanh_la", ["VAL-41"]),
        ("xanh dương đen", "xanh_duong-den", []),
        ("màu ghi", "xam", ["VAL-41"]),
        ("white", "trang", ["VAL-41"]),
        ("đỏ đỏ", "do", ["VAL-41"]),
        ("tắc kè", None, ["VAL-40"]),
        ("đỏ tắc kè", None, ["VAL-40"]),
        ("không rõ", None, ["VAL-01"]),
    ],
)
def test_colours(text: str, key: str | None, found: list[str]) -> None:
    reading = vehicle_terms.colour(text)
    assert (reading.key, codes(reading)) == (key, found)


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ("HONDA", "HONDA", []),
        ("honda ", "HONDA", []),
        ("HON DA", "HONDA", ["VAL-50"]),
        ("Honđa", "HONDA", ["VAL-50"]),
        ("HODA", "HONDA", ["VAL-50"]),
        ("YAMAHA VN", "YAMAHA", ["VAL-50"]),
        ("HUYN DAI", "HYUNDAI", ["VAL-50"]),
        ("Wave a", "HONDA", ["VAL-51"]),
        ("wave alpha", "HONDA", ["VAL-51"]),
        ("Toyota Vios", "TOYOTA", ["VAL-53"]),
        ("TOYOTTA", "TOYOTTA", ["VAL-52"]),
        ("Mercedes Benz", "MERCEDES-BENZ", []),
        ("Zongshen", "ZONGSHEN", []),
        ("AAAA", None, ["VAL-01"]),
        ("123456", None, ["VAL-01"]),
    ],
)
def test_brands(text: str, key: str | None, found: list[str]) -> None:
    reading = vehicle_terms.brand(text)
    assert (reading.key, codes(reading)) == (key, found)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Đang sử dụng", "dang_su_dung"),
        ("ĐÃ BÁN", "da_ban_chua_sang_ten"),
        ("da ban chua sang ten", "da_ban_chua_sang_ten"),
        ("chủ xe đã chết", "thua_ke"),
        ("bị mất trộm năm 2019", "mat_cap"),
        ("hư hỏng", "hong_khong_su_dung"),
        ("Không sử dụng được", "hong_khong_su_dung"),
        ("không còn sử dụng", "tam_khong_su_dung"),
        ("đã bán sắt vụn", "da_tieu_huy_sat_vun"),
        ("chuyển đi tỉnh khác", "chuyen_dia_ban"),
        ("không rõ", "khong_xac_dinh"),
        ("chưa bán", None),
        ("chưa chuyển đi", None),
    ],
)
def test_statuses(text: str, key: str | None) -> None:
    assert vehicle_terms.status(text).key == key


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ("2015", "2015", []),
        ("2027", "2027", []),
        ("2015.0", "2015", ["VAL-34"]),
        ("Năm 2015", "2015", ["VAL-34"]),
        ("01/06/2015", "2015", ["VAL-34"]),
        ("1925", "1925", ["VAL-32"]),
        ("15", None, ["VAL-33"]),
        ("98", None, ["VAL-33"]),
        ("2O15", None, ["VAL-35"]),
        ("2028", None, ["VAL-31"]),
        ("3015", None, ["VAL-30"]),
        ("20155", None, ["VAL-30"]),
        ("1900", None, ["VAL-01"]),
        ("0000", None, ["VAL-01"]),
        ("cũ", None, ["VAL-30"]),
    ],
)
def test_years(text: str, key: str | None, found: list[str]) -> None:
    reading = vehicle_terms.year(text)
    assert (reading.key, codes(reading)) == (key, found)


def test_short_years_take_the_last_century_that_fits() -> None:
    assert vehicle_terms.year("98").proposed == "1998"
    assert vehicle_terms.year("26").proposed == "2026"
    assert vehicle_terms.year("26", as_of_year=2025).proposed == "1926"
