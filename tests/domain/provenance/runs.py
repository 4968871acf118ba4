"""Folders as `sosach clean` leaves them, with a handful of rows made up by a test."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sosach.base.registers import COLUMNS, Register
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level

AT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
STEWARD = Actor(ActorKind.OFFICER, "steward", Level.NATION, roles=frozenset({Role.STEWARD}))
STANDARD = {
    "population": ("pin_std", "full_name_std", "sex_std", "birth_date_std", "old_id_std", "status_std"),
    "vehicles": (
        *(
            "plate_std",
            "plate_kind",
            "vehicle_kind_std",
            "chassis_number_std",
            "engine_number_std",
            "registered_on_std",
        ),
        *(
            "owner_name_std",
            "owner_kind",
            "owner_pin_std",
            "owner_old_id_std",
            "owner_birth_date_std",
            "owner_phone_std",
        ),
        "status_std",
    ),
    "licences": (
        *("licence_number_std", "class_std", "law", "issued_on_std", "expires_on_std", "full_name_std", "owner_kind"),
        *("birth_date_std", "pin_std", "old_id_std", "status_std"),
    ),
}
VERDICT = ("decision", "pin", "probability", "evidence", "result_class", "correct", "complete", "clean", "live")
PLACE = ("commune_code", "province_code", "locality", "action")
SAID = {
    "findings": ("register", "record_id", "row_number", "code", "severity", "field", "value", "proposed_value"),
    "candidates": ("register", "record_id", "row_number", "pin", "rank", "probability", "evidence"),
    "duplicates": ("register", "group_id", "record_id", "row_number", "reason"),
}
Rows = Sequence[Mapping[str, Any]]


def columns_of(register: str) -> list[str]:
    """Columns of `<register>.parquet`."""
    given = {"pin": "pin_given", "commune_code": "commune_code_given"} if register == "population" else {}
    canonical = [given.get(column.name, column.name) for column in COLUMNS[Register(register)]]
    return list(dict.fromkeys(["row_number", "record_id", *canonical, *STANDARD[register], *VERDICT, *PLACE]))


def write_run(folder: Path, **files: Rows) -> Path:
    """Write a run: registers by name, and `findings`, `candidates`, `duplicates`."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = {name: {"in": len(told), "out": len(told)} for name, told in files.items() if name in STANDARD}
    digest = hashlib.sha256(json.dumps(files, sort_keys=True, default=str).encode()).hexdigest()
    inputs = [{"register": name, "blake2b": digest, "rows": told["in"]} for name, told in rows.items()]
    manifest = {"sosach": "0.1.0", "as_of": "2026-11-22", "settings": {}, "inputs": inputs, "rows": rows}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for name, told in files.items():
        if name in STANDARD:
            _write(folder, name, columns_of(name), [{"row_number": place, **row} for place, row in enumerate(told)])
    for name, columns in SAID.items():
        _write(folder, name, list(columns), files.get(name, ()))
    return folder


def _write(folder: Path, name: str, columns: list[str], rows: Rows) -> None:
    arrays = {}
    for column in columns:
        values = [row.get(column) for row in rows]
        if column == "row_number":
            arrays[column] = pa.array(values, pa.int32())
        else:
            arrays[column] = pa.array(
                [
                    None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
                    for value in values
                ],
                pa.string(),
            )
    pq.write_table(pa.table(arrays), folder / f"{name}.parquet")


def person(pin: str | None, name: str, **told: Any) -> dict[str, Any]:
    """A row of `population.parquet`: somebody of Định Tân, Thanh Hóa."""
    row = {
        "record_id": pin or "#1",
        "pin_given": pin,
        "full_name": name.title(),
        "pin_std": pin,
        "full_name_std": name,
        "sex_std": "M",
        "birth_date_std": "1966-02-08",
        "status_std": "alive",
        "decision": "link",
        "pin": pin,
        "correct": True,
        "complete": True,
        "clean": True,
        "live": True,
        "result_class": "match",
        "commune_code": "15457",
        "province_code": "38",
        "permanent_address": "Thôn Ngoại, Định Tân",
    }
    return row | told


def vehicle(record_id: str, chassis: str | None, plate: str | None, **told: Any) -> dict[str, Any]:
    """A row of `vehicles.parquet`."""
    row = {
        "record_id": record_id,
        "chassis_number_std": chassis,
        "plate_std": plate,
        "plate": plate,
        "decision": "none",
        "plate_kind": "motorbike",
        "plate_colour": "Trắng",
        "vehicle_kind_std": "mo_to",
        "brand": "HONDA",
        "owner_name": "TRẦN VĂN TRÍ",
        "owner_name_std": "TRẦN VĂN TRÍ",
        "owner_kind": "person",
        "commune_code": "15457",
        "province_code": "38",
        "registered_on_std": "2021-09-05",
    }
    return row | told
