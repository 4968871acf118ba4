"""What a partner files: created, read, named the reference, moved, merged, removed; nothing is lost and nothing is the register's."""

import json
from typing import Any

import pytest
from tests.web.exchange.osia.asking import SYSTEM, asking, people

from sosach.domain.access.queries import acting
from sosach.domain.audit.models import AuditEvent
from sosach.domain.exchange.models import FiledIdentity, FiledPerson
from sosach.domain.population.models import Person
from sosach.domain.provenance.models import JournalEntry, Proposal

pytestmark = pytest.mark.usefixtures("db")
PERSON = {"status": "ACTIVE", "physicalStatus": "ALIVE"}
CIVIL: dict[str, Any] = {
    "identityType": "CIVIL",
    "status": "CLAIMED",
    "galleries": ["G1", "G2"],
    "clientData": "c29zYWNo",
    "contextualData": {"enrollmentDate": "2026-11-01"},
    "biographicData": {"full_name": "Nguyễn Văn An", "age": 30, "married": True},
    "documentData": [{"documentType": "FORM", "parts": [{"pages": [1, 2], "data": "x", "mimeType": "text/plain"}]}],
}


def said(answer: dict[str, Any]) -> dict[str, Any]:
    """An identity as it was sent."""
    return {name: value for name, value in answer.items() if name not in {"identityId", "createdDate", "updatedDate"}}


def test_what_is_filed_is_read_back_changed_and_removed() -> None:
    ask = asking()
    assert ask("POST", "pr/v1/persons/a", PERSON).status_code == 201
    assert ask("POST", "pr/v1/persons/a", PERSON).status_code == 409
    assert ask("GET", "pr/v1/persons/a").json() == {"personId": "a", **PERSON}
    assert ask("PUT", "pr/v1/persons/a", PERSON | {"physicalStatus": "DEAD"}).status_code == 204
    assert ask("GET", "pr/v1/persons/a").json()["physicalStatus"] == "DEAD"
    assert ask("POST", "pr/v1/persons/a/identities/1", CIVIL).status_code == 201
    assert ask("POST", "pr/v1/persons/a/identities/1", CIVIL).status_code == 409
    made = ask("POST", "pr/v1/persons/a/identities", {"identityType": "X", "status": "VALID"}).json()["identityId"]
    assert said(ask("GET", "pr/v1/persons/a/identities/1").json()) == CIVIL
    assert [each["identityId"] for each in ask("GET", "pr/v1/persons/a/identities").json()] == ["1", made]
    patch = {"galleries": ["G3"], "biographicData": {"age": None, "nationality": "VNM"}}
    assert ask("PATCH", "pr/v1/persons/a/identities/1", patch).status_code == 204
    kept = CIVIL | {"galleries": ["G3"]}
    kept["biographicData"] = {"full_name": "Nguyễn Văn An", "married": True, "nationality": "VNM"}
    assert said(ask("GET", "pr/v1/persons/a/identities/1").json()) == kept
    assert ask("PATCH", "pr/v1/persons/a/identities/1", {"status": None}).status_code == 400
    assert said(ask("GET", "pr/v1/persons/a/identities/1").json()) == kept
    assert ask("PUT", "pr/v1/persons/a/identities/1/status?status=REVOKED").status_code == 204
    assert ask("PUT", "pr/v1/persons/a/identities/1/status?status=GONE").status_code == 400
    assert ask("GET", "pr/v1/persons/a/identities/1").json()["status"] == "REVOKED"
    assert ask("DELETE", f"pr/v1/persons/a/identities/{made}").status_code == 204
    assert ask("DELETE", "pr/v1/persons/a").status_code == 204
    assert ask("GET", "pr/v1/persons/a").status_code == ask("GET", "pr/v1/persons/a/identities").status_code == 404


