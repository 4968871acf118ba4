"""PINs: drawn in the old structure, unique for ever, the same for the same message, renewed on four grounds only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.population.people import (
    BA_DINH,
    EVERYBODY,
    HA_NOI,
    NEIGHBOUR,
    POLICE,
    birth,
    born,
    columns,
    look,
    nation,
    order,
    rows_of,
    stored,
)
from tests.domain.provenance.runs import person, write_run

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.population.models import IssuedNumber, Person, Petition, Relation
from sosach.domain.population.operations.births import ParentTold, register_birth, register_births
from sosach.domain.population.operations.corrections import note_old_number
from sosach.domain.population.operations.journal import settle, told_of
from sosach.domain.population.operations.numbers import ask_new_pin, establish_new_pin, issue_pin, refuse_petition
from sosach.domain.population.operations.register import REGISTER
from sosach.domain.population.queries import masked_by_pin, person_by_pin, persons_by_old_number, record
from sosach.domain.population.rules.numbers import Ground, draw, prefix, warnings
from sosach.domain.population.rules.words import Kin, OldNumberKind, Part
from sosach.domain.provenance.models import RefusedRow
from sosach.domain.provenance.operations.importing import Taken, import_run
from sosach.vn.identifiers import pin as pin_number

STEWARD = nation(Role.STEWARD)


@given(st.sampled_from(["01", "24", "79"]), st.sampled_from(["M", "F"]), st.integers(1900, 2399))
def test_a_new_number_reads_by_the_old_structure(province: str, sex: str, year: int) -> None:
    (number,) = draw([prefix(province_code=province, sex=sex, birth_year=year)])
    assert pin_number.structure(number) == {"province": f"0{province}", "sex": sex, "birth_year": str(year)}


@pytest.mark.parametrize("told", [{"province_code": ""}, {"sex": ""}, {"birth_year": 0}, {"birth_year": 2400}])
def test_what_a_number_needs(told: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="needs"):
        prefix(**({"province_code": "01", "sex": "M", "birth_year": 1990} | told))  # type: ignore[arg-type]


def test_no_two_candidates_are_alike() -> None:
    assert len(set(draw(["001090"] * 5000))) == 5000


def test_the_inside_of_a_number_is_only_a_warning() -> None:
    found = warnings("001090123456", sex="F", birth_year=1985, today_year=2026)
    assert {finding.code for finding in found} == {"PIN-13", "PIN-14"}


@pytest.mark.usefixtures("db")
def test_a_newborn_gets_record_and_number_by_one_message() -> None:
    told = birth("LÊ THỊ HOÀ", sex="F", birth_date="2026-11-19")
    answer = register_birth(order(), birth=told)
    assert answer.pin.startswith("001326")
    person = stored(answer.person_id)
    assert (person.pin, person.full_name, person.name_k2) == (answer.pin, "LÊ THỊ HOÀ", "LE THI HOA")
    assert (person.commune_code, person.province_code, person.life_status) == (BA_DINH, HA_NOI, "alive")


@pytest.mark.usefixtures("db")
def test_what_a_message_writes_is_what_its_journal_says() -> None:
    parents = (ParentTold(Kin.MOTHER, "LÊ THỊ MẸ", pin="001190000001"), ParentTold(Kin.FATHER, "HỒ VĂN CHA"))
    told = [birth("H’Hen Niê", birth_date="2026-11-19", parents=parents, ethnicity="Ê Đê") for _ in range(2)]
    keys = [answer.person_id for answer in register_births(order(), births=told)]
    written = [(columns(key), rows_of(key, Relation)) for key in keys]
    with acting(EVERYBODY):
        for person in Person.objects.filter(pk__in=keys):
            settle(person, told_of(person), list(Part))
    assert [(columns(key), rows_of(key, Relation)) for key in keys] == written
    assert [(row["slot"], row["full_name"]) for row in written[0][1]] == [
        ("mother", "LÊ THỊ MẸ"),
        ("father", "HỒ VĂN CHA"),
    ]


@pytest.mark.usefixtures("db")
def test_the_same_message_twice_gives_the_same_number() -> None:
    told = [birth(birth_date="2026-11-19") for _ in range(3)]
    first = register_births(order(), births=told)
    again = register_births(order(), births=[told[1], birth(birth_date="2026-11-18"), told[0]])
    assert [answer.repeated for answer in again] == [True, False, True]
    assert (again[0].pin, again[2].pin) == (first[1].pin, first[0].pin)
    with acting(EVERYBODY):
        assert Person.objects.count() == 4


@pytest.mark.usefixtures("db")
def test_one_message_id_for_two_births_is_refused() -> None:
    told = birth(birth_date="2026-11-19")
    register_birth(order(), birth=told)
    with pytest.raises(SosachError) as refused:
        register_birth(order(), birth=birth("KHÁC", birth_date="2026-11-19", message_id=told.message_id))
    assert refused.value.code is ErrorCode.CONFLICT


@pytest.mark.parametrize(
    "told", [{"sex": ""}, {"birth_date": "2026-13-01"}, {"birth_date": "2027-01-01"}, {"commune_code": "99999"}]
)
@pytest.mark.usefixtures("db")
def test_a_message_that_lacks_something_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(SosachError) as refused:
        register_birth(order(), birth=birth(**told))
    assert refused.value.code is ErrorCode.INPUT_INCOMPLETE


@pytest.mark.usefixtures("db")
def test_another_communes_birth_is_refused() -> None:
    with pytest.raises(SosachError) as refused:
        register_birth(order(NEIGHBOUR), birth=birth())
    assert refused.value.code is ErrorCode.ACCESS_OUTSIDE


@pytest.fixture
def few_serials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws of two digits only, so that numbers meet."""
    monkeypatch.setattr("sosach.domain.population.rules.numbers._SERIALS", 100)


