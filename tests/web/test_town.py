"""Vehicles and licences over HTTP, from the first registration to the look of a neighbour."""

import pytest
from tests.web.world import OWN, caller, done, newborn, town

from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level

pytestmark = pytest.mark.usefixtures("db")


def test_everything_is_found_by_what_people_know() -> None:
    there = town()
    by, told = there.by, there.told
    for path, asked in (
        ("/persons/by-pin", {"pin": told["pin"]}),
        ("/persons/by-pin/masked", {"pin": told["pin"]}),
        ("/vehicles/by-plate", {"plate": told["plate"]}),
        ("/vehicles/by-chassis", {"chassis_number": told["chassis_number"]}),
        ("/licences/by-number", {"number": told["number"]}),
        ("/licences/by-name", {"full_name": "pham van chu", "birth_date": "1985"}),
    ):
        answer = by.post(path, asked)
        assert answer.status_code == 200, (path, answer.content)
        assert there.refs["person"][0] in answer.content.decode() or "vehicle" in path, path
    for path in (
        f"/persons/{there.refs['person'][0]}",
        f"/persons/{there.refs['person'][0]}/vehicles",
        f"/persons/{there.refs['person'][0]}/licences",
        f"/vehicles/{there.refs['vehicle'][0]}",
        f"/vehicles/{there.refs['vehicle'][0]}/chain",
        f"/licences/{there.refs['licence'][0]}",
        f"/licences/{there.refs['licence'][0]}/exams",
        f"/households/{there.refs['household'][0]}",
    ):
        assert by.get(path).status_code == 200, path


def test_an_owner_changes_by_two_people() -> None:
    there = town()
    vehicle, buyer = there.refs["vehicle"][0], there.refs["person"][1]
    told = {
        "holder": {"owner": {"kind": "person", "person": buyer}},
        "paper_on": "2026-11-20",
        "combined": True,
        "evidence": {"sale_contract": "HD 2"},
    }
    registrar = caller(Role.VEHICLES, level=Level.PROVINCE, unit="01")
    verifier = caller(Role.VERIFIER, level=Level.PROVINCE, unit="01")
    path = f"/vehicles/{vehicle}/transfer"
    assert registrar.post(path, told).status_code == 422
    alone = registrar.post(path, told, **{"X-Sosach-Second-Key": registrar.key})
    assert alone.status_code in {403, 409, 422}, alone.content
    nobody = registrar.post(path, told, **{"X-Sosach-Second-Key": "nobody.knows-this-key"})
    assert (nobody.status_code, nobody.json()["code"]) == (401, "ACCESS-03")
    sold = done(registrar.post(path, told, **{"X-Sosach-Second-Key": verifier.key}))
    assert sold["owner_person"] == buyer


def test_what_lies_on_a_vehicle_has_a_reference_to_end_it() -> None:
    there = town()
    vehicle = there.refs["vehicle"][0]
    registrar = caller(Role.VEHICLES, level=Level.PROVINCE, unit="01")
    entry = done(registrar.post(f"/vehicles/{vehicle}/pledge", {"creditor": "Ngân hàng Thử"}))
    record = registrar.get(f"/vehicles/{vehicle}").json()
    assert entry in record["held"]
    assert record["blocks"][0]["entry"] == entry
    assert registrar.post(f"/vehicles/{vehicle}/pledge/{entry}/release").status_code == 200


def test_a_marriage_and_its_undoing() -> None:
    there = town()
    one, other = there.refs["person"]
    registrar = caller(Role.CIVIL_STATUS, Role.CLERK, Role.CHIEF, Role.POPULATION, unit=OWN)
    married = registrar.post(f"/persons/{one}/marriage", {"spouse": other})
    assert married.status_code == 200, married.content
    pieces = registrar.get(f"/persons/{one}").json()["pieces"]
    assert [piece["data"]["other"] for piece in pieces if piece["slot"] == "spouse"] == [other]
    told = registrar.post(f"/acts/{married.json()['act']}/retraction", {"reason": "ghi nhầm"})
    assert told.status_code == 200, told.content
    assert not [piece for piece in registrar.get(f"/persons/{one}").json()["pieces"] if piece["slot"] == "spouse"]


def test_ids_and_entries_of_others_mean_nothing() -> None:
    there = town()
    by, person = there.by, there.refs["person"][0]
    assert by.get(f"/vehicles/{person}").status_code == 404, "a reference of a person is none of a vehicle"
    assert by.post(f"/persons/{person}/marriage", {"spouse": 12}).status_code == 422
    changes = {"changes": {"owner_person_id": 12}}
    assert by.post(f"/vehicles/{there.refs['vehicle'][0]}/corrections", changes).status_code == 422
    assert newborn(by)["person"] != person
