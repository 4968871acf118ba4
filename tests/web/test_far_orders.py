"""Procedures the law opens to the whole country, with bodies that are right: done near, refused from a province that has no part in it."""

from typing import Any

import pytest
from django.http import HttpResponse
from tests.web.world import OWN, PARENT, Caller, Town, birth, caller, town

from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level

pytestmark = pytest.mark.usefixtures("db")
ELSEWHERE = "15"  # Lào Cai; everybody and everything of the town lies in Hà Nội
PLACE = {"commune_code": OWN, "address": "số 9, phố Thử"}
HERE, THERE, CAR = "{person 0}", "{person 1}", "/vehicles/{vehicle 0}"
SALE = {
    "holder": {"owner": {"kind": "person", "person": THERE}},
    "paper_on": "2026-11-20",
    "combined": True,
    "evidence": {"sale_contract": "HD 2"},
}
ORDERS: dict[str, tuple[str, Role, dict[str, Any]]] = {
    "birth": ("/births", Role.CIVIL_STATUS, {"births": [birth(990_001)]}),
    "death": (f"/persons/{HERE}/death", Role.CIVIL_STATUS, {"died_on": "2026-11-21"}),
    "marriage": (f"/persons/{HERE}/marriage", Role.CIVIL_STATUS, {"spouse": THERE}),
    "move within": (f"/persons/{THERE}/residence", Role.POPULATION, {"to": PLACE}),
    "move out": (f"/persons/{HERE}/residence/end", Role.POPULATION, {}),
    "stay": (f"/persons/{THERE}/stays", Role.POPULATION, {"kind": "temporary", "place": PLACE}),
    "emigration": (f"/persons/{THERE}/emigration", Role.POPULATION, {}),
    "merge": (f"/persons/{THERE}/merge", Role.POPULATION, {"survivor": HERE, "reason": "một người hai bản ghi"}),
    "relation": (f"/persons/{THERE}/relations", Role.POPULATION, {"kind": "representative", "other": HERE}),
    "withdrawal": (f"{CAR}/withdrawal", Role.VEHICLES, {"ground": "discarded"}),
    "transfer": (f"{CAR}/transfer", Role.VEHICLES, SALE),
    "exchange": (f"{CAR}/exchange", Role.VEHICLES, {"ground": "damaged"}),
}


def filled(value: Any, there: Town) -> Any:
    """References of the town in a path or a body."""
    if isinstance(value, dict):
        return {key: filled(one, there) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, there) for one in value]
    if isinstance(value, str):
        for kind in ("person", "vehicle"):
            for place, ref in enumerate(there.refs[kind]):
                value = value.replace(f"{{{kind} {place}}}", ref)
    return value


def ordered(by: Caller, second: Caller, order: str, there: Town) -> HttpResponse:
    path, _, body = ORDERS[order]
    second_key = {"X-Sosach-Second-Key": second.key} if path.endswith("/transfer") else {}
    return by.post(filled(path, there), filled(body, there), **second_key)


@pytest.mark.parametrize("order", ORDERS)
def test_it_is_done_near_and_refused_from_afar(order: str) -> None:
    there, role = town(), ORDERS[order][1]
    programs = [
        [caller(one, level=Level.PROVINCE, unit=unit) for one in (role, Role.VERIFIER)] for unit in (ELSEWHERE, PARENT)
    ]
    far = ordered(*programs[0], order, there)
    assert far.status_code == 404, far.content
    near = ordered(*programs[1], order, there)
    assert near.status_code == 200, near.content


def test_what_is_sensitive_is_named_as_withheld() -> None:
    there = town()
    person = there.refs["person"][0]
    chief = caller(Role.CHIEF)
    changes = {"changes": {"religion": "Tôn giáo Thử", "blood_type": "AB"}, "reason": "theo giấy"}
    corrected = chief.post(f"/persons/{person}/corrections", changes)
    assert corrected.status_code == 200, corrected.content
    clerk, withheld = caller(Role.CLERK), {"withheld": "sensitive"}
    seen = clerk.get(f"/persons/{person}").json()["values"]
    assert (seen["religion"]["value"], seen["blood_type"]["value"]) == (withheld, withheld)
    assert seen["religion"]["origin"] == "correction"
    assert clerk.get(f"/persons/{person}/history?column=religion").json()[-1]["value"] == withheld
    assert clerk.get(f"/persons/{person}/journal").json()[-1]["changes"]["religion"] == withheld
    assert "Tôn giáo Thử" not in clerk.get(f"/persons/{person}/origins").content.decode()
    clerk.purpose = "correction"
    assert clerk.get(f"/persons/{person}").json()["values"]["religion"]["value"] == "Tôn giáo Thử"


def test_what_came_of_an_order_tells_nothing_sensitive_either() -> None:
    there = town()
    told = {"changes": {"religion": "Tôn giáo Thử"}}
    asked = caller(Role.CLERK).post(f"/persons/{there.refs['person'][1]}/corrections/petitions", told)
    assert asked.status_code == 200, asked.content
    assert asked.json()["result"]["asked"] == {"religion": {"withheld": "sensitive"}}
