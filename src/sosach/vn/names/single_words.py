"""One word of a name by itself: all that the reading of a whole name takes from it, so that many names are read word by word.

A name made of words without `ALONE` is what its words say together; `tests/engine/standardise/test_many_names.py` proves that it is
what `explain` says. The rules behind the flags are those of `explaining`, `cleaning` and `organisations`.
"""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from sosach.vn import syllables
from sosach.vn.encodings.tables import is_one_byte
from sosach.vn.names import cleaning, lexicon, organisations
from sosach.vn.names.parts import BARE, FIRST, MARKED, ODD, TITLE, UPPER, Part, canonical, part, upper
from sosach.vn.names.phrases import phrases
from sosach.vn.test_values import may_begin_test_value

__all__ = ["BARE", "FIRST", "MARKED", "ODD", "TITLE", "UPPER", "Word", "word"]

# Beside the flags of `parts`.
ALONE = 1 << 6  # only `explain` can read a name with it
ALONE_FIRST = 1 << 7  # only `explain` can read a name that begins with it
FILLER = 1 << 8  # something typed to fill the field may begin with it
BEGINS = 1 << 9  # first word of what an organisation is called by or of what is said when nobody knows
LEADS = 1 << 10  # anywhere in a name the first word of a phrase that makes the rest something else
CONTINUES = 1 << 11  # second word of such phrases
MARKED_SURNAME = 1 << 12  # a surname that exists only with marks, also when it has lost them
VAN_THI = 1 << 13  # Văn or Thị, also without marks
MINORITY_FIRST = 1 << 14  # as the first word it shows a minority name
MINORITY = 1 << 15  # anywhere it shows a minority name
UNKNOWN = 1 << 16  # no syllable, not even one without its marks
# How it was written.
DECOMPOSED = 1 << 17
LOOK_ALIKE = 1 << 18
OTHER_SIGNS = 1 << 19  # a look-alike letter or another sign than the usual one
INVISIBLE = 1 << 20
NOT_UPPER = 1 << 21
NOT_TITLE = 1 << 22
# What a legacy encoding could make of it.
NOT_ASCII = 1 << 23
DOUBTFUL = 1 << 24  # as written no syllable: perhaps in another encoding
DOUBTFUL_COMPOSED = 1 << 25  # the same once composed and with the usual letters
UNICODE = 1 << 26  # holds a letter that no one-byte encoding has

_NO_LOOK_ALIKES = str.maketrans("ÐðƉɖ", "ĐđĐđ")
_SPLITTING = frozenset("'- ")
# Words behind which another name stands: of a second owner, or of the same person.
_BETWEEN = frozenset({"VÀ", "VA"}) | frozenset(alias for alias in lexicon.ALIAS_WORDS if " " not in alias)
_TITLES = lexicon.TITLES | lexicon.BARE_TITLES


class Word(NamedTuple):
    """One word, of which many names are made.

    Attributes:
        shown: as displayed.
        k1: tone-safe key.
        k2: key without marks.
        flags: bits of this module and of `parts`.
    """

    shown: str
    k1: str
    k2: str
    flags: int


@lru_cache(maxsize=1 << 17)
def word(text: str) -> Word:
    """What a word (no blank inside, any spelling) gives to each name it stands in. Total: never raises.

    >>> word("Thuý")[:3], word("NGUYEN").flags & (BARE | ALONE) == BARE, word("(Út)").flags & ALONE == ALONE
    (('THUÝ', 'THUY1', 'THUY'), True, True)
    """
    own = part(text)
    composed = unicodedata.normalize("NFC", text)
    flags = own.flags | _among_others(own) | _written(text, composed) | _encoded(text, composed)
    if _is_alone(text, own):
        flags |= ALONE
    return Word(own.upper, own.k1, own.k2, flags)


def _is_alone(text: str, own: Part) -> bool:
    """Whether a word changes how the others are read, or becomes no single word of the name."""
    shown = own.upper
    if not shown or not lexicon.LETTERS.issuperset(shown) or not _SPLITTING.isdisjoint(shown):
        return True
    if any("\uff00" <= letter <= "\uff5e" or "\u0370" <= letter <= "\u052f" for letter in text):
        return True
    if not syllables.is_syllable(shown) and syllables.normalise(shown) != shown:
        return True
    return shown in lexicon.PLACEHOLDER_WORDS or shown in _BETWEEN or organisations.is_telling(own)


def _among_others(own: Part) -> int:
    """Flags of the part a word may play among others."""
    begins = phrases()
    flags = 0
    if own.upper in _TITLES or organisations.is_telling(own, first=True):
        flags |= ALONE_FIRST
    if may_begin_test_value(own.upper):
        flags |= FILLER
    if begins.first.holds(own):
        flags |= BEGINS | (LEADS if begins.anywhere.holds(own) else 0)
    if begins.second.holds(own):
        flags |= CONTINUES
    if own.k2 in lexicon.MARKED_SURNAME_KEYS:
        flags |= MARKED_SURNAME
    if own.k2 in {"VAN", "THI"}:
        flags |= VAN_THI
    if own.upper in lexicon.MINORITY_FIRST:
        flags |= MINORITY_FIRST
    if own.upper in lexicon.MINORITY_PARTS:
        flags |= MINORITY
    if not syllables.is_syllable(own.upper) and not own.flags & BARE:
        flags |= UNKNOWN
    return flags


def _written(text: str, composed: str) -> int:
    """Flags of how a word was written, by the rules of `cleaning.spelling`."""
    same = canonical(composed)
    flags = 0 if cleaning.is_titled(same) else NOT_TITLE
    if same != upper(same):
        flags |= NOT_UPPER
    if composed != text:
        flags |= DECOMPOSED
    if same != composed:
        flags |= OTHER_SIGNS
        if cleaning.letters(same) != cleaning.letters(composed):
            flags |= LOOK_ALIKE
    if any(unicodedata.category(letter) == "Cf" for letter in text if not letter.isalpha()):
        flags |= INVISIBLE
    return flags


def _encoded(text: str, composed: str) -> int:
    """Flags of whether a legacy encoding has to be thought of; where that is not sure, it has."""
    flags = 0 if text.isascii() else NOT_ASCII
    if not is_one_byte(composed):
        flags |= UNICODE
    if not _is_in_order(text):
        flags |= DOUBTFUL
        if not _is_in_order(composed.translate(_NO_LOOK_ALIKES)):
            flags |= DOUBTFUL_COMPOSED
    return flags


def _is_in_order(text: str) -> bool:
    """Whether a word is one syllable, with its marks or without them, in one case."""
    if not text.isalpha():
        return False
    if text.isascii():
        return syllables.is_toneless_syllable(text)
    return (text.islower() or text.isupper() or text.istitle()) and syllables.is_syllable(text)
