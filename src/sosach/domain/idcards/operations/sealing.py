"""Seals pictures before they reach the database, wraps their keys anew, and drops keys: what is erased opens no more."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sosach.chip.sealing import Sealed, rewrap, seal
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Application, Packet, SealedPicture
from sosach.domain.idcards.operations.stepping import not_found, require_paper
from sosach.domain.idcards.queries.seals import PICTURES, TEMPLATES, key_ring, owner_of, purpose_of, sealed_of
from sosach.domain.idcards.states.packets import PacketState
from sosach.domain.population.queries.resolving import merged_records

PORTION = 2_000


def sealed_in(packet: Packet, *, slot: str, content: bytes, media: str, at: datetime) -> SealedPicture:
    """Seal a picture and store it; one that stood in its slot of the packet is dropped.

    Raises:
        SosachError: KEY-01 the wrapping key cannot be used.
    """
    drop(packet, at=at, slot=slot)
    found = seal(
        content,
        person=str(packet.person_id),
        modality=slot,
        version=packet.pk,
        wrapper=key_ring().current(purpose_of(slot)),
    )
    return SealedPicture.objects.create(
        packet=packet,
        slot=slot,
        media=media,
        version=packet.pk,
        header=found.header,
        wrapped_key=found.wrapped_key,
        nonce=found.nonce,
        content=found.ciphertext,
        size=len(content),
        sealed_at=at,
    )


def drop(packet: Packet, *, at: datetime, slot: str = "") -> int:
    """Drop keys and contents of a packet's pictures, or of one slot; how many."""
    rows = packet.pictures.filter(dropped_at=None)
    rows = rows.filter(slot=slot) if slot else rows
    return rows.update(wrapped_key=None, content=None, dropped_at=at)


def give_up(packet: Packet, *, at: datetime) -> None:
    """Give a capture up: keys and contents of its pictures go, and what was noted of the body."""
    drop(packet, at=at)
    packet.state, packet.features, packet.absent = PacketState.DROPPED.value, "", {}
    packet.finished_at = packet.finished_at or at
    packet.save()


def drop_captures(
    order: Order, application: Application, *, states: Sequence[PacketState] = tuple(PacketState)
) -> None:
    """Drop what was captured for an application that leads to no card; `states`: only captures that are so far."""
    wanted = [state.value for state in states if state not in {PacketState.DROPPED, PacketState.ERASED}]
    for packet in application.packets.filter(state__in=wanted):
        give_up(packet, at=order.at)


@operation("idcards.pictures_erased", roles=frozenset({Role.CARD_APPROVER, Role.SYSTEM}), nationwide=True)
def erase_pictures(order: Order, *, person_id: int) -> Done[int]:
    """Drop the keys of everything ever captured of a person, by a decision; nothing opens any of it afterwards.

    What was captured under records merged into this one is the person's as well.

    Returns:
        How many pictures it was.

    Raises:
        SosachError: STATE-01 there is nothing of the person; STATE-04 no decision.
    """
    require_paper(order, "decision", vi="quyết định xóa dữ liệu sinh trắc học", en="a decision to erase biometrics")
    rows = Packet.objects.filter(person_id__in=merged_records(person_id))
    packets = list(rows.select_for_update(no_key=True).order_by("pk"))
    if not packets:
        raise not_found("Không có dữ liệu sinh trắc học của người này.", "Nothing was captured of this person.")
    count = sum(drop(packet, at=order.at) for packet in packets)
    Packet.objects.filter(pk__in=[packet.pk for packet in packets]).update(
        state=PacketState.ERASED.value, features="", absent={}
    )
    return Done(count, [Subject("person", str(person_id))], {"pictures": count})


@operation("idcards.pictures_rewrapped", roles=frozenset({Role.SYSTEM}), nationwide=True)
def renew_keys(order: Order, *, purposes: Sequence[str]) -> Done[tuple[str, ...]]:
    """Make new wrapping keys, in use from now on; the verbs of rewrapping bring what is sealed under them.

    Returns:
        Their names.

    Raises:
        SosachError: KEY-01.
    """
    del order
    made = tuple(key_ring().renew(purpose).key_id for purpose in purposes)
    return Done(made, [Subject("card_keys", "all")], {"made": list(made)})


@operation("idcards.pictures_rewrapped", roles=frozenset({Role.SYSTEM}), nationwide=True)
def rewrap_pictures(order: Order, *, portion: int = PORTION) -> Done[int]:
    """Wrap a portion of the data keys that are not under the newest wrapping key yet; no picture is opened or touched.

    Returns:
        How many it was; 0: all are under the newest keys, older ones may be destroyed.

    Raises:
        SosachError: KEY-01; KEY-02 a key that wraps some of them is gone.
    """
    del order
    count, rows = 0, SealedPicture.objects.filter(dropped_at=None).select_related("packet")
    for purpose in (PICTURES, TEMPLATES):
        count += wrap_anew(rows, purpose, sealed_of, owner_of, portion - count)
    return Done(count, [Subject("card_keys", "all")], {"keys": count})


def wrap_anew(
    rows: QuerySet[Any],
    purpose: str,
    sealed: Callable[[Any], Sealed],
    owner: Callable[[Any], Mapping[str, Any]],
    portion: int,
) -> int:
    """Wrap data keys of a table that are not under the newest key of their purpose; how many. What is locked is waited for.

    Args:
        rows: what is sealed in it, with columns `header` and `wrapped_key`.
        purpose: of the wrapping keys.
        sealed: the parts of a row.
        owner: to what a row is bound by its seal.
        portion: at most so many.

    Raises:
        SosachError: KEY-01; KEY-02 a key that wraps some of them is gone.
    """
    ring, count = key_ring(), 0
    newest = ring.current(purpose)
    stale = rows.filter(header__contains=f" {purpose}/").exclude(header__endswith=f" {newest.key_id}")
    for row in stale.select_for_update(of=("self",)).order_by("pk")[:portion]:
        before = sealed(row)
        after = rewrap(before, **owner(row), old=ring.named(before.key_id), new=newest)
        row.header, row.wrapped_key = after.header, after.wrapped_key
        row.save(update_fields=["header", "wrapped_key"])
        count += 1
    return count
