"""Mass changes: what a preview promises is what happens, or nothing happens; a second person above the limit."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.campaign.ground import (
    FAR,
    HERE,
    NEXT_DOOR,
    SYSTEM,
    account,
    campaign,
    case_of,
    cases,
    dirty,
    filled,
    officer,
    order,
    take_in,
)

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.models import Campaign, Case, CaseStep, Duty
from sosach.domain.campaign.operations.campaigns import set_duty
from sosach.domain.campaign.operations.planning import agree, carry_out, preview
from sosach.domain.campaign.operations.working import assign, note_visit
from sosach.domain.campaign.rules.changes import Change
from sosach.domain.campaign.rules.splitting import by_group, portions, quotas
from sosach.domain.campaign.rules.wanted import Wanted, read, written
from sosach.domain.vehicles.models import Vehicle

CHIEF, SECOND, CLERK = officer(7, Role.CHIEF), officer(6, Role.VERIFIER), officer(5, Role.CLERK)
PROVINCE = officer(9, Role.STEWARD, unit="38", level=Level.PROVINCE)
NEIGHBOUR = officer(4, Role.CHIEF, unit=NEXT_DOOR)


@pytest.fixture
def begun(db: None, tmp_path: Path) -> Campaign:
    """A campaign with four cases here and one next door."""
    del db
    take_in(tmp_path, [*(dirty(number) for number in range(1, 5)), dirty(5, commune_code=NEXT_DOOR)])
    found = campaign()
    filled(found)
    return found


def code(refused: Callable[[], Any]) -> ErrorCode:
    with pytest.raises(SosachError) as error:
        refused()
    return error.value.code


def test_a_split_does_what_its_preview_says(begun: Campaign) -> None:
    an, binh = account("an"), account("binh")
    for each, minutes in ((an, 60), (binh, 180)):
        set_duty(order(CHIEF), campaign_id=begun.pk, officer_id=each, commune_code=HERE, minutes_per_day=minutes)
    shown = preview(order(CHIEF), campaign_id=begun.pk, change=Change.SPLIT, wanted=Wanted(), terms={"rule": "hours"})
    assert (shown.cases, shown.unchanged, shown.needs_second) == (4, 0, False)
    assert shown.effects["officers"] == {"": [4, 0], str(an): [0, 1], str(binh): [0, 3]}
    assert shown.effects["states"] == {"imported": 4}
    assert all(case.officer_id is None for case in cases())
    assert carry_out(order(CHIEF), token=shown.token) == 4
    loads = [case.officer_id for case in cases(commune_code=HERE)]
    assert (loads.count(an), loads.count(binh)) == (1, 3)
    assert {case.state for case in cases(commune_code=HERE)} == {"assigned"}
    assert case_of(5).officer_id is None
    with acting(SYSTEM):
        assert CaseStep.objects.filter(step="assign").count() == 4
    assert code(lambda: carry_out(order(CHIEF), token=shown.token)) == ErrorCode.STATE_FORBIDS


def test_whole_groups_stay_together(begun: Campaign) -> None:
    for name in ("an", "binh"):
        set_duty(order(CHIEF), campaign_id=begun.pk, officer_id=account(name), commune_code=HERE, minutes_per_day=60)
    shown = preview(order(CHIEF), campaign_id=begun.pk, change=Change.SPLIT, wanted=Wanted(), terms={"rule": "groups"})
    carry_out(order(CHIEF), token=shown.token)
    by_place = {(case.group, case.officer_id) for case in cases(commune_code=HERE)}
    assert len(by_place) == len({group for group, _ in by_place}) == 3


def test_a_world_that_changed_refuses_the_plan(begun: Campaign) -> None:
    an = account("an")
    shown = preview(order(CHIEF), campaign_id=begun.pk, change=Change.GIVE, wanted=Wanted(), terms={"officer": an})
    note_visit(order(CLERK), case_id=case_of(2).pk, outcome="met")
    assert code(lambda: carry_out(order(CHIEF), token=shown.token)) == ErrorCode.CONFLICT
    assert [case.officer_id for case in cases()].count(an) == 0


def test_more_cases_than_before_refuse_the_plan_too(begun: Campaign, tmp_path: Path) -> None:
    shown = preview(order(CHIEF), campaign_id=begun.pk, change=Change.DUE, wanted=Wanted(), terms={"day": "2026-12-01"})
    take_in(tmp_path / "2", [dirty(8)], days=1)
    filled(begun, days=0.5)
    assert code(lambda: carry_out(order(CHIEF), token=shown.token)) == ErrorCode.CONFLICT
    assert {case.due_on for case in cases()} == {date(2026, 12, 30)}


def test_over_the_limit_somebody_else_has_to_agree(begun: Campaign, tmp_path: Path) -> None:
    take_in(tmp_path / "2", [dirty(number) for number in range(11, 15)], days=0)
    filled(begun)
    terms = {"day": "2026-12-01"}
    shown = preview(order(CHIEF), campaign_id=begun.pk, change=Change.DUE, wanted=Wanted(), terms=terms)
    assert (shown.cases, shown.needs_second) == (8, True)
    assert code(lambda: carry_out(order(CHIEF), token=shown.token)) == ErrorCode.STATE_FORBIDS
    assert code(lambda: agree(order(CHIEF), token=shown.token)) == ErrorCode.STATE_FORBIDS
    assert code(lambda: agree(order(NEIGHBOUR), token=shown.token)) == ErrorCode.NOT_FOUND
    assert code(lambda: agree(order(CLERK), token=shown.token)) == ErrorCode.ACCESS_DENIED
    agree(order(SECOND), token=shown.token)
    assert carry_out(order(CHIEF), token=shown.token) == 8
    assert {case.due_on for case in cases(commune_code=HERE)} == {date(2026, 12, 1)}
    assert case_of(5).due_on == date(2026, 12, 30)


def test_an_old_preview_and_anothers_are_refused(begun: Campaign) -> None:
    terms = {"day": "2026-12-01"}
    shown = preview(order(CHIEF), campaign_id=begun.pk, change=Change.DUE, wanted=Wanted(), terms=terms)
    assert code(lambda: carry_out(order(CHIEF, days=2), token=shown.token)) == ErrorCode.STATE_FORBIDS
    assert code(lambda: carry_out(order(SECOND), token=shown.token)) == ErrorCode.STATE_FORBIDS


@pytest.mark.parametrize(
    ("change", "terms"),
    [
        (Change.GIVE, {}),
        (Change.GIVE, {"officer": 10**9}),
        (Change.SPLIT, {"rule": "luck"}),
        (Change.SPLIT, {"rule": "even"}),
        (Change.DUE, {"day": "someday"}),
        (Change.DUE, {"day": "2027-05-01"}),
        (Change.PLACE, {"commune": FAR, "extra": 1}),
    ],
)
def test_terms_that_fit_nothing_are_refused(begun: Campaign, change: Change, terms: dict[str, Any]) -> None:
    refused = code(lambda: preview(order(CHIEF), campaign_id=begun.pk, change=change, wanted=Wanted(), terms=terms))
    assert refused in {ErrorCode.INPUT_INCOMPLETE, ErrorCode.NOT_FOUND}


def test_a_case_is_given_to_who_serves_its_place_only(begun: Campaign) -> None:
    stranger = account("xa", unit=NEXT_DOOR)
    give = {"officer": stranger}
    refused = code(
        lambda: preview(order(PROVINCE), campaign_id=begun.pk, change=Change.GIVE, wanted=Wanted(), terms=give)
    )
    assert refused == ErrorCode.ACCESS_OUTSIDE
    shown = preview(
        order(PROVINCE), campaign_id=begun.pk, change=Change.GIVE, wanted=Wanted(commune=NEXT_DOOR), terms=give
    )
    assert carry_out(order(PROVINCE), token=shown.token) == 1
    assert case_of(5).officer_id == stranger


def test_cases_are_taken_back_and_regrouped_in_one_go(begun: Campaign) -> None:
    an = account("an")
    for number in (1, 2):
        assign(order(CHIEF), case_id=case_of(number).pk, officer_id=an)
    note_visit(order(officer(an, Role.CLERK)), case_id=case_of(2).pk, outcome="met")
    back = preview(order(CHIEF), campaign_id=begun.pk, change=Change.TAKE_BACK, wanted=Wanted(officer=an), terms={})
    assert carry_out(order(CHIEF), token=back.token) == 2
    assert {case.state for case in cases()} == {"imported"}
    group = preview(
        order(CHIEF),
        campaign_id=begun.pk,
        change=Change.REGROUP,
        wanted=Wanted(group="Thôn 2"),
        terms={"group": "Tổ dân phố 9"},
    )
    assert group.effects["groups"] == {"Thôn 2": [2, 0], "Tổ dân phố 9": [0, 2]}
    assert carry_out(order(CHIEF), token=group.token) == 2
    assert (case_of(1).group, case_of(1).state) == ("Tổ dân phố 9", "imported")


def test_cases_without_commune_are_placed_with_their_records(begun: Campaign, tmp_path: Path) -> None:
    take_in(tmp_path / "2", [dirty(21, commune_code=None)])
    filled(begun)
    assert case_of(21).commune_code is None
    terms = {"commune": HERE}
    shown = preview(order(PROVINCE), campaign_id=begun.pk, change=Change.PLACE, wanted=Wanted(), terms=terms)
    assert (shown.cases, shown.unchanged) == (1, 5)
    carry_out(order(PROVINCE), token=shown.token)
    placed = case_of(21)
    assert (placed.state, placed.commune_code) == ("moved", HERE)
    with acting(SYSTEM):
        assert Vehicle.objects.get(pk=placed.subject_id).commune_code == HERE


def test_duty_ends_when_the_desk_is_empty(begun: Campaign) -> None:
    an = account("an")
    duty = {"campaign_id": begun.pk, "officer_id": an, "commune_code": HERE}
    set_duty(order(CHIEF), **duty, minutes_per_day=60)
    assign(order(CHIEF), case_id=case_of(1).pk, officer_id=an)
    assert code(lambda: set_duty(order(CHIEF), **duty, minutes_per_day=0)) == ErrorCode.STATE_FORBIDS
    assert code(lambda: set_duty(order(NEIGHBOUR), **duty, minutes_per_day=60)) == ErrorCode.ACCESS_OUTSIDE
    assert code(lambda: set_duty(order(CHIEF), **duty, minutes_per_day=2000)) == ErrorCode.INPUT_INCOMPLETE
    set_duty(order(CHIEF), **duty, minutes_per_day=90)
    with acting(SYSTEM):
        assert list(Duty.objects.filter(ended_at__isnull=True).values_list("minutes_per_day", flat=True)) == [90]
        Case.objects.filter(officer_id=an).update(officer_id=None)
    assert set_duty(order(CHIEF), **duty, minutes_per_day=0) is None


WEIGHTS = st.lists(st.integers(0, 480), min_size=1, max_size=6).filter(sum)


@given(cases=st.integers(0, 500), weights=WEIGHTS)
def test_quotas_add_up_and_follow_the_hours(cases: int, weights: list[int]) -> None:
    told = quotas(cases, weights)
    assert sum(told) == cases
    assert all(abs(part - cases * weight / sum(weights)) < 1 for part, weight in zip(told, weights, strict=True))


@given(cases=st.lists(st.integers(), unique=True, max_size=60), weights=WEIGHTS)
def test_portions_keep_neighbours_together(cases: list[int], weights: list[int]) -> None:
    told = portions(cases, dict(enumerate(weights)))
    assert list(told) == cases
    assert list(told.values()) == sorted(told.values())


@given(loads=st.dictionaries(st.text(max_size=3), st.integers(1, 99), max_size=12), weights=WEIGHTS)
def test_no_officer_without_hours_gets_a_group_and_none_is_left(loads: dict[str, int], weights: list[int]) -> None:
    told = by_group(loads, dict(enumerate(weights)))
    assert set(told) == set(loads)
    assert all(weights[officer] for officer in told.values())
    able = [place for place, weight in enumerate(weights) if weight]
    heavy = {place: sum(loads[group] for group, who in told.items() if who == place) / weights[place] for place in able}
    # giving the largest first, nobody ends more than one group above the evenest share
    fair = sum(loads.values()) / sum(weights)
    assert all(load <= fair + max(loads.values(), default=0) / weights[place] for place, load in heavy.items())


def test_nobody_to_give_to_is_an_error() -> None:
    with pytest.raises(ValueError, match="nobody"):
        quotas(3, [0])
    with pytest.raises(ValueError, match="nobody"):
        by_group({"a": 1}, {})


WANTED = st.builds(
    Wanted,
    registers=st.sampled_from([(), ("vehicles",), ("vehicles", "licences")]),
    commune=st.sampled_from(["", HERE]),
    officer=st.none() | st.integers(0, 3),
    states=st.sampled_from([(), ("imported", "moved")]),
    codes=st.sampled_from([(), ("VEH-58",)]),
    least_risk=st.integers(0, 100),
    due_by=st.none() | st.dates(),
    visit_by=st.none() | st.dates(),
    declared=st.none() | st.booleans(),
    ids=st.lists(st.integers(1, 9), max_size=3).map(tuple),
)


@given(wanted=WANTED)
def test_a_filter_comes_back_as_it_was_written(wanted: Wanted) -> None:
    assert read(written(wanted)) == wanted
