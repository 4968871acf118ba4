"""Records of the licence register as text."""

from functools import cache
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

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
from sosach.synth.drafts.vehicles import REFORM
from sosach.synth.draws import Ints
from sosach.synth.holders import NO_NUMBER, OLD_ID, PIN, World
from sosach.synth.households import NOBODY
from sosach.synth.lettering import rows as table_rows
from sosach.synth.licences import CLASSES, MATERIALS, PAPER, STATUSES, Licences
from sosach.synth.places import DETAIL_SQL, coded

_DETAIL = DETAIL_SQL.format(p="home_")
_EXPRESSIONS: Final = {
    "record_id": "concat('GP', lpad(record::VARCHAR, 9, '0'))",
    "licence_number": """CASE WHEN paper THEN concat(paper_series, lpad((number % 1000000)::VARCHAR, 6, '0'))
        ELSE lpad(number::VARCHAR, 12, '0') END""",
    "class": "class::VARCHAR",
    "issued_on": "strftime(issued, '%d/%m/%Y')",
    "expires_on": "CASE WHEN unlimited THEN 'Không thời hạn' ELSE strftime(expires, '%d/%m/%Y') END",
    "issued_by": "CASE WHEN by_police THEN police::VARCHAR ELSE department::VARCHAR END",
    "material": "material::VARCHAR",
    "full_name": f"upper({NAME_SQL})",
    "birth_date": f"CASE WHEN birth_known THEN {BIRTH_SQL} END",
    "sex": "CASE WHEN female THEN 'Nữ' ELSE 'Nam' END",
    "id_number": f"""CASE WHEN number_kind = {PIN} THEN lpad(pin::VARCHAR, 12, '0')
        WHEN number_kind = {OLD_ID} THEN lpad(old_id::VARCHAR, 9, '0') END""",
    "address": f"concat({_DETAIL}, ', ', CASE WHEN new_style THEN home_new_tail ELSE home_old_tail END)",
    "status": "status::VARCHAR",
    "aux_old_id": "lpad(own_old_id::VARCHAR, 9, '0')",
    "aux_old_address": f"concat({_DETAIL}, ', ', home_old_tail)",
}
_SITUATIONS: Final = {
    "OUTSIDE": "id_number", "DEAD_OWNER": "full_name", "MINOR": "issued_on", "ID_MISSING": "id_number", "WRONG_PIN": "id_number",
    "NAME_CHANGED": "full_name", "MOVED": "address", "LIC_CLASS": "licence_number", "LIC_OLD": "licence_number",
    "LIC_EXPIRED": "expires_on",
}  # fmt: skip
_PAPER_SERIES: Final = ("AB", "AC", "AD", "B", "C", "AK", "Z", "BC")


def draft_licences(connection: duckdb.DuckDBPyConnection, world: World, licences: Licences, rows: Ints) -> Draft:
    """The given rows (positions in `licences.source`) as text."""
    source = licences.source[rows]
    columns = {
        "record": pa.array(rows.astype(np.int64) + 1),
        **_card_columns(world, licences, source),
        **_holder_columns(world, licences, source),
        **world.homes.columns(licences.kept.home[source], "home_", world.places),
    }
    situations = rows_in(licences.situations, _SITUATIONS, source, len(licences.holder))
    situations["DUP_LICENCE"] = (np.flatnonzero(licences.double[rows]), "record_id")
    return Draft(
        texts=select(connection, columns, _EXPRESSIONS), facts=_facts(world, licences, source), situations=situations,
        doubles=licences.double[rows],
    )  # fmt: skip


def _card_columns(world: World, licences: Licences, source: Ints) -> dict[str, pa.Array]:
    departments, police = _issuers(world.places.provinces)
    number = licences.number[source]
    return {
        "number": pa.array(number),
        "paper": pa.array(licences.material[source] == PAPER),
        "paper_series": coded(number // 1_000_000 % len(_PAPER_SERIES), _PAPER_SERIES),
        "class": coded(licences.klass[source], [row[0] for row in CLASSES]),
        "issued": pa.array(licences.issued[source]),
        "expires": pa.array(licences.expires[source]),
        "unlimited": pa.array(licences.unlimited[source]),
        "by_police": pa.array(licences.by_police[source]),
        "department": coded(licences.issuer[source], departments),
        "police": coded(licences.issuer[source], police),
        "material": coded(licences.material[source], MATERIALS),
        "status": coded(licences.status[source], STATUSES),
    }


@cache
def _issuers(provinces: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Issuing offices of old provinces: transport departments until 28 February 2025, the traffic police since."""
    table = {row["gso_code_pre2025"]: row for row in table_rows("pin_province_codes.csv")}
    departments = [f"{code}.Sở GTVT {table[code]['province_pre2025']}" for code in provinces]
    return departments, [f"Phòng CSGT - Công an {table[code]['province_2025']}" for code in provinces]


def _holder_columns(world: World, licences: Licences, source: Ints) -> dict[str, pa.Array]:
    people, kept, person = world.people, licences.kept, licences.holder[source]
    shown = np.where(kept.other[source] == NOBODY, person, kept.other[source])
    issued = licences.issued[source]
    return {
        **name_columns(world, person, kept.middle[source]),
        **birth_columns(world, person),
        "birth_known": pa.array(kept.birth[source]),
        "female": pa.array(people.kin.female[person]),
        "pin": pa.array(people.pin[shown]),
        "old_id": pa.array(people.old_id[person]),
        "own_old_id": pa.array(people.old_id[person], mask=people.old_id[person] == NOBODY),
        "number_kind": pa.array(kept.number[source]),
        "new_style": pa.array(issued >= REFORM),
    }


def _facts(world: World, licences: Licences, source: Ints) -> Facts:
    kept, person = licences.kept, licences.holder[source]
    birth = np.where(kept.birth[source], world.people.precision[person], 0)
    return Facts(
        person=person, number=np.where(kept.other[source] == NOBODY, kept.number[source], NO_NUMBER).astype(np.int8),
        name=~kept.renamed[source], birth=birth.astype(np.int8),
        **place_facts(world, kept.home[source], old_style=licences.issued[source] < REFORM),
    )  # fmt: skip
