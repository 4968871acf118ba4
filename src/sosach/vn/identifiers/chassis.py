"""Chassis number (số khung): a VIN of 17 characters, or the older number of a frame.

Legal source: ISO 3779 (17 characters without I, O, Q). The check digit in position 9 is not mandatory in Viet Nam: it is
told as a fact and never judged. Frames before the 1990s, old knock-down kits and numbers stamped anew by the police
(số đục lại) are shorter and legal.
"""

import re

from sosach.base.findings import Finding, Reading, require
from sosach.vn.digits import settle
from sosach.vn.identifiers.marks import look_alikes_mapped, marks_of
from sosach.vn.test_values import is_test_value

UNREADABLE = "CHS-01"
LETTERS = "CHS-02"
LENGTH = "CHS-03"
LEGACY = "CHS-04"
SEPARATORS = "CHS-05"
LOOKS_LIKE_ENGINE = "CHS-06"
LOOK_ALIKES = "CHS-07"
SCIENTIFIC = "CHS-08"
PLACEHOLDER = "CHS-09"

PLAIN_DROP = ""
# A VIN that begins with a letter and ends with four digits, as nearly all do; fillers cannot match.
PLAIN = re.compile(r"[A-HJ-NPR-Za-hj-npr-z][A-HJ-NPR-Za-hj-npr-z0-9]{12}[0-9]{4}")

_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_VIN_WITH_LETTERS = re.compile(r"[A-Z0-9]{17}")
_AS_DIGITS = str.maketrans("OIQ", "010")
# Letters, digits, E, serial number: JA39E-1234567. Frames of the same makers have no E before the serial number.
_ENGINE = re.compile(r"[A-Z]{1,3}[0-9]{1,3}[A-Z]?E[0-9]{6,7}")
_LEGACY = re.compile(r"[A-Z0-9]{5,16}")
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VALUES = {
    letter: int(value) for letter, value in zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True)
}


def compact(text: str) -> str:
    """Upper case, look-alike letters of other alphabets mapped, stars, dashes and blanks dropped.

    >>> compact("*rlhzz1234 zy123456*")
    'RLHZZ1234ZY123456'
    """
    return marks_of(text)


def plain_key(text: str) -> str:
    """Key of a text that matches `PLAIN`: the text in upper case (nothing is dropped).

    >>> plain_key("rlhzz1234zy123456")
    'RLHZZ1234ZY123456'
    """
    return text.upper()


def explain(text: str) -> Reading:
    """Read a chassis number; total.

    Returns:
        Facts: `form` ("vin" or "legacy"); for a VIN `wmi` (maker), `model_year_mark` (position 10) and `check_digit`
        ("ok" or "differs"); `looks_like` = "engine" where the value seems to be an engine number.

    >>> explain("1M8GDM9AXKP042788").facts["check_digit"]
    'ok'
    >>> explain("RLHZZ1234ZY12345O").proposed
    'RLHZZ1234ZY123450'
    """
    if not text or text.isspace():
        return Reading(None, None)
    key = marks_of(text)
    if is_test_value(text) or is_test_value(key):
        return Reading(None, None, findings=(Finding(PLACEHOLDER, text),))
    if re.fullmatch(r"[0-9]+[.,]?[0-9]*[Ee]\+[0-9]+", settle(text)):
        return Reading(None, None, findings=(Finding(SCIENTIFIC, text),))
    remarks = _form_remarks(text, key)
    if _VIN.fullmatch(key):
        return Reading(key, key, _vin_facts(key), remarks)
    if _VIN_WITH_LETTERS.fullmatch(key):
        return Reading(None, None, findings=(Finding(LETTERS, text, key.translate(_AS_DIGITS)), *remarks))
    return _short_or_long(text, key, remarks)


def validate(text: str) -> str:
    """The key.

    Raises:
        InvalidValueError: no chassis number can be read without a repair.
    """
    return require(explain(text), text)


def format(key: str) -> str:  # noqa: A001 - every identifier module has the same four verbs
    """Display form: the key."""
    return key


def looks_like_vin(key: str) -> bool:
    """Whether a key is a VIN by its shape: 17 characters, no I O Q, digits and letters, a number at the end.

    >>> looks_like_vin("RLHZZ1234ZY123456"), looks_like_vin("JA39E1234567")
    (True, False)
    """
    return bool(_VIN.fullmatch(key)) and key[-4:].isdigit() and not key.isdigit()


def looks_like_engine(key: str) -> bool:
    """Whether a key has the shape of an engine number (letters, digits, E, serial number).

    >>> looks_like_engine("JA39E1234567"), looks_like_engine("C501234567")
    (True, False)
    """
    return bool(_ENGINE.fullmatch(key))


def check_digit(vin: str) -> str:
    """The check digit ISO 3779 would have in position 9 of a VIN: 0-9 or X.

    >>> check_digit("1M8GDM9AXKP042788")
    'X'
    """
    total = sum(
        weight * (int(char) if char.isdigit() else _VALUES[char]) for weight, char in zip(_WEIGHTS, vin, strict=True)
    )
    return "0123456789X"[total % 11]


def _vin_facts(key: str) -> dict[str, str]:
    agrees = "ok" if check_digit(key) == key[8] else "differs"
    return {"form": "vin", "wmi": key[:3], "model_year_mark": key[9], "check_digit": agrees}


def _form_remarks(text: str, key: str) -> tuple[Finding, ...]:
    remarks = []
    if look_alikes_mapped(text):
        remarks.append(Finding(LOOK_ALIKES, text, key))
    if not text.isalnum() and not (len(key) != 17 and re.fullmatch(r"[A-Za-z0-9]+-[A-Za-z0-9]+", text)):
        remarks.append(Finding(SEPARATORS, text, key))
    return tuple(remarks)


def _short_or_long(text: str, key: str, remarks: tuple[Finding, ...]) -> Reading:
    has_digits = sum(char.isdigit() for char in key) >= 3
    if len(key) in (16, 18) and has_digits and key.isascii():
        # A VIN that lost or gained a character: kept as a search key, a human must look at the frame.
        return Reading(key, key, {"form": "legacy"}, (Finding(LENGTH, text), *remarks))
    if looks_like_engine(key):
        facts = {"form": "legacy", "looks_like": "engine"}
        return Reading(key, key, facts, (Finding(LOOKS_LIKE_ENGINE, text), *remarks))
    if _LEGACY.fullmatch(key) and has_digits:
        return Reading(key, key, {"form": "legacy"}, (Finding(LEGACY, text), *remarks))
    return Reading(None, None, findings=(Finding(UNREADABLE, text), *remarks))
