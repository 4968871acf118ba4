"""Narrow tables of integers for matching: `mn` names, `mp` persons, `mr` records, and how often values occur."""

import duckdb

from sosach.base.registers import Register

# Weight given to a name, date, commune or year that no person of the register has: as if half a person had it.
UNSEEN = 0.5

# Nobody younger owns a vehicle or holds a licence, but for errors; the law sets 18 for most classes, 16 for mopeds.
YOUNGEST = 15
EVENT_YEAR = {Register.VEHICLES: "registered_year", Register.LICENCES: "issued_year"}

# A first and a last part of the name, so that one misspelt part still finds the other; `n1` and `n2` bear the name with
# and without regard to tones.
_NAMES = """
CREATE OR REPLACE TABLE mn AS
WITH bearers AS (SELECT name_id, count(*)::INTEGER AS n FROM std_population WHERE name_id IS NOT NULL GROUP BY name_id),
named AS (
    SELECT d.name_id, hash(d.k1) AS k1h, hash(d.k2) AS k2h, d.k2, d.accented, coalesce(b.n, 0) AS n
    FROM names d LEFT JOIN bearers b USING (name_id) WHERE d.k2 IS NOT NULL),
by_k1 AS MATERIALIZED (SELECT k1h, any_value(k2h) AS k2h, sum(n)::INTEGER AS n1 FROM named GROUP BY k1h),
by_k2 AS (SELECT k2h, sum(n1)::INTEGER AS n2 FROM by_k1 GROUP BY k2h)
SELECT a.name_id, a.k1h, a.k2h, a.k2, a.accented, by_k1.n1, by_k2.n2,
       (hash(split_part(a.k2, ' ', 1)) // 4294967296)::UINTEGER AS family,
       (hash(split_part(a.k2, ' ', -1)) // 4294967296)::UINTEGER AS given
FROM named a JOIN by_k1 USING (k1h) JOIN by_k2 ON by_k2.k2h = a.k2h
"""

_YMD = "CASE WHEN s.birth_day IS NOT NULL THEN s.birth_year::INTEGER * 10000 + s.birth_month::INTEGER * 100 + s.birth_day END"

_PERSONS = f"""
CREATE OR REPLACE TABLE mp AS
SELECT s.row AS p_row, s.pin::BIGINT AS pin, s.old_id::INTEGER AS old, s.name_id, n.k1h, n.k2h, n.family, n.given,
       n.accented, s.birth_year AS yob, {_YMD} AS ymd, s.current_commune::INTEGER AS c1,
       nullif(s.permanent_commune::INTEGER, s.current_commune::INTEGER) AS c2, s.province::TINYINT AS province, s.sex
FROM std_population s LEFT JOIN mn n USING (name_id)
"""

_FREQUENCIES = (
    "CREATE OR REPLACE TABLE f_ymd AS SELECT ymd, count(*) AS n FROM mp WHERE ymd IS NOT NULL GROUP BY ymd",
    "CREATE OR REPLACE TABLE f_year AS SELECT yob, count(*) AS n FROM mp WHERE yob IS NOT NULL GROUP BY yob",
    # share of persons born in that year or before
    """CREATE OR REPLACE TABLE f_able AS
       SELECT y.yob::SMALLINT AS yob, (SELECT coalesce(sum(n), 0) FROM f_year f WHERE f.yob <= y.yob)
              / greatest((SELECT sum(n) FROM f_year), 1) AS able
       FROM range(1880, 2101) y(yob)""",
    """CREATE OR REPLACE TABLE f_commune AS SELECT c, count(*) AS n
       FROM (SELECT c1 AS c FROM mp WHERE c1 IS NOT NULL UNION ALL SELECT c2 FROM mp WHERE c2 IS NOT NULL) GROUP BY c""",
    # names by how many bear them
    """CREATE OR REPLACE TABLE f_bearers AS
       SELECT n1 AS n, count(DISTINCT k1h) AS names FROM mn WHERE n1 > 0 GROUP BY n1""",
    "CREATE OR REPLACE TABLE f_province AS SELECT province, count(*) AS n FROM mp WHERE province IS NOT NULL GROUP BY province",
)
PERSON_TABLES = ("mn", "mp", "f_ymd", "f_year", "f_able", "f_commune", "f_bearers", "f_province")


def prepare_persons(con: duckdb.DuckDBPyConnection) -> int:
    """Make the tables about persons from `names` and `std_population`; returns the number of persons."""
    for sql in (_NAMES, _PERSONS, *_FREQUENCIES):
        con.execute(sql)
    row = con.execute("SELECT count(*) FROM mp").fetchone()
    return int(row[0]) if row else 0


