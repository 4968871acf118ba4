"""The fold against the plain model: ten thousand histories with takings back in any order."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.provenance.reference import Happened, judged, never_retracted, told

from sosach.domain.provenance.rules import (
    Entry,
    EntryKind,
    Matter,
    MatterKind,
    SourceFact,
    Verdict,
    active,
    fold,
    history,
    state_of,
    verdicts,
)

AT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
COLUMNS = ("full_name", "birth_date", "sex")
OFFICER = ("officer", "1")
History = tuple[list[dict[str, Any]], list[Happened]]


def drawn(dice: random.Random) -> History:
    """Some sources, and a journal in which anything may be taken back, takings back included."""
    sources = [_values(dice) for _ in range(dice.randrange(4))]
    journal: list[Happened] = []
    for key in range(1, dice.randrange(1, 14)):
        if journal and dice.random() < 0.45:
            journal.append(Happened(key, retracts=dice.choice(journal).key))
        elif dice.random() < 0.3:
            matter = Matter(MatterKind.FINDING, dice.randrange(3))
            journal.append(Happened(key, judged=(matter, dice.choice([Verdict.ACCEPTED, Verdict.DISMISSED]))))
        else:
            journal.append(Happened(key, _values(dice)))
    return sources, journal


def _values(dice: random.Random) -> dict[str, Any]:
    return {column: dice.choice(["A", "B", "C", None]) for column in COLUMNS if dice.random() < 0.6}


def facts(sources: Sequence[dict[str, Any]]) -> list[SourceFact]:
    return [SourceFact(key, key, AT, values) for key, values in enumerate(sources)]


def entries(journal: Sequence[Happened]) -> list[Entry]:
    return [
        Entry(
            each.key,
            EntryKind.RETRACTION if each.retracts else EntryKind.CORRECTION,
            each.changes,
            AT + timedelta(minutes=each.key),
            OFFICER,
            retracts=each.retracts,
            matter={"kind": each.judged[0].kind, "key": each.judged[0].key, "verdict": each.judged[1]}
            if each.judged
            else {},
        )
        for each in journal
    ]


def plain(sources: Sequence[dict[str, Any]], journal: Sequence[Happened]) -> dict[str, Any]:
    return {column: value.value for column, value in fold(facts(sources), entries(journal)).items()}


@pytest.mark.slow
def test_ten_thousand_histories_are_as_if_what_was_taken_back_never_was() -> None:
    dice = random.Random(20261122)
    taken_back = 0
    for _ in range(10_000):
        sources, journal = drawn(dice)
        kept = never_retracted(journal)
        assert plain(sources, journal) == told(sources, journal) == plain(sources, kept)
        assert verdicts(entries(journal)) == judged(journal) == verdicts(entries(kept))
        assert [entry.key for entry in active(entries(journal))] == [each.key for each in kept]
        taken_back += sum(each.retracts is not None for each in journal)
    assert taken_back > 20_000


@given(st.integers(0, 2**32), st.randoms())
def test_the_order_of_taking_back_does_not_matter(seed: int, order: random.Random) -> None:
    sources, journal = drawn(random.Random(seed))
    decided = [each for each in journal if each.retracts is None]
    doomed = [each.key for each in decided if each.key % 2]
    first = [*decided, *(Happened(100 + place, retracts=key) for place, key in enumerate(doomed))]
    order.shuffle(doomed)
    second = [*decided, *(Happened(100 + place, retracts=key) for place, key in enumerate(doomed))]
    assert plain(sources, first) == plain(sources, second)


@given(st.integers(0, 2**32))
def test_the_last_value_of_a_history_is_the_present_one(seed: int) -> None:
    sources, journal = drawn(random.Random(seed))
    present = fold(facts(sources), entries(journal))
    for column in COLUMNS:
        values = history(facts(sources), entries(journal), column)
        assert (values[-1] if values else None) == present.get(column)


@pytest.mark.parametrize(
    ("verdict", "gone", "state"),
    [
        (None, False, "open"),
        (None, True, "gone"),
        (Verdict.DISMISSED, False, "dismissed"),
        (Verdict.ACCEPTED, True, "accepted"),
    ],
)
def test_a_judgement_outlives_the_run(verdict: Verdict | None, gone: bool, state: str) -> None:  # noqa: FBT001
    assert state_of(verdict, gone=gone) == state
