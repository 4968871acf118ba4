"""Somebody a source named by number alone, who has a record by now: both sides mean the same person."""

from tests.domain.exchange.levels import AUDITING, Levels
from tests.domain.exchange.test_levels import balanced, same, shared

from sosach.domain.access.queries import acting
from sosach.domain.population.models import Relation
from sosach.domain.population.operations.civil import register_death
from sosach.domain.population.operations.marriages import register_marriage


def test_a_spouse_named_by_number_alone_is_no_conflict(levels: Levels) -> None:
    pin, him, his_there = shared(levels)
    number, she, _ = shared(levels, "TRẦN THỊ BÌNH", sex="F")
    levels.do(levels.province, register_marriage, person_id=him, spouse_id=she)
    levels.exchange(levels.province)
    with levels.at(levels.province), acting(AUDITING):  # as an import leaves it
        assert Relation.objects.filter(person_id=him, other_id=she).update(other_id=None, pin=number)
    levels.do(levels.nation, register_death, person_id=his_there, died_on="2026-11")
    levels.exchange(levels.nation)
    found = levels.person(levels.province, pin)
    assert found is not None
    assert found["life_status"] == "deceased"
    same(levels, "population", him, his_there)
    balanced(levels)
