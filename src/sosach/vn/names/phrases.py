"""First and second words of the phrases that make something else of a name: an organisation, an alias, nobody."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from sosach.vn.names import lexicon, organisations
from sosach.vn.names.parts import Part, part


class Words(NamedTuple):
    """Words by their keys.

    Attributes:
        k1: with or without marks, as the phrase is spelt.
        k2: of those phrases that are recognised without marks.
    """

    k1: frozenset[str]
    k2: frozenset[str]

    def holds(self, word: Part) -> bool:
        """Whether a word is one of them; without its marks only where that counts."""
        return word.k1 in self.k1 or (word.upper == word.k2 and word.k2 in self.k2)


class Phrases(NamedTuple):
    """Words of phrases of two words and more.

    Attributes:
        first: their first words.
        anywhere: first words of those that may stand behind other words.
        second: their second words.
    """

    first: Words
    anywhere: Words
    second: Words


@cache
def phrases() -> Phrases:
    """The words of all such phrases."""
    told = [(key, found) for key in ("k1", "k2") for found in organisations.phrases(key)]
    aliases = [_keys(alias) for alias in lexicon.ALIAS_WORDS]
    said = [_keys(phrase) for phrase in (*lexicon.PLACEHOLDER_PHRASES, *lexicon.BARE_PLACEHOLDER_PHRASES)]
    others = [("k1", words, "any") for words in aliases] + [("k1", words, "start") for words in said]
    found = [(key, words, where) for key, (words, where, _) in told] + others
    long = [(key, words, where) for key, words, where in found if len(words) > 1]
    return Phrases(
        first=_words((key, words[0]) for key, words, _ in long),
        anywhere=_words((key, words[0]) for key, words, where in long if where == "any"),
        second=_words((key, words[1]) for key, words, _ in long),
    )


def _keys(phrase: str) -> tuple[str, ...]:
    return tuple(part(word).k1 for word in phrase.split(" "))


def _words(keyed: Iterable[tuple[str, str]]) -> Words:
    listed = list(keyed)
    return Words(*(frozenset(word for key, word in listed if key == wanted) for wanted in ("k1", "k2")))
