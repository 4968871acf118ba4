"""DG13: the texts of the card in numbered fields, in the layout readers of Vietnamese cards know.

`6D { SEQUENCE { SEQUENCE { INTEGER n, value … } … } }`: field 13 holds a SEQUENCE of one name for each parent, field 14 one for
the spouse or nothing, all others one text. The layout of 2021 was learnt from public readers; the ministry never
published it. Many of them look for the bytes `30 L 02 01 n` and take one byte for a length, so a text of ours is kept within
127 bytes wherever the law allows it: a longer one is written whole all the same and read well by whoever reads DER.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain
from operator import getitem

from sosach.chip.content import CardContent
from sosach.chip.der import (
    PRINTABLE,
    SEQUENCE,
    UTF8,
    DerError,
    Node,
    integer,
    integer_of,
    length,
    text_of,
    whole,
)

TAG = b"\x6d"
NO_EXPIRY = "Không thời hạn"
SEXES = {"M": "Nam", "F": "Nữ"}

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
_NESTED = frozenset({"parents", "spouse"})


class _Heads(dict[int, bytes]):
    """All of a field before its value, by the size of the value in bytes; made once for each size."""

    def __init__(self, number: int, tag: bytes) -> None:
        super().__init__()
        self._number = integer(number)
        self._tag = tag

    def __missing__(self, size: int) -> bytes:
        before = self._number + (self._tag + length(size) if self._tag else b"")
        self[size] = made = SEQUENCE + length(len(before) + size) + before
        return made


_HEADS = {
    layout: tuple(
        _Heads(number, b"" if name in _NESTED else PRINTABLE if name in _PRINTABLE else UTF8)
        for number, name in enumerate(names, start=1)
    )
    for layout, names in LAYOUTS.items()
}
"""Of every field in its order; a nested one brings tags of its own."""


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
    """
    values = (
        *map(
            str.encode,
            (
                content.pin,
                content.full_name,
                shown(content.birth),
                SEXES[content.sex],
                content.nationality,
                content.ethnicity,
                content.religion,
                content.origin,
                content.residence,
                content.marks,
                shown(content.issued),
                shown(content.expires) if content.expires else NO_EXPIRY,
            ),
        ),
        _name(content.father) + _name(content.mother),
        _name(content.spouse) if content.spouse else b"",
        *map(str.encode, (content.old_id, content.reference, content.birth_place)),
    )
    heads = map(getitem, _HEADS[layout], map(len, values))  # the older layout ends before the last value
    fields = b"".join(chain.from_iterable(zip(heads, values, strict=False)))
    return _group_head(len(fields)) + fields


@lru_cache(maxsize=1 << 12)
def _group_head(size: int) -> bytes:
    before = SEQUENCE + length(size)
    return TAG + length(len(before) + size) + before


def _name(name: str) -> bytes:
    value = name.encode()
    return _name_head(len(value)) + value


@lru_cache(maxsize=1 << 10)
def _name_head(size: int) -> bytes:
    before = UTF8 + length(size)
    return SEQUENCE + length(len(before) + size) + before


@lru_cache(maxsize=1 << 16)
def shown(day: date) -> str:
    """A day as the card writes it, dd/MM/yyyy.

    >>> shown(date(1999, 1, 5))
    '05/01/1999'
    """
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


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
