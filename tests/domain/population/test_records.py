"""Merges and their undo, corrections with their time limit, search, whole records, and who looked at me."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from tests.domain.population.people import (
    AT,
    BA_DINH,
    EVERYBODY,
    NEIGHBOUR,
    NGOC_HA,
    POLICE,
    born,
    citizen,
    columns,
    look,
    nation,
    officer,
    order,
    rows_of,
    stored,
    woman,
)

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, ActorKind, Level, account_key
from sosach.domain.population.models import Card, Contact, OldNumber, Person, Petition
from sosach.domain.population.operations.births import ParentTold
from sosach.domain.population.operations.civil import change_name
from sosach.domain.population.operations.corrections import (
    CardTold,
    ask_correction,
    correct,
    end_part,
    note_card,
    note_contact,
    note_old_number,
    note_other_name,
)
from sosach.domain.population.operations.merging import merge, take_back
from sosach.domain.population.queries import (
    column_history,
    looks_at,
    open_petitions,
    person_by_pin,
    persons_by_old_number,
    record,
    search,
    survivor_of,
)
from sosach.domain.population.rules.items import KEPT_ELSEWHERE, items
from sosach.domain.population.rules.words import ContactKind, Kin, OldNumberKind, Part

CLERK = officer(BA_DINH, Role.CLERK)


def refusal(error: ErrorCode = ErrorCode.STATE_FORBIDS) -> object:
    return pytest.raises(SosachError, match=error.value)


def survivor(key: int) -> int:
    with acting(EVERYBODY):
        return survivor_of(key)


def test_every_item_of_the_law_is_kept_with_its_class() -> None:
    kept: dict[int, set[str]] = {}
    for model in apps.get_app_config("population").get_models():
        for column in model._meta.concrete_fields:
            if hasattr(column, "legal_item"):
                kept.setdefault(column.legal_item, set()).add(model.__name__)
                assert column.legal == "law-26-2023-9"
    kept.setdefault(17, set()).add("Residence")
    for number in (18, 19):
        kept[number] = {"Residence"}
    assert set(kept) == set(items()) == set(range(1, 27))
    assert not {number: tables for number, tables in kept.items() if KEPT_ELSEWHERE.get(number, "Person") not in tables}
    sensitive = {column.name for column in Person._meta.concrete_fields if column.sensitivity == "sensitive"}
    assert sensitive == {"ethnicity", "religion", "blood_type", "other"}


@pytest.mark.usefixtures("db")
def test_a_merged_record_and_its_numbers_lead_to_the_survivor() -> None:
    first, second = born("ĐINH VĂN HAI"), born("ĐINH VĂN HAI")
    pin = stored(first).pin
    note_old_number(order(POLICE), person_id=first, kind=OldNumberKind.CMND_9, number="012345678")
    before = columns(first), columns(second), rows_of(first, OldNumber)
    act = uuid4()
    merge(order(POLICE, "cùng một người", act), person_id=first, survivor_id=second)
    assert survivor(first) == survivor(second) == second
    assert pin is not None
    seen = person_by_pin(look(NEIGHBOUR), pin=pin)
    assert seen is not None
    assert (seen.person_id, seen.asked) == (second, pin)
    assert [who.person_id for who in persons_by_old_number(look(), number="012345678")] == [second]
    assert (record(look(), person_id=first).person_id, record(look(), person_id=second).merged) == (second, (first,))
    with refusal():
        change_name(order(), person_id=first, full_name="ĐINH VĂN BA")
    take_back(order(POLICE, "hai người", act2 := uuid4()), act=act)
    assert (columns(first), columns(second), rows_of(first, OldNumber)) == before
    assert survivor(first) == first
    take_back(order(POLICE, "đúng là một", uuid4()), act=act2)
    assert survivor(first) == second


@pytest.mark.usefixtures("db")
def test_merges_follow_each_other_and_never_go_round() -> None:
    a, b, c = born(), born(), born()
    acts = [uuid4() for _ in range(4)]
    merge(order(POLICE, "x", acts[0]), person_id=a, survivor_id=b)
    merge(order(POLICE, "x", acts[1]), person_id=b, survivor_id=c)
    assert survivor(a) == c
    for wrong in ((c, a), (c, b), (c, c), (a, c)):
        with refusal():
            merge(order(POLICE, "x"), person_id=wrong[0], survivor_id=wrong[1])
    take_back(order(POLICE, "y", acts[2]), act=acts[0])
    assert (survivor(a), survivor(b)) == (a, c)
    merge(order(POLICE, "x", acts[3]), person_id=c, survivor_id=a)
    with refusal(ErrorCode.CONFLICT):
        take_back(order(POLICE, "z"), act=acts[2])
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        merge(order(POLICE), person_id=a, survivor_id=b)


@pytest.mark.usefixtures("db")
def test_a_correction_is_asked_for_and_decided_in_two_working_days() -> None:
    key = born("NGUYỄN VAN AN")
    asked = ask_correction(order(citizen(key)), person_id=key, changes={"full_name": "NGUYỄN VĂN AN"})
    assert asked.due_on == date(2026, 11, 25)
    with refusal():
        ask_correction(order(CLERK), person_id=key, changes={"sex": "M"})
    assert [petition.pk for petition in open_petitions(look(), kind="correction")] == [asked.pk]
    with refusal(ErrorCode.ACCESS_DENIED):
        correct(order(CLERK), petition_id=asked.pk)
    correct(Order(POLICE, datetime(2026, 11, 26, 3, 0, tzinfo=UTC)), petition_id=asked.pk)
    assert (stored(key).full_name, stored(key).name_k2) == ("NGUYỄN VĂN AN", "NGUYEN VAN AN")
    assert [value.origin for value in column_history(look(), person_id=key, column="full_name")] == [
        "procedure",
        "correction",
    ]
    with acting(POLICE):
        late = AuditEvent.objects.filter(event="population.corrected").get().details
        assert late["late"] is True
        assert Petition.objects.get().outcome == "granted"
    assert open_petitions(look(), kind="correction") == []


@pytest.mark.usefixtures("db")
def test_a_citizen_asks_for_the_own_record_only() -> None:
    mine, yours = born(), woman()
    with refusal(ErrorCode.NOT_FOUND):
        ask_correction(order(citizen(mine)), person_id=yours, changes={"hometown": "Huế"})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"pin": "001090000001"},
        {"sex": "X"},
        {"birth_date": "1990-02-30"},
        {"full_name": " "},
        {"life_status": "alive"},
    ],
)
@pytest.mark.usefixtures("db")
def test_what_no_correction_can_say(changes: dict[str, str]) -> None:
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        correct(order(POLICE), person_id=born(), changes=changes)


@pytest.mark.usefixtures("db")
def test_a_correction_is_taken_back_and_its_petition_waits_again() -> None:
    key = born()
    asked = ask_correction(order(CLERK), person_id=key, changes={"hometown": "Huế"})
    act = uuid4()
    correct(order(POLICE, act=act), petition_id=asked.pk)
    assert stored(key).hometown == "Huế"
    take_back(order(POLICE, "nhầm"), act=act)
    assert stored(key).hometown == ""
    assert [petition.pk for petition in open_petitions(look(), kind="correction")] == [asked.pk]


@pytest.mark.usefixtures("db")
def test_names_cards_and_contacts_come_and_go() -> None:
    key = born()
    note_other_name(order(POLICE), person_id=key, name="AN  CÒI")
    note_contact(order(POLICE), person_id=key, kind=ContactKind.PHONE, value="0912 345 678")
    first = CardTold("cccd", "001090000001", date(2021, 5, 1), date(2030, 5, 6), "Cục CSQLHC")
    note_card(order(POLICE), person_id=key, card=first)
    note_card(order(POLICE), person_id=key, card=replace(first, issued_on=date(2025, 5, 1)))
    assert [(row["number"], row["ends_on"]) for row in rows_of(key, Card)] == [
        ("001090000001", date(2025, 5, 1)),
        ("001090000001", None),
    ]
    (contact,) = rows_of(key, Contact)
    assert contact["value"] == "0912345678"
    end_part(order(POLICE), person_id=key, part=Part.CONTACT, slot=contact["slot"])
    assert rows_of(key, Contact)[0]["ends_on"] == date(2026, 11, 20)
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        end_part(order(POLICE), person_id=key, part=Part.RELATION, slot=Kin.SPOUSE)


def found(name: str, actor: object = POLICE, **more: object) -> list[str]:
    page = search(look(actor), name=name, **more)  # type: ignore[arg-type]
    return [who.full_name for who in page.persons]


@pytest.mark.usefixtures("db")
def test_search_with_and_without_accents() -> None:
    for name in ("LÊ THỊ HÒA", "LÊ THỊ HOÀ", "LÊ THỊ HOA", "LÊ THỊ HÓA", "LÊ THỊ HÒA BÌNH"):
        woman(name)
    woman("LÊ THỊ HÒA", actor=NEIGHBOUR, commune_code=NGOC_HA)
    assert found("le thi hoa") == ["LÊ THỊ HÒA", "LÊ THỊ HOÀ", "LÊ THỊ HOA", "LÊ THỊ HÓA"]
    assert found("Lê Thị Hoà") == found("lê thị hòa") == ["LÊ THỊ HÒA", "LÊ THỊ HOÀ"]
    assert len(found("le thi", beginning=True)) == 5
    assert found("lê thị hòa b", beginning=True) == ["LÊ THỊ HÒA BÌNH"]
    assert len(found("le thi hoa", nation(Role.POPULATION))) == 5
    assert found("le thi hoa", birth_year=1991) == []
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        found("l")


@pytest.mark.usefixtures("db")
def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    keys = [
        woman(name)
        for name in ("CAO THỊ MAI", "CAO THỊ MÃI", "CAO THỊ MẬN", "CAO THỊ MAI", "CAO THỊ NA")
        for _ in (1, 2)
    ]
    seen: list[int] = []
    after = None
    while True:
        page = search(look(), name="cao thi", beginning=True, after=after, limit=3)
        seen += [who.person_id for who in page.persons]
        after = page.after
        if after is None:
            break
    assert sorted(seen) == sorted(keys)
    assert len(set(seen)) == len(keys)


@pytest.mark.usefixtures("db")
def test_a_record_tells_parents_and_children_and_origins() -> None:
    mother = woman(birth_date="1970")
    child = born(parents=(ParentTold(Kin.MOTHER, "TRẦN THỊ BÌNH", person_id=mother),))
    told = record(look(), person_id=child)
    assert [(piece.slot, piece.data["other_id"]) for piece in told.pieces] == [("mother", mother)]
    assert told.values["full_name"].actor == ("officer", f"officer-{BA_DINH}")
    assert record(look(), person_id=mother).children == (child,)
    with refusal(ErrorCode.NOT_FOUND):
        record(look(NEIGHBOUR), person_id=child)
    assert record(Look(citizen(child), "own", AT), person_id=child).person_id == child
    with refusal(ErrorCode.NOT_FOUND):
        record(Look(citizen(child), "own", AT), person_id=mother)


@pytest.mark.usefixtures("db")
def test_who_looked_at_me() -> None:
    key = born()
    pin = stored(key).pin
    assert pin is not None
    person_by_pin(Look(NEIGHBOUR, "identity", AT), pin=pin)
    record(look(), person_id=key)
    mine = looks_at(Look(citizen(key), "own", AT), person_id=key)
    assert [(seen.event, seen.actor_unit, seen.purpose) for seen in mine] == [
        ("population.person_read", BA_DINH, "case"),
        ("population.identity_checked", NGOC_HA, "identity"),
    ]
    assert looks_at(Look(citizen(key + 1), "own", AT), person_id=key) == []
    auditor = replace(nation(Role.AUDITOR), key="auditor")
    assert len(looks_at(Look(auditor, "audit", AT), person_id=key)) >= 2
    assert {seen.actor_kind for seen in mine} == {ActorKind.OFFICER}
    assert citizen(key).level is Level.PERSON


@pytest.mark.usefixtures("db")
def test_search_uses_the_index_below_row_level_security() -> None:
    born()
    with acting(POLICE), connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):  # on a handful of rows any way is cheap: only the order is left
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM population_person WHERE commune_code = %s AND name_k2 >= %s AND name_k2 < %s "
            "AND merged_into_id IS NULL ORDER BY name_k2, id LIMIT 51",
            [BA_DINH, "LE THI", "LE THI~"],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "population_by_name" in plan
    assert "Sort" not in plan


@pytest.mark.usefixtures("db")
def test_a_chief_does_not_decide_on_the_own_record_and_has_no_citizens_view_of_it() -> None:
    key = born()
    chief = replace(POLICE, person_id=key)
    with refusal(ErrorCode.ACCESS_DENIED):
        correct(order(chief), person_id=key, changes={"hometown": "Huế"})
    assert stored(key).hometown == ""
    namesake = Actor(
        ActorKind.OFFICER, account_key(ActorKind.OFFICER, key), Level.NOBODY, "", frozenset({Role.CITIZEN})
    )
    with acting(namesake):
        assert not Person.objects.filter(pk=key).exists(), "an officer's number is no person's"
