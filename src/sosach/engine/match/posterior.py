"""From scores to probabilities in a closed world: the best candidate against all others, listed or not.

For a record the chances stand in the ratio of their weights: each listed candidate 2^bits; the namesakes nobody listed,
as many as the name has bearers, each with the weight of a namesake whose other evidence disagrees; and the chance that
the person is not in the register, or hidden behind a name beyond recognition. This keeps the probability honest and
keeps two equally likely persons out of `link`: neither can have more than half.
"""

import math
from dataclasses import replace

import duckdb

from sosach.engine.match.levels import code
from sosach.engine.match.weights import Weights

PAIR_COLUMNS = "row INTEGER, p_row INTEGER, lid TINYINT, lname TINYINT, lbirth TINYINT, lplace TINYINT, lfit TINYINT, wp FLOAT, bits FLOAT"
HAS = ("pin", "old_id", "none", "pin, name unknown", "old_id, name unknown", "none, name unknown")
ROUNDS = 200
LEAST_RECORDS = 200
LEAST_OUTSIDE = 0.002
TOP = 5

# What the record has to prove itself with, and whether anybody bears its name, decide how likely its person is outside
# the register: a name nobody bears is an outsider's or a misspelt one.
HAS_SQL = (
    "CASE WHEN coalesce(m.pin, m.pin_rep) IS NOT NULL THEN 0 WHEN coalesce(m.old, m.old_rep) IS NOT NULL THEN 1 ELSE 2 END "
    "+ CASE WHEN m.n2 > 0 THEN 0 ELSE 3 END"
)


def _rest_sql(weights: Weights) -> str:
    """SQL of the weight of all namesakes of a record `m` that are not listed in `a` (`same` and `toned` are, with and without regard to tones)."""
    conflict = weights.constant_bits("birth", "conflict")
    no_id = weights.constant_bits("id", "conflict")
    elsewhere = math.log2(max(weights.m["place"]["province"] + weights.m["place"]["other"], 1e-3))
    toned = "(m.n1 > 0 AND m.accented)"
    bearers = (
        f"(CASE WHEN {toned} THEN m.n1 ELSE m.n2 END) * (CASE WHEN m.yob IS NOT NULL AND m.ymd IS NULL THEN pow(2, -m.wy) "
        f"ELSE 1 END) - coalesce(CASE WHEN m.yob IS NOT NULL AND m.ymd IS NULL "
        f"THEN (CASE WHEN {toned} THEN a.toned_year ELSE a.same_year END) "
        f"ELSE (CASE WHEN {toned} THEN a.toned ELSE a.same END) END, 0)"
    )
    bits = (
        f"(CASE WHEN {toned} THEN m.w1 ELSE m.w2 END) "
        f"+ (CASE WHEN m.ymd IS NOT NULL THEN {conflict} WHEN m.yob IS NOT NULL THEN m.wy ELSE 0 END) "
        f"+ (CASE WHEN m.commune IS NOT NULL THEN {elsewhere} ELSE 0 END) "
        f"+ (CASE WHEN m.pin IS NOT NULL THEN {no_id} ELSE 0 END)"
    )
    return f"CASE WHEN m.n2 > 0 THEN greatest(0, {bearers}) * pow(2, {bits}) ELSE 0 END"


def weigh(con: duckdb.DuckDBPyConnection, weights: Weights, *, records: str, pairs: str, into: str) -> Weights:
    """Make table `into` (row, has, listed DOUBLE, rest DOUBLE, best FLOAT, second FLOAT) and estimate `outside` from it.

    `outside` per class of record is raised to the value at which the mean chance of being outside equals itself: the
    data say how many records have no person in the register.
    """
    same, toned = f"lname <= {code('name', 'toneless')}", f"lname = {code('name', 'equal')}"
    year = f"lbirth <= {code('birth', 'year')}"
    con.execute(
        f"""
        CREATE OR REPLACE TABLE {into} AS
        WITH a AS (
            SELECT row, sum(pow(2, bits)) AS listed, max(bits) AS best, max(bits, 2)[2] AS second,
                   count(*) FILTER ({same}) AS same, count(*) FILTER ({toned}) AS toned,
                   count(*) FILTER ({same} AND {year}) AS same_year, count(*) FILTER ({toned} AND {year}) AS toned_year
            FROM {pairs} GROUP BY row)
        SELECT m.row, ({HAS_SQL})::TINYINT AS has, coalesce(a.listed, 0) AS listed, ({_rest_sql(weights)}) AS rest,
               a.best, a.second
        FROM {records} m LEFT JOIN a ON a.row = m.row"""
    )
    return replace(weights, outside=_outside(con, weights, into))


