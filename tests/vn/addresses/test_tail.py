"""Tails and localities: what is cut off, that RE2 cuts the same, that no unit's name is taken for a street."""

from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosach.vn import places
from sosach.vn.addresses import (
    LOCALITY_PATTERN,
    LOCALITY_TRIM,
    TAIL_PATTERN,
    TAIL_TRIM,
    Head,
    locality,
    parse_head,
    tail,
)
from sosach.vn.folding import fold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Số 12 Ngõ 5, Đường Láng, Phường Láng Hạ, Quận Đống Đa, Hà Nội", "Phường Láng Hạ, Quận Đống Đa, Hà Nội"),
        ("Số 1, Phúc Xá, Ba Đình, Hà Nội", "Phúc Xá, Ba Đình, Hà Nội"),
        ("Thôn 3, Xã Ba Vì, Tỉnh Y", "Xã Ba Vì, Tỉnh Y"),
        ("P.302, CC Sao Mai, Phường Láng, Hà Nội", "Phường Láng, Hà Nội"),
        ("Số 3, P.1, Q.3, TP.HCM", "P.1, Q.3, TP.HCM"),
        ("Ấp 3, P5, TX. Cai Lậy, Tiền Giang, 700000", "P5, TX. Cai Lậy, Tiền Giang, 700000"),
        ("Số 1, Phường 1, Quận 3, Hồ Chí Minh, Việt Nam", "Phường 1, Quận 3, Hồ Chí Minh, Việt Nam"),
        ("Số 1, Mỹ Đình 2, Nam Từ Liêm, Hà Nội", "Mỹ Đình 2, Nam Từ Liêm, Hà Nội"),
        ("Số 3, Quận 1, HCM", "Quận 1, HCM"),
        ("12 Lê Lợi P.Bến Nghé, Q1, TP.HCM", "12 Lê Lợi P.Bến Nghé, Q1, TP.HCM"),  # cut between commas only
        ("12 Le Loi P Ben Nghe Q1 TPHCM", "12 Le Loi P Ben Nghe Q1 TPHCM"),
        ("Hà Nội", "Hà Nội"),
        ("", ""),
    ],
)
def test_tail(text: str, expected: str) -> None:
    assert tail(text) == expected


def test_no_unit_is_cut_off_as_if_it_were_a_street() -> None:
    days = (date(2025, 6, 30), date(2026, 11, 22))
    names = {unit.name for day in days for unit in places.communes(at=day)} | {unit.name for unit in places.districts()}
    written = {form for name in names if not name.isdigit() for form in (name, fold(name).title())}
    texts = {form: f"{form}, Ba Đình, Hà Nội" for form in written}
    assert [form for form, text in texts.items() if tail(f"Số 1, {text}") != text] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Số 5, Thôn 3, Xã Ba Vì, Hà Nội", "Thôn 3"),
        ("Tổ dân phố 5, Phường Láng, Hà Nội", "Tổ dân phố 5"),
        ("Số 2 Ngõ 12 Phố Huế, Quận Hai Bà Trưng", "Ngõ 12 Phố Huế"),
        ("25 Đường Láng, Phường Láng, Hà Nội", "Đường Láng"),
        ("3 Phố Huế, Hà Nội", "Phố Huế"),
        ("12/5 Nguyễn Thị Minh Khai, Phường 5, Quận 3", "Nguyễn Thị Minh Khai"),
        ("Thon 3 Xa Ba Vi Huyen Ba Vi Ha Noi", "Thon 3"),
        ("Phường Ba Đình, Thành phố Hà Nội", ""),
        ("Xã Sóc Sơn, Huyện Sóc Sơn, Thành phố Hà Nội", ""),
        ("", ""),
    ],
)
def test_locality(text: str, expected: str) -> None:
    assert locality(text) == expected


PIECES = """số 12 12/5a ngõ thôn 3 Tổ dân phố Đường đường Huế Láng phường Phường P. P5 F. xã Xã X. thị trấn TT. quận Quận 1 Q1
huyện H. TX. TP. thành HCM Hà Nội Bến Nghé BẾN Đặc khu đ. Việt Nam 700000 ấp ẤP , , , ; . - ( ) K (cũ)"""
WORDS = st.sampled_from(PIECES.split())
TEXTS = st.lists(WORDS, max_size=14).map(" ".join) | st.text("phườngxãPX.,ấẤđĐ 0123\u00a0\u0301kKſs", max_size=30)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(TEXTS, min_size=10, max_size=60))
def test_re2_cuts_as_python_does(texts: list[str]) -> None:
    cut = f"coalesce(nullif(ltrim(regexp_extract(t, '{TAIL_PATTERN}'), '{TAIL_TRIM}'), ''), t)"
    named = f"ltrim(regexp_extract(t, '{LOCALITY_PATTERN}'), '{LOCALITY_TRIM}')"
    rows = duckdb.execute(f"SELECT {cut}, {named} FROM (SELECT unnest(?) AS t)", [texts]).fetchall()
    assert rows == [(tail(text), locality(text)) for text in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Số 12/5 Lê Lợi, Tổ 3", Head(house="12/5", street="Lê Lợi", hamlet="Tổ 3")),
        ("59/12/3 Đường Trần Phú", Head(house="59/12/3", street="Đường Trần Phú")),
        ("Số 3 ngách 12 ngõ 59 phố Vọng", Head(house="3", alley="ngách 12, ngõ 59", street="phố Vọng")),
        ("Thôn Đông", Head(hamlet="Thôn Đông")),
        ("SN 8, Xóm 4", Head(house="8", hamlet="Xóm 4")),
        ("Kiệt 20 Điện Biên Phủ", Head(alley="Kiệt 20", street="Điện Biên Phủ")),
        ("Khu phố 4", Head(hamlet="Khu phố 4")),
        ("", Head()),
    ],
)
def test_head(text: str, expected: Head) -> None:
    assert parse_head(text) == expected
