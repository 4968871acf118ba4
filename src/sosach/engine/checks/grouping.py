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
        chosen = np.zeros(hashed.num_rows, dtype=np.bool_)
        repeated: dict[str, Marks] = {}
        for family in families:
            marks = hashed[family.name]
            found = self._grouped(family) if family.having else _repeated(_numbers(marks.drop_null()), family.least)
            repeated[family.name] = found
            if len(found):
                chosen |= _flagged(_numbers(marks.fill_null(0)), found)
        self._show(_WANTED, {"row": hashed["row"].filter(pa.array(chosen))})
        self._con.execute(_found_sql(families))
        self._con.unregister(_WANTED)
        for family in families:
            self._show(_REPEATED, {"mark": repeated[family.name]})
            self._con.execute(_members_sql(family))
            self._con.unregister(_REPEATED)
            self._con.execute(_groups_sql(family))
        self._con.execute(f"DROP TABLE {_FOUND}")

    def _grouped(self, family: Family) -> Marks:
        """Hashes of the groups that meet the further condition."""
        found = self._con.sql(
            f"SELECT {_mark(family)} AS mark FROM {family.narrow or family.scan} WHERE {family.where} "
            f"GROUP BY mark HAVING count(*) >= {family.least} AND ({family.having})"
        )
        return _numbers(found.to_arrow_table()["mark"])

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


def _marks_sql(families: Sequence[Family]) -> str:
    """The row of every record and a hash per family, NULL where the record has no part in it."""
    marks = "".join(f", CASE WHEN {family.where} THEN {_mark(family)} END AS {family.name}" for family in families)
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
    return (
        f"CREATE OR REPLACE TEMP TABLE {family.name}_groups AS SELECT key, count(*) AS n, min(row) AS first_row, "
        f"arg_min(record, row) AS first_record, arg_max(record, row) AS last_record{counts} "
        f"FROM {family.name} s GROUP BY key HAVING n >= {family.least} AND ({family.having or 'TRUE'})"
    )
