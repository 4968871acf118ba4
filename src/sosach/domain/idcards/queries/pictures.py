"""Opens sealed pictures and what a card is made of: always for a purpose that names its ticket, always with a line in the log."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.content import CardContent, Finger
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Subject
from sosach.domain.idcards.models import Application, Doubt, Packet, SealedPicture
from sosach.domain.idcards.queries.applications import PacketSeen, not_within_reach, packet_seen
from sosach.domain.idcards.queries.holders import ending_for, holder_of, packet_of, relatives_of
from sosach.domain.idcards.queries.seals import opened
from sosach.domain.idcards.rules.applications import BIOMETRIC_AGE, born_on, is_younger
from sosach.domain.idcards.rules.endings import WORDS
from sosach.domain.idcards.rules.enrolment import FACE, FINGERS, IRISES, chip_fingers
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.packets import PacketState
from sosach.domain.population.models import Person
from sosach.domain.population.rules.words import Kin
from sosach.vn.card_validity import expires

PURPOSE = "card-biometrics"
DRAWN = (FACE, *IRISES)  # what a page can draw: fingerprints are WSQ, which no browser reads
_DESK = frozenset({Role.CARDS, Role.CARD_APPROVER})


@dataclass(frozen=True, slots=True, repr=False)
class OpenedPicture:
    """A picture in the clear.

    Attributes:
        slot: what it shows.
        media: JPEG or WSQ.
        content: its bytes; never written anywhere.
    """

    slot: str
    media: str
    content: bytes


@reading("idcards.picture_opened", roles=_DESK | {Role.PARTNER, Role.SYSTEM}, nationwide=True)
def picture(look: Look, *, picture_id: int) -> Seen[OpenedPicture]:
    """One picture of an application of the territory, in the clear.

    Raises:
        SosachError: STATE-01; STATE-02 dropped; STATE-04 without ticket or for another purpose; KEY-02.
    """
    require_ticket(look)
    row = SealedPicture.objects.select_related("packet").filter(pk=picture_id).first()
    if row is None or not _reached(look, row.packet):
        raise not_within_reach()
    found = OpenedPicture(row.slot, row.media, opened(row, row.packet))
    subjects = [Subject("person", str(row.packet.person_id))]
    return Seen(found, subjects, details={"picture": row.pk, "slot": row.slot, "packet": row.packet_id})


@reading("idcards.picture_opened", roles=frozenset({Role.SYSTEM}), nationwide=True)
def pictures_of_packet(look: Look, *, packet_id: int) -> Seen[list[OpenedPicture]]:
    """Every picture of a capture in the clear, for a matcher elsewhere.

    Raises:
        SosachError: STATE-01; STATE-04 without ticket or for another purpose; KEY-02.
    """
    require_ticket(look)
    packet = Packet.objects.filter(pk=packet_id).first()
    if packet is None:
        raise not_within_reach()
    rows = packet.pictures.filter(dropped_at=None, slot__in=packet.quality).order_by("pk")
    found = [OpenedPicture(row.slot, row.media, opened(row, packet)) for row in rows]
    slots = [one.slot for one in found]
    return Seen(found, [Subject("person", str(packet.person_id))], details={"packet": packet.pk, "slots": slots})


@reading("idcards.applications_listed", roles=frozenset({Role.SYSTEM}), nationwide=True)
def screening_waits(look: Look, *, limit: int = 100) -> Seen[list[tuple[int, int]]]:
    """Applications a matcher elsewhere is to be asked about: (application, packet), the oldest first."""
    del look
    rows = Application.objects.filter(state=State.SCREENING.value).order_by("pk")[:limit]
    pairs = [(row, packet) for row in rows if (packet := packet_of(row)) is not None]
    subjects = [Subject("card_application", str(row.pk), row.commune_code) for row, _ in pairs]
    return Seen([(row.pk, packet.pk) for row, packet in pairs], subjects)


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """A doubt in a list.

    Attributes:
        doubt_id: its id.
        application_id: the application that waits.
        number: of the application.
        full_name: of the applicant.
        other_name: of the other record.
        score: how alike the matcher found them, 0 to 1.
        slots: what looks alike.
        raised_at: when.
        verdicts: how many have spoken.
        outcome: same, different, or "" while open.
    """

    doubt_id: int
    application_id: int
    number: str
    full_name: str
    other_name: str
    score: float
    slots: tuple[str, ...]
    raised_at: datetime
    verdicts: int
    outcome: str


@reading("idcards.doubts_listed", roles=frozenset({Role.CARD_APPROVER}), nationwide=True)
def doubts(look: Look, *, limit: int = 100) -> Seen[list[DoubtLine]]:
    """Open doubts of the territory that are waited for, the oldest first."""
    reached = scoped(Application.objects.filter(state=State.DOUBTED.value), look.actor)
    rows = Doubt.objects.filter(outcome="", application__in=reached, packet__state=PacketState.GOOD.value)
    rows = rows.select_related("application__person")
    found = list(rows.order_by("pk")[:limit])
    names = dict(Person.objects.filter(pk__in=[row.other_person_id for row in found]).values_list("pk", "full_name"))
    subjects = [
        Subject("person", str(key)) for row in found for key in (row.application.person_id, row.other_person_id)
    ]
    return Seen([_line(row, names.get(row.other_person_id, "")) for row in found], subjects)


@dataclass(frozen=True, slots=True)
class DoubtSeen:
    """Two captures side by side, with the pictures a human compares.

    Attributes:
        line: as in the list.
        here: the capture of the application.
        there: the other one.
        pictures: slot → (of the application, of the other one); None where one is missing; empty for who may not judge (any more).
        fingers: how many fingerprints there are (of the application, of the other one): in WSQ, compared by the matcher, not opened.
        said: key of whoever has spoken → what.
        judges: whether whoever looks may say something: neither has captured one of them nor spoken, and the doubt is open.
    """

    line: DoubtLine
    here: PacketSeen
    there: PacketSeen
    pictures: dict[str, tuple[OpenedPicture | None, OpenedPicture | None]]
    fingers: tuple[int, int]
    said: dict[str, str]
    judges: bool


@reading("idcards.doubt_read", roles=frozenset({Role.CARD_APPROVER}), nationwide=True)
def doubt(look: Look, *, doubt_id: int) -> Seen[DoubtSeen]:
    """A doubt about an application of the territory; for who may still judge it, with the faces of both captures in the clear.

    Raises:
        SosachError: STATE-01; STATE-04 without ticket or for another purpose; KEY-02.
    """
    require_ticket(look)
    rows = Doubt.objects.select_related("application__person", "packet", "other_packet", "other_person")
    row = rows.filter(pk=doubt_id, application__in=scoped(Application.objects.all(), look.actor)).first()
    if row is None:
        raise not_within_reach()
    here, there = packet_seen(row.packet), packet_seen(row.other_packet)
    said = dict(row.verdicts.order_by("pk").values_list("actor_key", "says"))
    judges = _may_judge(look.actor, row, said)
    rows = [_drawn(packet) if judges else {} for packet in (row.packet, row.other_packet)]
    found = DoubtSeen(
        _line(row, row.other_person.full_name),
        here,
        there,
        {slot: (_opened(rows[0].get(slot)), _opened(rows[1].get(slot))) for slot in DRAWN if slot in rows[0] | rows[1]},
        (_fingers(here), _fingers(there)),
        said,
        judges,
    )
    subjects = [Subject("person", str(key)) for key in (row.application.person_id, row.other_person_id)]
    unwrapped = [each.pk for side in rows for each in side.values()]
    return Seen(found, subjects, details={"doubt": row.pk, "pictures": unwrapped})


@reading("idcards.content_opened", roles=frozenset({Role.CARD_STOCK, Role.SYSTEM}), nationwide=True)
def content_of(look: Look, *, application_id: int, issued: date, reference: str) -> Seen[CardContent]:
    """What the card of an approved application says, pictures in the clear: for a job, whose number is the ticket.

    Args:
        look: who; purpose `card-biometrics`; `reference`: number of the job.
        application_id: an approved application, or one in work.
        issued: day of issue.
        reference: serial of the blank.

    Raises:
        SosachError: STATE-01; STATE-02 not approved, no capture opens, or the record lacks something by now; STATE-04; KEY-02.
    """
    require_ticket(look)
    row = Application.objects.select_related("person").filter(pk=application_id).first()
    if row is None:
        raise not_within_reach()
    if row.state not in {State.APPROVED.value, State.MADE.value}:
        raise _forbidden("Hồ sơ chưa được phê duyệt.", "The application is not approved.")
    content = _content(row, issued, reference)
    fingers = [finger.position for finger in content.fingers]
    subjects = [
        Subject("card_application", str(row.pk), row.commune_code),
        Subject("person", str(row.person_id), row.commune_code),
    ]
    return Seen(content, subjects, details={"face": bool(content.portrait), "fingers": fingers})


def _content(row: Application, issued: date, reference: str) -> CardContent:
    person, holder = row.person, holder_of(row.person)
    born = born_on(holder.birth_date)
    if born is None:
        raise _forbidden("Ngày sinh chưa đủ ngày, tháng, năm.", "The date of birth is not known to the day.")
    if (why := ending_for(person)) is not None:
        raise _forbidden(*WORDS[why])
    packet = packet_of(row)
    if packet is None and not is_younger(born, BIOMETRIC_AGE, on=row.received_on):
        raise _forbidden("Không có lượt thu nhận mở được.", "There is no capture that opens.")
    kin = relatives_of(person)
    portrait, fingers = _biometrics(packet)
    return CardContent(
        pin=holder.pin,
        full_name=holder.full_name,
        birth=born,
        sex=holder.sex,
        nationality="Việt Nam",
        ethnicity=person.ethnicity,
        religion=person.religion,
        origin=person.hometown,
        residence=holder.residence,
        birth_place=person.birth_registration_place or person.birth_place,
        marks=packet.features if packet else "",
        issued=issued,
        expires=expires(birth=born, issued=issued),
        father=kin.get(Kin.FATHER, "") or kin.get(Kin.ADOPTIVE_FATHER, ""),
        mother=kin.get(Kin.MOTHER, "") or kin.get(Kin.ADOPTIVE_MOTHER, ""),
        spouse=kin.get(Kin.SPOUSE, ""),
        old_id=_old_id(person),
        reference=reference,
        portrait=portrait,
        fingers=fingers,
    )


def _biometrics(packet: Packet | None) -> tuple[bytes, tuple[Finger, ...]]:
    """The face, and the fingers that go onto the chip; nothing else is opened."""
    if packet is None:
        return b"", ()
    rows = {row.slot: row for row in packet.pictures.filter(dropped_at=None)}
    there = [int(slot.rpartition("-")[2]) for slot in rows if slot in FINGERS]
    fingers = tuple(
        Finger(position=position, picture=opened(rows[f"finger-{position}"], packet))
        for position in chip_fingers(there)
    )
    return opened(rows[FACE], packet), fingers


def _old_id(person: Person) -> str:
    """The newest nine-digit number of the person (item 13)."""
    rows = person.oldnumber_rows.filter(kind="cmnd9", holds=True, number__regex=r"^[0-9]{9}$")
    return str(rows.order_by("-issued_on", "-pk").values_list("number", flat=True).first() or "")


def _may_judge(actor: Actor, doubt: Doubt, said: Collection[str]) -> bool:
    """Whether `judge_doubt` would take a word of theirs; `said` by whom there is one already."""
    captured = any(actor.is_also(packet.captured_by) for packet in (doubt.packet, doubt.other_packet))
    waits = doubt.application.state == State.DOUBTED.value and doubt.packet.state == PacketState.GOOD.value
    own = actor.person_id is not None and actor.person_id in {doubt.packet.person_id, doubt.other_person_id}
    return not doubt.outcome and waits and not captured and not own and actor.key not in said


def _drawn(packet: Packet) -> dict[str, SealedPicture]:
    """Pictures of a capture that a page can draw; nothing of an erased one is left."""
    return {row.slot: row for row in packet.pictures.filter(dropped_at=None, slot__in=DRAWN).select_related("packet")}


def _opened(row: SealedPicture | None) -> OpenedPicture | None:
    return OpenedPicture(row.slot, row.media, opened(row, row.packet)) if row else None


def _fingers(seen: PacketSeen) -> int:
    return sum(each.slot in FINGERS for each in seen.pictures)


def _line(row: Doubt, other_name: str) -> DoubtLine:
    return DoubtLine(
        row.pk,
        row.application_id,
        row.application.number,
        row.application.person.full_name,
        other_name,
        row.score,
        tuple(row.slots),
        row.raised_at,
        row.verdicts.count(),
        row.outcome,
    )


def _reached(look: Look, packet: Packet) -> bool:
    return scoped(Application.objects.filter(pk=packet.application_id), look.actor).exists()


def require_ticket(look: Look) -> None:
    """Refuse to open anything without the purpose and the number of an application or job.

    Raises:
        SosachError: STATE-04.
    """
    if look.purpose != PURPOSE or not look.reference.strip():
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Mở ảnh đã niêm phong cần mục đích và số hồ sơ hoặc lệnh sản xuất.",
            en="To open a sealed picture, a purpose and the number of an application or job are needed.",
        )


def _forbidden(vi: str, en: str) -> SosachError:
    return SosachError(ErrorCode.STATE_FORBIDS, vi=vi, en=en)
