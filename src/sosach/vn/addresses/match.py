"""Finding units in the words of an address: exact keys first, then one wrong letter."""

from collections.abc import Iterable
from dataclasses import dataclass

from sosach.vn.addresses.gazetteer import Gazetteer, Index, ProvinceName, Unit, accents_of
from sosach.vn.addresses.words import PROVINCE_WORDS, Segment, Span

Position = tuple[int, int]  # segment index, number of its words still unread

_HAMLETS = frozenset({"THON", "XOM", "AP", "TO", "PHO", "KP", "TDP", "KHOM", "DOI", "BAN", "BUON", "CUM", "KHU"})
# Folded words behind which a name is a street's, a market's or a building's rather than a commune's.
_STREETS = """DUONG NGO NGACH HEM KIET D QL TL DT LO SO SN NHA CAN CC CU CHO CAU TOA BLOCK LANG SOC THE KDC KDT KTT KTX KCN
TRUONG BENH VIEN KHACH SAN"""
_STREET_WORDS = _HAMLETS.union(_STREETS.split())
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}


@dataclass(frozen=True, slots=True)
class Hit:
    """Units that the same words may name.

    Attributes:
        units: one, or several of the same key.
        span: the words.
        at: index of the segment.
        typo: whether one letter had to be changed.
    """

    units: tuple[Unit, ...]
    span: Span
    at: int
    typo: bool = False

    def only(self, *units: Unit) -> "Hit":
        """The same words, read as these units only."""
        return Hit(units, self.span, self.at, self.typo)

    @property
    def before(self) -> Position:
        """Where reading goes on to the left."""
        return self.at, self.span.start


@dataclass(slots=True)
class Text:
    """The segments of one address and how freely they may be cut."""

    segments: list[Segment]
    loose: bool
    accented: bool

    def settle(self, position: Position) -> Position:
        """The same place, moved to the end of the segment before when its own is used up; (-1, 0) at the start."""
        at, end = position
        if end:
            return position
        while at >= 0 and end == 0:
            at -= 1
            end = len(self.segments[at].words) if at >= 0 else 0
        return at, end

    def spans(self, position: Position) -> tuple[Span, ...]:
        """Runs of words that end at a settled position; bare runs inside a segment only where it is already cut."""
        at, end = position
        if at < 0:
            return ()
        part = self.segments[at]
        cut = end < len(part.words) or at == len(self.segments) - 1
        return part.spans(end, loose=self.loose and cut)

    def find(self, position: Position, indexes: Iterable[Index], levels: frozenset[str]) -> list[Hit]:
        """Units of these indexes whose name ends at that position; the most explicit, or all when reading loosely."""
        position = self.settle(position)
        hits: list[Hit] = []
        tables = tuple(indexes)
        for span in self.spans(position):
            if span.level and span.level not in levels:
                continue
            units = tables[0].get(span.key, ()) if len(tables) == 1 else _named(tables, span.key)
            if units and (span.start == 0 or not span.level or any(span.level in unit.kinds for unit in units)):
                hits.append(Hit(self.narrow(units, span, position), span, position[0]))
                if not self.loose:
                    break
        return hits

    def narrow(self, units: tuple[Unit, ...], span: Span, position: Position) -> tuple[Unit, ...]:
        """Of several units of one key, those whose accents and kind agree with the text; all when nothing tells."""
        if len(units) == 1 or len({unit.plain for unit in units}) != 1:
            return units  # successors of a former district bear other names: nothing in the text tells them apart
        by_kind = [unit for unit in units if span.level in unit.kinds]
        by_accent: list[Unit] = []
        if self.accented:
            at, end = position
            written = accents_of(self.segments[at].words[span.name : end])
            by_accent = [unit for unit in units if unit.accents == written]
        both = [unit for unit in by_accent if unit in by_kind]
        return tuple(both or [*by_accent, *by_kind] or units)

    def accents(self, hit: Hit) -> str:
        """The name as written, comparable to `Unit.accents`; of no use in a text without accents."""
        return accents_of(self.segments[hit.at].words[hit.span.name : hit.span.end]) if self.accented else ""

    def marked(self, hit: Hit) -> bool:
        """Whether the name itself carries marks."""
        return any(not word.isascii() for word in self.segments[hit.at].words[hit.span.name : hit.span.end])

    def named(self, position: Position, levels: frozenset[str]) -> Span | None:
        """A run there that claims to be a unit: behind a level word, or a bare segment that is no house or street."""
        at, end = position = self.settle(position)
        for span in self.spans(position):
            if span.level in levels:
                return span
        if at < 0 or end < len(self.segments[at].words):
            return None
        part = self.segments[at]
        return None if part.is_head or part.has_digit else Span("", "", 0, 0, end)

    def clear_before(self, hit: Hit, *, names: bool) -> bool:
        """Whether a bare name inside a segment can be a unit: not what a street's name would look like.

        `names`: other name words may stand before it (a street), as when a district follows.
        """
        if hit.span.level or hit.span.start == 0:
            return True
        words = self.segments[hit.at].folded[: hit.span.start]
        if any(char.isdigit() for char in words[-1]):
            return len(words) > 1 and words[-2] in _HAMLETS
        return names and words[-1] not in _STREET_WORDS

    def name_before(self, position: Position) -> bool:
        """Whether a bare name stands there that might be a commune: no number, no word for street or hamlet."""
        at, end = self.settle(position)
        if at < 0:
            return False
        part = self.segments[at]
        if end < len(part.words):
            return not any(char.isdigit() for char in part.folded[end - 1])
        return not part.is_head and not part.has_digit


