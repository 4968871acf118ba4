"""Narrow tables of integers for matching: `mp` (persons), `mv` (records that look for their person), and frequencies."""

import duckdb

from sosach.base.registers import Register

# Weight given to a name, date, commune or year that no person of the register has: as if half a person had it.
UNSEEN = 0.5

_PERSONS = """
CREATE OR REPLACE TABLE mp AS
SELECT s.row AS p_row, s.pin::BIGINT AS pin, s.old_id::BIGINT AS old, s.name_id, n.k1h, n.k2h, n.ends,
       s.birth_year AS yob, CASE WHEN s.birth_day IS NOT NULL
            THEN s.birth_year::INTEGER * 10000 + s.birth_month::INTEGER * 100 + s.birth_day END AS ymd,
       s.current_commune::INTEGER AS c1, nullif(s.permanent_commune::INTEGER, s.current_commune::INTEGER) AS c2,
       s.province::TINYINT AS province, s.sex, n.accented
FROM std_population s LEFT JOIN mn n USING (name_id)
ORDER BY s.row
"""

_NAMES = """
CREATE OR REPLACE TABLE mn AS
SELECT name_id, hash(k1) AS k1h, hash(k2) AS k2h,
       hash(split_part(k2, ' ', 1) || ' ' || split_part(k2, ' ', -1)) AS ends, k2, accented
FROM names WHERE k2 IS NOT NULL
"""

_FREQUENCIES = (
    "CREATE OR REPLACE TABLE f_k1 AS SELECT k1h, count(*) AS n FROM mp GROUP BY k1h",
    "CREATE OR REPLACE TABLE f_k2 AS SELECT k2h, count(*) AS n FROM mp GROUP BY k2h",
    "CREATE OR REPLACE TABLE f_ends AS SELECT ends, count(*) AS n FROM mp GROUP BY ends",
    "CREATE OR REPLACE TABLE f_ymd AS SELECT ymd, count(*) AS n FROM mp WHERE ymd IS NOT NULL GROUP BY ymd",
    "CREATE OR REPLACE TABLE f_year AS SELECT yob, count(*) AS n FROM mp WHERE yob IS NOT NULL GROUP BY yob",
    """CREATE OR REPLACE TABLE f_commune AS SELECT c, count(*) AS n
       FROM (SELECT c1 AS c FROM mp WHERE c1 IS NOT NULL UNION ALL SELECT c2 FROM mp WHERE c2 IS NOT NULL) GROUP BY c""",
)


def prepare_persons(con: duckdb.DuckDBPyConnection) -> int:
    """Make `mn`, `mp` and the frequency tables from `names` and `std_population`; returns the number of persons."""
    con.execute(_NAMES)
    con.execute(_PERSONS)
    for sql in _FREQUENCIES:
        con.execute(sql)
    row = con.execute("SELECT count(*) FROM mp").fetchone()
    return int(row[0]) if row else 0


def prepare_records(con: duckdb.DuckDBPyConnection, register: Register, persons: int) -> int:
    """Make `mv` from a register's standardised table: records of persons, with the weight of what they say.

    Weights are in bits: how surprising it is that a person drawn at random has this name, date, year or commune.
    Organisations and records without a name take no part; they are classed by the judge.
    """
    sex = "s.sex" if register is Register.LICENCES else "NULL::VARCHAR"
    total = max(persons, 2)
    con.execute(
        f"""
        CREATE OR REPLACE TABLE mv AS
        WITH base AS (
            SELECT s.row, s.pin::BIGINT AS pin, s.pin_repair::BIGINT AS pin_rep,
                   s.old_id::BIGINT AS old, s.old_id_repair::BIGINT AS old_rep, s.name_id,
                   s.birth_year AS yob, CASE WHEN s.birth_day IS NOT NULL
                     THEN s.birth_year::INTEGER * 10000 + s.birth_month::INTEGER * 100 + s.birth_day END AS ymd,
                   s.birth_month AS bm, s.birth_day AS bd,
                   s.communes, s.province::INTEGER AS province, {sex} AS sex
            FROM std_{register} s WHERE s.owner_kind IN ('person', 'several'))
        SELECT b.row, b.pin, b.pin_rep, b.old, b.old_rep, b.name_id, n.k1h, n.k2h, n.ends, n.accented,
               b.yob, b.ymd, CASE WHEN b.bd <= 12 AND b.bm <> b.bd THEN b.yob::INTEGER * 10000 + b.bd::INTEGER * 100 + b.bm END AS swapped,
               b.communes[1] AS commune, CASE WHEN len(b.communes) > 1 THEN b.communes[2:] END AS more, b.province, b.sex,
               coalesce(k1.n, 0)::INTEGER AS n1, coalesce(k2.n, 0)::INTEGER AS n2,
               log2({total} / coalesce(k1.n, {UNSEEN}))::FLOAT AS w1, log2({total} / coalesce(k2.n, {UNSEEN}))::FLOAT AS w2,
               log2({total} / coalesce(e.n, {UNSEEN}))::FLOAT AS we,
               log2({total} / coalesce(d.n, {UNSEEN}))::FLOAT AS wd, log2({total} / coalesce(y.n, {UNSEEN}))::FLOAT AS wy,
               log2({total} / coalesce(c.n, {UNSEEN}) / greatest(len(b.communes), 1))::FLOAT AS wc
        FROM base b JOIN mn n USING (name_id)
        LEFT JOIN f_k1 k1 ON k1.k1h = n.k1h LEFT JOIN f_k2 k2 ON k2.k2h = n.k2h
        LEFT JOIN f_ends e ON e.ends = n.ends
        LEFT JOIN f_ymd d ON d.ymd = b.ymd LEFT JOIN f_year y ON y.yob = b.yob
        LEFT JOIN f_commune c ON c.c = b.communes[1]
        """
    )
    row = con.execute("SELECT count(*) FROM mv").fetchone()
    return int(row[0]) if row else 0
