"""A ranking of units that pays for clean records, not for closed cases."""

from collections.abc import Mapping
from dataclasses import dataclass

# What counts against a unit, in cleaned cases.
REOPENED, DISMISSED, FAILED = 2, 1, 3


@dataclass(frozen=True, slots=True)
class Standing:
    """A place in the ranking.

    Attributes:
        unit: its code.
        place: from 1; units with the same score share a place.
        score: 0 to 100, one decimal.
        earned: share of its cases that were cleaned, 0 to 1.
        lost: share taken off for what was opened again, put aside without evidence, or failed a second look.
    """

    unit: str
    place: int
    score: float
    earned: float
    lost: float


def score(figures: Mapping[str, int]) -> tuple[float, float, float] | None:
    """Score, share earned and share lost; None where there was nothing to clean.

    `100 × max(0, cleaned − 2 × reopened − dismissed − 3 × failed samples) ÷ (cases − gone)`, to one decimal. Cases that a
    later run raised no more are nobody's merit and count for nobody. Putting a warning aside without evidence costs as much
    as cleaning a record earns, so it never pays; neither does closing what has to be opened again.

    >>> score({"cases": 10, "gone": 0, "cleaned": 5, "reopened": 1, "dismissed": 1, "failed_samples": 0})
    (20.0, 0.5, 0.3)
    """
    own = figures.get("cases", 0) - figures.get("gone", 0)
    if own <= 0:
        return None
    lost = (
        REOPENED * figures.get("reopened", 0)
        + DISMISSED * figures.get("dismissed", 0)
        + FAILED * figures.get("failed_samples", 0)
    )
    cleaned = figures.get("cleaned", 0)
    return round(100 * max(0, cleaned - lost) / own, 1), cleaned / own, lost / own


def ranked(units: Mapping[str, Mapping[str, int]]) -> list[Standing]:
    """Units that had something to clean, the best first; among equals by code."""
    told = [(unit, found) for unit, figures in units.items() if (found := score(figures)) is not None]
    told.sort(key=lambda each: (-each[1][0], each[0]))
    scores = [found[0] for _, found in told]
    return [Standing(unit, scores.index(points) + 1, points, earned, lost) for unit, (points, earned, lost) in told]
