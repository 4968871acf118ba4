"""Puts a message together when it is sent first: what the agreement of that moment lets the subscriber know, disclosed and traced."""

import json
from datetime import datetime
from typing import Any

from sosach.base.sensitivity import Withheld
from sosach.domain.exchange.models import Delivery
from sosach.domain.exchange.operations.disclosing import Ask, disclose, released_to
from sosach.domain.exchange.queries.partners import Caller
from sosach.domain.exchange.rules.notices import CONFIRMATION, NOTIFICATION, body, notice, told
from sosach.domain.exchange.rules.topics import BY_NAME, Entry, is_undone
from sosach.domain.population.models import Person
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.provenance.queries import history_of

# By what a record is known outside: the least that says which one is meant.
KNOWN_BY = {
    "population": ("pin",),
    "vehicles": ("plate_number", "chassis_number"),
    "licences": ("licence_number", "holder"),
}


def content_of(row: Delivery, caller: Caller, *, at: datetime, confirm_at: str, key: str) -> bytes:
    """The message of a delivery; the same bytes at every try, unless another agreement came in force meanwhile.

    The row keeps what was put together; its caller saves it.
    """
    if row.sort == "confirm":
        return _confirmation(row, confirm_at, key)
    if row.sort == "message":
        return _message(row, row.content)
    if not row.content or row.version != caller.agreement.version:
        row.content, row.version = _news(row, caller, at), caller.agreement.version
    return _message(row, row.content)


def _confirmation(row: Delivery, confirm_at: str, key: str) -> bytes:
    token = row.subscription.token
    text = {"signature": "Ed25519", "public_key": key}
    return body(
        {
            "type": CONFIRMATION,
            "messageId": str(row.uuid),
            "topic": row.subscription.topic,
            "timestamp": told(row.happened_at),
            "token": token,
            "subscribeURL": f"{confirm_at}?token={token}",
            "message": json.dumps(text, sort_keys=True, separators=(",", ":")),
        }
    )


def _message(row: Delivery, text: str) -> bytes:
    content = {
        "type": NOTIFICATION,
        "messageId": str(row.uuid),
        "topic": row.subscription.topic,
        "timestamp": told(row.happened_at),
        "message": text,
    }
    return body(content | ({"subject": row.subject} if row.subject else {}))


def _news(row: Delivery, caller: Caller, at: datetime) -> str:
    topic, ask = BY_NAME[row.subscription.topic], Ask(caller, at)
    found = JournalEntry.objects.select_related("retracts").get(pk=row.entry_id)
    meant = found.retracts or found
    entry = Entry(meant.register, meant.procedure, meant.changes)
    about = _known(ask, entry.register, row.record_key)
    about |= _beside(ask, topic.name, row.record_key, entry)
    undone = is_undone(topic, entry, retracted=found.retracts is not None)
    return notice(kind=topic.kind, at=row.happened_at, number=row.number, taken_back=undone, about=about)


def _known(ask: Ask, register: str, record: int) -> dict[str, str]:
    """By what the subscriber may know a record; nothing where its agreement lets it know nothing."""
    allowed = released_to(ask.caller.agreement, register, ask.caller.purpose)
    names = [name for name in KNOWN_BY[register] if name in allowed]
    if not names:
        return {}
    values = disclose(ask, register=register, record_ids=[record], attributes=names)[0]
    return {name: str(value) for name, value in values.items() if value and not isinstance(value, Withheld)}


def _beside(ask: Ask, topic: str, record: int, entry: Entry) -> dict[str, str]:
    """The other number a notice about numbers is of no use without."""
    if topic == "population.merged":
        into = entry.changes["merged_into"]
        other = _known(ask, entry.register, into) if into is not None else {}
        return {"into": other["pin"]} if "pin" in other else {}
    agreed = ask.caller.agreement
    if (
        topic != "population.number"
        or agreed.pseudonyms
        or "pin" not in released_to(agreed, "population", ask.caller.purpose)
    ):
        return {}
    return _former(Person.objects.get(pk=record))


def _former(person: Person) -> dict[str, str]:
    """The number a person had before the present one."""
    had: list[Any] = [value.value for value in history_of(person, "pin") if value.value and value.value != person.pin]
    return {"former": had[-1]} if had else {}
