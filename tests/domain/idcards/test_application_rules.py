"""Rules of applications by table and by property: clock, steps, verdicts, matching, WSQ, papers."""

from datetime import date, timedelta
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosach.domain.idcards.rules import wsq
from sosach.domain.idcards.rules.applications import (
    GROUNDS,
    Channel,
    Ground,
    Holder,
    Kind,
    Problem,
    Wanted,
    captured_for,
    fee_of,
    problems_of,
)
from sosach.domain.idcards.rules.clock import Pause, due_on, used_on
from sosach.domain.idcards.rules.endings import OF_HOLDERS, WORDS, Ending, ending_of
from sosach.domain.idcards.rules.enrolment import FINGERS, SLOTS, chip_fingers, missing_slots, modality_of
from sosach.domain.idcards.rules.matching import Capture, compare, packed, search, unpacked
from sosach.domain.idcards.rules.papers import PaperKind, number_of
from sosach.domain.idcards.rules.wsq import read_wsq
from sosach.domain.idcards.states.applications import BEFORE_APPROVAL, CLOSED, STEPS, State, Step, after
from sosach.domain.idcards.states.doubts import Outcome, Verdict, outcome_of
from sosach.synth import faces
from sosach.vn.working_days import is_working_day

START = date(2026, 1, 5)
DAYS = st.integers(min_value=0, max_value=300)


def brute_force(received: date, pauses: list[Pause]) -> date:
    """Day by day: the seventh day that counts; a pause that ends after that many moves it to the day the citizen acted."""
    counted, day, due = 0, received, received
    while counted < 7:
        day += timedelta(days=1)
        if is_working_day(day) and not any(pause.begins < day <= (pause.ends or date.max) for pause in pauses):
            counted, due = counted + 1, day
    # on its last day the office was told to wait: the citizen's own day is the last one then
    ended = [pause.ends for pause in pauses if pause.ends and pause.begins <= due < pause.ends]
    return max([due, *ended])


@given(received=DAYS, gaps=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 12)), max_size=4))
def test_the_clock_counts_the_days_on_which_the_office_could_work(received: int, gaps: list[tuple[int, int]]) -> None:
    begun = START + timedelta(days=received)
    pauses, last = [], begun
    for before, length in gaps:
        first = last + timedelta(days=before)
        last = first + timedelta(days=length)
        pauses.append(Pause(first, last))
    found, expected = due_on(begun, pauses), brute_force(begun, pauses)
    assert found is not None
    if all(pause.begins < expected for pause in pauses):
        assert found == expected
    assert found >= begun
    assert used_on(begun, pauses, found) <= 7
    assert due_on(begun, [*pauses, Pause(last)]) in {None, found}


@pytest.mark.parametrize(
    "pauses",
    [
        [Pause(START - timedelta(days=1), START)],
        [Pause(START, START - timedelta(days=1))],
        [Pause(START, START + timedelta(days=5)), Pause(START + timedelta(days=4), None)],
    ],
)
def test_pauses_follow_each_other(pauses: list[Pause]) -> None:
    with pytest.raises(ValueError, match="pauses follow"):
        due_on(START, pauses)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 20), date(2026, 12, 2)),  # 24 November is Culture Day
        (date(2026, 4, 24), date(2026, 5, 8)),  # 27 April, 30 April and 1 May are days off
        (date(2026, 2, 10), date(2026, 2, 26)),  # the lunar new year lies between
        (date(2026, 8, 28), date(2026, 9, 11)),  # National Day
        (date(2025, 12, 30), date(2026, 1, 10)),  # a Saturday that is worked for 2 January
    ],
)
def test_seven_working_days_over_the_holidays_of_the_table(received: date, due: date) -> None:
    assert due_on(received, []) == due