def outside_mass(weights: Weights, has: str) -> float:
    """Weight of "not in the register, or not to be recognised" against one listed candidate's 2^bits."""
    share = weights.outside[has]
    return weights.persons * (share / (1 - share) + weights.unseen)


def _outside(con: duckdb.DuckDBPyConnection, weights: Weights, table: str) -> dict[str, float]:
    """Per class of record the share without a person: the share that, taken as prior, comes out as the mean posterior."""
    # Records of nearly equal weight are counted together: an eighth of a bit is fine enough for a mean.
    bins = con.execute(
        f"SELECT has, avg(listed + rest), count(*) FROM {table} "
        f"GROUP BY has, floor(8 * log2(greatest(listed + rest, 1e-6))) ORDER BY ALL"
    ).fetchall()
    hidden = weights.persons * weights.unseen
    outside = {}
    for number, has in enumerate(HAS):
        mine = [(float(weight), int(count)) for which, weight, count in bins if which == number]
        total = sum(count for _, count in mine)
        share = weights.outside[has]
        for _ in range(ROUNDS if total >= LEAST_RECORDS else 0):
            mass = weights.persons * share / (1 - share)
            mean = sum(count * mass / (weight + mass + hidden) for weight, count in mine) / total
            share = min(max(mean, LEAST_OUTSIDE), 1 - LEAST_OUTSIDE)
        outside[has] = share
    return outside


def judge_pairs(con: duckdb.DuckDBPyConnection, weights: Weights, *, pairs: str, weighed: str, into: str) -> None:
    """Make table `into`: the first `TOP` candidates of each record with rank, probability and how many fit as well.

    Columns: row, p_row, rank, probability, rivals, lid, lname, lbirth, lplace, and `disputed`: the number is one
    namesake's and the birth date another's, so that the record names two persons.
    """
    denied = f"lbirth IN ({code('birth', 'part')}, {code('birth', 'conflict')})"
    dated = f"lbirth = {code('birth', 'equal')} AND lname <= {code('name', 'toneless')}"
    owner = f"lid IN ({code('id', 'pin')}, {code('id', 'old_id')}) AND lname <= {code('name', 'toneless')}"
    masses = " ".join(f"WHEN {number} THEN {outside_mass(weights, has)}" for number, has in enumerate(HAS))
    con.execute(
        f"""
        CREATE OR REPLACE TABLE {into} AS
        SELECT q.row, q.p_row, q.rank::TINYINT AS rank,
               (pow(2, q.bits) / (w.listed + w.rest + CASE w.has {masses} END))::FLOAT AS probability,
               q.rivals::INTEGER AS rivals, q.lid, q.lname, q.lbirth, q.lplace,
               (q.owned AND NOT ({owner})) OR (q.dated AND {denied} AND {owner}) AS disputed
        FROM (SELECT *, row_number() OVER best AS rank, bool_or({owner}) OVER (PARTITION BY row) AS owned,
                     bool_or({dated}) OVER (PARTITION BY row) AS dated,
                     count(*) OVER (PARTITION BY row ORDER BY bits RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) - 1 AS rivals
              FROM {pairs} WINDOW best AS (PARTITION BY row ORDER BY bits DESC, p_row) QUALIFY rank <= {TOP}) q
        JOIN {weighed} w ON w.row = q.row"""
    )
