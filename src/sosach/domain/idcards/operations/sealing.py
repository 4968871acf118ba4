"""Seals pictures before they reach the database, wraps their keys anew, and drops keys: what is erased opens no more."""

from datetime import datetime

from sosach.chip.sealing import rewrap, seal
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Application, Packet, SealedPicture
from sosach.domain.idcards.operations.stepping import not_found, require_paper
from sosach.domain.idcards.queries.seals import PICTURES, TEMPLATES, key_ring, purpose_of, sealed_of
from sosach.domain.idcards.states.packets import PacketState

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


def drop_captures(order: Order, application: Application) -> None:
    """Drop what was captured for an application that leads to no card."""
    for packet in application.packets.exclude(state=PacketState.ERASED.value):
        drop(packet, at=order.at)
        packet.state = PacketState.DROPPED.value
        packet.save()


@operation("idcards.pictures_erased", roles=frozenset({Role.CARD_APPROVER, Role.SYSTEM}), nationwide=True)
def erase_pictures(order: Order, *, person_id: int) -> Done[int]:
    """Drop the keys of everything ever captured of a person, by a decision; nothing opens any of it afterwards.

    Returns:
        How many pictures it was.

    Raises:
        SosachError: STATE-01 there is nothing of the person; STATE-04 no decision.
    """
    require_paper(order, "decision", vi="quyết định xóa dữ liệu sinh trắc học", en="a decision to erase biometrics")
    packets = list(Packet.objects.select_for_update(no_key=True).filter(person_id=person_id).order_by("pk"))
    if not packets:
        raise not_found("Không có dữ liệu sinh trắc học của người này.", "Nothing was captured of this person.")
    count = sum(drop(packet, at=order.at) for packet in packets)
    Packet.objects.filter(pk__in=[packet.pk for packet in packets]).update(state=PacketState.ERASED.value)
    return Done(count, [Subject("person", str(person_id))], {"pictures": count})


@operation("idcards.pictures_rewrapped", roles=frozenset({Role.SYSTEM}), nationwide=True)
def renew_keys(order: Order) -> Done[tuple[str, ...]]:
    """Make new wrapping keys, in use from now on; `rewrap_pictures` brings what is sealed under them.

    Returns:
        Their names.

    Raises:
        SosachError: KEY-01.
    """
    del order
    made = tuple(key_ring().renew(purpose).key_id for purpose in (PICTURES, TEMPLATES))
    return Done(made, [Subject("card_keys", "all")], {"made": list(made)})


@operation("idcards.pictures_rewrapped", roles=frozenset({Role.SYSTEM}), nationwide=True)
def rewrap_pictures(order: Order, *, portion: int = PORTION) -> Done[int]:
    """Wrap a portion of the data keys that are not under the newest wrapping key yet; no picture is opened or touched.

    Returns:
        How many it was; 0: all are under the newest keys, older ones may be destroyed.

    Raises:
        SosachError: KEY-01; KEY-02 a key that wraps some of them is gone.
    """
    ring, count = key_ring(), 0
    for purpose in (PICTURES, TEMPLATES):
        newest = ring.current(purpose)
        stale = SealedPicture.objects.filter(dropped_at=None, header__contains=f" {purpose}/")
        stale = stale.exclude(header__endswith=f" {newest.key_id}").select_related("packet")
        for row in stale.select_for_update(of=("self",), skip_locked=True).order_by("pk")[: portion - count]:
            before = sealed_of(row)
            after = rewrap(
                before,
                person=str(row.packet.person_id),
                modality=row.slot,
                version=row.version,
                old=ring.named(before.key_id),
                new=newest,
            )
            row.header, row.wrapped_key = after.header, after.wrapped_key
            row.save(update_fields=["header", "wrapped_key"])
            count += 1
    del order
    return Done(count, [Subject("card_keys", "all")], {"keys": count})
