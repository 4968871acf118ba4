"""The result of reading the units of an address, before it is put into words."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sosach.vn.addresses.gazetteer import ProvinceName, Unit
from sosach.vn.addresses.match import Hit, Position
from sosach.vn.addresses.reading import Era, Status
from sosach.vn.addresses.words import Span

MAX_CANDIDATES = 50


@dataclass(slots=True)
class Outcome:
    """What the units of an address say.

    Attributes:
        status: as in `PlaceReading`.
        communes: present communes it may be: one when ok.
        start: where the units begin.
        era: division of the country followed.
        province: the province name read, with its words and segment.
        district: the district read.
        commune: the commune read, of either era.
        remarks: names of checks that apply, see `findings`.
    """

    status: Status
    communes: tuple[str, ...]
    start: Position
    era: Era | None = None
    province: tuple[ProvinceName, Span, int] | None = None
    district: Hit | None = None
    commune: Hit | None = None
    remarks: set[str] = field(default_factory=set)

    @property
    def rank(self) -> int:
        """How much was understood: 3 a commune, 2 an unknown commune of a district, 1 a province or district."""
        if self.commune is not None or self.status == "ok":
            return 3
        return {"ambiguous": 2, "partial": 1}.get(self.status, 0)


def targets(units: Iterable[Unit], *, for_people: bool) -> tuple[str, ...]:
    """Present communes these units lie in; of a split one only where its people live, when that is known and asked."""
    found: set[str] = set()
    for unit in units:
        found.update((unit.population,) if for_people and unit.population else unit.targets)
    return tuple(sorted(found))


def settled(communes: tuple[str, ...], start: Position) -> Outcome:
    """Ok with one commune, ambiguous with several."""
    return Outcome("ok" if len(communes) == 1 else "ambiguous", communes, start)
