"""Proves per day and commune that what was sent is what was received: counts add up, and both sides hash the same lines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db import connection

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject

SEERS = frozenset({Role.STEWARD, Role.ADMIN, Role.AUDITOR, Role.SYSTEM})
_COUNTS = ("applied", "present", "refused", "conflict")

# Both sides write the same line for the same record of the same batch, so the order of lines is that of their text.
_TALLIES = """
SELECT coalesce(commune_code, ''), count(*), {counts}, {open},
       encode(sha256(convert_to(coalesce(string_agg(digest || ' ' || {outcome}, E'\\n' ORDER BY digest, {outcome})
                                         FILTER (WHERE {outcome} = ANY(%(counts)s)), ''), 'UTF8')), 'hex')
FROM {table} WHERE link_id = %(link)s AND day = %(day)s AND {told} GROUP BY 1 ORDER BY 1
"""
# Batches the other side was found not to have were told again, and count there.
_STANDS = "NOT EXISTS (SELECT 1 FROM exchange_batch b WHERE b.id = batch_id AND b.given_up_at IS NOT NULL)"


def _sql(table: str, outcome: str, *, still_open: str, told: str) -> str:
    counts = ", ".join(f"count(*) FILTER (WHERE {outcome} = '{name}')" for name in _COUNTS)
    return _TALLIES.format(table=table, outcome=outcome, counts=counts, open=still_open, told=told)


_SENT = _sql(
    "exchange_item",
    "state",
    still_open="count(*) FILTER (WHERE state = 'sent')",
    told="state NOT IN ('waiting', 'same') AND " + _STANDS,
)
_RECEIVED = _sql("exchange_incoming", "outcome", still_open="0::bigint", told=_STANDS)


@dataclass(frozen=True, slots=True)
class Tally:
    """What one side knows of the records of one commune and day.

    Attributes:
        commune_code: "" for records that lie in none.
        sent: told to the other side.
        applied: of them applied.
        present: there already.
        refused: refused.
        conflict: in conflict.
        open: without answer yet.
        digest: over every record with an answer, and the answer.
    """

    commune_code: str
    sent: int
    applied: int
    present: int
    refused: int
    conflict: int
    open: int
    digest: str

    @property
    def adds_up(self) -> bool:
        """Whether nothing is missing: sent = applied + present + refused + conflict + open."""
        return self.sent == self.applied + self.present + self.refused + self.conflict + self.open

    def as_json(self) -> dict[str, Any]:
        """For the other side."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Tally":
        """From the other side.

        Raises:
            KeyError: something is missing.
        """
        return cls(**{each.name: told[each.name] for each in fields(cls)})


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One day of one link.

    Attributes:
        link: which.
        day: of the acts the records followed from.
        ours: what was sent from here.
        theirs: what the other side says it received; None where it was not asked.
        differing: communes in which both do not say the same of answered records.
    """

    link: str
    day: date
    ours: tuple[Tally, ...]
    theirs: tuple[Tally, ...] | None
    differing: tuple[str, ...]

    @property
    def is_balanced(self) -> bool:
        """Whether every commune adds up here, and both sides say the same."""
        return all(tally.adds_up for tally in self.ours) and not self.differing


@reading("exchange.reconciled", roles=SEERS)
def reconcile(look: Look, *, link: str, day: date, theirs: Sequence[Tally] | None = None) -> Seen[Reconciliation]:
    """Put what was sent over a link on the strength of acts of a day beside what the other side received of it.

    Args:
        look: who asks.
        link: which.
        day: of the acts, in Viet Nam.
        theirs: as the other side's `received` says.
    """
    del look
    ours = _tallies(_SENT, link, day)
    found = Reconciliation(link, day, ours, tuple(theirs) if theirs is not None else None, _differing(ours, theirs))
    return Seen(found, [Subject("link", link)])


@reading("exchange.reconciled", roles=SEERS)
def received(look: Look, *, link: str, day: date) -> Seen[tuple[Tally, ...]]:
    """What was received over a link of the acts of a day, commune by commune: for the other side to compare."""
    del look
    return Seen(_tallies(_RECEIVED, link, day), [Subject("link", link)])


@reading("exchange.reconciled", roles=SEERS)
def days_told(look: Look, *, link: str, limit: int = 31) -> Seen[list[date]]:
    """Days of which anything was sent over a link, the latest first."""
    del look
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT day FROM exchange_item WHERE link_id = %s AND state NOT IN ('waiting', 'same') "
            "ORDER BY day DESC LIMIT %s",
            [link, limit],
        )
        found = [day for (day,) in cursor.fetchall()]
    return Seen(found, [Subject("link", link)])


def _tallies(sql: str, link: str, day: date) -> tuple[Tally, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"link": link, "day": day, "counts": list(_COUNTS)})
        return tuple(Tally(*row) for row in cursor.fetchall())


def _differing(ours: Sequence[Tally], theirs: Sequence[Tally] | None) -> tuple[str, ...]:
    """Communes that do not agree; what has no answer yet may have been received or not, so the other side may know more."""
    if theirs is None:
        return ()
    here = {tally.commune_code: tally for tally in ours}
    there = {tally.commune_code: tally for tally in theirs}
    return tuple(code for code in sorted(here | there) if not _agree(here.get(code), there.get(code)))


def _agree(ours: Tally | None, theirs: Tally | None) -> bool:
    if ours is None or theirs is None:
        answered = ours.sent - ours.open if ours is not None else theirs.sent if theirs is not None else 0
        return answered == 0
    if ours.open:
        return all(getattr(ours, name) <= getattr(theirs, name) for name in _COUNTS) and theirs.sent <= ours.sent
    return (ours.sent, ours.digest) == (theirs.sent, theirs.digest)
