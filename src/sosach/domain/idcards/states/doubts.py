"""Two people say whether two captures are of one person: what their words come to."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What somebody says who has looked at both captures."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Outcome(StrEnum):
    """What a doubt has come to."""

    OPEN = ""
    SAME = "same"
    DIFFERENT = "different"


NEEDED = 2


def outcome_of(verdicts: Iterable[Verdict]) -> Outcome:
    """Two equal words decide; unsure ones and one against one leave it to the next person.

    >>> outcome_of([Verdict.SAME, Verdict.DIFFERENT, Verdict.DIFFERENT])
    <Outcome.DIFFERENT: 'different'>
    >>> outcome_of([Verdict.UNSURE, Verdict.UNSURE, Verdict.SAME])
    <Outcome.OPEN: ''>
    """
    said = list(verdicts)
    for verdict, outcome in ((Verdict.SAME, Outcome.SAME), (Verdict.DIFFERENT, Outcome.DIFFERENT)):
        if said.count(verdict) >= NEEDED:
            return outcome
    return Outcome.OPEN
