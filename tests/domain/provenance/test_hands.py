"""One officer alone never puts another person on a record: who takes one off leaves the next to a colleague."""

from pathlib import Path

import pytest
from tests.domain.provenance.runs import STEWARD, person, vehicle, write_run
from tests.domain.provenance.test_judging import CHIEF, REGISTRAR, code, one, order

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


def test_who_takes_an_owner_off_puts_no_other_on(candidates: list[Candidate]) -> None:
    first, second = ({"register": VEHICLES, "candidate_id": each.pk, "verdict": Verdict.SAME} for each in candidates)
    link = judge_candidate(order(CHIEF), **first)
    on = {"register": VEHICLES, "record_id": one(Vehicle).pk}
    off = take_back(order(REGISTRAR), entry_id=link.pk, **on)
    assert code(lambda: judge_candidate(order(REGISTRAR), **second)) is ErrorCode.STATE_FORBIDS
    assert owner() == ""
    take_back(order(REGISTRAR), entry_id=off.pk, **on)  # whom he took off, he may put back
    assert owner() == PINS[0]
    take_back(order(REGISTRAR), entry_id=link.pk, **on)
    judge_candidate(order(CHIEF), **second)
    assert owner() == PINS[1]


def test_no_taking_back_of_old_steps_changes_the_owner_by_one_hand(candidates: list[Candidate]) -> None:
    first, second = ({"register": VEHICLES, "candidate_id": each.pk, "verdict": Verdict.SAME} for each in candidates)
    on = {"register": VEHICLES, "record_id": one(Vehicle).pk}
    early = judge_candidate(order(CHIEF), **first)
    gone = take_back(order(CHIEF), entry_id=early.pk, **on)
    late = judge_candidate(order(REGISTRAR), **second)
    assert owner() == PINS[1]
    take_back(order(CHIEF), entry_id=late.pk, **on)
    assert code(lambda: take_back(order(CHIEF), entry_id=gone.pk, **on)) is ErrorCode.STATE_FORBIDS
    assert owner() == ""
    take_back(order(REGISTRAR), entry_id=gone.pk, **on)
    assert owner() == PINS[0]
