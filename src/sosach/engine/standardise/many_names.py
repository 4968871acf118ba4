"""Many names at once: each distinct word is read once, the names made of ordinary words are put together from them by Arrow.

Names are made of few syllables, so a million names hold some ten thousand words. A name with any word that does not stand for itself
goes to `names.explain`; for all others this is proven to give the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sosach.engine.standardise.reading import Row, findings_told, read_each
from sosach.vn.names import codes
from sosach.vn.names import single_words as w

COLUMNS: dict[str, pa.DataType] = {
    "display": pa.string(),
    "k1": pa.string(),
    "k2": pa.string(),
    "kind": pa.string(),
    "accented": pa.bool_(),
}
MOST_WORDS = 6

Bits = npt.NDArray[np.int32]
Which = npt.NDArray[np.bool_]


def _have(flags: Bits, wanted: int) -> Which:
    """Which flags hold at least one of those wanted."""
    return np.asarray(flags & wanted != 0)


@dataclass(frozen=True, slots=True)
class _Names:
    """Names cut into words.

    Attributes:
        raw: the names as given.
        spaced: whether blanks stood elsewhere than singly between words.
        foreign_blank: whether one of them was a no-break space.
        words: the distinct words.
        codes: for each word of each name its place in `words`.
        offsets: where the words of each name begin, and the end.
        flags: of each word in `codes`.
    """

    raw: pa.Array
    spaced: Which
    foreign_blank: Which
    words: list[w.Word]
    codes: Bits
    offsets: Bits
    flags: Bits

    @property
    def any(self) -> Bits:
        """For each name the flags that a word of it has."""
        return np.bitwise_or.reduceat(self.flags, self.offsets[:-1])

    @property
    def all(self) -> Bits:
        """For each name the flags that all its words have."""
        return np.bitwise_and.reduceat(self.flags, self.offsets[:-1])

    @property
    def first(self) -> Bits:
        """Flags of the first words."""
        return self.flags[self.offsets[:-1]]

    @property
    def second(self) -> Bits:
        """Flags of the second words; those of the only word where there is no second."""
        return self.flags[np.minimum(self.offsets[:-1] + 1, self.offsets[1:] - 1)]

    @property
    def leading(self) -> Which:
        """Whether two neighbouring words may be the beginning of a phrase that is no name."""
        leads = _have(self.flags, w.LEADS)
        leads[:-1] &= _have(self.flags[1:], w.CONTINUES)
        leads[self.offsets[1:] - 1] = False
        return np.asarray(np.logical_or.reduceat(leads, self.offsets[:-1]))

    @property
    def count(self) -> Bits:
        """How many words."""
        return np.diff(self.offsets)


def read_names(raw: pa.Array, read: Callable[[str], Row]) -> pa.Table:
    """Read names into a table of `raw`, the columns of `COLUMNS` and `findings`, in any order.

    Args:
        raw: text, no nulls.
        read: reads one name into a tuple of the columns and, last, its findings.
    """
    names = _cut(raw)
    ordinary = _is_ordinary(names)
    together = ordinary | _is_only_odd_to_look_at(names)
    parts = [_together(names, together, ordinary)]
    alone = raw.filter(pa.array(~together))
    if len(alone):
        parts.append(read_each(alone, read, COLUMNS))
    return pa.concat_tables(parts)


def _cut(raw: pa.Array) -> _Names:
    foreign = pc.match_substring(raw, "\u00a0")
    blanks = pc.replace_substring_regex(raw, "[\t\u00a0]", " ")
    clean = pc.utf8_trim(pc.replace_substring_regex(blanks, "  +", " "), " ")
    lists = pc.split_pattern(clean, " ")
    encoded = lists.values.dictionary_encode()
    words = list(map(w.word, encoded.dictionary.to_pylist()))
    flags = np.array([word.flags for word in words], np.int32)
    places = encoded.indices.to_numpy()
    return _Names(
        raw,
        pc.not_equal(raw, clean).to_numpy(zero_copy_only=False),
        foreign.to_numpy(zero_copy_only=False),
        words,
        places,
        lists.offsets.to_numpy(),
        flags[places],
    )


def _is_ordinary(names: _Names) -> Which:
    """Which names take the short way of `explain`: ordinary words in one case, nothing else."""
    shape = (names.count >= 2) & (names.count <= MOST_WORDS) & ~names.spaced
    usual = ~_have(names.any, w.ODD | w.ALONE) & _have(names.all, w.UPPER | w.TITLE)
    return shape & usual & (~_have(names.first, w.FIRST) | _begins_as_a_name(names))


def _is_only_odd_to_look_at(names: _Names) -> Which:
    """Which names take the long way of `explain` and yet mean what their words say: written oddly, or with unknown words."""
    shape = (names.count >= 2) & (names.count <= MOST_WORDS) & ~_have(names.any, w.ALONE)
    return shape & _begins_as_a_name(names) & ~_have(names.all, w.UNKNOWN) & _is_unicode(names)


def _begins_as_a_name(names: _Names) -> Which:
    """Which texts hold no title, no organisation, no alias, no filler."""
    first = names.first
    phrase = _have(first, w.BEGINS) & _have(names.second, w.CONTINUES)
    return ~_have(first, w.ALONE_FIRST | w.FILLER) & ~phrase & ~names.leading


def _is_unicode(names: _Names) -> Which:
    """Which names no legacy encoding can explain: in order as they are, or with letters that only Unicode has."""
    seen = names.any
    in_order = ~_have(seen, w.DOUBTFUL) & ~names.foreign_blank
    in_order_composed = ~_have(seen, w.DOUBTFUL_COMPOSED) & ~names.foreign_blank
    return in_order | (_have(seen, w.NOT_ASCII) & (in_order_composed | _have(seen, w.UNICODE)))


def _together(names: _Names, which: Which, ordinary: Which) -> pa.Table:
    """The names of `which`, each made of what its words say."""
    of_words = np.repeat(which, names.count)
    offsets = pa.array(np.concatenate(([0], np.cumsum(names.count[which]))), pa.int32())
    places = pa.array(names.codes[of_words])

    def joined(texts: list[str]) -> pa.Array:
        return pc.binary_join(pa.ListArray.from_arrays(offsets, pa.array(texts, pa.string()).take(places)), " ")

    shown = joined([word.shown for word in names.words])
    accented = _is_accented(names)
    columns = {
        "raw": names.raw.filter(pa.array(which)),
        "display": shown,
        "k1": joined([word.k1 for word in names.words]),
        "k2": joined([word.k2 for word in names.words]),
        "kind": pa.repeat(pa.scalar("person"), len(shown)),
        "accented": pa.array(accented[which]),
        "findings": _remarks(names, which, ordinary, accented, shown),
    }
    return pa.table(columns)


def _is_minority(names: _Names) -> Which:
    return _have(names.first, w.MINORITY_FIRST) | _have(names.any, w.MINORITY)


def _is_accented(names: _Names) -> Which:
    """Which names have not lost their accents, by the rule of `names.reading`."""
    marked_by_rule = _have(names.first, w.MARKED_SURNAME) | ((names.count > 2) & _have(names.second, w.VAN_THI))
    unmarked = ~_have(names.any, w.MARKED) & marked_by_rule
    return np.asarray(np.where(_have(names.any, w.BARE), _is_minority(names), ~unmarked))


def _remarks(names: _Names, which: Which, ordinary: Which, accented: Which, shown: pa.Array) -> pa.Array:
    """The findings of the names of `which`, in the order of `codes.worst_first`; a proposal is the name as displayed."""
    seen = names.any
    hidden = _have(seen, w.OTHER_SIGNS) & _have(seen, w.INVISIBLE)
    told: Sequence[tuple[str, Which, bool]] = (
        (codes.UNKNOWN_SYLLABLE, ~ordinary & _have(seen, w.UNKNOWN) & ~_is_minority(names), False),
        (codes.ACCENTS_MISSING, ~accented, False),
        (codes.LOOK_ALIKE, _have(seen, w.LOOK_ALIKE), True),
        (codes.DECOMPOSED, _have(seen, w.DECOMPOSED), True),
        (codes.LETTER_CASE, _have(seen, w.NOT_UPPER) & _have(seen, w.NOT_TITLE), True),
        (codes.SPACES, names.spaced | hidden, True),
    )
    return findings_told([(code, holds[which], shown if proposes else None) for code, holds, proposes in told])
