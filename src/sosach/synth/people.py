"""Synthetic people as columns of numbers: names, birth dates, numbers, homes, fates."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from sosach.synth.draws import Bools, Floats, Ints, rank_within, scrambled, stream
from sosach.synth.households import NOBODY, Kin, draw_households, inherit_surnames
from sosach.synth.lettering import rows
from sosach.synth.names import Names, draw_names, draw_surnames, name_keys
from sosach.synth.places import Homes, Places, draw_homes
from sosach.synth.plan import SynthPlan

WHOLE_DATE: Final = 2
YEAR_ONLY: Final = 1
ALIVE, DECEASED, MISSING, EMIGRATED = range(4)
_MONTH_DAYS: Final = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_BLOCK_PROVINCES: Final = ("75", "77")  # Đồng Nai and Bà Rịa - Vũng Tàu both issued 271450001 to 271500000
_OUTSIDE: Final = 0.04  # people who own vehicles here but are not in the population register


@dataclass(slots=True)
class People:
    """Everybody: first those of the population register, then doubles of some of them, then people outside the register.

    Attributes:
        registered: how many stand in the population register (doubles included).
        original: for each person himself, for a double the person he is.
        kin: relations; sex and year of birth.
        names, key: name words; the name without marks as a number.
        month, day: of birth; 1 January where only the year is known.
        precision: `WHOLE_DATE` or `YEAR_ONLY`.
        pin: number of 12 digits.
        old_id: number of 9 digits, `NOBODY` when there is none.
        old_id_registered: the population register knows the old number.
        home, current: permanent and current home.
        status: `ALIVE`, `DECEASED`, `MISSING`, `EMIGRATED`.
        phone: number of 9 digits after the leading zero.
        planted: by pattern the indices of people made with that flaw (`PIN_SEX`, `PIN_YOB`, `PIN_DUP`, `PERSON_DUP`).
    """

    registered: int
    original: Ints
    kin: Kin
    names: Names
    key: Ints
    month: Ints
    day: Ints
    precision: Ints
    pin: Ints
    old_id: Ints
    old_id_registered: Bools
    home: Ints
    current: Ints
    status: Ints
    phone: Ints
    planted: dict[str, Ints]

    @property
    def count(self) -> int:
        """People of all three kinds."""
        return len(self.pin)


def draw_people(plan: SynthPlan, places: Places) -> tuple[People, Homes]:
    """Everybody and their houses."""
    rng = stream(plan.seed, "people")
    base = plan.persons + max(2, int(_OUTSIDE * plan.persons))
    kin = draw_households(rng, base, plan.as_of.year)
    homes = draw_homes(rng, places, int(kin.household[-1]) + 1)
    place = homes.place[kin.household]
    surname = inherit_surnames(
        kin, draw_surnames(rng, places.province[place], places.region[place], list(places.provinces))
    )
    names = draw_names(rng, surname, kin.female, kin.birth_year)
    month, day, precision = _birth_days(rng, kin.birth_year, plan.as_of)
    planted: dict[str, Ints] = {}
    pin = _draw_pins(rng, plan, kin, _birth_province(rng, places, place), planted)
    old_id, known = _old_ids(rng, plan, kin.birth_year, (places, place), planted)
    home = kin.household.astype(np.int32)
    people = People(
        registered=plan.persons, original=np.arange(base, dtype=np.int32), kin=kin, names=names, key=name_keys(names),
        month=month, day=day, precision=precision, pin=pin, old_id=old_id, old_id_registered=known, home=home,
        current=near_homes(rng, home, rng.random(base) < 0.09, len(homes.place)),
        status=_fates(rng, plan.as_of.year - kin.birth_year), phone=_phones(rng, base), planted=planted,
    )  # fmt: skip
    return _with_doubles(rng, plan, people), homes


def _birth_days(rng: np.random.Generator, year: Ints, as_of: date) -> tuple[Ints, Ints, Ints]:
    """Months and days, and how much of the date is known: of the old often the year only, or 1 January in its place."""
    count = len(year)
    month = rng.integers(1, 13, count).astype(np.int8)
    month = np.where((year == as_of.year) & (month >= as_of.month), 1, month).astype(np.int8)
    leap = (year % 4 == 0) & (month == 2)
    day = (1 + (rng.random(count) * (_MONTH_DAYS[month - 1] + leap)).astype(np.int8)).astype(np.int8)
    age = as_of.year - year
    lot = rng.random(count)
    unknown = lot < np.clip((age - 50) / 200, 0, 0.2)
    first = unknown | (lot > 1 - np.clip((age - 40) / 300, 0.01, 0.12))
    month[first], day[first] = 1, 1
    return month, day, np.where(unknown, YEAR_ONLY, WHOLE_DATE).astype(np.int8)


def _birth_province(rng: np.random.Generator, places: Places, place: Ints) -> Ints:
    """Code of the PIN for the province where the birth was registered: mostly the old province of the home."""
    own = np.array([int(code) for code in places.provinces], dtype=np.int64)[places.province[place]]
    every = np.array([int(row["pin_code"]) for row in rows("pin_province_codes.csv")], dtype=np.int64)
    elsewhere = rng.random(len(place)) < 0.10
    return np.where(elsewhere, every[rng.integers(0, len(every), len(place))], own)


def _draw_pins(rng: np.random.Generator, plan: SynthPlan, kin: Kin, province: Ints, planted: dict[str, Ints]) -> Ints:
    """PINs of the old structure, unique; some tell another sex or year than the person's (then nobody mends the number)."""
    year, female = kin.birth_year.astype(np.int64), kin.female.copy()
    count = len(year)
    wrong_sex = np.flatnonzero(rng.random(count) < plan.rate("PIN_SEX", 0.0006))
    wrong_year = np.flatnonzero(rng.random(count) < plan.rate("PIN_YOB", 0.001))
    female[wrong_sex] ^= True
    year[wrong_year] -= rng.integers(1, 12, len(wrong_year))
    planted["PIN_SEX"], planted["PIN_YOB"] = wrong_sex, wrong_year
    head = province * 1000 + (2 * ((year - 1900) // 100) + female) * 100 + year % 100
    return np.asarray(head * 1_000_000 + scrambled(rank_within(head), head), dtype=np.int64)


def _old_ids(
    rng: np.random.Generator, plan: SynthPlan, year: Ints, where: tuple[Places, Ints], planted: dict[str, Ints]
) -> tuple[Ints, Bools]:
    """9-digit numbers of those who were grown before the chip card; by lot, so not quite unique."""
    places, place = where
    count = len(year)
    number = rng.integers(0, 1_000_000, count)
    prefix = np.array([_old_id_prefixes(code) for code in places.provinces])[places.province[place]]
    which = rng.integers(0, prefix.shape[1], count)
    old_id = prefix[np.arange(count), which] * 1_000_000 + number
    twice_issued = np.isin(places.provinces, _BLOCK_PROVINCES)[places.province[place]]
    has = rng.random(count) < np.interp(year, [1960, 1985, 1998, 2002], [0.93, 0.96, 0.75, 0.0])
    block = has & twice_issued & (rng.random(count) < plan.rate("CMND_BLOCK", 0.01))
    old_id[block] = 271_450_001 + number[block] % 50_000
    planted["CMND_BLOCK"] = np.flatnonzero(block)
    return np.where(has, old_id, NOBODY), has & (rng.random(count) < 0.85)


def _old_id_prefixes(gso: str) -> tuple[int, int]:
    """Two three-digit heads of the old numbers of a province."""
    name = next(row["province_pre2025"] for row in rows("pin_province_codes.csv") if row["gso_code_pre2025"] == gso)
    row = next(row for row in rows("cmnd9_prefixes.csv") if name in row["province_pre2025"])
    head = row["prefix3_range"][:3] or row["prefix2"] + "0"
    return int(head), int(head) + (1 if head[2] == "0" else 0)


def near_homes(rng: np.random.Generator, home: Ints, moved: Bools, homes: int) -> Ints:
    """The home after a move: for most in the neighbourhood (homes are ordered by place), for some anywhere."""
    index = np.flatnonzero(moved)
    reach = max(20, homes // 40)
    near = home[index] + rng.integers(-reach, reach + 1, len(index))
    anywhere = rng.integers(0, homes, len(index))
    target = home.copy()
    target[index] = np.where(rng.random(len(index)) < 0.6, np.clip(near, 0, homes - 1), anywhere)
    return target


def _fates(rng: np.random.Generator, age: Ints) -> Ints:
    lot = rng.random(len(age))
    dead: Floats = np.interp(age, [0, 30, 50, 65, 80, 100], [0.001, 0.01, 0.035, 0.12, 0.4, 0.95])
    status = np.where(lot < dead, DECEASED, ALIVE).astype(np.int8)
    status[(lot > 0.985) & (status == ALIVE)] = EMIGRATED
    status[(lot > 0.997) & (status == EMIGRATED)] = MISSING
    return status


def _phones(rng: np.random.Generator, count: int) -> Ints:
    heads = np.array(
        [32, 33, 35, 36, 38, 39, 56, 58, 70, 76, 77, 78, 79, 81, 82, 83, 84, 85, 90, 91, 93, 94, 96, 97, 98]
    )
    return np.asarray(heads[rng.integers(0, len(heads), count)] * 10_000_000 + rng.integers(0, 10_000_000, count))


def _with_doubles(rng: np.random.Generator, plan: SynthPlan, people: People) -> People:
    """Plant two people on one PIN, and people entered twice under two PINs (they follow the last registered person)."""
    persons = plan.persons
    shared = np.flatnonzero(rng.random(persons) < plan.rate("PIN_DUP", 0.0003))
    shared = shared[shared > 0]
    people.pin[shared] = people.pin[rng.integers(0, shared, len(shared))]
    twice = np.flatnonzero(rng.random(persons) < plan.rate("PERSON_DUP", 0.0008)).astype(np.int32)
    people.planted["PIN_DUP"] = shared
    new_pin = _fresh_pins(people.pin, people.pin[twice])
    order = np.concatenate([np.arange(persons), twice, np.arange(persons, people.count)]).astype(np.int32)
    doubles = slice(persons, persons + len(twice))
    _reorder(people, order, persons, len(twice))
    people.pin[doubles] = new_pin
    people.kin.household[doubles] = NOBODY
    people.planted["PERSON_DUP"] = np.arange(persons, persons + len(twice))
    people.registered = persons + len(twice)
    return people


def _fresh_pins(taken: Ints, like: Ints) -> Ints:
    """A number nobody has for each person, with the same six leading digits."""
    head, tail = np.divmod(like, 1_000_000)
    while True:
        fresh = head * 1_000_000 + tail
        clash = np.isin(fresh, taken) | (rank_within(fresh) > 0)
        if not clash.any():
            return np.asarray(fresh)
        tail = np.where(clash, (tail + 7_919) % 1_000_000, tail)


def _reorder(people: People, order: Ints, persons: int, doubles: int) -> None:
    """Take people in a new order; relations point to where the originals now stand."""

    def moved(index: Ints) -> Ints:
        return np.where(index >= persons, index + doubles, index).astype(np.int32)

    kin, names = people.kin, people.names
    for name in ("father", "mother", "spouse"):
        setattr(kin, name, moved(getattr(kin, name)[order]))
    for name in ("household", "female", "birth_year"):
        setattr(kin, name, getattr(kin, name)[order])
    for name in ("surname", "middle", "given"):
        setattr(names, name, getattr(names, name)[order])
    for name in (
        "key", "month", "day", "precision", "pin", "old_id", "old_id_registered", "home", "current", "status", "phone"
    ):  # fmt: skip
        setattr(people, name, getattr(people, name)[order])
    people.original = moved(order)
    for pattern, index in people.planted.items():
        people.planted[pattern] = moved(index)
