"""An officer who owns, sells or buys a vehicle leaves it to a colleague; so does the second person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from tests.domain.vehicles.town import CHIEF, OFFICER, SECOND, Town, description, fresh, order, refused

from sosach.base.errors import ErrorCode
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Actor, ActorKind, Level, account_key
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations import (
    declare_status,
    object_to,
    open_notice,
    pledge,
    refuse_notice,
    register_first,
    settle_objection,
    take_back,
    transfer,
)
from sosach.domain.vehicles.rules import USED_BY_OTHER, Holder, person

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def town() -> Town:
    return Town.founded()


def sell(by: Actor, second: Actor, vehicle: Vehicle, buyer: int) -> Vehicle:
    return transfer(
        order(by, days=1, sale_contract="HĐ 1"),
        vehicle_id=vehicle.pk,
        holder=Holder(person(buyer)),
        approver=second,
        paper_on=date(2026, 11, 23),
        combined=True,
    )


@pytest.mark.parametrize(
    "who",
    [
        lambda town: (replace(OFFICER, person_id=town.an), CHIEF),  # sells the own one
        lambda town: (replace(OFFICER, person_id=town.binh), CHIEF),  # buys it
        lambda town: (OFFICER, replace(CHIEF, person_id=town.an)),
        lambda town: (OFFICER, replace(CHIEF, person_id=town.binh)),
    ],
)
def test_neither_the_registrar_nor_the_second_person_sells_or_buys(
    town: Town, who: Callable[[Town], tuple[Actor, Actor]]
) -> None:
    vehicle = town.registered(town.an)
    assert refused(sell, *who(town), vehicle, town.binh) is ErrorCode.ACCESS_DENIED
    assert fresh(vehicle).owner_person_id == town.an
    stranger = replace(OFFICER, person_id=town.chi)
    assert sell(stranger, CHIEF, vehicle, town.binh).owner_person_id == town.binh


def test_nobody_registers_or_pledges_the_own_vehicle(town: Town) -> None:
    own = replace(OFFICER, person_id=town.an)
    holder = Holder(person(town.an))
    asked = {"holder": holder, "description": description(1)}
    assert refused(register_first, order(own, invoice="HĐ 1"), **asked) is ErrorCode.ACCESS_DENIED
    vehicle = town.registered(town.an)
    assert refused(pledge, order(own), vehicle_id=vehicle.pk, creditor="Ngân hàng Thử") is ErrorCode.ACCESS_DENIED


def test_who_objected_as_a_citizen_does_not_settle_it_as_an_officer(town: Town) -> None:
    vehicle = town.registered(town.an)
    citizen = Actor(ActorKind.CITIZEN, account_key(ActorKind.CITIZEN, town.binh), Level.PERSON)
    asked = Order(replace(citizen, roles=OFFICER.roles | {"clerk"}), order().at)
    objection = object_to(asked, vehicle_id=vehicle.pk, statement="Xe của tôi", objector=town.binh)
    settle = {"vehicle_id": vehicle.pk, "objection": objection, "upheld": True}
    same = replace(CHIEF, person_id=town.binh)
    assert refused(settle_objection, order(same, reason="Có giấy tờ"), **settle) is ErrorCode.INPUT_INCOMPLETE
    assert settle_objection(order(CHIEF, reason="Có giấy tờ"), **settle).pk == vehicle.pk


def test_whoever_a_transfer_would_go_back_to_is_no_second_person(town: Town) -> None:
    vehicle = sell(OFFICER, CHIEF, town.registered(town.an), town.binh)
    with acting(OFFICER):
        undo = {"vehicle_id": vehicle.pk, "entry_id": vehicle.owners.get(is_present=True).entry}
    seller = replace(SECOND, person_id=town.an)
    told = order(days=2, reason="Nhầm")
    assert refused(take_back, told, **undo, approver=seller) is ErrorCode.ACCESS_DENIED
    assert fresh(vehicle).owner_person_id == town.binh
    assert take_back(told, **undo, approver=SECOND).owner_person_id == town.an


def test_nobody_posts_objects_or_decides_in_the_own_name(town: Town) -> None:
    vehicle = town.registered(town.an)
    which = {"vehicle_id": vehicle.pk}
    user, objector = replace(OFFICER, person_id=town.binh), replace(OFFICER, person_id=town.chi)
    commitment = {"commitment": "CK 1"}
    assert refused(open_notice, order(user, **commitment), **which, user_person=town.binh) is ErrorCode.ACCESS_DENIED
    open_notice(order(**commitment), **which, user_person=town.binh)
    claim = {"statement": "Xe của tôi", "objector": town.chi}
    assert refused(object_to, order(objector), **which, **claim) is ErrorCode.ACCESS_DENIED
    objection = object_to(order(), **which, **claim)
    for concerned in (town.binh, town.chi):
        decider = replace(CHIEF, person_id=concerned)
        settle = {**which, "objection": objection, "upheld": False}
        assert refused(settle_objection, order(decider, reason="Xem rồi"), **settle) is ErrorCode.ACCESS_DENIED
        ender = replace(OFFICER, person_id=concerned)
        assert refused(refuse_notice, order(ender, reason="Xem rồi"), **which) is ErrorCode.ACCESS_DENIED
    settle_objection(order(CHIEF, reason="Xem rồi"), **which, objection=objection, upheld=False)
    refuse_notice(order(reason="Xem rồi"), **which)


def test_nobody_enters_that_he_uses_somebody_elses_vehicle(town: Town) -> None:
    vehicle = town.registered(town.an)
    user = replace(OFFICER, person_id=town.binh)
    claim = {"vehicle_id": vehicle.pk, "status": USED_BY_OTHER, "user_person": town.binh}
    assert refused(declare_status, order(user), **claim) is ErrorCode.ACCESS_DENIED
    assert declare_status(order(), **claim).user_person_id == town.binh
