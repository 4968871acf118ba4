"""Who owns or holds, and what a register kept of that person: which number, which name, which date, which home."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sosach.synth.draws import Bools, Ints
from sosach.synth.households import NOBODY
from sosach.synth.people import ALIVE, DECEASED, People, near_homes
from sosach.synth.places import Homes, Places
from sosach.synth.plan import SynthPlan

NO_NUMBER, PIN, OLD_ID = range(3)
_ERAS: Final = (0, 2016, 2021, 9999)  # years in which registration changed from old numbers to PINs
_NUMBER_SHARES: Final = ((0.08, 0.40, 0.52), (0.03, 0.62, 0.35), (0.008, 0.955, 0.037))  # none, PIN, old number by era


@dataclass(frozen=True, slots=True)
class World:
    """Everything the registers of vehicles and licences are drawn from."""

    plan: SynthPlan
    places: Places
    homes: Homes
    people: People


@dataclass(slots=True)
class Kept:
    """What a register holds of a person, as columns.

    Attributes:
        number: `NO_NUMBER`, `PIN` or `OLD_ID`.
        other: index of the person whose PIN stands there by mistake, `NOBODY` for most.
        middle: index of the middle name, a former one where the name was changed.
        renamed: the name was changed since.
        birth, phone: whether a birth date, a phone stands there.
        home: home at the time.
    """

    number: Ints
    other: Ints
    middle: Ints
    renamed: Bools
    birth: Bools
    phone: Bools
    home: Ints


@dataclass(slots=True)
class Pool:
    """The people an owner or holder is drawn from."""

    alive: Ints
    dead: Ints
    outside: Ints

    @classmethod
    def of_adults(cls, people: People, plan: SynthPlan, age: int) -> "Pool":
        """Everybody of that age on the day of export; of people entered twice the first entry only."""
        grown = np.flatnonzero(
            (people.kin.birth_year <= plan.as_of.year - age) & (people.original == np.arange(people.count))
        )
        inside = grown < people.registered
        alive = grown[inside & (people.status[grown] == ALIVE)]
        dead = grown[inside & (people.status[grown] == DECEASED)]
        everybody = np.arange(min(people.registered, 5))
        return cls(
            alive if len(alive) else everybody,
            dead if len(dead) else everybody,
            grown[~inside] if (~inside).any() else everybody,
        )

    def draw(self, rng: np.random.Generator, plan: SynthPlan, count: int) -> tuple[Ints, Bools, Bools]:
        """People by lot, and which of them are outside the register, which are dead."""
        drawn = self.alive[rng.integers(0, len(self.alive), count)]
        lot = rng.random(count)
        dead = lot < plan.rate("DEAD_OWNER", 0.045)
        outside = ~dead & (lot > 1 - plan.rate("OUTSIDE", 0.03))
        drawn[dead] = self.dead[rng.integers(0, len(self.dead), int(dead.sum()))]
        drawn[outside] = self.outside[rng.integers(0, len(self.outside), int(outside.sum()))]
        return drawn.astype(np.int32), outside, dead


def keep_facts(
    rng: np.random.Generator, world: World, *, person: Ints, year: Ints, situations: dict[str, Ints]
) -> Kept:
    """What was written down about people in given years; adds the situations ID_MISSING, WRONG_PIN, NAME_CHANGED, MOVED."""  # fmt: skip
    plan, people, homes = world.plan, world.people, world.homes
    count = len(person)
    somebody = person != NOBODY
    number = _number_kinds(rng, plan, people, person, year)
    wrong = (number == PIN) & somebody & (rng.random(count) < plan.rate("WRONG_PIN", 0.003))
    other = np.full(count, NOBODY, dtype=np.int32)
    other[wrong] = rng.integers(0, people.registered, int(wrong.sum()))
    wrong &= other != person
    middle = people.names.middle[person]
    renamed = somebody & (rng.random(count) < plan.rate("NAME_CHANGED", 0.008))
    source = rng.integers(0, people.registered, int(renamed.sum()))
    middle[renamed] = people.names.middle[source]
    renamed &= middle != people.names.middle[person]
    age = plan.as_of.year - year
    moved = somebody & (rng.random(count) < np.clip(age / 100, 0, 0.25) * plan.rate("MOVED", 0.6))
    dwelling = np.where(somebody, people.home[person], rng.integers(0, len(homes.place), count)).astype(np.int32)
    home = near_homes(rng, dwelling, moved, len(homes.place))
    situations["ID_MISSING"] = np.flatnonzero(somebody & (number == NO_NUMBER))
    situations["WRONG_PIN"] = np.flatnonzero(wrong)
    situations["NAME_CHANGED"] = np.flatnonzero(renamed)
    situations["MOVED"] = np.flatnonzero(moved & (homes.place[home] != homes.place[dwelling]))
    recent = np.clip((year - 1995) / 40, 0.2, 0.8)
    birth, phone = rng.random(count) < 0.15 + recent, rng.random(count) < recent
    return Kept(number, other, middle.astype(np.int32), renamed, birth, phone, home)


def _number_kinds(rng: np.random.Generator, plan: SynthPlan, people: People, person: Ints, year: Ints) -> Ints:
    """Old numbers and gaps in old records, PINs in new ones; without dirt no gaps."""
    era = np.searchsorted(_ERAS, year, side="right") - 1
    shares = np.cumsum(_NUMBER_SHARES, axis=1)[era]
    lot = rng.random(len(person))
    none = lot < plan.rate("ID_MISSING", 0.0) if "ID_MISSING" in plan.rates else lot < shares[:, 0] * plan.dirt
    number = np.where(lot < shares[:, 1], PIN, OLD_ID)
    number = np.where(people.old_id[person] == NOBODY, PIN, number)
    return np.where(none, NO_NUMBER, number).astype(np.int8)
