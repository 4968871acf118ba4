"""Carries an answer out by the verbs of the registers; what they wrote into journals is kept, so that it can be undone."""

from collections.abc import Callable, Mapping

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Action, may
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.models import Case
from sosach.domain.campaign.operations.refusals import state_forbids
from sosach.domain.campaign.queries.solving.matters import REGISTERS
from sosach.domain.campaign.rules.fixes import PLACE, Fix, FixKind, Matters, offers
from sosach.domain.provenance.models import Finding
from sosach.domain.provenance.operations.judging import (
    accept_finding,
    confirm_person,
    dismiss_finding,
    judge_candidate,
    judge_duplicate,
)
from sosach.domain.provenance.rules import OPEN, Verdict, rights

Entries = list[int]


def apply_fix(order: Order, case: Case, told: Matters, fix: Fix, *, proposed_by: str = "") -> Entries:
    """Do what the answer says; ids of the entries of the journal it made, oldest first.

    Args:
        order: who does it.
        case: it is an answer to.
        told: what is open about the case.
        fix: the answer.
        proposed_by: key of the account that proposed it, where this order confirms it.

    Raises:
        SosachError: whatever the verbs of the register refuse; STATE-02 the answer changes nothing by itself.
    """
    if fix.kind is FixKind.SAME:
        return _same(order, case, fix, proposed_by)
    return _APPLY[fix.kind](order, case, told, fix)


def may_apply(order: Order, register: str) -> bool:
    """Whether the officer may change records of the register alone."""
    known, roles = REGISTERS[register], order.actor.roles
    level = not known.commune_only or order.actor.level is Level.COMMUNE
    return bool(
        level
        and roles & known.correctors
        and roles & rights.JUDGES[register]
        and may(order.actor, Action.UPDATE, known.table)
    )


def _take(order: Order, case: Case, told: Matters, fix: Fix) -> Entries:
    """Each part of it: the person first, for a name taken over may settle a finding about it."""
    parts = [
        each for each in offers(told) if each.kind in {FixKind.PERSON, FixKind.ACCEPT} and each.covers <= fix.covers
    ]
    return [entry for part in parts for entry in apply_fix(order, case, told, part)]


def _person(order: Order, case: Case, told: Matters, fix: Fix) -> Entries:
    del told
    register = REGISTERS[case.register]
    entry = confirm_person(order, register=register, record_id=case.subject_id, columns=fix.columns)
    return [int(entry.pk)]


def _accept(order: Order, case: Case, told: Matters, fix: Fix) -> Entries:
    del told
    entry = accept_finding(order, register=REGISTERS[case.register], finding_id=fix.target)
    return [int(entry.pk)]


def _same(order: Order, case: Case, fix: Fix, proposed_by: str) -> Entries:
    """The record is that person's; what the population register says of the person comes with it, except the address."""
    register = REGISTERS[case.register]
    entry = judge_candidate(
        order, register=register, candidate_id=fix.target, verdict=Verdict.SAME, proposed_by=proposed_by
    )
    record = register.model.objects.get(pk=case.subject_id)
    says = register.person_says(record) if register.person_says is not None else {}
    columns = set(says) - PLACE
    if not fix.covers or not columns:
        return [int(entry.pk)]
    taken = confirm_person(order, register=register, record_id=case.subject_id, columns=columns)
    return [int(entry.pk), int(taken.pk)]


def _not_same(order: Order, case: Case, told: Matters, fix: Fix) -> Entries:
    del told
    verdict = Verdict.UNSURE if fix.kind is FixKind.UNSURE else Verdict.DIFFERENT
    register = REGISTERS[case.register]
    entry = judge_candidate(order, register=register, candidate_id=fix.target, verdict=verdict)
    return [int(entry.pk)]


def _twin(order: Order, case: Case, told: Matters, fix: Fix) -> Entries:
    del told
    verdict = Verdict.SAME if fix.kind is FixKind.TWIN else Verdict.DIFFERENT
    register = REGISTERS[case.register]
    entry = judge_duplicate(order, register=register, duplicate_id=fix.target, verdict=verdict)
    return [int(entry.pk)]


def _dismiss(order: Order, case: Case, told: Matters, fix: Fix) -> Entries:
    del told
    register = REGISTERS[case.register]
    rows = Finding.objects.filter(pk__in=fix.covers, state=OPEN, gone=False).order_by("pk")
    return [
        int(dismiss_finding(order, register=register, finding_id=key).pk) for key in rows.values_list("pk", flat=True)
    ]


def _nothing(order: Order, case: Case, told: Matters, fix: Fix) -> Entries:
    """Somebody is asked; the register stays as it is."""
    del order, case, told, fix
    return []


def _elsewhere(order: Order, case: Case, told: Matters, fix: Fix) -> Entries:
    del order, case, told, fix
    raise state_forbids("Quyết định ở trang tờ khai.", "Decide about the declaration on its own page.")


_APPLY: Mapping[FixKind, Callable[[Order, Case, Matters, Fix], Entries]] = {
    FixKind.TAKE: _take,
    FixKind.PERSON: _person,
    FixKind.ACCEPT: _accept,
    FixKind.DIFFERENT: _not_same,
    FixKind.UNSURE: _not_same,
    FixKind.TWIN: _twin,
    FixKind.APART: _twin,
    FixKind.DECIDE: _elsewhere,
    FixKind.ASK: _nothing,
    FixKind.DISMISS: _dismiss,
}
