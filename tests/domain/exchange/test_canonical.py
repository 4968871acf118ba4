"""One spelling of every value of JSON (RFC 8785), and the parts paths name."""

import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosach.domain.exchange.rules.canonical import canonical, narrowed, paths_of

# RFC 8785 appendix B: bits of a number, and how it is written.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), each),
    max_leaves=20,
)


@pytest.mark.parametrize(("bits", "written"), NUMBERS.items())
def test_numbers_are_written_as_the_standard_writes_them(bits: str, written: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(value).decode() == written


def test_members_stand_in_the_order_of_their_letters_in_utf16() -> None:
    told = json.loads(
        '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh",'
        '"1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}'
    )
    found = list(json.loads(canonical(told)))
    assert found == ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]


@settings(max_examples=50)
@given(JSON)
def test_what_is_written_means_the_same(value: object) -> None:
    written = canonical(value)
    assert json.loads(written, parse_int=float) == value
    assert canonical(json.loads(written)) == written


def test_halves_of_letters_and_numbers_without_end_are_refused() -> None:
    for value in (float("nan"), float("inf"), "\ud800", {"\ud800": 1}):
        with pytest.raises(ValueError, match=r"number|surrogates"):
            canonical(value)


@pytest.mark.parametrize("scope", ["", "   ", "a", "$.", "$.a..b", "$[?(@.a)]", "$.a[-1]", "$[", "$['a", "$.é"])
def test_what_is_no_path_is_refused(scope: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        paths_of(scope)


@pytest.mark.parametrize("scope", ["$.c", "$.a[5]", "$.a.b", "$.b.c", "$.a $.c"])
def test_a_path_that_names_nothing_is_refused(scope: str) -> None:
    with pytest.raises(ValueError, match="names nothing"):
        narrowed({"a": [1, 2], "b": 1}, paths_of(scope))


def test_a_number_is_no_name_and_true_is_no_number() -> None:
    assert narrowed({"a": ["x", "y"], "0": "z"}, paths_of("$['0'] $.a[1]")) == {"a": ["y"], "0": "z"}
