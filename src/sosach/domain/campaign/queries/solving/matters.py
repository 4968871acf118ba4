"""What is open about the record of a case, in the form the table of answers reads. Callers are guarded."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from sosach.base.errors import SosachError
from sosach.domain.campaign.models import Case, Solution
from sosach.domain.campaign.rules.fixes import CandidateTold, DuplicateTold, FindingTold, FixKind, Matters
from sosach.domain.campaign.states.solving import SolutionState
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.states import OPEN as DECLARED
from sosach.domain.licences.operations.register import REGISTER as LICENCES
from sosach.domain.population.models import Person
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.provenance.models import Candidate, Duplicate, Finding, Folded
from sosach.domain.provenance.operations.folding import plain_columns
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import OPEN, PERSON, Verdict
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES

REGISTERS: Mapping[str, Register] = {each.name: each for each in (POPULATION, VEHICLES, LICENCES)}
R = TypeVar("R", Finding, Duplicate)
_WORST_FIRST = ("error", "warning", "info")


def matters_of(case: Case, record: Folded, *, rechecked: bool = False) -> Matters:
    """Everything open about the record of a case.

    What an answer covers is answered until the re-check has spoken.

    Args:
        case: the case.
        record: its record.
        rechecked: whether it just has: then what is open is open.
    """
    return matters_of_all(case.register, [(case, record)], rechecked=rechecked)[case.pk]


def matters_of_all(
    register_name: str, pairs: Collection[tuple[Case, Folded]], *, rechecked: bool = False
) -> dict[int, Matters]:
    """Everything open about the records of many cases of one register, by case."""
    register = REGISTERS[register_name]
    about: dict[str, Any] = {"register": register_name, "gone": False, "state": OPEN}
    about["subject_id__in"] = [record.pk for _, record in pairs]
    answered = frozenset[int]() if rechecked else _answered([case for case, _ in pairs])
    findings = _by_record(Finding.objects.filter(**about).exclude(pk__in=answered))
    candidates = _candidates(register_name, about["subject_id__in"])
    duplicates = _by_record(Duplicate.objects.filter(**about).order_by("pk"))
    declared = _declared([case for case, _ in pairs])
    asked = _asked([case for case, _ in pairs])
    found = {}
    for case, record in pairs:
        linked = linked_person(register, record)
        found[case.pk] = Matters(
            register=register_name,
            findings=_findings(register, record, findings[record.pk]),
            candidates=() if linked else tuple(candidates[record.pk]),
            duplicates=tuple(DuplicateTold(each.pk, each.group, each.reason) for each in duplicates[record.pk]),
            linked=linked is not None,
            says=register.person_says(record) if register.person_says is not None else {},
            stands=plain_columns(record),
            declaration=declared.get(case.declaration_id or 0, 0),
            asked=asked[case.pk],
        )
    return found


def linked_person(register: Register, record: Folded) -> int | None:
    """Id of the person a record names; None for nobody, and for persons themselves."""
    linking = register.columns.linking if register.columns else {}
    column = next((name for name, value in linking.items() if value == PERSON), None)
    return getattr(record, column) if column else None


def _findings(register: Register, record: Folded, found: Iterable[Finding]) -> tuple[FindingTold, ...]:
    rows = sorted(found, key=lambda row: (_WORST_FIRST.index(row.severity), row.code, row.pk))
    return tuple(
        FindingTold(row.pk, row.code, row.severity, row.field, row.value, _takes(register, record, row)) for row in rows
    )


def _takes(register: Register, record: Folded, finding: Finding) -> dict[str, str]:
    """What accepting a finding would set; nothing where it proposes nothing the register may take over from a finding."""
    declared = register.columns.by_field(finding.field) if register.columns else None
    told = finding.proposed
    if declared is not None and told is not None and declared.reads is not None:
        told = declared.reads(told)
    if declared is None or told is None or not _may_set(register, record, {declared.column: told}):
        return {}
    return {declared.column: told}


def _may_set(register: Register, record: Folded, changes: Mapping[str, Any]) -> bool:
    try:
        register.checked(record, changes)
    except SosachError:
        return False
    return True


def _candidates(register: str, records: Collection[int]) -> dict[int, list[CandidateTold]]:
    still_open = Candidate.objects.filter(register=register, gone=False, state__in=[OPEN, Verdict.UNSURE])
    rows = list(still_open.filter(subject_id__in=records).order_by("rank", "pk"))
    names = dict(Person.objects.filter(pk__in={row.person_id for row in rows}).values_list("pk", "full_name"))
    found: dict[int, list[CandidateTold]] = defaultdict(list)
    for row in rows:
        name = names.get(row.person_id or 0, "")
        found[row.subject_id].append(
            CandidateTold(row.pk, row.person_id, row.probability, name, row.state == Verdict.UNSURE)
        )
    return found


def _by_record(rows: Iterable[R]) -> dict[int, list[R]]:
    found: dict[int, list[R]] = defaultdict(list)
    for row in rows:
        found[row.subject_id].append(row)
    return found


def _declared(cases: Iterable[Case]) -> dict[int, int]:
    """Open declarations of cases, each by itself."""
    wanted = {case.declaration_id for case in cases if case.declaration_id is not None}
    if not wanted:
        return {}
    found = Declaration.objects.filter(pk__in=wanted, state__in=DECLARED)
    return {key: key for key in found.values_list("pk", flat=True)}


def _answered(cases: Iterable[Case]) -> frozenset[int]:
    """Findings that answers cover whose re-check is due."""
    rows = Solution.objects.filter(case__in=cases, state=SolutionState.DONE.value, recheck_due=True)
    return frozenset(key for terms in rows.values_list("terms", flat=True) for key in terms.get("covers", ()))


def _asked(cases: Iterable[Case]) -> dict[int, frozenset[str]]:
    """Kinds of declarations somebody was asked for, by case."""
    rows = Solution.objects.filter(case__in=cases, kind=FixKind.ASK.value, state=SolutionState.DONE.value)
    found: dict[int, frozenset[str]] = defaultdict(frozenset)
    for case_id, fix in rows.values_list("case_id", "fix"):
        found[case_id] |= {fix.partition(":")[2]}
    return found
