"""Which persons are compared with a record: first those its ID number names, then those who share enough other evidence.

Evidence is counted before it is listed: a key that fits more than `MOST` persons is not listed, it only enters the
posterior as namesakes. So hopeless blocks cost nothing.
"""

from dataclasses import dataclass

import duckdb

from sosach.engine.match.levels import code, levels_sql
from sosach.engine.match.weights import Weights, bits_sql

MOST = 12

_RECORD_WEIGHTS = "v.w1, v.w2, v.we, v.wd, v.wy, v.wc, v.wf, v.wu"


@dataclass(frozen=True, slots=True)
class Key:
    """One way to find candidates.

    Attributes:
        name: for the manifest.
        record: key expressions over `v`; NULL finds nobody.
        person: the same over `p`.
        where: condition on the record `v`.
        counted: list only keys that fit at most `MOST` persons.
        same_name: the key contains the toneless name.
        keep: condition on the compared pair; others are dropped at once.
        by_commune: the key holds a commune `c`: persons stand at each of theirs, records at each a split one may mean.
    """

    name: str
    record: tuple[str, ...]
    person: tuple[str, ...]
    where: str = "true"
    counted: bool = False
    same_name: bool = True
    keep: str = "true"
    by_commune: bool = False


NAMED_BY_ID = (
    Key("pin", ("v.pin",), ("p.pin",), same_name=False),
    Key("pin_repair", ("v.pin_rep",), ("p.pin",), same_name=False),
    Key("old_id", ("v.old",), ("p.old",), same_name=False),
    Key("old_id_repair", ("v.old_rep",), ("p.old",), same_name=False),
)

# Every person at each of her communes, so that a name is counted with all who may be meant by "of this commune".
_AT_COMMUNES = "(SELECT *, c1 AS c FROM mp UNION ALL SELECT *, c2 AS c FROM mp WHERE c2 IS NOT NULL)"
_FAR = f"lname <= {code('name', 'part')}"
_COMMON = f"v.n2 > {MOST}"
_NUMBER = "coalesce(v.pin, v.pin_rep)"

BY_NAME = (
    Key("name", ("v.k2h",), ("p.k2h",), where=f"v.n2 BETWEEN 1 AND {MOST}"),
    Key("name+date", ("v.k2h", "v.ymd"), ("p.k2h", "p.ymd"), where=_COMMON),
    Key("name+swapped date", ("v.k2h", "v.swapped"), ("p.k2h", "p.ymd"), where=_COMMON),
    Key("name+year", ("v.k2h", "v.yob"), ("p.k2h", "p.yob"), where=_COMMON, counted=True),
    Key("name+commune", ("v.k2h", "v.c"), ("p.k2h", "p.c"), where=_COMMON, counted=True, by_commune=True),
    Key(
        "name+head of number",
        ("v.k2h", f"{_NUMBER} // 1000000"),
        ("p.k2h", "p.pin // 1000000"),
        where=_COMMON,
        counted=True,
    ),
    Key("name+tail of number", ("v.k2h", f"{_NUMBER} % 1000000"), ("p.k2h", "p.pin % 1000000"), where=_COMMON),
    Key(
        "name+head of old number", ("v.k2h", "v.old // 10000"), ("p.k2h", "p.old // 10000"), where=_COMMON, counted=True
    ),
    Key("name+tail of old number", ("v.k2h", "v.old % 10000"), ("p.k2h", "p.old % 10000"), where=_COMMON),
)

# Another spelling keeps the first or the last part of the name.
BY_NEAR_NAME = (
    Key("given+date", ("v.given", "v.ymd"), ("p.given", "p.ymd"), same_name=False, keep=_FAR),
    Key(
        "family+date+province",
        ("v.family", "v.ymd", "v.province"),
        ("p.family", "p.ymd", "p.province"),
        same_name=False,
        keep=_FAR,
    ),
    Key(
        "ends+commune",
        ("v.family", "v.given", "v.c"),
        ("p.family", "p.given", "p.c"),
        where="v.ymd IS NULL",
        counted=True,
        by_commune=True,
        same_name=False,
        keep=_FAR,
    ),
)


def pairs_sql(con: duckdb.DuckDBPyConnection, key: Key, weights: Weights, *, records: str) -> str:
    """SELECT of the compared pairs one key finds: row, p_row, lid, lname, lbirth, lplace, lfit, wp, bits."""
    on = " AND ".join(f"{r} = {p}" for r, p in zip(key.record, key.person, strict=True))
    listed = _AT_COMMUNES if key.by_commune else "mp"
    asked = (
        f"(SELECT *, unnest(list_prepend(commune, coalesce(more, []))) AS c FROM {records})"
        if key.by_commune
        else records
    )
    persons = f"{listed} p"
    if key.counted:
        shared = ", ".join(f"{p} AS k{i}" for i, p in enumerate(key.person))
        wanted = ", ".join(f"{r} AS k{i}" for i, r in enumerate(key.record))
        names = ", ".join(f"k{i}" for i in range(len(key.person)))
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE few AS
            SELECT {names} FROM (SELECT {shared} FROM {listed} p) SEMI JOIN (SELECT {wanted} FROM {asked} v WHERE {key.where})
            USING ({names}) GROUP BY ALL HAVING count(*) <= {MOST}"""
        )
        on += " AND " + " AND ".join(f"few.k{i} = {p}" for i, p in enumerate(key.person))
        persons = f"few JOIN {listed} p ON " + " AND ".join(f"few.k{i} = {p}" for i, p in enumerate(key.person))
        persons = f"({persons})"
    return _compared(key, weights, records=asked, persons=persons, on=on)


def _compared(key: Key, weights: Weights, *, records: str, persons: str, on: str) -> str:
    def select(*, same_name: bool, names: str, wp: str, where: str) -> str:
        return f"""
        SELECT row, p_row, lid, lname, lbirth, lplace, lfit, wp, {bits_sql(weights)} AS bits FROM (
            SELECT v.row, p.p_row, {levels_sql(same_name=same_name)}, {_RECORD_WEIGHTS}, {wp} AS wp
            FROM {records} v JOIN {persons} ON {on} {names} WHERE {key.where} AND {where})
        WHERE {key.keep}"""

    if key.same_name:
        return select(same_name=True, names="", wp="0::FLOAT", where="true")
    total = max(weights.persons, 2)
    names = "JOIN mn vn ON vn.name_id = v.name_id LEFT JOIN mn pn ON pn.name_id = p.name_id"
    same = select(same_name=True, names="", wp="0::FLOAT", where="v.k2h = p.k2h")
    far = select(
        same_name=False,
        names=names,
        wp=f"log2({total} / greatest(coalesce(pn.n2, 1), 1))::FLOAT",
        where="v.k2h IS DISTINCT FROM p.k2h",
    )
    return f"{same} UNION ALL {far}"


def add_pairs(
    con: duckdb.DuckDBPyConnection, keys: tuple[Key, ...], weights: Weights, *, records: str, into: str
) -> None:
    """Append the pairs of several keys to a table; a pair may come in more than once."""
    for key in keys:
        con.execute(f"INSERT INTO {into} {pairs_sql(con, key, weights, records=records)}")
