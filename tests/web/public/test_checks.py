"""The check anybody may make: whether a plate or a licence stands, nothing about whose it is."""

import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from tests.domain.vehicles.town import DAY, SYSTEM, fresh
from tests.domain.vehicles.town import Town as Street
from tests.domain.vehicles.town import order as ordered
from tests.web.frame.people import browser, events
from tests.web.world import town

from sosach.domain.access.queries import acting
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations.blocks import report_stolen
from sosach.domain.vehicles.operations.registration import withdraw
from sosach.domain.vehicles.rules import Ground
from sosach.web.frame import clock
from sosach.web.public import asking

pytestmark = pytest.mark.usefixtures("db")
PLATES, LICENCES, API = "/tra-cuu/bien-so/", "/tra-cuu/giay-phep-lai-xe/", "/exchange/check/v1/"
ANSWER = re.compile(r'<section aria-labelledby="answer".*?</section>', re.DOTALL)


def answer(response: HttpResponse) -> str:
    """What the page answers, without the page around it."""
    found = ANSWER.search(response.content.decode())
    return re.sub(r"<[^>]+>|\s+", " ", found[0]) if found else ""


def plate(number: str, end: str, client: Client | None = None, **headers: str) -> HttpResponse:
    told = {"plate": number, "chassis_end": end}
    return (client or browser()).post(PLATES, told, headers=headers)


def machine(path: str, **told: Any) -> HttpResponse:
    return browser().post(API + path, json.dumps(told), content_type="application/json")


@pytest.fixture
def street(monkeypatch: pytest.MonkeyPatch) -> Street:
    """Three people, a day after the street was founded."""
    monkeypatch.setattr(clock, "now", lambda: DAY)
    return Street.founded()


def end(vehicle: Vehicle) -> str:
    return str(vehicle.chassis_number[-4:])


def test_a_plate_stands_and_nobody_is_told_whose_it_is(street: Street) -> None:
    car = street.registered(street.an)
    response = plate(car.plate_display, end(car).lower())
    told = answer(response)
    assert "Đã đăng ký, còn hiệu lực" in told
    assert "Ô tô" in told
    assert "Trắng" in told
    page = response.content.decode()
    for secret in ("NGUYỄN", "00109900000", "TOYOTA", car.chassis_number, car.engine_number, "00004"):
        assert secret not in page.replace(f'value="{end(car).lower()}"', "")
    assert events("exchange.plate_checked") == [
        ("exchange.plate_checked", "vehicle", str(car.pk)),
        ("exchange.plate_checked", "person", str(street.an)),
    ]


def test_none_and_not_fitting_are_one_answer(street: Street) -> None:
    car = street.registered(street.an)
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|nonce-[\w=+/-]+')
    pages = {
        token.sub("", plate(number, "0000").content.decode().replace(number, "•"))
        for number in (car.plate_display, "30K-999.99", "30X-000.77")
    }
    assert len(pages) == 1
    assert "Không có kết quả khớp" in pages.pop()
    assert {(kind, key) for _, kind, key in events("exchange.plate_checked")} == {("", "")}


def test_a_withdrawn_number_says_so(street: Street) -> None:
    car = street.registered(street.an)
    number = car.plate_display
    withdraw(ordered(days=0), vehicle_id=car.pk, ground=Ground.TRANSFER)
    assert not fresh(car).plate_number
    assert "biển số đã thu hồi" in answer(plate(number, end(car)))


def test_what_the_police_look_for_is_not_told(street: Street) -> None:
    car = street.registered(street.an)
    before = answer(plate(car.plate_display, end(car)))
    report_stolen(ordered(report="TB 1"), vehicle_id=car.pk, report="TB 1")
    assert answer(plate(car.plate_display, end(car))) == before


def test_a_service_life_that_is_over_is_told(street: Street) -> None:
    car = street.registered(street.an)
    with acting(SYSTEM):
        Vehicle.objects.filter(pk=car.pk).update(service_until_year=2025)
    assert "Không có hiệu lực: đã hết hạn" in answer(plate(car.plate_display, end(car)))


