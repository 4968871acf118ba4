"""Corrections: asked for by anybody concerned, decided by the chief of the commune's police in two working days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation, require_other
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import ActorKind
from sosach.domain.population.models import Person, Petition
from sosach.domain.population.operations.journal import (
    Change,
    clean_name,
    enter,
    home,
    incomplete,
    locked,
    must_reach,
    subject,
)
from sosach.domain.population.operations.numbers import close_petition, open_petition
from sosach.domain.population.queries.resolving import ancestors
from sosach.domain.population.rules.days import day_of, is_partial_date
from sosach.domain.population.rules.numbers import CORRECTION_WORKING_DAYS
from sosach.domain.population.rules.words import (
    BLOOD_TYPES,
    PARENTS,
    ContactKind,
    Kin,
    Marital,
    OldNumberKind,
    Part,
    Sex,
)
from sosach.domain.population.states.pieces import begin, end
from sosach.domain.provenance.operations.telling import read_columns
from sosach.domain.provenance.rules import EntryKind
from sosach.vn.identifiers import old_id, phone, pin
from sosach.vn.working_days import add_working_days

CORRECTABLE = frozenset(
    {
        "full_name",
        "birth_date",
        "sex",
        "birth_place",
        "birth_registration_place",
        "birth_registration_code",
        "hometown",
        "ethnicity",
        "religion",
        "nationality",
        "second_nationality",
        "blood_type",
        "residence_file",
        "marital_status",
        "died_on",
        "other",
    }
)
_CLOSED: dict[str, frozenset[str]] = {
    "sex": frozenset({"", *Sex}),
    "marital_status": frozenset({"", *Marital}),
    "blood_type": frozenset({"", *BLOOD_TYPES}),
}
_KEEPERS = frozenset({Role.POPULATION, Role.CHIEF, Role.CIVIL_STATUS})


def check_columns(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes a correction may make, each a value its column can hold.

    Raises:
        SosachError: STATE-04.
    """
    told = read_columns(Person, CORRECTABLE, changes)
    wrong = [name for name, allowed in _CLOSED.items() if name in told and told[name] not in allowed]
    wrong += [name for name in ("birth_date", "died_on") if told.get(name) and not is_partial_date(told[name])]
    if not changes or wrong:
        raise incomplete(
            f"Không điều chỉnh được: {', '.join(wrong) or 'không có nội dung'}.",
            f"Cannot be corrected so: {', '.join(wrong) or 'nothing is told'}.",
        )
    return {**told, "full_name": clean_name(told["full_name"])} if "full_name" in told else told


@operation(
    "population.correction_asked",
    roles=frozenset({Role.CLERK, Role.CHIEF, Role.POPULATION, Role.CARDS, Role.CITIZEN}),
)
def ask_correction(order: Order, *, person_id: int, changes: Mapping[str, Any]) -> Done[Petition]:
    """Take in a request to correct data; the limit of two working days begins (Decree 70/2024 art. 6(3)).

    Raises:
        SosachError: STATE-01; STATE-02 another one is under way; STATE-04 not what can be corrected.
    """
    asked = check_columns(changes)
    person = Person.objects.filter(pk=person_id).first()
    if person is None or (order.actor.kind is ActorKind.CITIZEN and person.pk != order.actor.person_id):
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không tìm thấy người này.", en="There is no such person.")
    if person.petitions.filter(kind="correction", outcome="").exists():
        raise SosachError(
            ErrorCode.STATE_FORBIDS, vi="Đề nghị trước chưa giải quyết.", en="An earlier one is not decided yet."
        )
    due = add_working_days(day_of(order.at), CORRECTION_WORKING_DAYS)
    petition = Petition.objects.create(
        person=person, kind="correction", asked=asked, received_at=order.at, due_on=due, act=order.act
    )
    return Done(petition, [subject(person)], {"petition": petition.pk, "columns": sorted(asked)})


@operation("population.corrected", roles=frozenset({Role.CHIEF}))
def correct(
    order: Order,
    *,
    person_id: int | None = None,
    changes: Mapping[str, Any] | None = None,
    petition_id: int | None = None,
) -> Done[None]:
    """Decide a correction: one that was asked for, or one the chief sees himself.

    Args:
        order: who, when, on what evidence.
        person_id: whose data, without a petition.
        changes: column → right value; None: as asked.
        petition_id: the petition that is granted.

    Raises:
        SosachError: STATE-01; STATE-02 a marriage on record, a merged record; STATE-04; ACCESS-02.
    """
    if petition_id is not None:
        petition, person = open_petition(order, petition_id, kind="correction")
        wanted = check_columns(changes if changes is not None else petition.asked)
        close_petition(order, petition, outcome="granted")
        details: dict[str, Any] = {"petition": petition_id, "late": day_of(order.at) > petition.due_on}
    else:
        wanted, details = check_columns(changes or {}), {}
        (person,) = locked(person_id or 0)
    enter(order, person, Change("correct", wanted, kind=EntryKind.CORRECTION))
    return Done(None, [subject(person)], {"columns": sorted(wanted), **details})


