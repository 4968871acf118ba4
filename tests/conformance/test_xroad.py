"""X-Road's message protocol for REST, rule by rule, as a provider sees it (PR-REST 1.0, PR-MREST 0.8): each line is a test."""

import json
import sys
from collections.abc import Iterator, Mapping
from uuid import UUID

import jsonschema_rs
import pytest
from django.test import override_settings
from tests.conformance.conftest import Registry
from tests.conformance.xroad_world import (
    AUDITOR,
    BANK,
    BASE,
    HOP_BY_HOP,
    OWN,
    SERVER,
    TABLE,
    TAX,
    TERMS,
    There,
    answered,
    faulted,
    hashed,
    latest_look,
)
from tests.web.exchange.agency import agency, order
from tests.web.world import town

from sosach.domain.access.queries import acting
from sosach.domain.audit.models import AuditEvent
from sosach.domain.exchange.operations.partners import register_key, resume, suspend
from sosach.domain.exchange.rules.agreements import Proof
from sosach.web.exchange.xroad.services import RESERVED, SERVICES


@pytest.fixture(scope="module")
def there(registry: Registry) -> Iterator[There]:
    tax = agency("thue", **TERMS)
    register_key(order(), partner="thue", proof=Proof.MEMBER, name=TAX)
    agency("ngan-hang", scopes=["xroad"], attributes={}, questions=["licence_valid"])
    register_key(order(), partner="ngan-hang", proof=Proof.MEMBER, name=BANK)
    with override_settings(SOSACH_BEHIND_TLS=True, SOSACH_XROAD=OWN, SOSACH_XROAD_SERVERS=[SERVER]):
        yield There(registry.pins, tax, town())


rule = TABLE.line


@rule("4.1 a service of a subsystem is called by its whole name")
def _(there: There) -> None:
    assert answered(there.call()) == {"answers": {"is_alive": True}}


@rule("4.1 a provider without subsystem is named by three parts")
def _(there: There) -> None:
    with override_settings(SOSACH_XROAD="VN/GOV/SOSACH"):
        response = there.call(own="VN/GOV/SOSACH")
    answered(response)
    assert response["X-Road-Service"] == "VN/GOV/SOSACH/person"


@rule("4.1 another version of the protocol is not answered")
def _(there: There) -> None:
    assert there.browser.get(f"/exchange/xroad/r2/{OWN}/listMethods").status_code == 404


@rule("4.1 a message for another provider is refused")
def _(there: There) -> None:
    faulted(there.call(own="VN/GOV/SOSACH/OTHER"), "Server.ServerProxy.UnknownMember")
    faulted(there.call(own="XX/GOV/SOSACH/REGISTERS"), "Server.ServerProxy.UnknownMember")


@rule("4.1 an address that names no service is refused")
def _(there: There) -> None:
    for path in (f"{BASE}/{OWN}", f"{BASE}/{OWN}/", f"{BASE}/VN/GOV"):
        faulted(there.browser.get(path, headers={"X-Road-Client": TAX}), "Client.BadRequest")


@rule("4.2 parts are percent-encoded one by one and decoded once")
def _(there: There) -> None:
    answered(there.call(own="VN/GOV/S%4FSACH/REGISTERS"))
    faulted(there.call(own="VN/GOV/S%254FSACH/REGISTERS"), "Server.ServerProxy.UnknownMember")


@rule("4.2 addresses longer than 2000 characters are refused")
def _(there: There) -> None:
    faulted(there.call(f"listMethods?{'a' * 2000}", method="GET"), "Client.BadRequest")


@rule("4.3 X-Road-Client is needed")
def _(there: There) -> None:
    faulted(there.call(X_Road_Client=""), "Client.BadRequest")


@rule("4.3 X-Road-Client has three or four parts")
def _(there: There) -> None:
    for name in ("VN/GOV", "VN/GOV/THUE/QLT/MORE", "VN//THUE/QLT", "VN"):
        faulted(there.call(X_Road_Client=name), "Client.BadRequest")


@rule("4.3 parts of X-Road-Client hold letters, digits and '()+,-.=? and nothing else")
def _(there: There) -> None:
    for part in ("TH%2FUE", "TH UE", "TH%00UE", "TH%C3%9AE", "TH;UE", "TH%255CUE", "TH:UE", "%FF"):
        faulted(there.call(X_Road_Client=f"VN/GOV/{part}/QLT"), "Client.BadRequest")
    faulted(there.call(X_Road_Client="VN/GOV/A'(B)+,-.=%3F/QLT"), "Server.ServerProxy.AccessDenied")


