"""Answers that say whose a vehicle is: by two people, both ways; what nobody is sure about stays open; what is taken is not offered."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.domain.campaign.ground import (
    FAR,
    HERE,
    account,
    campaign,
    case_of,
    dirty,
    filled,
    finding,
    look,
    officer,
    order,
    take_in,
)
from tests.domain.provenance.runs import STEWARD, person, write_run

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor
from sosach.domain.campaign.models import Solution
from sosach.domain.campaign.operations.solving import confirm, refuse, solve, unsolve
from sosach.domain.campaign.operations.working import approve, dispute, forward, send_back
from sosach.domain.campaign.queries.solving import case_fixes, waiting
from sosach.domain.campaign.states.cases import CLOSED
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.provenance.models import Candidate
from sosach.domain.provenance.operations.importing import import_run
from sosach.domain.provenance.operations.judging import accept_finding
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES

PIN = "038066583942"


@pytest.fixture
def people(db: None) -> tuple[Actor, Actor]:
    """A verifier and a chief of the commune."""
    del db
    return officer(account("xac.minh"), Role.VERIFIER), officer(account("chi.huy"), Role.CHIEF)


@pytest.fixture
def begun(people: tuple[Actor, Actor], tmp_path: Path) -> tuple[Actor, Actor]:
    """A vehicle somebody may own, and one whose chassis number is read as that of the first."""
    write_run(tmp_path / "people", population=[person(PIN, "TRẦN VĂN TRÍ")])
    import_run(order(STEWARD), folder=tmp_path / "people", registers=[POPULATION], synthetic=True)
    taken = dirty(1)["chassis_number_std"]
    misread = finding(2, "CHS-02", field="chassis_number", value="RLHPCO", proposed_value=taken)
    candidate = {"register": "vehicles", "record_id": "X1", "pin": PIN, "rank": 1, "probability": 0.9}
    rows = [dirty(1), dirty(2, chassis_number_std=None)]
    take_in(tmp_path / "run", rows, findings=[finding(1), misread], candidates=[candidate])
    filled(campaign())
    return people


def owner() -> int | None:
    """Id of the owner on record."""
    with acting(STEWARD):
        return Vehicle.objects.get(pk=case_of(1).subject_id).owner_person_id


def refused(code: ErrorCode) -> pytest.RaisesExc[SosachError]:
    """Somebody is refused for that reason."""
    return pytest.raises(SosachError, check=lambda error: error.code is code)


def same() -> str:
    """Key of the answer that the vehicle is the candidate's."""
    with acting(STEWARD):
        return f"same:{Candidate.objects.get().pk}"


def test_an_owner_is_put_on_and_taken_off_by_two(begun: tuple[Actor, Actor]) -> None:
    verifier, chief = begun
    given = solve(order(verifier), case_id=case_of(1).pk, fix_key=same())
    assert (given.state, owner()) == ("proposed", None)
    done = confirm(order(chief), solution_id=given.pk)
    assert (done.state, owner() is None) == ("done", False)
    asked = unsolve(order(chief), solution_id=given.pk)
    assert (asked.state, owner() is None) == ("done", False), "one alone only asks for it"
    assert unsolve(order(chief), solution_id=given.pk).state == "done", "asking twice is one hand"
    assert [(each.solution.pk, each.own) for each in waiting(look(chief))] == [(given.pk, True)]
    assert [(each.solution.pk, each.own) for each in waiting(look(verifier))] == [(given.pk, False)]
    assert refuse(order(verifier), solution_id=given.pk).undo_asked_by == ""
    assert (waiting(look(verifier)), owner() is None) == ((), False), "it stays as it was"
    unsolve(order(verifier), solution_id=given.pk)
    assert (unsolve(order(chief), solution_id=given.pk).state, owner()) == ("undone", None)


def test_a_case_whose_answer_waits_is_approved_by_confirming_it(begun: tuple[Actor, Actor]) -> None:
    verifier, chief = begun
    given = solve(order(verifier), case_id=case_of(1).pk, fix_key=same())
    with refused(ErrorCode.STATE_FORBIDS):
        approve(order(chief), case_id=case_of(1).pk)
    assert (case_of(1).state, owner()) == ("verified", None)
    confirm(order(chief), solution_id=given.pk)
    assert (case_of(1).state == "approved", owner() is None) == (True, False)


@pytest.mark.parametrize(("verb", "state"), [(send_back, "returned"), (dispute, "conflict")])
def test_an_answer_that_waits_is_refused_wherever_its_case_stands(
    begun: tuple[Actor, Actor], verb: Callable[..., object], state: str
) -> None:
    verifier, chief = begun
    given = solve(order(verifier), case_id=case_of(1).pk, fix_key=same())
    verb(order(chief, reason="Người khác cũng nhận xe"), case_id=case_of(1).pk)
    refuse(order(chief, reason="Không đủ căn cứ"), solution_id=given.pk)
    with acting(STEWARD):
        assert Solution.objects.get(pk=given.pk).state == "refused"
    assert (case_of(1).state, owner()) == (state, None)


