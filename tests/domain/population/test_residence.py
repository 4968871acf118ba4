"""Residence as dated spells, households instead of the paper book: moves, splits, heads, and all of it taken back."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.domain.population.people import (
    BA_DINH,
    EVERYBODY,
    HA_NOI,
    NEIGHBOUR,
    NGOC_HA,
    POLICE,
    born,
    columns,
    look,
    order,
    rows_of,
    stored,
    woman,
)

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.population.models import Household, Residence
from sosach.domain.population.operations.civil import emigrate, register_death, return_home
from sosach.domain.population.operations.households import change_head, merge_households, split_household
from sosach.domain.population.operations.merging import take_back
from sosach.domain.population.operations.residence import (
    Place,
    declare_absence,
    end_absence,
    move_in,
    move_out,
    register_stay,
)
from sosach.domain.population.queries import household
from sosach.domain.population.rules.words import Member, Spell

HERE, THERE = Place(BA_DINH, "12 phố Đội Cấn"), Place(NGOC_HA, "3 ngõ 5 Ngọc Hà")


def refusal(error: ErrorCode = ErrorCode.STATE_FORBIDS) -> object:
    return pytest.raises(SosachError, match=error.value)


def family() -> tuple[int, int, int, Household]:
    """Father (head), mother and child in one household of Ba Đình."""
    he, she, child = born(), woman(), born("NGUYỄN VĂN CON", birth_date="2015-01-01")
    home = move_in(order(POLICE), person_id=he, to=HERE)
    move_in(order(POLICE), person_id=she, to=home.pk, relation=Member.SPOUSE)
    move_in(order(POLICE), person_id=child, to=home.pk, relation=Member.CHILD)
    return he, she, child, home


def members(home: Household, actor: object = POLICE) -> dict[int, str]:
    seen = household(look(actor), household_id=home.pk)  # type: ignore[arg-type]
    return {member.who.person_id: member.relation for member in seen.members}


@pytest.mark.usefixtures("db")
def test_a_household_is_its_members_spells() -> None:
    he, she, child, home = family()
    assert members(home) == {he: "head", she: "spouse", child: "child"}
    with refusal(ErrorCode.NOT_FOUND):
        members(home, NEIGHBOUR)


@pytest.mark.usefixtures("db")
def test_the_receiving_commune_moves_somebody_in() -> None:
    _, she, _, home = family()
    with refusal(ErrorCode.ACCESS_OUTSIDE):
        move_in(order(POLICE), person_id=she, to=THERE)
    move_in(order(NEIGHBOUR), person_id=she, to=THERE, on=date(2026, 11, 10))
    assert (stored(she).commune_code, stored(she).province_code) == (NGOC_HA, HA_NOI)
    spells = [(row["commune_code"], row["ends_on"]) for row in rows_of(she, Residence)]
    assert [code for code, _ in spells] == [BA_DINH, NGOC_HA]
    assert spells[0][1] is not None
    assert spells[1][1] is None
    assert she not in members(home)


@pytest.mark.usefixtures("db")
def test_a_head_does_not_leave_others_behind() -> None:
    he, she, child, home = family()
    with refusal():
        move_in(order(NEIGHBOUR), person_id=he, to=THERE)
    change_head(
        order(POLICE), household_id=home.pk, relations={he: Member.SPOUSE, she: Member.HEAD, child: Member.CHILD}
    )
    assert members(home) == {she: "head", he: "spouse", child: "child"}
    move_in(order(NEIGHBOUR), person_id=he, to=THERE)


@pytest.mark.usefixtures("db")
def test_another_head_is_taken_back() -> None:
    he, she, child, home = family()
    act = uuid4()
    relations = {he: Member.SPOUSE, she: Member.HEAD, child: Member.CHILD}
    change_head(order(POLICE, act=act), household_id=home.pk, relations=relations)
    take_back(order(POLICE, "nhầm"), act=act)
    assert members(home) == {he: "head", she: "spouse", child: "child"}


@pytest.mark.usefixtures("db")
def test_who_leaves_the_country_leaves_the_commune() -> None:
    he = born()
    move_in(order(POLICE), person_id=he, to=HERE)
    with refusal(ErrorCode.ACCESS_OUTSIDE):
        emigrate(order(NEIGHBOUR), person_id=he)
    emigrate(order(POLICE), person_id=he)
    assert (stored(he).commune_code, stored(he).province_code) == (None, HA_NOI)
    return_home(order(NEIGHBOUR), person_id=he)
    move_in(order(NEIGHBOUR), person_id=he, to=THERE)
    assert stored(he).commune_code == NGOC_HA


@pytest.mark.parametrize("heads", [0, 2])
@pytest.mark.usefixtures("db")
def test_a_household_has_one_head(heads: int) -> None:
    he, she, child, home = family()
    relations = {he: Member.HEAD, she: Member.HEAD, child: Member.CHILD}
    if not heads:
        relations |= {he: Member.OTHER_KIN, she: Member.SPOUSE}
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        change_head(order(POLICE), household_id=home.pk, relations=relations)
    with refusal(ErrorCode.CONFLICT):
        move_in(order(POLICE), person_id=born("LÊ VĂN TƯ"), to=home.pk, relation=Member.HEAD)


@pytest.mark.usefixtures("db")
def test_households_split_and_merge() -> None:
    he, she, child, home = family()
    with refusal():
        split_household(order(POLICE), household_id=home.pk, members={he: Member.HEAD})
    new = split_household(order(POLICE), household_id=home.pk, members={she: Member.HEAD, child: Member.CHILD})
    assert members(home) == {he: "head"}
    assert members(new) == {she: "head", child: "child"}
    back = {she: Member.SPOUSE, child: Member.CHILD}
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        merge_households(order(POLICE), household_id=new.pk, into_id=home.pk, relations={she: Member.SPOUSE})
    merge_households(order(POLICE), household_id=new.pk, into_id=home.pk, relations=back)
    assert members(home) == {he: "head", she: "spouse", child: "child"}
    assert members(new) == {}


@pytest.mark.usefixtures("db")
def test_temporary_residence_and_absence_move_no_territory() -> None:
    he = born()
    move_in(order(POLICE), person_id=he, to=HERE)
    register_stay(order(NEIGHBOUR), person_id=he, kind=Spell.TEMPORARY, place=THERE, until=date(2027, 5, 1))
    declare_absence(order(POLICE), person_id=he, until=date(2027, 5, 1), address="Ngọc Hà")
    assert stored(he).commune_code == BA_DINH
    assert {row["slot"] for row in rows_of(he, Residence) if row["ends_on"] is None} == {
        "permanent",
        "temporary",
        "absence",
    }
    end_absence(order(POLICE), person_id=he)
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        end_absence(order(POLICE), person_id=he)
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        register_stay(order(POLICE), person_id=he, kind=Spell.PERMANENT, place=HERE)


@pytest.mark.usefixtures("db")
def test_without_permanent_residence_one_belongs_where_one_lives() -> None:
    he = born()
    move_in(order(POLICE), person_id=he, to=HERE)
    register_stay(order(NEIGHBOUR), person_id=he, kind=Spell.CURRENT, place=THERE)
    move_out(order(POLICE), person_id=he)
    assert stored(he).commune_code == NGOC_HA
    with refusal(ErrorCode.INPUT_INCOMPLETE):
        move_out(order(NEIGHBOUR), person_id=he)


@pytest.mark.usefixtures("db")
def test_who_left_every_residence_is_found_by_the_province() -> None:
    he = born()
    move_in(order(POLICE), person_id=he, to=HERE)
    move_out(order(POLICE), person_id=he)
    assert (stored(he).commune_code, stored(he).province_code) == (None, HA_NOI)


@pytest.mark.usefixtures("db")
def test_the_dead_stay_where_they_lay_but_in_no_household() -> None:
    he, she, child, home = family()
    act = uuid4()
    register_death(order(act=act), person_id=he, died_on="2026-11-19")
    assert stored(he).commune_code == BA_DINH
    assert members(home) == {she: "spouse", child: "child"}
    with refusal():
        move_in(order(POLICE), person_id=he, to=HERE)
    take_back(order(POLICE, "nhầm"), act=act)
    assert members(home) == {he: "head", she: "spouse", child: "child"}


@pytest.mark.usefixtures("db")
def test_moves_are_taken_back_in_any_order() -> None:
    he = born()
    acts = [uuid4() for _ in range(3)]
    move_in(order(POLICE, act=acts[0]), person_id=he, to=HERE)
    register_stay(order(NEIGHBOUR, act=acts[1]), person_id=he, kind=Spell.CURRENT, place=THERE)
    move_out(order(POLICE, act=acts[2]), person_id=he)
    assert stored(he).commune_code == NGOC_HA
    take_back(order(NEIGHBOUR, "nhầm"), act=acts[1])
    assert (stored(he).commune_code, stored(he).province_code) == (None, HA_NOI)
    take_back(order(EVERYBODY, "nhầm"), act=acts[2])
    assert stored(he).commune_code == BA_DINH


@pytest.mark.usefixtures("db")
def test_the_database_allows_one_permanent_spell() -> None:
    he = born()
    move_in(order(POLICE), person_id=he, to=HERE)
    with pytest.raises(IntegrityError), acting(EVERYBODY):
        Residence.objects.create(person_id=he, slot="permanent", origin="entry", key=1, position=0)


class Moves(RuleBasedStateMachine):
    """One person moves about; every act is taken back at random, and rows are what a replay of the others gives."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.he = born()
        self.acts: list[tuple[object, str]] = []
        self.expected: list[tuple[object, str, str | None]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def told(self, kind: str, code: str | None) -> object:
        act = uuid4()
        self.expected.append((act, kind, code))
        return act

    @rule(kind=st.sampled_from(["permanent", "current", "temporary"]), here=st.booleans())
    def go(self, kind: str, *, here: bool) -> None:
        place, actor = (HERE, POLICE) if here else (THERE, NEIGHBOUR)
        act = self.told(kind, place.commune_code)
        if kind == "permanent":
            move_in(order(actor, act=act), person_id=self.he, to=place)  # type: ignore[arg-type]
        else:
            register_stay(order(actor, act=act), person_id=self.he, kind=Spell(kind), place=place)  # type: ignore[arg-type]

    @rule()
    def leave(self) -> None:
        act = uuid4()
        try:
            move_out(order(EVERYBODY, act=act), person_id=self.he)
        except SosachError:
            assert self.place("permanent") is None
            return
        self.expected.append((act, "permanent", None))

    @rule(which=st.integers(0, 30))
    def undo(self, which: int) -> None:
        if self.expected:
            act, _, _ = self.expected.pop(which % len(self.expected))
            take_back(order(EVERYBODY, "thử"), act=act)  # type: ignore[arg-type]

    def place(self, kind: str) -> str | None:
        return next((code for _, slot, code in reversed(self.expected) if slot == kind), None)

    @invariant()
    def rows_and_territory_are_what_holds(self) -> None:
        rows = rows_of(self.he, Residence)
        held = {row["slot"]: row["commune_code"] for row in rows if row["ends_on"] is None}
        kinds = ("permanent", "current", "temporary")
        assert held == {kind: code for kind in kinds if (code := self.place(kind)) is not None}
        if any(code for _, _, code in self.expected):
            wanted = next((code for kind in kinds if (code := self.place(kind)) is not None), None)
            assert columns(self.he)["commune_code"] == wanted


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_random_moves() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Moves,
        settings=settings(
            max_examples=10, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_who_moved_meanwhile_is_not_brought_back(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    owner.autocommit = True
    with transaction.atomic():
        he, she, child, home = family()
        aunt = move_in(order(POLICE), person_id=woman("TRẦN THỊ DÌ"), to=Place(BA_DINH, "7 phố Giảng Võ"))
    relations = {he: Member.SPOUSE, she: Member.HEAD, child: Member.CHILD}

    def another_head() -> str:
        try:
            change_head(order(POLICE), household_id=home.pk, relations=relations)
        except SosachError as refused:
            return refused.code.value
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            move_in(order(POLICE), person_id=child, to=aunt.pk, relation=Member.OTHER_KIN)
            late = pool.submit(another_head)
            while not late.done() and owner.execute(waits).fetchone() == (0,):
                time.sleep(0.01)
        assert late.result() == ErrorCode.INPUT_INCOMPLETE.value
    assert members(home) == {he: "head", she: "spouse"}
    assert members(aunt)[child] == "other_kin"
