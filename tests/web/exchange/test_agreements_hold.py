"""Generated: partners of every shape × attributes of every register × questions: nothing that was not agreed is in any byte."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db.models import CharField
from django.http import HttpResponse
from django.test import Client, override_settings
from tests.web.exchange.agency import EVERYTHING, Agency, agency
from tests.web.world import RUN, Town

from sosach.base.sensitivity import Sensitivity
from sosach.domain.access.queries import acting
from sosach.domain.audit.models import AuditEvent
from sosach.domain.exchange.models import Disclosure, Pseudonym
from sosach.domain.exchange.queries.attributes import MODELS, attributes_of
from sosach.domain.exchange.queries.partners import DOOR, standing_of
from sosach.domain.exchange.rules.agreements import REGISTERS
from sosach.domain.exchange.rules.pseudonyms import looks_like_pseudonym
from sosach.domain.exchange.rules.questions import QUESTIONS
from sosach.domain.population.models import Card, Contact, OldNumber, OtherName, Relation, Residence
from sosach.domain.provenance.rules import SUBJECTS
from sosach.web.api.opaque import read_reference
from sosach.web.frame import clock

pytestmark = pytest.mark.slow
NAMES = ["full_name", "birth_date"]
SHAPES: dict[str, dict[str, Any]] = {
    "everything": {"attributes": EVERYTHING, "purposes": ["civil-status"], "questions": sorted(QUESTIONS)},
    "without-sensitive": {"attributes": EVERYTHING, "questions": sorted(QUESTIONS)},
    "own-numbers": {"attributes": EVERYTHING, "questions": sorted(QUESTIONS), "pseudonyms": True},
    "names": {"attributes": {"population": NAMES}},
    "vehicles": {"attributes": {"vehicles": ["plate_number", "owner_person", "registration"]}},
    "insurer": {
        "attributes": {"vehicles": ["brand", "owner_person", "owner_id_number"]},
        "questions": ["owner_is", "vehicle_registered"],
        "pseudonyms": True,
    },
    "employer": {
        "questions": ["licence_valid", "may_drive"],
        "state_body": False,
        "approval": "C06-12/2026",
        "consent": True,
        "purposes": ["consented-check"],
    },
    "bank": {
        "attributes": {"population": ["life_status"]},
        "matches": {"population": ["full_name", "pin"]},
        "state_body": False,
        "approval": "C06-13/2026",
        "consent": True,
        "purposes": ["consented-check"],
    },
    "post": {"attributes": {"population": ["permanent_residence", "contacts"]}, "questions": ["is_alive"]},
}
TOLD = {
    "years": "18",
    "full_name": "Phạm Văn Chủ",
    "birth_date": "1985-04-30",
    "unit": "01",
    "number": "QQnumber",
    "chassis_number": "RLHZZ1234ZY100001",
    "engine_number": "QQ",
    "class": "A1",
}


@dataclass(frozen=True)
class Ground:
    """The town, with a sign of its own in every text of its records.

    Attributes:
        ids: register → id of its record.
        signs: register → attribute → texts that stand in no other.
        pin: of the person.
        agencies: by shape.
    """

    ids: dict[str, int]
    signs: dict[str, dict[str, list[str]]]
    pin: str
    agencies: dict[str, Agency]


@pytest.fixture(scope="module")
def ground(there: Town) -> Iterator[Ground]:
    ids = {register: read_reference(kind, UUID(there.refs[kind][0])) for register, kind in SUBJECTS.items()}
    signs = {register: _sign_columns(register, key) for register, key in ids.items()}
    signs["population"] |= _sign_parts(ids["population"])
    with acting(RUN):
        pin = str(MODELS["population"].objects.get(pk=ids["population"]).pin)
    with override_settings(ROOT_URLCONF="tests.web.exchange.asking"):
        yield Ground(ids, signs, pin, {name: agency(name, **shape) for name, shape in SHAPES.items()})


def _sign_columns(register: str, key: int) -> dict[str, list[str]]:
    """Put a sign into every text that is free."""
    model, signs = MODELS[register], {}
    checked = " ".join(str(each.condition) for each in model._meta.constraints if hasattr(each, "condition"))
    for name, attribute in attributes_of(register).items():
        column = model._meta.get_field(name) if attribute.column else None
        if isinstance(column, CharField) and column.max_length >= 16 and not re.search(rf"'{name}[_']", checked):
            signs[name] = [f"QQ{len(signs):02d}{register[0]}{name}"[: column.max_length]]
    with acting(RUN):
        model.objects.filter(pk=key).update(**{name: told for name, (told,) in signs.items()})
    return signs


def _sign_parts(person: int) -> dict[str, list[str]]:
    """Something of everything a person has several of."""
    told: dict[Any, dict[str, Any]] = {
        OtherName: {"slot": "t", "name": "QQother"},
        OldNumber: {"slot": "t", "kind": "cmnd", "number": "QQnumber"},
        Card: {"slot": "t", "kind": "cccd", "number": "QQcard"},
        Relation: {"slot": "father", "kind": "father", "full_name": "QQfather", "pin": "QQfatherpin"},
        Contact: {"slot": "t", "kind": "phone", "value": "QQphone"},
    }
    with acting(RUN):
        for model, values in told.items():
            model.objects.filter(person_id=person, slot=values["slot"]).update(holds=False)
            model.objects.create(person_id=person, origin="t", key=1, position=0, **values)
        Residence.objects.filter(person_id=person, holds=True).update(address="QQaddress")
    return {
        "other_names": ["QQother"],
        "old_numbers": ["QQnumber"],
        "cards": ["QQcard"],
        "relations": ["QQfather", "QQfatherpin"],
        "contacts": ["QQphone"],
        "permanent_residence": ["QQaddress"],
    }


def ask(ground: Ground, shape: str, **body: Any) -> HttpResponse:
    purpose = SHAPES[shape].get("purposes", ["agency-task"])[0]
    headers = ground.agencies[shape].headers(purpose=purpose, consent="CN-1", ref="HS-9", user="officer 7 of theirs")
    return Client(raise_request_exception=False).post(
        "/exchange/test", json.dumps(body), content_type="application/json", headers=headers
    )


def open_to(shape: str, register: str) -> set[str]:
    """What the partner may see of a register, told by the agreement and the class of the value alone."""
    agreed = SHAPES[shape].get("attributes", {}).get(register, [])
    sensitive = SHAPES[shape].get("purposes") == ["civil-status"]
    known = attributes_of(register)
    return {name for name in agreed if sensitive or known[name].sensitivity is not Sensitivity.SENSITIVE}


def signs_of_others(ground: Ground, shape: str, register: str) -> list[str]:
    """Texts that may be in no answer to the partner about that register."""
    shown = open_to(shape, register)
    found = [
        text for place, of in ground.signs.items() for name, texts in of.items()
        for text in texts if place != register or name not in shown
    ]  # fmt: skip
    numbers = {"pin", "owner_person", "user_person", "holder", "owner_id_number", "relations"} & shown
    if SHAPES[shape].get("pseudonyms"):
        found += ["QQfatherpin", "QQnumber", "QQcard"]
    return found + ([ground.pin] if SHAPES[shape].get("pseudonyms") or not numbers else [])


def nothing_else(ground: Ground, shape: str, register: str, answer: HttpResponse) -> None:
    told = answer.content.decode()
    assert not [text for text in signs_of_others(ground, shape, register) if text in told], (shape, register, told)
    assert answer.status_code in {200, 403, 404, 422}, told


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("register", REGISTERS)
def test_of_every_attribute_only_what_was_agreed_is_told(ground: Ground, shape: str, register: str) -> None:
    shown = open_to(shape, register)
    about: dict[str, Any] = {"verb": "disclose", "register": register}
    about["record_ids"] = [ground.ids[register]]
    every = [[name] for name in EVERYTHING[register]]
    # of a register that is no part of the agreement, all of them at once are as closed as each
    each = every if register in SHAPES[shape].get("attributes", {}) else [EVERYTHING[register]]
    for wanted in [None, *each, ["no_such_thing"]]:
        answer = ask(ground, shape, **about, attributes=wanted)
        nothing_else(ground, shape, register, answer)
        if answer.status_code != 200:
            continue
        (told,) = answer.json()
        assert told.keys() <= set(EVERYTHING[register])
        for key, value in told.items():
            withheld = isinstance(value, dict) and value.keys() == {"withheld"}
            hidden_number = bool(SHAPES[shape].get("pseudonyms")) and withheld
            assert withheld != (key in shown) or hidden_number, (shape, key, value)


@pytest.mark.parametrize("shape", SHAPES)
def test_whoever_agreed_on_a_register_gets_its_values(ground: Ground, shape: str) -> None:
    for register, names in SHAPES[shape].get("attributes", {}).items():
        answer = ask(ground, shape, verb="disclose", register=register, record_ids=[ground.ids[register]])
        assert answer.status_code == 200
        (told,) = answer.json()
        assert told.keys() == set(names)
        for name in open_to(shape, register) & ground.signs[register].keys():
            told_text = json.dumps(told[name], ensure_ascii=False)
            secret = SHAPES[shape].get("pseudonyms") and "withheld" in told_text
            assert secret or ground.signs[register][name][0] in told_text or name.startswith("owner_id"), name


@pytest.mark.parametrize("shape", SHAPES)
def test_questions_are_answered_yes_or_no_where_agreed_and_never_with_a_value(ground: Ground, shape: str) -> None:
    for name, question in QUESTIONS.items():
        told = {each: (TOLD | {"person": ground.pin})[each] for each in question.told}
        about = {"verb": "confirm", "register": question.register, "question": name}
        right = ask(ground, shape, **about, record_id=ground.ids[question.register], told=told)
        nothing_else(ground, shape, question.register, right)
        if name not in SHAPES[shape].get("questions", []):
            assert right.status_code == 403
            continue
        assert right.json() in {True, False}
        for record, content in ((None, told), (7, told), (None, dict.fromkeys(told, "x"))):
            answer = ask(ground, shape, **about, record_id=record, told=content)
            assert (answer.status_code, answer.content) == (200, b"false")


@pytest.mark.parametrize("shape", ["bank", "own-numbers"])
def test_what_may_be_compared_says_yes_and_no_only(ground: Ground, shape: str) -> None:
    for register in REGISTERS:
        allowed = set(SHAPES[shape].get("attributes", {}).get(register, ()))
        allowed |= set(SHAPES[shape].get("matches", {}).get(register, ()))
        for name in EVERYTHING[register]:
            about = {"verb": "confirm", "register": register, "question": "matches", "told": {name: "QQ"}}
            answer = ask(ground, shape, **about, record_id=ground.ids[register])
            nothing_else(ground, shape, register, answer)
            assert answer.status_code == (200 if name in allowed else 403)
            assert name not in allowed or answer.json() == {name: False}


def test_the_bank_learns_whether_name_and_number_fit(ground: Ground) -> None:
    about = {"verb": "confirm", "register": "population", "question": "matches"}
    name = ground.signs["population"]["full_name"][0]
    told = {"full_name": name.lower(), "pin": ground.pin}
    assert ask(ground, "bank", **about, record_id=ground.ids["population"], told=told).json() == dict.fromkeys(
        told, True
    )
    assert ask(ground, "bank", **about, record_id=None, told=told).json() == dict.fromkeys(told, False)


def test_a_number_of_its_own_is_each_partners_own_and_leads_back_for_it_alone(ground: Ground) -> None:
    about = {"verb": "disclose", "register": "vehicles", "record_ids": [ground.ids["vehicles"]]}
    numbers = {}
    for shape in ("own-numbers", "insurer"):
        (told,) = ask(ground, shape, **about, attributes=["owner_person"]).json()
        again = ask(ground, shape, **about, attributes=["owner_person"]).json()
        numbers[shape] = told["owner_person"]
        assert again == [told]
        assert looks_like_pseudonym(numbers[shape])
    assert len(set(numbers.values())) == 2
    search = {"verb": "find", "register": "population", "key": "pin"}
    found = {
        (shape, of): ask(ground, shape, **search, value=number).json()
        for shape in ("own-numbers", "names")
        for of, number in numbers.items()
    }
    person = ground.ids["population"]
    assert found[("own-numbers", "own-numbers")] == person
    assert [value for key, value in found.items() if key != ("own-numbers", "own-numbers")] == [None] * 3
    asked = {"verb": "confirm", "register": "vehicles", "record_id": ground.ids["vehicles"], "question": "owner_is"}
    assert ask(ground, "insurer", **asked, told={"person": numbers["insurer"]}).json() is True
    assert ask(ground, "insurer", **asked, told={"person": numbers["own-numbers"]}).json() is False


def test_no_partner_reads_the_numbers_of_another(ground: Ground) -> None:
    (told,) = ask(
        ground, "insurer", verb="disclose", register="vehicles", record_ids=[ground.ids["vehicles"]],
        attributes=["owner_person"],
    ).json()  # fmt: skip
    for shape, seen in (("insurer", 1), ("names", 0)):
        standing = standing_of(shape, at=clock.now())
        assert standing is not None
        with acting(standing.actor):
            assert Pseudonym.objects.filter(value=told["owner_person"]).count() == seen


def test_without_the_persons_consent_a_body_outside_the_state_learns_nothing(ground: Ground) -> None:
    body = {"verb": "find", "register": "population", "key": "pin", "value": ground.pin}
    headers = ground.agencies["bank"].headers(purpose="consented-check")
    post = Client().post
    address = "/exchange/test"
    refused = post(address, json.dumps(body), content_type="application/json", headers=headers)
    assert refused.status_code == 403
    assert post(
        address, json.dumps(body), content_type="application/json", headers=headers | {"X-Sosach-Consent": "CN-77"}
    ).json() == ground.ids["population"]  # fmt: skip
    with acting(DOOR):
        assert Disclosure.objects.filter(consent="CN-77", subject_id=ground.ids["population"]).count() == 1


def test_every_record_told_of_stands_in_the_log_with_who_why_and_for_what(ground: Ground) -> None:
    standing = standing_of("post", at=clock.now())
    assert standing is not None
    mine = {"actor_key": standing.actor.key, "event": "exchange.disclosed", "subject_kind": "person"}
    with acting(standing.actor):
        before = AuditEvent.objects.filter(**mine).count()
    for _ in range(3):
        ask(ground, "post", verb="disclose", register="population", record_ids=[ground.ids["population"]])
    with acting(standing.actor):
        rows = AuditEvent.objects.filter(**mine).order_by("-pk")
        assert rows.count() == before + 3
        latest = rows[0]
    assert (latest.purpose, latest.reference, latest.actor_kind) == ("agency-task", "HS-9", "partner")
    assert latest.details["user"] == "officer 7 of theirs"
    assert latest.details["names"] == ["contacts", "permanent_residence"]
    with acting(DOOR):
        assert Disclosure.objects.filter(act=latest.act, subject_id=ground.ids["population"]).count() == 1


def test_everybody_a_value_names_stands_in_the_log_once(ground: Ground) -> None:
    for shape, register, kinds in (
        ("everything", "vehicles", ["person", "vehicle"]),
        ("everything", "population", ["person"]),
        ("without-sensitive", "licences", ["licence", "person"]),
        ("vehicles", "vehicles", ["person", "vehicle"]),
    ):
        ask(ground, shape, verb="disclose", register=register, record_ids=[ground.ids[register]])
        standing = standing_of(shape, at=clock.now())
        assert standing is not None
        with acting(standing.actor):
            latest = AuditEvent.objects.filter(actor_key=standing.actor.key, event="exchange.disclosed").latest("pk")
            subjects = AuditEvent.objects.filter(act=latest.act).values_list("subject_kind", "subject_key")
            people = {key for kind, key in subjects if kind == "person"}
            assert sorted(kind for kind, _ in subjects) == kinds
            assert people == {str(ground.ids["population"])}


def test_where_the_log_cannot_be_written_nothing_is_told(ground: Ground, no_log: None) -> None:
    del no_log
    about = {"register": "population", "record_ids": [ground.ids["population"]]}
    answer = ask(ground, "everything", verb="disclose", **about)
    assert answer.status_code == 503
    assert not [
        text
        for of in ground.signs.values()
        for texts in of.values()
        for text in texts
        if text.encode() in answer.content
    ]
