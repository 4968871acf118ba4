"""The log as plain files, so that anybody can verify it with a program of his own (`deploy/verify-log.mjs`)."""

import json
from pathlib import Path

from django.db import transaction

from sosach.domain.audit.models import Seal
from sosach.domain.audit.queries.leaves import canonical_events

EVENTS, SEALS = "events.jsonl", "seals.jsonl"


def export_log(folder: Path) -> tuple[int, int]:
    """Write `events.jsonl` (a canonical event per line, in order) and `seals.jsonl`; how many of each.

    Only sealed events are written. Both files come from one snapshot of the database.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        seals = Seal.objects.order_by("number")
        last = seals.last()
        count = 0
        with (folder / EVENTS).open("w", encoding="utf-8", newline="\n") as stream:
            for _, _, text in canonical_events(None, last.to_xid if last is not None else 0):
                stream.write(text + "\n")
                count += 1
        with (folder / SEALS).open("w", encoding="utf-8", newline="\n") as stream:
            for seal in seals.iterator(chunk_size=500):
                stream.write(json.dumps(_plain(seal)) + "\n")
    return count, 0 if last is None else last.number + 1


def _plain(seal: Seal) -> dict[str, object]:
    return {
        "number": seal.number,
        "from_xid": seal.from_xid,
        "to_xid": seal.to_xid,
        "leaves": bytes(seal.leaves).hex(),
        "root": seal.root,
        "checkpoint": seal.checkpoint,
        "signature": seal.signature,
        "key_id": seal.key_id,
    }
