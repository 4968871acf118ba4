"""Administrative units of Viet Nam and their validity: provinces, districts, communes, and the conversion of 2025."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal

from sosach.vn.tables import table

REFORM = date(2025, 7, 1)  # Resolution 202/2025/QH15, Decision 19/2025/QĐ-TTg: 34 provinces, no districts
_LAST_OLD_DAY = date(2025, 6, 30)

Level = Literal["province", "district", "commune"]
Status = Literal["single", "split_population_known", "split_ambiguous"]

KINDS = {
    "tinh": "Tỉnh",
    "thanh_pho": "Thành phố",
    "quan": "Quận",
    "huyen": "Huyện",
    "thi_xa": "Thị xã",
    "phuong": "Phường",
    "xa": "Xã",
    "thi_tran": "Thị trấn",
    "dac_khu": "Đặc khu",
}
_WORDS = {word.lower(): kind for kind, word in KINDS.items()} | {"thi trấn": "thi_tran"}
# One official row has its kind, without mark, in the name (Xã Xa Dung, on the other hand, is called so).
_MENDED_NAMES = {"Xa Ea Kly": "Ea Kly"}
# The official copies disagree on one code; both are understood, the first of the portal is used.
_CODE_ALIASES = {"06978": "06970"}


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative unit during one period in which its name, kind and parent did not change.

    Attributes:
        code: 2 digits (province), 3 (district) or 5 (commune); reused by other units after the reform.
        name: without the kind, accented (`Ba Đình`).
        kind: `tinh`, `thanh_pho`, `quan`, `huyen`, `thi_xa`, `phuong`, `xa`, `thi_tran` or `dac_khu`.
        level: province, district or commune.
        valid_from: first day; None: before the records begin.
        valid_to: last day; None: still valid.
        parent: code of the unit above (province of a district, district of an old commune, province of a present
            commune); "" for provinces.
    """

    code: str
    name: str
    kind: str
    level: Level
    valid_from: date | None
    valid_to: date | None
    parent: str

    def holds(self, at: date) -> bool:
        """Whether the unit existed in this form on that day."""
        return (self.valid_from is None or self.valid_from <= at) and (self.valid_to is None or at <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Conversion:
    """Where an old commune went on 1 July 2025.

    Attributes:
        status: `single`: one present commune; `split_population_known`: several, all people live in one;
            `split_ambiguous`: several, only the hamlet, the street or a human can tell.
        candidates: present commune codes, ascending; at least one.
        population_default: the commune all people belong to, None when that is not known.
    """

    status: Status
    candidates: tuple[str, ...]
    population_default: str | None


def split_kind(full_name: str) -> tuple[str, str]:
    """Kind and bare name of a unit as official lists write it; kind "" when the word is missing.

    >>> split_kind("Thị xã Sơn Tây"), split_kind("phường 12")
    (('thi_xa', 'Sơn Tây'), ('phuong', '12'))
    """
    words = full_name.split()
    for size in (2, 1):
        kind = _WORDS.get(" ".join(words[:size]).lower())
        if kind and len(words) > size:
            return kind, " ".join(words[size:])
    return "", full_name


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _periods(place: Place, kind_now: str, changed: date | None) -> tuple[Place, ...]:
    """One place of the reform, or two when its kind changed afterwards."""
    if changed is None:
        return (place,)
    before = date.fromordinal(changed.toordinal() - 1)
    return (
        Place(place.code, place.name, place.kind, place.level, place.valid_from, before, place.parent),
        Place(place.code, place.name, kind_now, place.level, changed, None, place.parent),
    )


@dataclass(frozen=True, slots=True)
class _Register:
    provinces: dict[str, tuple[Place, ...]]
    districts: dict[str, Place]
    communes: dict[str, tuple[Place, ...]]
    conversions: dict[str, Conversion]
    direct: dict[str, str]  # island districts without communes, to their special zone
    merged: dict[str, str]  # old province to present province


@cache
def _register() -> _Register:
    provinces: dict[str, tuple[Place, ...]] = {}
    communes: dict[str, tuple[Place, ...]] = {}
    merged: dict[str, str] = {}
    for row in table("provinces_2026"):
        new = Place(row["code"], row["name"], row["type_2025_07_01"], "province", REFORM, None, "")
        provinces[new.code] = _periods(new, row["type_current"], _day(row["type_changed_on"]))
        merged |= dict.fromkeys(row["old_gso_codes"].split(), new.code)
    for row in table("wards_2026"):
        name = _MENDED_NAMES.get(row["name"], row["name"])
        new = Place(row["ward_code"], name, row["type_2025_07_01"], "commune", REFORM, None, row["province_code"])
        communes[new.code] = _periods(new, row["type_current"], _day(row["type_changed_on"]))
    conversions, districts, direct = _add_old_units(provinces, communes)
    return _Register(provinces, districts, communes, conversions, direct, merged)


def _add_old_units(
    provinces: dict[str, tuple[Place, ...]], communes: dict[str, tuple[Place, ...]]
) -> tuple[dict[str, Conversion], dict[str, Place], dict[str, str]]:
    """Put the units valid until 30 June 2025 before the present ones of the same code."""
    districts: dict[str, Place] = {}
    direct: dict[str, str] = {}
    targets: dict[str, list[dict[str, str]]] = {}
    old_provinces: set[str] = set()
    for row in table("ward_old_to_new_2025"):
        above, code = row["old_province_code"], row["old_district_code"]
        if above not in old_provinces:
            old_provinces.add(above)
            provinces[above] = (_old(above, row["old_province"], "province", ""), *provinces.get(above, ()))
        if code not in districts:
            districts[code] = _old(code, row["old_district"], "district", above)
        if row["part_kind"] == "district_to_special_zone":
            direct[code] = row["new_ward_code"]
        elif row["old_ward_code"]:
            targets.setdefault(row["old_ward_code"], []).append(row)
    for code, rows in targets.items():
        ward = _old(code, rows[0]["old_ward"], "commune", rows[0]["old_district_code"])
        communes[code] = (ward, *communes.get(code, ()))
    return {code: _conversion(rows) for code, rows in targets.items()}, districts, direct


def _old(code: str, full_name: str, level: Level, parent: str) -> Place:
    kind, name = split_kind(full_name)
    # Two official rows lost the kind; both are communes of a rural district.
    return Place(code, name, kind or "xa", level, None, _LAST_OLD_DAY, parent)


def _conversion(rows: list[dict[str, str]]) -> Conversion:
    if len(rows) == 1:
        return Conversion("single", (rows[0]["new_ward_code"],), rows[0]["new_ward_code"])
    candidates = tuple(sorted({row["new_ward_code"] for row in rows}))
    default = [row["new_ward_code"] for row in rows if row["population_default"] == "1"]
    if len(candidates) == 1:
        return Conversion("single", candidates, candidates[0])
    if len(default) == 1:
        return Conversion("split_population_known", candidates, default[0])
    return Conversion("split_ambiguous", candidates, None)


def _at(periods: Iterable[Place], at: date) -> Place | None:
    return next((place for place in periods if place.holds(at)), None)


def provinces(*, at: date) -> tuple[Place, ...]:
    """Provinces of that day by code: 63 until 30 June 2025, 34 since.

    >>> len(provinces(at=date(2025, 6, 30))), len(provinces(at=date(2025, 7, 1)))
    (63, 34)
    """
    found = (_at(periods, at) for periods in _register().provinces.values())
    return tuple(sorted((place for place in found if place), key=lambda place: place.code))


def province(code: str, *, at: date) -> Place | None:
    """The province with that 2-digit code on that day.

    >>> [province("75", at=day).kind for day in (date(2026, 4, 29), date(2026, 4, 30))]
    ['tinh', 'thanh_pho']
    """
    return _at(_register().provinces.get(code, ()), at)


def districts(*, province: str | None = None) -> tuple[Place, ...]:
    """Districts that existed until 30 June 2025, by code; of one old province when given.

    >>> len(districts())
    696
    """
    units = sorted(_register().districts.values(), key=lambda place: place.code)
    return tuple(unit for unit in units if province in (None, unit.parent))


def district(code: str) -> Place | None:
    """The district that had this 3-digit code until 30 June 2025."""
    return _register().districts.get(code)


def communes(*, at: date, province: str | None = None) -> tuple[Place, ...]:
    """Communes of that day by code: 10,035 until 30 June 2025, 3,321 since; of one province of that day when given.

    >>> len(communes(at=date(2025, 6, 30))), len(communes(at=date(2025, 7, 1))), len(communes(at=REFORM, province="01"))
    (10035, 3321, 126)
    """
    units = _communes(at)
    return units if province is None else tuple(unit for unit in units if province_code(unit) == province)


@lru_cache(maxsize=8)
def _communes(at: date) -> tuple[Place, ...]:
    found = (_at(periods, at) for periods in _register().communes.values())
    return tuple(sorted((place for place in found if place), key=lambda place: place.code))


def commune(code: str, *, at: date) -> Place | None:
    """The commune (xã, phường, thị trấn, đặc khu) with that 5-digit code on that day."""
    return _at(_register().communes.get(_CODE_ALIASES.get(code, code), ()), at)


def every_place() -> tuple[Place, ...]:
    """Every unit of every period: provinces, districts, communes."""
    known = _register()
    found = [place for periods in (*known.provinces.values(), *known.communes.values()) for place in periods]
    return tuple(sorted((*found, *known.districts.values()), key=lambda place: (place.level, place.code)))


def old_commune_codes() -> tuple[str, ...]:
    """Codes of the communes before the reform that have a conversion."""
    return tuple(sorted(_register().conversions))


def province_code(unit: Place) -> str:
    """Code of the province a unit lies in; of a province its own."""
    if unit.level == "province":
        return unit.code
    return unit.parent if len(unit.parent) == 2 else _register().districts[unit.parent].parent


def full_name(place: Place) -> str:
    """Kind and name as written in an address.

    >>> full_name(commune("00004", at=REFORM))
    'Phường Ba Đình'
    """
    return f"{KINDS[place.kind]} {place.name}"


def successors(old_ward_code: str) -> Conversion | None:
    """Where the commune that had this code until 30 June 2025 went; None: there was none.

    >>> successors("00493")
    Conversion(status='split_population_known', candidates=('00493', '00508'), population_default='00493')
    """
    return _register().conversions.get(old_ward_code)


def district_successors(district_code: str) -> tuple[str, ...]:
    """Present communes that lie, wholly or partly, in a district of before the reform, ascending.

    >>> district_successors("755")
    ('26732',)
    """
    return _district_successors().get(district_code, ())


@cache
def _district_successors() -> dict[str, tuple[str, ...]]:
    register = _register()
    found: dict[str, set[str]] = {code: {commune} for code, commune in register.direct.items()}
    for code, conversion in register.conversions.items():
        found.setdefault(register.communes[code][0].parent, set()).update(conversion.candidates)
    return {code: tuple(sorted(communes)) for code, communes in found.items()}


def district_of_old_ward(old_ward_code: str) -> str | None:
    """District code of a commune of before the reform.

    >>> district_of_old_ward("26740")
    '760'
    """
    periods = _register().communes.get(old_ward_code, ())
    return periods[0].parent if periods and len(periods[0].parent) == 3 else None


def present_province(code: str) -> str | None:
    """Present province of a province code of before the reform (a present code of its own names its own province).

    >>> present_province("74"), present_province("91"), present_province("89")
    ('79', '91', '91')
    """
    return _register().merged.get(code)


def present_commune(code: str) -> tuple[str, ...]:
    """Present commune codes of a 5-digit commune code of any era: one, several when split, none when unknown.

    New codes reuse old ones, and registers are asked for present codes: a code that is valid today means today's unit.

    >>> present_commune("00004"), present_commune("06978"), present_commune("99999")
    (('00004',), ('06970',), ())
    """
    code = _CODE_ALIASES.get(code, code)
    periods = _register().communes.get(code, ())
    if periods and periods[-1].valid_to is None:
        return (code,)
    conversion = successors(code)
    return conversion.candidates if conversion else ()


@cache
def _pin_provinces() -> dict[str, tuple[str, str, str]]:
    return {
        row["pin_code"]: (row["gso_code_pre2025"], row["province_pre2025"], row["province_2025_code"])
        for row in table("pin_province_codes")
    }


def pin_province(code: str) -> tuple[str, str, str] | None:
    """Province of the first three digits of a PIN: old code, name when the PIN was made, present code.

    >>> pin_province("074")
    ('74', 'Bình Dương', '79')
    """
    return _pin_provinces().get(code)
