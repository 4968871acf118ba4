"""Sosach itself: a complete run over vehicles and population; reading, standardising and matching are also told alone."""

from datetime import date
from pathlib import Path

import duckdb
from cpu import cpu_seconds

from sosach.base.registers import Register
from sosach.engine.clean import clean
from sosach.engine.plan import Silence, StageRecord
from sosach.engine.settings import Settings

AS_OF = date(2026, 11, 1)
MATCHING = ("load", "standardise", "match")


class _CpuPerStage(Silence):
    """Notes the CPU seconds of each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._at = 0.0

    def begin(self, stage: str, title: str, steps: int) -> None:
        """A stage starts."""
        del stage, title, steps
        self._at = cpu_seconds()

    def end(self, record: StageRecord) -> None:
        """A stage is finished."""
        self.seconds[record.stage] = cpu_seconds() - self._at

    def cost(self, record: StageRecord) -> dict[str, float]:
        """What a finished stage cost."""
        return {"seconds": record.seconds, "cpu_seconds": self.seconds[record.stage], "peak_mb": record.peak_mb}


def run(data: Path, out: Path) -> dict[str, dict[str, float]]:
    """Clean; returns what each stage cost, and what matching alone did (seconds, cpu_seconds, peak_mb)."""
    watcher = _CpuPerStage()
    inputs = {register: data / f"{register}.parquet" for register in (Register.POPULATION, Register.VEHICLES)}
    finished = clean(Settings(inputs=inputs, out=out / "result", as_of=AS_OF), watcher=watcher)
    stages = {record.stage: watcher.cost(record) for record in finished.records}
    matching = [stages[stage] for stage in MATCHING]
    alone = {
        "seconds": sum(cost["seconds"] for cost in matching),
        "cpu_seconds": sum(cost["cpu_seconds"] for cost in matching),
        "peak_mb": max(cost["peak_mb"] for cost in matching),
    }
    return {"matching": alone} | stages


def tell_links(out: Path) -> None:
    """Write `links.parquet` from the outputs of the run: the linked person, or the first candidate of a review."""
    with duckdb.connect(config={"threads": 2}) as con:
        con.execute(f"""
            COPY (
                SELECT row_number AS row, coalesce(r.pin, c.pin) AS pin, coalesce(r.probability, c.probability) AS probability,
                       false AS tied, r.decision = 'link' AS linked
                FROM read_parquet('{out}/result/vehicles.parquet') r
                LEFT JOIN (SELECT row_number, pin, probability FROM read_parquet('{out}/result/candidates.parquet')
                           WHERE register = 'vehicles' AND rank = 1) c USING (row_number)
                WHERE coalesce(r.pin, c.pin) IS NOT NULL
            ) TO '{out}/links.parquet' (FORMAT parquet)""")
