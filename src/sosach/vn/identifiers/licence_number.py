"""Driving licence number (số giấy phép lái xe): 12 digits, one per person for all classes; older papers are free.

Legal source: Circular 12/2025/TT-BCA art. 18 (from 1 July 2026 Circular 108/2026/TT-BCA): one number per person. The
structure `PP G YY NNNNNNN` of plastic cards since 2012 (province of first issue, sex and century of birth as in the
PIN, year of passing, random) is known from the press only: departures are warnings. It is not the PIN: YY is the year of
passing. Paper licences before that have letters and digits, 6 to 12 of them, by province.
"""

import re

from sosach.base.findings import Finding, Reading, require
from sosach.vn.dates import REFERENCE_YEAR
from sosach.vn.digits import Damage, DigitsRead, read_digits, settle, without_separators
from sosach.vn.identifiers.digit_damage import codes_from, form_findings, repair_findings
from sosach.vn.identifiers.pin import PROVINCES
from sosach.vn.test_values import is_test_number, is_test_value

CODES = codes_from("LNO")
UNKNOWN_PROVINCE = "LNO-11"
ODD_SEX_DIGIT = "LNO-12"

_CODES_2 = frozenset(code[1:] for code in PROVINCES)
PLAIN_DROP = ""
# Twelve digits, or the commonest number of an old paper. Beginnings that a filler shares (111…, 222…, 333…, 0123…, 1234…) go the long way.
_FILLERS = ("111", "222", "333", "012", "123")
_HEADS = "|".join(
    code + f"[{''.join(sex for sex in '0123' if code + sex not in _FILLERS)}]" for code in sorted(_CODES_2)
)
PLAIN = re.compile(rf"(?:{_HEADS})[0-9]{{9}}|[A-Z]{{1,2}}[0-9]{{6}}")

_LEGACY = re.compile(r"[A-ZĐ]{0,4}[0-9]{4,11}[A-ZĐ]{0,4}")


def compact(text: str) -> str:
    """Drop separators, unify digits, upper case, without judging.

    >>> compact("010 212 345 678")
    '010212345678'
    """
    return without_separators(settle(text)).upper()


def plain_key(text: str) -> str:
    """Key of a text that matches `PLAIN`: the text itself (nothing is dropped)."""
    return text


def explain(text: str, *, today_year: int = REFERENCE_YEAR) -> Reading:
    """Read a licence number; total.

    Returns:
        Facts of 12 digits: `form` = "pet", `province` (2 digits), `sex`, `passed_year`. Of older papers: `form` =
        "legacy".

    >>> explain("010212345678").facts
    {'form': 'pet', 'province': '01', 'sex': 'M', 'passed_year': '2021'}
    >>> explain("10212345678").proposed
    '010212345678'
    >>> explain("AB123456").facts
    {'form': 'legacy'}
    """
    if not text or text.isspace():
        return Reading(None, None)
    if is_test_value(text):
        return Reading(None, None, findings=(Finding(CODES.placeholder, text),))
    read = read_digits(text)
    if read.digits is not None and len(read.digits) == 12:
        return _of_digits(text, read, read.digits, today_year)
    return _of_others(text, read)


def validate(text: str) -> str:
    """The key.

    Raises:
        InvalidValueError: no licence number can be read without a repair.
    """
    return require(explain(text), text)


def format(key: str) -> str:  # noqa: A001 - every identifier module has the same four verbs
    """Display form: as printed, without separators."""
    return key


def is_plausible(digits: str) -> bool:
    """Whether 12 digits begin with a known province and a sex digit of people alive; the gate of every repair.

    >>> is_plausible("010212345678"), is_plausible("099020123456")
    (True, False)
    """
    return len(digits) == 12 and digits[:2] in _CODES_2 and digits[2] <= "3" and not is_test_number(digits)


def _of_digits(text: str, read: DigitsRead, key: str, today_year: int) -> Reading:
    remarks = form_findings(text, read, key, CODES)
    if is_test_number(key):
        return Reading(None, None, findings=(Finding(CODES.placeholder, text), *remarks))
    year = int(key[3:5])
    passed = year + (2000 if year <= today_year % 100 else 1900)
    facts = {"form": "pet", "province": key[:2], "sex": "F" if int(key[2]) % 2 else "M", "passed_year": str(passed)}
    warnings = []
    if key[:2] not in _CODES_2:
        warnings.append(Finding(UNKNOWN_PROVINCE, text))
    if key[2] > "3":
        warnings.append(Finding(ODD_SEX_DIGIT, text))
    return Reading(key, key, facts, (*warnings, *remarks))


def _of_others(text: str, read: DigitsRead) -> Reading:
    guess = read.guess or ""
    lost = len(guess) == 11 and is_plausible("0" + guess)
    proposed = "0" + guess if lost else guess if is_plausible(guess) else None
    key = compact(text)
    if proposed is None and Damage.SCIENTIFIC not in read.damage and _is_legacy(key):
        return Reading(key, key, {"form": "legacy"})
    return Reading(None, None, findings=repair_findings(text, read, CODES, proposed=proposed, lost_zeros=lost))


def _is_legacy(key: str) -> bool:
    """Letters and digits of 6 to 12; 11 digits alone are a damaged number of 12."""
    return 6 <= len(key) <= 12 and bool(_LEGACY.fullmatch(key)) and not (key.isdigit() and len(key) == 11)
