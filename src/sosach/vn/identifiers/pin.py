"""Personal identification number (số định danh cá nhân, PIN): 12 digits, one for life.

Legal source: Law 26/2023/QH15 art. 12 fixes "a natural number of 12 digits" and nothing more. The older structure
`PPP G YY NNNNNN` (province of birth registration, sex and century, year of birth, random; Decree 137/2015 art. 13,
Circular 07/2016 art. 7) lapsed on 1 July 2024: departures from it are warnings, never errors. No check digit.
"""

import re
from collections.abc import Iterator

from sosach.base.findings import Finding, Reading, require
from sosach.vn.dates import REFERENCE_YEAR
from sosach.vn.digits import DigitsRead, read_digits, settle, without_separators
from sosach.vn.identifiers.digit_damage import codes_from, form_findings, repair_findings
from sosach.vn.tables import table
from sosach.vn.test_values import is_test_number

CODES = codes_from("PIN")
IS_OLD_ID = "PIN-08"
UNKNOWN_PROVINCE = "PIN-10"
FOREIGN_PROVINCE = "PIN-11"
FUTURE_YEAR = "PIN-12"
OTHER_SEX = "PIN-13"
OTHER_BIRTH_YEAR = "PIN-14"

PROVINCES: dict[str, str] = {row["pin_code"]: row["province_pre2025"] for row in table("pin_province_codes")}
PLAIN_DROP = ""
_PROVINCE = f"0(?:{'|'.join(sorted(code[1:] for code in PROVINCES))})"
# A known province, and a year of birth from 1901 to 2026: nothing to remark. No look-around, so RE2 takes it.
PLAIN = re.compile(rf"{_PROVINCE}(?:[01](?:0[1-9]|[1-9][0-9])|[23](?:[01][0-9]|2[0-6]))[0-9]{{6}}")

_OLDEST = 120  # years; a repaired number must belong to someone who can be alive


def compact(text: str) -> str:
    """Drop separators and unify digits, without judging.

    >>> compact(" 001.099-999 999")
    '001099999999'
    """
    return without_separators(settle(text))


def plain_key(text: str) -> str:
    """Key of a text that matches `PLAIN`: the text itself (nothing is dropped)."""
    return text


def explain(
    text: str, *, sex: str | None = None, birth_year: int | None = None, today_year: int = REFERENCE_YEAR
) -> Reading:
    """Read a PIN, with everything remarkable about it; total.

    Args:
        text: the cell as given.
        sex: "M" or "F" of the same record, to compare.
        birth_year: year of birth of the same record, to compare.
        today_year: year against which years of birth are judged.

    Returns:
        Key and display are the 12 digits. Facts: `province` (3 digits), `sex`, `birth_year` by the lapsed structure;
        `kind` = "old_id" where the cell holds a number of 9 digits.

    >>> explain("001099999999").facts
    {'province': '001', 'sex': 'M', 'birth_year': '1999'}
    >>> explain("1099999999").findings
    (Finding(code='PIN-02', value='1099999999', proposed='001099999999'),)
    """
    if not text or text.isspace():
        return Reading(None, None)
    read = read_digits(text)
    if not read.text:
        return Reading(None, None, findings=(Finding(CODES.wrong, text),))
    if read.digits is not None and len(read.digits) == 12:
        return _of_digits(text, read, sex, birth_year, today_year)
    return _of_damaged(text, read, today_year)


def validate(text: str) -> str:
    """The 12 digits.

    Raises:
        InvalidValueError: they cannot be read without a repair.

    >>> validate("001 099 999 999")
    '001099999999'
    """
    return require(explain(text), text)


def format(key: str) -> str:  # noqa: A001 - every identifier module has the same four verbs
    """Display form: the digits as they are printed on the card, without separators."""
    return key


def structure(key: str) -> dict[str, str]:
    """What 12 digits say by the lapsed rules: `province` (3 digits), `sex` "M"/"F", `birth_year`.

    >>> structure("079306999998")
    {'province': '079', 'sex': 'F', 'birth_year': '2006'}
    """
    century, female = divmod(int(key[3]), 2)
    return {
        "province": key[:3],
        "sex": "F" if female else "M",
        "birth_year": str(1900 + 100 * century + int(key[4:6])),
    }


def is_plausible(digits: str, *, today_year: int = REFERENCE_YEAR) -> bool:
    """Whether 12 digits name a known province and somebody at most 120 years old; the gate of every repair.

    >>> is_plausible("001099999999"), is_plausible("000109999999")
    (True, False)
    """
    if len(digits) != 12 or digits[:3] not in PROVINCES:
        return False
    return today_year - _OLDEST <= int(structure(digits)["birth_year"]) <= today_year and not is_filler(digits)


def is_filler(digits: str) -> bool:
    """Whether 12 digits were typed to fill the field: one digit repeated, counting, or nothing but zeros after 3 digits.

    >>> is_filler("111111111111"), is_filler("001000000000"), is_filler("001099999999")
    (True, True, False)
    """
    return is_test_number(digits) or digits[3:] == "000000000"


def pad(digits: str, *, today_year: int = REFERENCE_YEAR) -> str | None:
    """The PIN that lost its leading zeros in a spreadsheet, when the padded number is plausible.

    Only 10 or 11 digits can come of that: no province begins with 000.

    >>> pad("1099999999"), pad("00109999999")
    ('001099999999', None)
    """
    padded = digits.zfill(12)
    return padded if len(digits) in (10, 11) and is_plausible(padded, today_year=today_year) else None


def _of_digits(text: str, read: DigitsRead, sex: str | None, birth_year: int | None, today_year: int) -> Reading:
    key = read.digits or ""
    remarks = form_findings(text, read, key, CODES)
    if is_filler(key):
        return Reading(None, None, findings=(Finding(CODES.placeholder, text), *remarks))
    facts = structure(key)
    warnings = list(_structure_warnings(text, facts, sex, birth_year, today_year))
    if facts["province"] not in PROVINCES:
        if key[0] != "0":  # codes from 100: births registered abroad, by the former annex 2
            return Reading(key, key, facts, (*warnings, Finding(FOREIGN_PROVINCE, text), *remarks))
        warnings.insert(0, Finding(UNKNOWN_PROVINCE, text))
    return Reading(key, key, facts, (*warnings, *remarks))


def _structure_warnings(
    text: str, facts: dict[str, str], sex: str | None, birth_year: int | None, today_year: int
) -> Iterator[Finding]:
    implied = int(facts["birth_year"])
    if implied > today_year:
        yield Finding(FUTURE_YEAR, text)
    if sex in ("M", "F") and sex != facts["sex"]:
        yield Finding(OTHER_SEX, text)
    if birth_year is not None and birth_year != implied:
        yield Finding(OTHER_BIRTH_YEAR, text)


def _of_damaged(text: str, read: DigitsRead, today_year: int) -> Reading:
    """A cell from which 12 digits come only by a repair, or not at all."""
    guess = read.guess or ""
    if len(guess) == 9:
        return Reading(None, None, {"kind": "old_id"}, (Finding(IS_OLD_ID, text),))
    padded = pad(guess, today_year=today_year)
    proposed = guess if len(guess) == 12 and is_plausible(guess, today_year=today_year) else padded
    return Reading(None, None, findings=repair_findings(text, read, CODES, proposed=proposed, lost_zeros=bool(padded)))
