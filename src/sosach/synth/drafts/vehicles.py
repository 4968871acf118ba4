"""Records of the vehicle register as text."""

from functools import cache
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from sosach.synth import makers, plates
from sosach.synth.drafts import (
    BIRTH_SQL,
    NAME_SQL,
    Draft,
    Facts,
    birth_columns,
    name_columns,
    place_facts,
    rows_in,
    select,
)
from sosach.synth.draws import Bools, Ints
from sosach.synth.holders import NO_NUMBER, OLD_ID, PIN, World
from sosach.synth.households import NOBODY
from sosach.synth.lettering import rows as table_rows
from sosach.synth.places import DETAIL_SQL, coded
from sosach.synth.vehicles import LENDER, ORGANISATION, STATUS_CODES, Fleet
from sosach.synth.words import firms

REFORM: Final = np.datetime64("2025-07-01", "D")  # districts abolished, communes merged
PLATE_COLOURS: Final = ("Trắng", "Vàng", "Xanh")

_DETAIL = DETAIL_SQL.format(p="home_")
_EXPRESSIONS: Final = {
    "record_id": "concat('XE', lpad(record::VARCHAR, 9, '0'))",
    "plate": plates.PLATE_SQL,
    "plate_colour": "plate_colour::VARCHAR",
    "vehicle_kind": "kind::VARCHAR",
    "brand": "brand::VARCHAR",
    "model": "model::VARCHAR",
    "colour": "colour::VARCHAR",
    "chassis_number": """CASE WHEN legacy_frame THEN concat(vds[:3], '-', lpad(serial::VARCHAR, 7, '0'))
        ELSE concat(wmi, vds, serial % 10, year_letter, 'Y', lpad(serial::VARCHAR, 6, '0')) END""",
    "engine_number": """CASE WHEN engine = '' THEN NULL
        ELSE concat(engine, lpad(engine_serial::VARCHAR, engine_digits, '0')) END""",
    "manufactured_year": "built::VARCHAR",
    "registered_on": "strftime(registered, '%d/%m/%Y')",
    "owner_name": f"coalesce(firm, upper({NAME_SQL}))",
    "owner_id_number": f"""CASE WHEN number_kind = {PIN} THEN lpad(pin::VARCHAR, 12, '0')
        WHEN number_kind = {OLD_ID} THEN lpad(old_id::VARCHAR, 9, '0') ELSE tax_code END""",
    "owner_birth_date": f"CASE WHEN birth_known THEN {BIRTH_SQL} END",
    "owner_phone": "CASE WHEN phone_known THEN concat('0', phone) END",
    "owner_address": f"concat({_DETAIL}, ', ', CASE WHEN new_style THEN home_new_tail ELSE home_old_tail END)",
    "status": "status::VARCHAR",
    "aux_old_id": "lpad(own_old_id::VARCHAR, 9, '0')",
    "aux_old_owner_address": f"concat({_DETAIL}, ', ', home_old_tail)",
    "aux_registered_year": "year(registered)::VARCHAR",
}
_SITUATIONS: Final = {
    "MASS_OWNER": "owner_name", "ORG": "owner_name", "ORG_AS_PERSON": "owner_name", "OUTSIDE": "owner_id_number",
    "DEAD_OWNER": "owner_name", "ID_MISSING": "owner_id_number", "WRONG_PIN": "owner_id_number", "NAME_CHANGED": "owner_name",
    "MOVED": "owner_address", "PLATE_OLDPROV": "plate", "PLATE_DUP": "plate", "SOLD": "status", "OVER_AGE": "manufactured_year",
}  # fmt: skip


def draft_vehicles(connection: duckdb.DuckDBPyConnection, world: World, fleet: Fleet, rows: Ints) -> Draft:
    """The given rows (positions in `fleet.source`) as text."""
    source = fleet.source[rows]
    person = fleet.owner[source]
    columns = {
        "record": pa.array(rows.astype(np.int64) + 1),
        **_machine_columns(fleet, source),
        **_owner_columns(world, fleet, source, person),
        **world.homes.columns(fleet.kept.home[source], "home_", world.places),
    }
    situations = rows_in(fleet.situations, _SITUATIONS, source, len(fleet.owner))
    situations["DUP_VEHICLE"] = (np.flatnonzero(fleet.double[rows]), "record_id")
    connection.register("plate_columns", pa.table(columns))
    columns["plate_digits"] = connection.sql(f"SELECT {plates.DIGITS_SQL} AS d FROM plate_columns").to_arrow_table()[
        "d"
    ]
    connection.unregister("plate_columns")
    return Draft(
        texts=select(connection, columns, _EXPRESSIONS), facts=_facts(world, fleet, source, person), situations=situations,
        doubles=fleet.double[rows],
    )  # fmt: skip


