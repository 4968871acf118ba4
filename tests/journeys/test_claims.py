"""Journeys from a citizen's declaration to the cleaned record, through the pages, with two officers: vehicles."""

import psycopg
import pytest
from tests.domain.vehicles.town import SYSTEM
from tests.journeys.browser import Keyboard
from tests.journeys.ward import (
    ADDRESS,
    NEXT_DOOR,
    PHONE_NUMBER,
    Calendar,
    Visit,
    Ward,
    case_of,
    clock,
    declaration,
    founded,
    fresh,
)

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.population.operations.civil import register_death
from sosach.domain.population.operations.residence import Place, move_in
from sosach.domain.vehicles.models import Block

PLATE, BIKE_PLATE = "30K-000.10", "29B1-000.10"
BIKE = {"kind": "mo_to", "brand": "HONDA", "model": "WAVE"}
PAPERS = {"ownership_paper": "sale_contract", "paper_number": "HĐ 7", "paper_on": "01/10/2026"}
BOUGHT = {"seller_name": "Nguyễn Văn An", "bought_on": "01/10/2026", "through_several": "no", **PAPERS}


@pytest.fixture
def ward(visit: Visit, owner: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch) -> Ward:
    """The ward on its first day."""
    calendar = Calendar()
    monkeypatch.setattr(clock, "now", calendar.now)
    return founded(visit, owner, calendar)


def lying(vehicle: int) -> set[str]:
    """Kinds of what lies on a vehicle."""
    with acting(SYSTEM):
        rows = Block.objects.filter(vehicle_id=vehicle, holds=True, closed_by__isnull=True)
        return set(rows.values_list("kind", flat=True))


def test_sold_not_transferred(ward: Ward) -> None:
    """The seller says that it is sold, the buyer that it is bought: they meet, and the register follows."""
    town = ward.town
    car = town.registered(town.an, number="30K00010")
    ward.campaign(car)
    answers = {"plate": PLATE, "buyer_name": "Nguyễn Văn Bình", "buyer_pin": "001099000002", "sold_on": "01/10/2026"}
    sold = ward.citizen(town.an).declare("xe-cua-toi", "vehicle_sold", {**answers, "sale_paper": "certified"})
    registrar, chief = ward.officer(ward.registrar), ward.officer(ward.chief)
    registrar.verifies(sold)
    chief.approves(sold)
    answers = {"plate": PLATE, "chassis_number": car.chassis_number, **BOUGHT}
    buyer = ward.citizen(town.binh)
    bought = buyer.declare("xe-nguoi-khac", "vehicle_bought_with_papers", answers)
    registrar.verifies(bought)
    chief.approves(bought)  # the seller said so himself: nobody has to be waited for
    assert fresh(car).owner_person_id == town.binh
    ward.night()
    assert case_of(car).state == "declared"  # the new owner's address is missing: it is not clean yet
    registrar.corrects(car, ADDRESS)
    ward.night()
    assert case_of(car).state == "cleaned"
    assert "Đã chấp nhận và cập nhật vào sổ" in buyer.reads(bought)


def test_bought_through_three_owners_without_papers(ward: Ward) -> None:
    """No paper but the vehicle itself: a public notice of thirty days, then two officers."""
    town = ward.town
    bike = town.registered(town.an, number="29B100010", **BIKE)
    ward.campaign(bike)
    answers = {"plate": BIKE_PLATE, "chassis_number": bike.chassis_number, "seller_name": "Lê Văn Nháp"}
    user = ward.citizen(town.chi)
    hands = {"hands": "Trần Thị Thử\nLê Văn Nháp", "bought_on": "01/10/2021"}
    number = user.declare("xe-nguoi-khac", "vehicle_bought_without_papers", {**answers, **hands})
    ward.officer(ward.registrar).verifies(number)
    assert lying(bike.pk) == {"notice"}
    early = ward.officer(ward.chief).opens(number)
    assert "phê duyệt được từ ngày 24/12/2026" in early.told()
    ward.calendar.pass_days(31)
    ward.officer(ward.chief).approves(number)
    assert (fresh(bike).owner_person_id, lying(bike.pk)) == (town.chi, set())
    ward.night()
    ward.officer(ward.registrar).corrects(bike, ADDRESS)
    ward.night()
    assert case_of(bike).state == "cleaned"


