"""How often keying goes wrong: by the sample that was compared with the paper, per keyer and field, and of what would be loaded."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sosach.base.shares import wilson
from sosach.domain.exchange.rules.surveys import FIELDS, agree


@dataclass(frozen=True, slots=True)
class Checked:
    """A sampled card beside its paper.

    Attributes:
        keyers: who keyed it, first and second time.
        paper: field → what the paper says.
        doubts: field → what the two keyed, where they differed.
        slips: field → what would have been loaded, where the paper says something else.
    """

    keyers: tuple[str, str]
    paper: Mapping[str, str]
    doubts: Mapping[str, tuple[str, str]]
    slips: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something was wrong.

    Attributes:
        keyer: who keyed; "" for what would be loaded.
        field: which field; "" for all of them.
        values: how many were compared with the paper.
        wrong: how many were not what the paper says.
    """

    keyer: str
    field: str
    values: int
    wrong: int

    @property
    def share(self) -> float:
        """Wrong ones among all; 0 where there are none."""
        return self.wrong / self.values if self.values else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the truth lies, 95 times in 100."""
        return wilson(self.wrong, self.values) if self.values else (0.0, 1.0)


def rates(sample: Iterable[Checked]) -> list[Rate]:
    """Rates of what would be loaded, of each keyer, and of each keyer in each field.

    A field the paper and the keying both leave empty is not counted: it would hide the others.
    """
    values: Counter[tuple[str, str]] = Counter()
    wrong: Counter[tuple[str, str]] = Counter()
    for card in sample:
        for name in (field.name for field in FIELDS):
            truth = card.paper.get(name, "")
            loaded = card.slips.get(name, truth)
            _count(values, wrong, "", name, loaded, truth)
            for keyer, keyed in zip(card.keyers, card.doubts.get(name, (loaded, loaded)), strict=True):
                _count(values, wrong, keyer, name, keyed, truth)
    places = sorted(values, key=lambda place: (place[0], place[1]))
    return [Rate(keyer, name, values[keyer, name], wrong[keyer, name]) for keyer, name in places]


def _count(
    values: Counter[tuple[str, str]],
    wrong: Counter[tuple[str, str]],
    *place_and_texts: str,
) -> None:
    keyer, name, keyed, truth = place_and_texts
    if not keyed and not truth:
        return
    missed = not agree(name, keyed, truth)
    for place in {(keyer, name), (keyer, "")}:
        values[place] += 1
        wrong[place] += missed


def of_what_is_loaded(found: Iterable[Rate]) -> Rate:
    """The one rate a batch is judged by."""
    return next((rate for rate in found if not rate.keyer and not rate.field), Rate("", "", 0, 0))
