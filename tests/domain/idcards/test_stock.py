"""The stock of blanks: what came is always somewhere, and nobody destroys it alone."""

import pytest
from tests.domain.idcards.works import (
    CALENDAR,
    PROFILE,
    QUALITY,
    STOCK,
    Works,
    look,
    order,
    refused,
    serial,
)

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Blank
from sosach.domain.idcards.operations.blanks import list_for_destruction, move_blanks, receive_blanks, see_destroyed
from sosach.domain.idcards.queries.stock import Wanted, blanks, deliveries, stock
from sosach.domain.idcards.states.blanks import BlankState, BlankStep

pytestmark = pytest.mark.usefixtures("db")


def state_of(number: str) -> BlankState:
    with acting(CALENDAR):
        return BlankState(Blank.objects.get(pk=number).state)


def test_a_delivery_comes_once_and_its_states_add_up() -> None:
    works = Works.opened(blanks=5)
    works.deliver(1, 5)  # the same note again
    with refused(ErrorCode.CONFLICT):
        works.deliver(1, 6, number="GN-1")
    with refused(ErrorCode.CONFLICT):
        works.deliver(5, 3, number="GN-2")  # one of them is here
    move_blanks(order(STOCK), serials=[serial(1)], step=BlankStep.SPOIL)
    move_blanks(order(STOCK), serials=[serial(2)], step=BlankStep.RETURN)
    move_blanks(order(STOCK), serials=[serial(3)], step=BlankStep.LOSE)
    (line,) = deliveries(look(STOCK))
    assert sum(line.states.values()) == line.count == 5
    for (profile, state), count in stock(look(STOCK)).items():
        assert len(blanks(look(STOCK), wanted=Wanted(state=state, profile=profile))) == count
    with refused(ErrorCode.STATE_FORBIDS):
        move_blanks(order(STOCK), serials=[serial(2)], step=BlankStep.LOSE)
    with refused(ErrorCode.NOT_FOUND):
        move_blanks(order(STOCK), serials=[serial(77)], step=BlankStep.LOSE)
    move_blanks(order(STOCK), serials=[serial(3)], step=BlankStep.FIND)
    assert state_of(serial(3)) is BlankState.IN_STOCK


@pytest.mark.parametrize(
    ("first", "last"), [("VN1", "VN2"), (serial(5), serial(4)), (serial(1), "VX" + "0" * 13 + "2")]
)
def test_a_range_is_one(first: str, last: str) -> None:
    with refused(ErrorCode.INPUT_INCOMPLETE):
        receive_blanks(order(STOCK), number="1", supplier="x", profile=PROFILE, first_serial=first, last_serial=last)


def test_spoiled_blanks_are_destroyed_by_two_people() -> None:
    Works.opened(blanks=3)
    move_blanks(order(STOCK), serials=[serial(1)], step=BlankStep.SPOIL)
    with refused(ErrorCode.STATE_FORBIDS):
        list_for_destruction(order(STOCK), serials=[serial(1), serial(2)])
    listing = list_for_destruction(order(STOCK), serials=[serial(1)])
    with refused(ErrorCode.STATE_FORBIDS):
        list_for_destruction(order(QUALITY), serials=[serial(1)])
    with refused(ErrorCode.STATE_FORBIDS):
        see_destroyed(order(STOCK), destruction_id=listing.pk)
    assert see_destroyed(order(QUALITY), destruction_id=listing.pk) == 1
    assert state_of(serial(1)) is BlankState.DESTROYED
