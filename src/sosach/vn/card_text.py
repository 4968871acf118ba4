"""Text read off an ID card by machine: the QR code of the 2021 and 2024 cards, the MRZ on the back.

Legal source: Law 26/2023/QH15 art. 18, 22; Circular 16/2024/TT-BCA (QR of the card from 1 July 2024); ICAO Doc 9303
part 5 (TD1: three lines of 30). The order of fields 8 to 11 of the 2024 QR is not sure, so they are kept as they stand.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sosach.vn.digits import settle
from sosach.vn.identifiers import old_id, pin
from sosach.vn.person_terms import sex as read_sex

_FIELDS_2021 = 7
_FIELDS_2024 = 11
_LONGEST = 1_500  # characters; codes of cards hold 100 to 250
_LONGEST_NAME = 100
_NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]{1,2}[^\W\d_]+)*\.?")
_ADDRESS = re.compile(r"[\w ,./()'’&+-]*")
_NEVER = "991231"
_LINE = re.compile(r"[A-Z0-9<]{30}")
_WEIGHTS = (7, 3, 1)
_COUNTRY = "VNM"


class CardFault(StrEnum):
    """What is wrong with a card's text."""

    FIELDS = "fields"  # QR: fewer than 7 fields
    PIN = "pin"  # not 12 digits
    OLD_ID = "old_id"  # neither 9 digits nor empty
    NAME = "name"  # no name
    BIRTH = "birth"  # no date of the calendar
    SEX = "sex"
    ADDRESS = "address"  # characters no address has; asked of fields for a form only
    ISSUED = "issued"
    LINES = "lines"  # MRZ: not three lines of 30 allowed characters
    DOCUMENT = "document"  # not an ID card of Viet Nam
    NUMBER_CHECK = "number_check"  # check digit of the document number (last 9 digits of the PIN)
    PIN_CHECK = "pin_check"  # second check digit of line 1, over the whole PIN
    NUMBER = "number"  # document number is not the end of the PIN
    BIRTH_CHECK = "birth_check"
    EXPIRY = "expiry"
    EXPIRY_CHECK = "expiry_check"
    COMPOSITE_CHECK = "composite_check"


@dataclass(frozen=True, slots=True)
class QrCard:
    """The QR code of a card.

    Attributes:
        pin: 12 digits, None when faulty.
        old_id: 9 digits of the former card, or None.
        full_name: as in the code (mixed case; do not trust its case).
        birth: date of birth, None when faulty.
        sex: "M" or "F", None when faulty.
        address: residence, without level words.
        issued_on: day of issue, None when faulty.
        generation: "2021" (7 fields) or "2024" (more).
        extras: fields 8 and on of the 2024 card, as they stand.
        faults: empty for a good code.
    """

    pin: str | None
    old_id: str | None
    full_name: str
    birth: date | None
    sex: str | None
    address: str
    issued_on: date | None
    generation: str
    extras: tuple[str, ...]
    faults: tuple[CardFault, ...]


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
    faults: tuple[CardFault, ...]


def parse_qr(text: str) -> QrCard:
    """Read the text of a card's QR code; total.

    >>> card = parse_qr("001099999999|012345678|Nguyễn Văn A|01011999|Nam|Số 1, Phúc Xá, Ba Đình, Hà Nội|15062021")
    >>> card.pin, card.birth, card.sex, card.generation, card.faults
    ('001099999999', datetime.date(1999, 1, 1), 'M', '2021', ())
    """
    fields = [settle(field) for field in text.split("|")]
    missing = _FIELDS_2021 - len(fields)
    fields += [""] * missing
    number, former, name, birth, sex_word, address, issued = fields[:_FIELDS_2021]
    card = QrCard(
        pin=number if re.fullmatch("[0-9]{12}", number) else None,
        old_id=former if re.fullmatch("[0-9]{9}", former) else None,
        full_name=name,
        birth=_day(birth[4:], birth[2:4], birth[:2]),
        sex=read_sex(sex_word).key,
        address=address,
        issued_on=_day(issued[4:], issued[2:4], issued[:2]),
        generation="2021" if len(fields) == _FIELDS_2021 else "2024",
        extras=tuple(fields[_FIELDS_2021:]),
        faults=(),
    )
    wrong = {
        CardFault.FIELDS: missing > 0,
        CardFault.PIN: card.pin is None,
        CardFault.OLD_ID: bool(former) and old_id.explain(former).key is None,
        CardFault.NAME: not name,
        CardFault.BIRTH: card.birth is None,
        CardFault.SEX: card.sex is None,
        CardFault.ISSUED: card.issued_on is None,
    }
    return replace(card, faults=_faults(wrong))


@dataclass(frozen=True, slots=True)
class CardFields:
    """What a card's QR code lets a form be filled with: only what passed its check; the rest is left to be typed.

    Attributes:
        pin: 12 digits.
        old_id: 9 digits of the former card, or "".
        full_name: as on the card, or "".
        birth_date: dd/mm/yyyy, or "".
        sex: "M", "F" or "".
        address: residence without level words, or "".
        issued_on: dd/mm/yyyy, or "".
        generation: "2021" or "2024".
        left_out: what the code held in a form that cannot be trusted.
    """

    pin: str
    old_id: str
    full_name: str
    birth_date: str
    sex: str
    address: str
    issued_on: str
    generation: str
    left_out: tuple[CardFault, ...]


