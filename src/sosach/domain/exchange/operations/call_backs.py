"""Questions answered later, by calling back: taken in once, answered by the agreement of that moment, kept until the answer was taken.

The calling itself is done outside any transaction (`jobs/call_backs.py`). What was asked is forgotten when the answer is made, the
answer when it arrived or was given up.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject
from sosach.domain.exchange.models import CallBack, LifeWatch
from sosach.domain.exchange.operations.disclosing import Ask
from sosach.domain.exchange.operations.life_watches import begin_watches, end_watches
from sosach.domain.exchange.operations.pseudonyms import pseudonyms_of
from sosach.domain.exchange.operations.vital_records import search_answers, told_person
from sosach.domain.exchange.queries.call_backs import status_of
from sosach.domain.exchange.queries.partners import Asked, Caller, admitted, standing_of
from sosach.domain.exchange.rules.addresses import listed
from sosach.domain.exchange.rules.dci import (
    LIFE_EVENTS,
    RECORD_TYPE,
    REG_TYPE,
    SCOPE,
    VERSION,
    RejectedError,
    Signer,
    answer_header,
    envelope,
)
from sosach.domain.exchange.rules.retrying import LEASE, USUAL
from sosach.domain.population.models import Person

COURIER = Actor(ActorKind.SYSTEM, "call-backs", Level.NATION, roles=frozenset({Role.SYSTEM}))
_DECEASED = "deceased"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a partner wants to be called back with.

    Attributes:
        action: the answer it waits for (`on-search`).
        message_id: of its message.
        transaction_id: of its transaction.
        message: what it asks.
        address: where it wants the answer.
    """

    action: str
    message_id: str
    transaction_id: str
    message: Mapping[str, Any]
    address: str


