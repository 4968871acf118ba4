"""Closes batches of events below the horizon of running transactions, signs the root of the whole log, hands it out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from django.db import connection, transaction

from sosach.domain.audit.models import Seal
from sosach.domain.audit.queries.leaves import leaves
from sosach.domain.audit.rules.merkle import GrowingTree, root_of
from sosach.domain.audit.rules.sealing import Signer, batch_leaf, checkpoint_text

LOCK_KEY = 7309942  # of the advisory lock: one sealer at a time


class Witness(Protocol):
    """Somebody outside the database who keeps checkpoints: a file elsewhere, another agency."""

    def keep(self, checkpoint: str, signature: str, key_id: str) -> None:
        """Keep a checkpoint for good."""


def seal(at: datetime, signer: Signer, witnesses: Sequence[Witness] = ()) -> Seal | None:
    """Seal every event whose transaction can no longer change; None when there is none, or somebody else seals.

    Events are read twice and the roots compared before anything is signed: a batch sealed wrongly could never be mended.

    Raises:
        RuntimeError: the two readings differ.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_KEY])
            if not cursor.fetchone()[0]:
                return None
            # every transaction below has ended: none of them can still write an event
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            horizon = cursor.fetchone()[0]
        last = Seal.objects.order_by("-number").first()
        start = last.to_xid if last is not None else 0
        hashes = [leaf for _, _, leaf in leaves(start, horizon)]
        if not hashes:
            return None
        if root_of([leaf for _, _, leaf in leaves(start, horizon)]) != root_of(hashes):
            raise RuntimeError("two readings of the same events differ")
        made = _seal(last, (start, horizon), hashes, signer, at)
    for witness in witnesses:
        witness.keep(made.checkpoint, made.signature, made.key_id)
    return made


def _seal(last: Seal | None, xids: tuple[int, int], hashes: list[bytes], signer: Signer, at: datetime) -> Seal:
    root = root_of(hashes).hex()
    tree = GrowingTree(last.number + 1, map(bytes.fromhex, last.peaks)) if last is not None else GrowingTree()
    number = tree.size
    tree.add(batch_leaf(number, *xids, len(hashes), root))
    checkpoint = checkpoint_text(tree.size, tree.root().hex())
    return Seal.objects.create(
        number=number,
        from_xid=xids[0],
        to_xid=xids[1],
        count=len(hashes),
        leaves=b"".join(hashes),
        root=root,
        peaks=[peak.hex() for peak in tree.peaks],
        checkpoint=checkpoint,
        signature=signer.sign(checkpoint.encode()).hex(),
        key_id=signer.key_id,
        sealed_at=at,
    )
