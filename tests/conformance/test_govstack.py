"""GovStack's data API 1.3.0, scenario by scenario; every answer is held against the file."""

import json
import sys
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.conformance.conftest import Registry
from tests.conformance.scenarios import Table, document, fits, skip_if_absent
from tests.web.exchange.agency import Agency, agency

from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.population.queries.identities import person_by_pin
from sosach.domain.population.queries.resolving import person_of_pin
from sosach.domain.provenance.models import Proposal
from sosach.web.exchange.govstack.urls import urlpatterns
from sosach.web.frame import clock

FILE = document("govstack", "data-api-1.3.0.yaml")
BASE, MEDIATOR = "/exchange/govstack/data", "VN/GOV/YTE/BENHVIEN"
WATCHING = Actor(ActorKind.SYSTEM, "test", Level.NATION, roles=frozenset({Role.SYSTEM, Role.AUDITOR}))
OFFICER = Actor(ActorKind.OFFICER, "officer-7", Level.COMMUNE, "00004", frozenset({Role.CLERK}))
NAMES = ["pin", "full_name", "birth_date", "sex", "hometown"]
ONE = "/data/{registryName}/{versionNumber}"


@dataclass(frozen=True)
class There:
    """What is there to be asked.

    Attributes:
        pins: people of the register.
        clinic: an agency that reads and proposes.
        portal: an agency whose portal shows people who looked.
        browser: how requests get here.
    """

    pins: list[str]
    clinic: Agency
    portal: Agency
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def send(
        self, method: str, path: str, body: Any = None, *, scope: str = "govstack.read", **headers: str
    ) -> HttpResponse:
        """A request as the information mediator passes it on."""
        told = self.clinic.headers(scope=scope) | {"Information-Mediator-Client": MEDIATOR}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = "" if body is None else json.dumps(body)
        sent = {name: value for name, value in told.items() if value}
        return self.browser.generic(method, f"{BASE}/{path}", content, content_type="application/json", headers=sent)

    def ask(self, operation: str, body: Any = None, *, status: int = 200, **more: Any) -> Any:
        """A request to an operation below the population; the answer, held against the file."""
        method = "PUT" if operation in {"update", "updateEntries"} else "POST"
        response = self.send(method, f"population/1.0/{operation}", body, **more)
        assert response.status_code == status, response.content
        told = response.json()
        if (operation, status) in _DESCRIBED:
            place = ("paths", f"{ONE}/{operation}", method.lower(), "responses", str(status), *_JSON)
            fits(FILE, place, told)
        return told


_JSON = ("content", "application/json", "schema")
# Answers the file has a form for.
_DESCRIBED = {("exists", 200), ("read", 200), ("read", 404), ("updateOrCreate", 200)}


def query(**content: Any) -> dict[str, Any]:
    """What a record is found by."""
    return {"query": {"content": content}}


def write(**content: Any) -> dict[str, Any]:
    """What is to be written."""
    return {"write": {"content": content}}


@pytest.fixture(scope="module")
def there(registry: Registry) -> There:
    clinic = agency("benh-vien", scopes=["govstack.read", "govstack.update"], attributes={"population": NAMES})
    portal = agency("cong-gs", scopes=["govstack.usage"], purposes=["data-subject"], attributes={"population": ["pin"]})
    return There(registry.pins, clinic, portal)


TABLE: Table[There] = Table(
    "GovStack digital registries, data API 1.3.0",
    "Addresses below `/exchange/govstack/data/`; registries `population`, `vehicles`, `licences`, version `1.0`. Fields are those of "
    "the registry, `id` is its key (PIN, plate, licence number). Answers are held against the schemas of the file as well.",
)
line = TABLE.line


@line("Every operation of the file has an address")
def _(there: There) -> None:
    del there
    skip_if_absent(FILE)
    told = sorted(path for path in FILE["paths"] if path.startswith("/data/"))
    plain = {str(each.pattern).replace("<str:", "{").replace(">", "}") for each in urlpatterns}
    names = {"registryName": "registry", "versionNumber": "version", "ID": "key", "uuid": "key"}
    for path in told:
        for name, own in names.items():
            path = path.replace(f"{{{name}}}", f"{{{own}}}")  # noqa: PLW2901 - the same address in our words
        assert path.removeprefix("/") in plain
    assert len(told) == len(plain) == 10


@line("read: a record found by its id is told")
def _(there: There) -> None:
    told = there.ask("read", query(id=there.pins[0]))["content"]
    assert told["full_name"] == "Nguyễn Văn An"
    assert set(told) <= set(NAMES)


@line("read: a record found by its id and other fields is told when all agree")
def _(there: There) -> None:
    asked = query(id=there.pins[0], full_name="Nguyễn Văn An", birth_date="1990-02-01")
    assert there.ask("read", asked)["content"]["pin"] == there.pins[0]
    there.ask("read", query(id=there.pins[0], full_name="Người Khác"), status=404)


@line("read: a record found without its id, by whole name and date of birth")
def _(there: There) -> None:
    told = there.ask("read", query(full_name="Nguyễn Văn An", birth_date="1990-02-01"))
    assert told["content"]["pin"] == there.pins[0]


