"""Which persons are compared with a record: first those its ID number names, then those who share enough other evidence.

Evidence is counted before it is listed: a key that fits more than `MOST` persons is not listed, it only enters the
posterior as namesakes. So hopeless blocks cost nothing.
"""

from dataclasses import dataclass

import duckdb

from sosach.engine.match.levels import code, levels_sql
from sosach.engine.match.weights import surprise_sql

MOST = 12
PAIR_COLUMNS = "row INTEGER, p_row INTEGER, lid TINYINT, lname TINYINT, lbirth TINYINT, lplace TINYINT, lfit TINYINT, surprise FLOAT"
# A record with nothing beside name and commune may still be decided by the address, and is shown to its commune: more of
# its namesakes are listed.
MOST_IN_COMMUNE = 100


@dataclass(frozen=True, slots=True)
class Key:
    """One way to find candidates.

    Attributes:
        record: key expressions over `v`; NULL finds nobody.
        person: the same over `p`.
        where: condition on the record `v`.
        records: where the records stand: `open`, or those of them one way more, see below.
        persons: where the persons stand: `mp`, or each at all of her communes.
        counted: leave out what fits more than `MOST` persons.
    """

    record: tuple[str, ...]
    person: tuple[str, ...]
    where: str = "true"
    records: str = "{records}"
    persons: str = "mp"
    counted: bool = False


# Every person at each of her communes, so that a name is counted with all who may be meant by "of this commune"; every
# record at each commune a split one may mean; a date also with day and month swapped.
_AT_COMMUNES = "(SELECT *, c1 AS c FROM mp UNION ALL SELECT *, c2 AS c FROM mp WHERE c2 IS NOT NULL)"
_OF_COMMUNES = "(SELECT *, unnest(list_prepend(commune, coalesce(more, []))) AS c FROM {records})"
_OF_DATES = "(SELECT *, unnest([ymd, swapped]) AS day FROM {records} WHERE ymd IS NOT NULL)"
_COMMON = f"v.n2 > {MOST}"
_NUMBER = "coalesce(v.pin, v.pin_rep)"
_HERE = f"v.n_here <= CASE WHEN v.yob IS NULL AND v.has = 4 THEN {MOST_IN_COMMUNE} ELSE {MOST} END"

BY_NAME = (
    Key(("v.k2h",), ("p.k2h",), f"v.n2 BETWEEN 1 AND {MOST}"),
    Key(("v.k2h", "v.day"), ("p.k2h", "p.ymd"), _COMMON, records=_OF_DATES),
    Key(("v.k2h", "v.yob"), ("p.k2h", "p.yob"), f"{_COMMON} AND v.n_year <= {MOST}"),
    Key(("v.k2h", "v.c"), ("p.k2h", "p.c"), f"{_COMMON} AND {_HERE}", records=_OF_COMMUNES, persons=_AT_COMMUNES),
    Key(
        ("v.k2h", "v.c", "v.yob"),
        ("p.k2h", "p.c", "p.yob"),
        f"{_COMMON} AND NOT ({_HERE})",
        records=_OF_COMMUNES,
        persons=_AT_COMMUNES,
    ),
    Key(("v.k2h", f"{_NUMBER} % 1000000"), ("p.k2h", "p.pin % 1000000"), _COMMON),
    Key(("v.k2h", f"{_NUMBER} // 1000000"), ("p.k2h", "p.pin // 1000000"), _COMMON),
    Key(("v.k2h", "v.old % 10000"), ("p.k2h", "p.old % 10000"), _COMMON),
    Key(("v.k2h", "v.old // 10000"), ("p.k2h", "p.old // 10000"), _COMMON),
)

# Another spelling keeps the first or the last part of the name.
BY_NEAR_NAME = (
    Key(("v.given", "v.ymd"), ("p.given", "p.ymd")),
    Key(("v.family", "v.ymd", "v.province"), ("p.family", "p.ymd", "p.province")),
    Key(
        ("v.family", "v.given", "v.c"),
        ("p.family", "p.given", "p.c"),
        "v.ymd IS NULL",
        records=_OF_COMMUNES,
        persons=_AT_COMMUNES,
        counted=True,
    ),
)


def add_found(con: duckdb.DuckDBPyConnection, keys: tuple[Key, ...], *, records: str, into: str) -> None:
    """Append (row, p_row) of what several keys find to a table; a pair may come in more than once."""
    for key in keys:
        on = " AND ".join(f"{p} = {r}" for r, p in zip(key.record, key.person, strict=True))
        asked = key.records.format(records=records)
        persons = key.persons
        if key.counted:
            names = ", ".join(f"k{at}" for at in range(len(key.person)))
            wanted = ", ".join(f"{r} AS k{at}" for at, r in enumerate(key.record))
            held = ", ".join(f"{p} AS k{at}" for at, p in enumerate(key.person))
            persons = f"""(SELECT p_row, {names} FROM (SELECT p_row, {held} FROM {persons} p)
                           SEMI JOIN (SELECT {wanted} FROM {asked} v WHERE {key.where}) USING ({names})
                           QUALIFY count(*) OVER (PARTITION BY {names}) <= {MOST})"""
            on = " AND ".join(f"p.k{at} = {r}" for at, r in enumerate(key.record))
        con.execute(
            f"INSERT INTO {into} SELECT v.row, p.p_row FROM {asked} v JOIN {persons} p ON {on} WHERE {key.where}"
        )


def compare(con: duckdb.DuckDBPyConnection, *, found: str, persons: int, into: str, same_name: bool) -> None:
    """Append the pairs of `found` to a table as they compare: either those of one toneless name, or those of two.

    Two names that have nothing in common stay only where the number leads there. Columns: row, p_row, lid, lname, lbirth,
    lplace, lfit, surprise.
    """
    names, bearers, kept = "WHERE v.k2h = p.k2h", "1", "true"
    if not same_name:
        names = "JOIN mn vn ON vn.name_id = v.name_id JOIN mn pn ON pn.name_id = p.name_id WHERE v.k2h <> p.k2h"
        bearers = "pn.n2"
        kept = f"lname < {code('name', 'different')} OR lid < {code('id', 'partial')}"
    # a table of its own: as one query the names would be compared once for the condition and again for the value
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE compared AS
        SELECT v.row, p.p_row, {levels_sql(same_name=same_name)}, {bearers} AS pn2,
               v.w1, v.w2, v.we, v.wd, v.wy, v.wc, v.wp, v.wf, v.wu
        FROM (SELECT DISTINCT row, p_row FROM {found}) q JOIN open v ON v.row = q.row JOIN mp p ON p.p_row = q.p_row {names}"""
    )
    con.execute(
        f"INSERT INTO {into} SELECT row, p_row, lid, lname, lbirth, lplace, lfit, {surprise_sql(persons)} "
        f"FROM compared v WHERE {kept}"
    )
    con.execute("DROP TABLE compared")
