"""Telephone number (số điện thoại): mobile numbers of 10 digits, older ones of 11, landlines, +84.

Legal source: none in the law on registers; the numbering plan of the Ministry of Information and Communications, under
which mobile numbers of 11 digits became 10 digits from September to November 2018.
"""

import re

from sosach.base.findings import Finding, Reading, require
from sosach.vn.digits import Damage, read_digits, settle, without_separators
from sosach.vn.identifiers.digit_damage import codes_from, form_findings, repair_findings
from sosach.vn.test_values import is_test_number, is_test_value

CODES = codes_from("PHN")
ELEVEN_DIGITS = "PHN-10"
COUNTRY_CODE = "PHN-11"
SEVERAL = "PHN-12"
LANDLINE = "PHN-13"

# First four digits before 2018 → first three since.
NEW_PREFIXES: dict[str, str] = {
    **{f"016{digit}": f"03{digit}" for digit in "23456789"},
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}
PLAIN_DROP = " .-"
# Numbers such as 0999999999 are fillers, so those that begin with one digit three times (0333, 0555, …) go the long way.
_REPEATED = "33[0-24-9]|55[0-46-9]|77[0-689]|88[0-79]|99[0-8]"
PLAIN = re.compile(
    rf"0(?:(?:3[0-24-9]|5[0-46-9]|7[0-689]|8[0-79]|9[0-8])[0-9]|{_REPEATED})"
    r"(?:[0-9]{6}|[ .-][0-9]{3}[ .-][0-9]{3})"
)

_MOBILE = re.compile(r"0[35789][0-9]{8}")
_LANDLINE = re.compile(r"02[0-9]{8,9}")
_BETWEEN = re.compile(r"[/;,\n]+|\s-\s|\s{2,}|\b(?:hoặc|và|hoac|va)\b", re.IGNORECASE)


def compact(text: str) -> str:
    """Drop separators and the country code, unify digits, without judging.

    >>> compact("+84 912 345 678")
    '0912345678'
    """
    return _national(without_separators(settle(text)))


def plain_key(text: str) -> str:
    """Key of a text that matches `PLAIN`: drop the characters of `PLAIN_DROP`.

    >>> plain_key("0912 345 678")
    '0912345678'
    """
    return text.translate(str.maketrans("", "", PLAIN_DROP))


def explain(text: str) -> Reading:
    """Read a telephone number; total.

    Returns:
        Key: today's national number. Facts: `form` ("mobile" or "landline"), `others` (further numbers of the cell).

    >>> explain("01681234567").key, explain("+84912345678").key
    ('0381234567', '0912345678')
    >>> explain("912345678").proposed
    '0912345678'
    >>> explain("0912345678 / 0987654320").facts
    {'form': 'mobile', 'others': '0987654320'}
    """
    if not text or text.isspace():
        return Reading(None, None)
    if PLAIN.fullmatch(text):
        key = plain_key(text)
        return Reading(key, format(key), {"form": "mobile"})
    if is_test_value(text):
        return Reading(None, None, findings=(Finding(CODES.placeholder, text),))
    whole = _of_one(text, text)
    if whole.key is None and whole.proposed is None:
        pieces = [_of_one(text, piece) for piece in _BETWEEN.split(settle(text)) if piece.strip()]
        keys = list(dict.fromkeys(piece.key for piece in pieces if piece.key))
        if len(keys) > 1 or (keys and len(pieces) > 1):
            return _of_several(text, pieces, keys)
    return whole


def validate(text: str) -> str:
    """Today's national number.

    Raises:
        InvalidValueError: no number can be read without a repair.
    """
    return require(explain(text), text)


def format(key: str) -> str:  # noqa: A001 - every identifier module has the same four verbs
    """Display form: the digits in groups of 4, 3, 3.

    >>> format("0912345678")
    '0912 345 678'
    """
    return f"{key[:4]} {key[4:7]} {key[7:]}"


def _of_one(text: str, piece: str) -> Reading:
    """Read one number; `text` is the whole cell, for the findings."""
    read = read_digits(piece.replace("(+84)", "+84").replace("(", "").replace(")", "").lstrip().removeprefix("+"))
    digits = _national(read.digits or "")
    new_prefix = NEW_PREFIXES.get(digits[:4]) if len(digits) == 11 else None
    key = new_prefix + digits[4:] if new_prefix else digits
    form = "mobile" if _MOBILE.fullmatch(key) else "landline" if _LANDLINE.fullmatch(key) else None
    if form is None:
        return _unread(text, read.guess, piece)
    if is_test_number(key[1:]):
        return Reading(None, None, findings=(Finding(CODES.placeholder, text),))
    changed = {ELEVEN_DIGITS: new_prefix, COUNTRY_CODE: digits != read.digits}
    remarks = [Finding(code, text, key) for code, applies in changed.items() if applies]
    if form == "landline":
        remarks.append(Finding(LANDLINE, text))
    return Reading(key, format(key), {"form": form}, (*remarks, *form_findings(text, read, key, CODES)))


def _unread(text: str, guess: str | None, piece: str) -> Reading:
    read = read_digits(piece)
    digits = _national(guess or "")
    lost = len(digits) == 9 and bool(_MOBILE.fullmatch("0" + digits))
    proposed = (
        "0" + digits if lost else digits if _MOBILE.fullmatch(digits) and Damage.SCIENTIFIC not in read.damage else None
    )
    return Reading(None, None, findings=repair_findings(text, read, CODES, proposed=proposed, lost_zeros=lost))


def _of_several(text: str, pieces: list[Reading], keys: list[str]) -> Reading:
    first = next(piece for piece in pieces if piece.key)
    facts = {**first.facts, "others": " ".join(keys[1:])} if keys[1:] else first.facts
    return Reading(first.key, first.display, facts, (Finding(SEVERAL, text, first.key),))


def _national(digits: str) -> str:
    """+84 912… and 84 912… as 0912…; mobile numbers have 9 digits after the country code, old ones 10."""
    bare = digits.removeprefix("+").removeprefix("00") if digits.startswith(("+", "0084")) else digits
    return "0" + bare[2:].removeprefix("0") if bare.startswith("84") and 11 <= len(bare) <= 13 else digits
