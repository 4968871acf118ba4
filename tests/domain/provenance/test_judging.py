"""Who decides what: a second person, the commune's chief, nobody outside; and what a value, a record and a finding tell of themselves."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.domain.provenance.runs import AT, STEWARD, person, vehicle, write_run

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.population.models import Person
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.provenance.models import Candidate, Duplicate, Finding, Proposal, SourceRow
from sosach.domain.provenance.operations.importing import import_run
from sosach.domain.provenance.operations.judging import (
    accept_finding,
    decide,
    dismiss_finding,
    judge_candidate,
    judge_duplicate,
    propose,
    take_back,
)
from sosach.domain.provenance.operations.verifying import rebuild, verify_folds
from sosach.domain.provenance.queries import column_history, full_history, origins, raised_about, refused_rows
from sosach.domain.provenance.rules import Verdict
from sosach.domain.vehicles.models import Ownership, Vehicle
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES

PIN = "038066583942"
GIVEN = person(PIN, "trần văn trí", full_name_std="TRẦN VĂN TRI")


def officer(key: str, *roles: Role, unit: str = "15457", level: Level = Level.COMMUNE) -> Actor:
    return Actor(ActorKind.OFFICER, key, level, unit, frozenset(roles))


CHIEF, CLERK = officer("chief", Role.CHIEF), officer("clerk", Role.CLERK)
REGISTRAR = officer("registrar", Role.VEHICLES)
ELSEWHERE = officer("other", Role.CHIEF, unit="16549")
PROVINCE = officer("province", Role.CHIEF, unit="38", level=Level.PROVINCE)


def order(actor: Actor, reason: str = "theo giấy khai sinh") -> Order:
    return Order(actor, AT, {"birth_certificate": "15/1966"}, reason)


def look(actor: Actor) -> Look:
    return Look(actor, "case", AT)


def code(refused: Callable[[], Any]) -> ErrorCode:
    with pytest.raises(SosachError) as error:
        refused()
    return error.value.code


@pytest.fixture
def taken_in(db: None, tmp_path: Path) -> Path:
    """A person with a finding and a duplicate, and a vehicle without owner that may be that person's."""
    del db
    finding = {"register": "population", "row_number": 0, "code": "NAM-01", "severity": "info", "field": "full_name"}
    run = write_run(
        tmp_path / "1",
        population=[GIVEN, person("038166871517", "TRẦN THỊ BƯỞI")],
        vehicles=[vehicle("XE1", "RLHA1", "36B705895")],
        findings=[{**finding, "value": "trần văn tri", "proposed_value": "Trần Văn Trí"}],
        candidates=[{"register": "vehicles", "row_number": 0, "pin": PIN, "rank": 1, "probability": 0.4}],
        duplicates=[{"register": "population", "row_number": 0, "group_id": "PER-52:1", "reason": "PER-52"}],
    )
    import_run(order(STEWARD), folder=run, registers=[POPULATION, VEHICLES], synthetic=True)
    return tmp_path


def someone() -> Person:
    with acting(STEWARD):
        return Person.objects.get(pin=PIN)


def one(model: type[Any]) -> Any:
    with acting(STEWARD):
        return model.objects.get()


