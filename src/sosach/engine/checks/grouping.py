"""Makes families: finds the keys that repeat, gathers their records, counts their groups; linear, whatever repeats."""

from collections.abc import Callable
from time import perf_counter

import duckdb
import numpy as np
import pyarrow as pa

from sosach.engine.checks.rule import Family

_REPEATED = "repeated_marks"


class Families:
    """Makes the tables of families once, whoever asks first, and drops them at the end."""

    def __init__(self, con: duckdb.DuckDBPyConnection, *, day: str, progress: Callable[[str], None]) -> None:
        self._con = con
        self._made: set[str] = set()
        self.day = day
        self.progress = progress

    def make(self, family: Family) -> float:
        """Make `<name>` and `<name>_groups` of a family unless they exist; returns the seconds it took."""
        if family.name in self._made:
            return 0.0
        self.progress(family.name)
        start = perf_counter()
        self._find_marks(family)
        for statement in (_members_sql(family), _groups_sql(family)):
            self._con.execute(statement.replace("{as_of}", self.day))
        self._con.execute(f"DROP TABLE {_REPEATED}")
        self._made.add(family.name)
        return perf_counter() - start

    def drop(self) -> None:
        """Free the tables of all families."""
        for name in self._made:
            self._con.execute(f"DROP TABLE {name}")
            self._con.execute(f"DROP TABLE {name}_groups")
        self._made.clear()

    def _find_marks(self, family: Family) -> None:
        """Hashes that occur `least` times. Sorting bare numbers is several times faster than a hash table of all keys."""
        scan = f"FROM {family.narrow or family.scan} WHERE {family.where}"
        if family.having:
            sql = f"SELECT {_mark(family)} AS mark {scan} GROUP BY mark HAVING count(*) >= {family.least} AND ({family.having})"
            self._con.execute(f"CREATE OR REPLACE TEMP TABLE {_REPEATED} AS {sql}".replace("{as_of}", self.day))
            return
        found = self._con.execute(f"SELECT {_mark(family)} AS mark {scan}".replace("{as_of}", self.day)).fetchnumpy()
        marks = pa.table({"mark": _repeated(np.asarray(found["mark"]), family.least)})
        self._con.register("marks_found", marks)
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {_REPEATED} AS SELECT mark FROM marks_found")
        self._con.unregister("marks_found")


def _repeated(
    marks: "np.ndarray[tuple[int], np.dtype[np.uint64]]", least: int
) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """The numbers that occur at least `least` times, each once.

    >>> _repeated(np.array([3, 1, 3, 2, 3, 1], dtype=np.uint64), 2).tolist()
    [1, 3]
    >>> _repeated(np.array([], dtype=np.uint64), 2).tolist()
    []
    """
    ordered = np.sort(marks)
    step = least - 1
    return np.unique(ordered[step:][ordered[step:] == ordered[: max(0, len(ordered) - step)]])


def _mark(family: Family) -> str:
    return f"hash({family.mark or family.key})"


def _members_sql(family: Family) -> str:
    keeps = "".join(f", {expression} AS {name}" for name, expression in family.keeps.items())
    return (
        f"CREATE OR REPLACE TEMP TABLE {family.name} AS SELECT s.row AS row, s.record_id AS record, "
        f"{family.key} AS key{keeps} FROM {family.scan} "
        f"WHERE {family.where} AND {_mark(family)} IN (SELECT mark FROM {_REPEATED})"
    )


def _groups_sql(family: Family) -> str:
    """Groups by the key itself: two keys that share a hash part here."""
    counts = "".join(f", {expression} AS {name}" for name, expression in family.counts.items())
    return (
        f"CREATE OR REPLACE TEMP TABLE {family.name}_groups AS SELECT key, count(*) AS n, min(row) AS first_row, "
        f"arg_min(record, row) AS first_record, arg_max(record, row) AS last_record{counts} "
        f"FROM {family.name} s GROUP BY key HAVING n >= {family.least}"
    )
