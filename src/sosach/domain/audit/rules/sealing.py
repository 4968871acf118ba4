"""Seals in plain Python: what a checkpoint says, how batches hang together, what verification finds."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from sosach.domain.audit.rules.merkle import GrowingTree, leaf_hash, root_of

ORIGIN = "sosach/evidence-log/1"
HASH = 32
# The sealer looks every second; an event that could have been sealed for longer than this says that no sealer runs.
SEALED_WITHIN = timedelta(minutes=1)


class Signer(Protocol):
    """Whoever holds the sealing key: a file in the demo, a token (PKCS#11) in production."""

    @property
    def key_id(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the public key."""

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature of a message."""


class SignatureCheck(Protocol):
    """Whoever knows public keys of the log."""

    def valid(self, key_id: str, message: bytes, signature: bytes) -> bool:
        """Whether the key is known and the signature is its."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A sealed batch as it stands in the log.

    Attributes:
        number: place among the seals, from 0.
        from_xid: first transaction whose events may lie in it.
        to_xid: first transaction of the next batch.
        leaves: hashes of its events, in order.
        root: root over the leaves, hexadecimal.
        checkpoint: signed text.
        signature: of the checkpoint, hexadecimal.
        key_id: key of the signature.
    """

    number: int
    from_xid: int
    to_xid: int
    leaves: Sequence[bytes]
    root: str
    checkpoint: str
    signature: str
    key_id: str


def batch_leaf(number: int, from_xid: int, to_xid: int, count: int, root: str) -> bytes:
    """Hash of a batch as a leaf of the tree over all batches."""
    return leaf_hash(f"{number} {from_xid} {to_xid} {count} {root}".encode())


def checkpoint_text(size: int, root: str) -> str:
    """What is signed: name of the log, number of batches, root over them; one line each.

    >>> checkpoint_text(2, "ab").split()
    ['sosach/evidence-log/1', '2', 'ab']
    """
    return f"{ORIGIN}\n{size}\n{root}\n"


def read_checkpoint(text: str) -> tuple[int, str]:
    """Number of batches and root of a checkpoint.

    Raises:
        ValueError: it is not a checkpoint of this log.
    """
    origin, size, root, *rest = [*text.split("\n"), "", "", ""]
    if origin != ORIGIN or not size.isdecimal() or any(rest):
        raise ValueError("not a checkpoint of this log")
    return int(size), root


def cut(leaves: bytes) -> tuple[bytes, ...]:
    """Stored leaf hashes, one by one; what is left over makes the last one short, which no hash is."""
    return tuple(leaves[at : at + HASH] for at in range(0, len(leaves), HASH))


class Fault(StrEnum):
    """What verification can find."""

    CHANGED = "changed"  # an event differs from what was sealed
    MISSING = "missing"  # a sealed event is gone
    ADDED = "added"  # an event was put into a sealed batch
    ORDER = "order"  # events of a batch stand in another order
    LEAVES = "leaves"  # the list of hashes of a batch does not give its root
    SEAL = "seal"  # a seal differs from what its checkpoint covers
    GAP = "gap"  # batches do not follow each other
    SIGNATURE = "signature"  # a checkpoint is not signed by a known key
    WITNESS = "witness"  # a witness holds a checkpoint this log does not lead to
    TRUNCATED = "truncated"  # a witness has seen more batches than there are
    STRAY = "stray"  # an event lies before the first batch
    LATE = "late"  # an event could have been sealed long ago and was not: anybody may change it unseen


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault.

    Attributes:
        fault: which.
        batch: number of the batch; -1 for none.
        place: place of the event in the batch, from 0; -1 where the batch as a whole is meant.
        event_id: id of the event in the database; 0 when it is gone.
    """

    fault: Fault
    batch: int
    place: int = -1
    event_id: int = 0


def compare(batch: Batch, events: Sequence[tuple[int, bytes]]) -> Iterator[Finding]:
    """Faults of the events of one batch against its stored leaves.

    Args:
        batch: as sealed.
        events: id and leaf hash of the events found in its range, in order.
    """
    sealed, found = list(batch.leaves), [leaf for _, leaf in events]
    if sealed == found:
        return
    if sorted(sealed) == sorted(found):
        place = next(at for at, pair in enumerate(zip(sealed, found, strict=True)) if pair[0] != pair[1])
        yield Finding(Fault.ORDER, batch.number, place, events[place][0])
        return
    known, there = set(sealed), set(found)
    gone = [at for at, leaf in enumerate(sealed) if leaf not in there]
    strange = [at for at, leaf in enumerate(found) if leaf not in known]
    # an event that took the place of another was changed; the rest is gone or was put in
    changed = min(len(gone), len(strange))
    for at in strange[:changed]:
        yield Finding(Fault.CHANGED, batch.number, at, events[at][0])
    for at in gone[changed:]:
        yield Finding(Fault.MISSING, batch.number, at)
    for at in strange[changed:]:
        yield Finding(Fault.ADDED, batch.number, at, events[at][0])
    if not gone and not strange:  # an event stands twice
        yield Finding(Fault.ADDED if len(found) > len(sealed) else Fault.MISSING, batch.number)


def verify_batches(
    batches: Iterable[Batch], check: SignatureCheck, witnesses: Mapping[int, Sequence[str]]
) -> Iterator[Finding]:
    """Faults of the seals themselves: leaves against roots, batches against each other, checkpoints, witnesses.

    Args:
        batches: all of them, by number.
        check: knows the public keys.
        witnesses: number of batches → roots witnesses hold for it.
    """
    tree = GrowingTree()
    expected_xid: int | None = None
    for batch in batches:
        if batch.number != tree.size or (expected_xid is not None and batch.from_xid != expected_xid):
            yield Finding(Fault.GAP, batch.number)
        expected_xid = batch.to_xid
        if root_of(batch.leaves).hex() != batch.root:
            yield Finding(Fault.LEAVES, batch.number)
        tree.add(batch_leaf(batch.number, batch.from_xid, batch.to_xid, len(batch.leaves), batch.root))
        root = tree.root().hex()
        if batch.checkpoint != checkpoint_text(tree.size, root):
            yield Finding(Fault.SEAL, batch.number)
        if not check.valid(batch.key_id, batch.checkpoint.encode(), _bytes(batch.signature)):
            yield Finding(Fault.SIGNATURE, batch.number)
        if any(witnessed != root for witnessed in witnesses.get(tree.size, ())):
            yield Finding(Fault.WITNESS, batch.number)
    if any(size > tree.size for size in witnesses):
        yield Finding(Fault.TRUNCATED, tree.size)


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def key_id_of(public_key: bytes) -> str:
    """Name of a public key (32 bytes of Ed25519)."""
    return hashlib.sha256(public_key).hexdigest()[:16]