def test_identities_move_and_merge_and_none_is_lost_or_doubled() -> None:
    ask = asking()
    for person, identities in {"a": "12", "b": "23", "c": "4"}.items():
        assert ask("POST", f"pr/v1/persons/{person}", PERSON).status_code == 201
        for identity in identities:
            body = CIVIL | {"biographicData": {"from": person + identity}}
            assert ask("POST", f"pr/v1/persons/{person}/identities/{identity}", body).status_code == 201

    def held() -> dict[str, list[str]]:
        return {
            person: [each["biographicData"]["from"] for each in ask("GET", f"pr/v1/persons/{person}/identities").json()]
            for person in "abc"
            if ask("GET", f"pr/v1/persons/{person}").status_code == 200
        }

    assert ask("PUT", "pr/v1/persons/a/identities/1/reference").status_code == 204
    assert ask("GET", "pr/v1/persons/a/reference").json()["identityId"] == "1"
    assert ask("POST", "pr/v1/persons/a/merge/b").status_code == 409
    assert held() == {"a": ["a1", "a2"], "b": ["b2", "b3"], "c": ["c4"]}
    assert ask("POST", "pr/v1/persons/b/move/a/identities/2").status_code == 409
    assert ask("POST", "pr/v1/persons/c/move/b/identities/2").status_code == 204
    assert held() == {"a": ["a1", "a2"], "b": ["b3"], "c": ["b2", "c4"]}
    assert ask("POST", "pr/v1/persons/b/move/a/identities/1").status_code == 204
    assert ask("GET", "pr/v1/persons/a/reference").status_code == 404, "a reference that moved is nobody's"
    assert ask("PUT", "pr/v1/persons/b/identities/3/reference").status_code == 204
    assert ask("POST", "pr/v1/persons/a/merge/b").status_code == 204
    assert held() == {"a": ["a1", "a2", "b3"], "c": ["b2", "c4"]}
    assert ask("GET", "pr/v1/persons/a/reference").json()["identityId"] == "3", "it came along: there was no other"
    assert ask("POST", "pr/v1/persons/a/merge/a").status_code == 409
    assert ask("POST", "pr/v1/persons/a/merge/nobody").status_code == 404
    assert FiledIdentity.objects.count() == 0, "nobody but the partner reads it"
    with acting(ask.actor()):
        assert (FiledPerson.objects.count(), FiledIdentity.objects.count()) == (2, 5)


def test_what_one_partner_files_another_neither_sees_nor_touches() -> None:
    mine, other = asking(), asking()
    assert mine("POST", "pr/v1/persons/a", PERSON).status_code == 201
    assert mine("POST", "pr/v1/persons/a/identities/1", CIVIL).status_code == 201
    assert other("GET", "pr/v1/persons/a").status_code == other("DELETE", "pr/v1/persons/a").status_code == 404
    assert other("POST", "pr/v1/persons", []).json() == other("GET", "pr/v1/galleries").json() == []
    assert other("POST", "pr/v1/persons/a", PERSON).status_code == 201
    assert other("GET", "pr/v1/persons/a/identities").json() == []
    assert other("POST", "pr/v1/persons/b/identities/1", CIVIL).status_code == 403, "nobody is filed there"


def test_persons_are_found_by_conditions_and_galleries_tell_who_is_in_them() -> None:
    ask = asking()
    for person, age, born in (("a", 30, "1996-01-01"), ("b", 40, "1986-01-01"), ("c", "40", "1980")):
        assert ask("POST", f"pr/v1/persons/{person}", PERSON).status_code == 201
        body = CIVIL | {"galleries": [person, "all"], "biographicData": {"age": age, "birth_date": born}}
        assert ask("POST", f"pr/v1/persons/{person}/identities/1", body).status_code == 201

    def found(query: str, *conditions: tuple[str, str, Any]) -> str:
        body = [dict(zip(("attributeName", "operator", "value"), each, strict=True)) for each in conditions]
        return "".join(each["personId"] for each in ask("POST", f"pr/v1/persons{query}", body).json())

    assert found("", ("age", ">", "30")) == "bc", "a number as a number, a text as a text"
    assert found("", ("age", ">=", "30")) == "abc"
    assert found("", ("age", "!=", "30")) == "bc"
    assert found("", ("age", "=", 40.5)) == "", "a number is no text"
    assert found("", ("birth_date", "<", "1985-01-01"), ("age", "=", "40")) == "c"
    assert found("", ("there", "=", "x")) == ""
    assert found("?limit=1&offset=1") == "b"
    assert found("?gallery=a") == "a"
    assert found("?reference=true") == ""
    assert ask("PUT", "pr/v1/persons/b/identities/1/reference").status_code == 204
    assert ask("POST", "pr/v1/persons?reference=true&group=true", []).json() == [{"personId": "b"}]
    assert ask("GET", "pr/v1/galleries").json() == ["a", "all", "b", "c"]
    assert ask("GET", "pr/v1/galleries/all?limit=2").json() == [
        {"personId": "a", "identityId": "1"},
        {"personId": "b", "identityId": "1"},
    ]
    assert len(ask("GET", "pr/v1/galleries/ALL").json()) == 3
    assert ask("GET", "pr/v1/galleries/none").status_code == 404
    listed = ask("GET", "pr/v1/galleries/b", Accept="text/csv")
    assert (listed["Content-Type"], listed.content) == ("text/csv; charset=utf-8", b"personId,identityId\r\nb,1\r\n")