@rule("4.3 parts of X-Road-Client are percent-encoded one by one")
def _(there: There) -> None:
    response = there.call(X_Road_Client="VN/GOV/T%48UE/QLT")
    answered(response)
    assert response["X-Road-Client"] == TAX


@rule("4.3 of several X-Road-Client the last one counts")
def _(there: There) -> None:
    answered(there.call(X_Road_Client=f"VN/GOV/LA,{TAX}"))
    answered(there.call(X_Road_Client=f"VN/GOV/LA/X, {TAX}"))
    faulted(there.call(X_Road_Client=f"{TAX},VN/GOV/LA/X"), "Server.ServerProxy.AccessDenied")


@rule("4.3 names of headers are not case-sensitive")
def _(there: There) -> None:
    response = there.call(X_Road_Client="", **{"x-road-client": TAX, "X-ROAD-ID": "case-1"})
    answered(response)
    assert response["X-Road-Id"] == "case-1"


@rule("4.3 X-Road-Id is kept and given back")
def _(there: There) -> None:
    assert there.call(X_Road_Id="fa2e18a5-c2cb")["X-Road-Id"] == "fa2e18a5-c2cb"


@rule("4.3 X-Road-Id is made where there is none")
def _(there: There) -> None:
    first, second = (UUID(there.call()["X-Road-Id"]) for _ in range(2))
    assert first != second


@rule("4.3 X-Road-Request-Id is made for every request, whatever the asker says")
def _(there: There) -> None:
    told = str(UUID(int=7))
    made = {there.call(X_Road_Id="one", X_Road_Request_Id=told)["X-Road-Request-Id"] for _ in range(2)}
    assert len(made) == 2
    assert told not in made


@rule("4.3 X-Road-Client and X-Road-Service are given back")
def _(there: There) -> None:
    response = there.call()
    assert (response["X-Road-Client"], response["X-Road-Service"]) == (TAX, f"{OWN}/person")


@rule("4.3 X-Road-Request-Hash is SHA-512 of SHA-512(headers) and SHA-512(body)")
def _(there: There) -> None:
    body = json.dumps(there.question()).encode()
    lines = [
        f"POST {BASE}/{OWN}/person/check",
        "content-type:application/json",
        f"x-road-client:{TAX}",
        "x-road-issue:VV-1",
    ]
    assert there.call()["X-Road-Request-Hash"] == hashed(lines, body)


@rule("4.3 X-Road-Request-Hash without a body is SHA-512(headers)")
def _(there: There) -> None:
    lines = [
        f"GET {BASE}/{OWN}/listMethods?a=1&b=%20",
        f"x-road-client:{TAX}",
        "x-road-issue:VV-1",
    ]
    assert there.call("listMethods?a=1&b=%20", method="GET")["X-Road-Request-Hash"] == hashed(lines, b"")


@rule("4.3 a hash the asker sends counts nothing")
def _(there: There) -> None:
    assert there.call(X_Road_Request_Hash="made+up==")["X-Road-Request-Hash"] == there.call()["X-Road-Request-Hash"]


@rule("4.3 headers of the user reach the service unchanged, hop-by-hop headers do not")
def _(there: There) -> None:
    plain = there.call()["X-Road-Request-Hash"]
    assert there.call(X_Own="a b  c")["X-Road-Request-Hash"] not in {
        plain,
        there.call(X_Own="a b c")["X-Road-Request-Hash"],
    }
    passing = {"Connection": "close", "TE": "trailers", "User-Agent": "x", "Upgrade": "h2c", "Proxy-Authorization": "y"}
    assert there.call(**passing)["X-Road-Request-Hash"] == plain


@rule("4.3 answers hold no hop-by-hop header and no Server (the HTTP server's own, the security server drops)")
def _(there: There) -> None:
    for response in (there.call(), there.call(X_Road_Client="")):
        assert not HOP_BY_HOP & set(response.headers)


@rule("4.3 a request without Accept is answered in JSON, one for XML as well, and says so")
def _(there: There) -> None:
    assert there.call()["Content-Type"] == "application/json;charset=utf-8"
    faulted(there.call(Accept="application/xml", X_Road_Client=""), "Client.BadRequest")


@rule("4.4 nobody is ever sent elsewhere")
def _(there: There) -> None:
    for path in (
        "person/check/",
        "person//check",
        "person",
        "/person/check",
        "listMethods/",
        "../person/check",
        "person/check?x=1",
    ):
        for method in ("GET", "POST"):
            assert there.call(path, method=method).status_code // 100 != 3