def card_fields(text: str) -> CardFields | None:
    """Fields for a form from the text of a QR code; None when it is no card of ours. Total, whatever the text.

    A code can be printed by anybody: this fills a form somebody still looks at, and proves nothing.

    >>> card = card_fields("001099999999||Nguyễn Văn A|01011999|Nam|Số 1, Ba Đình, Hà Nội|15072025||||")
    >>> card.full_name, card.birth_date, card.sex, card.generation
    ('Nguyễn Văn A', '01/01/1999', 'M', '2024')
    >>> card_fields("https://example.vn/?id=001099999999") is None
    True
    """
    if len(text) > _LONGEST or not _FIELDS_2021 <= text.count("|") + 1 <= _FIELDS_2024:
        return None
    card = parse_qr(text)
    if card.pin is None or {CardFault.NAME, CardFault.BIRTH} <= set(card.faults):
        return None
    name = card.full_name if _NAME.fullmatch(card.full_name) and len(card.full_name) <= _LONGEST_NAME else ""
    address = card.address if _ADDRESS.fullmatch(card.address) else ""
    doubtful = {
        CardFault.NAME: not name,
        CardFault.ADDRESS: address != card.address,
    } | dict.fromkeys(card.faults, True)
    return CardFields(
        pin=card.pin,
        old_id=card.old_id or "",
        full_name=name,
        birth_date=_shown(card.birth),
        sex=card.sex or "",
        address=address,
        issued_on=_shown(card.issued_on),
        generation=card.generation,
        left_out=_faults(doubtful),
    )


def first_card(codes: Iterable[str]) -> CardFields | None:
    """The first of several codes on a photo that is a card's.

    >>> first_card(["WIFI:S:x;;", "nothing"]) is None
    True
    """
    return next((card for text in codes if (card := card_fields(text)) is not None), None)


def parse_mrz(text: str) -> MrzCard:
    r"""Read the three lines of a card's MRZ (line breaks, or " / " between them) and recompute all check digits; total.

    >>> lines = ("IDVNM0999999994001099999999<<5", "9901018M3901016VNM<<<<<<<<<<<0", "NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<")
    >>> card = parse_mrz("\n".join(lines))
    >>> card.pin, card.birth, card.surname, card.given_names, card.faults
    ('001099999999', datetime.date(1999, 1, 1), 'NGUYEN', 'VAN A', ())
    """
    lines = [re.sub(r"\s", "", line).upper() for line in re.split(r"[\n\r/]+", text) if line.strip()]
    if len(lines) != 3 or not all(_LINE.fullmatch(line) for line in lines):
        return MrzCard(None, None, None, None, unlimited=False, surname="", given_names="", faults=(CardFault.LINES,))
    first, second, third = lines
    surname, _, given = third.strip("<").partition("<<")
    number = first[15:27] if first[15:27].isdigit() else None
    unlimited = second[8:14] == _NEVER
    card = MrzCard(
        pin=number,
        birth=_short_day(second[:6], number),
        sex=second[7] if second[7] in "MF" else None,
        expires_on=None if unlimited else _day(f"20{second[8:10]}", second[10:12], second[12:14]),
        unlimited=unlimited,
        surname=surname.replace("<", " "),
        given_names=" ".join(given.replace("<", " ").split()),
        faults=(),
    )
    return replace(card, faults=_faults(_mrz_content(card, first, second) | _mrz_checks(first, second)))


def _mrz_content(card: MrzCard, first: str, second: str) -> dict[CardFault, bool]:
    return {
        CardFault.DOCUMENT: first[:5] != f"ID{_COUNTRY}" or second[15:18] != _COUNTRY,
        CardFault.PIN: card.pin is None,
        CardFault.NAME: not card.surname,
        CardFault.BIRTH: card.birth is None,
        CardFault.SEX: card.sex is None,
        CardFault.EXPIRY: card.expires_on is None and not card.unlimited,
        CardFault.NUMBER: first[5:14] != first[18:27],
    }


def _mrz_checks(first: str, second: str) -> dict[CardFault, bool]:
    everything = first[5:30] + second[:7] + second[8:15] + second[18:29]
    return {
        CardFault.NUMBER_CHECK: check_digit(first[5:14]) != first[14],
        CardFault.PIN_CHECK: check_digit(first[15:27]) != first[29],
        CardFault.BIRTH_CHECK: check_digit(second[:6]) != second[6],
        CardFault.EXPIRY_CHECK: check_digit(second[8:14]) != second[14],
        CardFault.COMPOSITE_CHECK: check_digit(everything) != second[29],
    }


def check_digit(characters: str) -> str:
    """Check digit of ICAO 9303 over digits, capital letters and "<": weights 7, 3, 1, sum modulo 10.

    >>> check_digit("099999999"), check_digit("991231")
    ('4', '5')
    """
    return str(sum(_value(char) * _WEIGHTS[place % 3] for place, char in enumerate(characters)) % 10)


def _faults(wrong: dict[CardFault, bool]) -> tuple[CardFault, ...]:
    return tuple(fault for fault, applies in wrong.items() if applies)


def _value(char: str) -> int:
    return 0 if char == "<" else int(char, 36)


def _day(year: str, month: str, day: str) -> date | None:
    if not all(part.isascii() and part.isdigit() for part in (year, month, day)) or len(year) != 4:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _shown(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day is not None and day.year >= 1000 else ""


def _short_day(six: str, known_pin: str | None) -> date | None:
    """YYMMDD of a birth; the century is the PIN's when its year agrees, else the twentieth."""
    century = "19"
    if known_pin is not None and known_pin[4:6] == six[:2]:
        century = pin.structure(known_pin)["birth_year"][:2]
    return _day(century + six[:2], six[2:4], six[4:])
