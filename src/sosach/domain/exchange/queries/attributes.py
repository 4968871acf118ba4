"""What partners may be told of a record, by the names agreements use; numbers of people stay apart until it is known who asks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import ForeignKey, Model

from sosach.base.sensitivity import PERSONAL, Sensitivity
from sosach.domain.audit.rules import Subject
from sosach.domain.licences.models import Licence
from sosach.domain.licences.queries.derived import subjects_of as licence_subjects
from sosach.domain.licences.queries.views import LicenceView, view_of
from sosach.domain.population.models import Card, Contact, OldNumber, OtherName, Person, Relation, Residence
from sosach.domain.population.queries.views import subject_of
from sosach.domain.population.rules.words import Spell
from sosach.domain.vehicles.models import Vehicle

MODELS: Mapping[str, Any] = {"population": Person, "vehicles": Vehicle, "licences": Licence}
# Search keys, and what only our own machinery means.
_OURS = frozenset({"name_k1", "name_k2", "name_key", "last_step", "happened", "slot"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number that stands for a person: shown as it is, or as the partner's own name for that person.

    Attributes:
        person_id: whose it is, where that is known.
        text: as the register holds it; "" where it is that person's PIN.
    """

    person_id: int | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something a partner may be told.

    Attributes:
        name: as agreements call it.
        sensitivity: class of the value.
        column: the model's own column; None: made of other rows.
    """

    name: str
    sensitivity: Sensitivity
    column: str | None


@cache
def attributes_of(register: str) -> Mapping[str, Attribute]:
    """Everything partners may ever be told of records of a register, by name."""
    found = {
        column.name: Attribute(column.name, column.sensitivity, column.attname)
        for column in MODELS[register]._meta.concrete_fields  # noqa: SLF001 - Django's documented way to fields
        if column.sensitivity in PERSONAL and column.name not in _OURS
    }
    others = [*_MADE[register], *(_OF_VIEW if register == "licences" else ())]
    return {name: Attribute(name, Sensitivity.BASIC, None) for name in others} | found


def records_of(register: str, record_ids: Sequence[int]) -> list[Any]:
    """Rows by id, in the order asked for; those that are not there are left out."""
    found = MODELS[register].objects.in_bulk(list(record_ids))
    return [found[key] for key in record_ids if key in found]


def subjects_of(register: str, row: Any) -> list[Subject]:
    """The record and whose it is, for the log: whoever looks at a vehicle looks at its owner."""
    if register == "population":
        return [subject_of(row)]
    if register == "licences":
        return licence_subjects(row)
    found = [Subject("vehicle", str(row.pk), row.commune_code or "")]
    if row.owner_person_id is not None:
        found.append(Subject("person", str(row.owner_person_id), row.commune_code or ""))
    return found


def values_of(register: str, row: Any, names: Iterable[str], *, day: date) -> dict[str, Any]:
    """Values of one record on a day, plain, with `Number` where one stands for a person."""
    view = view_of(row, day, history=False) if register == "licences" else None
    return {name: _value(register, row, name, view) for name in names}


def _value(register: str, row: Any, name: str, view: LicenceView | None) -> Any:
    if view is not None and name in _OF_VIEW:
        return plain(_OF_VIEW[name](view))
    if name in _MADE[register]:
        return plain(_MADE[register][name](row))
    if (register, name) in _NUMBERS:
        return _NUMBERS[register, name](row)
    column = type(row)._meta.get_field(name)  # noqa: SLF001 - Django's documented way
    if isinstance(column, ForeignKey):
        key = getattr(row, column.attname)
        return Number(key) if key is not None else None
    return plain(getattr(row, name))


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, str) else value


def _open(model: type[Model], row: Any) -> Any:
    """Parts of a person's record that hold today."""
    return model._default_manager.filter(person=row, holds=True, ends_on__isnull=True).order_by("pk")  # noqa: SLF001 - Django's documented way


def _old_numbers(row: Any) -> list[Any]:
    return [
        {"kind": one.kind, "number": Number(None, one.number), "issued_on": one.issued_on}
        for one in _open(OldNumber, row)
    ]


def _cards(row: Any) -> list[Any]:
    return [
        {
            "kind": one.kind,
            "number": Number(row.pk if one.number == row.pin else None, one.number),
            "issued_on": one.issued_on,
            "expires_on": one.expires_on,
        }
        for one in _open(Card, row)
    ]


def _relations(row: Any) -> list[Any]:
    return [
        {
            "kind": one.kind,
            "full_name": one.full_name or (one.other.full_name if one.other else ""),
            "number": Number(one.other_id, one.pin or one.old_number),
            "nationality": one.nationality,
        }
        for one in _open(Relation, row).select_related("other")
    ]


def _residence(spell: Spell) -> Callable[[Any], Any]:
    def told(row: Any) -> Any:
        held = _open(Residence, row).filter(slot=spell.value).first()
        return held and {
            "address": held.address,
            "commune_code": held.commune_code,
            "province_code": held.province_code,
            "since": held.begins_on,
        }

    return told


_MADE: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "population": {
        "other_names": lambda row: [one.name for one in _open(OtherName, row)],
        "old_numbers": _old_numbers,
        "cards": _cards,
        "relations": _relations,
        "contacts": lambda row: [{"kind": one.kind, "value": one.value} for one in _open(Contact, row)],
        "permanent_residence": _residence(Spell.PERMANENT),
        "temporary_residence": _residence(Spell.TEMPORARY),
        "current_residence": _residence(Spell.CURRENT),
    },
    "vehicles": {},
    "licences": {},
}
# Of the day of the look, never of the day the row was last written.
_OF_VIEW: Mapping[str, Callable[[LicenceView], Any]] = {
    "status": lambda view: view.status,
    "classes": lambda view: [
        {
            "class": each.fact.name,
            "law": each.fact.law,
            "issued_on": each.fact.issued_on,
            "expires_on": each.fact.expires_on,
            "state": each.state,
            "may_drive": each.may_drive,
        }
        for each in view.classes
    ],
    "cards": lambda view: [
        {"serial": each.fact.serial, "material": each.fact.material, "state": each.state} for each in view.cards
    ],
    "points": lambda view: [
        {"group": each.group, "status": each.status, "points": each.points.points} for each in view.halves
    ],
}
_NUMBERS: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    ("population", "pin"): lambda row: Number(row.pk) if row.pin else None,
    ("vehicles", "owner_id_number"): lambda row: _told(row.owner_person_id, row.owner_id_number),
    ("vehicles", "owner_old_papers"): lambda row: _told(None, row.owner_old_papers),
}


def _told(person_id: int | None, text: str) -> Any:
    return Number(person_id, text) if text else ""
