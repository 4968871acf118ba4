"""Dictionaries from comparison keys to units of both eras, built once from the official tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache

from sosach.vn import places
from sosach.vn.addresses.words import name_key, segment
from sosach.vn.folding import tone_key
from sosach.vn.tables import table

_LAST_OLD_DAY = places.REFORM.fromordinal(places.REFORM.toordinal() - 1)

Index = dict[str, tuple["Unit", ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A district, an old commune or a present commune as the resolver needs it.

    Attributes:
        code: official code.
        name: bare name.
        kinds: kinds it has had in its era.
        parent: code of the unit above.
        plain: the name without marks and blanks.
        accents: the name with its accents, tone placement and blanks evened out.
        targets: present communes it lies in (a present commune: itself).
        population: the present commune its people belong to, None when nobody can tell.
    """

    code: str
    name: str
    kinds: frozenset[str]
    parent: str
    plain: str
    accents: str
    targets: tuple[str, ...]
    population: str | None


@dataclass(frozen=True, slots=True)
class ProvinceName:
    """What the name of a province may stand for.

    Attributes:
        key: its comparison key.
        old: codes of the old provinces that bore it.
        new: codes of the present provinces that bear it.
        wide_old: the other old provinces that were merged into `new`.
        wide_new: present provinces into which `old` went.
        alias: whether it is another spelling or a short form.
    """

    key: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    wide_old: tuple[str, ...]
    wide_new: tuple[str, ...]
    alias: bool


@dataclass(slots=True)
class Gazetteer:
    """All indexes. Those `by` a parent go from its code to an index of what lies in it."""

    provinces: dict[str, ProvinceName] = field(default_factory=dict)
    districts_by_province: dict[str, Index] = field(default_factory=dict)
    wards_by_district: dict[str, Index] = field(default_factory=dict)
    wards_by_province: dict[str, Index] = field(default_factory=dict)
    communes_by_province: dict[str, Index] = field(default_factory=dict)
    communes_by_old_province: dict[str, Index] = field(default_factory=dict)
    communes_by_district: dict[str, Index] = field(default_factory=dict)
    districts: Index = field(default_factory=dict)
    wards: Index = field(default_factory=dict)
    communes: Index = field(default_factory=dict)
    district_units: dict[str, Unit] = field(default_factory=dict)
    old_cities: frozenset[str] = frozenset()
    present_cities: frozenset[str] = frozenset()


@lru_cache(maxsize=1 << 16)
def accents_of(words: tuple[str, ...]) -> str:
    """A name with accents, where tone placement and blanks do not matter."""
    return "".join(map(tone_key, (word.lstrip("0") if word.isdigit() else word for word in words)))


def _index(pairs: Iterable[tuple[str, Unit]]) -> Index:
    lists: dict[str, list[Unit]] = {}
    for key, unit in pairs:
        found = lists.setdefault(key, [])
        if unit not in found:
            found.append(unit)
    return {key: tuple(units) for key, units in lists.items()}


def _grouped(rows: Iterable[tuple[str, str, Unit]]) -> dict[str, Index]:
    groups: dict[str, list[tuple[str, Unit]]] = {}
    for parent, key, unit in rows:
        groups.setdefault(parent, []).append((key, unit))
    return {parent: _index(pairs) for parent, pairs in groups.items()}


def _unit(place: places.Place, kinds: set[str], targets: tuple[str, ...], population: str | None) -> Unit:
    words = segment(place.name)
    names = ("".join(words.folded), accents_of(words.words))
    return Unit(place.code, place.name, frozenset(kinds), place.parent, *names, targets, population)


def _aliases(level: str) -> list[tuple[str, tuple[str, ...]]]:
    rows = table("place_aliases")
    return [(row["alias"], tuple(row["stands_for"].split())) for row in rows if row["level"] == level]


