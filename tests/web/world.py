"""Accounts and synthetic people for the tests of the API, and a caller who speaks it as an integrator would."""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.test import Client

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.clients import create_client
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.provenance.models import Candidate, Duplicate, Finding, JournalEntry, Proposal, Source
from sosach.domain.provenance.rules import SUBJECTS
from sosach.web.api.opaque import read_reference, reference
from sosach.web.frame import clock

SYSTEM = Actor(ActorKind.SYSTEM, "setup", Level.NATION, roles=frozenset({Role.SYSTEM}))
RUN = Actor(ActorKind.SYSTEM, "run", Level.NATION, roles=frozenset({Role.SYSTEM, Role.STEWARD}))
BASE = "/api/v1"
OWN, SIBLING, PARENT, ELSEWHERE = (
    "00004",
    "00008",
    "01",
    "02650",
)  # two communes of Hà Nội, Hà Nội itself, one of Lào Cai
_COUNT = itertools.count(1)


@dataclass
class Caller:
    """A program with a key.

    Attributes:
        key: its key; "" for none.
        purpose: what it says it looks for.
        case: number of the case.
        client: how it gets there.
    """

    key: str
    purpose: str = "identity-check"
    case: str = "HS-1"
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Ask."""
        return self.client.get(BASE + path, headers=self._headers() | headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Tell; under a new idempotency key unless one is given."""
        content = body if isinstance(body, str | bytes) else json.dumps(body if body is not None else {})
        told = self._headers() | {"Idempotency-Key": f"test-key-{next(_COUNT):08d}"} | headers
        return self.client.post(BASE + path, content, content_type="application/json", headers=told)

    def _headers(self) -> dict[str, str]:
        told = {"X-Sosach-Purpose": self.purpose, "X-Sosach-Case": self.case}
        return told | ({"Authorization": f"Bearer {self.key}"} if self.key else {})


def caller(*roles: Role, level: Level = Level.COMMUNE, unit: str = OWN) -> Caller:
    """A program let in with roles in a unit."""
    made = create_client(
        Order(SYSTEM, clock.now()), name=f"client {next(_COUNT)}", scopes=frozenset(roles), level=level, unit=unit
    )
    return Caller(made.key)


def birth(number: int, *, commune: str = OWN, name: str = "Nguyễn Văn Thử", sex: str = "M") -> dict[str, Any]:
    """A message about a synthetic newborn."""
    return {
        "message_id": f"KS-{number:06d}",
        "full_name": name,
        "birth_date": "2026-11-20",
        "sex": sex,
        "commune_code": commune,
    }


def newborn(by: Caller, *, commune: str = OWN, name: str = "Nguyễn Văn Thử", sex: str = "M") -> dict[str, Any]:
    """Register a birth; what the API answered of the child."""
    response = by.post("/births", {"births": [birth(next(_COUNT), commune=commune, name=name, sex=sex)]})
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()["result"][0]
    return found


@dataclass
class Town:
    """A commune with two people, their household, a vehicle and a licence, made over the API.

    Attributes:
        by: who may do everything a program may, in the whole country.
        refs: kind → references of what is there.
        told: what people would ask for: numbers and names.
    """

    by: Caller
    refs: dict[str, list[str]]
    told: dict[str, str]


MACHINE_ROLES = (
    Role.CLERK,
    Role.VERIFIER,
    Role.CHIEF,
    Role.CIVIL_STATUS,
    Role.POPULATION,
    Role.VEHICLES,
    Role.LICENCES,
    Role.STEWARD,
)
CAR = {
    "kind": "o_to",
    "brand": "TOYOTA",
    "model": "VIOS",
    "engine_number": "JA39E-1234511",
    "paint_colour": "trang",
    "manufactured_year": 2020,
    "origin": "lap_rap_trong_nuoc",
}


def done(response: HttpResponse) -> Any:
    """The result of a procedure that went through."""
    assert response.status_code == 200, response.content
    return response.json()["result"]