@line("read: a record there is not is 404 with “no record found”")
def _(there: There) -> None:
    assert there.ask("read", query(id="001099999999"), status=404) == {"detail": "no record found"}


_TOO_LITTLE = "refused with 422: nobody is looked up by what many share, nor by a part of a name"


@line("read, exists: a record found by one name alone", but=_TOO_LITTLE)
def _(there: There) -> None:
    for operation in ("read", "exists"):
        for content in ({"full_name": "Nguyễn Văn An"}, {"sex": "M"}, {}):
            there.ask(operation, query(**content), status=422)


@line("exists: true where there is a record of which everything told is true")
def _(there: There) -> None:
    assert there.ask("exists", query(id=there.pins[0], sex="M"))["answer"]["status"] is True


@line("exists: false where there is none, or it does not agree, in the same words")
def _(there: There) -> None:
    absent, other = (there.ask("exists", query(id=pin, sex="F")) for pin in ("001099999999", there.pins[0]))
    assert absent == other
    assert absent["answer"]["status"] is False


def listed(there: There, asked: str, *, status: int = 200) -> Any:
    """A list, held against the file."""
    response = there.send("GET", f"population/1.0?{asked}")
    assert response.status_code == status, response.content
    if status == 200:
        fits(FILE, ("paths", ONE, "get", "responses", "200", *_JSON), response.json())
    return response.json()


@line("list: by a field named query.…, or by search and filter")
def _(there: There) -> None:
    for asked in (f"query.pin={there.pins[0]}", f"query.id={there.pins[0]}", f"search={there.pins[0]}&filter=pin"):
        told = listed(there, asked)
        assert (told["count"], told["results"][0]["pin"]) == (1, there.pins[0])


@line("list: nothing found is an empty list")
def _(there: There) -> None:
    assert listed(there, "query.pin=001099999999") == {"count": 0, "results": []}


@line("list: pages beyond the last are empty")
def _(there: There) -> None:
    told = listed(there, f"query.pin={there.pins[0]}&page=2&pageSize=10&ordering=descending")
    assert told == {"count": 1, "results": []}


@line("list: by a regular expression, or everything", but=_TOO_LITTLE)
def _(there: There) -> None:
    listed(there, "", status=422)
    listed(there, "search=Nguy.*&filter=full_name", status=422)
    assert listed(there, "search=0010.*&filter=pin") == {"count": 0, "results": []}


@line("list: a page that is no number is refused")
def _(there: There) -> None:
    listed(there, f"query.pin={there.pins[0]}&page=two", status=400)


@line("readValue: one field as JSON, and as text")
def _(there: There) -> None:
    response = there.send("GET", f"population/1.0/{there.pins[0]}/readValue/full_name.json")
    assert response.json() == {"value": "Nguyễn Văn An"}
    fits(
        FILE,
        ("paths", f"{ONE}/{{uuid}}/readValue/{{field}}.{{ext}}", "get", "responses", "200", *_JSON),
        response.json(),
    )
    response = there.send("GET", f"population/1.0/{there.pins[0]}/readValue/full_name.txt")
    assert response.content.decode() == "Nguyễn Văn An"


@line("readValue: a record or field there is not, or one the agreement leaves out, is 404")
def _(there: There) -> None:
    for path in ("001099999999/readValue/full_name.json", f"{there.pins[0]}/readValue/religion.json"):
        assert there.send("GET", f"population/1.0/{path}").status_code == 404
    assert there.send("GET", f"population/1.0/{there.pins[0]}/readValue/full_name.exe").status_code == 404


def proposals(there: There, column: str) -> list[Any]:
    """What was proposed for the first person."""
    with acting(WATCHING):
        person = person_of_pin(there.pins[0])
        assert person is not None
        rows = Proposal.objects.filter(register="population", subject_id=person.pk, column=column)
        return list(rows.order_by("pk").values_list("value", flat=True))


_PROPOSED = (
    "answered 200: what is written becomes a proposal, which an officer decides; an agreement changes nobody's record"
)


@line("update: values of one record are overwritten", but=_PROPOSED)
def _(there: There) -> None:
    body = query(id=there.pins[0]) | write(hometown="Thái Bình")
    for _ in range(2):  # the same again is no second proposal
        assert there.ask("update", body, scope="govstack.update") == {"proposed": ["hometown"]}
    assert proposals(there, "hometown") == ["Thái Bình"]
    assert there.ask("read", query(id=there.pins[0]))["content"]["hometown"] == "Nam Định"


@line("updateEntries: values of every record that is meant are overwritten", but=_PROPOSED)
def _(there: There) -> None:
    body = query(id=there.pins[0]) | write(hometown="Hưng Yên")
    there.ask("updateEntries", body, scope="govstack.update")
    assert proposals(there, "hometown")[-1] == "Hưng Yên"
    there.ask("updateEntries", write(hometown="Hưng Yên"), status=400, scope="govstack.update")


