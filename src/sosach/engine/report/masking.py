"""Masks personal values for pages that travel: enough is left to see the fault, not to find the person."""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final

_STAR: Final = "*"
_EDGE = re.compile(r"^(\W*)(\w)(.*?)(\W*)$", re.DOTALL)
_DIGITS = re.compile(r"\d{4,}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

# Columns whose values are words of a closed list, not of a person; everything else is masked.
_OPEN = frozenset({"sex", "status", "plate_colour", "vehicle_kind", "brand", "model", "colour", "manufactured_year"})
_OPEN |= frozenset({"class", "material", "issued_by", "commune_code"})
_NAMES = frozenset({"full_name", "owner_name"})
_ADDRESSES = frozenset({"permanent_address", "current_address", "owner_address", "address"})
_DATES = frozenset({"birth_date", "owner_birth_date", "registered_on", "issued_on", "expires_on"})


def mask(field: str, value: str | None) -> str:
    """Mask a value according to the canonical column it stands in.

    An unknown column is masked as a number: the safe side.

    >>> mask("pin", "001099999999"), mask("full_name", "Nguyễn Văn Hùng"), mask("colour", "đỏ đen")
    ('001*****9999', 'N. V. H.', 'đỏ đen')
    """
    if not value:
        return ""
    return _masker(field)(value.strip())


def mask_number(value: str) -> str:
    """Mask an identifying number, plate or phone: the start and the last digits stay, the middle goes.

    >>> mask_number("001099999999"), mask_number("0912345678"), mask_number("30A-123.45"), mask_number("1234")
    ('001*****9999', '09******78', '30******45', '1***')
    """
    size = len(value)
    if size <= 5:
        return value[:1] + _STAR * (size - 1)
    head, tail = (3, 4) if size >= 12 else (2, 2)
    return value[:head] + _STAR * min(size - head - tail, 8) + value[-tail:]


def mask_name(value: str) -> str:
    """Keep the initials.

    >>> mask_name("Nguyễn Văn Hùng"), mask_name("Trần B (Tư)"), mask_name("  ")
    ('N. V. H.', 'T. B. (T.)', '')
    """
    return " ".join(_initial(word) for word in value.split())


def mask_address(value: str) -> str:
    """Keep the last two parts of an address (commune or district and province), at most.

    >>> mask_address("Số 5 ngõ 3, Thôn Đông, Xã Tam Hưng, Hà Nội"), mask_address("12 Hàng Bài")
    ('…, Xã Tam Hưng, Hà Nội', '12*******ài')
    """
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if len(parts) < 3:
        return mask_number(value)
    return "…, " + ", ".join(_DIGITS.sub("****", part) for part in parts[-2:])


def mask_date(value: str) -> str:
    """Keep the year and the form, hide day and month.

    >>> mask_date("05/03/1980"), mask_date("1965"), mask_date("29221")
    ('**/**/1980', '1965', '*****')
    """
    year = _YEAR.search(value)
    if year is None:
        return re.sub(r"\w", _STAR, value)
    hidden = re.sub(r"\w", _STAR, value)
    return hidden[: year.start()] + year.group() + hidden[year.end() :]


def mask_word(value: str) -> str:
    """Leave a word of a closed list, unless it looks like a person or a number that strayed into the column.

    >>> mask_word("HON DA"), mask_word("Nguyễn Văn An"), mask_word("0912345678"), mask_word("x" * 50)
    ('HON DA', 'N. V. A.', '09******78', 'xx********xxxx')
    """
    words = value.split()
    if len(words) > 1 and words[0].casefold() in _surnames():
        return mask_name(value)
    if len(value) > 40:
        return value[:2] + _STAR * 8 + value[-4:]
    return mask_number(value) if _DIGITS.search(value) and len(value) > 4 else value


def _masker(field: str) -> Callable[[str], str]:
    """Choose the way to mask a column."""
    if field in _NAMES:
        return mask_name
    if field in _ADDRESSES:
        return mask_address
    if field in _DATES:
        return mask_date
    return mask_word if field in _OPEN else mask_number


def _initial(word: str) -> str:
    """Shorten one word to its initial, keeping brackets around it."""
    found = _EDGE.match(word)
    if found is None:
        return word
    before, letter, _, after = found.groups()
    return f"{before}{letter}.{after.replace('.', '')}"


@cache
def _surnames() -> frozenset[str]:
    """Read the common surnames, so that a name in the wrong column is seen."""
    lines = (files("sosach.vn") / "data" / "surname_frequency.csv").read_text("utf-8").splitlines()[1:]
    return frozenset(name.casefold() for line in lines for name in line.split(",")[0].split("/"))
