"""Takes the official tables of units into the database; may be repeated, changes what differs."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from sosach.domain.audit.operations import Act, record
from sosach.domain.audit.rules import Actor, Subject
from sosach.domain.places.models import Succession, Unit
from sosach.vn.places import REFORM, Place, every_place, old_commune_codes, province_code, successors

BATCH = 5_000


def take_in_units(actor: Actor, at: datetime) -> int:
    """Bring units and successions to what `vn` knows; returns how many rows were written.

    Runs below the gates of `access`, with the rights of whoever prepares the database.
    """
    with transaction.atomic():
        before = Unit.objects.count() + Succession.objects.count()
        Unit.objects.bulk_create(
            map(_unit, every_place()),
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["level", "code", "valid_from"],
            update_fields=["name", "kind", "parent", "province_code", "valid_to"],
        )
        Succession.objects.bulk_create(_successions(), batch_size=BATCH, ignore_conflicts=True)
        written = Unit.objects.count() + Succession.objects.count() - before
        if written:
            act = Act(event="places.units_taken_in", actor=actor, at=at, details={"rows": written})
            record(act, [Subject("unit", "")], key=uuid4())
    return written


def _unit(place: Place) -> Unit:
    return Unit(
        level=place.level,
        code=place.code,
        name=place.name,
        kind=place.kind,
        parent=place.parent,
        province_code=province_code(place),
        valid_from=place.valid_from,
        valid_to=place.valid_to,
    )


def _successions() -> Iterable[Succession]:
    for old in old_commune_codes():
        conversion = successors(old)
        if conversion is None:
            continue
        for new in conversion.candidates:
            settled = conversion.population_default
            lives_there = settled == new if settled is not None else None
            yield Succession(
                on=REFORM, old_code=old, new_code=new, status=conversion.status, has_population=lives_there
            )