@pytest.mark.usefixtures("taken_in")
def test_a_second_person_decides_a_correction() -> None:
    key = someone().pk
    asked = propose(order(CLERK), register=POPULATION, record_id=key, column="hometown", value="Định Tân")
    assert str(asked.due_on) == "2026-11-26"  # from the 23rd, which has begun in Viet Nam; the 24th is off
    assert someone().hometown == "", "a proposal changes nothing"
    own = propose(order(CHIEF), register=POPULATION, record_id=key, column="hometown", value="Định Hải")
    refusals = {
        ErrorCode.STATE_FORBIDS: lambda: decide(order(CHIEF), register=POPULATION, proposal_id=own.pk, accept=True),
        ErrorCode.ACCESS_DENIED: lambda: decide(
            order(PROVINCE), register=POPULATION, proposal_id=asked.pk, accept=True
        ),
        ErrorCode.NOT_FOUND: lambda: decide(order(ELSEWHERE), register=POPULATION, proposal_id=asked.pk, accept=True),
        ErrorCode.INPUT_INCOMPLETE: lambda: decide(
            order(CHIEF, reason=" "), register=POPULATION, proposal_id=asked.pk, accept=True
        ),
    }
    assert {expected: code(refused) for expected, refused in refusals.items()} == {each: each for each in refusals}
    entry = decide(order(CHIEF), register=POPULATION, proposal_id=asked.pk, accept=True)
    assert someone().hometown == "Định Tân"
    again = {
        ErrorCode.STATE_FORBIDS: lambda: decide(order(CHIEF), register=POPULATION, proposal_id=asked.pk, accept=False)
    }
    assert code(again[ErrorCode.STATE_FORBIDS]) is ErrorCode.STATE_FORBIDS
    take_back(order(CHIEF), register=POPULATION, record_id=key, entry_id=entry.pk)
    assert someone().hometown == ""
    decide(order(CHIEF), register=POPULATION, proposal_id=asked.pk, accept=False)
    assert {row.state for row in raised_about(look(CHIEF), model=Person, record_id=key).proposals} == {
        "open",
        "refused",
    }


@pytest.mark.usefixtures("taken_in")
@pytest.mark.parametrize(
    ("column", "value"), [("pin", "038066583943"), ("sex", "X"), ("no_column", "1"), ("birth_date", "x")]
)
def test_only_what_a_column_can_hold_is_proposed(column: str, value: str) -> None:
    key = someone().pk
    refused = code(lambda: propose(order(CLERK), register=POPULATION, record_id=key, column=column, value=value))
    assert refused is ErrorCode.INPUT_INCOMPLETE


@pytest.mark.usefixtures("taken_in")
def test_only_what_a_column_of_a_vehicle_can_hold_is_proposed() -> None:
    with acting(REGISTRAR):
        key = Vehicle.objects.get().pk

    def proposed(column: str, value: Any) -> Proposal:
        return propose(order(REGISTRAR), register=VEHICLES, record_id=key, column=column, value=value)

    wrong = {"manufactured_year": "abc", "certificate_until": "31/02/2026", "brand": 5, "plate_number": "36B700001"}
    codes = {column: code(lambda told=column: proposed(told, wrong[told])) for column in wrong}  # type: ignore[misc]
    assert codes == dict.fromkeys(wrong, ErrorCode.INPUT_INCOMPLETE)
    assert proposed("certificate_until", "2026-12-31").value == "2026-12-31"
    assert proposed("manufactured_year", "2020").value == 2020


@pytest.mark.usefixtures("taken_in")
def test_a_finding_is_accepted_in_one_verb() -> None:
    finding = one(Finding)
    assert (
        code(lambda: accept_finding(order(CLERK), register=POPULATION, finding_id=finding.pk))
        is ErrorCode.ACCESS_DENIED
    )
    accept_finding(order(CHIEF), register=POPULATION, finding_id=finding.pk)
    assert (someone().full_name, someone().name_k1) == ("TRẦN VĂN TRÍ", someone().name_k1)
    origin = origins(look(CHIEF), model=Person, record_id=someone().pk)["full_name"]
    assert (origin.value, origin.origin, origin.actor, origin.since) == (
        "TRẦN VĂN TRÍ",
        "correction",
        ("officer", "chief"),
        AT,
    )
    assert (
        code(lambda: dismiss_finding(order(CHIEF), register=POPULATION, finding_id=finding.pk))
        is ErrorCode.STATE_FORBIDS
    )


def test_a_later_run_closes_what_is_gone_and_keeps_judgements(taken_in: Path) -> None:
    finding = one(Finding)
    later = {
        "register": "population",
        "row_number": 0,
        "severity": "info",
        "field": "full_name",
        "proposed_value": None,
    }
    same = {**later, "code": finding.code, "value": finding.value}
    for number, (findings, state) in enumerate([([], "gone"), ([same], "open")]):
        row = GIVEN | {"status": f"run {number}"}
        run = write_run(taken_in / f"later{number}", population=[row], findings=findings)
        import_run(order(STEWARD), folder=run, registers=[POPULATION, VEHICLES], synthetic=True)
        assert one(Finding).state == state
    dismiss_finding(order(CHIEF), register=POPULATION, finding_id=finding.pk)
    run = write_run(taken_in / "last", population=[GIVEN | {"status": "run 3"}], findings=[same])
    import_run(order(STEWARD), folder=run, registers=[POPULATION, VEHICLES], synthetic=True)
    assert one(Finding).state == "dismissed"
    assert one(Duplicate).state == "gone"
    assert verify_folds(order(STEWARD), register=POPULATION).differing == 0


