"""The deterministic cascade: an ID number that leads to one person, confirmed by the name and not denied by the birth date.

A number alone proves little (about one in two hundred belongs to somebody else); with the name it settles the record
for good. Whatever is left goes on to be scored.
"""

import math
from dataclasses import dataclass

import duckdb

from sosach.engine.match.levels import birth_level, code, name_level, place_level
from sosach.engine.match.weights import Weights

# Number and name together must stand this many bits above chance.
SURE_BITS = 12.0
# And the next person that bears the number must stand this far below.
SURE_GAP = 6.0


# Birth dates that speak against the person.
_DENIED = f"{code('birth', 'part')}, {code('birth', 'conflict')}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the cascade: a number of the record, the person's number it must equal, and whom it may not concern."""

    level: str
    record: str
    person: str
    twice: str
    where: str


CASCADE = (
    Step("pin", "pin", "pin", "twice_pin", "v.pin IS NOT NULL"),
    Step("pin_repair", "pin_rep", "pin", "twice_pin", "v.pin IS NULL AND v.pin_rep IS NOT NULL AND v.old IS NULL"),
    Step("old_id", "old", "old", "twice_old", "v.pin IS NULL AND v.old IS NOT NULL"),
    Step("old_id_repair", "old_rep", "old", "twice_old", "v.pin IS NULL AND v.old IS NULL AND v.old_rep IS NOT NULL"),
)


def find_sure(con: duckdb.DuckDBPyConnection, weights: Weights) -> None:
    """Make table `sure` (row, p_row, bits, lid, lname, lbirth, lplace): at most one line per record."""
    con.execute(f"CREATE OR REPLACE TABLE sure AS {' UNION ALL '.join(_step_sql(step, weights) for step in CASCADE)}")
    # A cell that holds a repaired PIN beside an old number may lead to two persons: then neither is sure.
    con.execute("DELETE FROM sure WHERE row IN (SELECT row FROM sure GROUP BY row HAVING count(*) > 1)")


def settle_by_number(con: duckdb.DuckDBPyConnection, weights: Weights) -> None:
    """Move records from `open` to `sure` whose number leads to one person of a near name, with enough beside it.

    They leave before the weights are estimated: a number that led to them says nothing about the names of the rest.
    """
    least = math.log2(max(weights.persons, 2)) + SURE_BITS
    con.execute(
        f"""
        CREATE OR REPLACE TABLE settled AS
        SELECT row, arg_max(p_row, bits) AS p_row, max(bits) AS bits,
               arg_max({{'lid': lid, 'lname': lname, 'lbirth': lbirth, 'lplace': lplace}}, bits) AS l
        FROM found GROUP BY row
        HAVING max(bits) >= {least:.4f} AND arg_max(lname, bits) <= {code("name", "part")}
           AND arg_max(lbirth, bits) NOT IN ({_DENIED})
           AND coalesce(max(bits) - max(bits, 2)[2] >= {SURE_GAP}, true)"""
    )
    con.execute(
        f"INSERT INTO sure SELECT row, p_row, (bits - {least - SURE_BITS:.4f})::FLOAT, l.lid, l.lname, l.lbirth, l.lplace "
        "FROM settled"
    )
    for table in ("open", "found"):
        con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {table} ANTI JOIN settled USING (row)")
    con.execute("DROP TABLE settled")


def _step_sql(step: Step, weights: Weights) -> str:
    number = weights.constant_bits("id", step.level)
    bearers = max(weights.persons, 2) / 2 ** (SURE_BITS - number)
    return f"""
    SELECT row, p_row, {number:.4f}::FLOAT + log2({max(weights.persons, 2)} / greatest(n2, 1))::FLOAT AS bits,
           {code("id", step.level)}::TINYINT AS lid, lname, lbirth, lplace
    FROM (SELECT v.row, p.p_row, v.n2, {name_level(same_name=True)} AS lname, {birth_level()} AS lbirth,
                 {place_level()} AS lplace
          FROM mr v JOIN mp p ON p.{step.person} = v.{step.record} AND p.k2h = v.k2h
          WHERE {step.where} AND v.n2 <= {bearers:.1f}
            AND v.{step.record} NOT IN (SELECT {step.person} FROM {step.twice}))
    WHERE lbirth NOT IN ({_DENIED})"""
