"""Synthetic driving licences as columns of numbers: classes of both laws, numbers, dates, material."""

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np

from sosach.synth.draws import Bools, Ints, cumulative, pick, rank_within, scrambled, stream
from sosach.synth.holders import Kept, Pool, World, keep_facts
from sosach.synth.people import People
from sosach.synth.plan import SynthPlan

PAPER, PET, ELECTRONIC = range(3)
MATERIALS: Final = ("Giấy", "PET", "Điện tử")
STATUSES: Final = ("Còn hiệu lực", "Hết hạn", "Thu hồi", "Mất", "Đã đổi")
_STATUS_SHARES: Final = (0.97, 0.0, 0.006, 0.01, 0.014)

# class, law, years it is valid (0: unlimited), least age, weight
CLASSES: Final[tuple[tuple[str, str, int, int, float], ...]] = (
    ("A1", "2008", 0, 18, 60), ("A2", "2008", 0, 18, 1.5), ("A3", "2008", 0, 18, 0.3), ("A4", "2008", 10, 18, 0.1), ("B1", "2008", 10, 18, 4),
    ("B2", "2008", 10, 18, 24), ("C", "2008", 5, 21, 7), ("D", "2008", 5, 24, 1.5), ("E", "2008", 5, 27, 0.8), ("FB2", "2008", 5, 21, 0.1),
    ("FC", "2008", 5, 24, 0.6), ("FD", "2008", 5, 27, 0.05), ("FE", "2008", 5, 27, 0.05),
    ("A1", "2024", 0, 18, 58), ("A", "2024", 0, 18, 2.5), ("B1", "2024", 0, 18, 0.3), ("B", "2024", 10, 18, 28), ("C1", "2024", 10, 18, 3),
    ("C", "2024", 5, 21, 5), ("D1", "2024", 5, 24, 0.5), ("D2", "2024", 5, 24, 0.7), ("D", "2024", 5, 27, 0.7), ("BE", "2024", 5, 21, 0.1),
    ("C1E", "2024", 5, 24, 0.1), ("CE", "2024", 5, 24, 0.6), ("D1E", "2024", 5, 27, 0.05), ("D2E", "2024", 5, 27, 0.05),
    ("DE", "2024", 5, 27, 0.05),
)  # fmt: skip

_NEW_LAW: Final = 2025  # Law 36/2024/QH15 holds from 1 January 2025
_PLASTIC: Final = 2013  # PET cards are issued since
_CENTRAL: Final = np.datetime64("2025-03-01", "D")  # from here on the traffic police issues
_UNLIMITED: Final = np.array([row[2] == 0 for row in CLASSES])
_YEARS: Final = np.array([row[2] for row in CLASSES])
_AGES: Final = np.array([row[3] for row in CLASSES])


@dataclass(slots=True)
class Licences:
    """Licences as columns; every entry is one record of the register unless `source` shows it twice.

    Attributes:
        holder: index of the person.
        kept: what the register knows of the holder.
        number: of 12 digits; paper licences have a `paper_number` of their own instead.
        klass: index into `CLASSES`.
        issued, expires: days (datetime64[D]); `expires` means nothing for unlimited classes.
        issuer: index into `places.provinces` of the office.
        by_police: issued by the traffic police, not by a transport department.
        material, status: indices into `MATERIALS`, `STATUSES`.
        situations, source, double: as for the fleet.
    """

    holder: Ints
    kept: Kept
    number: Ints
    klass: Ints
    issued: Ints
    expires: Ints
    issuer: Ints
    by_police: Bools
    material: Ints
    status: Ints
    situations: dict[str, Ints]
    source: Ints
    double: Bools

    @property
    def unlimited(self) -> Bools:
        """Whether each licence never expires."""
        return np.asarray(_UNLIMITED[self.klass])


def draw_licences(world: World) -> Licences:
    """All licences of the register."""
    plan, people = world.plan, world.people
    rng = stream(plan.seed, "licences")
    situations: dict[str, Ints] = {}
    holder, second = _holders(rng, plan, people, situations)
    count = len(holder)
    passed = _first_passed(rng, plan, people, holder, situations)
    klass, issued = _classes(rng, plan, people, holder, passed, second)
    year = issued.astype("datetime64[Y]").astype(np.int32) + 1970
    issued, expires = _validity(rng, plan, klass, issued)
    kept = keep_facts(rng, world, person=holder, year=year, situations=situations)
    kept.birth = rng.random(count) < 0.99
    issuer = world.places.province[world.homes.place[people.home[holder]]]
    number = _numbers(world, holder, issuer, passed, second)
    old = (year < _PLASTIC) & (rng.random(count) < 0.7)
    paper = np.isin(klass, np.flatnonzero([row[1] == "2008" for row in CLASSES])) & (
        old | (rng.random(count) < plan.rate("LIC_OLD", 0.0))
    )
    situations["LIC_OLD"] = np.flatnonzero(paper)
    material = np.where(paper, PAPER, np.where((year >= 2024) & (rng.random(count) < 0.25), ELECTRONIC, PET))
    expired = ~_UNLIMITED[klass] & (expires < np.datetime64(plan.as_of))
    status = pick(rng, cumulative(_STATUS_SHARES), count).astype(np.int8)
    status[expired & (rng.random(count) < 0.6)] = STATUSES.index("Hết hạn")
    situations["LIC_EXPIRED"] = np.flatnonzero(expired)
    twice = np.flatnonzero(rng.random(count) < plan.rate("DUP_LICENCE", 0.003))
    situations["DUP_LICENCE"] = twice
    source = rng.permutation(np.concatenate([np.arange(count), twice])).astype(np.int32)
    return Licences(
        holder=holder, kept=kept, number=number, klass=klass, issued=issued, expires=expires, issuer=issuer.astype(np.int32),
        by_police=issued >= _CENTRAL, material=material.astype(np.int8), status=status, situations=situations, source=source,
        double=np.asarray(rank_within(source) > 0),
    )  # fmt: skip


