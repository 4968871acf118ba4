"""What a citizen sees: the own declarations, and what others declare about the own vehicle."""

from dataclasses import dataclass
from datetime import date, datetime

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.declarations.models import Declaration, Objection
from sosach.domain.declarations.queries.showing import (
    PLAIN,
    Line,
    PhotoShown,
    Said,
    line_of,
    photos_of,
    receipt_of,
    thread_of,
)
from sosach.domain.declarations.queries.standing import standing_of
from sosach.domain.declarations.rules import Receipt
from sosach.domain.declarations.states import OPEN, State, Verb, possible
from sosach.domain.population.rules.days import day_of
from sosach.domain.vehicles.models import Vehicle

CITIZENS = frozenset({Role.CITIZEN})
PAGE = 100


@dataclass(frozen=True, slots=True)
class Mine:
    """An own declaration, whole.

    Attributes:
        line: number, kind, state, days.
        answers: as typed.
        state_vi: where it stands, in plain words, Vietnamese.
        state_en: in English.
        receipt: signed; None for drafts.
        thread: what happened and was said.
        photos: without bytes.
        verbs: what can be done with it now (`save`, `submit`, `withdraw`, `answer`).
        objecting_until: last day for the holder on record to object.
        is_late: whether the time limit is over and nobody answered.
    """

    line: Line
    answers: dict[str, str]
    state_vi: str
    state_en: str
    receipt: Receipt | None
    thread: tuple[Said, ...]
    photos: tuple[PhotoShown, ...]
    verbs: frozenset[Verb]
    objecting_until: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Claimed:
    """What somebody else declares about the own vehicle or licence; who it is, the desk tells those whom it concerns.

    Attributes:
        declaration_id: to object to.
        kind: code.
        plate: of the own vehicle, as painted; "" for licences.
        submitted_at: when.
        objecting_until: last day to object before anybody decides; None where there is no such time: object soon.
        state: where it stands.
        may_object: whether that is possible now.
        objection_id: the own open objection.
    """

    declaration_id: int
    kind: str
    plate: str
    submitted_at: datetime | None
    objecting_until: date | None
    state: State
    may_object: bool
    objection_id: int | None


@reading("declarations.own_listed", roles=CITIZENS)
def mine(look: Look, *, before: int | None = None, limit: int = PAGE) -> Seen[tuple[Line, ...]]:
    """Own declarations and drafts, the latest first; `before` is the id of the last one of the page before."""
    rows = scoped(Declaration.objects.defer("answers"), look.actor, person="person_id")
    page = rows.filter(pk__lt=before) if before is not None else rows
    found = list(page.order_by("-pk")[: min(limit, PAGE)])
    return Seen(tuple(map(line_of, found)), [_subject(row) for row in found])


@reading("declarations.own_read", roles=CITIZENS)
def my_declaration(look: Look, *, declaration_id: int) -> Seen[Mine | None]:
    """An own declaration with its thread, state in words and what can be done; None where it is not the own one."""
    found = scoped(Declaration.objects.filter(pk=declaration_id), look.actor, person="person_id").first()
    if found is None:
        return Seen(None, [])
    day = day_of(look.at)
    vi, en = PLAIN[State(found.state)]
    told = Mine(
        line=line_of(found),
        answers=found.answers,
        state_vi=vi,
        state_en=en,
        receipt=receipt_of(found) if found.submitted_at is not None else None,
        thread=thread_of(found, own=True),
        photos=photos_of(found, own=True),
        verbs=possible(standing_of(found), look.actor, day),
        objecting_until=found.objecting_until,
        is_late=State(found.state) in OPEN and found.due_on is not None and found.due_on < day,
    )
    return Seen(told, [_subject(found)])


@reading("declarations.notices_read", roles=CITIZENS, nationwide=True)
def notices_to_me(
    look: Look,
    *,
    before: int | None = None,
    to_answer: bool = False,
    declaration_id: int | None = None,
    limit: int = PAGE,
) -> Seen[tuple[Claimed, ...]]:
    """Declarations of others about vehicles and licences the registers have in one's name, the latest first.

    Args:
        look: of the citizen.
        before: id of the last one of the page before.
        to_answer: those one may still object to, and has not.
        declaration_id: this one alone, however old it is.
        limit: length of a page.
    """
    own = look.actor.person_id
    rows = Declaration.objects.filter(holder_id=own, submitted_at__isnull=False).exclude(person_id=own)
    if declaration_id is not None:
        rows = rows.filter(pk=declaration_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if to_answer:
        mine_open = Objection.objects.filter(person_id=own, outcome="").values("declaration")
        rows = rows.filter(state__in=[str(state) for state in OPEN]).exclude(pk__in=mine_open)
    found = list(rows.defer("answers").order_by("-pk")[: max(0, min(limit, PAGE))])
    plates = _plates([row.record_id for row in found if row.register == "vehicles" and row.record_id])
    objected = dict(
        Objection.objects.filter(declaration__in=found, person_id=own, outcome="").values_list("declaration_id", "pk")
    )
    told = tuple(
        Claimed(
            declaration_id=row.pk,
            kind=row.kind,
            plate=plates.get(row.record_id or 0, ""),
            submitted_at=row.submitted_at,
            objecting_until=row.objecting_until,
            state=State(row.state),
            may_object=State(row.state) in OPEN and row.pk not in objected,
            objection_id=objected.get(row.pk),
        )
        for row in found
    )
    return Seen(told, [_subject(row) for row in found])


def _plates(records: list[int]) -> dict[int, str]:
    rows = Vehicle.objects.filter(pk__in=records).values_list("pk", "plate_display", "plate_number")
    return {key: display or number for key, display, number in rows}


def _subject(row: Declaration) -> Subject:
    return Subject("declaration", str(row.pk), row.commune_code or "")