@pytest.mark.usefixtures("db", "few_serials")
def test_numbers_that_meet_are_drawn_again() -> None:
    pins = [register_birth(order(), birth=birth()).pin for _ in range(60)]
    pins += [answer.pin for answer in register_births(order(), births=[birth() for _ in range(30)])]
    assert len(set(pins)) == 90
    with pytest.raises(SosachError) as refused:
        register_births(order(), births=[birth() for _ in range(20)])
    assert refused.value.code is ErrorCode.CONFLICT
    # to the last one, then none
    pins += [register_birth(order(), birth=birth()).pin for _ in range(10)]
    assert len(set(pins)) == 100
    with pytest.raises(SosachError) as none_left:
        register_birth(order(), birth=birth())
    assert none_left.value.code is ErrorCode.CONFLICT


@pytest.mark.usefixtures("few_serials")
def test_numbers_drawn_at_once_are_different(committed: str) -> None:
    """Eight connections draw from a hundred numbers; nobody waits for good, nobody gets another's."""
    del committed

    def some(_: int) -> list[str]:
        try:
            return [register_birth(order(), birth=birth()).pin for _ in range(3)] + [
                answer.pin for answer in register_births(order(), births=[birth() for _ in range(6)])
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        pins = [pin for found in pool.map(some, range(8)) for pin in found]
    assert len(pins) == len(set(pins)) == 72


def test_the_same_message_at_once_gives_one_record(committed: str) -> None:
    del committed
    told = [birth(birth_date="2026-11-19") for _ in range(5)]

    def send(turn: int) -> list[tuple[int, str]]:
        try:
            chosen = told if turn % 2 else told[::-1]
            answers = register_births(order(), births=chosen)
            return sorted((answer.person_id, answer.pin) for answer in answers)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(send, range(8)))
    assert all(answers == found[0] for answers in found)


@pytest.mark.usefixtures("db")
def test_the_database_refuses_two_persons_with_one_number() -> None:
    pin = stored(born()).pin
    with pytest.raises(IntegrityError), acting(EVERYBODY):
        Person.objects.create(full_name="TRÙNG SỐ", pin=pin, commune_code=BA_DINH, province_code=HA_NOI)
    with pytest.raises(IntegrityError), acting(EVERYBODY):
        Person.objects.create(full_name="SAI SỐ", pin="12345", commune_code=BA_DINH, province_code=HA_NOI)


def take_in(folder: Path, *rows: dict[str, Any]) -> Taken:
    run = write_run(folder, population=rows)
    return import_run(order(STEWARD), folder=run, registers=[REGISTER], synthetic=True)[0]


@pytest.mark.usefixtures("db")
def test_an_import_writes_no_two_persons_with_one_number(tmp_path: Path) -> None:
    here = {"commune_code": BA_DINH, "province_code": HA_NOI}
    taken = stored(born("PHẠM VĂN CÓ")).pin
    someone_else = person(taken, "NGƯỜI KHÁC", birth_date_std="1970", **here)
    assert take_in(tmp_path / "1", someone_else).refused == {"one_key_two_records": 1}
    assert take_in(tmp_path / "2", person(taken, "PHẠM VĂN CÓ", birth_date_std="1990-05-06", **here)).known == 1
    unread = {"pin_given": "12 34", "birth_date_std": None, "old_id_std": "012345678"}
    report = take_in(
        tmp_path / "3",
        person("001090000777", "VŨ THỊ MỘT", birth_date_std="1990", **here),
        person("001090000777", "VŨ THỊ HAI", birth_date_std="1991", **here),
        person(None, "VŨ THỊ BA", **unread, **here),
    )
    assert (report.new, report.refused) == (1, {"one_key_two_records": 2})
    with acting(EVERYBODY):
        third = Person.objects.get(full_name="VŨ THỊ BA")
        assert not IssuedNumber.objects.filter(pk="001090000777").exists()
        assert RefusedRow.objects.get(source__title="population 2026-11-22", row_number=0, record_id=taken).given["pin"]
        assert stored(born_key(taken)).full_name == "PHẠM VĂN CÓ"
    assert third.pin is None
    assert [who.person_id for who in persons_by_old_number(look(), number="012345678")] == [third.pk]


