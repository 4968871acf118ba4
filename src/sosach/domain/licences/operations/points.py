"""Points: taken by violation messages, each once; back by a test, or by the calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.licences.models import Licence, LicenceHalf, PointsDeduction
from sosach.domain.licences.operations.issuing import KEEPERS
from sosach.domain.licences.operations.recording import enter, locked, require_evidence, require_possible, settle
from sosach.domain.licences.operations.refusals import conflict, forbidden, incomplete
from sosach.domain.licences.queries.derived import day_in_viet_nam, holding_of, subjects_of
from sosach.domain.licences.rules.classes import Group
from sosach.domain.licences.rules.points import FULL, Balance
from sosach.domain.licences.states.happenings import Verb, happening
from sosach.domain.licences.states.status import points_of

MESSENGERS = frozenset({Role.LICENCES, Role.SYSTEM})
CALENDAR = frozenset({Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class Violation:
    """A message about a decided violation.

    Attributes:
        message: its id; the same message again takes nothing more.
        group: half of the licence it was committed with.
        points: 1 to 12.
        on: day of the decision.
    """

    message: str
    group: Group
    points: int
    on: date


@operation("licences.points_deducted", roles=MESSENGERS, nationwide=True)
def deduct_points(order: Order, /, *, licence_id: int, violation: Violation) -> Done[Balance]:
    """Take points by a violation message, at once; never below 0. Answers how many are left today.

    A message that came before changes nothing and gets the same answer, also after it was taken back on a complaint.

    Raises:
        SosachError: STATE-01 no such licence; STATE-02 it has no class of that half, or is revoked; STATE-03 the message came
            before and said something else; STATE-04 points out of range, or a day in the future.
    """
    day = day_in_viet_nam(order.at)
    licence = locked(order, licence_id, everywhere=True)
    if licence.joined_into_id is not None:
        licence = locked(order, licence.joined_into_id, everywhere=True)
    if not violation.message or not 1 <= violation.points <= FULL or violation.on > day:
        raise incomplete("Thông báo vi phạm không hợp lệ.", "The violation message cannot be.")
    replayed = _came_before(licence, violation)
    holding = holding_of(licence)
    if not replayed:
        require_possible(holding, Verb.DEDUCTED, {violation.group}, day)
        _deduct(order, licence, violation)
        holding = holding_of(licence)
    left = points_of(holding, violation.group, day)
    return Done(left, subjects_of(licence), {"message": violation.message, "replayed": replayed})


@operation("licences.points_test_passed", roles=KEEPERS, nationwide=True)
def restore_points_by_test(order: Order, /, *, licence_id: int, group: Group) -> Done[Balance]:
    """Give all 12 points back after a passed test (`test` in the evidence), 6 months after the last one was taken at the earliest.

    Raises:
        SosachError: STATE-01 no such licence; STATE-02 there are points left, it is too early, or its status; STATE-04 no test.
    """
    day = day_in_viet_nam(order.at)
    licence = locked(order, licence_id, everywhere=True)
    holding = holding_of(licence)
    require_possible(holding, Verb.TEST_PASSED, {group}, day)
    require_evidence(order, "test")
    now = points_of(holding, group, day)
    if now.test_from is None:
        raise forbidden("Giấy phép vẫn còn điểm.", "There are points left.")
    if day < now.test_from:
        raise forbidden(
            f"Chưa đủ 6 tháng: kiểm tra từ {now.test_from:%d/%m/%Y}.", f"Too early: the test is from {now.test_from}."
        )
    enter(order, licence, happening(Verb.TEST_PASSED, day, group=str(group)), procedure="restore_points_by_test")
    return Done(Balance(), subjects_of(licence))


@operation("licences.points_restored", roles=CALENDAR)
def restore_points_due(order: Order, /, *, limit: int = 1000) -> Done[tuple[int, ...]]:
    """Write down that points are full again after 12 quiet months; ids of the licences. Scheduled; again until none is left.

    Nothing hangs on it: every read computes points for its own day, and the journal is not touched.
    """
    day = day_in_viet_nam(order.at)
    due = LicenceHalf.objects.filter(full_on__lte=day).order_by("full_on").values("licence_id")
    return follow(order, Licence.objects.filter(pk__in=due[:limit]).values_list("pk", flat=True), day)


@operation("licences.calendar_followed", roles=CALENDAR)
def expire_due(order: Order, /, *, limit: int = 1000) -> Done[tuple[int, ...]]:
    """Write down the status of licences that expired, or whose suspension ended; their ids. Scheduled; again until none is left.

    Nothing hangs on it: every read computes the status for its own day, and the journal is not touched.
    """
    day = day_in_viet_nam(order.at)
    due = Licence.objects.filter(next_change_on__lte=day).order_by("next_change_on", "pk")
    return follow(order, due.values_list("pk", flat=True)[:limit], day)


def follow(order: Order, wanted: Iterable[int], day: date) -> Done[tuple[int, ...]]:
    """Bring licences up to a day; those somebody works on at the moment come next time."""
    rows = Licence.objects.select_for_update(skip_locked=True).filter(pk__in=list(wanted)).order_by("pk")
    licences = list(rows)
    for licence in licences:
        settle(licence, day)
    nobody = [Subject("job", order.actor.key)]
    return Done(tuple(licence.pk for licence in licences), subjects_of(*licences) or nobody)


def _came_before(licence: Licence, violation: Violation) -> bool:
    there = PointsDeduction.objects.filter(message=violation.message).first()
    if there is None:
        return False
    records = {licence.pk, *Licence.objects.filter(joined_into=licence).values_list("pk", flat=True)}
    told = (there.group, there.points, there.on)
    if there.licence_id not in records or told != (violation.group, violation.points, violation.on):
        raise _contradicts()
    return True


def _contradicts() -> Exception:
    return conflict(
        "Thông báo vi phạm này đã được xử lý với nội dung khác.", "This message came before and said something else."
    )


def _deduct(order: Order, licence: Licence, violation: Violation) -> None:
    facts: dict[str, Any] = {"group": str(violation.group), "points": violation.points}
    what = happening(Verb.DEDUCTED, violation.on, message=violation.message, **facts)
    entry = enter(order, licence, what, procedure="deduct_points")
    try:
        with transaction.atomic():
            PointsDeduction.objects.create(
                licence=licence, message=violation.message, entry=entry.pk, on=violation.on, **facts
            )
    except IntegrityError as broken:  # the same message about another licence, at the same moment
        raise _contradicts() from broken
