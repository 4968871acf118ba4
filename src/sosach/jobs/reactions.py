"""The table of reactions: what happens below and matters above (a death, a merge) → the operations that follow.

Reactions are read from the evidence log, below the horizon of running transactions: whatever was recorded is followed up,
also after a crash; each operation once for each event.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.licences.operations import holders
from sosach.domain.population.models import Person
from sosach.domain.vehicles.operations import people
from sosach.jobs.once import act_of, once

DECEASED = "deceased"
REACTING = Actor(
    ActorKind.SYSTEM, "reactions", Level.NATION, roles=frozenset({Role.SYSTEM, Role.AUDITOR, Role.STEWARD})
)
LOCK_KEY = 7309943  # of the advisory lock: one reads the log at a time


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the log, as a reaction sees it.

    Attributes:
        name: of its kind.
        key: id of the subject this row is about.
        details: ids and codes.
    """

    name: str
    key: int
    details: dict[str, Any]


Verb = Callable[[Order, Event], object]


@dataclass(frozen=True, slots=True)
class Reaction:
    """One line of the table.

    Attributes:
        event: name of the event in the catalogue.
        name: stable name of the reaction: part of the number of its act.
        verb: operation; takes an order and the event; may find that there is nothing to do.
        subject: kind of subject it is for.
    """

    event: str
    name: str
    verb: Verb
    subject: str = "person"


def _died(follow: Callable[..., object]) -> Verb:
    """A death: the spouse is a subject of its event as well, and lives on."""

    def verb(order: Order, event: Event) -> object:
        dead = Person.objects.filter(pk=event.key, life_status=DECEASED).exists()
        return follow(order, person_id=event.key) if dead else None

    return verb


def _merged(follow: Callable[..., object]) -> Verb:
    def verb(order: Order, event: Event) -> object:
        gone, kept = event.details["merged"], event.details["survivor"]
        return follow(order, from_person=gone, to_person=kept) if event.key == gone else None

    return verb


def _taken_back(lives: Callable[..., object], parted: Callable[..., object]) -> Verb:
    """What the population register took back: a death, or a merge."""

    def verb(order: Order, event: Event) -> object:
        before = _event_of(event.details["taken_back"], event.key)
        if before is None:
            return None
        if before.name == "population.death_registered":
            alive = not Person.objects.filter(pk=event.key, life_status=DECEASED).exists()
            return lives(order, person_id=event.key) if alive else None
        if before.name == "population.persons_merged" and before.details["merged"] == event.key:
            return parted(order, from_person=event.key, to_person=before.details["survivor"])
        return None

    return verb


def _vehicles_move(order: Order, event: Event) -> object:
    person = Person.objects.filter(pk=event.key).first()
    if person is None:
        return None
    return people.move_records(
        order, person_id=event.key, commune_code=person.commune_code, province_code=person.province_code
    )


def _licences_move(order: Order, event: Event) -> object:
    return holders.follow_residence(order, person_id=event.key)


REACTIONS: tuple[Reaction, ...] = (
    Reaction("population.death_registered", "vehicles.owner_died", _died(people.owner_died)),
    Reaction("population.death_registered", "licences.holder_died", _died(holders.holder_died)),
    Reaction("population.persons_merged", "vehicles.repoint_owner", _merged(people.repoint_owner)),
    Reaction("population.persons_merged", "licences.repoint_holder", _merged(holders.repoint_holder)),
    Reaction("population.taken_back", "vehicles.undo", _taken_back(people.owner_lives, people.repoint_back)),
    Reaction("population.taken_back", "licences.undo", _taken_back(holders.holder_lives, holders.repoint_back)),
    Reaction("population.moved_in", "vehicles.move_records", _vehicles_move),
    Reaction("population.moved_in", "licences.follow_residence", _licences_move),
)

_NEW_SQL = """
SELECT id, event, subject_kind FROM audit_auditevent
WHERE xid >= %s AND xid < %s AND event = ANY(%s) ORDER BY xid, id
"""


def follow_up(reactions: Sequence[Reaction] = REACTIONS) -> int:
    """Put a job into the queue for every new event somebody reacts to; how many. The place in the log moves with them."""
    waiting = 0
    with acting(REACTING), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_KEY])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "SELECT to_xid, pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM installation.reactions_read"
        )
        start, horizon = cursor.fetchone()
        cursor.execute(_NEW_SQL, [start, horizon, [reaction.event for reaction in reactions]])
        for event_id, event, kind in cursor.fetchall():
            for reaction in reactions:
                if (reaction.event, reaction.subject) == (event, kind):
                    app.configure_task("react").defer(event_id=event_id, reaction=reaction.name)
                    waiting += 1
        cursor.execute("UPDATE installation.reactions_read SET to_xid = %s", [horizon])
    return waiting


def react(event_id: int, name: str, at: datetime, reactions: Sequence[Reaction] = REACTIONS) -> bool:
    """Do one reaction to one event, once; whether it was done now.

    Raises:
        LookupError: there is no such reaction, or no such event.
    """
    reaction = next((known for known in reactions if known.name == name), None)
    if reaction is None:
        raise LookupError(f"there is no reaction {name}")
    with acting(REACTING), connection.cursor() as cursor:
        cursor.execute("SELECT event, subject_key, details::text FROM audit_auditevent WHERE id = %s", [event_id])
        found = cursor.fetchone()
    if found is None:
        raise LookupError(f"there is no event {event_id}")
    act = act_of("reaction", name, event_id)
    order = Order(REACTING, at, reason=f"event {event_id}", act=act)
    event = Event(found[0], int(found[1]), json.loads(found[2]))

    def work() -> None:
        with acting(REACTING):
            reaction.verb(order, event)

    return once(act, work)


def _event_of(act: str, key: int) -> Event | None:
    """The event of an act, as it stands at one of its persons."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event, subject_key, details::text FROM audit_auditevent "
            "WHERE subject_kind = 'person' AND subject_key = %s AND act = %s LIMIT 1",
            [str(key), act],
        )
        found = cursor.fetchone()
    return Event(found[0], int(found[1]), json.loads(found[2])) if found else None
