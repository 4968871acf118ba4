"""What happens to people reaches what they own and hold: through the log, once, and back again when it is taken back."""

from uuid import uuid4

import psycopg
import pytest
from tests.domain.population import people
from tests.domain.vehicles import town

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.population.operations.civil import register_death
from sosach.domain.population.operations.marriages import register_marriage
from sosach.domain.population.operations.merging import take_back
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations.holders import Holder
from sosach.domain.vehicles.operations.numbers import open_series
from sosach.domain.vehicles.operations.registration import register_first
from sosach.domain.vehicles.rules import INHERITED, person
from sosach.jobs.reactions import REACTING, REACTIONS, follow_up, react

Owner = psycopg.Connection[tuple[object, ...]]


def worked_off(owner: Owner) -> int:
    """Everything new is followed up and done, as the worker would; how many jobs it was."""
    follow_up()
    waiting = owner.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'react' RETURNING args").fetchall()
    for (args,) in waiting:
        assert isinstance(args, dict)
        react(args["event_id"], args["reaction"], people.AT)
    return len(waiting)


def proposed(vehicle: Vehicle) -> str:
    with acting(REACTING):
        return str(Vehicle.objects.get(pk=vehicle.pk).proposed_status or "")


def registered(owner: int, serial: int) -> Vehicle:
    return register_first(
        town.order(invoice="HĐ 1"), holder=Holder(person(owner)), description=town.description(serial)
    )


@pytest.mark.usefixtures("jobs")
def test_a_death_reaches_the_vehicles_of_the_dead_alone_and_is_undone_with_it(owner: Owner) -> None:
    open_series(town.order(), series="30K", kind="car", first=10, last=19)
    he, she = people.born(), people.woman()
    register_marriage(people.order(), person_id=he, spouse_id=she)
    his, hers = registered(he, 1), registered(she, 2)
    worked_off(owner)
    death = uuid4()
    register_death(people.order(act=death), person_id=he, died_on="2026-11")
    assert proposed(his) == ""
    assert worked_off(owner) == 4  # two registers, for both persons the event is about
    assert (proposed(his), proposed(hers)) == (INHERITED, "")
    take_back(people.order(people.POLICE, "khai nhầm"), act=death)
    worked_off(owner)
    assert (proposed(his), proposed(hers)) == ("", "")
    assert worked_off(owner) == 0


def test_every_reaction_has_a_name_of_its_own() -> None:
    assert len({reaction.name for reaction in REACTIONS}) == len(REACTIONS)
    assert REACTING.roles >= {Role.SYSTEM, Role.AUDITOR}