@operation("exchange.call_back_owed", roles=frozenset({Role.PARTNER}))
def owe(order: Order, *, caller: Caller, wish: Wish) -> Done[CallBack]:
    """Take in a question to be answered later.

    Raises:
        RejectedError: the message came before, or the address is none of the agreement.
    """
    if not listed(wish.address, caller.agreement.addresses):
        raise RejectedError("err.sender_uri.invalid", "The agreement names no such address to call back.")
    row = CallBack(
        partner_id=caller.actor.number,
        action=wish.action,
        message_id=wish.message_id,
        transaction_id=wish.transaction_id,
        correlation_id=uuid4(),
        address=wish.address,
        purpose=caller.purpose,
        reference=caller.reference,
        consent=caller.consent,
        user=caller.user,
        asked=dict(wish.message),
        received_at=order.at,
        next_try_at=order.at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise RejectedError("err.request.bad", "rjct.message_id.duplicate: the message came before.") from None
    return Done(
        row, [Subject("partner", str(row.partner_id))], {"action": wish.action, "correlation": str(row.correlation_id)}
    )


@operation("exchange.call_back_owed", roles=frozenset({Role.SYSTEM}))
def owe_notices(order: Order, *, person_id: int, event: str) -> Done[int]:
    """Have everybody told who watches this person's life for such an event; how many there are.

    Args:
        order: who, when.
        person_id: whose life.
        event: what the log calls it.
    """
    watches = LifeWatch.objects.filter(person_id=person_id, event=LIFE_EVENTS[event], ended_at__isnull=True)
    rows = [
        CallBack(
            partner_id=watch.partner_id,
            action="notify",
            transaction_id=str(watch.code),
            correlation_id=uuid4(),
            address=watch.address,
            purpose=watch.purpose,
            reference=f"watch {watch.code}",
            consent=watch.consent,
            asked={"person": person_id, "event": watch.event},
            received_at=order.at,
            next_try_at=order.at,
        )
        for watch in watches
    ]
    CallBack.objects.bulk_create(rows)
    return Done(len(rows), [Subject("person", str(person_id))], {"event": LIFE_EVENTS[event], "count": len(rows)})


@dataclass(frozen=True, slots=True)
class Call:
    """A call to be made.

    Attributes:
        key: id of the call-back.
        correlation_id: the same at every try.
        action: last part of what it says.
        address: where.
        body: what it says, to the byte.
    """

    key: int
    correlation_id: UUID
    action: str
    address: str
    body: bytes


def take_due(*, at: datetime, by: Signer, signed: Callable[[bytes], bytes]) -> Call | None:
    """The next call whose turn it is, for the time of a lease; None when there is none.

    Args:
        at: now.
        by: as whom we sign.
        signed: signs a text with our key.
    """
    while True:
        with acting(COURIER):
            due = CallBack.objects.filter(state="waiting", next_try_at__lte=at).order_by("next_try_at", "pk")
            row = due.select_for_update(skip_locked=True, of=("self",)).select_related("partner").first()
            if row is None:
                return None
            call = _made(row, at, by, signed)
        if call is not None:
            return call


def _made(row: CallBack, at: datetime, by: Signer, signed: Callable[[bytes], bytes]) -> Call | None:
    """The call; None where there is nothing to be told any more, which ends it."""
    error = "undone"
    try:
        caller = _caller(row, at)
        with transaction.atomic():  # refused half-way, nothing of it was done
            row.content = row.content or _answered(row, Ask(caller, at), by, signed)
    except SosachError as refused:
        # an agreement that ended or was suspended meanwhile: nothing is told
        row.content, error = "", str(refused.code)
    if not row.content:
        end_call(Order(COURIER, at), row=row, error=error)
        return None
    row.asked, row.next_try_at, row.first_tried_at = None, at + LEASE, row.first_tried_at or at
    row.save(update_fields=["content", "asked", "outcome", "next_try_at", "first_tried_at"])
    return Call(row.pk, row.correlation_id, row.action, row.address, row.content.encode())


def note_called(*, key: int, at: datetime, error: str = "", chance: float = 1.0) -> None:
    """Note what became of a call.

    Args:
        key: id of the call-back.
        at: now.
        error: why it failed; "" when it was taken.
        chance: between 0 and 1, drawn by the caller; spreads the tries.
    """
    with acting(COURIER):
        row = CallBack.objects.select_for_update(of=("self",)).select_related("partner").get(pk=key)
        if row.state != "waiting":
            return
        row.tries += 1
        row.error = error
        if not error or USUAL.ends(tries=row.tries, since=row.first_tried_at or at, at=at):
            end_call(Order(COURIER, at), row=row, error=error)
            return
        row.next_try_at = at + USUAL.wait(row.tries, chance)
        row.save(update_fields=["tries", "error", "next_try_at"])


@operation("exchange.called_back", roles=frozenset({Role.SYSTEM}))
def end_call(order: Order, *, row: CallBack, error: str) -> Done[None]:
    """Note that an answer was taken, or given up; nothing of it is kept any longer.

    Args:
        order: the courier, when.
        row: locked.
        error: why it was given up; "" where it was taken.
    """
    row.state, row.error, row.ended_at = ("dead" if error else "delivered"), error, order.at
    row.asked, row.content = None, ""
    row.save(update_fields=["state", "error", "ended_at", "asked", "content", "tries", "outcome"])
    details = {"correlation": str(row.correlation_id), "action": row.action, "error": error}
    return Done(None, [Subject("partner", str(row.partner_id))], details)


def _caller(row: CallBack, at: datetime) -> Caller:
    standing = standing_of(row.partner.key, at=at)
    if standing is None:
        raise RuntimeError("a partner of a call-back is gone")
    asked = Asked(SCOPE, purpose=row.purpose, user=row.user, reference=row.reference, consent=row.consent)
    return admitted(standing, asked)


def _answered(row: CallBack, ask: Ask, by: Signer, signed: Callable[[bytes], bytes]) -> str:
    """The answer, signed; "" where there is nothing to be told any more."""
    message, count = _MESSAGES[row.action](row, ask)
    if message is None:
        return ""
    header = answer_header(
        row.action, number=str(uuid4()), counts=(count, count), parties=(by.sender, row.partner.key), at=ask.at
    )
    return json.dumps(envelope(header, message, signed=signed, by=by, at=ask.at), ensure_ascii=False)


def _numbers(row: CallBack) -> dict[str, str]:
    return {"transaction_id": row.transaction_id, "correlation_id": str(row.correlation_id)}


def _noted(row: CallBack, answers: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """What remains of answers: references and codes."""
    kept = ("reference_id", "timestamp", "status", "status_reason_code", "subscriptions")
    row.outcome = [{name: one[name] for name in kept if name in one} for one in answers]
    return answers


def _on_search(row: CallBack, ask: Ask) -> tuple[dict[str, Any] | None, int]:
    answers = _noted(row, search_answers(ask, row.asked["search_request"]))
    return _numbers(row) | {"search_response": answers}, len(answers)


def _on_subscribe(row: CallBack, ask: Ask) -> tuple[dict[str, Any] | None, int]:
    answers = _noted(row, begin_watches(ask, row.asked["subscribe_request"], address=row.address))
    return _numbers(row) | {"subscribe_response": answers}, len(answers)


def _on_unsubscribe(row: CallBack, ask: Ask) -> tuple[dict[str, Any] | None, int]:
    answer = end_watches(ask, row.asked["subscription_codes"])
    row.outcome = [answer]
    return _numbers(row) | answer, 1


def _on_status(row: CallBack, ask: Ask) -> tuple[dict[str, Any] | None, int]:
    return _numbers(row) | {"txnstatus_response": status_of(ask.look, asked=row.asked["txnstatus_request"])}, 1


def _notify(row: CallBack, ask: Ask) -> tuple[dict[str, Any] | None, int]:
    """What holds now is told: a death that was taken back meanwhile is none."""
    person = Person.objects.get(pk=row.asked["person"])
    if row.asked["event"] == "Death" and person.life_status != _DECEASED:
        return None, 0
    number = _number(ask, person)
    data = {
        "version": VERSION,
        "reg_type": REG_TYPE,
        "reg_event_type": row.asked["event"],
        "reg_record_type": RECORD_TYPE,
        "reg_records": told_person(ask, person.pk, number),
    }
    event = {"reference_id": str(row.correlation_id), "timestamp": row.received_at.isoformat(), "data": data}
    return {"transaction_id": row.transaction_id, "notify_event": [event]}, 1


def _number(ask: Ask, person: Person) -> str:
    """What the partner calls the person: its own number, or the PIN it told when it began to watch."""
    if not ask.caller.agreement.pseudonyms:
        return person.pin or ""
    with acting(ask.caller.actor):
        return pseudonyms_of(ask.caller.actor, [person.pk], at=ask.at)[person.pk]


_MESSAGES: Mapping[str, Callable[[CallBack, Ask], tuple[dict[str, Any] | None, int]]] = {
    "on-search": _on_search,
    "on-subscribe": _on_subscribe,
    "on-unsubscribe": _on_unsubscribe,
    "txn-on-status": _on_status,
    "notify": _notify,
}
