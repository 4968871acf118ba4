"""What an address was understood to say."""

from dataclasses import dataclass
from typing import Literal

from sosach.base.findings import Finding

Status = Literal["ok", "ambiguous", "partial", "not_found"]
Era = Literal["old", "new"]


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """One address, read.

    Attributes:
        status: `ok`: one present commune; `ambiguous`: several, see `candidates`; `partial`: only the province or
            district is known; `not_found`: no unit recognised.
        commune: present 5-digit code, only when ok.
        candidates: present codes to choose from when ambiguous, ascending, at most 50 (none listed beyond that).
        province: present 2-digit code, when all readings agree on it.
        district_key: code of the district of before the reform that the text names.
        old_ward: code of the commune of before the reform that the text names.
        era: which division of the country the text follows.
        head: what stands before the units: house, street, hamlet.
        findings: remarks, worst first.
    """

    status: Status
    commune: str | None = None
    candidates: tuple[str, ...] = ()
    province: str | None = None
    district_key: str | None = None
    old_ward: str | None = None
    era: Era | None = None
    head: str = ""
    findings: tuple[Finding, ...] = ()
