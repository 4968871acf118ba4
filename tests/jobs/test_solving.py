"""Cases answered on a real cleaning run: the first answer, a second person, undo in any order, and the re-check that alone closes."""

from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest
from tests.domain.campaign.ground import REGISTERS, SYSTEM, TERMS, account, cases, look, officer, order
from tests.domain.provenance.runs import STEWARD

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Level
from sosach.domain.campaign.models import Case, Solution
from sosach.domain.campaign.operations.campaigns import create_campaign, open_campaign
from sosach.domain.campaign.operations.filling import fill
from sosach.domain.campaign.operations.solving import confirm, solve, unsolve
from sosach.domain.campaign.queries.solving import case_fixes, waiting
from sosach.domain.campaign.rules.fixes import Fix, FixKind
from sosach.domain.campaign.states.cases import OPEN, State
from sosach.domain.population.models import Person
from sosach.domain.provenance.models import Finding
from sosach.domain.provenance.operations.importing import import_run
from sosach.domain.vehicles.models import Vehicle
from sosach.jobs.rechecking import recheck_waiting

MANY = 40


@pytest.fixture
def commune(demo: Path, db: None) -> str:
    """The commune with the most cases of a whole run; a campaign of vehicles and licences is open."""
    del db
    import_run(order(STEWARD), folder=demo, registers=REGISTERS, synthetic=True)
    made = create_campaign(
        order(STEWARD),
        name="Làm sạch",
        registers=["vehicles", "licences"],
        level=Level.NATION,
        unit_code="",
        terms=TERMS,
    )
    fill(order(STEWARD), campaign_id=open_campaign(order(STEWARD), campaign_id=made.pk).pk)
    with acting(SYSTEM):
        places = Case.objects.filter(commune_code__isnull=False).order_by("pk").values_list("commune_code", flat=True)
        return str(Counter(places).most_common(1)[0][0])


def now(actor: Actor, reason: str = "đối chiếu giấy tờ") -> Order:
    return Order(actor, order(actor).at, {"paper": "12"}, reason, uuid4())


def first_fix(actor: Actor, case: Case) -> Fix:
    return case_fixes(look(actor), case_id=case.pk).fixes[0]


@pytest.mark.slow
def test_first_answers_close_most_cases_that_can_be_answered_at_the_desk(commune: str) -> None:
    verifier = officer(account("xac.minh", unit=commune), Role.VERIFIER, unit=commune)
    answered = [case.pk for case in cases(commune_code=commune, state__in=OPEN)[:MANY]]
    kinds: Counter[str] = Counter()
    for case in cases(pk__in=answered):
        fix = first_fix(verifier, case)
        kinds[fix.kind] += 1
        solve(now(verifier), case_id=case.pk, fix_key=fix.key)
    assert not [case for case in cases(pk__in=answered) if case.state == State.CLEANED]  # nobody closes by answering
    recheck_waiting(Order(SYSTEM, order(SYSTEM).at))
    closed = [case for case in cases(pk__in=answered) if case.state == State.CLEANED]
    for case in closed:
        with acting(SYSTEM):
            found = Finding.objects.filter(register=case.register, subject_id=case.subject_id, gone=False, state="open")
            assert set(found.values_list("severity", flat=True)) <= {"info"}
    at_the_desk = MANY - kinds[FixKind.ASK] - kinds[FixKind.DECIDE]
    assert len(closed) >= 0.5 * at_the_desk
    assert not Solution.objects.filter(recheck_due=True).exists()


@pytest.mark.slow
def test_an_answer_taken_back_opens_the_case_again(commune: str) -> None:
    verifier = officer(account("xac.minh", unit=commune), Role.VERIFIER, unit=commune)
    case = next(
        each
        for each in cases(commune_code=commune, codes__contains=["VEH-86"])
        if first_fix(verifier, each).kind == "person"
    )
    with acting(SYSTEM):
        before = Vehicle.objects.filter(pk=case.subject_id).values().get()
    solution = solve(now(verifier), case_id=case.pk, fix_key="person")
    recheck_waiting(Order(SYSTEM, order(SYSTEM).at))
    state = cases(pk=case.pk)[0].state
    unsolve(now(verifier, "nhầm người"), solution_id=solution.pk)
    recheck_waiting(Order(SYSTEM, order(SYSTEM).at))
    after = cases(pk=case.pk)[0]
    assert after.state in OPEN
    assert after.reopened == (1 if state == State.CLEANED else 0)
    with acting(SYSTEM):
        assert Vehicle.objects.filter(pk=case.subject_id).values().get() == before
        again = Finding.objects.filter(register="vehicles", subject_id=case.subject_id, code="VEH-86", gone=False)
        assert [each.state for each in again] == ["open"]


