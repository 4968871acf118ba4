"""Tag, length, value: what is written is read, and nothing else is read but the one form of it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosach.chip import der
from sosach.chip.der import DerError


@given(value=st.integers(-(2**200), 2**200))
def test_integers(value: int) -> None:
    assert der.integer_of(der.whole(der.integer(value))) == value


@given(first=st.integers(0, 2), second=st.integers(0, 39), rest=st.lists(st.integers(0, 2**40), max_size=8))
def test_object_identifiers(first: int, second: int, rest: list[int]) -> None:
    dotted = ".".join(map(str, (first, second, *rest)))
    assert der.oid_of(der.whole(der.oid(dotted))) == dotted


@given(body=st.binary(max_size=70_000))
def test_lengths(body: bytes) -> None:
    node = der.whole(der.octets(body), der.OCTET_STRING)
    assert (node.body, node.raw) == (body, der.octets(body))


@given(parts=st.lists(st.binary(max_size=9).map(der.octets), max_size=6))
def test_a_set_is_in_one_order(parts: list[bytes]) -> None:
    children = [node.raw for node in der.whole(der.set_of(*parts)).children()]
    assert children == sorted(parts)
    assert der.set_of(*reversed(parts)) == der.set_of(*parts)


@pytest.mark.parametrize(
    ("written", "offset", "what"),
    [
        ("", 0, "no element"),
        ("30", 0, "no element"),
        ("0403 6162", 1, "longer than what holds it"),
        ("04800000", 1, "indefinite"),
        ("0481056162636465", 1, "shortest form"),
        ("04820005 6162636465", 1, "shortest form"),
        ("0485000000000161", 1, "overlong"),
        ("1f8101 00", 0, "more than two bytes"),
        ("0400 00", 2, "after the end"),
    ],
)
def test_other_forms_are_refused_and_told_where(written: str, offset: int, what: str) -> None:
    with pytest.raises(DerError, match=what) as refused:
        der.whole(bytes.fromhex(written))
    assert refused.value.offset == offset


@pytest.mark.parametrize("written", ["0200", "02020001", "0202ff80", "0401 00"])
def test_numbers_in_another_form(written: str) -> None:
    with pytest.raises(DerError):
        der.integer_of(der.whole(bytes.fromhex(written)))


@pytest.mark.parametrize("written", ["0600", "06022a80", "0603802a03", "0401 2a"])
def test_object_identifiers_in_another_form(written: str) -> None:
    with pytest.raises(DerError):
        der.oid_of(der.whole(bytes.fromhex(written)))


@pytest.mark.parametrize("written", ["0c01ff", "1301c3", "0201 41"])
def test_text_that_is_none(written: str) -> None:
    with pytest.raises(DerError):
        der.text_of(der.whole(bytes.fromhex(written)))


def test_what_an_element_holds_fills_it() -> None:
    with pytest.raises(DerError, match="longer"):
        der.whole(bytes.fromhex("3003 0402 61")).children()
    with pytest.raises(DerError, match="2 elements"):
        der.whole(bytes.fromhex("3004 0500 0500")).only(b"\x05")
    with pytest.raises(DerError, match="tag 04"):
        der.whole(bytes.fromhex("0400"), der.SEQUENCE)


@given(written=st.binary(max_size=50))
def test_reading_raises_one_error_only(written: bytes) -> None:
    with suppress(DerError):
        assert b"".join(node.raw for node in der.whole(written).children()) == der.whole(written).body
