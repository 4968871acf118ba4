"""Looks of the desk: a case with its answers, what waits for a second person, what citizens were asked."""

from dataclasses import dataclass

from django.db.models import Q

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.campaign.models import Case, Solution
from sosach.domain.campaign.queries.lists import READERS, subjects_of
from sosach.domain.campaign.queries.solving.matters import REGISTERS, linked_person, matters_of
from sosach.domain.campaign.rules.fixes import Fix, FixKind, Matters, offers
from sosach.domain.campaign.states.cases import CLOSED
from sosach.domain.campaign.states.solving import SolutionState
from sosach.domain.provenance.models import Folded

MOST = 100


@dataclass(frozen=True, slots=True)
class CaseFixes:
    """A case as the desk shows it.

    Attributes:
        case: the case.
        record: of its register.
        matters: everything open about it.
        fixes: answers, the likeliest first; none for a closed case.
        solutions: answers given so far, newest first.
        rechecking: whether the record waits for its re-check.
    """

    case: Case
    record: Folded
    matters: Matters
    fixes: tuple[Fix, ...]
    solutions: tuple[Solution, ...]
    rechecking: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits for a second person.

    Attributes:
        solution: with its case.
        own: whether it is one's own: somebody else has to look.
    """

    solution: Solution
    own: bool


@reading("campaign.case_read", roles=READERS, nationwide=True)
def case_fixes(look: Look, *, case_id: int) -> Seen[CaseFixes]:
    """What is open about a case and which answers it may get.

    Case and record lie within reach; the person the record names may live anywhere (identity is checked nationwide).

    Raises:
        SosachError: STATE-01 no such case, or its record is out of reach.
    """
    case = scoped(Case.objects.select_related("campaign", "officer"), look.actor).filter(pk=case_id).first()
    record = None
    if case is not None:
        rows = scoped(REGISTERS[case.register].model.objects.all(), look.actor)
        record = rows.filter(pk=case.subject_id).first()
    if case is None or record is None:
        raise SosachError(
            ErrorCode.NOT_FOUND, vi="Không tìm thấy trong phạm vi quản lý.", en="There is none within reach."
        )
    matters = matters_of(case, record)
    given = tuple(Solution.objects.filter(case=case).order_by("-pk"))
    fixes = () if case.state in CLOSED else offers(matters)
    found = CaseFixes(case, record, matters, fixes, given, any(each.recheck_due for each in given))
    person = linked_person(REGISTERS[case.register], record)
    whose = [Subject("person", str(person), str(matters.says.get("commune_code") or ""))] if person is not None else []
    return Seen(found, [*subjects_of([case]), *whose], f"case-{case.pk}")


@reading("campaign.case_read", roles=READERS)
def solutions_of(look: Look, *, case_id: int) -> Seen[tuple[Solution, ...]]:
    """Answers a case got, newest first."""
    cases = list(scoped(Case.objects.all(), look.actor).filter(pk=case_id))
    return Seen(tuple(Solution.objects.filter(case__in=cases).order_by("-pk")), subjects_of(cases))


@reading("campaign.list_read", roles=READERS - {Role.CLERK})
def waiting(look: Look, *, after: int = 0, limit: int = 50) -> Seen[tuple[Waiting, ...]]:
    """Answers that wait for a second person, to be given or to be taken back, oldest first."""
    cases = scoped(Case.objects.all(), look.actor)
    waits = Q(state=SolutionState.PROPOSED) | ~Q(undo_asked_by="")
    rows = Solution.objects.filter(waits, pk__gt=after, case__in=cases)
    found = list(rows.select_related("case").order_by("pk")[: min(limit, MOST)])
    told = tuple(Waiting(each, (each.undo_asked_by or each.made_by) == look.actor.key) for each in found)
    return Seen(told, subjects_of([each.case for each in found]))


@reading("campaign.case_read", roles=frozenset({Role.CITIZEN}))
def asked_of(look: Look) -> Seen[tuple[Solution, ...]]:
    """What a citizen was asked to declare, newest first, as long as nothing was declared."""
    open_cases = Case.objects.filter(declaration_id__isnull=True).exclude(state__in=CLOSED)
    cases = scoped(open_cases, look.actor, person="person_id")
    asked = Solution.objects.filter(case__in=cases, kind=FixKind.ASK, state=SolutionState.DONE)
    found = tuple(asked.select_related("case").order_by("-pk")[:MOST])
    return Seen(found, subjects_of([each.case for each in found]))
