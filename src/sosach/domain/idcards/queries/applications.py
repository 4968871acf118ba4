"""Looks at applications: who could apply and what stands against it, one application whole, lists, the citizen's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Subject
from sosach.domain.idcards.models import Application, ApplicationStep, ApplicationTransfer, Packet, Paper, SealedPicture
from sosach.domain.idcards.queries.holders import holder_of, packet_of, represented_by, residence_of
from sosach.domain.idcards.rules.applications import ADULT_CARD_AGE, Holder, born_by
from sosach.domain.idcards.rules.clock import Pause, is_late, used_on
from sosach.domain.idcards.states.applications import CLOSED, State
from sosach.domain.population.rules.days import day_of

DESK = frozenset({Role.CARDS, Role.CARD_APPROVER})
OFFICERS = DESK | {Role.CARD_STOCK, Role.CARD_QUALITY}
LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class PictureSeen:
    """That there is a picture, not the picture: `queries.pictures.picture` opens it.

    Attributes:
        picture_id: of the sealed row.
        slot: what it shows.
        media: JPEG or WSQ.
        size: in bytes.
        faults: what the quality check found.
    """

    picture_id: int
    slot: str
    media: str
    size: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PacketSeen:
    """A capture.

    Attributes:
        packet_id: of the packet.
        state: open, good, poor, dropped, erased.
        captured_by: key of the account.
        device: station.
        finished_at: when; None while it is open.
        features: identifying features.
        absent: slot → why there is no picture.
        pictures: those that can be opened.
        quality: slot → what its check found, also of pictures dropped since.
    """

    packet_id: int
    state: str
    captured_by: str
    device: str
    finished_at: datetime | None
    features: str
    absent: Mapping[str, str]
    pictures: tuple[PictureSeen, ...]
    quality: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """An application in a list.

    Attributes:
        application_id: its id.
        number: as on its papers.
        person_id: whom the card is for.
        full_name: of the person.
        pin: of the person.
        kind: first, exchange, reissue.
        ground: why.
        state: how far it is.
        channel: how it came in.
        priority: 0 to 9.
        received_on: day it came in.
        due_on: last day of the limit; None while the clock stands still.
        late: whether the limit has passed.
        used: working days that have counted.
        commune_code: office.
    """

    application_id: int
    number: str
    person_id: int
    full_name: str
    pin: str
    kind: str
    ground: str
    state: str
    channel: str
    priority: int
    received_on: date
    due_on: date | None
    late: bool
    used: int
    commune_code: str


@dataclass(frozen=True, slots=True)
class ApplicationSeen:
    """An application whole.

    Attributes:
        line: as in lists.
        row: its columns.
        holder: what the register says now.
        residence: place of residence now.
        problems: what stands against it by its last check.
        pauses: when the clock stood still.
        steps: what happened to it.
        transfers: from where to where it went, in that order.
        packets: captures, the last first.
        used_packet: the capture a card is made from; None under six, or none yet.
        papers: numbered papers.
        doubts: ids of doubts about it.
    """

    line: ApplicationLine
    row: Application
    holder: Holder
    residence: str
    problems: tuple[str, ...]
    pauses: tuple[Pause, ...]
    steps: tuple[ApplicationStep, ...]
    transfers: tuple[ApplicationTransfer, ...]
    packets: tuple[PacketSeen, ...]
    used_packet: int | None
    papers: tuple[Paper, ...]
    doubts: tuple[int, ...]


@reading("idcards.application_read", roles=OFFICERS | {Role.CITIZEN, Role.PARTNER, Role.SYSTEM}, nationwide=True)
def application(look: Look, *, application_id: int) -> Seen[ApplicationSeen]:
    """An application of the territory, the citizen's own, or a represented child's, with its history, captures and papers; no picture is opened.

    Raises:
        SosachError: STATE-01.
    """
    # whoever represents a child may live elsewhere, out of the officer's sight once the look is over
    rows = Application.objects.filter(pk=application_id).select_related("representative")
    row = within_reach(rows, look.actor, on=day_of(look.at)).first()
    if row is None:
        raise not_within_reach()
    packet = packet_of(row)
    found = ApplicationSeen(
        line=line_of(row, day_of(look.at)),
        row=row,
        holder=holder_of(row.person),
        residence=residence_of(row.person),
        problems=tuple(row.problems),
        pauses=tuple(Pause(*each) for each in row.pauses.order_by("pk").values_list("begins_on", "ends_on")),
        steps=tuple(row.steps.order_by("pk")),
        transfers=tuple(row.transfers.order_by("pk")),
        packets=tuple(packet_seen(each) for each in row.packets.order_by("-pk")),
        used_packet=packet.pk if packet else None,
        papers=tuple(row.papers.order_by("pk")),
        doubts=()
        if look.actor.kind is ActorKind.CITIZEN
        else tuple(row.doubts.order_by("pk").values_list("pk", flat=True)),
    )
    return Seen(found, _subjects([row]))


@reading("idcards.applications_listed", roles=OFFICERS | {Role.PARTNER, Role.SYSTEM}, nationwide=True)
def applications(
    look: Look,
    *,
    states: frozenset[State] = frozenset(),
    late: bool = False,
    text: str = "",
    offset: int = 0,
    limit: int = 50,
) -> Seen[tuple[list[ApplicationLine], int]]:
    """Applications of the territory, the most urgent first, and how many there are: count and list are one query.

    Args:
        look: who, why, when.
        states: which; empty: all that are not closed.
        late: only those whose limit has passed.
        text: number of an application, or a PIN.
        offset: lines to leave out.
        limit: lines at most.
    """
    rows = selected(look, states=states, late=late, text=text)
    page = rows.order_by(F("due_on").asc(nulls_last=True), "pk")[offset : offset + min(limit, LARGEST_PAGE)]
    found = list(page.select_related("person"))
    day = day_of(look.at)
    return Seen(([line_of(row, day) for row in found], rows.count()), _subjects(found))


def selected(
    look: Look, *, states: frozenset[State] = frozenset(), late: bool = False, text: str = ""
) -> QuerySet[Application]:
    """Applications a list or a count is about."""
    rows = scoped(Application.objects.all(), look.actor, person="person_id")
    rows = rows.filter(state__in=_values(states)) if states else rows.exclude(state__in=_values(CLOSED))
    if late:
        rows = rows.filter(due_on__lt=day_of(look.at))
    wanted = text.strip()
    return rows.filter(Q(number=wanted.upper()) | Q(person__pin=wanted)) if wanted else rows


@reading("idcards.own_applications_read", roles=frozenset({Role.CITIZEN}), nationwide=True)
def own_applications(look: Look) -> Seen[list[ApplicationLine]]:
    """Applications for the citizen, and those the citizen made for a child, the latest first."""
    rows = within_reach(Application.objects.select_related("person"), look.actor, on=day_of(look.at))
    found = list(rows.order_by("-pk"))
    return Seen([line_of(row, day_of(look.at)) for row in found], _subjects(found))


def within_reach(rows: QuerySet[Application], actor: Actor, *, on: date) -> QuerySet[Application]:
    """Applications of the territory; for a citizen the own ones, and those made for a child.

    Once closed, a child's is shown as long as it is a child whom the register names the citizen as parent or representative of: the
    page tells where the child lives today.
    """
    if actor.kind is not ActorKind.CITIZEN:
        return scoped(rows, actor)
    still = Q(
        person__in=represented_by(actor.person_id), person__birth_date__gt=born_by(on, ADULT_CARD_AGE).isoformat()
    )
    open_ones = ~Q(state__in=_values(CLOSED))
    return rows.filter(Q(person_id=actor.person_id) | (Q(representative_id=actor.person_id) & (still | open_ones)))


def line_of(row: Application, day: date) -> ApplicationLine:
    """An application as a list shows it."""
    pauses = [Pause(*each) for each in row.pauses.order_by("pk").values_list("begins_on", "ends_on")]
    closed = day_of(row.closed_at) if row.closed_at else day
    return ApplicationLine(
        application_id=row.pk,
        number=row.number,
        person_id=row.person_id,
        full_name=row.person.full_name,
        pin=row.person.pin or "",
        kind=row.kind,
        ground=row.ground,
        state=row.state,
        channel=row.channel,
        priority=row.priority,
        received_on=row.received_on,
        due_on=row.due_on,
        late=is_late(row.due_on, min(closed, day)),
        used=used_on(row.received_on, pauses, min(closed, day)),
        commune_code=row.commune_code,
    )


def packet_seen(packet: Packet) -> PacketSeen:
    """A capture as a look shows it, unopened."""
    rows = packet.pictures.filter(dropped_at=None).defer("content", "wrapped_key").order_by("pk")
    return PacketSeen(
        packet_id=packet.pk,
        state=packet.state,
        captured_by=packet.captured_by,
        device=packet.device,
        finished_at=packet.finished_at,
        features=packet.features,
        absent=packet.absent,
        pictures=tuple(_picture(row, packet) for row in rows if row.slot in packet.quality),
        quality=packet.quality,
    )


def _picture(row: SealedPicture, packet: Packet) -> PictureSeen:
    return PictureSeen(row.pk, row.slot, row.media, row.size, tuple(packet.quality[row.slot]["faults"]))


def not_within_reach() -> SosachError:
    """STATE-01."""
    return SosachError(
        ErrorCode.NOT_FOUND,
        vi="Không tìm thấy hồ sơ thẻ căn cước.",
        en="There is no such application within reach.",
    )


def _subjects(rows: list[Application]) -> list[Subject]:
    return [
        subject
        for row in rows
        for subject in (
            Subject("card_application", str(row.pk), row.commune_code),
            Subject("person", str(row.person_id), row.commune_code),
        )
    ]


def _values(states: frozenset[State]) -> list[str]:
    return sorted(state.value for state in states)