@rule("4.5 parameters of the query reach the service unchanged")
def _(there: There) -> None:
    assert answered(there.call("getOpenAPI?serviceCode=p%65rson", method="GET"))["servers"] == [{"url": "/person"}]


@rule("4.6 an error of the service passes as it is, without X-Road-Error")
def _(there: There) -> None:
    response = there.call("person/attributes", {"number": "001099999999"})
    assert response.status_code == 404
    assert "X-Road-Error" not in response
    assert response["X-Road-Service"] == f"{OWN}/person"
    assert response["X-Road-Request-Hash"]


@rule("4.6 a request the service does not understand is the service's to refuse")
def _(there: There) -> None:
    for body in ({"number": 5, "questions": ["is_alive"]}, {"number": "1"}, [], there.question(more=1)):
        response = there.call(body=body)
        assert response.status_code == 422
        assert "X-Road-Error" not in response


@rule("4.6 a message that is none of the protocol gets 400 and Client.…")
def _(there: There) -> None:
    faulted(there.call(X_Road_Id="x" * 200), "Client.BadRequest")
    faulted(there.call(X_Road_Represented_Party="one"), "Client.BadRequest")


@rule("4.6 a service there is not gets 500 and Server.ServerProxy.…")
def _(there: There) -> None:
    faulted(there.call("people/check"), "Server.ServerProxy.UnknownService")


@rule("4.7 messages are taken from our own security server alone")
def _(there: There) -> None:
    faulted(there.call(X_Client_Certificate_SHA256="cd" * 32), "Server.ServerProxy.AccessDenied")
    faulted(there.call(X_Client_Certificate_SHA256=""), "Server.ServerProxy.AccessDenied")
    with override_settings(SOSACH_BEHIND_TLS=False):  # anybody could have written the header
        faulted(there.call(), "Server.ServerProxy.AccessDenied")


@rule("4.7 a client nobody agreed with is refused")
def _(there: There) -> None:
    faulted(there.call(X_Road_Client="VN/GOV/LA/X"), "Server.ServerProxy.AccessDenied")


@rule("4.7 a suspended partner is refused at once")
def _(there: There) -> None:
    suspend(order("thử"), partner="thue")
    try:
        faulted(there.call(), "Server.ServerProxy.AccessDenied")
    finally:
        resume(order(), partner="thue")
    answered(there.call())


@rule("MREST 4 listMethods tells every service in the names the product uses, and no metaservice")
def _(there: There) -> None:
    told = answered(there.call("listMethods", method="GET"))["service"]
    named = {"member_class": "GOV", "member_code": "SOSACH", "object_type": "SERVICE", "subsystem_code": "REGISTERS"}
    for one in told:
        assert one.keys() == {*named, "service_code", "service_type", "xroad_instance", "endpoint_list"}
        assert named.items() <= one.items()
        assert one["service_type"] in {"OPENAPI", "REST"}
        assert all(each.keys() == {"method", "path"} for each in one["endpoint_list"])
    assert {one["service_code"] for one in told} == set(SERVICES)


@rule("MREST 4 allowedMethods tells each client what is open to it")
def _(there: There) -> None:
    def paths(client: str) -> Mapping[str, list[str]]:
        told = answered(there.call("allowedMethods", method="GET", X_Road_Client=client))["service"]
        return {one["service_code"]: [each["path"] for each in one["endpoint_list"]] for one in told}

    assert paths(TAX) == {"person": ["/attributes", "/check"], "vehicle": ["/attributes"]}
    assert paths(BANK) == {"licence": ["/check"]}


@rule("MREST 4 what is not told as allowed is refused")
def _(there: There) -> None:
    faulted(there.call(X_Road_Client=BANK), "Server.ServerProxy.AccessDenied")
    faulted(there.call("licence/attributes", X_Road_Client=BANK), "Server.ServerProxy.AccessDenied")
    faulted(there.call("person/check", method="GET"), "Server.ServerProxy.AccessDenied")
    faulted(there.call("person/other"), "Server.ServerProxy.AccessDenied")


