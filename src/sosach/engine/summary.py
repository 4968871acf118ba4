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


def telling_record(run: Path, register: Register) -> str | None:
    """A record whose story shows most: linked by a repaired number, with something to confirm; None when there is none."""
    file = quoted(run / f"{register}.parquet")
    with duckdb.connect() as con:
        row = con.execute(
            f"SELECT record_id FROM read_parquet('{file}') WHERE decision = 'link' AND action <> 'none' "
            "ORDER BY (evidence LIKE 'id=pin_repair%') DESC, row_number LIMIT 1"
        ).fetchone()
    return str(row[0]) if row else None
