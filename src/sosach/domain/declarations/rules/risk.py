"""How closely a declaration is looked at: a number from 0 to 100 that orders the queue, with the reasons in words."""

from dataclasses import dataclass

from sosach.domain.declarations.rules.kinds import Claim, Kind

_BY_CLAIM = {Claim.NOTHING: 0, Claim.STATUS: 5, Claim.VALUE: 20, Claim.PAPERS: 25, Claim.OWNERSHIP: 50}
HIGHEST = 100


@dataclass(frozen=True, slots=True)
class Known:
    """What the registers say about a declaration.

    Attributes:
        records: how many records its numbers lead to.
        by_holder: whether the declarant is owner or holder of the one record.
        others: how many other people have an open declaration about the same numbers.
    """

    records: int
    by_holder: bool
    others: int


def risk_of(kind: Kind, known: Known) -> int:
    """The number: what is claimed, and what does not fit.

    >>> from sosach.domain.declarations.rules.kinds import kind_of
    >>> risk_of(kind_of("vehicle_in_use"), Known(1, by_holder=True, others=0))
    5
    >>> risk_of(kind_of("vehicle_bought_without_papers"), Known(1, by_holder=False, others=1))
    80
    """
    risk = _BY_CLAIM[kind.claims]
    risk += 20 if kind.objecting == "30" else 0
    risk += 15 if kind.register != "population" and known.records != 1 else 0
    risk += 25 if kind.is_direct and known.records == 1 and not known.by_holder else 0
    risk += 10 if known.others else 0
    return min(risk, HIGHEST)
