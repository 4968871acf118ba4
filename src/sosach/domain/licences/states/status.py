"""Status and points of a licence on a day, and which procedures they allow. Pure: the same journal and day, the same answer."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from sosach.domain.licences.rules.classes import ClassFact, Group
from sosach.domain.licences.rules.points import Balance, balance
from sosach.domain.licences.states.happenings import Medium, Verb
from sosach.domain.licences.states.holding import CardState, Holding


class Status(StrEnum):
    """Status of one half of a licence, or of the whole."""

    VALID = "valid"  # còn hiệu lực
    EXPIRED = "expired"  # hết hạn
    SUSPENDED = "suspended"  # bị tước quyền sử dụng
    HELD = "held"  # tạm giữ
    REVOKED = "revoked"  # thu hồi
    LOST = "lost"  # mất
    EXCHANGED = "exchanged"  # đã đổi: the record goes on as another one
    NONE = "none"  # no class: nothing issued, or all of it taken back


# What somebody with both halves is told of the whole: the best of them.
_BEST_FIRST = (
    Status.VALID,
    Status.LOST,
    Status.HELD,
    Status.SUSPENDED,
    Status.EXPIRED,
    Status.EXCHANGED,
    Status.REVOKED,
    Status.NONE,
)
DRIVING = frozenset({Status.VALID, Status.LOST, Status.HELD})
_LIVING = frozenset({Status.VALID, Status.EXPIRED, Status.SUSPENDED, Status.HELD, Status.LOST})

# In which status of the halves concerned a procedure is possible; those that are missing do not ask for one.
ALLOWED: dict[Verb, frozenset[Status]] = {
    Verb.ISSUED: frozenset({Status.NONE, Status.REVOKED}),
    Verb.CLASS_ADDED: frozenset({Status.VALID, Status.EXPIRED, Status.NONE}),
    Verb.EXCHANGED: frozenset({Status.VALID, Status.EXPIRED}),
    Verb.CONVERTED: frozenset({Status.VALID, Status.EXPIRED}),
    Verb.REISSUED: frozenset({Status.VALID, Status.LOST, Status.EXPIRED}),  # and no card in the hand
    Verb.ELECTRONIC: frozenset({Status.VALID}),
    Verb.CARD_LOST: _LIVING,
    Verb.SUSPENDED: _LIVING - {Status.SUSPENDED},
    Verb.GIVEN_BACK: _LIVING,
    Verb.HELD: frozenset({Status.VALID, Status.EXPIRED}),
    Verb.RELEASED: _LIVING,
    Verb.REVOKED: _LIVING,
    Verb.DEDUCTED: _LIVING,
    Verb.TEST_PASSED: _LIVING,
}


def status_of(holding: Holding, group: Group, day: date) -> Status:
    """Status of one half on a day."""
    held = holding.held(group).values()
    dead = holding.died_on is not None and day >= holding.died_on
    found = _ended(holding, group) or _none(holding, group) or (None if dead else _sanctioned(holding, group, day))
    if found is not None:
        return found
    if dead or not any(fact.in_force(day) for fact in held):
        return Status.EXPIRED
    return Status.LOST if lost_card(holding, group) else Status.VALID


def _ended(holding: Holding, group: Group) -> Status | None:
    if holding.joined and any(each.fact.group is group for each in holding.classes.values()):
        return Status.EXCHANGED
    return Status.REVOKED if group in holding.revoked else None


def _none(holding: Holding, group: Group) -> Status | None:
    return None if holding.held(group) else Status.NONE


def _sanctioned(holding: Holding, group: Group, day: date) -> Status | None:
    if any(each.runs(day) for each in holding.suspensions.values() if group in each.groups):
        return Status.SUSPENDED
    return Status.HELD if any(each.runs(day) for each in holding.holds.values() if group in each.groups) else None


def lost_card(holding: Holding, group: Group) -> bool:
    """Whether the half's card was lost and nothing in its place: no new card, no electronic licence."""
    lost = any(each.state is CardState.LOST and group in each.fact.groups for each in holding.cards.values())
    return lost and not any(group in card.groups for card in holding.active_cards().values())


def needs_card(holding: Holding, group: Group) -> bool:
    """Whether the half has no card to hold in the hand, after it had one."""
    there = [each for each in holding.cards.values() if group in each.fact.groups and each.fact.medium is Medium.CARD]
    return bool(there) and not any(each.state is CardState.ACTIVE for each in there)


def next_expiry(holding: Holding, day: date) -> date | None:
    """The next day on which a class held ends; None when none of them will."""
    ends = [fact.expires_on for fact in holding.held().values() if fact.expires_on and fact.expires_on >= day]
    return None if holding.died_on else min(ends, default=None)


def overall(holding: Holding, day: date) -> Status:
    """Status of the whole: the best of its halves, each of which is told on its own as well."""
    found = {status_of(holding, group, day) for group in Group}
    return next(status for status in _BEST_FIRST if status in found)


def points_of(holding: Holding, group: Group, day: date) -> Balance:
    """Points of one half on a day."""
    taken = [(on, points) for half, on, points in holding.deductions.values() if half is group]
    return balance(taken, [on for half, on in holding.tests if half is group], day=day)


def in_force(holding: Holding, day: date) -> list[ClassFact]:
    """Classes whose vehicles the holder may drive on a day: valid, not suspended, points left.

    Who lost the card or had it held keeps the right; 0 points end it (Law 36/2024 art. 58).
    """
    halves = {
        group
        for group in Group
        if status_of(holding, group, day) in DRIVING and points_of(holding, group, day).points > 0
    }
    return [fact for fact in holding.held().values() if fact.group in halves and fact.in_force(day)]


def standing_in_the_way(holding: Holding, verb: Verb, groups: Iterable[Group], day: date) -> Status | None:
    """The first status that forbids a procedure on halves of a licence; None when it is possible."""
    if holding.joined:
        return Status.EXCHANGED
    if holding.died_on is not None and verb in ALLOWED:
        return Status.EXPIRED
    allowed = ALLOWED.get(verb, frozenset(Status))
    found = (status_of(holding, group, day) for group in sorted(groups))
    return next((status for status in found if status not in allowed), None)


def next_change(holding: Holding, day: date) -> date | None:
    """The next day after this one on which status or points change by the calendar alone."""
    if holding.joined:
        return None
    tomorrow = timedelta(days=1)
    turns = [fact.expires_on + tomorrow for fact in holding.held().values() if fact.expires_on]
    for each in (*holding.suspensions.values(), *holding.holds.values()):
        turns += [turn for turn in (each.on, each.ended_on, each.until + tomorrow if each.until else None) if turn]
    turns += [full_on for group in Group if (full_on := points_of(holding, group, day).full_on)]
    turns += [on for _, on, _ in holding.deductions.values()]
    turns += [holding.died_on] if holding.died_on else []
    return min((turn for turn in turns if turn > day), default=None)
