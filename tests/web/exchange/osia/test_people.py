"""Numbers, attributes, comparisons and papers of the register: what the agreement lets, and no value in a no."""

from datetime import date
from typing import Any

import pytest
from tests.web.exchange.osia.asking import COMMUNE, SYSTEM, asking, order, people

from sosach.domain.access.queries import acting
from sosach.domain.audit.models import AuditEvent
from sosach.domain.exchange.models import Disclosure
from sosach.domain.exchange.queries.partners import DOOR
from sosach.domain.population.models import IssuedNumber, Person
from sosach.domain.population.operations.marriages import register_marriage

pytestmark = pytest.mark.usefixtures("db")
CHILD = {
    "full_name": "Phạm Thị Mới",
    "birth_date": "2026-11-20",
    "sex": "F",
    "birth_registration_code": COMMUNE,
    "birth_place": "Hà Nội",
    "hometown": "Nam Định",
    "ethnicity": "Kinh",
    "nationality": "VNM",
    "mother_full_name": "Phạm Thị Mẹ",
}


def test_a_number_is_established_once_and_only_with_what_the_law_needs() -> None:
    ask = asking()
    made = ask("POST", "uin/v1/uin?transactionId=one", CHILD)
    assert made.status_code == 200, made.content
    again = ask("POST", "uin/v1/uin?transactionId=one", CHILD)
    assert again.json() == made.json(), "the same transaction, the same number"
    with acting(SYSTEM):
        assert Person.objects.get(pin=made.json()).full_name == "Phạm Thị Mới"
        assert IssuedNumber.objects.filter(number=made.json()).count() == 1
    assert ask("POST", "uin/v1/uin?transactionId=one", CHILD | {"sex": "M"}).status_code == 400
    double = ask("POST", "uin/v1/uin?transactionId=two", CHILD)
    assert double.status_code == 400
    assert double.json()["code"] == 1013
    without = ask("POST", "uin/v1/uin?transactionId=three", {"full_name": "Phạm Thị Thiếu", "x": "1"})
    assert without.status_code == 400
    assert "birth_date" in without.json()["message"]
    assert "Thiếu" not in without.json()["message"]


def test_who_was_registered_before_there_were_numbers_gets_one() -> None:
    ask, (old,) = asking(), people("Lê Văn Cũ")
    with acting(SYSTEM):
        Person.objects.filter(pk=old.person_id).update(pin=None)
        told = CHILD | {"full_name": "Lê Văn Cũ", "birth_date": "1990-02-01", "sex": "M"}
    assert ask("POST", "uin/v1/uin", told).status_code == 200
    with acting(SYSTEM):
        assert Person.objects.filter(full_name="Lê Văn Cũ").count() == 1


def test_a_partner_without_civil_status_gets_no_number() -> None:
    assert asking(roles=[])("POST", "uin/v1/uin", CHILD).status_code == 403


def test_attributes_are_told_as_far_as_agreed_and_named_otherwise() -> None:
    (known,) = people("Nguyễn Văn An")
    ask = asking(attributes={"population": ["pin", "full_name", "birth_date"]}, matches={"population": ["sex"]})
    address = f"dataaccess/v1/persons/{known.pin}?attributeNames=full_name&attributeNames=sex&attributeNames=shoe"
    told = ask("GET", address).json()
    assert told["full_name"] == "Nguyễn Văn An"
    assert told["sex"] == told["shoe"], "whether there is such an attribute, is not said"
    assert told["sex"]["code"] == 1023
    assert ask("GET", "dataaccess/v1/persons/001099999999?attributeNames=full_name").status_code == 404
    wrong = ask(
        "POST", f"dataaccess/v1/persons/{known.pin}/match", {"full_name": "nguyễn văn an", "sex": "F", "x": "1"}
    )
    assert wrong.json() == [{"attributeName": "sex", "errorCode": 1}, {"attributeName": "x", "errorCode": 0}]
    assert ask("POST", f"dataaccess/v1/persons/{known.pin}/match", {"sex": "M"}).json() == []
    with acting(DOOR):
        assert set(Disclosure.objects.values_list("kind", flat=True)) == {"search", "values", "question"}


@pytest.mark.parametrize(
    ("attribute", "operator", "value", "holds"),
    [
        ("birth_date", "<", "1990-12-31", True),
        ("birth_date", ">=", "1990-12-31", False),
        ("birth_date", "<=", "1990", True),
        ("full_name", "=", "NGUYỄN VĂN AN", True),
        ("sex", "=", "F", False),
        ("died_on", "<", "2030-01-01", False),
        ("birth_date", "<", 1991.5, False),
    ],
)
def test_conditions_are_answered_yes_or_no(attribute: str, operator: str, value: Any, holds: bool) -> None:  # noqa: FBT001 - a column of the table
    ask, (known,) = asking(), people("Nguyễn Văn An")
    body = [{"attributeName": attribute, "operator": operator, "value": value}]
    assert ask("POST", f"dataaccess/v1/persons/{known.pin}/verify", body).json() is holds
    sure = {"attributeName": "sex", "operator": "=", "value": "M"}
    assert ask("POST", f"dataaccess/v1/persons/{known.pin}/verify", [sure, *body]).json() is holds


def test_a_condition_on_what_was_not_agreed_is_forbidden() -> None:
    ask, (known,) = asking(attributes={"population": ["full_name"]}), people("Nguyễn Văn An")
    for name in ("sex", "shoe"):
        body = [{"attributeName": name, "operator": "=", "value": "M"}]
        assert ask("POST", f"dataaccess/v1/persons/{known.pin}/verify", body).status_code == 403


