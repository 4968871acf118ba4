"""A synthetic sender of civil-status messages for tests."""

from datetime import datetime
from itertools import count
from typing import Any

from tests.domain.population.people import AT, BA_DINH

from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.operations.civil import Answer, Received, Sender, receive_messages
from sosach.domain.exchange.rules.civil import Message

JUSTICE = Actor(ActorKind.PARTNER, "partner-1", Level.NATION, roles=frozenset({Role.PARTNER, Role.CIVIL_STATUS}))
_NUMBERS = count(1)


def sender(at: datetime = AT, partner: str = "tu-phap", province: str = "") -> Sender:
    return Sender(partner, JUSTICE, at, province)


def message(
    kind: str, message_id: str = "", commune: str = BA_DINH, after: tuple[str, ...] = (), **told: Any
) -> Message:
    return Message.model_validate(
        {
            "message_id": message_id or f"x-{next(_NUMBERS)}",
            "commune_code": commune,
            "after": list(after),
            "content": {"kind": kind, **told},
        }
    )


def birth(message_id: str = "", name: str = "LÊ VĂN AN", **told: Any) -> Message:
    envelope = {name: told.pop(name) for name in ("commune", "after") if name in told}
    content = {"full_name": name, "birth_date": "1990-05-06", "sex": "M"} | told
    return message("birth", message_id, **envelope, **content)


def send(*messages: Message | Answer, at: datetime = AT, **told: Any) -> Received:
    return receive_messages(sender(at, **told), messages)


def one(told: Message, **more: Any) -> Answer:
    return send(told, **more).answers[0]
