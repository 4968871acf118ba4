"""Sessions at the server: begun, kept, ended. Rows hold the hash of a key, so whoever reads the table is nobody's session."""

from datetime import datetime

from sosach.domain.access.models import Session
from sosach.domain.access.operations.gate import Done, Order, operation
from sosach.domain.access.queries.gate import acting
from sosach.domain.access.queries.officers import DOOR
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.sessions import IDLE, LONGEST
from sosach.domain.audit.rules import Subject

_INSTALLATION = frozenset({Role.SYSTEM})


def begin_session(key_hash: str, *, kept: str, holder: str, at: datetime) -> bool:
    """Begin one; False when the key is taken."""
    with acting(DOOR):
        row = Session(key_hash=key_hash, kept=kept, holder=holder, begun_at=at, seen_at=at)
        Session.objects.bulk_create([row], ignore_conflicts=True)
        return Session.objects.filter(pk=key_hash, begun_at=at, kept=kept).exists()


def keep_session(key_hash: str, *, kept: str, holder: str, at: datetime) -> bool:
    """Keep what it was given; False when it was ended meanwhile, by a sign-out elsewhere."""
    with acting(DOOR):
        found = Session.objects.filter(pk=key_hash)
        return found.update(kept=kept, holder=holder, seen_at=at) == 1


def drop_session(key_hash: str) -> None:
    """End one; nobody gets in with its key any more."""
    with acting(DOOR):
        Session.objects.filter(pk=key_hash).delete()


def drop_sessions_of(holder: str) -> int:
    """End every session of an account; how many there were."""
    with acting(DOOR):
        return int(Session.objects.filter(holder=holder).delete()[0])


def clear_sessions(*, at: datetime) -> int:
    """Forget sessions that have ended of themselves; how many."""
    with acting(DOOR):
        over = Session.objects.filter(seen_at__lt=at - IDLE) | Session.objects.filter(begun_at__lt=at - LONGEST)
        return int(over.delete()[0])


@operation("access.signed_in", roles=_INSTALLATION)
def note_sign_in(order: Order, *, who: Subject, way: str) -> Done[None]:
    """Write down that somebody came in.

    Args:
        order: of the door.
        who: the officer or citizen.
        way: password, recovery_code, provider, demo.
    """
    del order
    return Done(None, [who], {"way": way})


@operation("access.sign_in_refused", roles=_INSTALLATION)
def note_refusal(order: Order, *, who: Subject, why: str) -> Done[None]:
    """Write down that somebody was not let in.

    Args:
        order: of the door.
        who: the account, or a digest of the name that was told where there is no such account.
        why: name, password, code, budget, provider, no_person.
    """
    del order
    return Done(None, [who], {"why": why})


@operation("access.signed_out", roles=_INSTALLATION)
def note_sign_out(order: Order, *, who: Subject, why: str) -> Done[None]:
    """Write down that somebody left.

    Args:
        order: of the door.
        who: the officer or citizen.
        why: own (by the button), account (suspended or moved).
    """
    del order
    return Done(None, [who], {"why": why})