def test_every_open_application_can_end_and_a_closed_one_never_moves() -> None:
    for state, step in product(State, Step):
        to = after(state, step)
        assert to is None or state not in CLOSED
    for state in BEFORE_APPROVAL:
        assert after(state, Step.REFUSE) is State.REFUSED
        assert after(state, Step.WITHDRAW) is State.WITHDRAWN
    reached, fresh = {State.OPEN, State.WAITING_DATA, State.AWAITED}, {State.OPEN, State.WAITING_DATA, State.AWAITED}
    while fresh:
        fresh = {to for step in STEPS.values() for state, to in step.items() if state in fresh} - reached
        reached |= fresh
    assert reached == set(State)


def test_only_a_clear_application_is_approved_and_only_an_approved_one_made() -> None:
    assert STEPS[Step.APPROVE] == {State.CLEAR: State.APPROVED}
    into_clear = {
        step for step, moves in STEPS.items() if State.CLEAR in set(moves.values()) - {moves.get(State.CLEAR)}
    }
    assert into_clear == {Step.UNLIKE, Step.DIFFERENT, Step.REUSE}
    assert [step for step, moves in STEPS.items() if State.MADE in moves.values()] == [Step.MAKE]


@given(st.lists(st.sampled_from(Verdict), max_size=6))
def test_a_doubt_is_settled_by_two_who_agree(said: list[Verdict]) -> None:
    found = outcome_of(said)
    if found is Outcome.OPEN:
        assert max(said.count(Verdict.SAME), said.count(Verdict.DIFFERENT)) < 2
    else:
        assert said.count(Verdict(found.value)) >= 2


def test_each_ground_belongs_to_one_kind() -> None:
    assert sorted(ground for grounds in GROUNDS.values() for ground in grounds) == sorted(Ground)
    for one, other in permutations(Kind, 2):
        assert GROUNDS[one].isdisjoint(GROUNDS[other])


@pytest.mark.parametrize(
    ("kind", "channel", "on", "fee"),
    [
        (Kind.FIRST, Channel.OFFICE, date(2026, 1, 1), 0),
        (Kind.EXCHANGE, Channel.OFFICE, date(2026, 1, 1), 50_000),
        (Kind.EXCHANGE, Channel.ONLINE, date(2026, 12, 31), 25_000),
        (Kind.REISSUE, Channel.MACHINE, date(2026, 1, 1), 70_000),
        (Kind.REISSUE, Channel.ONLINE, date(2027, 1, 1), 70_000),
    ],
)
def test_fees(kind: Kind, channel: Channel, on: date, fee: int) -> None:
    assert fee_of(kind, channel=channel, on=on) == fee


@pytest.mark.parametrize(
    ("kind", "born", "earlier", "needed"),
    [
        (Kind.FIRST, "2020-11-21", False, False),  # six tomorrow
        (Kind.FIRST, "2020-11-20", False, True),
        (Kind.REISSUE, "1990-01-01", True, False),
        (Kind.REISSUE, "1990-01-01", False, True),
        (Kind.EXCHANGE, "1990-01-01", True, True),
    ],
)
def test_who_has_to_come(kind: Kind, born: str, *, earlier: bool, needed: bool) -> None:
    assert captured_for(kind, born, on=date(2026, 11, 20), earlier_pictures=earlier) is needed


@given(st.sets(st.integers(1, 10)))
def test_the_chip_holds_two_fingers_the_index_ones_first(there: set[int]) -> None:
    found = chip_fingers(there)
    assert len(found) == min(2, len(there))
    assert set(found) <= there
    assert not {2, 7} <= there or found == (2, 7)


def test_every_slot_is_told() -> None:
    assert missing_slots(SLOTS, ()) == ()
    assert missing_slots((), SLOTS[1:]) == ("face",)
    with pytest.raises(ValueError, match="no slot"):
        modality_of("finger-11")


def test_faces_and_fingers_of_numbers_are_told_apart_and_found_again() -> None:
    people = [
        Capture(number, number, {each: faces.vector(number, place + 1) for place, each in enumerate(FINGERS)})
        for number in range(1, 60)
    ]
    for number in range(1, 60, 7):
        again = {each: faces.vector(number, place + 1, shot=3) for place, each in enumerate(FINGERS)}
        found = search(Capture(99, 99, again), people)
        assert [candidate.person_id for candidate in found] == [number]
        assert search(Capture(99, number, again), people) == ()
    assert compare(Capture(1, 1, {"finger-1": b"ab"}), Capture(2, 2, {"finger-2": b"ab"})) is None
    assert unpacked(packed(people[0].vectors)) == people[0].vectors


