"""Captures a person: a packet is begun, filled picture by picture or at once, described, checked and finished."""

from collections.abc import Mapping, Sequence

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import ActorKind
from sosach.domain.idcards.models import Application, Packet
from sosach.domain.idcards.operations.moving import locked_application, paper, require_state, subjects_of, take
from sosach.domain.idcards.operations.preparing import Picture
from sosach.domain.idcards.operations.sealing import drop, give_up, sealed_in
from sosach.domain.idcards.operations.stepping import forbidden, incomplete, not_found
from sosach.domain.idcards.queries.seals import opened
from sosach.domain.idcards.rules.applications import Kind, captured_for
from sosach.domain.idcards.rules.enrolment import SLOTS, Absence, Media, may_be_absent, missing_slots
from sosach.domain.idcards.rules.matching import TEMPLATE, packed, unpacked
from sosach.domain.idcards.rules.papers import PaperKind
from sosach.domain.idcards.states.applications import State, Step
from sosach.domain.idcards.states.packets import PacketState
from sosach.domain.population.rules.days import day_of

STATIONS = frozenset({Role.CARDS, Role.PARTNER})
LONGEST_FEATURES = 120
_CAPTURED = frozenset({State.OPEN, State.AWAITED})


@operation("idcards.packet_begun", roles=STATIONS, nationwide=True)
def begin_packet(order: Order, *, application_id: int, device: str = "") -> Done[Packet]:
    """Begin a capture; the citizen is there, so the clock goes on. What an earlier capture of the application gave is dropped.

    Raises:
        SosachError: STATE-01; STATE-02 not to be captured now.
    """
    application = locked_application(order, application_id)
    packet = _begun(order, application, device)
    return Done(packet, subjects_of(application), {"packet": packet.pk})


@operation("idcards.picture_sealed", roles=STATIONS, nationwide=True)
def add_picture(order: Order, *, packet_id: int, picture: Picture) -> Done[Packet]:
    """Seal a picture into an open packet; it takes the place of one of the same slot.

    Args:
        order: who captures.
        packet_id: of an open packet.
        picture: as `prepare` made it.

    Raises:
        SosachError: STATE-01; STATE-02 the packet is finished; KEY-01.
    """
    application, packet = _own_packet(order, packet_id)
    _put(order, packet, picture)
    return Done(packet, subjects_of(application), {"packet": packet.pk, "slot": picture.slot})


@operation("idcards.packet_described", roles=STATIONS, nationwide=True)
def describe_packet(
    order: Order, *, packet_id: int, features: str, absent: Mapping[str, Absence] | None = None
) -> Done[Packet]:
    """Note identifying features, and why fingers or irises are absent; what was noted before is replaced.

    A picture that stays poor goes when its finger is noted as absent; that it was tried, and what was wrong with it, stays. Noted
    otherwise before the end, the finger is to be captured again.

    Raises:
        SosachError: STATE-01; STATE-02; STATE-04 a face cannot be absent, nor what a good picture shows; a text that is too long.
    """
    application, packet = _own_packet(order, packet_id)
    _describe(order, packet, features, absent or {})
    return Done(packet, subjects_of(application), {"packet": packet.pk, "absent": sorted(packet.absent)})


@operation("idcards.packet_finished", roles=STATIONS, nationwide=True)
def finish_packet(order: Order, *, packet_id: int) -> Done[Packet]:
    """Finish a packet: good, and the application is captured; or poor (`quality` says why), and it is taken again.

    Raises:
        SosachError: STATE-01; STATE-02; STATE-04 something is missing.
    """
    application, packet = _own_packet(order, packet_id)
    _finish(order, application, packet)
    return Done(packet, subjects_of(application), {"packet": packet.pk, "state": packet.state})


@operation("idcards.packet_dropped", roles=STATIONS | {Role.SYSTEM}, nationwide=True)
def drop_packet(order: Order, *, packet_id: int) -> Done[Packet]:
    """Give an unfinished capture up; the keys of its pictures are dropped.

    Raises:
        SosachError: STATE-01; STATE-02 it is finished.
    """
    application, packet = _open_packet(order, packet_id)
    give_up(packet, at=order.at)
    return Done(packet, subjects_of(application), {"packet": packet.pk})


@operation("idcards.packet_finished", roles=STATIONS, nationwide=True)
def capture(
    order: Order,
    *,
    application_id: int,
    pictures: Sequence[Picture],
    absent: Mapping[str, Absence],
    features: str,
    device: str = "",
) -> Done[Packet]:
    """A whole capture at once: begun, filled, described, finished.

    Returns:
        The packet: `good`, or `poor` with the faults in `quality`.

    Raises:
        SosachError: as `begin_packet`, `add_picture`, `describe_packet`, `finish_packet`.
    """
    application = locked_application(order, application_id)
    packet = _begun(order, application, device)
    for picture in pictures:
        _put(order, packet, picture)
    _describe(order, packet, features, absent)
    _finish(order, application, packet)
    return Done(packet, subjects_of(application), {"packet": packet.pk, "state": packet.state})


