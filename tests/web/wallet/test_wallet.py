"""Digital credentials from the citizen's page into a wallet: by a wallet of others, and request by request what is refused."""

import base64
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.http import HttpResponse
from django.test import Client
from tests.chip.twins.people import wallet
from tests.domain.idcards.holding import HolderOfCard
from tests.domain.idcards.works import TODAY
from tests.domain.licences.world import licensed
from tests.domain.licences.world import order as licence_order
from tests.judges.node import spoken_with
from tests.web.portal.people import as_person, seen, token
from tests.web.wallet.conftest import NOW

from sosach.chip.twins.holder import encoded
from sosach.domain.licences.operations.sanctions import suspend

MINE = "/cong-dan/giay-to-dien-tu/"
BASE = "/exchange/wallet/"
ISSUER = "http://127.0.0.1:8000"
GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
NAMES = ("identity-mdoc", "identity-sd-jwt")


def offered(client: Client, **what: str) -> tuple[str, str]:
    """Make an offer on the page; its link and its digits."""
    told = {"loai": "identity", **what, "_once": token(seen(client, MINE))}
    sent = client.post(f"{MINE}nhan/", told)
    page = seen(client, sent.headers["Location"])
    link = re.search(r'href="(openid-credential-offer:[^"]+)"', page)
    digits = re.search(r"<b>(\d{6})</b>", page)
    assert link, page
    assert digits, page
    return link[1].replace("&amp;", "&"), digits[1]


def code_of(link: str, names: tuple[str, ...] = NAMES) -> str:
    told = json.loads(parse_qs(urlsplit(link).query)["credential_offer"][0])
    assert tuple(told["credential_configuration_ids"]) == names
    return str(told["grants"][GRANT]["pre-authorized_code"])


