"""Numbers belong to owners: pool, kept for five years, pool again; one vehicle at a time."""

from datetime import date

import pytest
from tests.domain.vehicles.town import (
    CHIEF,
    CLERK,
    COMMUNE,
    DAY,
    OFFICER,
    SECOND,
    SYSTEM,
    Town,
    description,
    merge,
    officer,
    order,
    refused,
)

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.vehicles.models import Plate
from sosach.domain.vehicles.operations import (
    assign_auctioned,
    cancel_number,
    exchange,
    open_series,
    register_first,
    reissue_plate,
    repoint_owner,
    report_plate_lost,
    return_expired_numbers,
    take_back,
    withdraw,
)
from sosach.domain.vehicles.queries import by_chassis, by_owner, by_plate, vehicle_record
from sosach.domain.vehicles.rules import ExchangeGround, Ground, Holder, person

pytestmark = pytest.mark.usefixtures("db")
FIVE_YEARS = 365 * 5 + 3
LOOK = Look(CLERK, "case", DAY)


@pytest.fixture
def town() -> Town:
    return Town.founded()


def test_a_kept_number_goes_back_to_the_pool_after_five_years(town: Town) -> None:
    vehicle = town.registered(town.an)
    number = vehicle.plate_number
    withdraw(order(days=1), vehicle_id=vehicle.pk, ground=Ground.TRANSFER)
    with acting(SYSTEM):
        assert Plate.objects.get(number=number).kept_until == date(2031, 11, 24)
    assert return_expired_numbers(order(SYSTEM, days=FIVE_YEARS - 1)) == 0
    assert return_expired_numbers(order(SYSTEM, days=FIVE_YEARS)) == 1
    assert town.numbers() == {}
    again = town.registered(town.binh, days=FIVE_YEARS + 1, number=number)
    assert town.numbers() == {number: ("issued", again.pk, town.binh)}


def test_somebody_elses_number_is_refused(town: Town) -> None:
    vehicle = town.registered(town.an)
    number = vehicle.plate_number
    told = {"holder": Holder(person(town.binh)), "description": description(5)}
    assert refused(register_first, order(invoice="1"), number=number, **told) is ErrorCode.CONFLICT
    withdraw(order(days=1), vehicle_id=vehicle.pk, ground=Ground.TRANSFER)
    assert refused(register_first, order(days=2, invoice="1"), number=number, **told) is ErrorCode.CONFLICT
    assert refused(register_first, order(invoice="1"), number="30K99999", **told) is ErrorCode.NOT_FOUND
    assert refused(register_first, order(invoice="1"), number="29B1-000.10", **told) is ErrorCode.INPUT_INCOMPLETE


def test_an_empty_pool_says_so(town: Town) -> None:
    told = {"holder": Holder(person(town.binh)), "description": description(5, kind="ro_mooc")}
    assert refused(register_first, order(invoice="1"), **told) is ErrorCode.STATE_FORBIDS


def test_draws_differ_and_never_repeat(town: Town) -> None:
    drawn = [town.registered(town.an).plate_number for _ in range(10)]
    assert sorted(drawn) == [f"30K000{serial}" for serial in range(10, 20)]
    assert drawn != sorted(drawn)


def test_a_cancelled_number_is_never_issued(town: Town) -> None:
    assert refused(cancel_number, order(), number="30K00010", kind="car") is ErrorCode.INPUT_INCOMPLETE
    cancel_number(order(reason="lỗi"), number="30K00010", kind="car")
    told = {"holder": Holder(person(town.an)), "description": description(5), "number": "30K00010"}
    assert refused(register_first, order(invoice="1"), **told) is ErrorCode.CONFLICT
    again = {"number": "30K00010", "kind": "car", "winner": person(town.an)}
    assert refused(assign_auctioned, order(), **again) is ErrorCode.STATE_FORBIDS


def test_numbers_of_another_territory_are_left_alone(town: Town) -> None:
    elsewhere = officer("8", Role.VEHICLES, unit="38")
    vehicle = town.registered(town.an)
    withdraw(order(days=1), vehicle_id=vehicle.pk, ground=Ground.TRANSFER)
    kept, free = vehicle.plate_number, {"number": "30K00010", "kind": "car"}
    free |= {} if kept != "30K00010" else {"number": "30K00011"}
    for stranger in (elsewhere, officer("9", Role.VEHICLES, level=Level.COMMUNE, unit="00008")):
        told = order(stranger, days=2, reason="lỗi")
        assert refused(open_series, told, series="30M", kind="car", first=1, last=2) is ErrorCode.ACCESS_OUTSIDE
        assert refused(assign_auctioned, told, **free, winner=person(town.binh)) is ErrorCode.ACCESS_OUTSIDE
        assert refused(cancel_number, told, **free) is ErrorCode.ACCESS_OUTSIDE
        assert refused(cancel_number, told, number=kept, kind="car") is ErrorCode.ACCESS_OUTSIDE
    assert town.numbers() == {kept: ("kept", None, town.an)}
    own = officer("7", Role.VEHICLES, level=Level.COMMUNE, unit=COMMUNE)  # its owner lives there
    assert cancel_number(order(own, days=2, reason="lỗi"), number=kept, kind="car").state == "cancelled"