def town(commune: str = OWN, province: str = PARENT) -> Town:
    """Found one."""
    by, place = caller(*MACHINE_ROLES, level=Level.NATION, unit=""), next(_COUNT)
    births = [
        birth(10_000 * place + 1, commune=commune, name="Phạm Văn Chủ") | {"birth_date": "1985-04-30"},
        birth(10_000 * place + 2, commune=commune, name="Đỗ Thị Vợ", sex="F") | {"birth_date": "1988-09-02"},
    ]
    people = done(by.post("/births", {"births": births}))
    refs = {"person": [one["person"] for one in people]}
    household = done(by.post(f"/persons/{refs['person'][0]}/residence", {"to": _place(commune)}))
    refs["household"] = [household["ref"]]
    registrar = caller(Role.VEHICLES, level=Level.PROVINCE, unit=province)
    done(registrar.post("/plates/series", {"series": f"{_PLATES[province]}K", "kind": "car", "first": 10, "last": 29}))
    owner = {"owner": {"kind": "person", "person": refs["person"][0]}}
    chassis = f"RLHZZ1234ZY{100_000 + place}"
    car = {"holder": owner, "description": {**CAR, "chassis_number": chassis}, "evidence": {"invoice": "HD 1"}}
    vehicle = done(registrar.post("/vehicles", car))
    refs["vehicle"] = [vehicle["ref"]]
    licence = done(by.post(f"/persons/{refs['person'][0]}/licences", _test_passed(place)))
    refs["licence"] = [licence["ref"]]
    told = {"pin": people[0]["pin"], "chassis_number": chassis, "plate": vehicle["plate_display"]}
    told |= {"number": licence["licence_number"], "name": "Phạm Văn Chủ"}
    there = Town(by, refs, told)
    _raise_matters(there)
    return there


def _raise_matters(there: Town) -> None:
    """Something of every kind that waits for somebody, about the person, the vehicle and the licence."""
    at, subject = clock.now(), there.refs["person"][0]
    changes = {"changes": {"hometown": "Huế"}}
    petition = done(there.by.post(f"/persons/{subject}/corrections/petitions", changes))
    there.refs["petition"] = [petition["ref"]]
    with acting(RUN):
        source = Source.objects.create(
            kind="run", title="thử", digest=f"thử {next(_COUNT)}", taken_in_at=at, act=uuid4()
        )
        for register, kind in SUBJECTS.items():
            key = read_reference(kind, UUID(there.refs[kind][0]))
            about = {"register": register, "subject_id": key}
            raised = {**about, "source": source}
            told = {**about, "at": at, "act": uuid4(), "actor_kind": "officer", "actor_key": "officer-0"}
            made = {
                "finding": Finding.objects.create(**raised, code="NAM-01", severity="info", field="full_name"),
                "candidate": Candidate.objects.create(**raised, pin="001099000001", rank=1, probability=0.5),
                "duplicate": Duplicate.objects.create(**raised, group="thử", reason="thử"),
                "proposal": Proposal.objects.create(**told, column="full_name", value="Thử"),
                "entry": JournalEntry.objects.filter(**about).earliest("pk"),
            }
            for name, row in made.items():
                there.refs[f"{kind} {name}"] = [str(reference(name, row.pk))]


_PLATES = {"01": "30", "15": "24"}


def _place(commune: str) -> dict[str, str]:
    return {"commune_code": commune, "address": "số 7, phố Thử"}


def _test_passed(place: int) -> dict[str, Any]:
    card = {"material": "pet", "serial": f"PT{place:08d}", "groups": ["unlimited"], "issued_on": "2026-11-20"}
    papers = {"decision": "QD 1", "health_check": "SK 1", "test": "KT 1", "ledger": "SC 1"}
    return {
        "classes": [{"name": "A1", "passed_on": "2026-11-10"}],
        "cards": [card | {"issued_by": "Phòng CSGT"}],
        "received_on": "2026-11-18",
        "evidence": papers,
    }