@rule("MREST 5 getOpenAPI tells a sound description with what is open to the client")
def _(there: There) -> None:
    told = answered(there.call("getOpenAPI?serviceCode=person", method="GET"))
    assert told["openapi"].startswith("3.0.")
    assert {each["post"]["operationId"] for each in told["paths"].values()} == {"person_attributes", "person_check"}
    for each in told["paths"].values():
        takes = each["post"]["requestBody"]["content"]["application/json"]["schema"]
        asked = {"number": "1", "questions": ["is_alive"]} if "questions" in takes["properties"] else {"number": "1"}
        assert jsonschema_rs.Draft4Validator(takes).is_valid(asked)
        assert not jsonschema_rs.Draft4Validator(takes).is_valid({**asked, "more": 1})
    listed = told["paths"]["/attributes"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert listed["properties"]["attributes"]["items"]["enum"] == ["birth_date", "full_name"]
    assert answered(there.call("getOpenAPI?serviceCode=person", method="GET", X_Road_Client=BANK))["paths"] == {}


@rule("MREST 5 getOpenAPI needs the code of a service there is")
def _(there: There) -> None:
    faulted(there.call("getOpenAPI", method="GET"), "Client.BadRequest")
    faulted(there.call("getOpenAPI?serviceCode=person&serviceCode=vehicle", method="GET"), "Client.BadRequest")
    faulted(there.call("getOpenAPI?serviceCode=listMethods", method="GET"), "Server.ServerProxy.UnknownService")


@rule("MREST 4 codes of metaservices are nobody else's")
def _(there: There) -> None:
    assert not RESERVED & set(SERVICES)
    for code in RESERVED - {"listMethods", "allowedMethods", "getOpenAPI"}:
        faulted(there.call(code, method="GET"), "Server.ServerProxy.UnknownService")


@rule("4.3 user, issue and represented party are in the log; the person reads who, for whom and for which issue")
def _(there: There) -> None:
    answered(
        there.call(X_Road_UserId="VN001099000111", X_Road_Issue="MT324223", X_Road_Represented_Party="GOV/HAIQUAN")
    )
    with acting(AUDITOR):
        event = AuditEvent.objects.filter(event="exchange.confirmed").latest("pk")
    assert (event.reference, event.subject_kind) == ("MT324223", "person")
    assert event.details["user"] == "VN001099000111"
    assert event.details["represented"] == "GOV/HAIQUAN"
    seen = latest_look(int(event.subject_key))
    assert (seen.partner, seen.reference, seen.represented) == (event.actor_key, "MT324223", "GOV/HAIQUAN")


@rule(
    "a vehicle is found by its plate and told as far as was agreed, a licence by its number and asked whether it is valid"
)
def _(there: There) -> None:
    told = answered(there.call("vehicle/attributes", {"number": there.town.told["plate"]}))
    assert told == {"brand": "TOYOTA", "kind": "o_to"}
    asked = {"number": there.town.told["number"], "questions": ["licence_valid"]}
    assert answered(there.call("licence/check", asked, X_Road_Client=BANK)) == {"answers": {"licence_valid": True}}
    asked["number"] = "790123456789"
    assert answered(there.call("licence/check", asked, X_Road_Client=BANK)) == {"answers": {"licence_valid": False}}
    response = there.call("vehicle/check", {"number": "1", "questions": ["is_alive"]})
    assert response.status_code == 422 or response["X-Road-Error"] == "Server.ServerProxy.AccessDenied"


@rule("the agreement counts: what it leaves out is named as withheld, never told")
def _(there: There) -> None:
    told = answered(there.call("person/attributes", {"number": there.pins[0], "attributes": ["full_name", "hometown"]}))
    assert told == {"full_name": "Nguyễn Văn An", "hometown": {"withheld": "basic"}}
    response = there.call(body=there.question(questions=["is_adult"]))
    assert response.status_code == 403
    assert "X-Road-Error" not in response


@rule("yes and no: somebody there is not is answered as somebody it does not fit")
def _(there: There) -> None:
    asked = {"questions": ["name_matches"], "told": {"full_name": "Người Khác"}}
    bodies = [there.call(body=there.question(**asked, number=pin)).content for pin in (there.pins[0], "001099999999")]
    assert bodies == [b'{"answers": {"name_matches": false}}'] * 2


@rule("volume: a client that asked too much is told when to come again")
def _(there: There) -> None:
    volume = {"per_minute": 1, "per_day": 10, "misses_per_hour": 10}
    there.tax.agree(scopes=["xroad"], questions=["is_alive"], number="02/TT", volume=volume)
    try:
        responses = [there.call() for _ in range(3)]
    finally:
        there.tax.agree(**TERMS)
    assert responses[-1].status_code == 429
    assert int(responses[-1]["Retry-After"]) > 0


@pytest.mark.parametrize("text", TABLE.checks)
def test_xroad(text: str, there: There) -> None:
    TABLE.checks[text](there)


def test_there_are_enough_rules(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{TABLE.counted()}\n")
    assert len(TABLE.checks) >= 25
