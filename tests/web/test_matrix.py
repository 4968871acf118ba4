"""Every address × every role × objects near and far: the right status, one trace per look, and not a byte of what lies elsewhere."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from tests.web.world import MACHINE_ROLES, OWN, PARENT, SIBLING, Caller, Town, caller

from sosach.base.errors import SosachError
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, ActorKind, Level, events
from sosach.web.api.build import api
from sosach.web.api.opaque import read_reference

AUDITOR = Actor(ActorKind.SYSTEM, "test", Level.NATION, roles=frozenset({Role.AUDITOR, Role.SYSTEM}))
RAW_ID = re.compile(rb"(?:person:|[\s\":\[])88000000\d{4}[\s\",}\]]")  # accounts and origins of cards may tell theirs
OPEN = {"/health", "/ready"}  # ask for no key
PUBLIC = {"/account", "/purposes", "/units", "/units/{level}/{code}", "/communes/{code}/successors"}
IN_PATH = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Address:
    """One line of the inventory, made from the routes themselves."""

    method: str
    path: str
    summary: str

    @property
    def about(self) -> list[str]:
        """Kinds of the records in the path."""
        return [name for name in IN_PATH.findall(self.path) if name != "act"]


def inventory() -> list[Address]:
    """Every address the server answers at, from the routers, not from the description."""
    found = []
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                told = re.sub(r"{\w+:", "{", path)
                found += [Address(method, told, operation.summary or "") for method in operation.methods]
    return found


ALL = inventory()
JOBS = {"/jobs", "/jobs/{job}"}  # looks under a key: their story is in test_limits
LOOKS = [one for one in ALL if one.method == "GET" and one.path not in OPEN | PUBLIC | JOBS]
ASKED: dict[str, dict[str, str]] = {
    "/persons/by-pin": {"pin": "pin"},
    "/persons/by-pin/masked": {"pin": "pin"},
    "/persons/by-old-number": {"number": "old_number"},
    "/persons/search": {"name": "name"},
    "/vehicles/by-plate": {"plate": "plate"},
    "/vehicles/by-chassis": {"chassis_number": "chassis_number"},
    "/licences/by-number": {"number": "number"},
    "/licences/by-name": {"full_name": "name", "birth_date": "birth"},
}
NEAR = {"own", "parent", "nation"}
# What somebody has within the own territory, wherever that person lives: from afar an empty list.
LISTS = {"/persons/{person}/vehicles", "/persons/{person}/licences"}


@dataclass(frozen=True)
class Right:
    """One line of the table written by hand.

    Attributes:
        roles: who may.
        nationwide: whether the records may lie anywhere.
    """

    roles: frozenset[str]
    nationwide: bool


def rights() -> dict[str, Right]:
    """`tests/spec/api_rights.toml` by address."""
    lines = tomllib.loads((Path(__file__).parents[1] / "spec" / "api_rights.toml").read_text("utf-8"))["right"]
    told = [
        (address, Right(frozenset(line["only"].split()), line["reach"] == "nation"))
        for line in lines
        for address in line["at"]
    ]
    assert len(told) == len(dict(told)), "an address stands twice"
    return dict(told)


RIGHTS = rights()
QUERY = {
    "/persons/{person}/history": "?column=full_name",
    "/vehicles/{vehicle}/history": "?column=brand",
    "/licences/{licence}/history": "?column=full_name",
    "/petitions": "?kind=new_pin",
    "/licences/expiring": "?days=1",
}
DOING = [one for one in ALL if one.method == "POST" and one.path not in {*ASKED, *JOBS}]


def test_the_inventory_is_whole() -> None:
    """Whoever adds an address says here which kind it is, or gives it no rights to speak of."""
    described = {
        (method.upper(), path)
        for path, one in api.get_openapi_schema(path_prefix="")["paths"].items()
        for method in one
    }
    assert {(one.method, one.path) for one in ALL} == described
    assert not [one for one in ALL if one.method not in {"GET", "POST"}]
    looked_at = {one.path for one in LOOKS}
    assert set(QUERY) <= looked_at
    assert set(ASKED) <= {one.path for one in ALL}
    assert RIGHTS.keys() == {f"{one.method} {one.path}" for one in ALL}, (
        "an address without a line, or a line without one"
    )
    assert {role for right in RIGHTS.values() for role in right.roles} <= {*MACHINE_ROLES, "everybody"}


def test_every_procedure_takes_a_key_and_every_look_a_purpose() -> None:
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    for one in ALL:
        headers = {p["name"] for p in paths[one.path][one.method.lower()]["parameters"] if p["in"] == "header"}
        if one in DOING or (one.method == "POST" and one.path in JOBS):
            assert "Idempotency-Key" in headers, one
        elif one.path not in OPEN | PUBLIC:
            assert "X-Sosach-Purpose" in headers, one


def test_no_address_hides_another() -> None:
    """Every address is answered by itself, whatever its method."""
    shapes = [(re.sub(r"{\w+}", "{}", one.path), one.method) for one in ALL]
    assert len(shapes) == len(set(shapes))


def test_no_address_takes_a_number_or_a_name() -> None:
    """PIN, plate, chassis number, name stand in bodies only: paths and queries are references, codes and switches."""
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    harmless = {
        "level",
        "province",
        "on",
        "code",
        "column",
        "former",
        "kind",
        "limit",
        "cursor",
        "days",
        "commune_code",
        "reason",
    }
    for one in ALL:
        for told in paths[one.path][one.method.lower()]["parameters"]:
            if told["in"] in {"path", "query"}:
                shapes = told["schema"].get("anyOf", [told["schema"]])
                references = all(shape.get("format") == "uuid" or shape == {"type": "null"} for shape in shapes)
                assert told["name"] in harmless or references, (one, told["name"])


@pytest.fixture(scope="module")
def callers(there: Town) -> dict[tuple[Role, str], Caller]:
    """One program per role and place: the unit of the records, its sibling, its province, another province, the nation."""
    del there
    places = {
        "own": (Level.COMMUNE, OWN),
        "sibling": (Level.COMMUNE, SIBLING),
        "parent": (Level.PROVINCE, PARENT),
        "elsewhere": (Level.PROVINCE, "15"),
        "nation": (Level.NATION, ""),
    }
    return {
        (role, name): caller(role, level=level, unit=unit)
        for (name, (level, unit)), role in product(places.items(), MACHINE_ROLES)
    }


NOTHING = "4fa0c1de-8e02-4c1c-9c5b-2f1d3a5b7c9d"
FOLDERS = {"persons": "person", "vehicles": "vehicle", "licences": "licence"}


def filled(path: str, refs: dict[str, list[str]]) -> str:
    """The address of the town's own records."""
    kind = FOLDERS.get(path.split("/")[1], "")

    def told(name: re.Match[str]) -> str:
        plain = {"child": "person"}.get(name[1], name[1].removeprefix("pledge_").removeprefix("seizure_"))
        found = refs.get(plain) or refs.get(f"{kind} {'entry' if plain == 'objection' else plain}")
        return found[0] if found else NOTHING

    return IN_PATH.sub(told, path)


