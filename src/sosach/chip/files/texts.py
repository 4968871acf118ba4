"""DG13: the texts of the card in numbered fields, in the layout readers of Vietnamese cards know.

`6D { SEQUENCE { SEQUENCE { INTEGER n, value … } … } }`: field 13 holds a SEQUENCE of one name for each parent, field 14 one for
the spouse or nothing, all others one text. The layout of 2021 was learnt from public readers; the ministry never
published it. Many of them look for the bytes `30 L 02 01 n` and take one byte for a length, so a text of ours is kept within
127 bytes wherever the law allows it: a longer one is written whole all the same and read well by whoever reads DER.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.content import CardContent
from sosach.chip.der import (
    SEQUENCE,
    DerError,
    Node,
    integer,
    integer_of,
    printable,
    sequence,
    text_of,
    tlv,
    utf8,
    whole,
)

TAG = b"\x6d"
NO_EXPIRY = "Không thời hạn"
SEXES = {"M": "Nam", "F": "Nữ"}
LONGEST_FOR_SCANNERS = 127
"""Bytes of one text that readers scanning for patterns still take."""

FIELDS_2021 = (
    "pin",
    "full_name",
    "birth",
    "sex",
    "nationality",
    "ethnicity",
    "religion",
    "origin",
    "residence",
    "marks",
    "issued",
    "expires",
    "parents",
    "spouse",
    "old_id",
    "reference",
)
LAYOUTS: Mapping[str, tuple[str, ...]] = {"VN-CCCD-2021": FIELDS_2021, "VN-CC-2024": (*FIELDS_2021, "birth_place")}
"""Fields of each registered layout, in the order of their numbers from 1."""
_PRINTABLE = frozenset({"pin", "birth", "issued", "old_id", "reference"})
_DATES = frozenset({"birth", "issued"})


@dataclass(frozen=True, slots=True)
class Texts:
    """DG13 as it was read.

    Attributes:
        fields: text of every plain field by its number.
        parents: names of father and mother, field 13.
        spouse: name of the spouse, field 14; "" without.
    """

    fields: Mapping[int, str]
    parents: tuple[str, ...]
    spouse: str


def write(content: CardContent, *, layout: str) -> bytes:
    """DG13 of a card.

    Raises:
        KeyError: a layout that is not registered.
        SosachError: VALUE-01 a control character in a text, which would break readers.
    """
    fields = (sequence(integer(number), _value(content, name)) for number, name in enumerate(LAYOUTS[layout], start=1))
    return tlv(TAG, sequence(*fields))


def _value(content: CardContent, name: str) -> bytes:
    if name == "parents":
        return _names(content.father, content.mother)
    if name == "spouse":
        return _names(content.spouse) if content.spouse else b""
    return printable(_said(content, name)) if name in _PRINTABLE else utf8(_said(content, name))


def _names(*names: str) -> bytes:
    return b"".join(sequence(utf8(_clean(name))) for name in names)


def _said(content: CardContent, name: str) -> str:
    if name in _DATES:
        return shown(getattr(content, name))
    if name == "expires":
        return shown(content.expires) if content.expires else NO_EXPIRY
    if name == "sex":
        return SEXES[content.sex]
    return _clean(str(getattr(content, name)))


def shown(day: date) -> str:
    """A day as the card writes it, dd/MM/yyyy.

    >>> shown(date(1999, 1, 5))
    '05/01/1999'
    """
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def _clean(text: str) -> str:
    if not text.isprintable():
        raise SosachError(
            ErrorCode.VALUE_INVALID,
            vi="Nội dung thẻ có ký tự điều khiển",
            en="The content of the card holds a control character",
        )
    return text


def read(group: bytes) -> Texts:
    """The texts of DG13, whatever its layout.

    Raises:
        DerError: it is no DG13, or a number comes twice.
    """
    fields: dict[int, str] = {}
    nested: dict[int, tuple[str, ...]] = {}
    for entry in whole(group, TAG).only(SEQUENCE).children():
        head, *values = entry.expect(SEQUENCE).children() or (entry,)
        number = integer_of(head)
        if number in fields or number in nested:
            raise DerError(entry.start, "field said twice")
        if len(values) == 1 and values[0].tag != SEQUENCE:
            fields[number] = text_of(values[0])
        else:
            nested[number] = tuple(text_of(_only(value)) for value in values)
    parents = FIELDS_2021.index("parents") + 1
    spouse = nested.get(FIELDS_2021.index("spouse") + 1, ())
    return Texts(fields, nested.get(parents, ()), spouse[0] if spouse else "")


def _only(name: Node) -> Node:
    inner = name.expect(SEQUENCE).children()
    if len(inner) != 1:
        raise DerError(name.start, "no name")
    return inner[0]
