"""Writes events into the evidence log, inside the transaction of what they tell of."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import Error, connection, transaction

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.audit.rules import Actor, Subject, event, one_each

# The same text however many subjects there are, so that the server parses and plans it once; number of the transaction and
# moment of writing are the database's own.
_INSERT = """
INSERT INTO audit_auditevent (act, at, event, actor_kind, actor_key, actor_unit, purpose, reference, details,
    subject_kind, subject_key, subject_unit)
SELECT %s::uuid, %s::timestamptz, %s, %s, %s, %s, %s, %s, %s::jsonb, kind, key, unit
FROM unnest(%s::text[], %s::text[], %s::text[]) AS subject(kind, key, unit)
"""


@dataclass(frozen=True, slots=True)
class Act:
    """One act as the log has it.

    Attributes:
        event: name of its kind in the catalogue.
        actor: who acts.
        at: when, as the edge read the clock.
        purpose: for looks at data: why (a code of `access`).
        reference: case, dossier or request it belongs to.
        details: ids and codes that tell more; never names, numbers or addresses of people.
    """

    event: str
    actor: Actor
    at: datetime
    purpose: str = ""
    reference: str = ""
    details: dict[str, Any] | None = None


def record(act: Act, subjects: Sequence[Subject], *, key: UUID) -> None:
    """Write one row per subject, or one without subject when nothing was found.

    Raises:
        SosachError: AUDIT-01, the log cannot be written: what it should tell of must not happen or be shown.
        KeyError: the event is not in the catalogue.
        RuntimeError: called outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction of what it tells of")
    kind = event(act.event)
    about = one_each(subjects) or (Subject("", ""),)
    values = [
        key,
        act.at,
        kind.name,
        str(act.actor.kind),
        act.actor.key,
        act.actor.unit,
        act.purpose,
        act.reference,
        json.dumps(act.details or {}, ensure_ascii=False),
        [subject.kind for subject in about],
        [subject.key for subject in about],
        [subject.unit for subject in about],
    ]
    try:
        # no savepoint: nothing goes on after a failure here, and the transaction remembers that it may not be committed
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.execute(_INSERT, values)
    except Error as failure:
        raise SosachError(
            ErrorCode.AUDIT_UNAVAILABLE,
            vi="Không ghi được nhật ký nên không thực hiện.",
            en="The evidence log cannot be written, so nothing was done or shown.",
            hint_vi="Hãy thử lại sau; nếu vẫn lỗi, báo người quản trị.",
            hint_en="Try again later; tell the administrator if it goes on.",
        ) from failure
