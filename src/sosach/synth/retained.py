"""Which records can be decided: what they still say fits exactly one person of the population register."""

from dataclasses import dataclass

import numpy as np

from sosach.synth.drafts import Facts
from sosach.synth.draws import Bools, Ints
from sosach.synth.holders import OLD_ID, PIN, World
from sosach.synth.households import NOBODY
from sosach.synth.people import WHOLE_DATE, YEAR_ONLY

_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Uniqueness:
    """For each registered person whether he is the only one in the register with something.

    Attributes:
        pin: that PIN.
        old_id: that old number and name.
        name, year, date: that name; name and year of birth; name and date of birth.
        name_here, year_here, date_here: the same within his permanent or within his current commune, as columns 0 and 1.
    """

    pin: Bools
    old_id: Bools
    name: Bools
    year: Bools
    date: Bools
    name_here: Bools
    year_here: Bools
    date_here: Bools


def measure(world: World, population: Facts) -> Uniqueness:
    """Count what the population register, as it stands with its own dirt, says more than once.

    A person whose own name or birth date is spoiled there cannot be told by it, and does not stand in the way of others.
    """
    people, count = world.people, world.people.registered
    key = people.key[:count].view(np.uint64)
    named = population.name
    year = _mixed(key, people.kin.birth_year[:count])
    date = _mixed(_mixed(year, people.month[:count]), people.day[:count])
    dated, aged = named & (population.birth == WHOLE_DATE), named & (population.birth >= YEAR_ONLY)
    old = people.old_id[:count]
    known = named & people.old_id_registered[:count] & (old != NOBODY)
    communes = [world.places.commune[world.homes.place[home[:count]]] for home in (people.home, people.current)]
    return Uniqueness(
        pin=_single(people.pin[:count].astype(np.uint64), population.number == PIN),
        old_id=_single(_mixed(key, old), known),
        name=_single(key, named),
        year=_single(year, aged),
        date=_single(date, dated),
        name_here=_single_here(key, named, communes),
        year_here=_single_here(year, aged, communes),
        date_here=_single_here(date, dated, communes),
    )


def decidable(world: World, unique: Uniqueness, facts: Facts) -> Bools:
    """Whether each record fits exactly one person, and that is the person meant.

    A record is decidable when its person is in the register and one of these singles him out there:

    1. the PIN, if it is his and can be read exactly or mended by rule (lost zeros, separators, look-alikes);
    2. his old number together with his name (names always without marks, since those are lost so often);
    3. his name and what is left of his birth date (whole date, or year);
    4. the same within the commune of the record's address, if that is still his permanent or current commune;
    5. without any birth date: his name alone, or his name within that commune.

    Mistyped and former names, mistyped dates, numbers with a wrong digit count as lost, although a clerk may guess them: the share
    of decidable records that are found may therefore pass 100 %, never the precision.
    """
    count = world.people.registered
    inside = (facts.person != NOBODY) & (facts.person < count)
    person = np.where(inside, facts.person, 0)
    by_pin = (facts.number == PIN) & unique.pin[person]
    by_old = (facts.number == OLD_ID) & facts.name & unique.old_id[person]
    whole, year, none = facts.birth == WHOLE_DATE, facts.birth == YEAR_ONLY, facts.birth == 0
    by_name = whole & unique.date[person] | year & unique.year[person] | none & unique.name[person]
    for column, home in enumerate((world.people.home, world.people.current)):
        here = world.places.commune[world.homes.place[home[person]]] == facts.place
        by_place = whole & unique.date_here[column][person] | year & unique.year_here[column][person]
        by_name |= here & (by_place | none & unique.name_here[column][person])
    return np.asarray(inside & (by_pin | by_old | (facts.name & by_name)))


def _mixed(key: Ints, value: Ints) -> Ints:
    """A 64-bit key of a key and one more value."""
    mixed = (key ^ (value.astype(np.int64).view(np.uint64) + _MIX)) * _MIX
    return np.asarray(mixed ^ (mixed >> np.uint64(29)))


def _single(keys: Ints, usable: Bools) -> Bools:
    """Which usable keys occur once among the usable ones."""
    index = np.flatnonzero(usable)
    ordered = index[np.argsort(keys[index])]
    run = keys[ordered]
    differs = np.r_[True, run[1:] != run[:-1], True] if len(run) else np.zeros(1, dtype=bool)
    single = np.zeros(len(keys), dtype=bool)
    single[ordered] = differs[1:] & differs[:-1]
    return single


def _single_here(keys: Ints, usable: Bools, communes: list[Ints]) -> Bools:
    """The same within communes; who has two communes counts in both, but not against himself."""
    permanent, current = (_mixed(keys, commune) for commune in communes)
    away = communes[0] != communes[1]
    single = _single(np.r_[permanent, current], np.r_[usable, usable & away])
    first, second = single[: len(keys)], single[len(keys) :]
    return np.stack([first, np.where(away, second, first)])