def prepare_records(con: duckdb.DuckDBPyConnection, register: Register) -> None:
    """Make `mr` from a register's standardised table: the records of persons.

    Organisations and records without a name take no part; they are classed by the judge.
    """
    sex = "s.sex" if register is Register.LICENCES else "NULL::VARCHAR"
    con.execute(
        f"""
        CREATE OR REPLACE TABLE mr AS
        SELECT s.row, s.pin::BIGINT AS pin, s.pin_repair::BIGINT AS pin_rep,
               s.old_id::INTEGER AS old, s.old_id_repair::INTEGER AS old_rep, s.name_id, n.k1h, n.k2h, n.n1, n.n2, n.accented,
               s.birth_year AS yob, {_YMD} AS ymd,
               CASE WHEN s.birth_day <= 12 AND s.birth_month <> s.birth_day
                    THEN s.birth_year::INTEGER * 10000 + s.birth_day::INTEGER * 100 + s.birth_month END AS swapped,
               s.communes[1] AS commune, CASE WHEN len(s.communes) > 1 THEN s.communes[2:] END AS more,
               s.province::TINYINT AS province, {sex} AS sex, s.{EVENT_YEAR[register]} - {YOUNGEST} AS latest,
               (CASE WHEN s.pin IS NOT NULL THEN 0 WHEN s.pin_repair IS NOT NULL THEN 1 WHEN s.old_id IS NOT NULL THEN 2
                     WHEN s.old_id_repair IS NOT NULL THEN 3 ELSE 4 END)::TINYINT AS has
        FROM std_{register} s JOIN mn n USING (name_id) WHERE s.owner_kind IN ('person', 'several')"""
    )


# How many namesakes live in the communes the record may mean, and how many have its birth year.
_AROUND = (
    """CREATE OR REPLACE TABLE around_here AS
    WITH asked AS (SELECT row, k2h, unnest(list_prepend(commune, coalesce(more, []))) AS c FROM unsure
                   WHERE n2 > 0 AND commune IS NOT NULL),
    keys AS (SELECT DISTINCT k2h, c FROM asked),
    lives AS (SELECT k2h, c1 AS c FROM mp WHERE c1 IS NOT NULL UNION ALL SELECT k2h, c2 FROM mp WHERE c2 IS NOT NULL),
    counts AS (SELECT k2h, c, count(*) AS n FROM lives SEMI JOIN keys USING (k2h, c) GROUP BY k2h, c)
    SELECT row, sum(n)::INTEGER AS n FROM asked JOIN counts USING (k2h, c) GROUP BY row""",
    """CREATE OR REPLACE TABLE around_year AS
    SELECT k2h, yob, count(*)::INTEGER AS n
    FROM mp SEMI JOIN (SELECT DISTINCT k2h, yob FROM unsure WHERE n2 > 0 AND yob IS NOT NULL) USING (k2h, yob)
    GROUP BY k2h, yob""",
    """CREATE OR REPLACE TABLE around_ends AS
    WITH own AS (SELECT DISTINCT family, given FROM mn SEMI JOIN (SELECT DISTINCT name_id FROM unsure) USING (name_id))
    SELECT family, given, count(*)::INTEGER AS n FROM mp SEMI JOIN own USING (family, given) GROUP BY family, given""",
)


def weigh_records(con: duckdb.DuckDBPyConnection, persons: int) -> None:
    """Make `open` from the records in `unsure`, each with the weight of what it says.

    Weights are in bits: how surprising it is that a person drawn at random has this name (`w1` with tones, `w2`
    without, `we` first and last part only), birth date (`wd`), birth year (`wy`), commune (`wc`) or province (`wp`), is
    old enough and of the sex (`wf`), or is too young (`wu`). `n_name` counts those who bear the name (in its tones
    where anybody does), `n_here` and `n_year` the namesakes in its communes and of its birth year; `known` is one of `weights.KNOWN`.
    """
    total = max(persons, 2)

    def bits(count: str, share: str = "1") -> str:
        return f"log2({total} / (CASE WHEN {count} > 0 THEN {count} ELSE {UNSEEN} END) / {share})::FLOAT"

    for sql in _AROUND:
        con.execute(sql)
    con.execute(
        f"""
        CREATE OR REPLACE TABLE open AS
        SELECT r.*, n.family, n.given, {bits("r.n1")} AS w1, {bits("r.n2")} AS w2, {bits("e.n")} AS we,
               {bits("d.n")} AS wd, {bits("y.n")} AS wy, {bits("c.n", "(1 + len(coalesce(r.more, [])))")} AS wc,
               {bits("p.n")} AS wp,
               log2(1 / coalesce(a.able, 1) * CASE WHEN r.sex IS NULL THEN 1 ELSE 2 END)::FLOAT AS wf,
               log2(1 / greatest(1 - coalesce(a.able, 0), 1e-4))::FLOAT AS wu,
               (CASE WHEN r.n1 > 0 AND r.accented THEN r.n1 ELSE r.n2 END)::INTEGER AS n_name, coalesce(h.n, 0) AS n_here, coalesce(s.n, 0) AS n_year,
               (CASE WHEN r.n2 = 0 THEN 2 WHEN r.accented AND r.n1 = 0 THEN 1 ELSE 0 END)::TINYINT AS known
        FROM unsure r JOIN mn n USING (name_id)
        LEFT JOIN around_ends e ON e.family = n.family AND e.given = n.given
        LEFT JOIN f_ymd d ON d.ymd = r.ymd LEFT JOIN f_year y ON y.yob = r.yob LEFT JOIN f_commune c ON c.c = r.commune
        LEFT JOIN f_province p ON p.province = r.province LEFT JOIN f_able a ON a.yob = r.latest
        LEFT JOIN around_here h ON h.row = r.row LEFT JOIN around_year s ON s.k2h = r.k2h AND s.yob = r.yob"""
    )
    for table in ("unsure", "around_here", "around_year", "around_ends"):
        con.execute(f"DROP TABLE {table}")
