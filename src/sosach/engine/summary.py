"""The few figures of a finished run that fit on a terminal."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from sosach.base.registers import Register
from sosach.engine.workspace import quoted


@dataclass(frozen=True, slots=True)
class Summary:
    """One register of a run: its records by decision and by result class."""

    register: Register
    rows: int
    decisions: dict[str, int]
    results: dict[str, int]


def summarise(run: Path) -> list[Summary]:
    """Count the records of each register of a run; each breakdown adds up to `rows`."""
    summaries = []
    with duckdb.connect() as con:
        for register in Register:
            file = run / f"{register}.parquet"
            if not file.is_file():
                continue
            cells = con.execute(
                f"SELECT decision, result_class, count(*) FROM read_parquet('{quoted(file)}') GROUP BY ALL"
            ).fetchall()
            decisions: dict[str, int] = {}
            results: dict[str, int] = {}
            for decision, result, count in cells:
                decisions[decision] = decisions.get(decision, 0) + count
                results[result] = results.get(result, 0) + count
            summaries.append(Summary(register, sum(cell[2] for cell in cells), decisions, results))
    return summaries
