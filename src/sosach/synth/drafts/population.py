"""Records of the population register as text."""

from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from sosach.synth.drafts import BIRTH_SQL, NAME_SQL, Draft, Facts, birth_columns, name_columns, rows_in, select
from sosach.synth.draws import Ints
from sosach.synth.holders import PIN, World
from sosach.synth.households import NOBODY
from sosach.synth.places import DETAIL_SQL, coded

STATUSES: Final = ("Còn sống", "Đã chết", "Mất tích", "Xuất cảnh")
"""In the order of `people.ALIVE`, `DECEASED`, `MISSING`, `EMIGRATED`."""

_HOME = DETAIL_SQL.format(p="home_")
_CURRENT = DETAIL_SQL.format(p="current_")
_EXPRESSIONS: Final = {
    "pin": "lpad(pin::VARCHAR, 12, '0')",
    "full_name": NAME_SQL,
    "sex": "CASE WHEN female THEN 'Nữ' ELSE 'Nam' END",
    "birth_date": BIRTH_SQL,
    "old_id": "lpad(old_id::VARCHAR, 9, '0')",
    "permanent_address": f"concat({_HOME}, ', ', home_new_tail)",
    "current_address": f"concat({_CURRENT}, ', ', current_new_tail)",
    "commune_code": "current_commune::VARCHAR",
    "status": "status::VARCHAR",
    "father_pin": "lpad(father::VARCHAR, 12, '0')",
    "mother_pin": "lpad(mother::VARCHAR, 12, '0')",
    "spouse_pin": "lpad(spouse::VARCHAR, 12, '0')",
    "household_id": "concat('H', lpad(household::VARCHAR, 9, '0'))",
    "aux_old_permanent_address": f"concat({_HOME}, ', ', home_old_tail)",
    "aux_old_current_address": f"concat({_CURRENT}, ', ', current_old_tail)",
}
_SITUATIONS: Final = {"PIN_SEX": "pin", "PIN_YOB": "pin", "PIN_DUP": "pin", "PERSON_DUP": "pin", "CMND_BLOCK": "old_id"}


def draft_population(connection: duckdb.DuckDBPyConnection, world: World, rows: Ints) -> Draft:
    """The given rows (indices of registered people) as text."""
    people, homes, places = world.people, world.homes, world.places
    home, current = people.home[rows], people.current[rows]
    columns = {
        **name_columns(world, rows, people.names.middle[rows]),
        **birth_columns(world, rows),
        **homes.columns(home, "home_", places),
        **homes.columns(current, "current_", places),
        "pin": pa.array(people.pin[rows]),
        "female": pa.array(people.kin.female[rows]),
        "old_id": pa.array(people.old_id[rows], mask=~people.old_id_registered[rows]),
        "status": coded(people.status[rows], STATUSES),
        "household": pa.array(np.where(people.kin.household[rows] == NOBODY, rows, people.kin.household[rows])),
        **{kind: _relative(world, getattr(people.kin, kind)[rows]) for kind in ("father", "mother", "spouse")},
    }
    return Draft(
        texts=select(connection, columns, _EXPRESSIONS),
        facts=Facts(
            person=rows.astype(np.int32), number=np.full(len(rows), PIN, dtype=np.int8), name=np.ones(len(rows), dtype=bool),
            birth=people.precision[rows].copy(), place=places.commune[homes.place[current]].copy(),
            split=places.split[homes.place[current]],
        ),
        situations=rows_in(people.planted, _SITUATIONS, rows, people.count),
        doubles=np.zeros(len(rows), dtype=bool),
    )  # fmt: skip


def _relative(world: World, index: Ints) -> pa.Array:
    return pa.array(world.people.pin[index], mask=index == NOBODY)
