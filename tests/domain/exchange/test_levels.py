"""From commune to nation once and only once, and back: two installations with a database each."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.domain.exchange.levels import (
    AUDITING,
    COMMUNE,
    KEEPER,
    PROVINCE,
    RUNNER,
    Levels,
    two_installations,
)
from tests.domain.population.people import birth

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.exchange.operations.collecting import collect
from sosach.domain.exchange.operations.links import resume_link, suspend_link
from sosach.domain.population.models import Person
from sosach.domain.population.operations.births import register_birth
from sosach.domain.population.operations.civil import change_name, register_death
from sosach.domain.population.operations.marriages import register_marriage
from sosach.site.embedded import EmbeddedServer


@pytest.fixture
def levels(server: EmbeddedServer, database: str, request: pytest.FixtureRequest) -> Iterator[Levels]:
    del database
    with two_installations(server, request.node.nodeid) as found:
        yield found


def born(levels: Levels, name: str = "NGUYỄN VĂN AN", **told: str) -> tuple[int, str]:
    """Somebody born in the province: id there, PIN."""
    with levels.at(levels.province):
        reply = register_birth(levels.order(KEEPER), birth=birth(name, **told))
        return reply.person_id, reply.pin


def test_a_birth_reaches_the_nation_once(levels: Levels) -> None:
    _, pin = born(levels)
    assert levels.exchange(levels.province) == 1
    found = levels.person(levels.nation, pin)
    assert found is not None
    assert (found["full_name"], found["commune_code"], found["province_code"]) == ("NGUYỄN VĂN AN", COMMUNE, PROVINCE)
    assert levels.outcomes(levels.nation) == ["applied"]
    assert levels.agreed(levels.province) == levels.agreed(levels.nation)
    assert levels.exchange(levels.province) == 0  # nothing is told twice
    assert levels.exchange(levels.nation) == 0  # nor back
    assert all(day.is_balanced for day in levels.reconciled(levels.province))
