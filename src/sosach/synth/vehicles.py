"""The synthetic fleet as columns of numbers: who owns what since when, and what the register kept of the owner."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sosach.synth import makers
from sosach.synth.draws import Bools, Ints, cumulative, pick, rank_within, scrambled, stream
from sosach.synth.holders import Kept, Pool, World, keep_facts
from sosach.synth.households import NOBODY
from sosach.synth.people import People
from sosach.synth.plan import SynthPlan
from sosach.synth.plates import Plates, draw_plates

PERSON, ORGANISATION, LENDER = range(3)
IN_USE, SOLD_DECLARED, STOLEN, BROKEN, AWAY, NOT_USED = range(6)
STATUS_CODES: Final = (
    "dang_su_dung", "da_ban_chua_sang_ten", "mat_cap", "hong_khong_su_dung", "chuyen_dia_ban", "tam_khong_su_dung",
)  # fmt: skip
_STATUS_SHARES: Final = (0.955, 0.0, 0.004, 0.016, 0.01, 0.015)
_FIRST_YEAR: Final = 1995
_ADULT: Final = 18


@dataclass(slots=True)
class Fleet:
    """Vehicles as columns; `source` tells for each record of the register which vehicle it shows (doubles show one twice).

    Attributes:
        owner: index of the registered owner, `NOBODY` for organisations.
        owner_kind: `PERSON`, `ORGANISATION` or `LENDER` (a bank or dealer still on record).
        firm: number of the organisation.
        kept: what the register knows of the owner.
        model, colour: indices into `makers`.
        serial: running number of the chassis; `engine_serial` of the engine.
        legacy_frame: the chassis number is of the kind before VINs.
        built: year of manufacture; `registered`: day (datetime64[D]).
        plates: plates, unique but for those planted as doubles.
        status: as of `STATUS_CODES`.
        situations: by code the indices of vehicles in it.
        source: vehicle of each record, in the order of the register.
        double: the record is a second one of its vehicle.
    """

    owner: Ints
    owner_kind: Ints
    firm: Ints
    kept: Kept
    model: Ints
    colour: Ints
    serial: Ints
    engine_serial: Ints
    legacy_frame: Bools
    built: Ints
    registered: Ints
    plates: Plates
    status: Ints
    situations: dict[str, Ints]
    source: Ints
    double: Bools


def draw_fleet(world: World) -> Fleet:
    """All vehicles of the register."""
    plan, people, homes, places = world.plan, world.people, world.homes, world.places
    rng = stream(plan.seed, "fleet")
    count = int(plan.persons * plan.vehicles_per_person)
    situations: dict[str, Ints] = {}
    owner, owner_kind = _owners(rng, plan, people, count, situations)
    model = _models(rng, count)
    kind = np.array([model.kind for model in makers.MODELS], dtype=np.int8)[model]
    registered, built = _dates(rng, plan, people, owner, model)
    year = registered.astype("datetime64[Y]").astype(np.int32) + 1970
    kept = keep_facts(rng, world, person=owner, year=year, situations=situations)
    province = np.where(owner == NOBODY, -1, places.province[homes.place[kept.home]])
    _elsewhere(rng, plan, province, situations)
    plates = draw_plates(rng, places, province=province, kind=kind, day=registered)
    status = _statuses(rng, plan, registered, situations)
    _over_age(plan, kind, built, situations)
    _copy_plates(rng, plan, plates, situations)
    source = _records(rng, plan, count, situations)
    return Fleet(
        owner=owner, owner_kind=owner_kind, firm=rng.integers(0, max(3, count // 160), count).astype(np.int32), kept=kept,
        model=model, colour=pick(rng, cumulative(makers.COLOUR_WEIGHTS), count).astype(np.int8),
        serial=_serials(model * 64 + built % 64, 1_000_000), engine_serial=_serials(model, 10_000_000),
        legacy_frame=(kind == makers.MOTORBIKE) & (built < 2001) & (rng.random(count) < 0.5), built=built.astype(np.int16),
        registered=registered, plates=plates, status=status, situations=situations, source=source,
        double=_second(source),
    )  # fmt: skip


def _owners(
    rng: np.random.Generator, plan: SynthPlan, people: People, count: int, situations: dict[str, Ints]
) -> tuple[Ints, Ints]:
    pool = Pool.of_adults(people, plan, _ADULT + 1)
    owner, outside, dead = pool.draw(rng, plan, count)
    kind = np.zeros(count, dtype=np.int8)
    lot = rng.random(count)
    organisations, lenders = plan.rate("ORG", 0.05), plan.rate("ORG_AS_PERSON", 0.003)
    kind[lot < organisations] = ORGANISATION
    kind[lot > 1 - lenders] = LENDER
    mass = _mass_owner(rng, plan, count)
    if len(mass):
        owner[mass], kind[mass] = pool.alive[int(rng.integers(len(pool.alive)))], PERSON
    owner[kind != PERSON] = NOBODY
    situations["MASS_OWNER"] = mass
    situations["ORG"] = np.flatnonzero(kind == ORGANISATION)
    situations["ORG_AS_PERSON"] = np.flatnonzero(kind == LENDER)
    person = kind == PERSON
    person[mass] = False
    situations["OUTSIDE"] = np.flatnonzero(outside & person)
    situations["DEAD_OWNER"] = np.flatnonzero(dead & person)
    return owner, kind


def _mass_owner(rng: np.random.Generator, plan: SynthPlan, count: int) -> Ints:
    """The vehicles of one person who owns very many: thousands where the register is large."""
    many = int(min(7_000, count * plan.rate("MASS_OWNER", 0.0025)))
    if many < 3:
        return np.zeros(0, dtype=np.int64)
    return np.sort(rng.choice(count, many, replace=False))


def _models(rng: np.random.Generator, count: int) -> Ints:
    shares = np.array(
        [
            makers.KIND_SHARES[m.kind] * m.weight / sum(o.weight for o in makers.MODELS if o.kind == m.kind)
            for m in makers.MODELS
        ]
    )
    return pick(rng, cumulative(shares), count).astype(np.int16)


def _dates(rng: np.random.Generator, plan: SynthPlan, people: People, owner: Ints, model: Ints) -> tuple[Ints, Ints]:
    """Days of registration and years of manufacture: no owner registers as a child, no vehicle before it was built."""
    count = len(owner)
    last = plan.as_of.year
    since = np.array([model.since for model in makers.MODELS])[model]
    grown = np.where(owner == NOBODY, 0, people.kin.birth_year[owner] + _ADULT)
    drawn = last - np.minimum(rng.exponential(9.0, count), last - _FIRST_YEAR).astype(np.int32)
    year = np.minimum(np.maximum(np.maximum(drawn, grown), since), last)
    begin = year.astype(np.int64) - 1970
    day = begin.astype("datetime64[Y]").astype("datetime64[D]") + rng.integers(0, 365, count)
    day = np.minimum(day, np.datetime64(plan.as_of) - rng.integers(1, 200, count))
    year = day.astype("datetime64[Y]").astype(np.int32) + 1970
    built = np.maximum(year - np.minimum(rng.geometric(0.8, count) - 1, 6), np.minimum(since, year))
    return day, built


def _elsewhere(rng: np.random.Generator, plan: SynthPlan, province: Ints, situations: dict[str, Ints]) -> None:
    away = (rng.random(len(province)) < plan.rate("PLATE_OLDPROV", 0.05)) & (province >= 0)
    province[away] = -1
    situations["PLATE_OLDPROV"] = np.flatnonzero(away)


def _statuses(rng: np.random.Generator, plan: SynthPlan, registered: Ints, situations: dict[str, Ints]) -> Ints:
    status = pick(rng, cumulative(_STATUS_SHARES), len(registered)).astype(np.int8)
    aged = registered < np.datetime64(plan.as_of) - 700
    sold = aged & (rng.random(len(registered)) < plan.rate("SOLD", 0.09))
    status[sold & (rng.random(len(registered)) < 0.15)] = SOLD_DECLARED
    situations["SOLD"] = np.flatnonzero(sold)
    return status


def _over_age(plan: SynthPlan, kind: Ints, built: Ints, situations: dict[str, Ints]) -> None:
    """Service life (niên hạn): 25 years for goods vehicles, 20 for buses, counted to 31 December."""
    age = plan.as_of.year - built
    goods = np.isin(kind, (makers.TRUCK, makers.VAN)) & (age > 25)
    situations["OVER_AGE"] = np.flatnonzero(goods | ((kind == makers.BUS) & (age > 20)))


def _copy_plates(rng: np.random.Generator, plan: SynthPlan, plates: Plates, situations: dict[str, Ints]) -> None:
    """False plates: a vehicle bears the number of another one."""
    count = len(plates.code)
    false = np.flatnonzero(rng.random(count) < plan.rate("PLATE_DUP", 0.0006))
    false = false[false > 0]
    model = rng.integers(0, np.maximum(false, 1), len(false))
    for column in (plates.code, plates.style, plates.series, plates.number):
        column[false] = column[model]
    situations["PLATE_DUP"] = false


def _records(rng: np.random.Generator, plan: SynthPlan, count: int, situations: dict[str, Ints]) -> Ints:
    twice = np.flatnonzero(rng.random(count) < plan.rate("DUP_VEHICLE", 0.004))
    situations["DUP_VEHICLE"] = twice
    return rng.permutation(np.concatenate([np.arange(count), twice])).astype(np.int32)


def _second(source: Ints) -> Bools:
    return np.asarray(rank_within(source) > 0)


def _serials(group: Ints, space: int) -> Ints:
    return scrambled(rank_within(group), group.astype(np.int64) + 7_000, space=space).astype(np.int32)
