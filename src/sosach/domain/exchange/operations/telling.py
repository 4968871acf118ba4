"""Puts a message together when it is sent first: what the agreement of that moment lets the subscriber know, disclosed and traced."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sosach.base.errors import SosachError
from sosach.base.sensitivity import Withheld
from sosach.domain.exchange.models import Delivery
from sosach.domain.exchange.operations.disclosing import Ask, disclose, released_to
from sosach.domain.exchange.queries.partners import Caller
from sosach.domain.exchange.rules.notices import CONFIRMATION, NOTIFICATION, body, notice, told
from sosach.domain.exchange.rules.topics import BY_NAME, REGISTER_OF, Entry, is_undone
from sosach.domain.population.models import Person
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.provenance.queries import history_of


@dataclass(frozen=True, slots=True)
class Confirm:
    """What a message says with which a subscription is confirmed.

    Attributes:
        address: where.
        key: public key messages are signed with, in hexadecimal.
    """

    address: str
    key: str


# By what a record is known outside: the least that says which one is meant.
KNOWN_BY = {
    "population": ("pin",),
    "vehicles": ("plate_number", "chassis_number"),
    "licences": ("licence_number", "holder"),
}


def names_of(rows: Iterable[Delivery], callers: Mapping[int, Caller], *, at: datetime) -> dict[int, dict[str, str]]:
    """By what subscribers may know the records of notices that are to be put together: one disclosure per subscription and register.

    Where one record of them is refused nothing is told of any: each then says by itself which it is (`content_of`).

    Returns:
        Id of the delivery → numbers.
    """
    fresh: dict[tuple[int, str], list[Delivery]] = defaultdict(list)
    for row in rows:
        if row.sort == "change" and _is_fresh(row, callers[row.subscription_id]):
            fresh[row.subscription_id, REGISTER_OF[row.record_kind]].append(row)
    found: dict[int, dict[str, str]] = {}
    for (subscription, register), together in fresh.items():
        ask = Ask(callers[subscription], at)
        try:
            names = _names(ask, register, [row.record_key for row in together])
        except SosachError:
            continue
        found |= {row.pk: names[row.record_key] for row in together}
    return found


def _is_fresh(row: Delivery, caller: Caller) -> bool:
    """Whether a notice is to be put together: it never was, or under another agreement."""
    return not row.content or row.version != caller.agreement.version


def content_of(row: Delivery, caller: Caller, names: dict[str, str] | None, *, at: datetime, confirm: Confirm) -> bytes:
    """The message of a delivery; the same bytes at every try, unless another agreement came in force meanwhile.

    The row keeps what was put together; its caller saves it.

    Args:
        row: the delivery.
        caller: its subscriber.
        names: by what it may know the record, from `names_of`; None: not found out yet.
        at: now.
        confirm: what a message says with which a subscription is confirmed.

    Raises:
        SosachError: the record is not told.
    """
    if row.sort == "confirm":
        return _confirmation(row, confirm)
    if row.sort == "change" and _is_fresh(row, caller):
        row.content, row.version = _news(row, Ask(caller, at), names), caller.agreement.version
    return _message(row, row.content)


def _confirmation(row: Delivery, confirm: Confirm) -> bytes:
    token = row.subscription.token
    text = {"signature": "Ed25519", "public_key": confirm.key}
    return body(
        {
            "type": CONFIRMATION,
            "messageId": str(row.uuid),
            "topic": row.subscription.topic,
            "timestamp": told(row.happened_at),
            "token": token,
            "subscribeURL": f"{confirm.address}?token={token}",
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


def _news(row: Delivery, ask: Ask, names: dict[str, str] | None) -> str:
    topic = BY_NAME[row.subscription.topic]
    found = JournalEntry.objects.select_related("retracts").get(pk=row.entry_id)
    meant = found.retracts or found
    entry = Entry(meant.register, meant.procedure, meant.changes)
    about = names if names is not None else _names(ask, entry.register, [row.record_key])[row.record_key]
    about |= _beside(ask, topic.name, row.record_key, entry)
    undone = is_undone(topic, entry, retracted=found.retracts is not None)
    return notice(kind=topic.kind, at=row.happened_at, number=row.number, taken_back=undone, about=about)


def _names(ask: Ask, register: str, records: Sequence[int]) -> dict[int, dict[str, str]]:
    """By what the subscriber may know records; nothing where its agreement lets it know nothing."""
    allowed = released_to(ask.caller.agreement, register, ask.caller.purpose)
    names = [name for name in KNOWN_BY[register] if name in allowed]
    if not names:
        return {record: {} for record in records}
    values = disclose(ask, register=register, record_ids=records, attributes=names)
    told = [{name: str(one) for name, one in each.items() if one and not isinstance(one, Withheld)} for each in values]
    return dict(zip(records, told, strict=True))


def _beside(ask: Ask, topic: str, record: int, entry: Entry) -> dict[str, str]:
    """The other number a notice about numbers is of no use without."""
    if topic == "population.merged":
        into = entry.changes["merged_into"]
        other = _names(ask, entry.register, [into])[into] if into is not None else {}
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