@pytest.fixture
def forwarded(begun: tuple[Actor, Actor]) -> tuple[Solution, Actor, Actor, Actor]:
    """An answer that waited when its case was forwarded; a verifier and the chief of the commune it came to, the chief it left."""
    verifier, chief = begun
    given = solve(order(verifier), case_id=case_of(1).pk, fix_key=same())
    forward(order(chief, reason="Chủ xe đã chuyển về xã này"), case_id=case_of(1).pk, commune_code=FAR)
    mate = officer(account("xac.minh.xa.nhan", unit=FAR, province="01"), Role.VERIFIER, unit=FAR)
    there = officer(account("chi.huy.xa.nhan", unit=FAR, province="01"), Role.CHIEF, unit=FAR)
    return given, mate, there, chief


def test_an_answer_that_waits_is_confirmed_where_its_case_was_forwarded_to(
    forwarded: tuple[Solution, Actor, Actor, Actor],
) -> None:
    given, mate, there, left = forwarded
    assert [each.solution.pk for each in waiting(look(there))] == [given.pk]
    assert waiting(look(left)) == ()
    with refused(ErrorCode.NOT_FOUND):
        confirm(order(left), solution_id=given.pk)
    with refused(ErrorCode.STATE_FORBIDS):
        confirm(order(mate), solution_id=given.pk)
    assert (case_of(1).state, owner()) == ("moved", None), "whose a vehicle is, the chief confirms, there as here"
    assert confirm(order(there), solution_id=given.pk).state == "done"
    case = case_of(1)
    assert (case.state, case.commune_code, case.officer_id, owner() is None) == (
        "approved",
        FAR,
        there.number,
        False,
    )
    with refused(ErrorCode.STATE_FORBIDS):
        confirm(order(there), solution_id=given.pk)


def test_an_answer_that_waits_may_be_refused_where_its_case_was_forwarded_to_and_the_case_go_home(
    forwarded: tuple[Solution, Actor, Actor, Actor],
) -> None:
    given, _, there, left = forwarded
    refuse(order(there, reason="Chủ xe không ở xã này"), solution_id=given.pk)
    assert case_of(1).state == "moved"
    forward(order(there, reason="Chủ xe không ở xã này"), case_id=case_of(1).pk, commune_code=HERE)
    assert (case_of(1).commune_code, owner()) == (HERE, None)
    again = solve(order(left), case_id=case_of(1).pk, fix_key=same())
    assert (again.state, case_of(1).officer_id) == ("proposed", left.number)


def test_nothing_is_confirmed_while_claims_stand_against_each_other(begun: tuple[Actor, Actor]) -> None:
    verifier, chief = begun
    given = solve(order(verifier), case_id=case_of(1).pk, fix_key=same())
    dispute(order(chief, reason="Người khác cũng nhận xe"), case_id=case_of(1).pk)
    with refused(ErrorCode.STATE_FORBIDS):
        confirm(order(chief), solution_id=given.pk)
    assert (case_of(1).state, owner()) == ("conflict", None)


def test_what_nobody_is_sure_about_stays_open_and_is_said_once(begun: tuple[Actor, Actor]) -> None:
    verifier, _ = begun
    case = case_of(1)
    key = same().replace("same", "unsure")
    given = solve(order(verifier), case_id=case.pk, fix_key=key)
    assert case_of(1).state not in CLOSED
    seen = case_fixes(look(verifier), case_id=case.pk)
    assert [each.unsure for each in seen.matters.candidates] == [True]
    assert key not in {fix.key for fix in seen.fixes}
    assert same() in {fix.key for fix in seen.fixes}, "somebody who knows more may still say"
    unsolve(order(verifier), solution_id=given.pk)
    seen = case_fixes(look(verifier), case_id=case.pk)
    assert [each.unsure for each in seen.matters.candidates] == [False]
    assert Solution.objects.count() == 1


def test_a_number_another_record_has_is_not_offered(begun: tuple[Actor, Actor]) -> None:
    verifier, _ = begun
    seen = case_fixes(look(verifier), case_id=case_of(2).pk)
    (misread,) = seen.matters.findings
    assert (misread.code, misread.takes) == ("CHS-02", {})
    assert not [fix.key for fix in seen.fixes if fix.kind in {"take", "accept"}]
    with refused(ErrorCode.CONFLICT):
        accept_finding(order(verifier), register=VEHICLES, finding_id=misread.key)
