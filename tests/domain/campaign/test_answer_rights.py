"""Which roles change a register by an answer, and which only propose: the whole table, on paper and by the gates."""

import pytest
from tests.domain.campaign.ground import officer, order

from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.operations import solving
from sosach.domain.campaign.operations.solving.applying import may_apply
from sosach.domain.campaign.operations.steps import OFFICERS, VERIFIERS

PLACES = {Level.COMMUNE: "15457", Level.PROVINCE: "38", Level.NATION: ""}
# Register → role → levels on which an officer of that role alone changes its records by an answer; elsewhere it proposes.
CHANGES: dict[str, dict[Role, set[Level]]] = {
    "population": {Role.CHIEF: {Level.COMMUNE}},
    "vehicles": {role: set(PLACES) for role in (Role.VERIFIER, Role.CHIEF, Role.VEHICLES)},
    "licences": {role: set(PLACES) for role in (Role.VERIFIER, Role.CHIEF, Role.LICENCES)},
}
# Verb → roles that may call it.
_JUDGES = {Role.VERIFIER, Role.CHIEF, Role.VEHICLES, Role.LICENCES, Role.STEWARD}
VERBS = {
    "solve": OFFICERS,
    "unsolve": OFFICERS,
    "correct": VERIFIERS,
    "confirm": VERIFIERS,
    "refuse": VERIFIERS,
    "make_batch": _JUDGES,
    "look_at_sample": _JUDGES,
    "agree_to_batch": _JUDGES,
    "carry_out_batch": _JUDGES,
    "undo_batch": _JUDGES,
    "answer_opinion": _JUDGES | {Role.POPULATION},
    "settle_disagreement": {Role.CHIEF, Role.STEWARD},
    "draw_opinions": {Role.SYSTEM, Role.STEWARD},
    "prove": {Role.SYSTEM, Role.STEWARD},
    "note_changed": {Role.SYSTEM, Role.STEWARD},
}


@pytest.mark.parametrize("register", list(CHANGES))
@pytest.mark.parametrize("role", sorted(OFFICERS))
def test_who_changes_a_register_by_an_answer(register: str, role: Role) -> None:
    able = {
        level for level, unit in PLACES.items() if may_apply(order(officer(7, role, unit=unit, level=level)), register)
    }
    assert able == CHANGES[register].get(role, set())


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_who_may_call_a_verb(verb: str) -> None:
    assert getattr(solving, verb).sosach_roles == VERBS[verb]


def test_no_citizen_and_no_auditor_answers_anything() -> None:
    for verb in VERBS:
        assert not getattr(solving, verb).sosach_roles & {Role.CITIZEN, Role.AUDITOR, Role.ADMIN}