def _machine_columns(fleet: Fleet, source: Ints) -> dict[str, pa.Array]:
    index, built = fleet.model[source], fleet.built[source]
    models = makers.MODELS

    def of_model(values: list[str]) -> pa.Array:
        return coded(index, values)

    marks = fleet.plates
    return {
        "plate_code": pa.array(marks.code[source]),
        "plate_style": pa.array(marks.style[source]),
        "plate_series": coded(marks.series[source], plates.series_words()),
        "plate_number": pa.array(marks.number[source]),
        "plate_colour": coded(_plate_colours(fleet, source), PLATE_COLOURS),
        "kind": of_model([makers.KINDS[model.kind] for model in models]),
        "brand": of_model([model.brand for model in models]),
        "model": of_model([model.name for model in models]),
        "wmi": of_model([model.wmi for model in models]),
        "vds": of_model([model.vds for model in models]),
        "engine": of_model([model.engine for model in models]),
        "engine_digits": pa.array(np.array([model.digits for model in models], dtype=np.int32)[index]),
        "colour": coded(fleet.colour[source], makers.COLOURS),
        "serial": pa.array(fleet.serial[source]),
        "engine_serial": pa.array(_within(fleet.engine_serial[source], np.array([m.digits for m in models])[index])),
        "legacy_frame": pa.array(fleet.legacy_frame[source]),
        "year_letter": coded((built.astype(np.int32) - 2001) % 30, tuple(makers.YEAR_LETTERS)),
        "built": pa.array(built),
        "registered": pa.array(fleet.registered[source]),
        "status": coded(fleet.status[source], _status_words()),
    }


def _within(serial: Ints, digits: Ints) -> Ints:
    """Running numbers cut to the digits an engine number has room for."""
    return np.asarray(serial % 10 ** np.maximum(digits, 1), dtype=np.int64)


def _plate_colours(fleet: Fleet, source: Ints) -> Ints:
    """Yellow for transport business, blue for schools and hospitals."""
    kind = np.array([model.kind for model in makers.MODELS])[fleet.model[source]]
    firm = fleet.firm[source]
    organisation = fleet.owner_kind[source] == ORGANISATION
    business = (kind >= makers.BUS) | ((kind == makers.CAR) & (fleet.serial[source] % 9 == 0))
    public = organisation & np.isin(firm % len(firms.FORMS), (5, 6))
    return np.where(public, 2, np.where(business, 1, 0))


def _owner_columns(world: World, fleet: Fleet, source: Ints, person: Ints) -> dict[str, pa.Array]:
    people, kept = world.people, fleet.kept
    nobody = person == NOBODY
    number = np.where(nobody, NO_NUMBER, kept.number[source])
    shown = np.where(kept.other[source] == NOBODY, person, kept.other[source])
    return {
        **name_columns(world, person, kept.middle[source]),
        **birth_columns(world, person),
        "pin": pa.array(people.pin[shown]),
        "old_id": pa.array(people.old_id[person]),
        "own_old_id": pa.array(people.old_id[person], mask=nobody | (people.old_id[person] == NOBODY)),
        "number_kind": pa.array(number),
        "birth_known": pa.array(kept.birth[source] & ~nobody),
        "phone_known": pa.array(kept.phone[source]),
        "phone": pa.array(people.phone[person] + np.where(nobody, fleet.firm[source], 0)),
        "new_style": pa.array(_new_style(fleet, source)),
        **_firm_columns(fleet, source),
    }


def _new_style(fleet: Fleet, source: Ints) -> Bools:
    """Addresses written since the reform, and a fifth of the older ones brought up to date."""
    return np.asarray((fleet.registered[source] >= REFORM) | (fleet.serial[source] % 5 == 0))


def _firm_columns(fleet: Fleet, source: Ints) -> dict[str, pa.Array]:
    kind, firm = fleet.owner_kind[source], fleet.firm[source]
    person = ~np.isin(kind, (ORGANISATION, LENDER))
    distinct, inverse = np.unique(firm, return_inverse=True)
    names = [firm_name(int(number)) for number in distinct] + list(firms.LENDERS)
    index = np.where(kind == LENDER, len(distinct) + firm % len(firms.LENDERS), inverse)
    taxes = [f"{100 + number % 96:04d}{(number * 7_919) % 1_000_000:06d}" for number in distinct.tolist()]
    return {"firm": coded(index, names, person), "tax_code": coded(inverse, taxes, person)}


def firm_name(number: int) -> str:
    """The name of an organisation by its number."""
    form = firms.FORMS[number % len(firms.FORMS)]
    trade = firms.TRADES[number // 7 % len(firms.TRADES)] if number % len(firms.FORMS) < 5 else ""
    proper = firms.PROPER[number // 63 % len(firms.PROPER)]
    return " ".join(word for word in (form, trade, proper, _ordinal(number // 1_890)) if word)


def _ordinal(round_: int) -> str:
    return str(round_ + 1) if round_ else ""


@cache
def _status_words() -> tuple[str, ...]:
    words = {row["code"]: row["name_vi"] for row in table_rows("vehicle_statuses.csv")}
    return tuple(words[code] for code in STATUS_CODES)


def _facts(world: World, fleet: Fleet, source: Ints, person: Ints) -> Facts:
    kept, people = fleet.kept, world.people
    somebody: Bools = person != NOBODY
    return Facts(
        person=person, number=np.where(somebody & (kept.other[source] == NOBODY), kept.number[source], NO_NUMBER).astype(np.int8),
        name=somebody & ~kept.renamed[source], birth=np.where(kept.birth[source], people.precision[person], 0).astype(np.int8),
        **place_facts(world, kept.home[source], old_style=~_new_style(fleet, source)),
    )  # fmt: skip
