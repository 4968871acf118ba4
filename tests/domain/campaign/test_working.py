"""One case, step by step: whose desk, visits, a second person, another commune; and what nobody may do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.campaign.ground import (
    DAY,
    FAR,
    HERE,
    NEXT_DOOR,
    SYSTEM,
    TERMS,
    account,
    campaign,
    case_of,
    cases,
    dirty,
    filled,
    look,
    officer,
    order,
    take_in,
)
from tests.domain.provenance.runs import STEWARD

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.campaign.models import Case, CaseStep
from sosach.domain.campaign.operations.campaigns import pause_campaign
from sosach.domain.campaign.operations.moving import follow_records
from sosach.domain.campaign.operations.noting import note_uploaded
from sosach.domain.campaign.operations.steps import close_clean, locked, note_failed_sample, raise_again
from sosach.domain.campaign.operations.working import (
    approve,
    assign,
    dispute,
    forward,
    note_declared,
    note_visit,
    send_back,
    settle_dispute,
    take_case_back,
    verify,
)
from sosach.domain.campaign.queries.lists import case_view, cases_of_record
from sosach.domain.campaign.rules.closings import Closing
from sosach.domain.campaign.rules.hours import minutes_on
from sosach.domain.campaign.rules.visits import FRUITLESS, MOST_VISITS, OUTCOMES, next_visit
from sosach.domain.campaign.states.cases import CLOSED, OPEN, STEPS, State, Step, after, possible
from sosach.domain.provenance.operations import enter_change
from sosach.domain.vehicles.models import Vehicle

CHIEF, VERIFIER, CLERK = officer(7, Role.CHIEF), officer(6, Role.VERIFIER), officer(5, Role.CLERK)
NEIGHBOUR = officer(4, Role.CHIEF, unit=NEXT_DOOR)


@pytest.fixture
def begun(db: None, tmp_path: Path) -> Case:
    """One case nobody works on, in an open campaign."""
    del db
    take_in(tmp_path, [dirty(1), dirty(2)])
    filled(campaign())
    return case_of(1)


def code(refused: Callable[[], Any]) -> ErrorCode:
    with pytest.raises(SosachError) as error:
        refused()
    return error.value.code


def vehicle_of(case: Case) -> Vehicle:
    with acting(SYSTEM):
        return Vehicle.objects.get(pk=case.subject_id)


def test_a_clerk_takes_a_case_and_gives_it_to_nobody_else(begun: Case) -> None:
    own, other = account("an"), account("binh")
    clerk = officer(own, Role.CLERK)
    assert assign(order(clerk), case_id=begun.pk, officer_id=own).state == "assigned"
    assert code(lambda: assign(order(clerk), case_id=begun.pk, officer_id=other)) == ErrorCode.STATE_FORBIDS
    assert code(lambda: assign(order(officer(other, Role.CLERK)), case_id=begun.pk, officer_id=other)) == (
        ErrorCode.STATE_FORBIDS
    )
    assert assign(order(CHIEF), case_id=begun.pk, officer_id=other).officer_id == other
    assert code(lambda: take_case_back(order(clerk), case_id=begun.pk)) == ErrorCode.STATE_FORBIDS
    assert code(lambda: take_case_back(order(CHIEF, reason=" "), case_id=begun.pk)) == ErrorCode.INPUT_INCOMPLETE
    back = take_case_back(order(CHIEF), case_id=begun.pk)
    assert (back.state, back.officer_id) == ("imported", None)


def test_only_who_serves_the_place_gets_the_case(begun: Case) -> None:
    stranger = account("xa", unit=NEXT_DOOR)
    assert code(lambda: assign(order(CHIEF), case_id=begun.pk, officer_id=stranger)) == ErrorCode.NOT_FOUND
    assert code(lambda: assign(order(NEIGHBOUR), case_id=begun.pk, officer_id=stranger)) == ErrorCode.NOT_FOUND


def test_a_stale_page_is_told_so(begun: Case) -> None:
    own = account("an")
    assign(order(CHIEF), case_id=begun.pk, officer_id=own, version=1)
    assert code(lambda: take_case_back(order(CHIEF), case_id=begun.pk, version=1)) == ErrorCode.CONFLICT
    assert take_case_back(order(CHIEF), case_id=begun.pk, version=2).version == 3


def test_visits_are_counted_and_the_next_one_proposed(begun: Case) -> None:
    first = note_visit(order(CLERK), case_id=begun.pk, outcome="works_away", note=" gọi 0912 ")
    assert (first.next_on, first.note) == (TERMS.begins_on.replace(day=5, month=12), "gọi 0912")
    assert first.next_on is not None
    assert first.next_on.weekday() == 5
    case = case_of(1)
    assert (case.state, case.visits, case.last_outcome) == ("unreachable", 1, "works_away")
    note_visit(order(CLERK, days=5), case_id=begun.pk, outcome="met")
    assert (case_of(1).state, case_of(1).next_visit_on) == ("contacted", None)
    assert (
        code(lambda: note_visit(order(CLERK), case_id=begun.pk, outcome="gone fishing")) == ErrorCode.INPUT_INCOMPLETE
    )
    view = case_view(look(CHIEF), case_id=begun.pk)
    assert [visit.outcome for visit in view.visits] == ["met", "works_away"]
    assert [step.step for step in view.steps] == ["contact", "miss"]
    assert view.proposal == (OUTCOMES["met"].next_vi, OUTCOMES["met"].next_en)
    assert view.line.record is not None
    assert view.line.record.name == "TRẦN VĂN TRÍ"
    assert [line.name for line in view.line.why] == ["nobody"]


def test_whoever_of_the_commune_visits_works_on_the_case(begun: Case) -> None:
    own = account("an")
    note_visit(order(officer(own, Role.CLERK)), case_id=begun.pk, outcome="nobody")
    assert (case_of(1).officer_id, case_of(1).state) == (own, "unreachable")


def test_from_declared_to_clean_it_takes_two_people(begun: Case) -> None:
    note_declared(order(SYSTEM), register="vehicles", subject_id=begun.subject_id, declaration_id=77)
    assert (case_of(1).state, case_of(1).declaration_id) == ("declared", 77)
    assert code(lambda: verify(order(VERIFIER), case_id=begun.pk)) == ErrorCode.INPUT_INCOMPLETE
    both = officer(6, Role.VERIFIER, Role.CHIEF)
    verify(order(both, papers="giấy đăng ký xe"), case_id=begun.pk)
    assert code(lambda: approve(order(both), case_id=begun.pk)) == ErrorCode.STATE_FORBIDS
    assert code(lambda: approve(order(VERIFIER), case_id=begun.pk)) == ErrorCode.ACCESS_DENIED
    approve(order(CHIEF), case_id=begun.pk)
    with acting(SYSTEM):
        close_clean(order(SYSTEM), locked(order(SYSTEM), begun.pk), closing=Closing.CORRECTED)
    case = case_of(1)
    assert (case.state, case.closing, case.closed_on, case.correct, case.errors) == (
        "cleaned",
        "corrected",
        DAY,
        True,
        0,
    )
    assert code(lambda: note_visit(order(CLERK), case_id=begun.pk, outcome="met")) == ErrorCode.STATE_FORBIDS


def test_a_case_that_is_not_clean_any_more_is_open_again(begun: Case) -> None:
    with acting(SYSTEM):
        close_clean(order(SYSTEM), locked(order(SYSTEM), begun.pk), closing=Closing.CORRECTED)
    note_uploaded(order(STEWARD, receipt="BN-1"), case_ids=[begun.pk])
    assert note_uploaded(order(STEWARD, receipt="BN-1"), case_ids=[begun.pk]) == 0
    assert code(lambda: note_uploaded(order(STEWARD, receipt="BN-1"), case_ids=[case_of(2).pk])) == (
        ErrorCode.INPUT_INCOMPLETE
    )
    with acting(SYSTEM):
        raise_again(order(SYSTEM), locked(order(SYSTEM), begun.pk))
        note_failed_sample(begun)
    case = case_of(1)
    assert (case.state, case.reopened, case.failed_samples, case.uploaded_on) == ("imported", 1, 1, None)


def test_a_case_is_sent_back_and_disputes_hold_it(begun: Case) -> None:
    note_declared(order(SYSTEM), register="vehicles", subject_id=begun.subject_id, declaration_id=1)
    assert code(lambda: send_back(order(CHIEF, reason=""), case_id=begun.pk)) == ErrorCode.INPUT_INCOMPLETE
    assert send_back(order(CHIEF, reason="thiếu ảnh"), case_id=begun.pk).state == "returned"
    assert dispute(order(CLERK), case_id=begun.pk).state == "conflict"
    note_declared(order(SYSTEM), register="vehicles", subject_id=begun.subject_id, declaration_id=2)
    held = case_of(1)
    assert (held.state, held.declaration_id) == ("conflict", 2)
    with acting(SYSTEM):
        forbidden = code(lambda: close_clean(order(SYSTEM), locked(order(SYSTEM), begun.pk), closing=Closing.CORRECTED))
    assert forbidden == ErrorCode.STATE_FORBIDS
    assert settle_dispute(order(VERIFIER), case_id=begun.pk).state == "contacted"


def test_a_forwarded_case_takes_its_record_along(begun: Case) -> None:
    assert code(lambda: forward(order(CHIEF), case_id=begun.pk, commune_code=HERE)) == ErrorCode.INPUT_INCOMPLETE
    assert code(lambda: forward(order(CHIEF), case_id=begun.pk, commune_code="99999")) == ErrorCode.INPUT_INCOMPLETE
    forward(order(CHIEF), case_id=begun.pk, commune_code=FAR)
    case = case_of(1)
    assert (case.state, case.commune_code, case.province_code, case.moved_from) == ("moved", FAR, "01", HERE)
    assert (vehicle_of(case).commune_code, vehicle_of(case).province_code) == (FAR, "01")
    assert code(lambda: note_visit(order(CLERK), case_id=begun.pk, outcome="met")) == ErrorCode.NOT_FOUND
    there = officer(3, Role.CLERK, unit=FAR)
    assert note_visit(order(there), case_id=begun.pk, outcome="nobody").case_id == begun.pk
    view = cases_of_record(look(there), register="vehicles", subject_id=case.subject_id)
    assert [each.pk for each in view] == [begun.pk]


def test_cases_follow_records_that_moved_by_themselves(begun: Case) -> None:
    with acting(SYSTEM):
        place = {"commune_code": NEXT_DOOR, "province_code": "38"}
        enter_change(order(SYSTEM), vehicle_of(begun), place, procedure="owner_moved")
    assert follow_records(order(SYSTEM)) == 1
    case = case_of(1)
    assert (case.state, case.commune_code, case.moved_from) == ("moved", NEXT_DOOR, HERE)
    assert follow_records(order(SYSTEM)) == 0
    with acting(SYSTEM):
        enter_change(order(SYSTEM), vehicle_of(begun), {"kind": "o_to"}, procedure="corrected")
    assert (follow_records(order(SYSTEM)), case_of(1).kind) == (0, "o_to")
    with acting(SYSTEM):
        assert CaseStep.objects.get(case=case).details == {"from": HERE, "to": NEXT_DOOR, "followed": True}


def test_nobody_works_in_a_paused_campaign(begun: Case) -> None:
    pause_campaign(order(STEWARD), campaign_id=begun.campaign_id)
    assert code(lambda: note_visit(order(CLERK), case_id=begun.pk, outcome="met")) == ErrorCode.STATE_FORBIDS
    assert note_declared(order(SYSTEM), register="vehicles", subject_id=begun.subject_id, declaration_id=1) == []


def test_a_look_at_a_case_is_a_look_at_its_record(begun: Case) -> None:
    case_view(look(CLERK), case_id=begun.pk)
    with acting(officer(5, Role.AUDITOR)):
        seen = AuditEvent.objects.filter(event="campaign.case_read").values_list("subject_kind", "subject_key")
        assert ("vehicle", str(begun.subject_id)) in set(seen)
    assert code(lambda: case_view(look(NEIGHBOUR), case_id=begun.pk)) == ErrorCode.NOT_FOUND


@pytest.mark.parametrize("state", sorted(OPEN))
def test_no_click_makes_a_case_clean(state: State) -> None:
    clicks = set(Step) - {Step.CLEAN, Step.VANISH}
    assert not {after(state, step) for step in clicks} & CLOSED
    assert possible(state)


def test_every_state_can_be_reached_and_left() -> None:
    reached = {then for moves in STEPS.values() for then in moves.values()} | {State.IMPORTED}
    assert reached == set(State)
    assert all(possible(state) for state in State)


@given(outcome=st.sampled_from(sorted(OUTCOMES)), days=st.integers(0, 50), visits=st.integers(1, 6))
def test_a_proposed_visit_is_on_a_day_of_visits_within_the_campaign(outcome: str, days: int, visits: int) -> None:
    on = TERMS.begins_on.fromordinal(TERMS.begins_on.toordinal() + days)
    found = next_visit(outcome, on=on, visits=visits, ends=TERMS.ends_on, windows=TERMS.windows)
    if found is not None:
        assert on < found <= TERMS.ends_on
        assert minutes_on(found, TERMS.windows)
        assert OUTCOMES[outcome].again_after is not None
        assert found.weekday() >= 5 or not OUTCOMES[outcome].weekend
    if outcome in FRUITLESS and visits >= MOST_VISITS:
        assert found is None


def test_all_cases_of_the_run_are_there(begun: Case) -> None:
    assert [each.pk for each in cases()] == [begun.pk, case_of(2).pk]
