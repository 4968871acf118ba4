"""Which answers a case is offered, in which order; which may be given to many at once; how agreement is counted. Plain Python."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosach.base.shares import wilson
from sosach.domain.campaign.rules.agreement import Pair, agreement_of, is_drawn
from sosach.domain.campaign.rules.fixes import (
    CandidateTold,
    DuplicateTold,
    FindingTold,
    FixKind,
    Matters,
    chosen,
    left_after,
    offers,
    table,
)
from sosach.domain.campaign.rules.safety import (
    group_of,
    print_of,
    safe_codes,
    safe_fix,
    same_form,
    sample_of,
    sample_size,
)

PIN, OLD = "038091156374", "172345678"
SAYS = {"owner_name": "TRẦN VĂN TRÍ", "owner_id_number": PIN, "owner_address": "Thôn 1"}
STANDS = {"owner_name": "TRAN VAN TRI", "owner_id_number": OLD, "owner_address": "Thôn 9", "brand": "Hon da"}


def finding(key: int, code: str, column: str, *, takes: Mapping[str, str] | None = None, **told: Any) -> FindingTold:
    severity = told.get("severity", "error")
    return FindingTold(key, code, severity, column, told.get("value", STANDS.get(column, "")), takes or {})


NAME = finding(1, "VEH-78", "owner_name", severity="warning")
NUMBER = finding(2, "VEH-86", "owner_id_number")
BRAND = finding(3, "VAL-50", "brand", takes={"brand": "HONDA"})
DEAD = finding(4, "VEH-75", "owner_name")
SOLD = finding(5, "VEH-50", "status")
MINOR = finding(6, "VEH-36", "owner_birth_date", severity="warning")
DOUBT = finding(7, "VEH-88", "owner_id_number")
GONE = finding(8, "VEH-58", "owner_name", severity="warning")
ADDRESS = finding(9, "ADR-04", "owner_address", severity="warning")
LIKELY, EQUAL = CandidateTold(11, 70, 0.9, "A"), CandidateTold(12, 71, 0.89, "B")
ONE_THING = DuplicateTold(21, "VEH-64:1", "VEH-64")
ONE_PLATE = DuplicateTold(22, "VEH-60:1", "VEH-60")


def told(*findings: FindingTold, linked: bool = True, **more: Any) -> Matters:
    return Matters("vehicles", findings, linked=linked, says=SAYS if linked else {}, stands=STANDS, **more)


# What is open → keys of the first answers, in order.
EXAMPLES: list[tuple[str, Matters, list[str]]] = [
    ("the person is known: one answer for name and number", told(NAME, NUMBER), ["person", "ask:vehicle_data_wrong"]),
    ("a value besides: everything at once first", told(NUMBER, BRAND), ["take", "person", "accept:3"]),
    ("nobody linked: only the form", told(BRAND, linked=False), ["accept:3", "ask:vehicle_data_wrong"]),
    (
        "the owner died: ask the heirs before mending the data of the dead",
        told(DEAD, NUMBER),
        ["ask:vehicle_inherited"],
    ),
    ("sold: ask before mending the seller's data", told(SOLD, NUMBER), ["ask:vehicle_sold", "person"]),
    ("asked already: not first again", told(SOLD, NUMBER, asked=frozenset({"vehicle_sold"})), ["person"]),
    ("a strange age: only the owner knows", told(MINOR), ["ask:vehicle_data_wrong", "dismiss"]),
    ("moved away: that is asked after the data are mended", told(GONE, NUMBER), ["person", "ask:vehicle_moved_away"]),
    (
        "a likely candidate first",
        told(NAME, linked=False, candidates=(LIKELY,)),
        ["same:11", "ask:vehicle_data_wrong", "different:11"],
    ),
    (
        "equals are never guessed: values first, then both",
        told(BRAND, linked=False, candidates=(EQUAL, LIKELY)),
        ["accept:3", "same:11", "same:12"],
    ),
    ("one vehicle entered twice", told(duplicates=(ONE_THING,)), ["twin:21", "apart:21"]),
    ("one plate on two vehicles", told(duplicates=(ONE_PLATE,)), ["apart:22", "twin:22"]),
    ("a declaration comes before all", told(DEAD, declaration=5), ["decide:5", "ask:vehicle_inherited"]),
]


@pytest.mark.parametrize(("about", "expected"), [row[1:] for row in EXAMPLES], ids=[row[0] for row in EXAMPLES])
def test_answers_in_their_order(about: Matters, expected: list[str]) -> None:
    assert [fix.key for fix in offers(about)][: len(expected)] == expected


def test_what_would_change_is_told_with_the_value_before() -> None:
    fix = offers(told(NAME, NUMBER))[0]
    changes = {effect.column: (effect.old, effect.new) for effect in fix.effects}
    assert changes == {
        "owner_name": ("TRAN VAN TRI", "TRẦN VĂN TRÍ"),
        "owner_id_number": (OLD, PIN),
    }, "the address stays: no finding is about it"
    moved = offers(told(NAME, ADDRESS))[0]
    assert "owner_address" in {effect.column for effect in moved.effects}


def test_a_doubtful_link_needs_a_second_person() -> None:
    assert not offers(told(NUMBER))[0].second
    assert offers(told(DOUBT))[0].second
    assert all(fix.second for fix in offers(told(NAME, linked=False, candidates=(LIKELY,))) if fix.kind is FixKind.SAME)


def test_what_is_left_after_an_answer() -> None:
    about = told(NUMBER, MINOR)
    assert left_after(about, offers(about)[0])
    alone = told(NUMBER)
    assert not left_after(alone, offers(alone)[0])
    assert chosen(alone, "same:11") is None


_FINDINGS = st.lists(
    st.sampled_from([NAME, NUMBER, BRAND, DEAD, SOLD, MINOR, DOUBT, GONE, ADDRESS]),
    max_size=6,
    unique_by=lambda f: f.key,
)
_MATTERS = st.builds(
    lambda findings, linked, candidates, groups, asked: told(
        *findings, linked=linked, candidates=() if linked else tuple(candidates), duplicates=tuple(groups), asked=asked
    ),
    _FINDINGS,
    st.booleans(),
    st.lists(st.sampled_from([LIKELY, EQUAL]), max_size=2, unique_by=lambda c: c.key),
    st.lists(st.sampled_from([ONE_THING, ONE_PLATE]), max_size=2, unique_by=lambda d: d.key),
    st.frozensets(st.sampled_from(["vehicle_sold", "vehicle_inherited", "vehicle_data_wrong"])),
)


@given(_MATTERS)
def test_there_is_always_an_answer_each_once_and_putting_aside_is_the_last(about: Matters) -> None:
    fixes = offers(about)
    keys = [fix.key for fix in fixes]
    assert fixes
    assert len(set(keys)) == len(keys)
    assert ("dismiss" in keys) == bool(about.blocking)
    assert "dismiss" not in keys[:-1]
    assert any(fix.kind is FixKind.ASK for fix in fixes)
    assert all(chosen(about, fix.key) == fix for fix in fixes)


@given(_MATTERS)
def test_nothing_is_safe_that_leaves_something_or_needs_somebody(about: Matters) -> None:
    fix = safe_fix(about)
    if fix is not None:
        assert {each.code for each in about.blocking} <= safe_codes()
        assert fix == offers(about)[0]
        assert not (fix.second)
        assert not (left_after(about, fix))
        assert not (about.candidates)
        assert not (about.duplicates)
        assert not (about.declaration)


SAFE: list[tuple[str, Matters, bool]] = [
    ("marks, and the old number of the person on record", told(NAME, NUMBER), True),
    ("a brand in another spelling", told(BRAND, linked=False), True),
    ("another brand", told(dataclasses.replace(BRAND, takes={"brand": "YAMAHA"})), False),
    ("a code that is not in the table beside it", told(NAME, MINOR), False),
    ("a doubtful link", told(DOUBT), False),
    ("something declared", told(NAME, declaration=3), False),
    ("a group it stands in", told(NAME, duplicates=(ONE_THING,)), False),
    ("nothing open", told(), False),
    ("only a remark", told(dataclasses.replace(NAME, severity="info")), False),
]


@pytest.mark.parametrize(("about", "safe"), [row[1:] for row in SAFE], ids=[row[0] for row in SAFE])
def test_what_is_safe(about: Matters, safe: bool) -> None:  # noqa: FBT001 - a row of the table
    assert (safe_fix(about) is not None) is safe


def test_another_number_is_never_form() -> None:
    other = dataclasses.replace(told(NAME), stands=STANDS | {"owner_id_number": "038091156375"})
    assert safe_fix(other) is None, "the number on record is somebody else's, and no finding says so"


def test_no_code_is_both_safe_and_in_doubt() -> None:
    assert not safe_codes() & (table().doubt | table().apart)


@given(st.from_regex(r"[0-9]{9,12}", fullmatch=True), st.integers(0, 3))
def test_zeros_and_separators_are_form_and_other_digits_are_not(number: str, at: int) -> None:
    if number.strip("0"):
        assert same_form(number.lstrip("0"), number)
        assert same_form(" ".join(number), number)
        other = number[: 8 - at] + str((int(number[8 - at]) + 1) % 10) + number[9 - at :]
        assert not same_form(other, number)


def test_a_print_says_when_a_case_is_not_as_it_was_shown() -> None:
    about = told(NAME, NUMBER)
    changed = dataclasses.replace(about, stands=STANDS | {"owner_name": "TRAN TRI"})
    assert print_of(about, offers(about)[0]) == print_of(told(NUMBER, NAME), offers(told(NUMBER, NAME))[0])
    assert print_of(about, offers(about)[0]) != print_of(changed, offers(changed)[0])
    assert group_of(about) == "vehicles:VEH-78+VEH-86"


@given(st.integers(0, 5000))
def test_a_sample_is_twenty_at_least_or_all(count: int) -> None:
    drawn = sample_of(range(count), seed="lot")
    assert len(drawn) == sample_size(count) >= min(count, 20)
    assert set(drawn) <= set(range(count))
    assert drawn == sample_of(list(reversed(range(count))), seed="lot")


@given(st.lists(st.builds(Pair, st.sampled_from("abc"), st.sampled_from("abc"), st.booleans()), min_size=1))
def test_figures_of_agreement_lie_in_their_intervals(pairs: list[Pair]) -> None:
    found = agreement_of(pairs)
    assert found is not None
    assert 0 <= found.share_low <= found.share <= found.share_high <= 1
    if found.kappa is not None:
        assert found.kappa_low is not None
        assert found.kappa_high is not None
        assert found.kappa_low <= found.kappa <= found.kappa_high <= 1


def test_agreement_by_chance_alone_is_none() -> None:
    pairs = [Pair(first, second, first == second) for first in "ab" for second in "ab"] * 25
    found = agreement_of(pairs)
    assert found is not None
    assert found.kappa == pytest.approx(0)
    assert agreement_of([]) is None
    one_kind = agreement_of([Pair("a", "a", agrees=True)] * 5)
    assert one_kind is not None
    assert one_kind.kappa is None
    assert wilson(5, 5)[0] < 0.6, "five of five prove little"


def test_riskier_answers_are_drawn_more_often_and_always_the_same() -> None:
    drawn = {risk: sum(is_drawn(f"c:{number}", risk=risk) for number in range(20_000)) for risk in (0, 30, 100)}
    assert drawn[0] < 200 < drawn[30] < 600 < drawn[100] < 1500
    assert not is_drawn("c:1", risk=100, share=0)
    assert is_drawn("c:1", risk=30, share=1)
