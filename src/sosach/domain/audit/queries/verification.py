"""Verification of the whole log: every event against its batch, every batch against the checkpoints and the witnesses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from sosach.domain.audit.models import Seal
from sosach.domain.audit.queries.leaves import leaves
from sosach.domain.audit.rules.sealing import Batch, Fault, Finding, SignatureCheck, compare, cut, verify_batches


@dataclass(frozen=True, slots=True)
class Verified:
    """What verification saw.

    Attributes:
        events: sealed events read.
        batches: seals read.
        findings: faults; empty means whole.
        unsealed: events above the last seal, which nothing protects yet.
    """

    events: int
    batches: int
    findings: tuple[Finding, ...]
    unsealed: int


def verify(check: SignatureCheck, witnesses: Mapping[int, Sequence[str]]) -> Verified:
    """Verify the log in one snapshot of the database.

    Args:
        check: knows the public keys of the log.
        witnesses: number of batches → roots that witnesses hold.
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
        unsealed = sum(1 for _ in leaves(batches[-1].to_xid if batches else None, 2**62))
    return Verified(seen, len(batches), tuple(findings), unsealed)


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
