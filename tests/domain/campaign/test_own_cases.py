"""Nobody works on a case about a record of the own: neither visits, nor passes it on, nor ends a dispute over it."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.domain.campaign.ground import NEXT_DOOR, campaign, case_of, dirty, filled, officer, order, take_in
from tests.domain.campaign.test_working import code
from tests.domain.provenance.runs import STEWARD, person, write_run

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.campaign.models import Case
from sosach.domain.campaign.operations.working import dispute, forward, note_visit
from sosach.domain.population.models import Person
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.provenance.operations.importing import import_run

VERIFIER = officer(6, Role.VERIFIER)


@pytest.mark.usefixtures("db")
def test_the_own_case_is_left_to_a_colleague(tmp_path: Path) -> None:
    run = write_run(tmp_path / "people", population=[person("038066583942", "TRẦN VĂN TRÍ")])
    import_run(order(STEWARD), folder=run, registers=[POPULATION], synthetic=True)
    take_in(tmp_path / "vehicles", [dirty(1)])
    filled(campaign())
    begun = case_of(1)
    with acting(STEWARD):
        own = replace(VERIFIER, person_id=Person.objects.get().pk)
        Case.objects.filter(pk=begun.pk).update(person_id=own.person_id)
    about = {"case_id": begun.pk}
    assert code(lambda: note_visit(order(own), outcome="met", **about)) is ErrorCode.ACCESS_DENIED
    assert code(lambda: forward(order(own), commune_code=NEXT_DOOR, **about)) is ErrorCode.ACCESS_DENIED
    assert code(lambda: dispute(order(own), **about)) is ErrorCode.ACCESS_DENIED
    note_visit(order(VERIFIER), outcome="met", **about)
