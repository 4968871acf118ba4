"""Several officers at once: every number once, every vehicle sold once, every frame registered once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from tests.domain.vehicles.state import faults
from tests.domain.vehicles.town import CHIEF, DAY, Town, description, fresh, order

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.vehicles.operations import register_first, transfer
from sosach.domain.vehicles.rules import Holder, day_of, person

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.slow]


@pytest.fixture
def town(committed: str) -> Town:
    del committed
    with transaction.atomic():
        return Town.founded()


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Do everything in threads of its own; values, or the codes of refusals."""

    def one(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except SosachError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_every_number_is_drawn_once(town: Town) -> None:
    def register(serial: int) -> Callable[[], Any]:
        told = {"holder": Holder(person(town.an)), "description": description(serial)}
        return lambda: register_first(order(invoice="1"), **told).plate_number

    numbers = at_once([register(serial) for serial in range(8)])
    assert len(set(numbers)) == 8
    assert faults() == []


def test_a_frame_is_registered_once(town: Town) -> None:
    told = {"holder": Holder(person(town.an)), "description": description(1)}
    found = at_once([lambda: register_first(order(invoice="1"), **told).pk] * 4)
    assert sorted(map(str, found)).count(str(ErrorCode.CONFLICT)) == 3


def test_a_vehicle_is_sold_once(town: Town) -> None:
    vehicle = town.registered(town.an)

    def sell(buyer: int) -> Callable[[], Any]:
        told = {"holder": Holder(person(buyer)), "approver": CHIEF, "combined": True, "paper_on": day_of(DAY)}
        return lambda: transfer(order(days=1, sale_contract="1"), vehicle_id=vehicle.pk, **told).owner_person_id

    found = at_once([sell(town.binh)] * 4)
    assert found.count(town.binh) == 1
    assert found.count(ErrorCode.INPUT_INCOMPLETE) == 3  # it is his already
    assert fresh(vehicle).owner_person_id == town.binh
    assert faults() == []
