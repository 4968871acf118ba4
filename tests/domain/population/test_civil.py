"""Civil events: what may follow what, checked in the rules, by procedures one by one, and by random histories on the database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from tests.domain.population.people import (
    BA_DINH,
    EVERYBODY,
    NEIGHBOUR,
    NGOC_HA,
    POLICE,
    REGISTRAR,
    birth,
    born,
    columns,
    order,
    rows_of,
    state_of,
    stored,
    woman,
)

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.population.models import OtherName, Person, Relation
from sosach.domain.population.operations.births import ParentTold, register_birth
from sosach.domain.population.operations.civil import (
    change_name,
    declare_found,
    declare_missing,
    emigrate,
    gain_nationality,
    lose_nationality,
    redetermine_sex,
    register_death,
    return_home,
)
from sosach.domain.population.operations.corrections import note_relation
from sosach.domain.population.operations.marriages import adopt, register_divorce, register_marriage
from sosach.domain.population.operations.merging import take_back
from sosach.domain.population.rules.words import Kin, Life, Marital, Sex
from sosach.domain.population.states.civil import STEPS, Civil, ImpossibleError, after, replay
from sosach.domain.provenance.rules import Entry, EntryKind, SourceFact


@pytest.mark.parametrize("name", sorted(STEPS))
def test_nothing_happens_to_a_merged_record(name: str) -> None:
    with pytest.raises(ImpossibleError, match="merged"):
        after(Civil(merged_into=7), name)


@pytest.mark.parametrize("name", sorted(set(STEPS) - {"correct", "end_cards", "merge", "register_person"}))
def test_only_corrections_and_merges_happen_to_the_dead(name: str) -> None:
    with pytest.raises(ImpossibleError, match="life"):
        after(Civil(life=Life.DECEASED), name)


@pytest.mark.parametrize("marital", ["", *Marital])
def test_only_who_is_free_marries(marital: str) -> None:
    before = Civil(marital=marital)
    if marital == Marital.MARRIED:
        with pytest.raises(ImpossibleError, match="marital"):
            after(before, "register_marriage", other=2)
        return
    married = after(before, "register_marriage", other=2)
    assert (married.marital, married.spouse) == (Marital.MARRIED, 2)
    assert after(married, "annul_marriage", other=2) == before, "an annulled marriage never was"
    assert after(married, "register_divorce", other=2).marital == Marital.DIVORCED
    assert after(married, "spouse_died", other=2).marital == Marital.WIDOWED
    with pytest.raises(ImpossibleError, match="spouse"):
        after(married, "register_divorce", other=3)


WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def source(key: int, days: int, **values: str) -> SourceFact:
    return SourceFact(key, key, WHEN + timedelta(days=days), values)


def happened(key: int, days: int, name: str, **changes: str) -> Entry:
    event = {"event": {"name": name, "other": 2}}
    return Entry(key, EntryKind.PROCEDURE, event | changes, WHEN + timedelta(days=days), ("officer", "1"))


def test_a_source_that_comes_later_makes_nothing_impossible_that_happened() -> None:
    wedding = happened(1, 5, "register_marriage", marital_status="married")
    state = replay([source(1, 0, marital_status="single"), source(2, 9, marital_status="married")], [wedding])
    assert (state.marital, state.spouse) == ("married", 2)


def test_what_a_source_told_in_between_counts_as_in_the_fold() -> None:
    wedding = happened(1, 5, "register_marriage", marital_status="married")
    found = happened(2, 9, "declare_found", life_status="alive")
    told = [source(1, 0, marital_status="single"), source(2, 7, life_status="missing")]
    assert replay(told, [wedding]).life == Life.MISSING
    assert replay(told, [wedding, found]).life == Life.ALIVE
    assert replay([*told, source(3, 10, life_status="deceased")], [wedding, found]).life == Life.ALIVE
    with pytest.raises(ImpossibleError, match="life"):
        replay(told[:1], [wedding, found])


def refusal(error: ErrorCode = ErrorCode.STATE_FORBIDS) -> object:
    return pytest.raises(SosachError, match=error.value)


def married() -> tuple[int, int]:
    he, she = born(), woman()
    register_marriage(order(), person_id=he, spouse_id=she)
    return he, she


@pytest.mark.usefixtures("db")
def test_a_marriage_is_on_both_records() -> None:
    he, she = married()
    assert (stored(he).marital_status, stored(she).marital_status) == ("married", "married")
    assert [row["other_id"] for row in rows_of(he, Relation)] == [she]
    assert [row["other_id"] for row in rows_of(she, Relation)] == [he]


@pytest.mark.usefixtures("db")
def test_no_second_spouse_and_the_database_would_refuse_one() -> None:
    he, she = married()
    with refusal():
        register_marriage(order(), person_id=he, spouse_id=woman("LÊ THỊ CÚC"))
    with refusal():  # the reason is the law's whoever of the two is married
        register_marriage(order(), person_id=born("PHẠM VĂN TÁM"), spouse_id=she)
    other = stored(woman("LÊ THỊ CÚC"))
    with pytest.raises(IntegrityError), acting(EVERYBODY):
        Relation.objects.create(
            person=other, other_id=he, kind="spouse", slot="spouse", origin="entry", key=1, position=0
        )
    assert state_of(she).spouse == he


@pytest.mark.parametrize(
    ("told", "whom"),
    [
        ({"birth_date": "2007-01-01"}, "a man of 19"),
        ({"sex": "F"}, "two women"),
    ],
)
@pytest.mark.usefixtures("db")
def test_whom_the_law_does_not_let_marry(told: dict[str, str], whom: str) -> None:
    del whom
    with refusal():
        register_marriage(order(), person_id=born(**told), spouse_id=woman())


@pytest.mark.usefixtures("db")
def test_nobody_marries_oneself_a_parent_or_in_a_strange_commune() -> None:
    mother = woman(birth_date="1970")
    son = born(parents=(ParentTold(Kin.MOTHER, "TRẦN THỊ BÌNH", person_id=mother),))
    with refusal():
        register_marriage(order(), person_id=son, spouse_id=son)
    with refusal():
        register_marriage(order(), person_id=son, spouse_id=mother)
    with refusal(ErrorCode.ACCESS_OUTSIDE):
        register_marriage(order(NEIGHBOUR), person_id=son, spouse_id=woman())


@pytest.mark.usefixtures("db")
def test_spouses_of_two_communes_marry_in_either() -> None:
    he = born()
    she = woman(actor=NEIGHBOUR, commune_code=NGOC_HA)
    register_marriage(order(NEIGHBOUR), person_id=he, spouse_id=she)
    assert state_of(he).spouse == she


@pytest.mark.usefixtures("db")
def test_a_death_ends_what_the_living_have() -> None:
    he, she = married()
    register_death(order(), person_id=he, died_on="2026-11")
    dead, widow = stored(he), stored(she)
    assert (dead.life_status, dead.died_on, dead.commune_code) == ("deceased", "2026-11", BA_DINH)
    assert (widow.life_status, widow.marital_status) == ("alive", "widowed")
    with refusal():
        register_death(order(), person_id=he, died_on="2026")
    with refusal():
        register_marriage(order(), person_id=he, spouse_id=woman("LÊ THỊ CÚC"))
    register_marriage(order(), person_id=born("HỒ VĂN DŨNG"), spouse_id=she)


@pytest.mark.parametrize("day", ["2026-11-21", "2027", "2026-02-30", "hôm qua", ""])
@pytest.mark.usefixtures("db")
def test_nobody_dies_tomorrow(day: str) -> None:
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        register_death(order(), person_id=born(), died_on=day)


@pytest.mark.usefixtures("db")
def test_a_wrong_death_is_taken_back_with_all_it_did() -> None:
    he, she = married()
    before = columns(he), columns(she), rows_of(he, Relation), rows_of(she, Relation)
    act = uuid4()
    register_death(order(act=act), person_id=he, died_on="2026-11-01")
    take_back(order(POLICE, "khai nhầm"), act=act)
    assert (columns(he), columns(she), rows_of(he, Relation), rows_of(she, Relation)) == before


@pytest.mark.usefixtures("db")
def test_what_something_rests_on_is_not_taken_back() -> None:
    he, she = born(), woman()
    act = uuid4()
    register_marriage(order(act=act), person_id=he, spouse_id=she)
    register_divorce(order(), person_id=she, spouse_id=he)
    with refusal():
        take_back(order(POLICE, "nhầm"), act=act)
    assert stored(he).marital_status == "divorced", "nothing of it was done"


@pytest.mark.usefixtures("db")
def test_a_birth_is_not_taken_back_and_reasons_are_needed() -> None:
    act = uuid4()
    register_birth(order(act=act), birth=birth())
    with refusal():
        take_back(order(POLICE, "nhầm"), act=act)
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        take_back(order(POLICE), act=act)
    with refusal(ErrorCode.NOT_FOUND):
        take_back(order(POLICE, "nhầm"), act=uuid4())


@pytest.mark.usefixtures("db")
def test_missing_and_dead_are_two_facts() -> None:
    he = born()
    declare_missing(order(), person_id=he, since="2020")
    with refusal():
        register_marriage(order(), person_id=he, spouse_id=woman())
    declare_found(order(), person_id=he)
    assert (stored(he).life_status, stored(he).missing_since) == ("alive", "")
    with refusal():
        declare_found(order(), person_id=he)


@pytest.mark.usefixtures("db")
def test_names_sex_nationality() -> None:
    she = woman("HOÀNG THỊ LAN")
    change_name(order(), person_id=she, full_name="HOÀNG  LAN ANH")
    assert (stored(she).full_name, stored(she).name_k2) == ("HOÀNG LAN ANH", "HOANG LAN ANH")
    assert [row["name"] for row in rows_of(she, OtherName)] == ["HOÀNG THỊ LAN"]
    redetermine_sex(order(), person_id=she, sex=Sex.MALE)
    assert stored(she).sex == "M"
    gain_nationality(order(), person_id=she, nationality="FRA")
    assert (stored(she).nationality, stored(she).second_nationality) == ("VNM", "FRA")
    lose_nationality(order(), person_id=she)
    assert (stored(she).nationality, stored(she).second_nationality) == ("FRA", "")
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        lose_nationality(order(), person_id=she)
    gain_nationality(order(), person_id=she)
    assert (stored(she).nationality, stored(she).second_nationality) == ("VNM", "FRA")


@pytest.mark.usefixtures("db")
def test_leaving_the_country_and_coming_back() -> None:
    he = born()
    emigrate(order(POLICE), person_id=he)
    with refusal():
        emigrate(order(POLICE), person_id=he)
    return_home(order(POLICE), person_id=he)
    assert stored(he).life_status == "alive"


@pytest.mark.usefixtures("db")
def test_adoption_goes_down_only() -> None:
    he, she = married()
    child = born("NGUYỄN VĂN CON", birth_date="2020-01-01")
    adopt(order(), child_id=child, parent_ids=(he, she))
    assert {row["kind"]: row["other_id"] for row in rows_of(child, Relation)} == {
        "adoptive_father": he,
        "adoptive_mother": she,
    }
    for parents in ((child,), (child, she)):
        with refusal():
            adopt(order(), child_id=he, parent_ids=parents)
    with refusal():
        adopt(order(), child_id=child, parent_ids=(child,))
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        note_relation(order(), person_id=child, kind=Kin.MOTHER, other_id=child)


@pytest.mark.usefixtures("db")
def test_a_noted_parent_is_no_descendant() -> None:
    grandmother, mother, child = (woman(name) for name in ("HỒ THỊ BÀ", "HỒ THỊ MẸ", "HỒ THỊ CON"))
    note_relation(order(POLICE), person_id=child, kind=Kin.MOTHER, other_id=mother)
    note_relation(order(POLICE), person_id=mother, kind=Kin.MOTHER, other_id=grandmother)
    with refusal():
        note_relation(order(POLICE), person_id=grandmother, kind=Kin.MOTHER, other_id=child)
    with refusal(ErrorCode.ACCESS_OUTSIDE):
        note_relation(order(NEIGHBOUR), person_id=child, kind=Kin.FATHER, other_id=born())


@pytest.mark.usefixtures("db")
def test_nobody_enters_himself_as_somebodys_parent() -> None:
    child, officer = born("HỒ VĂN CON", birth_date="2015-01-01"), born("HỒ VĂN CHA")
    himself = replace(POLICE, person_id=officer), replace(REGISTRAR, person_id=officer)
    for kind in (Kin.FATHER, Kin.REPRESENTATIVE):
        with refusal(ErrorCode.ACCESS_DENIED):
            note_relation(order(himself[0]), person_id=child, kind=kind, other_id=officer)
    father = (ParentTold(Kin.FATHER, "HỒ VĂN CHA", person_id=officer),)
    with refusal(ErrorCode.ACCESS_DENIED):
        register_birth(order(himself[1]), birth=birth("HỒ VĂN BÉ", parents=father))
    note_relation(order(POLICE), person_id=child, kind=Kin.FATHER, other_id=officer)
    register_birth(order(REGISTRAR), birth=birth("HỒ VĂN BÉ", parents=father))


def test_two_registrars_at_once_make_no_bigamist(committed: str) -> None:
    del committed
    he = born()
    women = [woman(f"LÊ THỊ {letter}") for letter in "ABCDEF"]

    def wed(she: int) -> bool:
        try:
            register_marriage(order(), person_id=he, spouse_id=she)
        except SosachError as refused:
            return refused.code not in (ErrorCode.STATE_FORBIDS, ErrorCode.CONFLICT)
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(wed, women)) == 1
    assert state_of(he).marital == "married"


@pytest.mark.usefixtures("db")
def test_the_database_refuses_the_own_parent() -> None:
    he = born()
    with pytest.raises(IntegrityError), acting(EVERYBODY):
        Relation.objects.create(
            person_id=he, other_id=he, kind="father", slot="father", origin="entry", key=1, position=0
        )


@pytest.mark.usefixtures("db")
def test_the_database_refuses_a_living_dead() -> None:
    he = born()
    with pytest.raises(IntegrityError), acting(EVERYBODY):
        Person.objects.filter(pk=he).update(died_on="2026")
