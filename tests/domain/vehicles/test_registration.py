"""A vehicle's life by its procedures, on the real database: first registration, withdrawal, exchange, the last plate."""

from datetime import date, timedelta

import pytest
from tests.domain.vehicles.town import CLERK, OFFICER, Town, description, fresh, officer, order, refused

from sosach.base.errors import ErrorCode
from sosach.domain.access.rules import Role
from sosach.domain.vehicles.operations import (
    exchange,
    pledge,
    register_first,
    register_temporarily,
    reissue_certificate,
    reissue_plate,
    renew_temporary,
    report_papers_lost,
    report_plate_lost,
    report_stolen,
    withdraw,
)
from sosach.domain.vehicles.rules import ExchangeGround, Ground, Holder, organisation, person

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def town() -> Town:
    return Town.founded()


def test_first_registration_gives_a_plate_at_once_and_a_certificate_in_two_working_days(town: Town) -> None:
    vehicle = town.registered(town.an)
    assert (vehicle.registration, vehicle.plate_kind, vehicle.plate_colour) == ("registered", "car", "trang")
    assert vehicle.plate_is_identification
    assert vehicle.last_step["due_on"] == "2026-11-26"  # the 24th is a holiday
    assert town.numbers() == {vehicle.plate_number: ("issued", vehicle.pk, town.an)}
    assert (vehicle.commune_code, vehicle.owner_name) == ("00004", "NGUYỄN VĂN AN")


def test_a_frame_is_on_the_road_once_unless_stamped_anew(town: Town) -> None:
    chassis = town.registered(town.an).chassis_number
    holder = Holder(person(town.binh))
    again = {"description": description(7, chassis_number=chassis), "holder": holder}
    assert refused(register_first, order(invoice="1"), **again) is ErrorCode.CONFLICT
    stamped = {**again, "description": description(8, chassis_number=chassis, chassis_restamped=True)}
    assert register_first(order(invoice="1"), **stamped).registration == "registered"


@pytest.mark.parametrize(
    "changes",
    [{"kind": "tho_so"}, {"brand": ""}, {"wings": 2}, {"origin": None}],
)
def test_what_is_missing_or_unknown_is_refused(town: Town, changes: dict[str, object]) -> None:
    told = {"description": description(1, **changes), "holder": Holder(person(town.an))}
    assert refused(register_first, order(invoice="1"), **told) is ErrorCode.INPUT_INCOMPLETE


def test_papers_role_and_territory_are_needed(town: Town) -> None:
    told = {"description": description(), "holder": Holder(person(town.an))}
    assert refused(register_first, order(), **told) is ErrorCode.INPUT_INCOMPLETE
    assert refused(register_first, order(CLERK, invoice="1"), **told) is ErrorCode.ACCESS_DENIED
    elsewhere = officer("9", Role.VEHICLES, unit="79")
    assert refused(register_first, order(elsewhere, invoice="1"), **told) is ErrorCode.ACCESS_OUTSIDE
    stranger = {**told, "holder": Holder(person(10**9))}
    assert refused(register_first, order(invoice="1"), **stranger) is ErrorCode.NOT_FOUND


def test_an_organisation_owns_by_its_code(town: Town) -> None:
    holder = Holder(organisation("0100109106"), name="CÔNG TY A", commune_code="00004", province_code="01")
    vehicle = register_first(order(invoice="1"), holder=holder, description=description(), transport_business=True)
    assert (vehicle.owner_kind, vehicle.owner_id_number, vehicle.plate_colour) == ("organisation", "0100109106", "vang")
    assert town.numbers()[vehicle.plate_number][0] == "issued"


def test_a_motorbike_gets_a_motorbikes_number(town: Town) -> None:
    vehicle = town.registered(town.an, kind="mo_to")
    assert vehicle.plate_number.startswith("29B1")
    assert vehicle.plate_display.startswith("29-B1 ")


@pytest.mark.parametrize(
    ("ground", "state"),
    [
        (Ground.TRANSFER, "withdrawn"),
        (Ground.UNUSABLE, "ended"),
        (Ground.DISCARDED, "ended"),
        (Ground.RE_EXPORT, "ended"),
        (Ground.FORGED, "ended"),
        (Ground.WRONGLY_ISSUED, "none"),
    ],
)
def test_withdrawal_by_every_ground(town: Town, ground: Ground, state: str) -> None:
    vehicle = town.registered(town.an)
    number = vehicle.plate_number
    after = withdraw(order(days=1), vehicle_id=vehicle.pk, ground=ground)
    assert (after.registration, after.plate_number, after.certificate_number) == (state, "", "")
    kept = ground in {Ground.TRANSFER, Ground.UNUSABLE, Ground.DISCARDED}
    assert town.numbers() == ({number: ("kept", None, town.an)} if kept else {})


def test_the_end_of_service_life_is_checked(town: Town) -> None:
    vehicle = town.registered(town.an, service_until_year=2026)
    over = {"vehicle_id": vehicle.pk, "ground": Ground.OVER_AGE}
    assert refused(withdraw, order(days=1), **over) is ErrorCode.STATE_FORBIDS
    assert withdraw(order(days=60), **over).known_status == "het_nien_han"


def test_withdrawal_online_takes_eight_hours_and_lost_papers_thirty_days(town: Town) -> None:
    vehicle = town.registered(town.an)
    lost = {"vehicle_id": vehicle.pk, "ground": Ground.TRANSFER, "papers_lost": True}
    assert refused(withdraw, order(days=1), **lost) is ErrorCode.STATE_FORBIDS
    report_papers_lost(order(days=1), vehicle_id=vehicle.pk)
    assert refused(withdraw, order(days=31), **lost) is ErrorCode.STATE_FORBIDS
    after = withdraw(order(days=32), online=True, **lost)
    assert after.last_step["due_on"] == "2026-12-28"  # from Friday, 25 December, to Monday


