"""OSIA's enrolment and credential interfaces as they are used, story by story; answers are held against their files."""

import base64
import hashlib
import itertools
import json
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from joserfc import jwe, jws
from joserfc.jwk import ECKey
from tests.conformance import cards_world, frame
from tests.conformance.conftest import ROLES, SCOPES, Registry
from tests.conformance.scenarios import document, fits
from tests.web.exchange.agency import EVERYTHING, agency

from sosach.domain.access.queries import acting
from sosach.domain.exchange.rules.canonical import canonical
from sosach.domain.idcards.models import Application, Attempt
from sosach.domain.idcards.states.cards import CardState

BASE = frame.BASE
_COUNT = itertools.count(1)
FIRST = {"priority": 5, "credentialProfileId": "VN-CC-2024", "requestType": "FIRST_ISSUANCE"}
JPEG = b"\xff\xd8\xff"


class Office:
    """A partner that takes applications, and what it asks."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.pins = cards_world.people(9, first=1)

    def ask(self, method: str, path: str, body: Any = None, **told: Any) -> HttpResponse:
        """Ask something below the interfaces; every request is a transaction of its own unless it names one."""
        headers = {"Authorization": f"Bearer {self.registry.token()}"} | told.pop("headers", {})
        kind = told.pop("kind", "application/json")
        query = {"transactionId": f"t-{next(_COUNT)}"} | told
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        client = Client(raise_request_exception=False)
        return client.generic(method, f"{BASE}/{path}", sent, kind, headers=headers, query_params=query)

    def enroll(self, key: str, **told: Any) -> HttpResponse:
        """Bring an enrolment."""
        return self.ask("POST", f"enrollment/v1/enrollments/{key}", told)

    def request(self, key: str, pin: str, *, attributes: Any = None, **told: Any) -> HttpResponse:
        """Request a card."""
        body = {"personId": pin, "biographicData": attributes or {}, "requestData": FIRST | told.pop("data", {})}
        return self.ask("POST", f"cms/v1/credentialRequests/{key}", body | told)

    def status(self, key: str) -> str:
        """How far a request is."""
        answer = self.ask("GET", f"cms/v1/credentialRequests/{key}").json()
        fits(document("osia", "cms.yaml"), ("components", "schemas", "CredentialRequest"), answer)
        return str(answer["status"])

    def card(self, serial: str, **told: Any) -> Any:
        """A credential."""
        answer = self.ask("GET", f"cms/v1/credentials/{serial}", **told).json()
        fits(document("osia", "cms.yaml"), ("components", "schemas", "CredentialData"), answer)
        return answer

    def applications(self, pin: str) -> list[str]:
        """States of the applications of a person, the oldest first."""
        with acting(cards_world.EVERYONE):
            return list(Application.objects.filter(person__pin=pin).order_by("pk").values_list("state", flat=True))

    def encrypted(self, plain: bytes) -> str:
        """Something encrypted to the installation."""
        (key,) = Client().get(f"{BASE}/keys").json()["keys"]
        head = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}
        return jwe.encrypt_compact(head, plain, ECKey.import_key(key), algorithms=[*head.values()])

    def hashed(self, value: Any, scope: str, *, signed: bool = False) -> dict[str, Any]:
        """A block that tells the hash of a value."""
        told = hashlib.sha256(canonical(value)).hexdigest()
        block: dict[str, Any] = {"scope": scope, "alg": "SHA256", "hash": told}
        if not signed:
            return block
        signature = jws.serialize_compact({"alg": "Ed25519"}, told, self.registry.by.private, algorithms=["Ed25519"])
        return block | {"type": "JWS", "signature": signature}


@pytest.fixture(scope="module")
def office(registry: Registry) -> Office:
    return Office(registry)


def test_an_enrolment_becomes_an_application_and_its_pictures_are_there_alone(office: Office) -> None:
    pin, key = office.pins[0], "thu-nhan-1"
    face, *others = cards_world.pictures(1)
    assert office.enroll(key, biographicData={"pin": pin, "sex": "F"}, biometricData=others).status_code == 204
    path = f"enrollment/v1/enrollments/{key}"
    portrait = base64.b64decode(face.pop("image"))
    made = office.ask("POST", f"{path}/buffer", portrait, kind="image/jpeg")
    number = made.json()["bufferId"]
    assert made.status_code == 201
    before = office.ask("GET", path).json()
    fits(document("osia", "enrollment.yaml"), ("components", "schemas", "Enrollment"), before)
    assert before["status"] == "IN_PROGRESS"
    assert not any("image" in one for one in before["biometricData"])
    face["imageRef"] = f"{before['biometricData'][0]['imageRef'].rpartition('/')[0]}/{number}"
    again = office.ask("GET", f"{path}/buffer/{number}")
    assert again.content == portrait
    assert again["Content-Type"] == "image/jpeg"
    assert again["Digest"] == f"SHA-256={base64.b64encode(hashlib.sha256(portrait).digest()).decode()}"

    assert office.ask("PUT", f"{path}/finalize").status_code == 403  # nobody said which card
    changed = {"requestData": FIRST, "biometricData": [face, *before["biometricData"]], "contextualData": {"a": 1}}
    assert office.ask("PATCH", path, changed).status_code == 204
    assert office.ask("PUT", f"{path}/finalize").status_code == 204
    assert office.applications(pin) == ["clear"]
    assert office.ask("GET", path).json()["status"] == "FINALIZED"
    assert office.ask("GET", f"{path}/buffer/{number}").status_code == 404
    for method, below in (("PUT", "/finalize"), ("PUT", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/buffer")):
        body = JPEG if below == "/buffer" else {}
        answer = office.ask(method, path + below, body, kind="image/jpeg" if below == "/buffer" else "application/json")
        assert answer.status_code == 403, (method, below)


def test_nothing_of_a_picture_is_kept_in_the_clear(office: Office) -> None:
    images = cards_world.pictures(2)[:2]
    assert office.enroll("kin-1", biographicData={"pin": office.pins[1]}, biometricData=images).status_code == 204
    with acting(office.registry.actor), connection.cursor() as cursor:
        cursor.execute("SELECT content::text, biographic::text FROM exchange_enrollment WHERE enrollment_key = 'kin-1'")
        told = "".join(cursor.fetchone())
        cursor.execute("SELECT ciphertext FROM exchange_enrollmentfile")
        kept = [bytes(row[0] or b"") for row in cursor.fetchall()]
    assert not any(one["image"][:64] in told for one in images)
    # pieces of 16 bytes of the pictures themselves: a beginning of three bytes is found in every sixth megabyte of ciphertext
    plain = [base64.b64decode(one["image"]) for one in images]
    assert len(kept) >= len(plain)
    assert not any(one[at : at + 16] in each for one in plain for at in range(0, len(one) - 16, 512) for each in kept)


def test_who_is_taken_back_leaves_nothing(office: Office) -> None:
    path = "enrollment/v1/enrollments/bo-1"
    assert office.enroll("bo-1", biometricData=cards_world.pictures(3)[:1]).status_code == 204
    assert office.ask("DELETE", path).status_code == 204
    assert office.ask("GET", path).status_code == 404


def test_the_same_transaction_is_done_once(office: Office) -> None:
    path, told = "enrollment/v1/enrollments/lap-1", {"biographicData": {"pin": office.pins[1]}}
    assert [office.ask("POST", path, told, transactionId="một").status_code for _ in range(3)] == [204] * 3
    assert office.ask("POST", path, told, transactionId="hai").status_code == 409
    buffers = [office.ask("POST", f"{path}/buffer", JPEG, kind="image/jpeg", transactionId="ba") for _ in range(2)]
    assert buffers[0].json() == buffers[1].json()
    body = {"personId": office.pins[8], "biographicData": {}, "requestData": FIRST}
    path = "cms/v1/credentialRequests/lap-r"
    assert [office.ask("POST", path, body, transactionId="bốn").status_code for _ in range(2)] == [201, 201]
    assert [office.ask("POST", f"{path}/cancel", transactionId="năm").status_code for _ in range(2)] == [204, 204]
    assert office.applications(office.pins[8]) == ["withdrawn"]


def test_a_file_that_is_not_as_its_digest_says_is_refused(office: Office) -> None:
    office.enroll("ma-1")
    path, right = "enrollment/v1/enrollments/ma-1/buffer", base64.b64encode(hashlib.sha256(JPEG).digest()).decode()
    for told, status in ((f"SHA-256={right}", 201), ("SHA-256=AAAA", 400), ("SHA=AAAA", 400), ("unixsum=7", 201)):
        assert office.ask("POST", path, JPEG, kind="image/jpeg", headers={"Digest": told}).status_code == status
    assert office.ask("POST", path, JPEG, kind="text/html").status_code == 400


def test_poor_pictures_and_pictures_of_others_are_refused(office: Office) -> None:
    pin, pictures = office.pins[1], cards_world.pictures(2)
    person = {"biographicData": {"pin": pin}, "requestData": FIRST}
    for key, items in (
        ("xau-1", [pictures[0] | {"image": base64.b64encode(b"no picture").decode()}, *pictures[1:]]),
        ("xau-2", pictures[:5]),  # fingers nobody says anything of
        ("xau-3", [*pictures, pictures[0]]),
        ("xau-4", [{"biometricType": "FACE", "imageRef": "https://example.vn/a.jpg"}, *pictures[1:]]),
        ("xau-5", [pictures[0] | {"biometricSubType": "LEFT_PROFILE"}, *pictures[1:]]),
    ):
        assert office.enroll(key, biometricData=items, **person).status_code == 204
        assert office.ask("PUT", f"enrollment/v1/enrollments/{key}/finalize").status_code in {400, 403}, key
        assert office.ask("GET", f"enrollment/v1/enrollments/{key}").json()["status"] == "IN_PROGRESS"
    assert office.applications(pin) == []


def test_somebody_who_looks_like_another_is_in_doubt(office: Office) -> None:
    pin, twin = office.pins[1:3]
    for key, who in (("doi-1", pin), ("doi-2", twin)):
        told = {"biographicData": {"pin": who}, "requestData": FIRST, "biometricData": cards_world.pictures(20)}
        answer = office.ask("POST", f"enrollment/v1/enrollments/{key}", told, finalize="true")
        assert answer.status_code == 204, answer.content
    assert [office.applications(who) for who in (pin, twin)] == [["clear"], ["doubted"]]


def test_enrolments_are_found_by_their_attributes(office: Office) -> None:
    office.enroll("tim-1", biographicData={"pin": office.pins[1], "hometown": "Nam Định"})
    wanted = [{"attributeName": "hometown", "operator": "=", "value": "Nam Định"}]
    found = office.ask("POST", "enrollment/v1/enrollments", wanted).json()
    assert [one["enrollmentId"] for one in found] == ["tim-1"]
    narrowed = office.ask("GET", "enrollment/v1/enrollments/tim-1", attributes="pin").json()
    assert narrowed["biographicData"] == {"pin": office.pins[1]}


def test_encrypted_parts_are_opened_and_hashes_and_signatures_proved(office: Office) -> None:
    plain, face = {"pin": office.pins[1], "full_name": "Lê Thị Mẫu 2"}, cards_world.pictures(4)[0]
    image = base64.b64decode(face["image"])
    told = {
        "biographicData": office.encrypted(json.dumps(plain).encode()),
        "biometricData": [face | {"image": office.encrypted(image)}],
        "encryption": {"type": "JWE", "scope": "$.biographicData $.biometricData[*].image"},
        "integrity": [office.hashed({"biographicData": plain}, "$.biographicData", signed=True)],
    }
    assert office.enroll("ma-hoa-1", **told).status_code == 204
    kept = office.ask("GET", "enrollment/v1/enrollments/ma-hoa-1").json()
    assert kept["biographicData"] == plain
    number = kept["biometricData"][0]["imageRef"].rpartition("/")[2]
    assert office.ask("GET", f"enrollment/v1/enrollments/ma-hoa-1/buffer/{number}").content == image

    other = {"biographicData": told["biographicData"][:-4] + "AAAA"}
    wrong = office.hashed({"biographicData": plain | {"pin": "0"}}, "$.biographicData")
    (block,) = told["integrity"]
    for number, change in enumerate(
        (
            other,
            {"encryption": {"type": "PKCS7", "scope": "$.biographicData"}},
            {"encryption": {"type": "JWE", "scope": "$.nothing"}},
            {"integrity": [wrong]},
            {"integrity": [block | {"alg": "MD5"}]},
            {"integrity": [block | {"signature": block["signature"][:-4] + "AAAA"}]},
            {"integrity": [block | {"scope": "$.documentData"}]},
        )
    ):
        assert office.enroll(f"ma-hoa-x{number}", **(told | change)).status_code == 400, number


def test_an_encrypted_buffer_is_opened_when_the_enrolment_is_final(office: Office) -> None:
    face, *others = cards_world.pictures(30)
    path = "enrollment/v1/enrollments/ma-hoa-2"
    office.enroll("ma-hoa-2", biographicData={"pin": office.pins[3]}, requestData=FIRST, biometricData=others)
    sealed = office.encrypted(base64.b64decode(face.pop("image"))).encode()
    number = office.ask("POST", f"{path}/buffer", sealed, kind="application/jose").json()["bufferId"]
    items = office.ask("GET", path).json()["biometricData"]
    face["imageRef"] = f"{items[0]['imageRef'].rpartition('/')[0]}/{number}"
    face["encryption"] = {"type": "JWE", "scope": "$.imageRef"}
    assert office.ask("PATCH", path, {"biometricData": [face, *items]}, finalize="true").status_code == 204
    assert office.applications(office.pins[3]) == ["clear"]


def test_a_request_is_an_application_and_can_be_cancelled(office: Office) -> None:
    pin = office.pins[4]
    assert office.request("yc-1", pin, attributes={"sex": "F"}).status_code == 201
    assert office.applications(pin) == ["awaited"]
    assert office.status("yc-1") == "PENDING"
    assert office.request("yc-1", pin).status_code == 409
    by_post = {"personId": pin, "biographicData": {"sex": "F"}, "requestData": FIRST | {"priority": 9}}
    by_post["requestData"] = FIRST | {"priority": 9, "deliveryAddress": {"address1": "Số 2", "city": "Hà Nội"}}
    assert office.ask("PUT", "cms/v1/credentialRequests/yc-1", by_post).status_code == 204
    with acting(cards_world.EVERYONE):
        row = Application.objects.get(person__pin=pin)
    assert (row.priority, row.delivery, row.address) == (9, "post", "Số 2, Hà Nội")
    other = by_post | {"biographicData": {"full_name": "Lê Thị Khác"}}
    assert office.ask("PUT", "cms/v1/credentialRequests/yc-1", other).status_code == 204
    assert office.applications(pin) == ["withdrawn", "waiting_data"]
    stranger = by_post | {"personId": office.pins[5]}
    assert office.ask("PUT", "cms/v1/credentialRequests/yc-1", stranger).status_code == 403
    assert office.ask("POST", "cms/v1/credentialRequests/yc-1/cancel").status_code == 204
    assert office.ask("POST", "cms/v1/credentialRequests/yc-1/cancel").status_code == 204
    assert office.status("yc-1") == "CANCELLED"


def test_a_request_with_pictures_needs_no_visit(office: Office) -> None:
    assert office.request("yc-2", office.pins[5], biometricData=cards_world.pictures(50)).status_code == 201
    assert office.applications(office.pins[5]) == ["clear"]
    assert "biometricData" not in office.ask("GET", "cms/v1/credentialRequests/yc-2").json()


def test_what_the_law_decides_nobody_can_ask_for(office: Office) -> None:
    for data in (
        {"validToDate": "2060-01-01T00:00:00Z"},
        {"credentialNumber": "1"},
        {"credentialProfileId": "PASSPORT"},
        {"requestType": "OTHER", "requestTypeOther": "for fun"},
        {"requestType": "RENEWAL"},  # nothing to renew
        {"deliveryOffice": "Hà Nội"},
        {"priority": 10},
    ):
        assert office.request("yc-3", office.pins[6], data=data).status_code == 403, data
    assert office.request("yc-3", office.pins[6], attributes={"shoe_size": "38"}).status_code == 403
    assert office.request("yc-3", "001099009999").status_code == 403
    told = {"biographicData": {"pin": "001099009999"}, "requestData": FIRST}
    answer = office.ask("POST", "enrollment/v1/enrollments/la-1", told, finalize="true")
    assert answer.status_code == 403
    assert b"DC01" in answer.content
    assert office.ask("GET", "enrollment/v1/enrollments/la-1").status_code == 404
    with acting(cards_world.EVERYONE):
        assert Attempt.objects.filter(pin="001099009999").count() == 2
    assert office.ask("GET", "cms/v1/credentialRequests/yc-3").status_code == 404


def test_what_differs_from_the_register_is_put_right_first(office: Office) -> None:
    assert office.request("yc-4", office.pins[6], attributes={"full_name": "Lê Thị Khác"}).status_code == 201
    assert office.applications(office.pins[6]) == ["waiting_data"]
    assert office.status("yc-4") == "PENDING"


def test_the_life_of_a_card_is_followed(office: Office) -> None:
    (serial, made) = cards_world.stock(2)
    with acting(cards_world.EVERYONE):
        person = Application.objects.get(person__pin=office.pins[6]).person_id
    cards_world.card(cards_world.person_of(office.pins[7]), serial, CardState.ACTIVE)
    cards_world.card(person, made, CardState.IN_WORK)
    path = f"cms/v1/credentials/{serial}"
    assert office.card(serial)["status"] == "ACTIVE"
    assert office.ask("GET", f"cms/v1/credentials/{made}").status_code == 404
    assert set(office.card(serial, attributes="expiryDate")) == {
        *("credentialId", "status", "personId", "credentialProfileId", "expiryDate")
    }

    def says(below: str, **body: str) -> int:
        return office.ask("POST", f"{path}/{below}", body).status_code

    assert says("suspend") == says("suspend", reason="anger: 1/QĐ") == says("suspend", reason="detention") == 400
    assert says("suspend", reason="detention: 12/QĐ-2026") == 204
    assert office.card(serial)["status"] == "SUSPENDED"
    assert says("suspend", reason="detention: 12/QĐ-2026") == 403
    assert says("unsuspend") == 204
    assert says("status", status="LOST", requester="Phòng 3") == 204
    assert office.card(serial) | {"status": "OTHER", "statusOther": "lost"} == office.card(serial)
    assert says("status", status="ACTIVE") == 204
    assert says("status", status="BROKEN") == 400
    assert office.ask("PUT", path, {"expiryDate": office.card(serial)["expiryDate"]}).status_code == 204
    assert office.ask("PUT", path, {"expiryDate": "2060-01-01T00:00:00Z"}).status_code == 403
    assert says("revoke", reason="wrongly_issued: 13/QĐ-2026") == 204
    assert office.card(serial)["status"] == "REVOKED"
    assert says("unsuspend") == 403
    assert office.ask("POST", "cms/v1/credentials/XX1/revoke", {"reason": "altered: 1"}).status_code == 404


def test_cards_are_found_by_whose_they_are(office: Office) -> None:
    def found(*conditions: tuple[str, str, str]) -> HttpResponse:
        told = [{"attributeName": name, "operator": how, "value": value} for name, how, value in conditions]
        return office.ask("POST", "cms/v1/credentials", told)

    pin = office.pins[7]
    assert [one["personId"] for one in found(("personId", "=", pin)).json()] == [pin]
    assert found(("personId", "=", pin), ("status", "=", "NEW")).json() == []
    assert found(("personId", "=", pin), ("expiryDate", ">", "2030")).json() != []
    for conditions in ((), (("status", "=", "ACTIVE"),), (("personId", "!=", pin),)):
        assert found(*conditions).status_code == 403
    profiles = office.ask("POST", "cms/v1/credentialProfiles", [], attributes="name").json()
    assert profiles
    assert {name for one in profiles for name in one} == {"name"}


def test_another_partner_sees_nothing_of_it(office: Office) -> None:
    office.enroll("rieng-1", biographicData={"pin": office.pins[1]})
    number = office.ask("POST", "enrollment/v1/enrollments/rieng-1/buffer", JPEG, kind="image/jpeg").json()["bufferId"]
    other = agency("osia-2", scopes=list(SCOPES), attributes=EVERYTHING, roles=ROLES)
    headers = {"Authorization": f"Bearer {other.token(scope=' '.join(SCOPES))}"}
    for method, path in (
        ("GET", "enrollment/v1/enrollments/rieng-1"),
        ("DELETE", "enrollment/v1/enrollments/rieng-1"),
        ("PUT", "enrollment/v1/enrollments/rieng-1/finalize"),
        ("GET", f"enrollment/v1/enrollments/rieng-1/buffer/{number}"),
        ("GET", "cms/v1/credentialRequests/yc-1"),
        ("POST", "cms/v1/credentialRequests/yc-1/cancel"),
    ):
        assert office.ask(method, path, headers=headers).status_code == 404, path
    assert office.ask("POST", "enrollment/v1/enrollments", [], headers=headers).json() == []


def test_who_was_not_lent_the_procedure_cannot_carry_it_out(office: Office) -> None:
    other = agency("osia-3", scopes=list(SCOPES), attributes=EVERYTHING)
    headers = {"Authorization": f"Bearer {other.token(scope=' '.join(SCOPES))}"}
    body = {"personId": office.pins[1], "biographicData": {}, "requestData": FIRST}
    assert office.ask("POST", "cms/v1/credentialRequests/x-1", body, headers=headers).status_code == 403
    told = {"biographicData": {"pin": office.pins[1]}, "requestData": FIRST}
    assert office.ask("POST", "enrollment/v1/enrollments/x-1", told, headers=headers).status_code == 204
    assert office.ask("PUT", "enrollment/v1/enrollments/x-1/finalize", headers=headers).status_code == 403
    found = [{"attributeName": "personId", "operator": "=", "value": office.pins[7]}]
    assert office.ask("POST", "cms/v1/credentials", found, headers=headers).status_code == 403