def test_what_a_reference_says_otherwise_becomes_a_proposal_and_changes_nothing() -> None:
    ask, (known,) = asking(), people("Nguyễn Văn An")
    assert ask("POST", "pr/v1/persons/a", PERSON).status_code == 201
    claim = {"pin": known.pin, "full_name": "Nguyễn Văn Ân", "hometown": "Nam Định", "sex": "X", "shoe": "43"}
    assert ask("POST", "pr/v1/persons/a/identities/1", CIVIL | {"biographicData": claim}).status_code == 201
    with acting(SYSTEM):
        assert not Proposal.objects.exists(), "only the identity that counts is compared"
        entries = JournalEntry.objects.count()
    assert ask("PUT", "pr/v1/persons/a/identities/1/reference").status_code == 204
    assert ask("PUT", "pr/v1/persons/a/identities/1/reference").status_code == 204, "and proposes it once"
    with acting(SYSTEM):
        (proposal,) = Proposal.objects.all()
        assert (proposal.subject_id, proposal.column, proposal.value) == (known.person_id, "full_name", "Nguyễn Văn Ân")
        assert (proposal.actor_kind, proposal.actor_key, proposal.state) == ("partner", ask.actor().key, "open")
        assert Person.objects.get(pk=known.person_id).full_name == "Nguyễn Văn An"
        assert JournalEntry.objects.count() == entries
    with acting(ask.actor()):
        assert FiledPerson.objects.get().person_id == known.person_id
        told = AuditEvent.objects.filter(event="exchange.reference_set", subject_kind="person").first()
    assert told is not None
    assert told.details["proposals"] == 1
    assert told.details["unfit"] == 1, "a sex there is not"
    assert ask("PATCH", "pr/v1/persons/a/identities/1", {"biographicData": {"hometown": "Huế"}}).status_code == 204
    assert ask("PATCH", "pr/v1/persons/a/identities/1", {"biographicData": {"pin": "001099999999"}}).status_code == 204
    with acting(SYSTEM):
        assert sorted(Proposal.objects.values_list("column", flat=True)) == ["full_name", "hometown"]
    with acting(ask.actor()):
        assert FiledPerson.objects.get().person_id is None


def test_biometric_data_are_not_taken_and_errors_say_nothing_back() -> None:
    ask = asking()
    assert ask("POST", "pr/v1/persons/a", PERSON).status_code == 201
    face = CIVIL | {"biometricData": [{"biometricType": "FACE", "image": "eA=="}]}
    assert ask("POST", "pr/v1/persons/a/identities/1", face).status_code == 403
    wrong = ask("POST", "pr/v1/persons/a/identities/1", CIVIL | {"Lê Thị Bí Mật": 1, "status": "Trần Kín"})
    assert wrong.status_code == 400
    assert set(wrong.json()) == {"code", "message"}
    assert "Bí Mật" not in wrong.content.decode()
    assert "Kín" not in wrong.content.decode()
    assert "status" in wrong.json()["message"]
    assert ask("POST", "pr/v1/persons/b?transactionId=").status_code == 201, "without a body: in use and alive"
    missing = ask.client.get("/exchange/osia/pr/v1/persons/b", headers=ask.by.headers(scope="pr.person.read"))
    assert missing.status_code == 400
    other = ask("TRACE", "pr/v1/persons/b")
    assert (other.status_code, other["Allow"]) == (405, "DELETE, GET, POST, PUT")


def test_a_defect_of_ours_is_told_in_the_standards_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = asking()

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("Nguyễn Văn An")

    monkeypatch.setattr("sosach.domain.exchange.operations.identities.file_person", broken)
    answer = ask("POST", "pr/v1/persons/a", PERSON)
    assert (answer.status_code, answer.json()["code"]) == (500, 1034)
    assert "An" not in answer.json()["message"]


@pytest.mark.parametrize("text", ["\x00", "\ud800", "1e999"])
def test_what_the_database_cannot_hold_is_a_bad_request_and_no_defect(text: str) -> None:
    ask = asking()
    assert ask("POST", "pr/v1/persons/a", PERSON).status_code == 201
    body = json.dumps(CIVIL | {"biographicData": {"text": text}}).replace('"1e999"', "1e999")
    told = ask.by.headers(scope="pr.identity.write pr.person.read")
    address = "/exchange/osia/pr/v1/persons/a/identities/1?transactionId=t"
    assert ask.client.generic("POST", address, body, "application/json", headers=told).status_code == 400
    for place in ("v1/persons/%00?transactionId=t", "v1/persons/a?transactionId=%00"):
        assert ask("GET", f"pr/{place}").status_code == 400
    condition = [{"attributeName": text, "operator": "=", "value": "x"}]
    assert ask("POST", "pr/v1/persons", condition).status_code == (400 if text != "1e999" else 200)


def test_the_transaction_stands_in_the_log() -> None:
    ask = asking()
    assert ask("POST", "pr/v1/persons/a?transactionId=ho-so-7", PERSON).status_code == 201
    with acting(ask.actor()):
        assert AuditEvent.objects.get(event="exchange.person_filed").reference == "ho-so-7"


@pytest.mark.parametrize("body", ["{}", '""', "0", "false", "null"])
def test_a_body_of_another_kind_is_none_however_empty(body: str) -> None:
    ask = asking()
    headers = ask.by.headers(scope="pr.person.read pr.person.write")
    for method, place in (("POST", "v1/persons"), ("PUT", "v1/persons/a"), ("POST", "v1/persons/a")):
        address = f"/exchange/osia/pr/{place}?transactionId=t"
        assert ask.client.generic(method, address, body, "application/json", headers=headers).status_code == 400