def looked(by: Caller, one: Address, there: Town) -> HttpResponse:
    if one.method == "GET":
        return by.get(filled(one.path, there.refs) + QUERY.get(one.path, ""))
    told = there.told | {"old_number": "012345678", "birth": "1985-04-30"}
    return by.post(one.path, {field: told[name] for field, name in ASKED[one.path].items()})


LOOKING = [*LOOKS, *(one for one in ALL if one.path in ASKED)]


def canaries(there: Town) -> list[str]:
    return [*there.told.values(), *(ref for refs in there.refs.values() for ref in refs), "Phạm", "Đỗ Thị"]


@pytest.mark.parametrize("one", LOOKING, ids=lambda one: f"{one.method} {one.path}")
def test_who_sees_what(one: Address, there: Town, callers: dict[tuple[Role, str], Caller]) -> None:
    """Without role 403 everywhere. With one: near 200; far 404, or a list, without a trace of the town."""
    right, wrong = RIGHTS[f"{one.method} {one.path}"], []
    for (role, place), by in callers.items():
        response = looked(by, one, there)
        near = place in NEAR or right.nationwide
        hidden = one.about and not near and one.path not in LISTS
        expected = 403 if role not in right.roles else 404 if hidden else 200
        told = response.content.decode()
        leaks = [] if near and expected == 200 else [canary for canary in canaries(there) if canary in told]
        leaks += [str(found) for found in RAW_ID.findall(response.content)]
        if response.status_code != expected or leaks:
            wrong.append((role, place, expected, response.status_code, leaks))
    assert not wrong


