"""The machine-readable zone of an ID card, written and read: TD1, three lines of 30, with the second check digit of Viet Nam.

Standard: ICAO Doc 9303-3 § 4 (transliteration, names, check digits), Doc 9303-5 § 4.2 (TD1). The rule of the first line is that
of cards in use: the last nine digits of the PIN as document number, then the whole PIN, `<<` and a check digit over it.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from sosach.vn.folding import fold
from sosach.vn.identifiers import pin as pins

WIDTH = 30
_COUNTRY = "VNM"
_NEVER = "991231"
_LINE = re.compile(r"[A-Z0-9<]{30}")
_VALUES = bytes(int(chr(code), 36) % 10 if code < 0x80 and chr(code).isalnum() else 0 for code in range(0x100))
_NOTHING = re.compile(r"['’`´ʼ.]")  # Doc 9303-3 § 4.6: apostrophes are left out
_APART = re.compile(r"[^A-Z]+")
_TWO = re.compile(r"[A-Z]{2,}")


class MrzFault(StrEnum):
    """What is wrong with a machine-readable zone."""

    LINES = "lines"  # not three lines of 30 allowed characters
    DOCUMENT = "document"  # not an ID card of Viet Nam
    PIN = "pin"  # not 12 digits
    NAME = "name"  # no name
    BIRTH = "birth"  # no date of the calendar
    SEX = "sex"
    EXPIRY = "expiry"
    NUMBER = "number"  # document number is not the end of the PIN
    NUMBER_CHECK = "number_check"  # check digit of the document number (last 9 digits of the PIN)
    PIN_CHECK = "pin_check"  # second check digit of line 1, over the whole PIN
    BIRTH_CHECK = "birth_check"
    EXPIRY_CHECK = "expiry_check"
    COMPOSITE_CHECK = "composite_check"


@dataclass(frozen=True, slots=True)
class MrzCard:
    """The machine-readable zone of a card.

    Attributes:
        pin: 12 digits, None when faulty.
        birth: date of birth, None when faulty.
        sex: "M" or "F", None when faulty.
        expires_on: day of expiry; None when faulty or unlimited.
        unlimited: the card does not expire (991231).
        surname: first part of the name, without accents.
        given_names: the rest of it.
        faults: empty when every check digit is right.
    """

    pin: str | None
    birth: date | None
    sex: str | None
    expires_on: date | None
    unlimited: bool
    surname: str
    given_names: str
    faults: tuple[MrzFault, ...]


def write(*, pin: str, full_name: str, birth: date, sex: str, expires: date | None) -> str:
    """The 90 characters of a card; values were checked before.

    Args:
        pin: 12 digits.
        full_name: with its marks, in any case.
        birth: day of birth.
        sex: "M" or "F".
        expires: last day of validity, None without expiry.

    >>> zone = write(pin="001099999999", full_name="Nguyễn Văn A", birth=date(1999, 1, 1), sex="M", expires=date(2039, 1, 1))
    >>> zone[:30], zone[30:60], zone[60:]
    ('IDVNM0999999994001099999999<<5', '9901018M3901016VNM<<<<<<<<<<<0', 'NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<')
    """
    number = pin[3:]
    # line 1 behind the country, line 2 before its last digit: what the composite check digit runs over
    first = f"{number}{check_digit(number)}{pin}<<{check_digit(pin)}"
    born, ends = _six(birth), _six(expires) if expires else _NEVER_CHECKED
    composite = check_digit(f"{first}{born}{ends}")  # fillers behind count for nothing
    return f"ID{_COUNTRY}{first}{born}{sex}{ends}{_COUNTRY}<<<<<<<<<<<{composite}{name_line(full_name)}"


@lru_cache(maxsize=1 << 16)
def _six(day: date) -> str:
    """A day as YYMMDD with its check digit."""
    digits = f"{day.year % 100:02}{day.month:02}{day.day:02}"
    return digits + check_digit(digits)


@lru_cache(maxsize=1 << 16)
def _letters(word: str) -> str:
    """What a word of a name is in the zone: names are millions, their words thousands."""
    return _APART.sub("<", _NOTHING.sub("", fold(word))).strip("<")


def name_line(full_name: str) -> str:
    """The name on the third line: surname, `<<`, given names; a long one is cut so that its last character is a letter.

    Doc 9303-3 § 4.6 wants a letter at the end of a name that was cut, so that readers see it may have been.

    >>> name_line("Đặng Thị Ngọc-Ánh")
    'DANG<<THI<NGOC<ANH<<<<<<<<<<<<'
    >>> name_line("Công Tằng Tôn Nữ Phương Thảo Nguyên")
    'CONG<<TANG<TON<NU<PHUONG<THA<N'
    """
    line = "<".join(filter(None, map(_letters, full_name.split()))).replace("<", "<<", 1)
    if len(line) <= WIDTH:
        return line.ljust(WIDTH, "<")
    while line[WIDTH - 1] == "<" and (longer := list(_TWO.finditer(line, 0, WIDTH))):
        last = longer[-1].end()  # a letter of the last word that has one to spare
        line = line[: last - 1] + line[last:]
    return line[:WIDTH]


def parse(text: str) -> MrzCard:
    r"""Read the three lines of a card (line breaks, or " / " between them) and recompute all check digits; total.

    >>> lines = ("IDVNM0999999994001099999999<<5", "9901018M3901016VNM<<<<<<<<<<<0", "NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<")
    >>> card = parse("\n".join(lines))
    >>> card.pin, card.birth, card.surname, card.given_names, card.faults
    ('001099999999', datetime.date(1999, 1, 1), 'NGUYEN', 'VAN A', ())
    """
    lines = [re.sub(r"\s", "", line).upper() for line in re.split(r"[\n\r/]+", text) if line.strip()]
    if len(lines) != 3 or not all(_LINE.fullmatch(line) for line in lines):
        return MrzCard(None, None, None, None, unlimited=False, surname="", given_names="", faults=(MrzFault.LINES,))
    first, second, third = lines
    surname, _, given = third.strip("<").partition("<<")
    number = first[15:27] if first[15:27].isdigit() else None
    unlimited = second[8:14] == _NEVER
    card = MrzCard(
        pin=number,
        birth=_short_day(second[:6], number),
        sex=second[7] if second[7] in "MF" else None,
        expires_on=None if unlimited else _day(f"20{second[8:14]}"),
        unlimited=unlimited,
        surname=surname.replace("<", " "),
        given_names=" ".join(given.replace("<", " ").split()),
        faults=(),
    )
    wrong = _content(card, first, second) | _checks(first, second)
    return replace(card, faults=tuple(fault for fault, applies in wrong.items() if applies))


def _content(card: MrzCard, first: str, second: str) -> dict[MrzFault, bool]:
    return {
        MrzFault.DOCUMENT: first[:5] != f"ID{_COUNTRY}" or second[15:18] != _COUNTRY,
        MrzFault.PIN: card.pin is None,
        MrzFault.NAME: not card.surname,
        MrzFault.BIRTH: card.birth is None,
        MrzFault.SEX: card.sex is None,
        MrzFault.EXPIRY: card.expires_on is None and not card.unlimited,
        MrzFault.NUMBER: first[5:14] != first[18:27],
    }


def _checks(first: str, second: str) -> dict[MrzFault, bool]:
    everything = first[5:30] + second[:7] + second[8:15] + second[18:29]
    return {
        MrzFault.NUMBER_CHECK: check_digit(first[5:14]) != first[14],
        MrzFault.PIN_CHECK: check_digit(first[15:27]) != first[29],
        MrzFault.BIRTH_CHECK: check_digit(second[:6]) != second[6],
        MrzFault.EXPIRY_CHECK: check_digit(second[8:14]) != second[14],
        MrzFault.COMPOSITE_CHECK: check_digit(everything) != second[29],
    }


def check_digit(characters: str) -> str:
    """Check digit of ICAO 9303 over digits, capital letters and "<": weights 7, 3, 1, sum modulo 10.

    >>> check_digit("099999999"), check_digit("991231")
    ('4', '5')
    """
    values = int.from_bytes(characters.encode("ascii").translate(_VALUES), "little")
    sums = values % 0xFFFFFF  # of every third value, one in each byte: none overflows within 84 characters
    return "0123456789"[(7 * (sums & 0xFF) + 3 * (sums >> 8 & 0xFF) + (sums >> 16)) % 10]


_NEVER_CHECKED = _NEVER + check_digit(_NEVER)


def _day(eight: str) -> date | None:
    try:
        return date(int(eight[:4]), int(eight[4:6]), int(eight[6:])) if eight.isdigit() else None
    except ValueError:
        return None


def _short_day(six: str, known_pin: str | None) -> date | None:
    """YYMMDD of a birth; the century is the PIN's when its year agrees, else the twentieth."""
    century = "19"
    if known_pin is not None and known_pin[4:6] == six[:2]:
        century = pins.structure(known_pin)["birth_year"][:2]
    return _day(century + six)
