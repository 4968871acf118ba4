"""Many synthetic vehicles with the verdict of a run, put into the database row by row or set by set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import connection
from tests.domain.campaign.ground import AT, HERE, PROVINCE, SYSTEM

from sosach.domain.access.queries import acting
from sosach.domain.provenance.models import Finding, Source, SourceRow
from sosach.domain.provenance.operations.importing import KIND
from sosach.domain.vehicles.models import Vehicle

GOOD = {"result_class": "match", "action": "none", "correct": True, "complete": True, "clean": True, "live": True}
BAD = {**GOOD, "result_class": "no_information", "action": "identify", "correct": False}


@dataclass(frozen=True, slots=True)
class Row:
    """A vehicle and what a run said of it."""

    verdict: Mapping[str, Any]
    commune: str | None = HERE
    province: str = PROVINCE
    kind: str = "mo_to"


def run(digest: str) -> Source:
    """A cleaning run as the import leaves it."""
    return Source.objects.create(
        kind=KIND, register="vehicles", origin="test", title="xe", digest=digest, taken_in_at=AT, act=uuid4()
    )


def say(
    source: Source, told: Mapping[int, Mapping[str, Any]], values: Mapping[int, Mapping[str, Any]] | None = None
) -> None:
    """What a run says of vehicles, by id, and which values it gives; a finding with every one that is not right."""
    with acting(SYSTEM):
        SourceRow.objects.bulk_create(
            SourceRow(
                source=source,
                register="vehicles",
                subject_id=key,
                row_number=place,
                record_id=f"X{key}",
                given={},
                values=dict((values or {}).get(key, {})),
                verdict=dict(verdict),
            )
            for place, (key, verdict) in enumerate(told.items())
        )
        Finding.objects.filter(register="vehicles", subject_id__in=told).update(gone=True, state="gone")
        Finding.objects.bulk_create(
            Finding(
                register="vehicles", subject_id=key, source=source, code="VEH-58", severity="error", field="owner_name"
            )
            for key, verdict in told.items()
            if not verdict["correct"]
        )


def vehicles(rows: Iterable[Row]) -> list[int]:
    """Vehicles of a first run; their ids."""
    every = list(rows)
    with acting(SYSTEM):
        made = Vehicle.objects.bulk_create(
            Vehicle(commune_code=row.commune, province_code=row.province, kind=row.kind, plate_number=f"38B{place:06d}")
            for place, row in enumerate(every)
        )
        keys = [int(vehicle.pk) for vehicle in made]
        rows_by_key = dict(zip(keys, every, strict=True))
        given = {
            key: {"commune_code": row.commune, "province_code": row.province, "kind": row.kind}
            for key, row in rows_by_key.items()
        }
        say(run(uuid4().hex), {key: row.verdict for key, row in rows_by_key.items()}, given)
    return keys


def swarm(count: int, *, action: str, result_class: str, commune: str = HERE, province: str = PROVINCE) -> None:
    """So many vehicles with one verdict each, made by the database itself; for runs that take minutes."""
    (first,) = vehicles([Row({**GOOD, "result_class": result_class, "action": action}, commune, province)])
    with acting(SYSTEM):
        source = SourceRow.objects.get(subject_id=first, register="vehicles").source_id
    columns = [field.column for field in Vehicle._meta.concrete_fields if field.column != "id"]
    named = ", ".join(f'"{column}"' for column in columns)
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            f"INSERT INTO vehicles_vehicle ({named}) SELECT {named} FROM vehicles_vehicle "
            "CROSS JOIN generate_series(2, %s) WHERE id = %s",
            [count, first],
        )
        cursor.execute(
            "INSERT INTO provenance_sourcerow (source_id, register, subject_id, row_number, record_id, given, values, verdict) "
            "SELECT source_id, register, v.id, v.id, '', '{}', '{}', r.verdict FROM provenance_sourcerow r, vehicles_vehicle v "
            "WHERE r.source_id = %s AND v.id > %s",
            [source, first],
        )
