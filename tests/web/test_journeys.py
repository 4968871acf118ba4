"""Whole stories over HTTP: what an integrator does, in the order of the how-to."""

import pytest
from tests.web.world import Caller, birth, caller, newborn

from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Level

pytestmark = pytest.mark.usefixtures("db")


def registrar() -> Caller:
    return caller(Role.CIVIL_STATUS, Role.CLERK)


def test_the_key_says_who_one_is() -> None:
    answer = registrar().get("/account")
    assert answer.status_code == 200
    assert answer.json() | {"account": ""} == {
        "kind": "machine",
        "account": "",
        "level": "commune",
        "unit": "00004",
        "scopes": ["civil_status", "clerk"],
    }


@pytest.mark.parametrize("key", ["", "nobody", "a.b", "ключ.ключ"])
def test_without_a_key_that_holds_there_is_nothing(key: str) -> None:
    answer = Caller(key).get("/account") if key.isascii() else Caller("").get("/account")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "ACCESS-03"


def test_a_newborn_gets_a_pin_and_is_found_by_it() -> None:
    by = registrar()
    child = newborn(by)
    found = by.post("/persons/by-pin", {"pin": child["pin"]})
    assert found.status_code == 200, found.content
    assert found.json()["full_name"] == "Nguyễn Văn Thử"
    assert found.json()["person"] == child["person"]
    record = by.get(f"/persons/{child['person']}")
    assert record.status_code == 200, record.content
    assert record.json()["values"]["birth_date"]["value"] == "2026-11-20"


def test_the_same_message_twice_is_one_child() -> None:
    by, told = registrar(), {"births": [birth(900_001)]}
    first = by.post("/births", told, **{"Idempotency-Key": "one-key-for-one-act"})
    again = by.post("/births", told, **{"Idempotency-Key": "one-key-for-one-act"})
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert (first["Idempotent-Replayed"], again["Idempotent-Replayed"]) == ("false", "true")
    other = by.post("/births", {"births": [birth(900_002)]}, **{"Idempotency-Key": "one-key-for-one-act"})
    assert other.status_code == 409
    assert other.json()["code"] == "REQUEST-02"


def test_what_was_refused_leaves_its_key_free() -> None:
    by = registrar()
    wrong = by.post("/births", {"births": [birth(900_003, sex="?")]}, **{"Idempotency-Key": "mended-and-sent-again"})
    assert wrong.status_code == 422, wrong.content
    right = by.post("/births", {"births": [birth(900_003)]}, **{"Idempotency-Key": "mended-and-sent-again"})
    assert right.status_code == 200


def test_a_life() -> None:
    by = caller(Role.CIVIL_STATUS, Role.CLERK, Role.CHIEF, Role.POPULATION)
    person = newborn(by)["person"]
    assert by.post(f"/persons/{person}/name", {"full_name": "Nguyễn Văn Mới"}).status_code == 200
    moved = by.post(f"/persons/{person}/residence", {"to": {"commune_code": "00004", "address": "số 1"}})
    assert moved.status_code == 200, moved.content
    household = by.get(f"/households/{moved.json()['result']['ref']}")
    assert household.status_code == 200, household.content
    assert household.json()["members"][0]["who"]["person"] == person
    died = by.post(f"/persons/{person}/death", {"died_on": "2026-11-21"})
    assert died.status_code == 200, died.content
    assert died.json()["code"] == "POP-02"
    again = by.post(f"/persons/{person}/death", {"died_on": "2026-11-21"})
    assert (again.status_code, again.json()["code"]) == (409, "STATE-02")
    history = by.get(f"/persons/{person}/history?column=full_name").json()
    assert [value["value"] for value in history] == ["Nguyễn Văn Thử", "Nguyễn Văn Mới"]


def test_a_search_is_turned_over_page_by_page() -> None:
    by = registrar()
    everybody = {newborn(by, name="Trần Thị Trang", sex="F")["person"] for _ in range(5)}
    pages, cursor = [], None
    for _ in range(4):
        answer = by.post("/persons/search", {"name": "tran thi trang", "limit": 2, "cursor": cursor})
        assert answer.status_code == 200, answer.content
        pages.append([entry["person"] for entry in answer.json()["items"]])
        cursor = answer.json()["next"]
        if cursor is None:
            break
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {person for page in pages for person in page} == everybody
    other = by.post("/persons/search", {"name": "tran van hai", "limit": 2, "cursor": pages and "AAAA"})
    assert (other.status_code, other.json()["code"]) == (422, "STATE-04")


def test_a_cursor_is_of_one_list_and_one_account() -> None:
    by, stranger = registrar(), registrar()
    for _ in range(3):
        newborn(by, name="Lê Thị Hai", sex="F")
    cursor = by.post("/persons/search", {"name": "le thi hai", "limit": 2}).json()["next"]
    assert cursor
    for who, name in ((stranger, "le thi hai"), (by, "le thi ba")):
        assert who.post("/persons/search", {"name": name, "limit": 2, "cursor": cursor}).status_code == 422


def test_a_look_says_why() -> None:
    by = registrar()
    child = newborn(by)
    by.purpose = "curiosity"
    assert by.post("/persons/by-pin", {"pin": child["pin"]}).status_code == 422
    by.purpose, by.case = "enforcement", ""
    assert by.post("/persons/by-pin", {"pin": child["pin"]}).status_code == 422
    by.case = "VP-77/2026"
    assert by.post("/persons/by-pin", {"pin": child["pin"]}).status_code == 200


def test_another_territorys_person_is_nobody() -> None:
    child = newborn(registrar())
    stranger = caller(Role.CLERK, unit="00008")
    there = stranger.get(f"/persons/{child['person']}")
    made_up = stranger.get("/persons/4fa0c1de-8e02-4c1c-9c5b-2f1d3a5b7c9d")
    assert there.status_code == made_up.status_code == 404
    assert there.json() | {"request": ""} == made_up.json() | {"request": ""}


def test_units_are_public_to_every_account() -> None:
    by = caller(Role.CLERK)
    assert len(by.get("/units?level=province").json()["units"]) == 34
    assert by.get("/units/commune/00004").json()["name"]
    assert by.get("/communes/00001/successors").json()["successors"]
    assert by.get("/units?level=commune").status_code == 422


def test_every_answer_is_marked_and_kept_by_nobody() -> None:
    answer = registrar().get("/account")
    assert answer["X-Sosach-Data"] == "synthetic"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Request-Id"]
    assert Caller("").get("/health").status_code == Caller("").get("/ready").status_code == 200
    missing = Caller("").get("/nothing/here")
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")


def test_a_vehicle_of_its_owner_up_to_the_pledge() -> None:
    nation = caller(Role.CIVIL_STATUS, Role.VEHICLES, Role.VERIFIER, level=Level.NATION, unit="")
    assert nation.get("/account").json()["level"] == "nation"
    assert AuditEvent.objects.model._meta.db_table == "audit_auditevent"
