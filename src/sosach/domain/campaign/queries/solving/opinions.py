"""Looks at second opinions: the next case to answer blindly, where two do not agree, and how far officers agree."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import ActorKind, account_key
from sosach.domain.campaign.models import Case, SecondOpinion, Solution
from sosach.domain.campaign.queries.lists import subjects_of
from sosach.domain.campaign.rules.agreement import Agreement, Pair, agreement_of
from sosach.domain.campaign.states.solving import SolutionState

GIVERS = frozenset({Role.VERIFIER, Role.CHIEF, Role.POPULATION, Role.VEHICLES, Role.LICENCES, Role.STEWARD})
LEADERS = frozenset({Role.CHIEF, Role.STEWARD})
MOST = 100


@dataclass(frozen=True, slots=True)
class BlindCase:
    """A case as it was put before the first officer; nothing of how it was answered.

    Attributes:
        opinion_id: with which it is answered.
        register: of the record.
        stands: columns as they stood.
        says: what the population register said of the person on record.
        findings: code, severity, field, value of each.
        fixes: answers in the order they were offered: key, kind, vi, en, effects.
        waiting: how many one could answer, this one included.
    """

    opinion_id: int
    register: str
    stands: Mapping[str, str]
    says: Mapping[str, str]
    findings: tuple[Mapping[str, Any], ...]
    fixes: tuple[Mapping[str, Any], ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two answers that are not the same.

    Attributes:
        opinion: with both answers, its case and what was offered.
        first: the answer that was given.
        own: whether one of the two answers is one's own: somebody else settles it.
    """

    opinion: SecondOpinion
    first: Solution
    own: bool


class By(StrEnum):
    """What figures of agreement are told by."""

    OFFICER = "officer"  # who gave the first answer
    CODE = "code"  # finding that was answered
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """Figures of agreement of one officer, finding or commune; key "" for all."""

    key: str
    figures: Agreement


@reading("campaign.case_read", roles=GIVERS)
def next_opinion(look: Look, *, skip: Collection[int] = ()) -> Seen[BlindCase | None]:
    """The oldest case that waits for a second opinion one may give: not about oneself, not answered or confirmed by oneself.

    Args:
        look: who.
        skip: opinions somebody does not want to give now.
    """
    rows = _open(look).exclude(pk__in=skip)
    found = rows.select_related("case").order_by("pk").first()
    if found is None:
        return Seen(None, ())
    told = found.offered
    blind = BlindCase(
        opinion_id=found.pk,
        register=told["register"],
        stands=told["stands"],
        says=told["says"],
        findings=tuple(told["findings"]),
        fixes=tuple(told["fixes"]),
        waiting=rows.count(),
    )
    return Seen(blind, subjects_of([found.case]))


@reading("campaign.list_read", roles=LEADERS)
def disagreements(look: Look, *, after: int = 0, limit: int = 50) -> Seen[tuple[Disagreement, ...]]:
    """Cases in which two officers do not agree and no leader has settled it, oldest first."""
    cases = scoped(Case.objects.all(), look.actor)
    rows = SecondOpinion.objects.filter(agrees=False, settled_by="", pk__gt=after, case__in=cases)
    found = list(rows.select_related("case", "solution").order_by("pk")[: min(limit, MOST)])
    told = tuple(
        Disagreement(
            each,
            each.solution,
            any(
                key and look.actor.is_also(key)
                for key in (each.solution.made_by, each.solution.decided_by, each.answered_by)
            ),
        )
        for each in found
    )
    return Seen(told, subjects_of([each.case for each in found]))


@reading("campaign.figures_read", roles=LEADERS)
def agreement(look: Look, *, campaign_id: int, by: By) -> Seen[tuple[AgreementLine, ...]]:
    """How far second opinions agree with the first answers, within reach: all of them, then by officer, finding or commune.

    A case with several findings counts for each of them.
    """
    cases = scoped(Case.objects.filter(campaign_id=campaign_id), look.actor)
    rows = SecondOpinion.objects.filter(case__in=cases, answered_at__isnull=False).order_by("pk")
    pairs: dict[str, list[Pair]] = defaultdict(list)
    for made_by, commune, codes, kind, answer, agrees in rows.values_list(
        "solution__made_by", "case__commune_code", "solution__codes", "solution__kind", "answer_kind", "agrees"
    ):
        pair = Pair(kind, answer, bool(agrees))
        keys = {By.OFFICER: [made_by], By.CODE: codes, By.COMMUNE: [commune or "?"]}[by]
        for key in ["", *keys]:
            pairs[key].append(pair)
    lines = [(key, agreement_of(told)) for key, told in sorted(pairs.items())]
    return Seen(tuple(AgreementLine(key, figures) for key, figures in lines if figures is not None), ())


def _open(look: Look) -> QuerySet[SecondOpinion]:
    """Opinions one may give."""
    actor = look.actor
    own = {actor.key}
    if actor.person_id is not None:
        own.add(account_key(ActorKind.CITIZEN, actor.person_id))
    cases = scoped(Case.objects.all(), actor)
    if actor.person_id is not None:
        cases = cases.filter(~Q(person_id=actor.person_id) | Q(person_id__isnull=True))
    rows = SecondOpinion.objects.filter(answered_at__isnull=True, case__in=cases)
    return rows.filter(solution__state=SolutionState.DONE.value).exclude(
        Q(solution__made_by__in=own) | Q(solution__decided_by__in=own)
    )
