"""What one cleaning run is told: inputs, output folder, day of reference, limits."""

import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psutil

from sosach.base.registers import Register


def _default_memory_mb() -> int:
    """An eighth of the machine, at least 1 GB, at most 2.5 GB: DuckDB's share; Python takes up to 1 GB beside it."""
    return min(2_560, max(1_024, psutil.virtual_memory().total // 8 // 2**20))


def _default_threads() -> int:
    return min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a run.

    Attributes:
        inputs: file or folder per register; any register may be missing, at least one is there.
        out: output folder.
        as_of: the day for which ages, expiry and validity of units are judged.
        mapping: mapping file for headings that are not recognised.
        memory_mb: memory DuckDB may use before it spills to disk, in MB.
        threads: threads for set work.
        keep: keep every intermediate table under `out/.sosach`.
        link_at: probability from which a record is linked.
        review_at: probability from which a candidate is shown.
    """

    inputs: dict[Register, Path]
    out: Path
    as_of: date
    mapping: Path | None = None
    memory_mb: int = field(default_factory=_default_memory_mb)
    threads: int = field(default_factory=_default_threads)
    keep: bool = False
    link_at: float = 0.90
    review_at: float = 0.02

    def has(self, register: Register) -> bool:
        """Whether the register was given."""
        return register in self.inputs