@pytest.mark.slow
def test_a_clerk_proposes_and_somebody_else_confirms(commune: str) -> None:
    clerk = officer(account("can.bo", unit=commune), Role.CLERK, unit=commune)
    both = officer(account("kiem.nhiem", unit=commune), Role.CLERK, Role.CHIEF, unit=commune)
    chief = officer(account("chi.huy", unit=commune), Role.CHIEF, unit=commune)
    case = next(each for each in cases(commune_code=commune) if first_fix(clerk, each).kind is FixKind.PERSON)
    with acting(SYSTEM):
        before = Vehicle.objects.filter(pk=case.subject_id).values().get()
    solution = solve(now(clerk), case_id=case.pk, fix_key="person")
    with acting(SYSTEM):
        assert Vehicle.objects.filter(pk=case.subject_id).values().get() == before
    assert [(each.solution.pk, each.own) for each in waiting(look(chief))] == [(solution.pk, False)]
    with pytest.raises(SosachError) as refused:
        solve(now(both), case_id=case.pk, fix_key="dismiss")
    assert refused.value.code is ErrorCode.STATE_FORBIDS
    done = confirm(now(chief), solution_id=solution.pk)
    assert (done.state, done.made_by, done.decided_by) == ("done", clerk.key, chief.key)
    with pytest.raises(SosachError) as refused:
        confirm(now(both), solution_id=solution.pk)
    assert refused.value.code is ErrorCode.STATE_FORBIDS


@pytest.mark.slow
def test_what_was_answered_is_not_offered_again_before_the_re_check(commune: str) -> None:
    verifier = officer(account("xac.minh", unit=commune), Role.VERIFIER, unit=commune)
    for case in cases(commune_code=commune, register="vehicles", state__in=OPEN):
        fix = first_fix(verifier, case)
        if fix.kind is not FixKind.PERSON or fix.second:
            continue
        done = solve(now(verifier), case_id=case.pk, fix_key="person")
        left = case_fixes(look(verifier), case_id=case.pk)
        assert not {each.key for each in left.matters.findings} & set(done.terms["covers"])
        assert "person" not in {each.key for each in left.fixes}
        if cases(pk=case.pk)[0].state in OPEN - {State.APPROVED}:
            break  # something else is left to answer: the other answer is offered, not this one
    else:
        pytest.fail("no case had more than one thing to answer")


@pytest.mark.slow
@pytest.mark.usefixtures("commune")
def test_a_case_opens_although_its_owner_lives_in_another_commune() -> None:
    with acting(SYSTEM):
        placed = Vehicle.objects.filter(owner_person__commune_code__isnull=False, commune_code__isnull=False)
        known = set(placed.values_list("pk", flat=True))
        case = Case.objects.filter(register="vehicles", subject_id__in=known, commune_code__isnull=False).order_by(
            "pk"
        )[0]
        vehicle = Vehicle.objects.get(pk=case.subject_id)
        others = Person.objects.exclude(commune_code=case.commune_code).filter(commune_code__isnull=False)
        elsewhere = others.order_by("pk")[0]
        Vehicle.objects.filter(pk=vehicle.pk).update(owner_person=elsewhere)
    place = str(case.commune_code)
    verifier = officer(account("xac.minh", unit=place), Role.VERIFIER, unit=place)
    with acting(verifier):
        assert not Person.objects.filter(pk=elsewhere.pk).exists()
    seen = case_fixes(look(verifier), case_id=case.pk)
    assert seen.matters.linked
    assert seen.matters.says["owner_name"] == elsewhere.full_name
