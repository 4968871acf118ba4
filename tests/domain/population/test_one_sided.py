"""A marriage only one of the two records knows of keeps nobody from dying."""

from pathlib import Path

import pytest
from tests.domain.population import people
from tests.domain.provenance.runs import STEWARD, person, write_run
from tests.domain.provenance.test_judging import order

from sosach.domain.access.queries import acting
from sosach.domain.population.models import Person
from sosach.domain.population.operations.civil import register_death
from sosach.domain.population.operations.register import REGISTER
from sosach.domain.provenance.operations.importing import import_run

HE, SHE = "038066583942", "038166871517"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("she_knows", [False, True])
def test_a_death_is_registered_whatever_the_other_record_says(tmp_path: Path, she_knows: bool) -> None:  # noqa: FBT001 - a case
    hers = {"spouse_pin": HE} if she_knows else {}
    rows = [person(HE, "TRẦN VĂN TRÍ", spouse_pin=SHE), person(SHE, "TRẦN THỊ BƯỞI", sex_std="F", **hers)]
    import_run(order(STEWARD), folder=write_run(tmp_path, population=rows), registers=[REGISTER], synthetic=True)
    with acting(people.EVERYBODY):
        he = Person.objects.get(pin=HE)
    register_death(people.order(people.nation(*people.REGISTRAR.roles)), person_id=he.pk, died_on="2026-11")
    with acting(people.EVERYBODY):
        assert Person.objects.get(pin=HE).life_status == "deceased"
        assert Person.objects.get(pin=SHE).life_status == "alive"
