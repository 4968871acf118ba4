"""An "ID number" cell of a vehicle or a licence: PIN, old ID number, passport, tax code, or rubbish.

Old records hold whatever paper the owner showed (`số CMND/CCCD/hộ chiếu/mã số thuế`), so the kind is read off the value.
"""

import re
from dataclasses import dataclass
from typing import Literal

from sosach.base.findings import Finding
from sosach.vn.dates import REFERENCE_YEAR
from sosach.vn.digits import Damage, read_digits, settle
from sosach.vn.identifiers import old_id, pin
from sosach.vn.test_values import is_test_value

Kind = Literal["pin", "old_id", "tax_code", "passport", "none"]

IS_TAX_CODE = "PIN-20"
IS_PASSPORT = "PIN-21"
UNREADABLE = "PIN-22"
TWO_NUMBERS = "PIN-23"

# Letters O, I, Q are left to the reading "letter for a digit"; passports of Viet Nam do not begin with them.
_PASSPORT = re.compile(r"[A-HJ-NPR-Z]{1,2}[0-9]{6,8}")
_TAX_CODE = re.compile(r"([0-9]{10})(?:[0-9]{3})?")  # three more digits: a branch
_BLANKS = re.compile(r"[\s.-]+")
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_NUMBERS = re.compile(r"(?<![0-9])(?:[0-9]{12}|[0-9]{9})(?![0-9])")


@dataclass(frozen=True, slots=True)
class IdNumber:
    """One ID-number cell as understood.

    Attributes:
        kind: what the cell holds.
        pin: 12 digits read without a repair, or None.
        pin_repair: 12 digits that need a yes, or None; may stand beside another kind (a tax code that may be a PIN).
        old_id: 9 digits read without a repair, or None.
        old_id_repair: 9 digits that need a yes, or None.
        findings: what is remarkable, worst first.
    """

    kind: Kind
    pin: str | None = None
    pin_repair: str | None = None
    old_id: str | None = None
    old_id_repair: str | None = None
    findings: tuple[Finding, ...] = ()


def read_id_number(text: str, *, today_year: int = REFERENCE_YEAR) -> IdNumber:
    """Tell what an ID-number cell holds; total. Values matching `pin.PLAIN` or `old_id.PLAIN` come without findings.

    >>> read_id_number("001099999999").pin, read_id_number("012345678").old_id
    ('001099999999', '012345678')
    >>> read_id_number("12345670").old_id_repair, read_id_number("1099999999").pin_repair
    ('012345670', '001099999999')
    >>> read_id_number("001099999999 (012345678)").old_id
    '012345678'
    """
    if not text or text.isspace():
        return IdNumber("none")
    settled = settle(text)
    compacted = _BLANKS.sub("", settled).upper()
    if _PASSPORT.fullmatch(compacted) and not is_test_value(compacted):
        return IdNumber("passport", findings=(Finding(IS_PASSPORT, text),))
    read = read_digits(text)
    length = len(read.guess or "")
    if length > 13 or (length == 0 and Damage.SCIENTIFIC not in read.damage):
        return _of_several(text, settled)
    if length in (8, 9):
        return _as_old_id(text)
    if (
        read.digits is not None
        and (tax_code := _TAX_CODE.fullmatch(read.digits))
        and _reads_as_tax_code(tax_code[1], today_year)
    ):
        repair = pin.pad(read.digits, today_year=today_year)
        return IdNumber("tax_code", pin_repair=repair, findings=(Finding(IS_TAX_CODE, text, repair),))
    return _as_pin(text, today_year)


def _reads_as_tax_code(digits: str, today_year: int) -> bool:
    """Ten digits that begin with 0, or make no PIN when padded, are no PIN that lost its zeros."""
    if is_tax_code(digits):
        return True
    unlike_pin = digits.startswith("0") or pin.pad(digits, today_year=today_year) is None
    return unlike_pin and not is_test_value(digits)


def is_tax_code(digits: str) -> bool:
    """Whether 10 digits carry the right check digit of a tax code (mã số thuế).

    >>> is_tax_code("0309999991"), is_tax_code("0309999997")
    (False, True)
    """
    if len(digits) != 10 or is_test_value(digits):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, digits, strict=False))
    return int(digits[9]) == 10 - total % 11


def _as_old_id(text: str) -> IdNumber:
    reading = old_id.explain(text)
    return IdNumber(
        "old_id" if reading.key or reading.proposed else "none",
        old_id=reading.key,
        old_id_repair=reading.proposed if reading.key is None else None,
        findings=reading.findings,
    )


def _as_pin(text: str, today_year: int) -> IdNumber:
    reading = pin.explain(text, today_year=today_year)
    return IdNumber(
        "pin" if reading.key or reading.proposed else "none",
        pin=reading.key,
        pin_repair=reading.proposed if reading.key is None else None,
        findings=reading.findings,
    )


def _of_several(text: str, settled: str) -> IdNumber:
    """PIN and old number side by side in one cell; anything else with more than digits is unreadable."""
    numbers = _NUMBERS.findall(settled)
    pins = sorted({number for number in numbers if pin.PLAIN.fullmatch(number)})
    old_ids = sorted({number for number in numbers if old_id.is_plausible(number)})
    if len(pins) <= 1 and len(old_ids) <= 1 and numbers and len(pins) + len(old_ids) == len(set(numbers)):
        code = TWO_NUMBERS if len(numbers) > 1 else (pin if pins else old_id).CODES.by_damage[Damage.SEPARATORS]
        proposed = pins[0] if pins else old_ids[0]
        return IdNumber(
            "pin" if pins else "old_id",
            pin=pins[0] if pins else None,
            old_id=old_ids[0] if old_ids else None,
            findings=(Finding(code, text, proposed),),
        )
    if is_test_value(settled):
        return IdNumber("none", findings=(Finding(pin.CODES.placeholder, text),))
    return IdNumber("none", findings=(Finding(UNREADABLE, text),))