def _begun(order: Order, application: Application, device: str) -> Packet:
    require_state(application, *_CAPTURED)
    person = application.person
    if order.actor.kind is ActorKind.OFFICER and order.actor.person_id == person.pk:
        raise forbidden("Cán bộ không thu nhận cho chính mình.", "Nobody captures oneself.")
    if not captured_for(Kind(application.kind), person.birth_date, on=day_of(order.at), earlier_pictures=False):
        raise forbidden(
            "Người dưới 6 tuổi không thu nhận sinh trắc học.", "Biometrics of somebody under six are not taken."
        )
    if State(application.state) is State.AWAITED:
        take(order, application, Step.COME)
    for earlier in application.packets.filter(state__in=[PacketState.OPEN.value, PacketState.GOOD.value]):
        give_up(earlier, at=order.at)
    return Packet.objects.create(
        application=application,
        person=person,
        state=PacketState.OPEN.value,
        device=device[:64],
        captured_by=order.actor.key,
        begun_at=order.at,
    )


def _open_packet(order: Order, packet_id: int) -> tuple[Application, Packet]:
    told = Packet.objects.filter(pk=packet_id).values_list("application_id", flat=True).first()
    if told is None:
        raise not_found("Không có lượt thu nhận này.", "There is no such capture within reach.")
    application = locked_application(order, told)
    packet = Packet.objects.select_for_update(no_key=True).get(pk=packet_id)
    if packet.state != PacketState.OPEN.value:
        raise forbidden("Lượt thu nhận đã kết thúc.", "The capture is finished.")
    return application, packet


def _own_packet(order: Order, packet_id: int) -> tuple[Application, Packet]:
    """An open packet of whoever acts: one capture has one pair of hands, or two could approve what they captured together."""
    application, packet = _open_packet(order, packet_id)
    if packet.captured_by != order.actor.key:
        raise forbidden(
            "Lượt thu nhận của cán bộ khác: bắt đầu lượt mới.", "It is somebody else's capture: begin a new one."
        )
    return application, packet


def _put(order: Order, packet: Packet, picture: Picture) -> None:
    if picture.slot not in SLOTS:
        raise incomplete(f"Không có vị trí {picture.slot}.", f"There is no slot {picture.slot}.")
    sealed_in(packet, slot=picture.slot, content=picture.content, media=picture.media, at=order.at)
    packet.quality = packet.quality | {picture.slot: {"check": picture.check, "faults": list(picture.faults)}}
    packet.absent = {slot: why for slot, why in packet.absent.items() if slot != picture.slot}
    packet.save()
    _keep_vector(order, packet, picture.slot, picture.vector)


def _keep_vector(order: Order, packet: Packet, slot: str, vector: bytes) -> None:
    """Seal the vectors anew with that of a slot; b"": with none, for no picture of it is left to compare."""
    before = _vectors(packet)
    after = {each: found for each, found in before.items() if each != slot} | ({slot: vector} if vector else {})
    if after and after != before:
        sealed_in(packet, slot=TEMPLATE, content=packed(after), media=Media.VECTOR.value, at=order.at)
    elif not after:
        drop(packet, at=order.at, slot=TEMPLATE)


def _vectors(packet: Packet) -> dict[str, bytes]:
    row = packet.pictures.filter(slot=TEMPLATE, dropped_at=None).first()
    return unpacked(opened(row, packet)) if row else {}


def _describe(order: Order, packet: Packet, features: str, absent: Mapping[str, Absence]) -> None:
    wrong = [slot for slot, why in absent.items() if slot not in SLOTS or not may_be_absent(slot, Absence(why))]
    if wrong or len(features) > LONGEST_FEATURES:
        raise incomplete(
            f"Không ghi được: {', '.join(wrong) or 'nhân dạng quá dài'}.",
            f"Cannot be noted: {', '.join(wrong) or 'the features are too long'}.",
        )
    both = _pictured(packet) & set(absent)
    if good := sorted(slot for slot in both if not packet.quality[slot]["faults"]):
        told = ", ".join(good)
        raise incomplete(f"Mâu thuẫn, đã có ảnh đạt: {told}.", f"There is a good picture of what is absent: {told}.")
    for slot in sorted(both):
        drop(packet, at=order.at, slot=slot)
        _keep_vector(order, packet, slot, b"")
    packet.features = " ".join(features.split())
    packet.absent = {slot: Absence(why).value for slot, why in absent.items()}
    packet.save()


def _pictured(packet: Packet) -> set[str]:
    """Slots of which there is a picture."""
    return set(packet.pictures.filter(dropped_at=None).values_list("slot", flat=True)) - {TEMPLATE}


def _finish(order: Order, application: Application, packet: Packet) -> None:
    there = _pictured(packet)
    if missing := missing_slots(there, packet.absent):
        told = ", ".join(missing)
        raise incomplete(f"Còn thiếu: {told}.", f"Missing: {told}.")
    packet.finished_at = order.at
    if any(packet.quality[slot]["faults"] for slot in there):
        packet.state = PacketState.POOR.value
        packet.save()
        drop(packet, at=order.at)
        return
    packet.state = PacketState.GOOD.value
    packet.save()
    application.captured_by = packet.captured_by
    take(order, application, Step.CAPTURE)
    paper(order, application, PaperKind.CC01, packet=str(packet.pk))
    paper(order, application, PaperKind.CC02, due=application.due_on.isoformat() if application.due_on else "")
