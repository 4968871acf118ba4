"""The last parts of an address as SQL takes them: never less than names its units, and few where addresses are many."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosach.engine.standardise.fields import LAST_PARTS_SQL
from sosach.engine.standardise.kinds import over
from sosach.vn.addresses import tail

WORDS = """số 12 ngõ thôn 3 Tổ Đường phường Phường P. P5 F. xã Xã X. thị trấn TT. quận Quận 1 Q1 huyện H. TX. TP. Hà Nội Bến
Nghé BẾN Đặc khu Việt Nam VN 700000 ấp Láng Nam , , , , , ; . -"""
TEXTS = st.lists(st.sampled_from(WORDS.split()), max_size=16).map(" ".join)
FOLLOWED = TEXTS.map(lambda text: text.replace(" ,", ",").rstrip(" ,.;"))


def last_parts(texts: list[str]) -> list[str]:
    rows = duckdb.execute(f"SELECT {over(LAST_PARTS_SQL, 't')} FROM (SELECT unnest(?) AS t)", [texts]).fetchall()
    return [part for (part,) in rows]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Số 5, Thôn 3, Xã Ba Vì, Thành phố Hà Nội", " Xã Ba Vì, Thành phố Hà Nội"),
        ("Thôn 3, X.Ba Vì, H.Ba Vì, TP.Hà Nội", " X.Ba Vì, H.Ba Vì, TP.Hà Nội"),
        ("Tổ 2, Thị trấn Lộc Sơn, Huyện Phú Lộc, Thành phố Huế", " Thị trấn Lộc Sơn, Huyện Phú Lộc, Thành phố Huế"),
        ("Số 1, Phúc Xá, Ba Đình, Hà Nội", " Phúc Xá, Ba Đình, Hà Nội"),
        ("Xóm 2, thôn Cái Tắc, Bằng Hành, Tuyên Quang", ", Bằng Hành, Tuyên Quang"),
        ("Tổ 3, Phường 1, Quận 3, Hồ Chí Minh, Việt Nam", ", Phường 1, Quận 3, Hồ Chí Minh, Việt Nam"),
        ("Số 1, Bến Nghé, Quận 1,, TPHCM, ", ", Bến Nghé, Quận 1, TPHCM"),
        ("Hà Nội", "Hà Nội"),
        ("", ""),
    ],
)
def test_last_parts(text: str, parts: str) -> None:
    assert last_parts([text]) == [parts]


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(FOLLOWED, min_size=20, max_size=80))
def test_units_are_never_cut_off(texts: list[str]) -> None:
    for text, parts in zip(texts, last_parts(texts), strict=True):
        assert tail(parts) in {tail(text), tail(text.replace(",,", ","))}, text
