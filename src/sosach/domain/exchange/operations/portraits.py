"""A record as the other level is told of it: its values, people named by their numbers, and what sources alone said of it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sosach.domain.exchange.rules.merging import plain, references, renamed
from sosach.domain.licences.operations import taking_over as licences
from sosach.domain.population.models import Person
from sosach.domain.population.operations import taking_over as population
from sosach.domain.vehicles.operations import taking_over as vehicles

_Read = Callable[[Collection[int]], dict[int, dict[str, Any]]]
# Register → its records as they stand; people are ids of their records, in fields `…_pin` and keys `pin`.
NOW: Mapping[str, _Read] = {
    "population": population.portraits,
    "vehicles": vehicles.portraits,
    "licences": licences.portraits,
}
# The same, as sources alone tell it.
_BASE: Mapping[str, _Read] = {
    "population": population.told_by_sources,
    "vehicles": vehicles.told_by_sources,
    "licences": licences.told_by_sources,
}
# Fields that together lead to one record; the first that are all told count.
_NATURAL: Mapping[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]] = {
    "population": lambda values: (values.get("pin"),),
    "vehicles": lambda values: (values.get("plate_number"), values.get("chassis_number")),
    "licences": licences.natural_key,
}


@dataclass(frozen=True, slots=True)
class Portrait:
    """A record as the other level is told of it.

    Attributes:
        now: field → value.
        base: the same, as sources alone told it.
    """

    now: Mapping[str, Any]
    base: Mapping[str, Any]

    @property
    def commune_code(self) -> str | None:
        """Where the record lies."""
        return self.now.get("commune_code")

    @property
    def province_code(self) -> str | None:
        """In which province."""
        return self.now.get("province_code")


def portraits(register: str, record_ids: Collection[int], *, with_base: Collection[int]) -> dict[int, Portrait]:
    """Records of one register, those that exist.

    Args:
        register: which.
        record_ids: whose.
        with_base: of which it is asked what sources alone said.
    """
    now = {key: plain(values) or {} for key, values in NOW[register](record_ids).items()}
    base = {key: plain(values) or {} for key, values in (_BASE[register](with_base) if with_base else {}).items()}
    pins = pins_of(reference for values in (*now.values(), *base.values()) for reference in references(values))

    def number(reference: Any) -> Any:
        return pins.get(reference) if isinstance(reference, int) else reference

    return {
        key: Portrait(plain(renamed(values, number)) or {}, plain(renamed(base.get(key, {}), number)) or {})
        for key, values in now.items()
    }


def pins_of(people: Iterable[Any]) -> dict[int, str]:
    """Present PINs of people by the ids of their records."""
    ids = {person for person in people if isinstance(person, int)}
    rows = Person.objects.filter(pk__in=ids, pin__isnull=False).values_list("pk", "pin") if ids else ()
    return dict(rows)


def natural_keys(register: str, *told: Mapping[str, Any]) -> Sequence[tuple[str, ...]]:
    """What else leads to a record than its name on the link: as it stands, and as it was agreed."""
    found = [_NATURAL[register](values) for values in told]
    return tuple(dict.fromkeys(key for key in found if key and all(key)))
