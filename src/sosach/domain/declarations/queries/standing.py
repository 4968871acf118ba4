"""What decides about the next step of a declaration, and what meets it; for verbs and guarded looks."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.declarations.models import Declaration, Note, Objection
from sosach.domain.declarations.rules import kind_of, kinds
from sosach.domain.declarations.states import OPEN, Standing, State, Verb, is_same_human
from sosach.domain.population.models import Person
from sosach.vn.names import keys

SOLD = "vehicle_sold"
PORTAL = "portal"
_SPOKEN = [str(Verb.SUBMIT), str(Verb.ANSWER)]
# A claim that was refused or withdrawn says nothing any more; a draft says nothing yet.
_SAID = [str(state) for state in (*sorted(OPEN), State.APPROVED, State.APPLIED)]


def standing_of(declaration: Declaration) -> Standing:
    """Where a declaration stands, with who stood for it."""
    kind = kind_of(declaration.kind)
    objected = declaration.state == State.OBJECTED
    return Standing(
        declarant=declaration.person_id,
        people=kind.people,
        commune=declaration.commune_code,
        province=declaration.province_code,
        state=State(declaration.state),
        resumes=State(declaration.resumes) if declaration.resumes else None,
        objections=_objectors(declaration) if objected else frozenset(),
        verified_by=actor_of(declaration.verified_by),
        approved_by=actor_of(declaration.approved_by),
        retraction_by=actor_of(declaration.retraction_by),
        objecting_until=declaration.objecting_until,
        consented=declaration.state == State.VERIFIED and kind.changes_owner and has_consent(declaration),
    )


def actor_of(told: Mapping[str, Any] | None) -> Actor | None:
    """Who stood for something, with the rights held then."""
    if told is None:
        return None
    return Actor(
        ActorKind(told["kind"]),
        told["key"],
        Level(told["level"]),
        told["unit"],
        frozenset(told["roles"]),
        told["person_id"],
    )


def meeting(declaration: Declaration) -> QuerySet[Declaration]:
    """Declarations of other people about the same plate, chassis or licence number, as far as they still say something.

    Both sides find each other by what they typed, so that it does not matter who came first, or whether both came at once.
    """
    same = Q()
    for column in ("plate_key", "chassis_key", "licence_key"):
        if value := getattr(declaration, column):
            same |= Q(**{column: value})
    if not same:
        return Declaration.objects.none()
    return Declaration.objects.filter(same, state__in=_SAID).exclude(person_id=declaration.person_id).order_by("pk")


def has_consent(declaration: Declaration) -> bool:
    """Whether the holder on record declared that the vehicle went to this declarant: by number, or by name where none is told.

    His own words, or what two officers accepted: a sale one officer wrote down, changed or accepted alone is no consent.
    """
    if declaration.holder_id is None:
        return False
    sales = [row for row in meeting(declaration).filter(kind=SOLD, person_id=declaration.holder_id) if _is_certain(row)]
    if not sales:
        return False
    person = Person.objects.get(pk=declaration.person_id)
    return any(_means(row.answers, person) for row in sales)


def _is_certain(sale: Declaration) -> bool:
    """Whether a sale is what the seller said, or what one officer verified and another approved."""
    second = actor_of(sale.approved_by)
    if sale.state == State.APPLIED and second is not None and not is_same_human(actor_of(sale.verified_by), second):
        return True
    at_the_desk = Note.objects.filter(declaration=sale, what__in=_SPOKEN, actor_kind=str(ActorKind.OFFICER))
    return sale.channel == PORTAL and not at_the_desk.exists()


def _means(answers: Mapping[str, str], person: Person) -> bool:
    if answers.get("buyer_pin"):
        return "".join(filter(str.isdigit, answers["buyer_pin"])) == person.pin
    return keys(answers.get("buyer_name", "")).k1 == keys(person.full_name).k1


def _objectors(declaration: Declaration) -> frozenset[int]:
    return frozenset(Objection.objects.filter(declaration=declaration, outcome="").values_list("person_id", flat=True))


def competing(declaration: Declaration) -> QuerySet[Declaration]:
    """Open claims of other people to own the same vehicle."""
    owning = [kind.code for kind in kinds().values() if kind.changes_owner]
    return meeting(declaration).filter(kind__in=owning, state__in=[str(state) for state in sorted(OPEN)])