@pytest.mark.parametrize("block", [pledge, report_stolen])
def test_pledged_and_stolen_vehicles_are_not_withdrawn(town: Town, block: object) -> None:
    vehicle = town.registered(town.an)
    if block is pledge:
        pledge(order(), vehicle_id=vehicle.pk, creditor="NGÂN HÀNG A")
        assert fresh(vehicle).pledged
    else:
        report_stolen(order(), vehicle_id=vehicle.pk, report="12/TB")
    told = {"vehicle_id": vehicle.pk, "ground": Ground.TRANSFER}
    assert refused(withdraw, order(days=1), **told) is ErrorCode.STATE_FORBIDS


def test_an_owner_may_give_up_a_stolen_vehicle(town: Town) -> None:
    vehicle = town.registered(town.an)
    report_stolen(order(), vehicle_id=vehicle.pk, report="12/TB")
    assert withdraw(order(days=1), vehicle_id=vehicle.pk, ground=Ground.DISCARDED).registration == "ended"


def test_temporary_registration_is_renewed_once(town: Town) -> None:
    told = {"holder": Holder(person(town.an)), "description": description()}
    vehicle = register_temporarily(order(invoice="1"), **told)
    assert vehicle.temporary_until == date(2026, 12, 8)
    renewed = renew_temporary(order(days=10), vehicle_id=vehicle.pk)
    assert renewed.temporary_until == date(2026, 12, 23)
    assert refused(renew_temporary, order(days=20), vehicle_id=vehicle.pk) is ErrorCode.STATE_FORBIDS
    first = register_first(order(days=20, invoice="1"), vehicle_id=vehicle.pk, **told)
    assert (first.temporary_number, first.owner_since) == ("", date(2026, 11, 23))
    assert [state for state, _, _ in town.numbers().values()] == ["issued"]


def test_test_vehicles_have_six_months_and_no_renewal(town: Town) -> None:
    told = {"holder": Holder(person(town.an)), "description": description()}
    long = {**told, "test_until": date(2027, 5, 24)}
    assert refused(register_temporarily, order(invoice="1"), **long) is ErrorCode.INPUT_INCOMPLETE
    vehicle = register_temporarily(order(invoice="1"), **{**told, "test_until": date(2027, 5, 23)})
    assert refused(renew_temporary, order(days=1), vehicle_id=vehicle.pk) is ErrorCode.STATE_FORBIDS


@pytest.mark.parametrize(
    ("ground", "changes", "due"),
    [
        (ExchangeGround.COLOUR, {"paint_colour": "do"}, "2026-11-27"),
        (ExchangeGround.ENGINE, {"engine_number": "ja39e-7654321"}, "2026-11-27"),
        (ExchangeGround.FRAME, {"chassis_number": "RLHZZ1234ZY129999"}, "2026-11-27"),
        (ExchangeGround.TRANSPORT_USE, {"transport_business": True}, "2026-12-04"),
        (ExchangeGround.DAMAGED, {}, "2026-12-04"),
        (ExchangeGround.CERTIFICATE_DATA, {"seats": 4}, "2026-11-27"),
    ],
)
def test_exchange_by_its_grounds(town: Town, ground: ExchangeGround, changes: dict[str, object], due: str) -> None:
    vehicle = town.registered(town.an)
    number = vehicle.plate_number
    after = exchange(order(days=2), vehicle_id=vehicle.pk, ground=ground, changes=changes)
    assert (after.plate_number, after.last_step["due_on"]) == (number, due)
    assert after.plate_colour == ("vang" if ground is ExchangeGround.TRANSPORT_USE else "trang")
    assert {state for state, _, _ in town.numbers().values()} == {"issued"}


def test_an_exchange_changes_nothing_beside_its_ground(town: Town) -> None:
    vehicle = town.registered(town.an)
    wrong = {"vehicle_id": vehicle.pk, "ground": ExchangeGround.COLOUR, "changes": {"engine_number": "JA39E-7654321"}}
    assert refused(exchange, order(), **wrong) is ErrorCode.INPUT_INCOMPLETE
    short = {"vehicle_id": vehicle.pk, "ground": ExchangeGround.SHORT_PLATE}
    assert refused(exchange, order(), **short) is ErrorCode.STATE_FORBIDS


def test_a_lost_plate_is_made_anew_with_the_same_number(town: Town) -> None:
    vehicle = town.registered(town.an)
    assert refused(reissue_plate, order(), vehicle_id=vehicle.pk) is ErrorCode.STATE_FORBIDS
    report_plate_lost(order(days=1), vehicle_id=vehicle.pk)
    assert town.numbers()[vehicle.plate_number][0] == "lost"
    after = reissue_plate(order(days=2), vehicle_id=vehicle.pk)
    assert after.last_step["due_on"] == "2026-12-04"
    assert town.numbers()[vehicle.plate_number] == ("issued", vehicle.pk, town.an)


def test_a_lost_certificate_is_issued_again(town: Town) -> None:
    vehicle = town.registered(town.an)
    after = reissue_certificate(order(days=1), vehicle_id=vehicle.pk)
    assert after.certificate_number != vehicle.certificate_number
    assert after.issued_on == vehicle.issued_on + timedelta(days=1)


def test_another_unit_does_not_find_the_vehicle(town: Town) -> None:
    vehicle = town.registered(town.an)
    elsewhere = officer("9", Role.VEHICLES, unit="79")
    told = {"vehicle_id": vehicle.pk, "ground": Ground.TRANSFER}
    assert refused(withdraw, order(elsewhere), **told) is ErrorCode.NOT_FOUND
    assert OFFICER.unit == "01"