def test_a_number_is_won_by_somebody_who_lives(town: Town) -> None:
    told = {"number": "30K00010", "kind": "car"}
    assert refused(assign_auctioned, order(), **told, winner=person(2**40)) is ErrorCode.NOT_FOUND
    merge(town.chi, town.binh)
    assert refused(assign_auctioned, order(), **told, winner=person(town.chi)) is ErrorCode.INPUT_INCOMPLETE
    assert assign_auctioned(order(), **told, winner=person(town.binh)).owner_person_id == town.binh


def test_a_clock_that_goes_back_an_hour_does_not_turn_the_story_of_a_number_round(town: Town) -> None:
    back = -1 / 24
    assign_auctioned(order(), number="30K00010", kind="car", winner=person(town.an))
    vehicle = town.registered(town.an, days=back, number="30K00010")
    with acting(SYSTEM):
        assert Plate.objects.get(number="30K00010").is_auctioned
    report_plate_lost(order(days=1), vehicle_id=vehicle.pk)
    reissue_plate(order(days=1 + back), vehicle_id=vehicle.pk)
    assert town.numbers() == {"30K00010": ("issued", vehicle.pk, town.an)}
    withdraw(order(days=1 + 2 * back), vehicle_id=vehicle.pk, ground=Ground.DISCARDED)
    merge(town.an, town.binh)
    repoint_owner(order(SYSTEM, days=1 + 3 * back), from_person=town.an, to_person=town.binh)
    assert town.numbers() == {"30K00010": ("kept", None, town.binh)}
    cancel_number(order(OFFICER, days=1 + 4 * back, reason="lỗi"), number="30K00010", kind="car")
    assert town.numbers() == {"30K00010": ("cancelled", None, None)}


def test_a_plate_of_four_digits_is_exchanged_for_five_and_cancelled(town: Town) -> None:
    open_series(order(), series="29K", kind="car", first=1234, last=1234, digits=4)
    vehicle = town.registered(town.an, number="29K-1234")
    assert not vehicle.plate_is_identification
    after = exchange(order(days=1), vehicle_id=vehicle.pk, ground=ExchangeGround.SHORT_PLATE)
    assert after.plate_is_identification
    assert town.numbers()["29K1234"] == ("cancelled", None, None)


def test_a_number_that_went_on_is_not_taken_back_from_under_the_next_vehicle(town: Town) -> None:
    first = town.registered(town.an)
    number = first.plate_number
    withdraw(order(days=1), vehicle_id=first.pk, ground=Ground.TRANSFER)
    second = town.registered(town.an, days=2, number=number)
    record = vehicle_record(LOOK, vehicle_id=first.pk)
    assert record is not None
    undo = {"vehicle_id": first.pk, "entry_id": record.journal[-1].key}
    assert refused(take_back, order(CHIEF, days=3, reason="nhầm"), **undo) is ErrorCode.CONFLICT
    theirs = vehicle_record(LOOK, vehicle_id=second.pk)
    assert theirs is not None
    take_back(
        order(CHIEF, days=3, reason="nhầm"),
        vehicle_id=second.pk,
        entry_id=theirs.journal[0].key,
        approver=SECOND,
    )
    take_back(order(CHIEF, days=4, reason="nhầm"), **undo)
    assert town.numbers() == {number: ("issued", first.pk, town.an)}


def test_a_bare_string_means_a_car_and_a_motorbike(town: Town) -> None:
    open_series(order(), series="29B", kind="car", first=11234, last=11234)
    open_series(order(), series="29B1", kind="motorbike", first=1234, last=1234, digits=4)
    car = town.registered(town.an, number="29B-112.34")
    bike = town.registered(town.binh, number="29-B1 1234", kind="mo_to")
    both = by_plate(LOOK, plate="29B11234")
    assert {(found.vehicle.pk, found.display, found.is_certain) for found in both} == {
        (car.pk, "29B-112.34", False),
        (bike.pk, "29-B1 1234", False),
    }
    assert [found.vehicle.pk for found in by_plate(LOOK, plate="29-B1 1234")] == [bike.pk]
    assert by_plate(LOOK, plate="99Z-999.99") == ()


def test_looks_by_chassis_owner_and_record(town: Town) -> None:
    vehicle = town.registered(town.an)
    old = town.registered(town.an)
    withdraw(order(days=1), vehicle_id=old.pk, ground=Ground.DISCARDED)
    assert [found.pk for found in by_chassis(LOOK, chassis_number=vehicle.chassis_number.lower())] == [vehicle.pk]
    mine = by_owner(LOOK, person_id=town.an)
    assert [found.pk for found in mine.vehicles] == [vehicle.pk, old.pk]
    assert [found.number for found in mine.kept] == [old.plate_number]
    record = vehicle_record(LOOK, vehicle_id=vehicle.pk)
    assert record is not None
    assert record.values["plate_number"].value == vehicle.plate_number
    assert record.values["plate_number"].actor == ("officer", "1")
    assert [event.what for event in record.numbers] == ["issued"]