def born_key(pin: str | None) -> int:
    return Person.objects.get(pin=pin).pk


def without_pin(folder: Path, **told: Any) -> int:
    row = {"birth_date_std": "1957", "sex_std": "F", "commune_code": BA_DINH, "province_code": HA_NOI} | told
    take_in(folder, person(None, "ĐỖ THỊ CŨ", **row))
    with acting(EVERYBODY):
        return Person.objects.get(full_name="ĐỖ THỊ CŨ").pk


@pytest.mark.usefixtures("db")
def test_a_citizen_without_number_gets_one_at_the_commune(tmp_path: Path) -> None:
    key = without_pin(tmp_path)
    number = issue_pin(order(POLICE), person_id=key)
    assert number.startswith("001157")
    assert stored(key).pin == number
    with pytest.raises(SosachError) as refused:
        issue_pin(order(POLICE), person_id=key)
    assert refused.value.code is ErrorCode.STATE_FORBIDS


@pytest.mark.usefixtures("db")
def test_a_poor_record_gets_no_number(tmp_path: Path) -> None:
    key = without_pin(tmp_path, sex_std=None)
    with pytest.raises(SosachError) as refused:
        issue_pin(order(POLICE), person_id=key)
    assert refused.value.code is ErrorCode.INPUT_INCOMPLETE


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.usefixtures("db")
def test_a_number_is_cancelled_and_established_anew(ground: Ground) -> None:
    key = born()
    old = stored(key).pin
    petition = ask_new_pin(order(POLICE), person_id=key, ground=ground)
    assert petition.due_on == date(2026, 12, 14)  # 15 working days, 24 November is a day off
    new = establish_new_pin(order(POLICE), petition_id=petition.pk)
    assert new != old
    for asked in (old, new):
        seen = person_by_pin(look(NEIGHBOUR), pin=asked)
        assert seen is not None
        assert (seen.person_id, seen.pin, seen.asked) == (key, new, old if asked == old else "")
    spells = record(look(), person_id=key).pins
    assert [(spell.number, spell.until is None, spell.ground) for spell in spells] == [
        (old, False, ground.value),
        (new, True, ""),
    ]
    with acting(EVERYBODY):
        assert Petition.objects.get().outcome == "granted"


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.usefixtures("db")
def test_grounds_a_and_b_need_the_citizens_wish(ground: Ground) -> None:
    key = born()
    if ground in (Ground.FORGED_PAPERS, Ground.BIRTH_ANNULLED):
        assert ask_new_pin(order(POLICE), person_id=key, ground=ground, wished=False).ground == ground
        return
    with pytest.raises(SosachError) as refused:
        ask_new_pin(order(POLICE), person_id=key, ground=ground, wished=False)
    assert refused.value.code is ErrorCode.INPUT_INCOMPLETE


@pytest.mark.usefixtures("db")
def test_a_petition_is_decided_once_and_late_ones_are_known() -> None:
    key = born()
    petition = ask_new_pin(order(POLICE), person_id=key, ground=Ground.FORGED_PAPERS)
    with pytest.raises(SosachError):
        ask_new_pin(order(POLICE), person_id=key, ground=Ground.FORGED_PAPERS)
    later = Order(POLICE, datetime(2026, 12, 15, 3, 0, tzinfo=UTC), reason="không đủ căn cứ")
    refuse_petition(later, petition_id=petition.pk)
    with pytest.raises(SosachError) as refused:
        establish_new_pin(order(POLICE), petition_id=petition.pk)
    assert refused.value.code is ErrorCode.NOT_FOUND


@pytest.mark.usefixtures("db")
def test_an_old_number_may_lead_to_several() -> None:
    first, second = born("HÀ VĂN MỘT"), born("HÀ VĂN HAI")
    for key in (first, second):
        note_old_number(order(POLICE), person_id=key, kind=OldNumberKind.CMND_9, number="012 345 678")
    assert [who.person_id for who in persons_by_old_number(look(NEIGHBOUR), number="012345678")] == [first, second]
    assert persons_by_old_number(look(), number="999999998") == []


@pytest.mark.usefixtures("db")
def test_a_masked_look_tells_little() -> None:
    key = born("NGUYỄN VĂN AN")
    pin = stored(key).pin
    assert pin is not None
    seen = masked_by_pin(look(NEIGHBOUR), pin=pin)
    assert seen is not None
    assert (seen.full_name, seen.birth_date, seen.commune_code) == ("N. V. AN", "1990", "")
    assert seen.pin == f"{pin[:3]}******{pin[-3:]}"
    assert person_by_pin(look(), pin="079000000001") is None


@pytest.mark.usefixtures("db")
def test_who_holds_no_role_for_it_checks_no_identity() -> None:
    with pytest.raises(SosachError) as refused:
        person_by_pin(look(nation(Role.ADMIN)), pin="079000000001")
    assert refused.value.code is ErrorCode.ACCESS_DENIED