@operation("population.part_noted", roles=_KEEPERS)
def note_old_number(
    order: Order, *, person_id: int, kind: OldNumberKind, number: str, issued_on: date | None = None, place: str = ""
) -> Done[None]:
    """Note a number of an older paper (item 13).

    Raises:
        SosachError: STATE-01; STATE-02; STATE-04 nothing is told. InvalidValueError: the number is none.
    """
    known = {OldNumberKind.CMND_9: old_id.validate, OldNumberKind.CMND_12: pin.validate}
    clean = known[kind](number) if kind in known else number.strip().upper()
    if not clean:
        raise incomplete("Thiếu số giấy tờ.", "The number is missing.")
    told = issued_on.isoformat() if issued_on else None
    data = {"kind": kind, "number": clean, "issued_on": told, "issued_place": place}
    return _note(order, person_id, begin(Part.OLD_NUMBER, f"{kind}:{clean}", None, **data))


@dataclass(frozen=True, slots=True)
class CardTold:
    """A card as the population register knows it.

    Attributes:
        kind: `can_cuoc`, `cccd`, `cmnd12` ….
        number: its number.
        issued_on: when.
        expires_on: until when it holds; None: for ever.
        place: who issued it.
    """

    kind: str
    number: str
    issued_on: date
    expires_on: date | None = None
    place: str = ""

    def columns(self) -> dict[str, Any]:
        """Its columns, as the journal holds them."""
        return {
            "kind": self.kind,
            "number": self.number,
            "issued_on": self.issued_on.isoformat(),
            "expires_on": self.expires_on.isoformat() if self.expires_on else None,
            "issued_place": self.place,
        }


@operation("population.part_noted", roles=_KEEPERS)
def note_card(order: Order, *, person_id: int, card: CardTold) -> Done[None]:
    """Note that a card was issued (item 14); a later one of the same kind takes its place.

    Raises:
        SosachError: STATE-01; STATE-02.
    """
    return _note(order, person_id, begin(Part.CARD, card.kind, card.issued_on, **card.columns()))


@operation("population.part_noted", roles=_KEEPERS)
def note_other_name(order: Order, *, person_id: int, name: str) -> Done[None]:
    """Note another name somebody is called by (item 2).

    Raises:
        SosachError: STATE-01; STATE-02; STATE-04.
    """
    clean = clean_name(name)
    return _note(order, person_id, begin(Part.NAME, clean, None, name=clean))


@operation("population.part_noted", roles=_KEEPERS)
def note_contact(order: Order, *, person_id: int, kind: ContactKind, value: str) -> Done[None]:
    """Note a telephone number or an address (item 25).

    Raises:
        SosachError: STATE-01; STATE-02; STATE-04. InvalidValueError: the number is none.
    """
    clean = phone.validate(value) if kind is ContactKind.PHONE else value.strip().lower()
    if kind is ContactKind.EMAIL and clean.count("@") != 1:
        raise incomplete("Địa chỉ thư không hợp lệ.", "The address is none.")
    return _note(order, person_id, begin(Part.CONTACT, f"{kind}:{clean}", day_of(order.at), kind=kind, value=clean))


@operation("population.part_noted", roles=_KEEPERS, nationwide=True)
def note_relation(order: Order, *, person_id: int, kind: Kin, other_id: int) -> Done[None]:
    """Note who is father, mother or representative (item 15); a spouse comes by marriage only.

    Raises:
        SosachError: STATE-01; STATE-02 a parent would descend from the child; STATE-04 the own parent, or a spouse; ACCESS-02;
            ACCESS-01 the officer himself.
    """
    if kind is Kin.SPOUSE or other_id == person_id:
        raise incomplete("Quan hệ không hợp lệ.", "Such a relation is not noted.")
    require_other(order.actor, other_id)
    person, other = locked(person_id, other_id)
    must_reach(order, home(person))
    if kind in PARENTS and person.pk in ancestors([other.pk]):
        raise SosachError(
            ErrorCode.STATE_FORBIDS, vi="Cha, mẹ là con cháu của người này.", en="A parent descends from the child."
        )
    return _note(order, person_id, begin(Part.RELATION, kind, None, kind=kind, other_id=other_id))


@operation("population.part_noted", roles=_KEEPERS)
def end_part(order: Order, *, person_id: int, part: Part, slot: str) -> Done[None]:
    """Note that a name, number, card, contact or relation holds no more.

    Raises:
        SosachError: STATE-01; STATE-02; STATE-04 residence and marriage have their own procedures.
    """
    if part is Part.RESIDENCE or slot == Kin.SPOUSE:
        raise incomplete("Có thủ tục riêng.", "There is a procedure of its own for it.")
    return _note(order, person_id, end(part, slot, day_of(order.at)))


def _note(order: Order, person_id: int, step: Mapping[str, Any]) -> Done[None]:
    (person,) = locked(person_id)
    enter(order, person, Change("note_part", {}, [step]))
    return Done(None, [subject(person)], {"part": str(step["part"])})
