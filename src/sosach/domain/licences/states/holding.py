"""The fold: classes, cards, sanctions and points of a licence from what happened to it, in the order of the journal.

Total: whatever was taken back, what is left folds. A sanction taken back leaves its end without object; a class given twice
stands once. So the state after taking back is the state that never had it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sosach.domain.licences.rules.classes import ClassFact, Group, day_of
from sosach.domain.licences.states.happenings import CardFact, Happening, Verb
from sosach.domain.licences.states.sources import EXCHANGED, HELD, LOST, REVOKED, SUSPENDED


class ClassState(StrEnum):
    """What became of a class."""

    HELD = "held"
    EXCHANGED = "exchanged"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"  # the entry that gave it was taken back


class CardState(StrEnum):
    """What became of a card."""

    ACTIVE = "active"
    REPLACED = "replaced"
    LOST = "lost"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class HeldClass:
    """A class and what became of it."""

    fact: ClassFact
    state: ClassState = ClassState.HELD


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card and what became of it."""

    fact: CardFact
    state: CardState = CardState.ACTIVE


@dataclass(frozen=True, slots=True)
class Sanction:
    """A suspension or a hold.

    Attributes:
        key: of what laid it on.
        groups: halves of the licence.
        on: first day.
        until: last day; None when open.
        ended_on: day of giving back, which is free of it.
    """

    key: str
    groups: frozenset[Group]
    on: date
    until: date | None = None
    ended_on: date | None = None

    def runs(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (
            self.on <= day
            and (self.until is None or day <= self.until)
            and (self.ended_on is None or day < self.ended_on)
        )


@dataclass(slots=True)
class Holding:
    """A licence: everything that follows from what happened.

    Attributes:
        classes: by origin: key of the happening and place in it.
        cards: by origin.
        suspensions: by key.
        holds: by key.
        deductions: key → half, day, points.
        tests: half and day of each test that restored points.
        revoked: half → day, while nothing new was issued.
        died_on: day of the holder's death.
        joined: whether the record goes on as another one.
    """

    classes: dict[str, HeldClass] = field(default_factory=dict)
    cards: dict[str, HeldCard] = field(default_factory=dict)
    suspensions: dict[str, Sanction] = field(default_factory=dict)
    holds: dict[str, Sanction] = field(default_factory=dict)
    deductions: dict[str, tuple[Group, date, int]] = field(default_factory=dict)
    tests: list[tuple[Group, date]] = field(default_factory=list)
    revoked: dict[Group, date] = field(default_factory=dict)
    died_on: date | None = None
    joined: bool = False

    def held(self, group: Group | None = None) -> dict[str, ClassFact]:
        """Classes held, of one half or both."""
        return {
            origin: each.fact
            for origin, each in self.classes.items()
            if each.state is ClassState.HELD and group in {None, each.fact.group}
        }

    def active_cards(self) -> dict[str, CardFact]:
        """Cards in use."""
        return {origin: each.fact for origin, each in self.cards.items() if each.state is CardState.ACTIVE}


@dataclass(frozen=True, slots=True)
class Absorbed:
    """Another record of the same person that goes on as this one from here on."""

    holding: Holding


def fold(happenings: Iterable[Happening | Absorbed]) -> Holding:
    """The licence after everything that happened, in order."""
    holding = Holding()
    for each in happenings:
        if isinstance(each, Absorbed):
            _absorb(holding, each.holding)
            continue
        if each.verb is not Verb.TOLD:
            _give(holding, each)
        effect = _EFFECTS.get(each.verb)
        if effect is not None:
            effect(holding, each)
    return holding


def _give(holding: Holding, each: Happening) -> None:
    """Classes and cards that came with it take the place of those they stand for."""
    for origin in each.what.get("replaces", ()):
        _class_becomes(holding, origin, ClassState.EXCHANGED)
    for place, fact in enumerate(each.classes):
        for origin, other in holding.held().items():
            if (other.law, other.name) == (fact.law, fact.name):
                _class_becomes(holding, origin, ClassState.EXCHANGED)
        holding.classes[f"{each.key}.{place}"] = HeldClass(fact)
    for place, card in enumerate(each.cards):
        for origin, there in holding.active_cards().items():
            if there.medium is card.medium and there.groups & card.groups:
                _card_becomes(holding, origin, CardState.REPLACED)
        holding.cards[f"{each.key}.{place}"] = HeldCard(card)


def _absorb(holding: Holding, other: Holding) -> None:
    """Both go on as one: of a class both have the longer one, of a card both have the own one; all sanctions and points."""
    for origin, each in other.classes.items():
        holding.classes[origin] = each
        if each.state is ClassState.HELD:
            _keep_longest(holding, each.fact)
    for origin, card in other.cards.items():
        taken = any(
            there.medium is card.fact.medium and there.groups & card.fact.groups
            for there in holding.active_cards().values()
        )
        active = card.state is CardState.ACTIVE
        holding.cards[origin] = replace(card, state=CardState.REPLACED) if active and taken else card
    holding.suspensions |= other.suspensions
    holding.holds |= other.holds
    holding.deductions |= other.deductions
    holding.tests += other.tests
    revoked = other.revoked | holding.revoked
    holding.revoked = {group: on for group, on in revoked.items() if not holding.held(group)}
    holding.died_on = holding.died_on or other.died_on


def _keep_longest(holding: Holding, fact: ClassFact) -> None:
    same = [
        (origin, there) for origin, there in holding.held().items() if (there.law, there.name) == (fact.law, fact.name)
    ]
    longest = max(same, key=lambda each: each[1].expires_on or date.max)[0]
    for origin, _ in same:
        if origin != longest:
            _class_becomes(holding, origin, ClassState.EXCHANGED)


def _class_becomes(holding: Holding, origin: str, state: ClassState) -> None:
    there = holding.classes.get(origin)
    if there is not None and there.state is ClassState.HELD:
        holding.classes[origin] = replace(there, state=state)


def _card_becomes(holding: Holding, origin: str, state: CardState) -> None:
    there = holding.cards.get(origin)
    if there is not None and there.state is CardState.ACTIVE:
        holding.cards[origin] = replace(there, state=state)


def _taken_in(holding: Holding, each: Happening) -> None:
    """A source may say of a licence what no journal tells; from when and until when it does not say."""
    status = each.what.get("status")
    groups = frozenset(fact.group for fact in each.classes)
    if status == REVOKED:
        _revoke(holding, groups, each.on)
    elif status == SUSPENDED:
        holding.suspensions[each.key] = Sanction(each.key, groups, each.on)
    elif status == HELD:
        holding.holds[each.key] = Sanction(each.key, groups, each.on)
    elif status == EXCHANGED:
        for origin in [origin for origin in holding.held() if origin.startswith(f"{each.key}.")]:
            _class_becomes(holding, origin, ClassState.EXCHANGED)
    if status in {LOST, EXCHANGED}:
        state = CardState.LOST if status == LOST else CardState.REPLACED
        for place, _ in enumerate(each.cards):
            _card_becomes(holding, f"{each.key}.{place}", state)


def _issued(holding: Holding, each: Happening) -> None:
    """A licence issued after a revocation begins anew, with all points."""
    for group in {fact.group for fact in each.classes} & set(holding.revoked):
        del holding.revoked[group]
        holding.deductions = {key: taken for key, taken in holding.deductions.items() if taken[0] is not group}
        holding.tests = [test for test in holding.tests if test[0] is not group]


def _card_lost(holding: Holding, each: Happening) -> None:
    _card_becomes(holding, each.what["card"], CardState.LOST)


def _suspended(holding: Holding, each: Happening) -> None:
    until = date.fromisoformat(each.what["until"])
    holding.suspensions[each.key] = Sanction(each.key, each.groups, each.on, until)


def _held(holding: Holding, each: Happening) -> None:
    holding.holds[each.key] = Sanction(each.key, each.groups, each.on)


def _given_back(holding: Holding, each: Happening) -> None:
    _end(holding.suspensions, each)


def _released(holding: Holding, each: Happening) -> None:
    _end(holding.holds, each)


def _end(sanctions: dict[str, Sanction], each: Happening) -> None:
    key = each.what["ends"]
    if key in sanctions and sanctions[key].ended_on is None:
        sanctions[key] = replace(sanctions[key], ended_on=each.on)


def _revoked(holding: Holding, each: Happening) -> None:
    _revoke(holding, each.groups, each.on)


def _revoke(holding: Holding, groups: frozenset[Group], on: date) -> None:
    """Takes classes and cards of whole halves; a card that both halves share goes with either."""
    for group in groups:
        holding.revoked[group] = on
        for origin in holding.held(group):
            _class_becomes(holding, origin, ClassState.REVOKED)
    for origin, card in holding.active_cards().items():
        if card.groups & groups:
            _card_becomes(holding, origin, CardState.RECALLED)


def _deducted(holding: Holding, each: Happening) -> None:
    holding.deductions[each.key] = (Group(each.what["group"]), each.on, each.what["points"])


def _test_passed(holding: Holding, each: Happening) -> None:
    holding.tests.append((Group(each.what["group"]), each.on))


def _died(holding: Holding, each: Happening) -> None:
    holding.died_on = each.on


def _joined(holding: Holding, each: Happening) -> None:
    """The other record counts its classes from here on; they are derived there from both journals."""
    del each
    holding.joined = True
    for origin in holding.held():
        _class_becomes(holding, origin, ClassState.EXCHANGED)
    for origin in holding.active_cards():
        _card_becomes(holding, origin, CardState.REPLACED)


def _class_corrected(holding: Holding, each: Happening) -> None:
    there = holding.classes.get(each.what["origin"])
    if there is not None:
        corrected = ClassFact.from_json(there.fact.as_json() | dict(each.what["to"]))
        holding.classes[each.what["origin"]] = replace(there, fact=corrected)


def told(holding: Holding) -> dict[str, Any]:
    """All of a holding without the names it has here, as another installation is told of it."""
    return {
        "classes": [{**each.fact.as_json(), "state": str(each.state)} for each in holding.classes.values()],
        "cards": [{**each.fact.as_json(), "state": str(each.state)} for each in holding.cards.values()],
        "suspensions": [_sanction_told(each) for each in holding.suspensions.values()],
        "holds": [_sanction_told(each) for each in holding.holds.values()],
        "deductions": [
            {"group": str(group), "on": on.isoformat(), "points": points}
            for group, on, points in holding.deductions.values()
        ],
        "tests": [{"group": str(group), "on": on.isoformat()} for group, on in holding.tests],
        "revoked": [{"group": str(group), "on": on.isoformat()} for group, on in holding.revoked.items()],
        "died_on": holding.died_on.isoformat() if holding.died_on else None,
        "joined": holding.joined,
    }


def _sanction_told(each: Sanction) -> dict[str, Any]:
    days = {"on": each.on, "until": each.until, "ended_on": each.ended_on}
    return {"groups": sorted(each.groups), **{name: day.isoformat() for name, day in days.items() if day}}


def as_told(key: str, what: Mapping[str, Any]) -> Holding:
    """The holding another installation tells; classes and sanctions are named after what told of them.

    Raises:
        KeyError, TypeError, ValueError: it tells no holding.
    """
    holding = Holding(died_on=day_of(what.get("died_on")), joined=bool(what.get("joined")))
    for place, each in enumerate(what.get("classes") or ()):
        holding.classes[f"{key}.{place}"] = HeldClass(ClassFact.from_json(each), ClassState(each["state"]))
    for place, each in enumerate(what.get("cards") or ()):
        holding.cards[f"{key}.{place}"] = HeldCard(CardFact.from_json(each), CardState(each["state"]))
    for name, sanctions in (("suspensions", holding.suspensions), ("holds", holding.holds)):
        for place, each in enumerate(what.get(name) or ()):
            spot = f"{key}.{name}.{place}"
            days = (date.fromisoformat(each["on"]), day_of(each.get("until")), day_of(each.get("ended_on")))
            sanctions[spot] = Sanction(spot, frozenset(map(Group, each["groups"])), *days)
    for place, each in enumerate(what.get("deductions") or ()):
        taken = (Group(each["group"]), date.fromisoformat(each["on"]), int(each["points"]))
        holding.deductions[f"{key}.{place}"] = taken
    holding.tests = [(Group(each["group"]), date.fromisoformat(each["on"])) for each in what.get("tests") or ()]
    holding.revoked = {Group(each["group"]): date.fromisoformat(each["on"]) for each in what.get("revoked") or ()}
    return holding


def _told(holding: Holding, each: Happening) -> None:
    """What another installation tells is all there is; what happened here before is in it, or it would not have been taken."""
    given = as_told(each.key, each.what)
    for column in fields(Holding):
        setattr(holding, column.name, getattr(given, column.name))


_EFFECTS: dict[Verb, Callable[[Holding, Happening], None]] = {
    Verb.TAKEN_IN: _taken_in,
    Verb.ISSUED: _issued,
    Verb.CARD_LOST: _card_lost,
    Verb.SUSPENDED: _suspended,
    Verb.GIVEN_BACK: _given_back,
    Verb.HELD: _held,
    Verb.RELEASED: _released,
    Verb.REVOKED: _revoked,
    Verb.DEDUCTED: _deducted,
    Verb.TEST_PASSED: _test_passed,
    Verb.DIED: _died,
    Verb.JOINED: _joined,
    Verb.CLASS_CORRECTED: _class_corrected,
    Verb.TOLD: _told,
}