def test_people_are_sought_by_whole_name_and_birth_alone() -> None:
    ask, found = asking(), people("Nguyễn Văn An", "Nguyễn Văn An", born="1991-03-0")
    address = "dataaccess/v1/persons?full_name=Nguyễn Văn An&birth_date=1991-03-01"
    assert ask("GET", address).json() == [found[0].pin]
    assert ask("GET", f"{address}&sex=M&names=sex&names=full_name").json() == [
        {"sex": "M", "full_name": "Nguyễn Văn An"}
    ]
    assert ask("GET", f"{address}&sex=F").status_code == 404
    assert ask("GET", f"{address}&offset=1").status_code == 404
    assert ask("GET", "dataaccess/v1/persons?full_name=Nguyễn Văn An").status_code == 403, "too little to mean somebody"
    assert ask("GET", f"{address}&shoe=43").status_code == 403
    with acting(ask.actor()):
        sought = AuditEvent.objects.filter(event="exchange.people_sought", subject_kind="person")
        assert set(sought.values_list("subject_key", flat=True)) == {str(found[0].person_id)}


def test_a_partner_with_numbers_of_its_own_never_meets_a_pin() -> None:
    ask, (known,) = asking(pseudonyms=True, roles=[]), people("Nguyễn Văn An")
    address = "dataaccess/v1/persons?full_name=Nguyễn Văn An&birth_date=1990-02-01"
    (own,) = ask("GET", address).json()
    assert own != known.pin
    answers = [
        ask("GET", f"dataaccess/v1/persons/{own}?attributeNames=pin&attributeNames=full_name"),
        ask("GET", f"3rdparty/v1/attributes/DEFAULT_SET_01/{own}?identifierType=token"),
        ask("GET", f"{address}&names=pin"),
    ]
    assert all(answer.status_code == 200 for answer in answers)
    assert not any(known.pin in answer.content.decode() for answer in answers)


def test_papers_are_drawn_up_of_what_there_is() -> None:
    ask, (first, second) = asking(), people("Nguyễn Văn An", "Trần Thị Bình")
    address = f"dataaccess/v1/persons/{first.pin}/document?format=pdf&doctype="
    paper = ask("GET", f"{address}birth")
    assert paper["Content-Type"].startswith("multipart/mixed; boundary=")
    assert b"Content-Type: application/pdf" in paper.content
    assert b"%PDF" in paper.content
    assert b"\x89PNG" in ask("GET", f"{address.replace('pdf', 'png')}birth").content
    assert ask("GET", f"{address}death").status_code == 404, "who lives has none"
    assert ask("GET", f"{address}marriage&secondaryUin={second.pin}").status_code == 404
    register_marriage(order(), person_id=first.person_id, spouse_id=second.person_id, on=date(2020, 5, 1))
    assert ask("GET", f"{address}marriage&secondaryUin={second.pin}").status_code == 200
    assert ask("GET", f"{address}marriage").status_code == ask("GET", f"{address}deed").status_code == 404
    assert ask("GET", f"{address.replace('pdf', 'jpeg')}birth").status_code == 415
    assert ask("GET", f"{address.replace('pdf', 'doc')}birth").status_code == 400


def test_third_parties_are_told_yes_or_no_and_attributes_by_set() -> None:
    ask, (known,) = asking(), people("Nguyễn Văn An")
    yes = ask("POST", f"3rdparty/v1/verify/{known.pin}", {"biographicData": {"full_name": "Nguyễn Văn An", "sex": "M"}})
    assert yes.json()["verificationCode"] == 0
    with acting(ask.actor()):
        proof = AuditEvent.objects.filter(act=yes.json()["verificationProof"]).first()
    assert proof is not None, "the proof is an entry of the sealed log"
    assert proof.event == "exchange.confirmed"
    body = {"biographicData": {"full_name": "Nguyễn Văn An", "sex": "F"}}
    no = ask("POST", f"3rdparty/v1/verify/{known.pin}?verificationProofRequired=false", body).json()
    assert (no["verificationCode"], set(no)) == (1, {"verificationCode", "verificationMessage"})
    face = {"biometricData": [{"biometricType": "FACE"}]}
    assert ask("POST", f"3rdparty/v1/verify/{known.pin}", face).status_code == 403
    told = ask("GET", f"3rdparty/v1/attributes/SET_LIFE_01/{known.pin}").json()["biographicData"]
    assert told["life_status"] == "alive"
    assert ask("GET", f"3rdparty/v1/attributes/SECRET_SET/{known.pin}").status_code == 403
    wished = {"outputBiographicData": ["sex", "shoe"], "outputContactData": ["phone"]}
    given = ask("POST", f"3rdparty/v1/attributes/{known.pin}", wished).json()
    assert given["biographicData"]["sex"] == "M"
    assert given["biographicData"]["shoe"]["code"] == 1023
    assert given["contactData"]["phone"]["code"] == 1025, "none is known"
    who = {"biographicData": {"full_name": "Nguyễn Văn An", "birth_date": "1990-02-01"}}
    found = ask("POST", "3rdparty/v1/identify", {"attributeSet": who, "outputAttributeSetName": "DEFAULT_SET_01"})
    assert [one["biographicData"]["pin"] for one in found.json()] == [known.pin]
    other = {"attributeSet": who, "outputAttributeSetName": "SECRET_SET"}
    assert ask("POST", "3rdparty/v1/identify", other).status_code == 403
    assert ask("GET", "3rdparty/v1/identify/task-1").status_code == 404
