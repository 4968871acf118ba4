"""Fills the register of people by one statement of the database: for figures only, since no procedure wrote these people.

Only `population_person` is filled: no sources, no journal, no numbers ever given. Reads by a PIN in force and searches by name
touch nothing else. The indexes for searches are built after the rows.
"""

from typing import Any

import psycopg

SURNAMES = ("NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HOÀNG", "HUỲNH", "PHAN", "VŨ", "VÕ", "ĐẶNG", "BÙI", "ĐỖ", "HỒ", "NGÔ")
MIDDLES = ("VĂN", "THỊ", "ĐỨC", "MINH", "THANH", "QUỐC", "NGỌC", "HỮU")
GIVEN = (
    "AN", "BÌNH", "CƯỜNG", "DŨNG", "HÀ", "HẢI", "HÒA", "HÙNG", "HƯƠNG", "LAN", "LINH", "MAI", "NAM", "PHÚC", "SƠN", "TÂM"
)  # fmt: skip
FIRST_SERIAL, STEP = 10_000_000_000, 7  # numbers from 010… on; the structure does not matter here
_PEOPLE = """
INSERT INTO population_person ({columns})
SELECT {values} FROM (
    SELECT serial, random(0, {names} - 1) AS name, random(0, {communes} - 1) AS commune, random(1930, 2025) AS born
    FROM generate_series(%(begin)s::bigint, %(end)s::bigint - 1) AS told(serial)
) AS drawn JOIN bench_names USING (name) JOIN bench_communes USING (commune)
"""
_TOLD = {
    "pin": f"lpad(({FIRST_SERIAL} + serial * {STEP})::text, 12, '0')",
    "full_name": "full_name",
    "name_k1": "k1",
    "name_k2": "k2",
    "birth_date": "born || '-05-06'",
    "sex": "sex",
    "nationality": "'VNM'",
    "life_status": "'alive'",
    "other": "'{}'::jsonb",
    "commune_code": "code",
    "province_code": "province_code",
    "merged_into_id": "NULL::bigint",
}


def pin_of(serial: int) -> str:
    """PIN of one of the people the benchmark made.

    >>> pin_of(3)
    '010000000021'
    """
    return f"{FIRST_SERIAL + serial * STEP:012d}"


def fill(address: dict[str, Any], persons: int) -> int:
    """Bring the register up to that many people, numbers `pin_of(0)` and on; returns how many were added."""
    with psycopg.connect(**address) as owner:
        found = owner.execute(
            "SELECT count(*) FROM population_person WHERE pin >= %s AND pin < %s", [pin_of(0), pin_of(2 * 10**9)]
        ).fetchone()
        present = found[0] if found else 0
        if present >= persons:
            return 0
        communes = _ready(owner)
        indexes = owner.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i "
            "WHERE i.indrelid = 'population_person'::regclass AND NOT i.indisunique"
        ).fetchall()
        for name, _ in indexes:
            owner.execute(f"DROP INDEX {name}")
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or building indexes would have to wait
        owner.execute(_statement(owner, communes), {"begin": present, "end": persons})
        owner.execute("SET LOCAL maintenance_work_mem = '1GB'")
        for _, definition in indexes:
            owner.execute(definition)
    with psycopg.connect(**address, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE population_person")
        owner.execute("CHECKPOINT")
    return persons - present


def _ready(owner: psycopg.Connection[Any]) -> int:
    """Names with their search keys, and communes of today, as tables of this session; how many communes."""
    from sosach.vn.names import keys  # noqa: PLC0415 - after Django's settings, as all of ours

    owner.execute("SET statement_timeout = 0")
    owner.execute("SELECT setseed(0.7)")
    owner.execute("CREATE TEMP TABLE bench_names (name int, full_name text, k1 text, k2 text, sex text)")
    names = [f"{first} {middle} {last}" for first in SURNAMES for middle in MIDDLES for last in GIVEN]
    with owner.cursor() as cursor, cursor.copy("COPY bench_names FROM STDIN") as copy:
        for number, name in enumerate(names):
            key = keys(name)
            copy.write_row((number, name, key.k1, key.k2, "F" if " THỊ " in name else "M"))
    owner.execute(
        "CREATE TEMP TABLE bench_communes AS SELECT (row_number() OVER (ORDER BY code) - 1)::int AS commune, code, "
        "province_code FROM (SELECT DISTINCT code, province_code FROM places_unit WHERE level = 'commune' "
        "AND valid_to IS NULL) AS now"
    )
    owner.execute("ANALYZE bench_names, bench_communes")
    found = owner.execute("SELECT count(*) FROM bench_communes").fetchone()
    return int(found[0]) if found else 0


def _statement(owner: psycopg.Connection[Any], communes: int) -> str:
    columns = [
        name
        for (name,) in owner.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'population_person' "
            "AND is_identity = 'NO' ORDER BY ordinal_position"
        ).fetchall()
    ]
    values = ", ".join(_TOLD.get(column, "''") for column in columns)
    names = len(SURNAMES) * len(MIDDLES) * len(GIVEN)
    return _PEOPLE.format(columns=", ".join(columns), values=values, names=names, communes=communes)