def _province_names() -> dict[str, ProvinceName]:
    old = {place.code: place for place in places.provinces(at=_LAST_OLD_DAY)}
    new = {place.code: place for place in places.provinces(at=places.REFORM)}
    names: dict[str, tuple[set[str], set[str], bool]] = {}
    for units, slot in ((old, 0), (new, 1)):
        for place in units.values():
            entry = names.setdefault(name_key(place.name), (set(), set(), False))
            (entry[0] if slot == 0 else entry[1]).add(place.code)
    official = {code: key for key, (codes, _, _) in names.items() for code in codes}
    for alias, codes in _aliases("province"):
        parts = [names[official[code]] for code in codes]
        olds = {code for part in parts for code in part[0]}
        names.setdefault(name_key(alias), (olds, {code for part in parts for code in part[1]}, True))
    merged = {code: places.present_province(code) for code in old}
    return {
        key: _province_name(key, old_codes, new_codes, merged, alias=alias)
        for key, (old_codes, new_codes, alias) in names.items()
    }


def _province_name(
    key: str, old: set[str], new: set[str], merged: dict[str, str | None], *, alias: bool
) -> ProvinceName:
    wide_old = {code for code, target in merged.items() if target in new} - old
    wide_new = {target for code, target in merged.items() if code in old and target} - new
    return ProvinceName(
        key, tuple(sorted(old)), tuple(sorted(new)), tuple(sorted(wide_old)), tuple(sorted(wide_new)), alias
    )


def _district_units() -> list[tuple[str, Unit]]:
    units = {}
    for place in places.districts():
        targets = places.district_successors(place.code)
        only = targets[0] if len(targets) == 1 else None
        units[place.code] = _unit(place, {place.kind}, targets, only)
    rows = [(name_key(unit.name), unit) for unit in units.values()]
    for alias, codes in _aliases("district"):
        rows += [(name_key(alias), units[code]) for code in codes]
    return rows


def _ward_units() -> list[tuple[str, Unit]]:
    rows = []
    for place in places.communes(at=_LAST_OLD_DAY):
        conversion = places.successors(place.code)
        if conversion is not None:
            unit = _unit(place, {place.kind}, conversion.candidates, conversion.population_default)
            rows.append((name_key(place.name), unit))
    return rows


def _commune_units() -> dict[str, tuple[str, Unit]]:
    found = {}
    for place in places.communes(at=places.REFORM):
        periods = (places.commune(place.code, at=day) for day in (places.REFORM, places.REFORM.max))
        kinds = {period.kind for period in periods if period}
        found[place.code] = (name_key(place.name), _unit(place, kinds, (place.code,), place.code))
    return found


def _cities(day: date) -> frozenset[str]:
    return frozenset(place.code for place in places.provinces(at=day) if place.kind == "thanh_pho")


@cache
def gazetteer() -> Gazetteer:
    """The indexes, built at first use (about a second) and kept."""
    districts, wards, communes = _district_units(), _ward_units(), _commune_units()
    district_parent = {unit.code: unit.parent for _, unit in districts}
    by_district = [(code, *communes[target]) for code in district_parent for target in places.district_successors(code)]
    return Gazetteer(
        provinces=_province_names(),
        districts_by_province=_grouped((unit.parent, key, unit) for key, unit in districts),
        wards_by_district=_grouped((unit.parent, key, unit) for key, unit in wards),
        wards_by_province=_grouped((district_parent[unit.parent], key, unit) for key, unit in wards),
        communes_by_province=_grouped((unit.parent, key, unit) for key, unit in communes.values()),
        communes_by_old_province=_grouped((district_parent[code], key, unit) for code, key, unit in by_district),
        communes_by_district=_grouped(by_district),
        districts=_index(districts),
        wards=_index(wards),
        communes=_index(communes.values()),
        district_units={unit.code: unit for _, unit in districts},
        old_cities=_cities(_LAST_OLD_DAY),
        present_cities=_cities(places.REFORM.max),
    )