class Phone:
    """A wallet that can be told to do wrong."""

    def __init__(self) -> None:
        self.client = Client(SERVER_NAME="localhost")
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.bearer = ""

    @property
    def jwk(self) -> dict[str, str]:
        public = self.key.public_key().public_numbers()
        x, y = (encoded(each.to_bytes(32, "big")) for each in (public.x, public.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def token(self, **form: str) -> HttpResponse:
        response = self.client.post(f"{BASE}token", {"grant_type": GRANT, **form})
        if response.status_code == 200:
            self.bearer = response.json()["access_token"]
        return response

    def nonce(self) -> str:
        return str(self.client.post(f"{BASE}nonce").json()["c_nonce"])

    def proof(self, head: dict[str, Any] | None = None, **claims: Any) -> str:
        header = {"alg": "ES256", "typ": "openid4vci-proof+jwt", "jwk": self.jwk} | (head or {})
        told = {"aud": ISSUER, "iat": int(NOW.timestamp()), "nonce": self.nonce()} | claims
        signed = ".".join(encoded(json.dumps(each).encode()) for each in (header, told))
        r, s = decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def post(self, name: str, body: Any, *, bearer: str | None = None) -> HttpResponse:
        headers = {"Authorization": f"Bearer {self.bearer if bearer is None else bearer}"}
        content = body if isinstance(body, str) else json.dumps(body)
        return self.client.post(BASE + name, content, content_type="application/json", headers=headers)

    def credential(self, *proofs: str, name: str = NAMES[0], **more: Any) -> HttpResponse:
        return self.post("credential", {"credential_configuration_id": name, "proofs": {"jwt": list(proofs)}, **more})


@pytest.fixture
def phone(holder: HolderOfCard) -> Phone:
    """A wallet that has redeemed an offer."""
    made = Phone()
    link, digits = offered(as_person(holder.person.pin or ""))
    assert made.token(**{"pre-authorized_code": code_of(link), "tx_code": digits}).status_code == 200
    return made


def error(response: HttpResponse, status: int = 400) -> str:
    assert response.status_code == status, response.content
    return str(response.json()["error"])


def test_a_wallet_of_others_takes_both_formats(holder: HolderOfCard) -> None:
    client = as_person(holder.person.pin or "")
    link, digits = offered(client)
    machine = Client(SERVER_NAME="localhost")

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        path = asked["url"].removeprefix(ISSUER)
        headers = {name: value for name, value in asked["headers"].items() if name != "content-type"}
        kind = asked["headers"].get("content-type", "application/json").partition(";")[0]
        got = machine.generic(asked["method"], path, asked["body"], content_type=kind, headers=headers)
        return {"status": got.status_code, "headers": dict(got.headers), "body": got.content.decode()}

    told = {"link": link, "digits": digits, "copies": 2, "now": int(NOW.timestamp())}
    came = spoken_with("wallet.mjs", told, answer)
    assert "done" in came, came
    mdoc, sd_jwt = came["done"]
    assert (mdoc["configuration"], sd_jwt["configuration"]) == NAMES
    assert len(set(mdoc["credentials"])) == len(set(sd_jwt["credentials"])) == 2
    document = cbor2.loads(base64.urlsafe_b64decode(mdoc["credentials"][0] + "=="))
    assert set(document["nameSpaces"]) == {"org.iso.23220.1", "org.iso.23220.photoID.1"}
    bound = json.loads(base64.urlsafe_b64decode(sd_jwt["credentials"][0].split(".")[1] + "=="))["cnf"]["jwk"]
    assert bound["x"] == sd_jwt["keys"][0]["x"]
    page = seen(client, MINE)
    assert page.count("Hủy bản này") == 4
    assert "Ví chưa báo đã nhận" not in page


def test_a_code_serves_once_and_only_with_its_digits(holder: HolderOfCard) -> None:
    link, digits = offered(as_person(holder.person.pin or ""))
    phone, code = Phone(), code_of(link)
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    assert error(phone.token(**{"pre-authorized_code": code, "tx_code": wrong})) == "invalid_grant"
    assert error(phone.token(**{"pre-authorized_code": code})) == "invalid_request"
    other = code[:-1] + ("1" if code.endswith("0") else "0")
    assert error(phone.token(**{"pre-authorized_code": other, "tx_code": digits})) == "invalid_grant"
    assert error(phone.token(grant_type="password")) == "unsupported_grant_type"
    assert phone.token(**{"pre-authorized_code": code, "tx_code": digits}).status_code == 200
    assert error(phone.token(**{"pre-authorized_code": code, "tx_code": digits})) == "invalid_grant"


def test_proofs_have_to_be_made_for_us_now_by_their_key(phone: Phone) -> None:
    stale = int(NOW.timestamp()) - 301
    wrong = {
        "another audience": phone.proof(aud="https://elsewhere.example"),
        "stale": phone.proof(iat=stale),
        "not typed": phone.proof({"typ": "JWT"}),
        "no key": phone.proof({"jwk": None}),
        "key by name": phone.proof({"kid": "did:example:1"}),
        "another key": phone.proof({"jwk": wallet().key.jwk()}),
        "private": phone.proof({"jwk": phone.jwk | {"d": "AA"}}),
        "no algorithm": phone.proof({"alg": "none"}),
        "altered": phone.proof()[:-4] + "AAAA",
        "no JWT": "a.b",
    }
    for what, proof in wrong.items():
        assert (what, error(phone.credential(proof))) == (what, "invalid_proof")
    assert error(phone.credential(phone.proof(nonce="made-up"))) == "invalid_nonce"
    good = phone.proof()
    assert error(phone.credential(good, good)) == "invalid_proof"
    assert error(phone.credential()) == "invalid_proof"
    assert phone.credential(good).status_code == 200
    for name in NAMES:  # nobody is given anything again for what was overheard
        assert error(phone.credential(good, name=name)) == "invalid_nonce"
    assert phone.credential(phone.proof(), name=NAMES[1]).status_code == 200


def test_requests_that_ask_for_something_else_are_refused(phone: Phone) -> None:
    proof = phone.proof()
    assert error(phone.credential(proof, name="nothing")) == "unknown_credential_configuration"
    assert error(phone.credential(proof, name="driving-licence-mdoc")) == "invalid_credential_request"
    assert error(phone.credential(proof, credential_identifier="x")) == "unknown_credential_identifier"
    assert error(phone.credential(proof, credential_response_encryption={})) == "invalid_encryption_parameters"
    assert error(phone.credential(proof, more=1)) == "invalid_credential_request"
    assert error(phone.post("credential", "no json")) == "invalid_credential_request"
    assert error(phone.post("credential", [])) == "invalid_credential_request"
    response = phone.post("credential", {}, bearer="nobody")
    assert (error(response, 401), response.headers["WWW-Authenticate"]) == (
        "invalid_token",
        'Bearer error="invalid_token"',
    )
    assert phone.client.get(f"{BASE}credential").status_code == 405


def test_the_wallet_tells_what_became_of_it_and_the_list_follows(phone: Phone, holder: HolderOfCard) -> None:
    given = phone.credential(phone.proof()).json()
    assert set(given) == {"credentials", "notification_id"}
    notice = given["notification_id"]
    assert phone.post("notification", {"notification_id": notice, "event": "credential_accepted"}).status_code == 204
    for body in (
        {"notification_id": notice, "event": "eaten"},
        {"notification_id": "?", "event": "credential_deleted"},
    ):
        assert error(phone.post("notification", body)).startswith("invalid_notification")
    foreign = {"notification_id": str(uuid4()), "event": "credential_deleted"}
    assert error(phone.post("notification", foreign)) == "credential_request_denied"
    document = cbor2.loads(base64.urlsafe_b64decode(given["credentials"][0]["credential"] + "=="))
    named = cbor2.loads(cbor2.loads(document["issuerAuth"][2]).value)["status"]["status_list"]
    response = phone.client.get(named["uri"].removeprefix(ISSUER))
    assert response.headers["Content-Type"] == "application/statuslist+jwt"
    assert "max-age" in response.headers["Cache-Control"]
    told = json.loads(base64.urlsafe_b64decode(response.content.decode().split(".")[1] + "=="))
    assert told["sub"] == named["uri"]
    assert error(phone.client.get(f"{BASE}status/7"), 404) == "not_found"
    assert holder.person.pin not in response.content.decode()


def test_a_licence_is_taken_and_suspended_with_its_classes(holder: HolderOfCard) -> None:
    licence = licensed(holder.person, "A1", "B", day=TODAY)
    client, phone = as_person(holder.person.pin or ""), Phone()
    assert "hạng A1, B" in seen(client, MINE)
    link, digits = offered(client, loai="licence", gplx=str(licence.pk))
    code = code_of(link, ("driving-licence-mdoc", "driving-licence-sd-jwt"))
    assert phone.token(**{"pre-authorized_code": code, "tx_code": digits}).status_code == 200
    given = phone.credential(phone.proof(), name="driving-licence-mdoc").json()
    document = cbor2.loads(base64.urlsafe_b64decode(given["credentials"][0]["credential"] + "=="))
    items = [cbor2.loads(each.value) for each in document["nameSpaces"]["org.iso.18013.5.1"]]
    told = {each["elementIdentifier"]: each["elementValue"] for each in items}
    assert [each["vehicle_category_code"] for each in told["driving_privileges"]] == ["A1", "B"]
    assert told["document_number"] == licence.licence_number
    assert "Có hiệu lực" in seen(client, MINE)
    suspend(licence_order(TODAY), licence_id=licence.pk, until=TODAY + timedelta(days=60))
    assert "Tạm ngừng" in seen(client, MINE)


def test_metadata_say_where_everything_is() -> None:
    client = Client(SERVER_NAME="localhost")
    issuer = client.get("/.well-known/openid-credential-issuer").json()
    server = client.get("/.well-known/oauth-authorization-server").json()
    assert issuer["credential_issuer"] == server["issuer"] == ISSUER
    assert set(issuer["credential_configurations_supported"]) == {
        *NAMES,
        "driving-licence-mdoc",
        "driving-licence-sd-jwt",
    }
    for one in issuer["credential_configurations_supported"].values():
        assert one["credential_metadata"]["claims"]
    assert server["token_endpoint"] == f"{ISSUER}{BASE}token"


def test_no_page_or_answer_holds_codes_for_others(holder: HolderOfCard) -> None:
    client = as_person(holder.person.pin or "")
    sent = client.post(f"{MINE}nhan/", {"loai": "identity", "_once": token(seen(client, MINE))})
    stranger = Client(SERVER_NAME="localhost")
    assert stranger.get(sent.headers["Location"]).status_code == 302
    link, digits = code_of(offered(client)[0]), offered(client)[1]
    assert link
    assert digits not in seen(client, MINE)
    assert "Mã này không còn dùng được" in seen(client, sent.headers["Location"])
