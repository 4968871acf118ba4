"""The QR code of the ID cards of 2021 and 2024, read and written; the machine-readable zone stands in `mrz.py`.

Legal source: Law 26/2023/QH15 art. 18, 22; Circular 16/2024/TT-BCA (QR of the card from 1 July 2024). The order of fields 8 to
11 of the 2024 QR is not sure, so they are kept as they stand when read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal, Protocol

from sosach.base.errors import ErrorCode, SosachError
from sosach.vn.digits import settle
from sosach.vn.identifiers import old_id
from sosach.vn.licence_classes import birthday
from sosach.vn.person_terms import sex as read_sex

_FIELDS_2021 = 7
_FIELDS_2024 = 11
_LONGEST = 1_500  # characters; codes of cards hold 100 to 250
_LONGEST_NAME = 100
_NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]{1,2}[^\W\d_]+)*\.?")
_ADDRESS = re.compile(r"[\w ,./()'’&+-]*")
_SEXES = {"M": "Nam", "F": "Nữ"}
_CHILD_UNTIL = 14


class CardFault(StrEnum):
    """What is wrong with the text of a QR code."""

    FIELDS = "fields"  # QR: fewer than 7 fields
    PIN = "pin"  # not 12 digits
    OLD_ID = "old_id"  # neither 9 digits nor empty
    NAME = "name"  # no name
    BIRTH = "birth"  # no date of the calendar
    SEX = "sex"
    ADDRESS = "address"  # characters no address has; asked of fields for a form only
    ISSUED = "issued"


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


class CardSays(Protocol):
    """What of a card goes into its QR code."""

    @property
    def pin(self) -> str:
        """12 digits."""
        ...

    @property
    def old_id(self) -> str:
        """9 digits of the former card, or ""."""
        ...

    @property
    def full_name(self) -> str:
        """As the card prints it."""
        ...

    @property
    def birth(self) -> date:
        """Day of birth."""
        ...

    @property
    def sex(self) -> str:
        """One of "M", "F"."""
        ...

    @property
    def residence(self) -> str:
        """As the card prints it."""
        ...

    @property
    def issued(self) -> date:
        """Day of issue."""
        ...

    @property
    def father(self) -> str:
        """Full name, or ""."""
        ...

    @property
    def mother(self) -> str:
        """Full name, or ""."""
        ...


def qr_text(card: CardSays, *, generation: Literal["2021", "2024"], cancelled_pin: str = "") -> str:
    """The text of a card's QR code; `parse_qr` reads it back.

    The layout of 2024 names the parents of somebody under 14 (Circular 16/2024/TT-BCA art. 6) in fields 10 and 11, and a PIN
    that was cancelled in field 9.

    Raises:
        SosachError: VALUE-01 a text holds the separator or a control character.
    """
    fields = [card.pin, card.old_id, card.full_name, _packed(card.birth), _SEXES[card.sex], card.residence]
    fields.append(_packed(card.issued))
    if generation == "2024":
        child = card.issued < birthday(card.birth, _CHILD_UNTIL)
        fields += ["", cancelled_pin, *((card.father, card.mother) if child else ("", ""))]
    for field in fields:
        if "|" in field or not field.isprintable():
            raise SosachError(
                ErrorCode.VALUE_INVALID,
                vi=f"Mã QR của thẻ không chứa được “{field}”",
                en=f"The QR code of a card cannot hold “{field}”",
            )
    return "|".join(fields)


def _packed(day: date) -> str:
    return f"{day.day:02d}{day.month:02d}{day.year:04d}"


def _faults(wrong: dict[CardFault, bool]) -> tuple[CardFault, ...]:
    return tuple(fault for fault, applies in wrong.items() if applies)


def _day(year: str, month: str, day: str) -> date | None:
    if not all(part.isascii() and part.isdigit() for part in (year, month, day)) or len(year) != 4:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _shown(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day is not None and day.year >= 1000 else ""
