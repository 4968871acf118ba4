"""What classes become when a licence is exchanged: no right is lost, no class of the old law is given anew.

Legal source: Law 36/2024/QH15 art. 89(2), (3); Circular 12/2025/TT-BCA (from 1 July 2026 Circular 108/2026/TT-BCA).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sosach.domain.licences.rules.classes import ClassFact
from sosach.domain.licences.rules.procedures import old_enough, young_enough
from sosach.vn.licence_classes import classes_of, successor, valid_until


@dataclass(frozen=True, slots=True)
class Bearer:
    """What of a person decides over classes.

    Attributes:
        born_on: day of birth; the first day it may be, where only a year is known.
        sex: "M" or "F".
    """

    born_on: date
    sex: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What comes out of an exchange.

    Attributes:
        classes: classes on the new licence.
        certificates: certificates for tractors and the like issued with it.
        undecided: old class → new ones the holder has to choose from.
        too_young: new classes the holder is too young for.
    """

    classes: tuple[ClassFact, ...] = ()
    certificates: tuple[str, ...] = ()
    undecided: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    too_young: tuple[str, ...] = ()


def exchanged(held: Sequence[ClassFact], bearer: Bearer, *, on: date, choices: Mapping[str, str]) -> Exchanged:
    """Classes of the 2024 law for classes of either law.

    Args:
        held: classes to exchange.
        bearer: whose they are.
        on: day of issue.
        choices: old class → new one, where the law leaves a choice (B2 → B or C1) or the holder is too old for D.
    """
    options = {fact: _options(fact, bearer, on) for fact in held}
    undecided = {
        fact.name: names for fact, names in options.items() if len(names) > 1 and choices.get(fact.name) not in names
    }
    chosen = {fact: _chosen(fact, names, choices) for fact, names in options.items() if names}
    made = [_made(fact, name, bearer, on) for fact, name in chosen.items() if name]
    return Exchanged(
        classes=merged(made),
        certificates=tuple(dict.fromkeys(_certificates(held))),
        undecided=undecided,
        too_young=tuple(sorted({fact.name for fact in made if not old_enough(fact.kind, bearer.born_on, on)})),
    )


def merged(facts: Iterable[ClassFact]) -> tuple[ClassFact, ...]:
    """Each class once, in the widest form: A from A1 (A.03) and from A2 (none) is A without restriction."""
    found: dict[tuple[str, str], ClassFact] = {}
    for fact in facts:
        key = (fact.law, fact.name)
        found[key] = _widest(found[key], fact) if key in found else fact
    return tuple(found.values())


def _widest(one: ClassFact, other: ClassFact) -> ClassFact:
    passed = [day for day in (one.passed_on, other.passed_on) if day]
    ends = [one.expires_on, other.expires_on]
    return replace(
        one,
        restrictions=tuple(code for code in one.restrictions if code in other.restrictions),
        passed_on=min(passed, default=None),
        expires_on=None if None in ends else max(day for day in ends if day),
    )


def _options(fact: ClassFact, bearer: Bearer, on: date) -> tuple[str, ...]:
    """New classes a class may become; of D and DE for somebody too old the next smaller one."""
    if fact.law == "2024":
        names: tuple[str, ...] = (fact.name,)
    else:
        becomes = successor(fact.name)
        names = becomes.classes if becomes else ()
    return tuple(_for_age(name, bearer, on) for name in names)


def _for_age(name: str, bearer: Bearer, on: date) -> str:
    if young_enough(classes_of("2024")[name], bearer.born_on, bearer.sex, on):
        return name
    return {"D": "D2", "DE": "D2E"}[name]


def _chosen(fact: ClassFact, names: tuple[str, ...], choices: Mapping[str, str]) -> str | None:
    if len(names) == 1:
        return names[0]
    return choices[fact.name] if choices.get(fact.name) in names else None


def _made(fact: ClassFact, name: str, bearer: Bearer, on: date) -> ClassFact:
    kind = classes_of("2024")[name]
    becomes = successor(fact.name) if fact.law == "2008" else None
    codes = [*fact.restrictions, *([becomes.restriction] if becomes and becomes.restriction else [])]
    return ClassFact(
        name=name,
        law="2024",
        issued_on=on,
        expires_on=valid_until(kind, issued_on=on, born_on=bearer.born_on, sex=bearer.sex),
        passed_on=fact.passed_on,
        restrictions=tuple(dict.fromkeys(code for code in codes if code in kind.restrictions)),
    )


def _certificates(held: Iterable[ClassFact]) -> Iterable[str]:
    for fact in held:
        becomes = successor(fact.name) if fact.law == "2008" else None
        if becomes is not None and becomes.certificate:
            yield becomes.certificate
