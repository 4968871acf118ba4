"""Messages of civil status as their sender may see them, and what verbs ask about earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models import CivilNotice
from sosach.domain.exchange.rules.civil import Kind, Message
from sosach.domain.exchange.states.civil import OPEN, State
from sosach.domain.population.models import Person
from sosach.domain.population.queries import survivor_of

LARGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class NoticeSeen:
    """A message as its sender sees it again; whom it is about, and a number, are told by sending it again.

    Attributes:
        message_id: of the message.
        kind: what it is about.
        commune_code: commune of the register office.
        state: where it stands.
        waits_for: messages it waits for.
        until: when it is refused if they have not come.
        code: of the error, where it was refused.
        vi: why, Vietnamese.
        en: why, English.
        due_on: last day to decide, where the police decide.
        received_at: when it came first.
    """

    message_id: str
    kind: str
    commune_code: str
    state: str
    waits_for: tuple[str, ...]
    until: datetime | None
    code: str
    vi: str
    en: str
    due_on: date | None
    received_at: datetime


@reading("exchange.civil_messages_read", roles=frozenset({Role.CIVIL_STATUS, Role.SYSTEM}), nationwide=True)
def messages_of(
    look: Look, *, partner: str, state: State | None = None, message_id: str = "", after: str = ""
) -> Seen[list[NoticeSeen]]:
    """Messages of one sender in the order of their ids: all, those in one state, or one.

    Args:
        look: who, why, when.
        partner: the sender.
        state: only those.
        message_id: only this one.
        after: id of the last message of the page before.
    """
    del look
    rows = CivilNotice.objects.filter(partner=partner, message_id__gt=after)
    if state is not None:
        rows = rows.filter(state=state)
    if message_id:
        rows = rows.filter(message_id=message_id)
    found = list(rows.order_by("message_id")[:LARGEST_PAGE])
    return Seen([_seen(row) for row in found], _subjects(found))


def _seen(row: CivilNotice) -> NoticeSeen:
    return NoticeSeen(
        row.message_id,
        row.kind,
        row.commune_code,
        row.state,
        tuple(row.waits_for),
        row.until,
        row.code,
        row.vi,
        row.en,
        row.due_on,
        row.received_at,
    )


def _subjects(rows: Sequence[CivilNotice]) -> list[Subject]:
    return [Subject("civil_message", str(row.pk), row.commune_code) for row in rows]


def missing_of(partner: str, message: Message) -> list[str]:
    """Messages that come before this one and have not had their effect.

    What is withdrawn need only be there: nothing may come of it, and nothing comes of the withdrawal either then.
    """
    rows = CivilNotice.objects.filter(partner=partner, message_id__in=message.earlier)
    states = {key: State(state) for key, state in rows.values_list("message_id", "state")}
    come = {key for key, state in states.items() if state not in OPEN}
    if message.content.kind == Kind.WITHDRAWAL:
        come |= states.keys() & {message.target}
    return [key for key in message.earlier if key not in come]


def waiting_for(partner: str, message_id: str) -> list[Message]:
    """Messages that wait for another one, in the order they came."""
    rows = CivilNotice.objects.filter(partner=partner, state=State.WAITING, waits_for__contains=[message_id])
    return [Message.model_validate(row.content) for row in rows.order_by("pk")]


def pin_of(person_id: int) -> str:
    """The number somebody has today."""
    return Person.objects.values_list("pin", flat=True).get(pk=survivor_of(person_id)) or ""
