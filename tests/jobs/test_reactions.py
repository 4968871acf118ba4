"""What happens to people reaches what they own and hold: through the log, once, and back again when it is taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.domain.licences import world
from tests.domain.population import people
from tests.domain.vehicles import town
from tests.domain.vehicles.state import faults

from sosach.domain.access.models import Session
from sosach.domain.access.operations.sessions import begin_session
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import ActorKind, Level, account_key
from sosach.domain.licences.models import Licence
from sosach.domain.population.models import Person, Residence
from sosach.domain.population.operations.civil import emigrate, register_death, return_home
from sosach.domain.population.operations.households import split_household
from sosach.domain.population.operations.marriages import register_marriage
from sosach.domain.population.operations.merging import merge, take_back
from sosach.domain.population.operations.residence import Place, move_in, move_out, register_stay
from sosach.domain.population.rules.words import Member, Spell
from sosach.domain.vehicles.models import Plate, Vehicle
from sosach.domain.vehicles.operations.holders import Holder
from sosach.domain.vehicles.operations.numbers import open_series
from sosach.domain.vehicles.operations.registration import register_first, withdraw
from sosach.domain.vehicles.rules import INHERITED, Ground, person
from sosach.jobs.reactions import DIED, MOVES, REACTING, REACTIONS, follow_up, react

Owner = psycopg.Connection[tuple[object, ...]]
PROVINCE = people.officer(people.HA_NOI, Role.POPULATION, Role.CHIEF, level=Level.PROVINCE)
LATER = town.DAY + timedelta(days=1)  # what follows happens after everything it follows
OLD, NEW = Place(people.BA_DINH, "số 1"), Place(people.NGOC_HA, "số 2")


def worked_off(owner: Owner, *, backwards: bool = False) -> int:
    """Everything new is followed up and done, as the worker would; how many jobs it was, re-checks of cases aside."""
    follow_up()
    waiting = owner.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'react' RETURNING args").fetchall()
    for (args,) in reversed(waiting) if backwards else waiting:
        assert isinstance(args, dict)
        react(args["event_id"], args["reaction"], LATER)
    assert faults() == []
    return sum(not args["reaction"].startswith("campaign.recheck_") for (args,) in waiting)


def vehicle(key: int) -> Vehicle:
    with acting(REACTING):
        return Vehicle.objects.get(pk=key)


def licence(key: int) -> Licence:
    with acting(REACTING):
        return Licence.objects.get(pk=key)


def proposed(key: int) -> str:
    return str(vehicle(key).proposed_status or "")


def registered(owner: int, serial: int) -> int:
    return register_first(
        town.order(invoice="HĐ 1"), holder=Holder(person(owner)), description=town.description(serial)
    ).pk


def licensed(holder: int, *classes: str) -> int:
    with acting(people.EVERYBODY):
        who = Person.objects.get(pk=holder)
    return world.licensed(who, *classes).pk


def done(verb: Callable[..., Any], actor: Any = PROVINCE, **told: Any) -> UUID:
    """Do something; the id of the act."""
    order = people.order(actor, "theo hồ sơ")
    verb(order, **told)
    return order.act


def undone(act: UUID) -> UUID:
    return done(take_back, act=act)


@pytest.fixture
def numbers(jobs: str) -> None:
    """Numbers to register with."""
    del jobs
    open_series(town.order(), series="30K", kind="car", first=10, last=19)


@pytest.mark.usefixtures("numbers")
def test_a_death_reaches_the_vehicles_of_the_dead_alone_and_is_undone_with_it(owner: Owner) -> None:
    he, she = people.born(), people.woman()
    register_marriage(people.order(), person_id=he, spouse_id=she)
    his, hers = registered(he, 1), registered(she, 2)
    worked_off(owner)
    death = uuid4()
    register_death(people.order(act=death), person_id=he, died_on="2026-11")
    assert proposed(his) == ""
    lines = [each for each in REACTIONS if each.event == DIED and not each.name.startswith("campaign.recheck_")]
    assert worked_off(owner) == 2 * len(lines)  # for both persons the event is about
    assert (proposed(his), proposed(hers)) == (INHERITED, "")
    undone(death)
    worked_off(owner)
    assert (proposed(his), proposed(hers)) == ("", "")
    assert worked_off(owner) == 0


@pytest.mark.usefixtures("numbers")
def test_a_death_taken_back_and_registered_after_all(owner: Owner) -> None:
    he = people.born()
    car, card = registered(he, 1), licensed(he, "B")
    death = done(register_death, people.REGISTRAR, person_id=he, died_on="2026-11-01")
    worked_off(owner)
    assert (proposed(car), licence(card).status) == (INHERITED, "expired")
    mistake = undone(death)
    worked_off(owner)
    assert (proposed(car), licence(card).status) == ("", "valid")
    undone(mistake)  # the taking back was the mistake: the death holds again
    worked_off(owner)
    assert (proposed(car), licence(card).status) == (INHERITED, "expired")


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "in another order"])
@pytest.mark.usefixtures("numbers")
def test_jobs_that_run_late_follow_what_holds_then(owner: Owner, *, backwards: bool) -> None:
    he, twin = people.born(), people.born()
    car, card = registered(he, 1), licensed(he, "B")
    undone(done(register_death, people.REGISTRAR, person_id=he, died_on="2026-11-01"))
    undone(done(merge, person_id=he, survivor_id=twin))
    assert worked_off(owner, backwards=backwards) > 0
    assert (proposed(car), vehicle(car).owner_person_id) == ("", he)
    assert (licence(card).status, licence(card).holder_id) == ("valid", he)
    death = done(register_death, people.REGISTRAR, person_id=he, died_on="2026-11-01")
    undone(undone(death))
    worked_off(owner, backwards=backwards)
    assert (proposed(car), licence(card).status) == (INHERITED, "expired")
    undone(death)
    worked_off(owner, backwards=backwards)
    assert (proposed(car), licence(card).status) == ("", "valid"), "followed once, so undone whole"


@pytest.mark.usefixtures("numbers")
def test_a_merge_brings_everything_to_the_survivor_and_its_undo_brings_it_back(owner: Owner) -> None:
    one, other = people.born(), people.born()
    move_in(people.order(PROVINCE), person_id=other, to=NEW)
    cars, cards = [registered(one, 1), registered(other, 2)], [licensed(one, "A1"), licensed(other, "B")]
    kept = registered(one, 3)
    withdraw(town.order(), vehicle_id=kept, ground=Ground.DISCARDED)
    worked_off(owner)

    def owners() -> tuple[list[Any], list[Any], list[Any]]:
        with acting(REACTING):
            plates = list(Plate.objects.filter(state="kept").values_list("owner_person_id", "commune_code"))
        return (
            [(vehicle(car).owner_person_id, vehicle(car).commune_code) for car in cars],
            [licence(card).holder_id for card in cards],
            plates,
        )

    apart = owners()
    assert apart == (
        [(one, people.BA_DINH), (other, people.NGOC_HA)],
        [one, other],
        [(one, people.BA_DINH)],
    )
    together = ([(other, people.NGOC_HA)] * 2, [other, other], [(other, people.NGOC_HA)])
    act = done(merge, person_id=one, survivor_id=other)
    worked_off(owner)
    assert owners() == together
    mistake = undone(act)
    worked_off(owner)
    assert owners() == apart
    undone(mistake)
    worked_off(owner)
    assert owners() == together
    assert worked_off(owner) == 0


def _split(member: int, place: Place) -> UUID:
    with acting(PROVINCE):
        household = Residence.objects.get(person_id=member, holds=True, ends_on__isnull=True).household_id
    return done(split_household, household_id=household, members={member: Member.HEAD}, place=place)


def _joined(who: int) -> None:
    """A head at the old place, whom somebody lives with."""
    household = move_in(people.order(PROVINCE), person_id=people.woman(), to=OLD)
    move_in(people.order(PROVINCE), person_id=who, to=household.pk, relation=Member.LODGER)


# event → what is true before, what happens, where the person belongs afterwards
LEADING: dict[str, tuple[Callable[[int], Any], Callable[[int], UUID], str | None]] = {
    "population.moved_in": (
        lambda who: done(move_in, person_id=who, to=OLD),
        lambda who: done(move_in, person_id=who, to=NEW),
        people.NGOC_HA,
    ),
    "population.moved_out": (
        lambda who: done(move_in, person_id=who, to=OLD),
        lambda who: done(move_out, person_id=who),
        None,
    ),
    "population.stay_registered": (
        lambda _: None,
        lambda who: done(register_stay, person_id=who, kind=Spell.CURRENT, place=NEW),
        people.NGOC_HA,
    ),
    "population.household_changed": (_joined, lambda who: _split(who, NEW), people.NGOC_HA),
    "population.emigrated": (
        lambda who: done(move_in, person_id=who, to=OLD),
        lambda who: done(emigrate, person_id=who),
        None,
    ),
}


@pytest.mark.parametrize("event", LEADING)
@pytest.mark.usefixtures("numbers")
def test_whoever_moves_takes_the_records_along_and_back(owner: Owner, event: str) -> None:
    before, happens, there = LEADING[event]
    who = people.born()
    before(who)
    car, card = registered(who, 1), licensed(who, "B")
    worked_off(owner)
    act = happens(who)
    with acting(REACTING):
        names = owner.execute("SELECT DISTINCT event FROM audit_auditevent WHERE act = %s", [act]).fetchall()
    assert names == [(event,)]
    worked_off(owner)
    assert [vehicle(car).commune_code, licence(card).commune_code] == [there, there]
    assert [vehicle(car).province_code, licence(card).province_code] == [people.HA_NOI] * 2
    undone(act)
    worked_off(owner)
    assert [vehicle(car).commune_code, licence(card).commune_code] == [people.BA_DINH] * 2


@pytest.mark.usefixtures("numbers")
def test_who_comes_back_to_live_in_the_country_is_followed(owner: Owner) -> None:
    who = people.born()
    car = registered(who, 1)
    done(move_in, person_id=who, to=OLD)
    done(emigrate, person_id=who)
    worked_off(owner)
    assert vehicle(car).commune_code is None
    done(return_home, person_id=who)
    done(move_in, person_id=who, to=NEW)
    worked_off(owner)
    assert vehicle(car).commune_code == people.NGOC_HA


def test_every_move_is_in_the_table() -> None:
    assert set(LEADING) | {"population.returned_home"} == set(MOVES)


def test_every_reaction_has_a_name_of_its_own() -> None:
    assert len({reaction.name for reaction in REACTIONS}) == len(REACTIONS)
    assert REACTING.roles >= {Role.SYSTEM, Role.AUDITOR}


@pytest.mark.usefixtures("numbers")
def test_nobody_stays_signed_in_as_the_dead(owner: Owner) -> None:
    dead, spouse = people.born(), people.woman()
    register_marriage(people.order(), person_id=dead, spouse_id=spouse)
    for number in (dead, spouse):
        begin_session(f"{number:064d}", kept="", holder=account_key(ActorKind.CITIZEN, number), at=LATER)
    done(register_death, people.REGISTRAR, person_id=dead, died_on="2026-11")
    worked_off(owner)
    with acting(REACTING):
        assert list(Session.objects.values_list("holder", flat=True)) == [account_key(ActorKind.CITIZEN, spouse)]
