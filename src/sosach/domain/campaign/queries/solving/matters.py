"""What is open about the record of a case, in the form the table of answers reads. Callers are guarded."""

from collections.abc import Mapping
from typing import Any

from sosach.base.errors import SosachError
from sosach.domain.campaign.models import Case
from sosach.domain.campaign.rules.fixes import CandidateTold, DuplicateTold, FindingTold, Matters
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.states import OPEN as DECLARED
from sosach.domain.licences.operations.register import REGISTER as LICENCES
from sosach.domain.population.models import Person
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.provenance.models import Candidate, Duplicate, Finding, Folded
from sosach.domain.provenance.operations.folding import plain_columns
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import OPEN, PERSON
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES

REGISTERS: Mapping[str, Register] = {each.name: each for each in (POPULATION, VEHICLES, LICENCES)}
_WORST_FIRST = ("error", "warning", "info")


def matters_of(case: Case, record: Folded) -> Matters:
    """Everything open about the record of a case."""
    register = REGISTERS[case.register]
    about = {"register": case.register, "subject_id": record.pk, "gone": False, "state": OPEN}
    linked = linked_person(register, record)
    return Matters(
        register=case.register,
        findings=_findings(register, record, about),
        candidates=() if linked else _candidates(about),
        duplicates=tuple(
            DuplicateTold(each.pk, each.group, each.reason) for each in Duplicate.objects.filter(**about).order_by("pk")
        ),
        linked=linked is not None,
        says=register.person_says(record) if register.person_says is not None else {},
        stands=plain_columns(record),
        declaration=_declaration(case),
    )


def linked_person(register: Register, record: Folded) -> int | None:
    """Id of the person a record names; None for nobody, and for persons themselves."""
    linking = register.columns.linking if register.columns else {}
    column = next((name for name, value in linking.items() if value == PERSON), None)
    return getattr(record, column) if column else None


def _findings(register: Register, record: Folded, about: Mapping[str, Any]) -> tuple[FindingTold, ...]:
    rows = sorted(Finding.objects.filter(**about), key=lambda row: (_WORST_FIRST.index(row.severity), row.code, row.pk))
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


def _candidates(about: Mapping[str, Any]) -> tuple[CandidateTold, ...]:
    rows = list(Candidate.objects.filter(**about).order_by("rank", "pk"))
    names = dict(Person.objects.filter(pk__in={row.person_id for row in rows}).values_list("pk", "full_name"))
    return tuple(
        CandidateTold(row.pk, row.person_id, row.probability, names.get(row.person_id or 0, "")) for row in rows
    )


def _declaration(case: Case) -> int:
    if case.declaration_id is None:
        return 0
    found = Declaration.objects.filter(pk=case.declaration_id, state__in=DECLARED)
    return case.declaration_id if found.exists() else 0
