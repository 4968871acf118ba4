"""The table of reactions: what happens below and matters above (a death, a merge) → the operations that follow.

Reactions are read from the evidence log, below the horizon of running transactions: whatever was recorded is followed up,
also after a crash; each operation once for each event.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from procrastinate.contrib.django import app

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.jobs.once import act_of, once

REACTING = Actor(
    ActorKind.SYSTEM, "reactions", Level.NATION, roles=frozenset({Role.SYSTEM, Role.AUDITOR, Role.STEWARD})
)
Verb = Callable[[Order, str], object]
LOCK_KEY = 7309943  # of the advisory lock: one reads the log at a time


@dataclass(frozen=True, slots=True)
class Reaction:
    """One line of the table.

    Attributes:
        event: name of the event in the catalogue.
        name: stable name of the reaction: part of the number of its act.
        verb: operation; takes an order and the key of the event's subject.
        subject: kind of subject it is for.
    """

    event: str
    name: str
    verb: Verb
    subject: str = "person"


# population.death_registered → vehicles and licences of the person are to be looked at; population.merged → both repoint …
REACTIONS: tuple[Reaction, ...] = ()

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
        cursor.execute("SELECT subject_key FROM audit_auditevent WHERE id = %s", [event_id])
        found = cursor.fetchone()
    if found is None:
        raise LookupError(f"there is no event {event_id}")
    act = act_of("reaction", name, event_id)
    order = Order(REACTING, at, reason=f"event {event_id}", act=act)
    return once(act, lambda: reaction.verb(order, found[0]))
