"""What a session holds, by the hash of its key: before anybody acts, so the installation itself looks."""

from datetime import datetime

from sosach.domain.access.models import Session
from sosach.domain.access.queries.gate import acting
from sosach.domain.access.queries.officers import DOOR
from sosach.domain.access.rules.sessions import NOTED_EVERY, lives


def session_kept(key_hash: str, *, at: datetime) -> str | None:
    """What a session that holds was given to keep; a sign of life is noted. None: there is none, or it has ended."""
    with acting(DOOR):
        row = Session.objects.filter(pk=key_hash).values_list("kept", "begun_at", "seen_at").first()
        if row is None or not lives(begun_at=row[1], seen_at=row[2], at=at):
            return None
        if at - row[2] >= NOTED_EVERY:
            Session.objects.filter(pk=key_hash).update(seen_at=at)
    return str(row[0])
