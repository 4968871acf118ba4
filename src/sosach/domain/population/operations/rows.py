"""Makes the rows of dependent tables what the pieces of a record say; no row is ever deleted."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from sosach.domain.population.models import Card, Contact, OldNumber, OtherName, Person, Relation, Residence
from sosach.domain.population.rules.words import Part
from sosach.domain.population.states.pieces import Piece

TABLES: dict[Part, type[models.Model]] = {
    Part.NAME: OtherName,
    Part.OLD_NUMBER: OldNumber,
    Part.CARD: Card,
    Part.RELATION: Relation,
    Part.CONTACT: Contact,
    Part.RESIDENCE: Residence,
}


def sync_rows(person: Person, found: Iterable[Piece], parts: Iterable[str], *, only_closing: bool = False) -> None:
    """Bring the tables of some parts up to date with the pieces of a record.

    Args:
        person: the record.
        found: its pieces.
        parts: whose tables.
        only_closing: only end what holds no more: of several records that hang together all are closed before one is opened.
    """
    pieces = list(found)
    for part in parts:
        _sync(TABLES[Part(part)], person, [piece for piece in pieces if piece.part == part], only_closing=only_closing)


def row_of(model: type[models.Model], person_id: int, piece: Piece) -> models.Model:
    """A new row for a piece."""
    return model(
        person_id=person_id,
        origin=piece.origin,
        key=piece.key,
        position=piece.position,
        slot=piece.slot,
        **_fields(model, piece),
    )


def _fields(model: type[models.Model], piece: Piece) -> dict[str, Any]:
    columns = {
        name: model._meta.get_field(name.removesuffix("_id")).to_python(value)  # noqa: SLF001 - Django's way to fields
        for name, value in piece.data.items()
    }
    return {**columns, "begins_on": piece.begins, "ends_on": piece.ends, "holds": True}


def _sync(model: type[models.Model], person: Person, pieces: list[Piece], *, only_closing: bool) -> None:
    """Close before opening: the database allows one open row per slot at every moment."""
    rows = {(row.origin, row.key, row.position): row for row in model.objects.filter(person=person)}
    wanted = {(piece.origin, piece.key, piece.position): piece for piece in pieces}
    closing: list[models.Model] = []
    opening: list[models.Model] = []
    for key, row in rows.items():
        piece = wanted.get(key)
        fields = _fields(model, piece) if piece is not None else {"holds": False}
        if all(getattr(row, name) == value for name, value in fields.items()):
            continue
        for name, value in fields.items():
            setattr(row, name, value)
        (closing if piece is None or piece.ends is not None else opening).append(row)
    for row in closing if only_closing else closing + opening:
        row.save()
    if only_closing:
        return
    model.objects.bulk_create([row_of(model, person.pk, piece) for key, piece in wanted.items() if key not in rows])