def test_lost_motorbike_found(ward: Ward) -> None:
    """Stolen bars the vehicle; found frees it."""
    town = ward.town
    bike = town.registered(town.an, number="29B100010", **BIKE)
    told = {"plate": BIKE_PLATE, "happened_on": "10/11/2026", "happened_where": "chợ Thử"}
    an = ward.citizen(town.an)
    lost = an.declare("xe-cua-toi", "vehicle_stolen", {**told, "police_report": "TB 3"})
    registrar, chief = ward.officer(ward.registrar), ward.officer(ward.chief)
    registrar.verifies(lost)
    chief.approves(lost)
    assert (lying(bike.pk), fresh(bike).known_status) == ({"stolen"}, "mat_cap")
    found = an.declare("xe-cua-toi", "vehicle_found", {**told, "happened_on": "20/11/2026", "paper_number": "BB 4"})
    registrar.verifies(found)
    chief.approves(found)
    assert lying(bike.pk) == set()
    assert "Đã chấp nhận và cập nhật vào sổ" in an.reads(found)


def test_inherited(ward: Ward) -> None:
    """The owner died; the heir declares, and the register follows after the day on which others may object."""
    town = ward.town
    car = town.registered(town.an, number="30K00010")
    civil = Actor(ActorKind.OFFICER, "officer-902", Level.NATION, roles=frozenset({Role.CIVIL_STATUS}))
    register_death(ward.order(civil), person_id=town.an, died_on="2026-11-01")
    ward.night()
    answers = {
        "plate": PLATE,
        "deceased_name": "Nguyễn Văn An",
        "deceased_pin": "001099000001",
        "inheritance_number": "TK 5",
        "paper_on": "20/11/2026",
    }
    number = ward.citizen(town.binh).declare("xe-nguoi-khac", "vehicle_inherited", answers)
    ward.officer(ward.registrar).verifies(number)
    ward.calendar.pass_days(3)
    ward.officer(ward.chief).approves(number)
    assert fresh(car).owner_person_id == town.binh


def test_wrong_commune_after_the_merger(ward: Ward) -> None:
    """The commune of the old certificate is another one today: passed on, and decided where it belongs."""
    town = ward.town
    car = town.registered(town.an, number="30K00010")
    there = [
        ward.account("ke.ben", Role.CLERK, Role.VERIFIER, Role.VEHICLES, unit=NEXT_DOOR),
        ward.account("truong.ke.ben", Role.CHIEF, Role.VERIFIER, unit=NEXT_DOOR),
    ]
    an = ward.citizen(town.an)
    number = an.declare("xe-cua-toi", "vehicle_moved_away", {"plate": PLATE, "new_commune": "phường bên cạnh"})
    registrar = ward.officer(ward.registrar).opens(number)
    registrar.page.keyboard.press("f")
    registrar.page.locator("#d-commune").fill(NEXT_DOOR)
    registrar.page.locator("#d-forward").fill("Địa bàn này thuộc phường bên cạnh từ 01/7/2025.")
    registrar.page.get_by_role("button", name="Chuyển xã khác").last.click()
    registrar.looked()
    assert declaration(number).commune_code == NEXT_DOOR
    register = Actor(ActorKind.OFFICER, "officer-901", Level.COMMUNE, NEXT_DOOR, frozenset({Role.POPULATION}))
    move_in(ward.order(register), person_id=town.an, to=Place(NEXT_DOOR, "số 7"))
    ward.night()  # what somebody owns follows to where the owner lives
    ward.officer(there[0]).verifies(number)
    ward.officer(there[1]).approves(number)
    assert fresh(car).known_status == "chuyen_dia_ban"
    assert "Đã chấp nhận và cập nhật vào sổ" in an.reads(number)


def test_owner_works_away(ward: Ward) -> None:
    """Nobody is at home; the visit is noted by two keys, the owner declares from afar, and the case closes by itself."""
    town = ward.town
    car = town.registered(town.an, number="30K00010")
    ward.campaign(car, addressed=False)
    clerk = ward.officer(ward.registrar)
    clerk.page.goto("/ban-lam-viec/")
    clerk.looked()
    clerk.page.get_by_role("link", name=PLATE).first.click()
    clerk.looked()
    clerk.page.keyboard.press("v")
    clerk.press("5")
    assert case_of(car).last_outcome == "works_away"
    number = ward.citizen(town.an).declare("xe-cua-toi", "vehicle_in_use", {"plate": PLATE, "address": ADDRESS})
    ward.night()
    assert case_of(car).state == "declared"
    ward.officer(ward.registrar).verifies(number)
    ward.officer(ward.chief).approves(number)
    ward.night()
    assert (fresh(car).known_status, case_of(car).state) == ("dang_su_dung", "cleaned")