@line("updateOrCreate: the record there is is changed", but=_PROPOSED)
def _(there: There) -> None:
    body = query(id=there.pins[0]) | write(birth_date="1990-02-02")
    assert there.ask("updateOrCreate", body, scope="govstack.update")["content"]["birth_date"] == "1990-02-01"
    assert proposals(there, "birth_date") == ["1990-02-02"]


@line("update: a record there is not is 404; a field the agreement leaves out is 403; nothing of it is proposed")
def _(there: There) -> None:
    there.ask("update", query(id="001099999999") | write(hometown="X"), status=404, scope="govstack.update")
    body = query(id=there.pins[0]) | write(hometown="Y", religion="Z")
    there.ask("update", body, status=403, scope="govstack.update")
    assert "Y" not in proposals(there, "hometown")


_BORN = "refused with 403: records come into being by their procedure (a birth at `/exchange/civil/`), never by being written"


@line("create: a record is made", but=_BORN)
def _(there: There) -> None:
    told = there.ask("create", write(full_name="Nguyễn Thị Mới"), status=403, scope="govstack.update")
    assert "procedure" in told["title"]


@line("updateOrCreate: a record there is not is made", but=_BORN)
def _(there: There) -> None:
    body = query(id="001099999999") | write(full_name="Nguyễn Thị Mới")
    there.ask("updateOrCreate", body, status=403, scope="govstack.update")


@line(
    "delete: a record is deleted",
    but="refused with 403: the law knows no deletion; what was wrong is corrected and stays to be seen",
)
def _(there: There) -> None:
    response = there.send("DELETE", f"population/1.0/{there.pins[0]}/delete", scope="govstack.update")
    assert response.status_code == 403
    assert there.ask("exists", query(id=there.pins[0]))["answer"]["status"] is True


def usage(there: There, asked: str, *, status: int = 200) -> Any:
    """Who looked, held against the file."""
    headers = there.portal.headers(scope="govstack.usage", ref="phien-1")
    response = there.send("GET", f"myPersonalDataUsage?{asked}", **headers)
    assert response.status_code == status, response.content
    if status == 200:
        fits(FILE, ("paths", "/data/myPersonalDataUsage", "get", "responses", "200", *_JSON), response.json())
    return response.json()


@line("myPersonalDataUsage: who read somebody's data, the latest first")
def _(there: There) -> None:
    person_by_pin(Look(OFFICER, "identity-check", clock.now(), "HS-5"), pin=there.pins[1])
    first = usage(there, f"userId={there.pins[1]}&databaseId=population")[0]
    assert (first["readerInstitutionId"], first["refrences"]) == ("00004", [{"ReferenceID": "HS-5"}])


@line("myPersonalDataUsage: a number or a registry that is none is 400, a number nobody has is 404")
def _(there: There) -> None:
    usage(there, "userId=...&databaseId=population", status=400)
    usage(there, f"userId={there.pins[0]}&databaseId=MCTS", status=400)
    usage(there, "userId=001099999999&databaseId=population", status=404)


@line("Every operation needs a token, its scope, and the client of the information mediator")
def _(there: There) -> None:
    ways = [("POST", each) for each in ("read", "exists", "create", "updateOrCreate")]
    ways += [
        ("PUT", "update"),
        ("PUT", "updateEntries"),
        ("DELETE", "1/delete"),
        ("GET", "1/readValue/sex.json"),
        ("GET", ""),
    ]
    for method, operation in ways:
        path = f"population/1.0/{operation}".rstrip("/")
        assert there.send(method, path, Authorization="").status_code == 401
        assert there.send(method, path, scope="xroad").status_code == 403
        scope = (
            "govstack.update"
            if operation in {"create", "updateOrCreate", "update", "updateEntries", "1/delete"}
            else "govstack.read"
        )
        for told in ("", "one", "a/b/c/d/e"):
            assert there.send(method, path, scope=scope, Information_Mediator_Client=told).status_code == 400


@line("The client the information mediator names is in the log")
def _(there: There) -> None:
    there.ask("read", query(id=there.pins[0]))
    with acting(WATCHING):
        details = AuditEvent.objects.filter(event="exchange.disclosed").latest("pk").details
    assert (details["partner"], details["represented"]) == ("benh-vien", MEDIATOR)


@line("A registry or version there is not is 404; a body that is none is 400")
def _(there: There) -> None:
    for path in ("tax/1.0/read", "population/111/read"):
        assert there.send("POST", path, query(id="1")).status_code == 404
    for body in ({}, [], {"query": 1}, {"query": {"content": 1}}, {"query": {"content": {"id": "\x00"}}}):
        assert there.send("POST", "population/1.0/read", body).status_code in {400, 422}
    assert there.send("PATCH", "population/1.0/read", {})["Allow"] == "POST"


@pytest.mark.parametrize("text", TABLE.checks)
def test_govstack(text: str, there: There) -> None:
    TABLE.checks[text](there)


def test_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{TABLE.counted()}\n")
    assert len(TABLE.checks) - len(TABLE.reasons) >= 15
    skip_if_absent(FILE)