def _named(indexes: Iterable[Index], key: str) -> tuple[Unit, ...]:
    units: tuple[Unit, ...] = ()
    for index in indexes:
        if key in index:
            units += index[key]
    return units


def province_hits(text: Text, position: Position, names: dict[str, ProvinceName]) -> list[tuple[ProvinceName, Span]]:
    """Provinces whose name ends at a settled position, most explicit first."""
    return [
        (names[span.key], span)
        for span in text.spans(position)
        if span.key in names and (not span.level or span.level in PROVINCE_WORDS)
    ]


def roman(text: Text, position: Position, indexes: list[Index], levels: frozenset[str]) -> list[Hit]:
    """Units whose number the text writes in Roman digits (Mỹ Đình II)."""
    at, end = position = text.settle(position)
    if at < 0 or text.segments[at].folded[end - 1] not in _ROMAN:
        return []
    last = text.segments[at].folded[end - 1]
    for span in text.spans(position):
        key = span.key.removesuffix(last) + _ROMAN[last]
        units = _named(indexes, key)
        if units and (not span.level or span.level in levels) and span.key.endswith(last):
            return [Hit(units, span, at)]
    return []


def misspelt(
    text: Text, position: Position, indexes: list[Index], levels: frozenset[str], *, known: Gazetteer
) -> list[Hit]:
    """The only unit of these indexes one letter away from a name that is no unit's name anywhere.

    A name that exists elsewhere may be a commune merged years ago: that is no slip of the pen.
    """
    at, _ = position = text.settle(position)
    for span in text.spans(position):
        if (span.level and span.level not in levels) or not (span.level or span.start == 0) or len(span.key) < 5:
            continue
        last = text.segments[at].folded[span.end - 1]
        numbered = len(last) == 1 or last in _ROMAN or any(char.isdigit() for char in span.key)
        if numbered or span.key in known.wards or span.key in known.communes:
            continue
        units = near_units(text, Hit((), span, at), indexes)
        if len(units) == 1:
            return [Hit(units, span, at, typo=True)]
    return []


def near_units(text: Text, hit: Hit, indexes: Iterable[Index]) -> tuple[Unit, ...]:
    """Units of these indexes whose name is one letter away from the words of a hit; by accents where they tell more."""
    words = text.segments[hit.at]
    plain = "".join(words.folded[hit.span.name : hit.span.end])
    near = [unit for index in indexes for units in index.values() for unit in units if one_letter(unit.plain, plain)]
    near = list(dict.fromkeys(near))
    written = text.accents(hit)
    closer = [unit for unit in near if one_letter(unit.accents, written)] if written else []
    return tuple(closer or near)


def one_letter(left: str, right: str) -> bool:
    """Whether one letter replaced, added or dropped, or two neighbours swapped, makes one the other.

    >>> [one_letter("BENNGHE", other) for other in ("BENNGE", "BENGNHE", "BANNGHE", "BENNGHE", "BNEGNHE")]
    [True, True, True, False, False]
    """
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    start = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        start += 1
    if len(left) == len(right):
        swapped = left[start : start + 2] == right[start : start + 2][::-1]
        return left[start + 1 :] == right[start + 1 :] or (swapped and left[start + 2 :] == right[start + 2 :])
    short, long = sorted((left, right), key=len)
    return short[start:] == long[start + 1 :]
