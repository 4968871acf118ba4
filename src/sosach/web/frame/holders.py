"""Who holds a session: asked anew at every page, so that a right taken back is gone with the next click."""

from django.http import HttpRequest

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.sessions import note_sign_out
from sosach.domain.access.queries.officers import DOOR, officer_actor
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject, account_key
from sosach.web.frame import clock
from sosach.web.frame.sessions import HOLDER

UNIT = "unit"  # level and unit an officer signed in with: another unit means another sign-in


def holder_of(request: HttpRequest) -> Actor | None:
    """Whoever is signed in; a session whose account was suspended or moved ends here."""
    kind, _, number = str(request.session.get(HOLDER, "")).partition("-")
    if kind == "person":
        return citizen(int(number))
    if kind != "officer":
        return None
    actor = officer_actor(int(number), at=clock.now())
    if actor is None or unit_of(actor) != request.session.get(UNIT):
        unit = str(request.session.get(UNIT, "")).partition(":")[2]
        request.session.flush()
        note_sign_out(Order(DOOR, clock.now()), who=Subject("officer", number, unit), why="account")
        return None
    return actor


def citizen(person_id: int) -> Actor:
    """A citizen as an actor: the own record, nothing else."""
    key = account_key(ActorKind.CITIZEN, person_id)
    return Actor(ActorKind.CITIZEN, key, Level.PERSON, roles=frozenset({Role.CITIZEN}))


def unit_of(actor: Actor) -> str:
    """Level and unit as a session keeps them."""
    return f"{actor.level}:{actor.unit}"