@pytest.mark.usefixtures("taken_in")
def test_a_candidate_found_to_be_the_owner_is_linked_and_unlinked() -> None:
    candidate, xe = one(Candidate), one(Vehicle)
    assert (candidate.person_id, xe.owner_kind) == (someone().pk, "unknown")
    judge_candidate(order(REGISTRAR), register=VEHICLES, candidate_id=candidate.pk, verdict=Verdict.UNSURE)
    entry = judge_candidate(
        order(REGISTRAR), register=VEHICLES, candidate_id=candidate.pk, verdict=Verdict.SAME, approver=CHIEF
    )
    assert (one(Vehicle).owner_kind, one(Vehicle).owner_person_id) == ("person", someone().pk)
    with acting(STEWARD):
        assert Ownership.objects.get(is_present=True).owner_person_id == someone().pk
    take_back(order(REGISTRAR), register=VEHICLES, record_id=xe.pk, entry_id=entry.pk, approver=CHIEF)
    assert (one(Vehicle).owner_kind, one(Vehicle).owner_person_id, one(Candidate).state) == ("unknown", None, "unsure")
    assert verify_folds(order(STEWARD), register=VEHICLES).differing == 0


@pytest.mark.usefixtures("taken_in")
def test_an_owner_on_record_is_not_replaced_by_a_judgement() -> None:
    candidate = one(Candidate)
    judge_candidate(
        order(REGISTRAR), register=VEHICLES, candidate_id=candidate.pk, verdict=Verdict.SAME, approver=CHIEF
    )
    judge_candidate(order(REGISTRAR), register=VEHICLES, candidate_id=candidate.pk, verdict=Verdict.UNSURE)
    refused = code(
        lambda: judge_candidate(
            order(REGISTRAR), register=VEHICLES, candidate_id=candidate.pk, verdict=Verdict.SAME, approver=CHIEF
        )
    )
    assert refused is ErrorCode.STATE_FORBIDS


@pytest.mark.usefixtures("taken_in")
def test_duplicates_are_judged() -> None:
    judge_duplicate(order(CHIEF), register=POPULATION, duplicate_id=one(Duplicate).pk, verdict=Verdict.DIFFERENT)
    assert one(Duplicate).state == "different"


@pytest.mark.usefixtures("taken_in")
def test_every_value_says_where_it_comes_from() -> None:
    key = someone().pk
    told = origins(look(CHIEF), model=Person, record_id=key)
    assert (told["pin"].origin, told["pin"].since, told["pin"].told_by) == ("source", AT, "population 2026-11-22")
    assert told["pin"].given is not None
    assert told["pin"].given["pin"] == PIN
    assert told["religion"].origin == "default"
    assert set(told) == set(Person.FOLDED)
    entry = accept_finding(order(CHIEF), register=POPULATION, finding_id=one(Finding).pk)
    values = column_history(look(CHIEF), model=Person, record_id=key, column="full_name")
    assert [(each.value, each.origin) for each in values] == [
        ("TRẦN VĂN TRI", "source"),
        ("TRẦN VĂN TRÍ", "correction"),
    ]
    take_back(order(CHIEF), register=POPULATION, record_id=key, entry_id=entry.pk)
    steps = full_history(look(CHIEF), model=Person, record_id=key)
    assert [(step.kind, step.holds) for step in steps] == [
        ("source", True),
        ("correction", False),
        ("retraction", True),
    ]
    assert len(column_history(look(CHIEF), model=Person, record_id=key, column="full_name")) == 1


