"""What a subscriber is told: the least that lets it act, in the form of OSIA's notification interface."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

CONFIRMATION, NOTIFICATION = "SubscriptionConfirmation", "Notification"


def told(moment: datetime) -> str:
    """A moment as notices write it.

    >>> told(datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
    '2026-11-22T09:00:00.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def notice(*, kind: str, at: datetime, number: int, taken_back: bool, about: Mapping[str, str]) -> str:
    """What happened to one record, as the text of a message.

    Args:
        kind: what happened.
        at: when it was registered.
        number: the how-manieth notice about that record in this subscription, from 1.
        taken_back: it was undone.
        about: who or what: numbers the agreement lets the subscriber have.
    """
    content = {"kind": kind, "at": told(at), "number": number, "taken_back": taken_back, **about}
    return _text(content)


def body(content: Mapping[str, Any]) -> bytes:
    """A message as it is sent: one form, so that it can be signed."""
    return _text(content).encode()


def signed_text(message_id: str, content: bytes) -> bytes:
    """What the signature beside a message holds together."""
    return b"sosach/notice/1\n" + message_id.encode("ascii") + b"\n" + content


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