def _holders(
    rng: np.random.Generator, plan: SynthPlan, people: People, situations: dict[str, Ints]
) -> tuple[Ints, Ints]:
    """Distinct holders, and after them those who hold a second class on another record; `second` points to their first."""
    count = int(plan.persons * plan.licences_per_person)
    share = plan.rate("LIC_CLASS", 0.12)
    first = max(1, int(count / (1 + share))) if count else 0
    pool = Pool.of_adults(people, plan, 20)
    drawn, _, _ = pool.draw(rng, plan, int(first * 1.9) + 10)
    holder = drawn[np.sort(np.unique(drawn, return_index=True)[1])][:first]
    again = np.sort(rng.choice(len(holder), min(count - len(holder), len(holder)), replace=False))
    second = np.concatenate([np.full(len(holder), -1), again]).astype(np.int32)
    situations["LIC_CLASS"] = np.arange(len(holder), len(second))
    everybody = np.concatenate([holder, holder[again]]).astype(np.int32)
    situations["OUTSIDE"] = np.flatnonzero(everybody >= people.registered)
    situations["DEAD_OWNER"] = np.flatnonzero(people.status[everybody] == 1)
    return everybody, second


def _first_passed(
    rng: np.random.Generator, plan: SynthPlan, people: People, holder: Ints, situations: dict[str, Ints]
) -> Ints:
    """Year in which each holder first passed a test; some, by mistake or fraud, as minors."""
    last = plan.as_of.year
    of_age = people.kin.birth_year[holder] + 18
    year = of_age + rng.gamma(2.0, 4.0, len(holder)).astype(np.int32)
    year = np.asarray(np.clip(year, np.maximum(of_age, 1990), last), dtype=np.int32)
    minor = np.flatnonzero((rng.random(len(holder)) < plan.rate("MINOR", 0.0015)) & (of_age > 1995))
    year[minor] = of_age[minor] - rng.integers(2, 5, len(minor))
    situations["MINOR"] = minor
    return year


def _classes(
    rng: np.random.Generator, plan: SynthPlan, people: People, holder: Ints, passed: Ints, second: Ints
) -> tuple[Ints, Ints]:
    """Class and day of issue: the class belongs to the law of that day and the holder is old enough."""
    count = len(holder)
    reissued = rng.random(count) < 0.45
    year = np.where(reissued, passed + (rng.random(count) * (plan.as_of.year - passed + 1)).astype(np.int32), passed)
    year = np.where(second >= 0, np.minimum(year + 3, plan.as_of.year), year)
    issued = (year.astype(np.int64) - 1970).astype("datetime64[Y]").astype("datetime64[D]") + rng.integers(
        0, 365, count
    )
    issued = np.minimum(issued, np.datetime64(plan.as_of) - rng.integers(1, 250, count))
    year = issued.astype("datetime64[Y]").astype(np.int32) + 1970
    age = year - people.kin.birth_year[holder]
    klass = np.empty(count, dtype=np.int8)
    for law, limited in itertools.product(("2008", "2024"), (False, True)):
        here = np.flatnonzero(((year >= _NEW_LAW) == (law == "2024")) & ((second >= 0) == limited))
        weights = [row[4] * (row[1] == law) * (row[2] > 0 or not limited) for row in CLASSES]
        klass[here] = pick(rng, cumulative(weights), len(here))
        young = here[age[here] < _AGES[klass[here]]]
        klass[young] = CLASSES.index(("A1", law, 0, 18, 60 if law == "2008" else 58))
    return klass, issued


def _validity(rng: np.random.Generator, plan: SynthPlan, klass: Ints, issued: Ints) -> tuple[Ints, Ints]:
    """Days of issue and expiry: who drives has renewed in time, but for some."""
    today = np.datetime64(plan.as_of)
    days = (_YEARS[klass] * 365.25).astype(np.int64)
    limited = ~_UNLIMITED[klass]
    late = limited & (issued + days < today)
    renewed = late & (rng.random(len(klass)) >= plan.rate("LIC_EXPIRED", 0.25))
    new_law = np.array([row[1] == "2024" for row in CLASSES])[klass]
    newest = np.where(new_law, today, np.datetime64("2024-12-31"))
    fresh = newest - (rng.random(len(klass)) * np.minimum(days * 0.9, 600 + days * 0.3)).astype(np.int64)
    issued = np.where(renewed & (fresh > issued), fresh, issued)
    return issued, issued + days


def _numbers(world: World, holder: Ints, issuer: Ints, passed: Ints, second: Ints) -> Ints:
    """`PP G YY NNNNNNN`: province, sex and century, year of passing, by lot; one number for all classes of a person."""
    people = world.people
    province = np.array([int(code) for code in world.places.provinces], dtype=np.int64)[issuer]
    sex = people.kin.female[holder] + 2 * (people.kin.birth_year[holder] >= 2000)
    head = province * 1000 + sex * 100 + passed % 100
    number = head * 10_000_000 + scrambled(rank_within(head), head, space=10_000_000)
    again = second >= 0
    number[again] = number[second[again]]
    return np.asarray(number, dtype=np.int64)