@pytest.mark.parametrize("one", DOING, ids=lambda one: one.path)
def test_who_may_do_what(one: Address, there: Town, callers: dict[tuple[Role, str], Caller]) -> None:
    """Role and territory are asked before the content: 403, then 404, and only who may begin is told that the body is none."""
    before = _rows()
    right, wrong = RIGHTS[f"{one.method} {one.path}"], []
    for (role, place), by in callers.items():
        response = by.post(filled(one.path, there.refs), {"khong_co": 1})
        near = place in NEAR or right.nationwide
        expected = 403 if role not in right.roles else 404 if one.about and not near else 422
        told = response.content.decode()
        leaks = [canary for canary in canaries(there) if canary in told]
        if response.status_code != expected or leaks:
            wrong.append((role, place, expected, response.status_code, leaks))
    assert not wrong
    assert _rows() == before


def _rows() -> int:
    with acting(AUDITOR):
        return AuditEvent.objects.filter(event__in=_changes()).count()


def _changes() -> list[str]:
    return [kind.name for kind in events().values() if not kind.access and not kind.name.startswith("access.")]


def persons_told(content: Any) -> Iterator[int]:
    """Persons whose own data an answer holds: the reference stands beside a name, PIN or values."""
    if isinstance(content, dict):
        personal = content.keys() & {"full_name", "pin", "values", "birth_date"}
        if personal and isinstance(content.get("person"), str):
            yield _id(content["person"])
        for value in content.values():
            yield from persons_told(value)
    elif isinstance(content, list):
        for value in content:
            yield from persons_told(value)


def _id(told: str) -> int:
    try:
        return read_reference("person", UUID(told))
    except SosachError:
        return -1


@pytest.mark.parametrize("one", LOOKING, ids=lambda one: f"{one.method} {one.path}")
def test_whoever_is_told_of_is_in_the_log(one: Address, there: Town) -> None:
    """Every look leaves an event; everybody whose data are in the answer is a subject of it."""
    with acting(AUDITOR):
        last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    response = looked(there.by, one, there)
    if response.status_code != 200:
        assert response.status_code in {403, 404}
        return
    with acting(AUDITOR):
        rows = list(AuditEvent.objects.filter(pk__gt=last))
    assert rows, "a look without event"
    assert {row.purpose for row in rows} == {"identity-check"}
    logged = {int(row.subject_key) for row in rows if row.subject_kind == "person"}
    assert set(persons_told(response.json())) <= logged


@pytest.mark.parametrize("one", LOOKING, ids=lambda one: f"{one.method} {one.path}")
def test_without_the_log_there_is_nothing_to_see(one: Address, there: Town, no_log: None) -> None:
    """INSERT on the evidence log revoked: every look that would tell something answers 503 and tells nothing."""
    del no_log
    response = looked(there.by, one, there)
    assert response.status_code in {403, 404, 503}, response.content
    assert not [canary for canary in canaries(there) if canary in response.content.decode()]
    if response.status_code == 503:
        assert response.json()["code"] == "AUDIT-01"
