"""What to synthesise: sizes, seed, provinces, how dirty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

FORMATS: Final = ("parquet", "csv", "xlsx")


@dataclass(frozen=True, slots=True)
class SynthPlan:
    """The order for a set of synthetic registers; the same plan gives the same files, byte for byte.

    Attributes:
        persons: people of the population register.
        out: folder the files are written to; made when missing.
        seed: of all draws.
        vehicles_per_person, licences_per_person: sizes of the other registers.
        provinces: present province codes (`01`); none means the whole country.
        formats: any of `parquet`, `csv`, `xlsx`.
        dirt: scales the rate of every pattern; 0 gives clean registers (situations such as sold vehicles included).
        rates: by pattern code the share of the values it can apply to, instead of the usual rate.
        as_of: the day the registers are exported.
        chunk: records assembled at a time; bounds the memory, and is part of what fixes the draws.
    """

    persons: int
    out: Path
    seed: int = 1
    vehicles_per_person: float = 0.9
    licences_per_person: float = 0.6
    provinces: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("parquet", "csv")
    dirt: float = 1.0
    rates: Mapping[str, float] = field(default_factory=dict)
    as_of: date = date(2026, 11, 1)
    chunk: int = 200_000

    def __post_init__(self) -> None:
        """Refuse what cannot be made.

        Raises:
            ValueError: fewer than 10 persons, a negative size or dirt, an unknown format.
        """
        if self.persons < 10:
            raise ValueError("at least 10 persons")
        if min(self.vehicles_per_person, self.licences_per_person, self.dirt) < 0 or self.chunk < 1:
            raise ValueError("sizes and dirt are not negative")
        if unknown := set(self.formats) - set(FORMATS):
            raise ValueError(f"no format {', '.join(sorted(unknown))}; known are {', '.join(FORMATS)}")

    def rate(self, pattern: str, usual: float) -> float:
        """How often to plant a pattern: as ordered, else as usual; scaled by `dirt`, at most 1."""
        return min(1.0, self.rates.get(pattern, usual) * self.dirt)
