"""Declarations handed in by programs: once per key, signed for, the same for a plate nobody has and for somebody else's."""

from typing import Any

import pytest
from tests.web.world import OWN, SIBLING, Town, caller, done, town

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.declarations.models import Declaration

pytestmark = pytest.mark.usefixtures("db")
SYSTEM = Actor(ActorKind.SYSTEM, "test", Level.NATION, roles=frozenset({Role.SYSTEM}))


def told(there: Town, **changes: str) -> dict[str, Any]:
    answers = {"plate": there.told["plate"], "phone": "0912345678", "commitment": "yes", **changes}
    return {"kind": "vehicle_in_use", "answers": answers}


def path(there: Town, person: int = 0) -> str:
    return f"/persons/{there.refs['person'][person]}/declarations"


def test_a_declaration_is_taken_in_once_per_key() -> None:
    there, gateway = town(), caller(Role.CLERK, level=Level.NATION, unit="")
    key = {"Idempotency-Key": "declaration-000001"}
    first = gateway.post(path(there), told(there), **key)
    again = gateway.post(path(there), told(there), **key)
    receipt = done(first)
    assert again.content == first.content
    assert (first["Idempotent-Replayed"], again["Idempotent-Replayed"]) == ("false", "true")
    assert {"number", "digest", "submitted_at", "due_on", "signature", "key"} <= receipt.keys()
    other = gateway.post(path(there), told(there, phone="0912345679"), **key)
    assert (other.status_code, other.json()["code"]) == (409, "REQUEST-02")
    with acting(SYSTEM):
        stored = Declaration.objects.get(number=receipt["number"])
    assert (stored.channel, stored.state, stored.commune_code) == ("machine", "submitted", OWN)


def test_nobody_learns_whose_a_plate_is() -> None:
    there, gateway = town(), caller(Role.CLERK)
    seen = []
    for person, plate in ((0, there.told["plate"]), (1, there.told["plate"]), (1, "29B-999.99")):
        receipt = done(gateway.post(path(there, person), told(there, plate=plate)))
        seen.append({name for name, value in receipt.items() if value} | {receipt["due_on"]})
    assert seen[0] == seen[1] == seen[2]


def test_what_has_to_be_mended_is_named_by_its_question() -> None:
    there = town()
    refused = caller(Role.CLERK).post(path(there), told(there, phone="12", commitment=""))
    assert (refused.status_code, refused.json()["code"]) == (422, "STATE-04")
    assert {each["field"] for each in refused.json()["errors"]} == {"answers.phone", "answers.commitment"}
    assert "12" not in [each["message"] for each in refused.json()["errors"]]


def test_nobody_declares_for_people_of_another_commune_or_of_an_unknown_kind() -> None:
    there = town()
    assert caller(Role.CLERK, unit=SIBLING).post(path(there), told(there)).status_code == 404
    assert caller(Role.CLERK).post(path(there), {**told(there), "kind": "khong_co"}).status_code == 404
