"""Verification of the whole log: every event against its batch, every batch against the checkpoints and the witnesses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from sosach.domain.audit.models import Seal
from sosach.domain.audit.queries.leaves import leaves
from sosach.domain.audit.rules.sealing import (
    SEALED_WITHIN,
    Batch,
    Fault,
    Finding,
    SignatureCheck,
    compare,
    cut,
    verify_batches,
)

_UNSEALED = """
SELECT count(*), count(*) FILTER (WHERE late), min(id) FILTER (WHERE late) FROM (
    SELECT id, written_at < %s::timestamptz AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS late
    FROM audit_auditevent WHERE xid >= %s) AS unsealed
"""


@dataclass(frozen=True, slots=True)
class Verified:
    """What verification saw.

    Attributes:
        events: sealed events read.
        batches: seals read.
        findings: faults; empty means whole.
        unsealed: events above the last seal, which nothing protects yet.
        late: those of them that could have been sealed long ago; what a running transaction holds back is not late.
    """

    events: int
    batches: int
    findings: tuple[Finding, ...]
    unsealed: int
    late: int


def is_sealed() -> bool:
    """Whether the log holds any seal at all."""
    return Seal.objects.exists()


def verify(check: SignatureCheck, witnesses: Mapping[int, Sequence[str]], *, at: datetime | None = None) -> Verified:
    """Verify the log in one snapshot of the database.

    Args:
        check: knows the public keys of the log.
        witnesses: number of batches → roots that witnesses hold.
        at: when one looks, which says what has been waiting for a seal too long; None for a copy, where nothing waits.
    """
    with transaction.atomic():
        batches = list(_batches())
        findings = list(verify_batches(batches, check, witnesses))
        seen = 0
        found = _grouped(batches)
        for batch, events in found:
            seen += len(events)
            findings += (
                [Finding(Fault.STRAY, -1, -1, key) for key, _ in events] if batch is None else compare(batch, events)
            )
        unsealed, late, first_late = _unsealed(batches[-1].to_xid if batches else 0, at)
    if late:
        findings.append(Finding(Fault.LATE, -1, -1, first_late))
    return Verified(seen, len(batches), tuple(findings), unsealed, late)


def _unsealed(from_xid: int, at: datetime | None) -> tuple[int, int, int]:
    """Events without a seal: how many, how many of them are late, id of the first that is."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSEALED, [at and at - SEALED_WITHIN, from_xid])
        unsealed, late, first = cursor.fetchone()
    return unsealed, late, first or 0


def _batches() -> Iterator[Batch]:
    for seal in Seal.objects.order_by("number").iterator(chunk_size=500):
        yield Batch(
            number=seal.number,
            from_xid=seal.from_xid,
            to_xid=seal.to_xid,
            leaves=cut(bytes(seal.leaves)),
            root=seal.root,
            checkpoint=seal.checkpoint,
            signature=seal.signature,
            key_id=seal.key_id,
        )


def _grouped(batches: Sequence[Batch]) -> Iterator[tuple[Batch | None, list[tuple[int, bytes]]]]:
    """Events of each batch, by one walk over the log; events before the first batch come with None."""
    if not batches:
        return
    place = 0
    held: list[tuple[int, bytes]] = []
    strays: list[tuple[int, bytes]] = []
    for key, xid, leaf in leaves(None, batches[-1].to_xid):
        while xid >= batches[place].to_xid:
            yield batches[place], held
            place, held = place + 1, []
        (held if xid >= batches[place].from_xid else strays).append((key, leaf))
    for batch in batches[place:]:
        yield batch, held
        held = []
    if strays:
        yield None, strays
