"""Old identity card number (số chứng minh nhân dân, CMND): 9 digits, not unique, out of use since 1 January 2025.

Legal source: Law 26/2023/QH15 art. 46(2): cards invalid after 31 December 2024, the rights shown on papers issued with
them stay. First two or three digits: the province that issued it (`cmnd9_prefixes.csv`; the two-digit level is sure).
A search key only, never a primary key: block 271450001-271500000 was issued by two provinces.
"""

import re

from sosach.base.findings import Finding, Reading, require
from sosach.vn.digits import DigitsRead, read_digits, settle, without_separators
from sosach.vn.identifiers import pin
from sosach.vn.identifiers.digit_damage import codes_from, form_findings, repair_findings
from sosach.vn.tables import table
from sosach.vn.test_values import is_test_number

CODES = codes_from("OID")
IS_PIN = "OID-08"
UNKNOWN_PREFIX = "OID-10"
ISSUED_TWICE = "OID-11"

PLAIN_DROP = ""
# Prefixes 01-38 without those where a remark may be due: the block issued twice, fillers such as 111111111.
PLAIN = re.compile(
    r"0[1-9][0-9]{7}"
    r"|(?:1[03-9][0-9]|11[02-9]|12[0-24-9]|2[013-689][0-9]|22[013-9]|27[02-9]|3[0-24-8][0-9]|33[0-24-9])[0-9]{6}"
    r"|271[0-36-9][0-9]{5}"
)

_FIRST_TWICE, _LAST_TWICE = 271450001, 271500000


def _prefixes() -> dict[str, str]:
    """Prefix of two or three digits → province as it was named; a two-digit prefix of several provinces names all."""
    names: dict[str, list[str]] = {}
    for row in table("cmnd9_prefixes"):
        names.setdefault(row["prefix2"], []).append(row["province_pre2025"])
        for part in filter(None, row["prefix3_range"].split(",")):
            first, _, last = part.partition("-")
            for prefix in range(int(first), int(last or first) + 1):
                names[f"{prefix:03}"] = [row["province_pre2025"]]
    return {prefix: "; ".join(provinces) for prefix, provinces in names.items()}


PREFIXES: dict[str, str] = _prefixes()


def compact(text: str) -> str:
    """Drop separators and unify digits, without judging.

    >>> compact("012.345.678")
    '012345678'
    """
    return without_separators(settle(text))


def plain_key(text: str) -> str:
    """Key of a text that matches `PLAIN`: the text itself (nothing is dropped)."""
    return text


def explain(text: str) -> Reading:
    """Read an old ID number; total.

    Returns:
        Key and display are the 9 digits. Facts: `province` (names of the provinces the prefix belongs to);
        `kind` = "pin" where the cell holds 12 digits (the card of 12 digits carries the PIN).

    >>> explain("012345678").facts
    {'province': 'Hà Nội'}
    >>> explain("12345670").proposed
    '012345670'
    """
    if not text or text.isspace():
        return Reading(None, None)
    read = read_digits(text)
    if read.digits is not None and len(read.digits) == 9:
        return _of_digits(text, read, read.digits)
    return _of_damaged(text, read)


def validate(text: str) -> str:
    """The 9 digits.

    Raises:
        InvalidValueError: they cannot be read without a repair.
    """
    return require(explain(text), text)


def format(key: str) -> str:  # noqa: A001 - every identifier module has the same four verbs
    """Display form: the digits as they are printed on the card."""
    return key


def is_plausible(digits: str) -> bool:
    """Whether 9 digits begin with a prefix that was issued and are no filler; the gate of every repair.

    >>> is_plausible("012345678"), is_plausible("999999999")
    (True, False)
    """
    return len(digits) == 9 and digits[:2] in PREFIXES and not is_test_number(digits)


def _of_digits(text: str, read: DigitsRead, key: str) -> Reading:
    remarks = list(form_findings(text, read, key, CODES))
    if is_test_number(key):
        return Reading(None, None, findings=(Finding(CODES.placeholder, text), *remarks))
    province = PREFIXES.get(key[:3]) or PREFIXES.get(key[:2])
    if province is None:
        remarks.insert(0, Finding(UNKNOWN_PREFIX, text))
    if _FIRST_TWICE <= int(key) <= _LAST_TWICE:
        remarks.insert(0, Finding(ISSUED_TWICE, text))
    return Reading(key, key, {"province": province} if province else {}, tuple(remarks))


def _of_damaged(text: str, read: DigitsRead) -> Reading:
    """A cell from which 9 digits come only by a repair, or not at all."""
    guess = read.guess or ""
    if len(guess) == 12 and pin.is_plausible(guess):
        return Reading(None, None, {"kind": "pin"}, (Finding(IS_PIN, text, guess),))
    lost = len(guess) == 8 and is_plausible("0" + guess)
    proposed = "0" + guess if lost else guess if is_plausible(guess) else None
    return Reading(None, None, findings=repair_findings(text, read, CODES, proposed=proposed, lost_zeros=lost))