def test_what_is_typed_wrong_is_said_beside_the_question(street: Street) -> None:
    del street
    response = plate("30A-123.45", "12")
    assert response.status_code == 422
    assert "Nhập đúng 4 ký tự cuối" in response.content.decode()
    both = browser().post(LICENCES, {"number": "010212345678", "birth_year": "1985", "issued_on": "20/11/2026"})
    assert both.status_code == 422
    assert not events("exchange.plate_checked", "exchange.licence_checked")


def test_nothing_is_asked_by_an_address(street: Street) -> None:
    car = street.registered(street.an)
    page = browser().get(f"{PLATES}?plate={car.plate_number}&chassis_end={end(car)}")
    assert page.status_code == 200
    assert not answer(page)


def test_a_licence_stands_by_the_birth_year_or_a_day_of_issue() -> None:
    there = town()
    told = {
        fact: answer(browser().post(LICENCES, {"number": there.told["number"], **asked}))
        for fact, asked in {
            "year": {"birth_year": "1985"},
            "day": {"issued_on": "20/11/2026"},
            "other": {"birth_year": "1986"},
        }.items()
    }
    assert "Có hiệu lực" in told["year"]
    assert "A1" in told["year"]
    assert told["day"].split("lúc")[0] == told["year"].split("lúc")[0]
    assert "Không có kết quả khớp" in told["other"]
    assert [kind for _, kind, _ in events("exchange.licence_checked")] == ["licence", "person"] * 2 + [""]


def test_a_program_asks_the_same(street: Street) -> None:
    car = street.registered(street.an)
    found = machine("vehicles", plate=car.plate_number, chassis_end=end(car))
    assert found.json() == {
        "result": "valid",
        "registration": "registered",
        "vehicle_kind": "o_to",
        "paint_colour": "trang",
    }
    none = [machine("vehicles", plate=number, chassis_end="0000") for number in (car.plate_number, "30K99999")]
    assert {(each.status_code, each.content) for each in none} == {(200, b'{"result": "no_match"}')}
    for told in ({"plate": "30K99999"}, {"plate": "30K99999", "chassis_end": "%%%%"}, {"plate": "\x0030K999"}):
        refused = machine("vehicles", **told)
        assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    assert machine("licences", licence_number="010212345678").status_code == 422
    assert set(browser().get(f"{API}openapi.json").json()["paths"]) == {f"{API}vehicles", f"{API}licences"}


def test_a_number_is_tried_a_few_times_whoever_asks(street: Street) -> None:
    car = street.registered(street.an)
    for number in (car.plate_number, "30K-777.77"):
        statuses = [plate(number, f"{guess:04d}").status_code for guess in range(8)]
        assert statuses == [200] * asking.BY_NUMBER.misses.size + [429] * (8 - asking.BY_NUMBER.misses.size)
    refused = plate(car.plate_number, end(car))
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 3600
    assert "Hãy thử lại sau" in refused.content.decode()


def test_a_block_of_addresses_runs_dry_and_another_does_not() -> None:
    def from_(address: str, number: int) -> int:
        told = {"plate": f"30K-{number:05d}", "chassis_end": "0000"}
        return int(browser().post(PLATES, told, REMOTE_ADDR=address).status_code)

    size = asking.BY_BLOCK.misses.size
    statuses = [from_(f"192.0.2.{number}", 10_000 + number) for number in range(size + 3)]
    assert statuses == [200] * size + [429] * 3
    assert from_("198.51.100.7", 20_001) == 200


def test_whom_a_proxy_names_counts_only_behind_ours() -> None:
    def statuses(first: int) -> set[int]:
        return {
            plate(f"30K-{first + n:05d}", "0000", **{"X-Forwarded-For": f"203.0.{n}.1"}).status_code for n in range(25)
        }

    with override_settings(SOSACH_BEHIND_TLS=True):
        assert statuses(30_000) == {200}
    assert statuses(40_000) == {200, 429}


def test_the_owner_sees_how_often_on_a_day_and_not_who(street: Street) -> None:
    car = street.registered(street.an)
    for _ in range(3):
        plate(car.plate_number, end(car))
    owner = browser()
    assert owner.post("/dung-thu/", {"pin": "001099000001"}).status_code == 302
    page = owner.get("/cong-dan/luot-xem/").content.decode()
    rows = [row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if "Kiểm tra công khai" in row]
    assert len(rows) == 1
    assert "(3 lần trong ngày)" in rows[0]
    assert "Người kiểm tra công khai" in rows[0]