def test_our_fingers_are_whole_files_and_carry_their_vector() -> None:
    content = faces.finger(5, 2, size=8_000)
    found = read_wsq(content)
    assert found is not None
    assert (found.width, found.height, found.vector) == (412, 500, faces.vector(5, 2))
    assert wsq.VECTOR == b"SOSACH SYNTHETIC VECTOR "
    assert abs(len(content) - 8_000) < 600
    assert faces.finger(5, 2) == faces.finger(5, 2) != faces.finger(5, 3)


@given(cut=st.integers(0, 8_300), put=st.binary(max_size=6))
@settings(max_examples=60)
def test_any_bytes_are_read_or_refused(cut: int, put: bytes) -> None:
    content = faces.finger(5, 2)
    found = read_wsq(content[:cut] + put + content[cut + len(put) :])
    assert found is None or (found.width > 0 and found.height > 0)
    assert read_wsq(content[:cut]) is None
    assert read_wsq(put) is None


@given(st.text(max_size=20), st.sampled_from(PaperKind))
def test_numbers_of_papers_are_read_out_easily(seed: str, kind: PaperKind) -> None:
    number = number_of(kind.value, START, seed)
    assert number.startswith(f"{kind}-2026-")
    assert not set(number[10:]) & set("ILOU")


@pytest.mark.parametrize(
    ("birth", "ends", "day", "due"),
    [
        ("2001-05-01", date(2026, 5, 1), date(2024, 4, 30), False),  # 25: the window of two years opens to the day
        ("2001-05-01", date(2026, 5, 1), date(2024, 5, 1), True),
        ("2001-05-01", date(2026, 5, 1), date(2027, 1, 1), True),  # expired
        ("2012-02-29", date(2026, 3, 1), date(2024, 2, 28), False),
        ("2012-02-29", date(2026, 3, 1), date(2024, 2, 29), True),  # 12 on the day itself
        ("1968-05-01", date(2028, 5, 1), date(2026, 5, 1), True),  # from then on a card does not expire
        ("1968-05-01", date(2028, 5, 1), date(2026, 4, 30), False),
        ("1950-05-01", None, date(2026, 5, 1), True),
        ("1968", date(2028, 5, 1), date(2026, 4, 30), True),  # the day of birth is asked for first
    ],
)
def test_a_milestone_is_reached_when_a_new_card_outlasts_the_present_one(
    birth: str, ends: date | None, day: date, *, due: bool
) -> None:
    holder = Holder("0" * 12, "NGUYỄN VĂN AN", birth, "M", "VNM", "Huế", alive=True, had_card=True, card_expires=ends)
    found = problems_of(holder, Wanted(Kind.EXCHANGE, Ground.MILESTONE), on=day, represented=True)
    assert (Problem.TOO_EARLY not in found) == due


@pytest.mark.parametrize(
    ("birth", "day", "taken"),
    [
        ("2020-11-21", date(2026, 11, 20), False),  # the day before six
        ("2020-11-20", date(2026, 11, 20), True),
        ("2020-02-29", date(2026, 2, 28), False),
        ("2020-02-29", date(2026, 3, 1), True),
    ],
)
def test_under_six_nothing_is_captured(birth: str, day: date, *, taken: bool) -> None:
    assert captured_for(Kind.FIRST, birth, on=day, earlier_pictures=False) == taken


@given(dead=st.booleans(), merged=st.booleans(), nationality=st.sampled_from(["VNM", "", "USA"]))
def test_who_can_be_given_no_card(*, dead: bool, merged: bool, nationality: str) -> None:
    why = ending_of(dead=dead, merged=merged, nationality=nationality)
    assert (why is None) == (not dead and not merged and nationality == "VNM")
    assert why is None or why in OF_HOLDERS
    assert set(WORDS) == set(Ending)
