"""Makes families: finds the keys that repeat, gathers their records, counts their groups; linear, whatever repeats."""

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter

import duckdb
import numpy as np
import pyarrow as pa

from sosach.engine.checks.rule import Family, flatten, references

Marks = np.ndarray[tuple[int], np.dtype[np.uint32]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]

_REPEATED = "repeated_marks"
_WANTED = "wanted_rows"
_FOUND = "found_records"
_FLAG_BITS = 22
FEW = 20
"""One record in so many, or fewer, are few."""


class Families:
    """Makes the tables of families once, whoever asks first, and drops them at the end.

    Families that look at the same records are made together: one pass hashes the keys of all of them, one pass fetches
    the texts of the records whose hash repeats in any of them. Hashes of 32 bits only choose records: the tables are
    grouped by the keys themselves.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, *, day: str, progress: Callable[[str], None]) -> None:
        self._con = con
        self._made: set[str] = set()
        self.day = day
        self.progress = progress

    def make(self, families: Iterable[Family]) -> float:
        """Make `<name>` and `<name>_groups` of families that do not exist yet; returns the seconds it took."""
        start = perf_counter()
        together: dict[tuple[str, str], dict[str, Family]] = {}
        for family in families:
            if family.name not in self._made:
                together.setdefault((family.scan, family.narrow), {})[family.name] = family
        for members in together.values():
            self.progress(" ".join(members))
            self._make(tuple(members.values()))
            self._made.update(members)
        return perf_counter() - start

    def drop(self) -> None:
        """Free the tables of all families."""
        for name in self._made:
            self._con.execute(f"DROP TABLE {name}")
            self._con.execute(f"DROP TABLE {name}_groups")
        self._made.clear()

    def _make(self, families: Sequence[Family]) -> None:
        """Make families that share scan and narrow scan."""
        hashed = self._con.sql(_marks_sql(families)).to_arrow_table()
        repeated = {family.name: _found_marks(hashed, family) for family in families}
        chosen = {
            family.name: _flagged(_numbers(hashed[family.name].fill_null(0)), repeated[family.name])
            for family in families
        }
        for members in _fetched_together(families, chosen):
            rows = np.logical_or.reduce([chosen[family.name] for family in members])
            self._show(_WANTED, {"row": hashed["row"].filter(pa.array(rows))})
            self._con.execute(_found_sql(members))
            self._con.unregister(_WANTED)
            for family in members:
                self._show(_REPEATED, {"mark": repeated[family.name]})
                self._con.execute(_members_sql(family))
                self._con.unregister(_REPEATED)
                self._con.execute(_groups_sql(family))
            self._con.execute(f"DROP TABLE {_FOUND}")

    def _show(self, name: str, columns: dict[str, Marks | pa.ChunkedArray]) -> None:
        self._con.register(name, pa.table(columns))


def _numbers(column: pa.ChunkedArray) -> Marks:
    return np.asarray(column.to_numpy(), dtype=np.uint32)


def _repeated(marks: Marks, least: int) -> Marks:
    """The numbers that occur at least `least` times, each once. Sorting beats a hash table of all keys several times.

    >>> _repeated(np.array([3, 1, 3, 2, 3, 1], dtype=np.uint32), 2).tolist()
    [1, 3]
    >>> _repeated(np.array([], dtype=np.uint32), 2).tolist()
    []
    """
    ordered = np.sort(marks)
    step = least - 1
    return np.unique(ordered[step:][ordered[step:] == ordered[: max(0, len(ordered) - step)]])


def _differing(marks: Marks, values: Marks) -> Marks:
    """The marks that stand beside two values or more, each once.

    >>> _differing(np.array([1, 2, 1, 2], dtype=np.uint32), np.array([7, 8, 7, 9], dtype=np.uint32)).tolist()
    [2]
    """
    pairs = np.sort(marks.astype(np.uint64) << np.uint64(32) | values)
    first = (pairs >> np.uint64(32)).astype(np.uint32)
    return np.unique(first[1:][(first[1:] == first[:-1]) & (pairs[1:] != pairs[:-1])])


def _found_marks(hashed: pa.Table, family: Family) -> Marks:
    """The hashes whose records may make groups of a family."""
    marks = hashed[family.name]
    found = _repeated(_numbers(marks.drop_null()), family.least)
    if not family.differs:
        return found
    both = hashed.select([family.name, _value(family)]).drop_null()
    return np.union1d(found, _differing(_numbers(both[family.name]), _numbers(both[_value(family)])))


def _fetched_together(families: Sequence[Family], chosen: dict[str, Flags]) -> list[list[Family]]:
    """Families with few records share one fetch; each with many has its own, so that it takes no columns of others."""
    few = [family for family in families if np.count_nonzero(chosen[family.name]) * FEW <= len(chosen[family.name])]
    many = [[family] for family in families if family not in few]
    return [few, *many] if few else many


def _flagged(marks: Marks, wanted: Marks) -> Flags:
    """Which marks are wanted, told by their first bits: all that are, and a few that are not.

    >>> _flagged(np.array([3, 1, 2**31], dtype=np.uint32), np.array([2**31], dtype=np.uint32)).tolist()
    [False, False, True]
    """
    flags = np.zeros(1 << _FLAG_BITS, dtype=np.bool_)
    flags[wanted >> (32 - _FLAG_BITS)] = True
    flagged: Flags = flags[marks >> (32 - _FLAG_BITS)]
    return flagged


def _mark(family: Family) -> str:
    return f"(hash({family.mark or family.key}) >> 32)::UINTEGER"


def _value(family: Family) -> str:
    return f"{family.name}_differs"


def _marks_sql(families: Sequence[Family]) -> str:
    """The row of every record and a hash per family, NULL where the record has no part in it."""
    marks = "".join(f", CASE WHEN {family.where} THEN {_mark(family)} END AS {family.name}" for family in families)
    marks += "".join(f", {family.differs} AS {_value(family)}" for family in families if family.differs)
    return f"SELECT {families[0].row} AS row{marks} FROM {families[0].narrow or families[0].scan}"


def _found_sql(families: Sequence[Family]) -> str:
    """The chosen records with all the columns the families speak of."""
    parts = [
        part
        for family in families
        for part in (family.key, family.where, family.mark, *family.keeps.values(), "s.row s.record_id")
    ]
    columns = ", ".join(f"{alias}.{name} AS {alias}_{name}" for alias, name in sorted(references(" ".join(parts))))
    return (
        f"CREATE OR REPLACE TEMP TABLE {_FOUND} AS SELECT {columns} "
        f"FROM {families[0].scan} JOIN {_WANTED} w ON w.row = s.row"
    )


def _members_sql(family: Family) -> str:
    keeps = "".join(f", {expression} AS {name}" for name, expression in family.keeps.items())
    return (
        f"CREATE OR REPLACE TEMP TABLE {family.name} AS "
        + flatten(f"SELECT s.row AS row, s.record_id AS record, {family.key} AS key{keeps} FROM {_FOUND}")
        + flatten(f" WHERE {family.where} AND {_mark(family)}")
        + f" IN (SELECT mark FROM {_REPEATED})"
    )


def _groups_sql(family: Family) -> str:
    """Groups by the key itself: two keys that share a hash part here."""
    counts = "".join(f", {expression} AS {name}" for name, expression in family.counts.items())
    differ = f" OR min({family.differs}) <> max({family.differs})" if family.differs else ""
    return (
        f"CREATE OR REPLACE TEMP TABLE {family.name}_groups AS SELECT key, count(*) AS n, min(row) AS first_row, "
        f"arg_min(record, row) AS first_record, arg_max(record, row) AS last_record{counts} "
        f"FROM {family.name} s GROUP BY key HAVING n >= {family.least}{differ}"
    )
