"""One declaration as the desk needs it: claim, evidence, registers and other declarations side by side, differences marked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.declarations.models import Attachment, Declaration, Objection
from sosach.domain.declarations.queries.comparing import Comparison, compared, records
from sosach.domain.declarations.queries.queues import OFFICERS
from sosach.domain.declarations.queries.showing import PhotoShown, Said, photos_of, thread_of
from sosach.domain.declarations.queries.standing import has_consent, meeting, standing_of
from sosach.domain.declarations.rules import Kind, kind_of
from sosach.domain.declarations.rules.kinds import OBJECTION
from sosach.domain.declarations.states import Standing, State, Verb, possible
from sosach.domain.licences.models import Licence
from sosach.domain.population.models import Person
from sosach.domain.population.rules.days import day_of
from sosach.domain.vehicles.models import Vehicle

MOST = 50


@dataclass(frozen=True, slots=True)
class Meeting:
    """Somebody else's declaration about the same numbers.

    Attributes:
        declaration_id: of the other one.
        number: of the other one.
        kind: code.
        state: where it stands.
        person_id: who declared it.
        full_name: of that person.
        commune_code: in charge of it.
        submitted_at: when.
        same: which numbers are the same: `plate`, `chassis`, `licence`.
        competes: whether both claim to own it.
        agrees: whether it is the sale of the holder on record to this declarant.
    """

    declaration_id: int
    number: str
    kind: str
    state: State
    person_id: int
    full_name: str
    commune_code: str
    submitted_at: datetime
    same: tuple[str, ...]
    competes: bool
    agrees: bool


@dataclass(frozen=True, slots=True)
class Case:
    """Everything about a declaration.

    Attributes:
        declaration: its row.
        kind: of the catalogue.
        standing: who stood for it, open objections.
        verbs: what this officer may do now.
        person: who declared.
        records: of the register its numbers lead to: vehicles or licences.
        holders: owners and holders of these records.
        comparison: claim and register, item by item.
        meetings: declarations of others about the same numbers.
        thread: everything that happened and was said.
        photos: without bytes.
        objections: all, oldest first.
    """

    declaration: Declaration
    kind: Kind
    standing: Standing
    verbs: frozenset[Verb]
    person: Person
    records: tuple[Vehicle | Licence, ...]
    holders: tuple[Person, ...]
    comparison: tuple[Comparison, ...]
    meetings: tuple[Meeting, ...]
    thread: tuple[Said, ...]
    photos: tuple[PhotoShown, ...]
    objections: tuple[Objection, ...]


@reading("declarations.case_read", roles=OFFICERS, nationwide=True)
def declaration_case(look: Look, *, declaration_id: int) -> Seen[Case | None]:
    """A declaration of the territory with all that decides about it; None outside.

    The vehicle, its owner and other declarations may lie in another territory: whoever decides has to see what contradicts.
    """
    found = scoped(Declaration.objects.filter(pk=declaration_id), look.actor).first()
    if found is None or found.submitted_at is None:
        return Seen(None, [])
    kind, standing = kind_of(found.kind), standing_of(found)
    person = Person.objects.get(pk=found.person_id)
    there = records(kind, found)
    holders = tuple(Person.objects.filter(pk__in=_holders(there)).order_by("pk"))
    met = _meetings(found)
    told = Case(
        declaration=found,
        kind=kind,
        standing=standing,
        verbs=possible(standing, look.actor, day_of(look.at)),
        person=person,
        records=there,
        holders=holders,
        comparison=compared(kind, found, person, there),
        meetings=met,
        thread=thread_of(found, own=False),
        photos=photos_of(found, own=False),
        objections=tuple(Objection.objects.filter(declaration=found).order_by("pk")),
    )
    return Seen(told, _subjects(told), found.number)


@reading("declarations.photo_read", roles=OFFICERS | {Role.CITIZEN})
def photo(look: Look, *, declaration_id: int, photo_id: int) -> Seen[tuple[str, bytes] | None]:
    """Media type and bytes of a photo, for the declarant and the desk in charge; None outside the reach.

    What a citizen has not sent yet is nobody else's.
    """
    declaration = scoped(Declaration.objects.filter(pk=declaration_id), look.actor, person="person_id").first()
    unsent = declaration is not None and declaration.submitted_at is None
    if declaration is None or (unsent and look.actor.level is not Level.PERSON and declaration.channel == "portal"):
        return Seen(None, [])
    rows = Attachment.objects.filter(pk=photo_id, declaration=declaration, removed_at__isnull=True)
    if look.actor.level is Level.PERSON:
        rows = rows.exclude(slot=OBJECTION)
    found = rows.values_list("media_type", "content").first()
    if found is None:
        return Seen(None, [])
    told = [Subject("declaration", str(declaration.pk), declaration.commune_code or "")]
    return Seen((found[0], bytes(found[1])), [*told, Subject("person", str(declaration.person_id))], declaration.number)


def _meetings(declaration: Declaration) -> tuple[Meeting, ...]:
    agreeing = declaration.holder_id if has_consent(declaration) else None
    owns = kind_of(declaration.kind).changes_owner
    return tuple(
        Meeting(
            declaration_id=row.pk,
            number=row.number,
            kind=row.kind,
            state=State(row.state),
            person_id=row.person_id,
            full_name=row.person.full_name,
            commune_code=row.commune_code or "",
            submitted_at=row.submitted_at,
            same=_same(row, declaration),
            competes=owns and kind_of(row.kind).changes_owner,
            agrees=row.person_id == agreeing and row.kind == "vehicle_sold",
        )
        for row in meeting(declaration).select_related("person")[:MOST]
    )


def _same(one: Declaration, other: Declaration) -> tuple[str, ...]:
    pairs = {
        name: (getattr(one, f"{name}_key"), getattr(other, f"{name}_key")) for name in ("plate", "chassis", "licence")
    }
    return tuple(name for name, (here, there) in pairs.items() if here and here == there)


def _holders(rows: Iterable[Vehicle | Licence]) -> list[int]:
    found = [row.owner_person_id if isinstance(row, Vehicle) else row.holder_id for row in rows]
    return [key for key in found if key is not None]


def _subjects(told: Case) -> list[Subject]:
    """Everybody whose data the case shows."""
    kind = {"vehicles": "vehicle", "licences": "licence"}.get(told.kind.register, "person")
    own = Subject("declaration", str(told.declaration.pk), told.declaration.commune_code or "")
    people = [Subject("person", str(row.pk), row.commune_code or "") for row in (told.person, *told.holders)]
    found = [Subject(kind, str(row.pk), row.commune_code or "") for row in told.records]
    others = [Subject("declaration", str(each.declaration_id), each.commune_code) for each in told.meetings]
    declared = [Subject("person", str(each.person_id)) for each in told.meetings]
    return [own, *people, *found, *others, *declared]