@pytest.mark.parametrize("upheld", [True, False])
def test_disputed_vehicle(ward: Ward, *, upheld: bool) -> None:
    """Somebody wants my vehicle: I object, nothing is decided before the objection is, and then one of us keeps it."""
    town = ward.town
    car = town.registered(town.an, number="30K00010")
    answers = {"plate": PLATE, "chassis_number": car.chassis_number, **BOUGHT}
    number = ward.citizen(town.binh).declare("xe-nguoi-khac", "vehicle_bought_with_papers", answers)
    ward.officer(ward.registrar).verifies(number)
    ward.citizen(town.an).object_to("Tôi chưa bán xe này cho ai.")
    assert declaration(number).state == "objected"
    chief = ward.officer(ward.chief).opens(number)
    chief.page.locator("textarea[id^=o-]").fill("Đã mời hai bên đến làm việc ngày 24/11/2026.")
    chief.page.locator(f"button[value={'uphold' if upheld else 'dismiss'}]").click()
    chief.looked()
    ward.calendar.pass_days(3)
    if upheld:
        assert (declaration(number).state, fresh(car).owner_person_id) == ("refused", town.an)
        return
    ward.officer(ward.chief).approves(number)
    assert fresh(car).owner_person_id == town.binh


def test_mass_owner(ward: Ward) -> None:
    """One name holds many vehicles: each is declared, officers go through them by one key each; what is sold stays open."""
    town = ward.town
    cars = [town.registered(town.an, number=f"30K000{10 + place}") for place in range(3)]
    ward.campaign(*cars)
    owner = ward.citizen(town.an)
    used = [owner.declare("xe-cua-toi", "vehicle_in_use", {"plate": f"30K-000.1{place}"}) for place in range(2)]
    sale = {"plate": "30K-000.12", "buyer_name": "Trần Thị Thử", "sold_on": "01/10/2020", "sale_paper": "none"}
    numbers = [*used, owner.declare("xe-cua-toi", "vehicle_sold", sale)]
    registrar, chief = ward.officer(ward.registrar).opens(numbers[0]), ward.officer(ward.chief)
    for _ in numbers:
        registrar.press("a")  # the next one opens at once
    chief.opens(numbers[0])
    for _ in numbers:
        chief.press("a")
    assert [declaration(number).state for number in numbers] == ["applied"] * 3
    ward.night()
    assert [case_of(car).state for car in cars] == ["cleaned", "cleaned", "declared"]
    assert "VEH-50" in case_of(cars[2]).codes  # sold, not transferred: clean once the buyer has it


def test_a_vehicle_in_use_by_keyboard_alone(ward: Ward) -> None:
    """From the first page to the register without a mouse: citizen, officer, second person."""
    town = ward.town
    car = town.registered(town.an, number="30K00010")
    citizen = ward.citizen(town.an)
    keys = Keyboard(citizen.page)
    for name, url in (("Khai báo về xe", "**/khai/"), ("Xe đứng tên tôi", "**/khai/xe-cua-toi/")):
        keys.to(name).press("Enter")
        citizen.page.wait_for_url(url)
    keys.to("Xe chính chủ").press("Space").to("Tiếp tục").press("Enter")
    citizen.page.wait_for_url("**/trang/1/")
    keys.to("Biển số").type(PLATE).to("Lưu và tiếp tục").press("Enter")
    citizen.page.wait_for_url("**/trang/2/")
    keys.to("điện thoại").type(PHONE_NUMBER).to("Tôi cam đoan").press("Space").to("Lưu và tiếp tục").press("Enter")
    citizen.page.wait_for_url("**/anh/")
    keys.to("Tiếp tục", exactly=True).press("Enter")
    citizen.page.wait_for_url("**/xem-lai/")
    keys.to("Gửi tờ khai").press("Enter")
    citizen.page.wait_for_url("**/bien-nhan/")
    number = citizen.page.locator(".receipt-number b").inner_text()
    for account, done in ((ward.registrar, "Đã xác minh"), (ward.chief, "Đã phê duyệt")):
        officer = ward.officer(account)
        Keyboard(officer.page).to("Tờ khai").press("Enter")
        officer.page.wait_for_url("**/to-khai/")
        Keyboard(officer.page).press("j", "Enter")
        officer.page.wait_for_url("**/to-khai/*/")
        officer.press("a")
        assert done in officer.page.inner_text("body")
    assert (declaration(number).state, fresh(car).known_status) == ("applied", "dang_su_dung")
