"""What is news, how long it is tried, and what may become of it: plain rules."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.population.people import AT

from sosach.domain.exchange.rules.retrying import LONGEST_COUNTDOWN, Policy, policy_told
from sosach.domain.exchange.rules.topics import BY_NAME, TOPICS, Entry, is_undone, news
from sosach.domain.exchange.states.deliveries import OPEN, DeliveryState, Step, after


@pytest.mark.parametrize(
    ("register", "procedure", "changes", "first", "topics"),
    [
        ("population", "register_birth", {"pin": "1", "commune_code": "00004"}, True, ["population.birth"]),
        ("population", "register_death", {"died_on": "2026", "life_status": "deceased"}, False, ["population.death"]),
        ("population", "declare_missing", {"life_status": "missing", "missing_since": "2026"}, False, []),
        ("population", "move_in", {"commune_code": "00008", "province_code": "01"}, False, ["population.moved"]),
        ("population", "merge", {"merged_into": 7}, False, ["population.merged"]),
        ("population", "establish_new_pin", {"pin": "2"}, False, ["population.number"]),
        ("population", "correct", {"full_name": "A"}, False, []),
        ("population", "upload", {"pin": "2", "commune_code": "1"}, False, ["population.moved", "population.number"]),
        (
            "vehicles",
            "register_first",
            {"owner_person_id": 1, "registration": "registered"},
            True,
            ["vehicles.registration"],
        ),
        ("vehicles", "transfer", {"owner_person_id": 2, "owner_kind": "person"}, False, ["vehicles.transferred"]),
        ("vehicles", "repoint_owner", {"owner_person_id": 3}, False, []),
        ("vehicles", "move_records", {"commune_code": "00008"}, False, []),
        ("licences", "suspend", {"happened": {"verb": "suspended"}}, False, ["licences.changed"]),
        ("licences", "follow_residence", {"commune_code": "00008"}, False, []),
        ("licences", "judge", {}, False, []),
        ("population", "upload", {"pin": "2", "commune_code": "1", "died_on": "2020"}, True, ["population.birth"]),
        ("population", "upload", {"died_on": "", "life_status": "alive"}, False, ["population.death"]),
    ],
)
def test_an_entry_is_news_of_what_it_changed(
    register: str,
    procedure: str,
    changes: dict[str, Any],
    first: bool,  # noqa: FBT001 - a column of the table
    topics: list[str],
) -> None:
    assert sorted(topic.name for topic in news(Entry(register, procedure, changes, first=first))) == topics


@pytest.mark.parametrize(
    ("topic", "changes", "retracted", "undone"),
    [
        ("population.death", {"died_on": "2026", "life_status": "deceased"}, False, False),
        ("population.death", {"died_on": "2026", "life_status": "deceased"}, True, True),
        ("population.death", {"died_on": "", "life_status": "alive"}, False, True),
        ("population.merged", {"merged_into": 7}, False, False),
        ("population.merged", {"merged_into": None}, False, True),
        ("population.moved", {"commune_code": "00008"}, True, True),
    ],
)
def test_what_is_no_more_is_told_as_that(
    topic: str,
    changes: dict[str, Any],
    retracted: bool,  # noqa: FBT001 - a column of the table
    undone: bool,  # noqa: FBT001 - as above
) -> None:
    assert is_undone(BY_NAME[topic], Entry("population", "x", changes), retracted=retracted) is undone


def test_topics_have_names_of_their_registers_and_words_in_both_languages() -> None:
    assert len(BY_NAME) == len(TOPICS)
    assert all(topic.name.startswith(f"{topic.register}.") and topic.vi and topic.en for topic in TOPICS)


@given(st.integers(1, LONGEST_COUNTDOWN), st.integers(1, 200), st.floats(0, 1))
def test_waits_double_up_to_the_countdown_and_are_never_all_the_same(countdown: int, tries: int, chance: float) -> None:
    policy, whole = Policy(countdown, -1), timedelta(seconds=countdown)
    waits = [policy.wait(number, 1.0) for number in range(1, tries + 1)]
    assert all(first <= second <= whole for first, second in pairwise(waits))
    assert waits[-1] / 2 <= policy.wait(tries, chance) <= waits[-1]


@given(st.integers(1, 1000), st.integers(0, 50), st.integers(0, 300), st.integers(0, 10**6))
def test_nothing_is_given_up_earlier_than_the_policy_says(countdown: int, most: int, tries: int, seconds: int) -> None:
    later = AT + timedelta(seconds=seconds)
    if Policy(countdown, most).ends(tries=tries, since=AT, at=later):
        assert tries > most
        assert seconds >= countdown * most
    assert not Policy(countdown, -1).ends(tries=tries, since=AT, at=later)


@given(st.text())
def test_a_policy_is_read_as_it_is_written_or_not_at_all(told: str) -> None:
    found = policy_told(told)
    assert found is None or policy_told(str(found)) == found


@given(st.lists(st.sampled_from(Step)))
def test_what_arrived_or_was_dropped_stays_so(steps: list[Step]) -> None:
    state: str = DeliveryState.WAITING
    for step in steps:
        ends = after(state, step)
        assert state not in {DeliveryState.DELIVERED, DeliveryState.DROPPED} or ends is None
        state = ends or state
    assert state in OPEN | {DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.DROPPED}