@pytest.mark.usefixtures("taken_in")
def test_looks_are_limited_to_the_territory_and_recorded() -> None:
    key = someone().pk
    for query in (origins, full_history, raised_about):
        assert code(lambda query=query: query(look(ELSEWHERE), model=Person, record_id=key)) is ErrorCode.NOT_FOUND
    raised = raised_about(look(REGISTRAR), model=Vehicle, record_id=one(Vehicle).pk)
    assert [each.pin for each in raised.candidates] == [PIN]
    with acting(REGISTRAR):
        told = AuditEvent.objects.filter(event="provenance.raised_read").values_list("subject_kind", "subject_key")
        assert set(told) == {("vehicle", str(raised.candidates[0].subject_id)), ("person", str(key))}


def test_refused_rows_lie_where_they_belong(taken_in: Path) -> None:
    twins = [person("038201122292", name) for name in ("NGUYỄN NGỌC PHÚC", "LÊ NGỌC ĐỨC")]
    run = write_run(taken_in / "2", population=twins)
    import_run(order(STEWARD), folder=run, registers=[POPULATION], synthetic=True)
    seen = refused_rows(look(CHIEF), register="population", reason="one_key")
    assert [row.given["full_name"] for row in seen] == ["Nguyễn Ngọc Phúc", "Lê Ngọc Đức"]
    assert refused_rows(look(CHIEF), register="population", after=seen[0].pk) == (seen[1],)
    assert refused_rows(look(ELSEWHERE), register="population") == ()


@pytest.mark.usefixtures("taken_in")
def test_what_drifted_is_found_and_rebuilt() -> None:
    key = someone().pk
    with acting(STEWARD):
        Person.objects.filter(pk=key).update(full_name="AI ĐÓ")
        Finding.objects.update(state="dismissed")
    found = verify_folds(order(STEWARD), register=POPULATION)
    assert (found.records, found.differing) == (2, 1)
    assert {(each.column.split(":")[0], each.stands, each.should) for each in found.differences} == {
        ("full_name", "AI ĐÓ", "TRẦN VĂN TRI"),
        ("finding", "dismissed", "open"),
    }
    assert rebuild(order(STEWARD), register=POPULATION) == 2
    assert verify_folds(order(STEWARD), register=POPULATION).differing == 0
    with acting(STEWARD):
        assert SourceRow.objects.count() == 3


@pytest.mark.usefixtures("taken_in")
def test_nobody_judges_the_own_record_or_what_he_proposed_as_a_citizen() -> None:
    key = someone().pk
    chief = replace(CHIEF, person_id=key)
    finding = one(Finding)
    for verb in (accept_finding, dismiss_finding):
        refused = code(lambda verb=verb: verb(order(chief), register=POPULATION, finding_id=finding.pk))
        assert refused is ErrorCode.ACCESS_DENIED
    propose(order(CLERK), register=POPULATION, record_id=key, column="full_name", value="TRẦN VĂN TRÍ")
    proposal = one(Proposal)
    assert code(lambda: decide(order(chief), register=POPULATION, proposal_id=proposal.pk, accept=True)) is (
        ErrorCode.ACCESS_DENIED
    )
    with acting(STEWARD):
        Proposal.objects.update(actor_kind="citizen", actor_key="person-999")
    asker = replace(CHIEF, person_id=999)
    assert code(lambda: decide(order(asker), register=POPULATION, proposal_id=proposal.pk, accept=True)) is (
        ErrorCode.STATE_FORBIDS
    )
    decide(order(CHIEF), register=POPULATION, proposal_id=proposal.pk, accept=True)
    assert someone().full_name == "TRẦN VĂN TRÍ"


@pytest.mark.usefixtures("taken_in")
def test_an_owner_does_not_take_the_link_to_the_own_vehicle_back() -> None:
    xe = one(Vehicle)
    entry = judge_candidate(
        order(REGISTRAR), register=VEHICLES, candidate_id=one(Candidate).pk, verdict=Verdict.SAME, approver=CHIEF
    )
    owner = replace(REGISTRAR, person_id=someone().pk)
    undo: dict[str, Any] = {"register": VEHICLES, "record_id": xe.pk, "entry_id": entry.pk, "approver": CHIEF}
    assert code(lambda: take_back(order(owner), **undo)) is ErrorCode.ACCESS_DENIED
    assert one(Vehicle).owner_person_id == someone().pk
