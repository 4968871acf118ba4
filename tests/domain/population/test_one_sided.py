"""A marriage only one of the two records knows of keeps nobody from dying."""

import pytest
from tests.domain.population import people

from sosach.domain.access.queries import acting
from sosach.domain.population.operations.civil import register_death
from sosach.domain.population.operations.journal import Change, enter, locked
from sosach.domain.population.operations.marriages import register_marriage
from sosach.domain.population.rules.words import Marital
from sosach.domain.population.states.civil import TOLD


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("says", "becomes"), [(Marital.MARRIED, Marital.WIDOWED), (Marital.SINGLE, Marital.SINGLE)])
def test_a_death_is_registered_whatever_the_other_record_says(says: Marital, becomes: Marital) -> None:
    he, she = people.born(), people.woman()
    register_marriage(people.order(), person_id=he, spouse_id=she)
    with acting(people.EVERYBODY):  # another level told what it holds of her alone
        (woman,) = locked(she)
        enter(people.order(people.EVERYBODY), woman, Change(TOLD, {"marital_status": says.value}))
    register_death(people.order(), person_id=he, died_on="2026-11")
    assert people.stored(he).life_status == "deceased"
    assert people.stored(she).marital_status == becomes
