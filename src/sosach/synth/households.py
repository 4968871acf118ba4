"""Households: couples with children and grandparents, and the kinship between them, as columns of numbers."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sosach.synth.draws import Bools, Ints

NOBODY: Final = -1
_MEAN_SIZE: Final = 2.9  # a little below what is drawn, so that one drawing is always enough
_GENERATIONS: Final = 6


@dataclass(slots=True)
class Kin:
    """People in households, in the order of their households.

    Attributes:
        household: index of the household.
        female, birth_year: of each person.
        father, mother, spouse: index of a person, `NOBODY` when not known.
    """

    household: Ints
    female: Bools
    birth_year: Ints
    father: Ints
    mother: Ints
    spouse: Ints


@dataclass(slots=True)
class _Shape:
    """Who is in each household and at which index the members start."""

    couple: Bools
    children: Ints
    grandfather: Bools
    grandmother: Bools
    start: Ints

    @property
    def elders_start(self) -> Ints:
        return self.start + 1 + self.couple + self.children


def draw_households(rng: np.random.Generator, persons: int, year: int) -> Kin:
    """Exactly `persons` people (the last household may be cut), all born by `year`."""
    count = int(persons / _MEAN_SIZE) + 50
    head_birth = year - np.clip(rng.normal(49, 15, count), 21, 95).astype(np.int32)
    shape = _draw_shape(rng, count, year - head_birth)
    size = 1 + shape.couple + shape.children + shape.grandfather + shape.grandmother
    total = int(size.sum())
    kin = Kin(
        household=np.repeat(np.arange(count, dtype=np.int32), size),
        female=np.zeros(total, dtype=bool),
        birth_year=np.zeros(total, dtype=np.int32),
        father=np.full(total, NOBODY, dtype=np.int32),
        mother=np.full(total, NOBODY, dtype=np.int32),
        spouse=np.full(total, NOBODY, dtype=np.int32),
    )
    _place_couples(rng, kin, shape, head_birth)
    _place_children(rng, kin, shape, year)
    _place_elders(rng, kin, shape)
    _link_across(rng, kin, shape)
    return _cut(kin, persons)


def _draw_shape(rng: np.random.Generator, count: int, age: Ints) -> _Shape:
    couple = rng.random(count) < np.where(age < 26, 0.35, 0.85)
    children = np.minimum(rng.poisson(np.where(couple, 1.9, 0.4)), np.clip((age - 20) // 4, 0, 5)).astype(np.int32)
    grandfather = (rng.random(count) < 0.10) & (age < 60)
    grandmother = (rng.random(count) < 0.17) & (age < 62)
    size = 1 + couple + children + grandfather + grandmother
    start = np.cumsum(size) - size
    return _Shape(couple, children, grandfather, grandmother, start.astype(np.int32))


def _place_couples(rng: np.random.Generator, kin: Kin, shape: _Shape, head_birth: Ints) -> None:
    count = len(head_birth)
    kin.birth_year[shape.start] = head_birth
    kin.female[shape.start] = rng.random(count) < np.where(shape.couple, 0.2, 0.6)
    heads = shape.start[shape.couple]
    wives = heads + 1
    kin.female[wives] = ~kin.female[heads]
    gap = np.clip(rng.normal(2.5, 3.0, len(heads)), -6, 8).astype(np.int32) * np.where(kin.female[heads], -1, 1)
    kin.birth_year[wives] = np.minimum(kin.birth_year[heads] + gap, kin.birth_year[heads].max())
    kin.spouse[heads], kin.spouse[wives] = wives, heads


def _place_children(rng: np.random.Generator, kin: Kin, shape: _Shape, year: int) -> None:
    for order in range(5):
        here = shape.children > order
        head = shape.start[here]
        child = head + 1 + shape.couple[here] + order
        partner = kin.spouse[head]
        mother = np.where(kin.female[head], head, partner)
        father = np.where(kin.female[head], partner, head)
        born = (
            kin.birth_year[np.where(mother == NOBODY, head, mother)] + 22 + 4 * order + rng.integers(-3, 5, len(head))
        )
        kin.birth_year[child] = np.minimum(born, year)
        kin.female[child] = rng.random(len(head)) < 0.485
        kin.father[child], kin.mother[child] = father, mother


def _place_elders(rng: np.random.Generator, kin: Kin, shape: _Shape) -> None:
    """Grandparents are the head's parents."""
    both = shape.grandfather & shape.grandmother
    for here, female in ((shape.grandfather, False), (shape.grandmother, True)):
        head = shape.start[here]
        elder = shape.elders_start[here] + (shape.grandfather[here] if female else 0)
        kin.birth_year[elder] = np.maximum(kin.birth_year[head] - rng.integers(20, 36, len(head)), 1915)
        kin.female[elder] = female
        (kin.mother if female else kin.father)[head] = elder
    grandfather = shape.elders_start[both]
    kin.spouse[grandfather], kin.spouse[grandfather + 1] = grandfather + 1, grandfather


def _link_across(rng: np.random.Generator, kin: Kin, shape: _Shape) -> None:
    """Some heads and partners have their parents in another household: an older couple, by lot."""
    couples = shape.start[shape.couple]
    if not len(couples):
        return
    grown = np.concatenate([shape.start, couples + 1])
    grown = grown[(kin.father[grown] == NOBODY) & (rng.random(len(grown)) < 0.5)]
    parent = couples[rng.integers(0, len(couples), len(grown))]
    gap = kin.birth_year[grown] - kin.birth_year[parent]
    fits = (gap >= 18) & (gap <= 42)
    child, parent = grown[fits], parent[fits]
    partner = kin.spouse[parent]
    kin.father[child] = np.where(kin.female[parent], partner, parent)
    kin.mother[child] = np.where(kin.female[parent], parent, partner)


def _cut(kin: Kin, persons: int) -> Kin:
    if len(kin.household) < persons:
        raise AssertionError("households are drawn in plenty")
    for name in ("household", "female", "birth_year", "father", "mother", "spouse"):
        setattr(kin, name, getattr(kin, name)[:persons])
    for relation in (kin.father, kin.mother, kin.spouse):
        relation[relation >= persons] = NOBODY
    return kin


def inherit_surnames(kin: Kin, surname: Ints) -> Ints:
    """Children bear their father's surname, else their mother's when no father is known; the others keep what was drawn."""
    source = np.where(kin.father != NOBODY, kin.father, kin.mother)
    children = np.flatnonzero(source != NOBODY)
    for _ in range(_GENERATIONS):
        surname[children] = surname[source[children]]
    return surname
