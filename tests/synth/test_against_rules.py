"""Clean synthetic values read without objection by the rules of the country: neither side invents a form of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sosach.synth import SynthPlan, generate
from sosach.synth.dirt.table import PLANTINGS
from sosach.vn import brands, colours, dates, person_terms, vehicle_terms
from sosach.vn.addresses.resolve import resolve
from sosach.vn.identifiers import chassis, engine, licence_number, old_id, phone, pin, plate
from sosach.vn.names import explaining

EXPECTED = {
    "ORG-01": "organisations own vehicles",
    "ORG-02": "so do banks and dealers",
    "CHS-04": "chassis numbers from before VINs",
    "OID-11": "the block of old numbers issued twice",
    "DAT-08": "somebody is born on 1 January 1970",
    "DAT-15": "of the old only the year is known",
    "ADR-12": "addresses from before July 2025",
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("rules")
    rates = dict.fromkeys([planting.code for planting in PLANTINGS], 0.0) | {
        "PIN_SEX": 0.0,
        "PIN_YOB": 0.0,
        "VIN_SWAP": 0.0,
    }
    generate(SynthPlan(3_000, out, seed=17, formats=("parquet",), rates=rates))
    return out


@pytest.mark.parametrize(
    ("table", "column", "read"),
    [
        ("population", "full_name", explaining.explain),
        ("population", "pin", pin.explain),
        ("population", "old_id", old_id.explain),
        ("population", "birth_date", dates.explain),
        ("population", "sex", person_terms.sex),
        ("population", "status", person_terms.status),
        ("population", "permanent_address", resolve),
        ("vehicles", "owner_name", explaining.explain),
        ("vehicles", "plate", plate.explain),
        ("vehicles", "chassis_number", chassis.explain),
        ("vehicles", "engine_number", engine.explain),
        ("vehicles", "brand", brands.brand),
        ("vehicles", "colour", colours.colour),
        ("vehicles", "status", vehicle_terms.status),
        ("vehicles", "vehicle_kind", vehicle_terms.vehicle_kind),
        ("vehicles", "registered_on", dates.explain),
        ("vehicles", "owner_phone", phone.explain),
        ("vehicles", "owner_address", resolve),
        ("licences", "licence_number", licence_number.explain),
        ("licences", "material", person_terms.licence_material),
        ("licences", "status", person_terms.licence_status),
    ],
)
def test_clean_values_are_read_without_objection(
    table: str, column: str, read: Callable[[str], Any], clean: Path
) -> None:
    values = sorted(set(pq.read_table(clean / f"{table}.parquet")[column].to_pylist()) - {None})[:1_500]
    assert values
    for value in values:
        found = {finding.code for finding in read(value).findings}
        assert found <= set(EXPECTED), value
