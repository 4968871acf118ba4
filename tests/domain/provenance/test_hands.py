"""One officer alone never says who owns a vehicle, nor that somebody does not."""

from pathlib import Path
from typing import Any

import pytest
from tests.domain.provenance.runs import STEWARD, person, vehicle, write_run
from tests.domain.provenance.test_judging import CHIEF, CLERK, ELSEWHERE, REGISTRAR, code, one, order

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.population.models import Person
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.provenance.models import Candidate
from sosach.domain.provenance.operations.importing import import_run
from sosach.domain.provenance.operations.judging import judge_candidate, take_back
from sosach.domain.provenance.rules import Verdict
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES

PINS = ("038066583942", "038166871517")


@pytest.fixture
def candidates(db: None, tmp_path: Path) -> list[Candidate]:
    """Two people a vehicle without owner may belong to."""
    del db
    told = [
        {"register": "vehicles", "row_number": 0, "pin": pin, "rank": rank, "probability": 0.4}
        for rank, pin in enumerate(PINS, 1)
    ]
    run = write_run(
        tmp_path,
        population=[person(PINS[0], "TRẦN VĂN TRÍ"), person(PINS[1], "TRẦN THỊ BƯỞI")],
        vehicles=[vehicle("XE1", "RLHA1", "36B705895")],
        candidates=told,
    )
    import_run(order(STEWARD), folder=run, registers=[POPULATION, VEHICLES], synthetic=True)
    with acting(STEWARD):
        return list(Candidate.objects.order_by("rank"))


def owner() -> str:
    """PIN of the owner on record; "" for nobody."""
    with acting(STEWARD):
        found = Person.objects.filter(pk=one(Vehicle).owner_person_id).first()
    return found.pin or "" if found is not None else ""


OTHERS = {
    "nobody": None,
    "the same officer": CHIEF,
    "without a role that judges": CLERK,
    "of another commune": ELSEWHERE,
}


@pytest.mark.parametrize("who", OTHERS)
def test_an_owner_is_neither_put_on_nor_taken_off_by_one_hand(candidates: list[Candidate], who: str) -> None:
    told: dict[str, Any] = {"register": VEHICLES, "candidate_id": candidates[0].pk, "verdict": Verdict.SAME}
    refusals = {"without a role that judges": ErrorCode.ACCESS_DENIED, "of another commune": ErrorCode.ACCESS_OUTSIDE}
    refusal = refusals.get(who, ErrorCode.INPUT_INCOMPLETE)
    assert code(lambda: judge_candidate(order(CHIEF), **told, approver=OTHERS[who])) is refusal
    assert owner() == ""
    link = judge_candidate(order(CHIEF), **told, approver=REGISTRAR)
    assert owner() == PINS[0]
    on: dict[str, Any] = {"register": VEHICLES, "record_id": one(Vehicle).pk}
    assert code(lambda: take_back(order(CHIEF), entry_id=link.pk, **on, approver=OTHERS[who])) is refusal
    assert owner() == PINS[0]
    gone = take_back(order(CHIEF), entry_id=link.pk, **on, approver=REGISTRAR)
    assert owner() == ""
    assert code(lambda: take_back(order(CHIEF), entry_id=gone.pk, **on, approver=OTHERS[who])) is refusal
    take_back(order(CHIEF), entry_id=gone.pk, **on, approver=REGISTRAR)
    assert owner() == PINS[0]


def test_saying_that_it_is_somebody_else_s_takes_one(candidates: list[Candidate]) -> None:
    judge_candidate(order(CHIEF), register=VEHICLES, candidate_id=candidates[0].pk, verdict=Verdict.DIFFERENT)
    assert owner() == ""


def test_a_proposal_of_somebody_else_is_a_second_hand(candidates: list[Candidate]) -> None:
    told: dict[str, Any] = {"register": VEHICLES, "candidate_id": candidates[1].pk, "verdict": Verdict.SAME}
    assert code(lambda: judge_candidate(order(CHIEF), **told, proposed_by=CHIEF.key)) is ErrorCode.INPUT_INCOMPLETE
    judge_candidate(order(CHIEF), **told, proposed_by=CLERK.key)
    assert owner() == PINS[1]
