"""Civil status over HTTP: batches, single messages, refusals of one or of all, signatures, rights."""

import hashlib
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings
from tests.domain.population.people import BA_DINH
from tests.web.exchange.agency import Agency, agency

from sosach.domain.exchange.rules.civil import LARGEST_BATCH, answer_text

pytestmark = pytest.mark.usefixtures("db")
URL = "/exchange/civil/messages"
SCOPE = "civil-status.write"
BIRTH = {"kind": "birth", "full_name": "LÊ VĂN AN", "birth_date": "1990-05-06", "sex": "M"}


@pytest.fixture
def justice() -> Agency:
    return agency("tu-phap", scopes=[SCOPE], purposes=["civil-status"], roles=["civil_status"])


def told(message_id: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"message_id": message_id, "commune_code": BA_DINH, "content": content, **more}


def call(who: Agency, body: Any = None, *, url: str = URL, lang: str = "en", **claims: Any) -> HttpResponse:
    client = Client(raise_request_exception=False)
    headers = who.headers(**({"scope": SCOPE} | claims)) | {"Accept-Language": lang}
    if body is None:
        return client.get(url, headers=headers)
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(url, text, content_type="application/json", headers=headers)


def test_a_batch_is_answered_message_by_message(justice: Agency) -> None:
    death = {"kind": "death", "person": {"birth": "b-1"}, "died_on": "2026-11-01"}
    batch = {"messages": [told("b-1", BIRTH), told("d-1", death), told("?", BIRTH), told("b-1", BIRTH)]}
    answers = call(justice, batch).json()["answers"]
    assert [answer["state"] for answer in answers] == ["applied", "applied", "refused", "applied"]
    assert len(answers[0]["pin"]) == 12
    assert answers[3] == answers[0] | {"repeated": True}
    assert answers[2]["code"] == "REQUEST-01"
    assert "message_id" in answers[2]["en"]


def test_a_single_message_is_a_batch_of_one(justice: Agency) -> None:
    answer = call(justice, told("b-1", BIRTH)).json()["answers"][0]
    assert (answer["state"], answer["repeated"]) == ("applied", False)


def test_what_waits_is_seen_and_told_when_it_is_taken_up(justice: Agency) -> None:
    death = {"kind": "death", "person": {"birth": "b-1"}, "died_on": "2026-11-01"}
    assert call(justice, told("d-1", death)).json()["answers"][0]["waits_for"] == ["b-1"]
    listed = call(justice, url=f"{URL}?state=waiting").json()["messages"]
    assert [(one["message_id"], one["waits_for"]) for one in listed] == [("d-1", ["b-1"])]
    assert call(justice, url=f"{URL}/d-1").json()["state"] == "waiting"
    assert call(justice, told("b-1", BIRTH)).json()["taken_up"][0]["message_id"] == "d-1"
    assert call(justice, url=f"{URL}/d-1").json()["state"] == "applied"
    assert call(justice, url=f"{URL}/d-2").status_code == 404


def test_a_refusal_names_places_and_never_values(justice: Agency) -> None:
    wrong = BIRTH | {"sex": "LÊ VĂN BÍ MẬT", "birth_date": "Bí mật"}
    response = call(justice, told("b-1", wrong))
    assert "content.birth.sex" in response.json()["answers"][0]["en"]
    assert "MẬT" not in response.content.decode().upper()


def test_an_answer_is_signed_for_this_sender_and_this_question(justice: Agency) -> None:
    body = json.dumps(told("b-1", BIRTH))
    response = call(justice, body)
    public = Client().get("/exchange/civil/keys").json()["keys"]
    signature = bytes.fromhex(response["X-Sosach-Signature"].split()[1])
    asked = hashlib.sha256(f"POST {URL}\n".encode() + body.encode()).hexdigest()
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public[-1]))
    key.verify(signature, answer_text("tu-phap", asked, response.content))
    for other in (answer_text("toa-an", asked, response.content), answer_text("tu-phap", asked, b"{}")):
        with pytest.raises(InvalidSignature):
            key.verify(signature, other)


@pytest.mark.parametrize(
    "body",
    ["", "[]", "7", "{", "[" * 100_000, '{"messages": []}', '{"messages": {}}', json.dumps({"messages": [{}] * 501})],
)
def test_what_is_no_batch_is_refused_whole(justice: Agency, body: str) -> None:
    response = call(justice, body)
    assert response.status_code == 400
    assert "X-Sosach-Signature" not in response


def test_a_full_batch_is_taken(justice: Agency) -> None:
    answers = call(justice, {"messages": [{}] * LARGEST_BATCH}).json()["answers"]
    assert len(answers) == LARGEST_BATCH
    assert {answer["code"] for answer in answers} == {"REQUEST-01"}


def test_letters_that_are_none_are_refused(justice: Agency) -> None:
    for name in ("A\ud800", "A\x00", "A\n"):
        body = json.dumps(told("b-1", BIRTH | {"full_name": name}))
        assert call(justice, body).json()["answers"][0]["state"] == "refused"


def test_only_whom_the_agreement_lets_register_civil_status() -> None:
    reading = agency("thue", scopes=["registers"], purposes=["civil-status"], roles=["civil_status"])
    assert call(reading, told("b-1", BIRTH)).status_code == 403
    assert call(reading, told("b-1", BIRTH), scope="registers").status_code == 403
    asking = agency("y-te", scopes=[SCOPE], purposes=["civil-status"])
    assert call(asking, told("b-1", BIRTH)).status_code == 403
    other = agency("toa-an", scopes=[SCOPE], purposes=["agency-task"], roles=["civil_status"])
    assert call(other, told("b-1", BIRTH)).status_code == 403
    assert Client().post(URL, "{}", content_type="application/json").status_code == 401


def test_senders_see_their_own_messages_only(justice: Agency) -> None:
    court = agency("toa-an", scopes=[SCOPE], purposes=["civil-status"], roles=["civil_status"])
    call(justice, told("b-1", BIRTH))
    assert call(court, url=f"{URL}/b-1").status_code == 404
    assert not call(court, url=URL).json()["messages"]


def test_numbers_that_lead_nowhere_are_charged() -> None:
    poor = agency(
        "tu-phap",
        scopes=[SCOPE],
        purposes=["civil-status"],
        roles=["civil_status"],
        volume={"per_minute": 100, "per_day": 1000, "misses_per_hour": 3},
    )
    death = {"kind": "death", "person": {"pin": "001326999999"}, "died_on": "2026-11-01"}
    seen = [call(poor, told(f"d-{number}", death)) for number in range(6)]
    assert [response.status_code for response in seen][-1] == 429
    assert int(seen[-1]["Retry-After"]) > 0


@override_settings(SOSACH_PROVINCE="38")
def test_a_province_takes_what_is_its_own(justice: Agency) -> None:
    assert settings.SOSACH_PROVINCE == "38"
    assert call(justice, told("b-1", BIRTH)).json()["answers"][0]["code"] == "STATE-01"
