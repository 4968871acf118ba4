"""Three values of a field: what was agreed, what the other side has, what stands here."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sosach.domain.exchange.rules.merging import differences, merge, plain, renamed, whole

VALUES = (
    st.none()
    | st.integers(0, 3)
    | st.text("ab", max_size=2)
    | st.lists(st.dictionaries(st.sampled_from("ab"), st.integers(0, 2)))
)
RECORDS = st.dictionaries(st.sampled_from("abcde"), VALUES).map(lambda values: plain(values) or {})


@given(base=RECORDS, ours=RECORDS, theirs=RECORDS)
def test_three_values_of_every_field(base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    told = differences(base, theirs)
    merged = merge(told, ours)
    both = {name for name in told if ours.get(name) != base.get(name)}
    assert set(merged.conflicts) == {name for name in both if ours.get(name) != theirs.get(name)}
    if merged.conflicts:
        assert not merged.apply
        return
    after = plain({**ours, **merged.apply}) or {}
    for name in {*base, *ours, *theirs}:
        assert after.get(name) == (theirs if name in told else ours).get(name)
    assert not merge(told, after).apply  # told again, it is there already
    assert not merge(differences(base, base), ours).apply  # who changed nothing changes nothing


@given(base=RECORDS, now=RECORDS)
def test_a_record_told_whole_makes_the_record(base: dict[str, Any], now: dict[str, Any]) -> None:
    told = whole(base, now)
    assert {name: value for name, (_, value) in told.items() if value is not None} == now
    assert merge(told, now).apply == {}
    assert {**base, **merge(told, base).apply} == {**base, **dict.fromkeys(base.keys() - now.keys()), **now}


@given(values=st.recursive(VALUES, lambda inner: st.dictionaries(st.sampled_from("ab"), inner) | st.lists(inner)))
def test_nothing_has_one_form(values: Any) -> None:
    assert plain(plain(values)) == plain(values)
    assert json.loads(json.dumps(plain(values))) == plain(values)


def test_people_are_named_wherever_they_stand() -> None:
    values = {
        "pin": "001",
        "owner_pin": 7,
        "user_pin": None,
        "blocks": [{"kind": "pledge", "pin": 8}, {"kind": "x"}],
        "seats": 5,
    }
    told = renamed(values, lambda person: f"number {person}")
    assert told == {
        "pin": "001",
        "owner_pin": "number 7",
        "user_pin": None,
        "blocks": [{"kind": "pledge", "pin": "number 8"}, {"kind": "x"}],
        "seats": 5,
    }
