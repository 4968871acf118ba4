"""Work that is repeated until nothing is left ends, also where nothing moves, and says so."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from tests.jobs.levels.province import Owner, Province

from sosach.domain.access.operations import Order
from sosach.jobs import levels, schedule
from sosach.jobs.levels import STALLED, Turn, run_to_the_end, take_turn
from sosach.jobs.line import Line

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_turns_that_move_nothing_end_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = [Turn(more=True), Turn(more=True), Turn(batches=1, records=5, more=True), *[Turn(more=True)] * 9]
    left = iter(turns)
    monkeypatch.setattr(levels, "take_turn", lambda *_, **__: next(left))
    done = run_to_the_end(cast("Line", None))
    assert (done.fault, done.records, len(list(left))) == ("stalled", 5, len(turns) - 3 - STALLED)


def test_a_turn_hands_up_one_batch_however_short_it_is(owner: Owner, jobs: str, tmp_path: Path) -> None:
    del jobs
    province = Province(owner, tmp_path, seed=1, share=0.0, most=10)
    province.bear(0, 25)
    counted = [take_turn(province.line, seconds=-1.0) for _ in range(3)]
    assert [(turn.fault, turn.records, turn.more) for turn in counted] == [
        ("", 10, True),
        ("", 10, True),
        ("", 5, False),
    ]
    province.hostile.close()


def test_a_scheduled_verb_that_never_comes_to_an_end_is_stopped_and_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(schedule, "PORTIONS", 4)
    asked: list[int] = []

    def endless(order: Order, *, limit: int) -> int:
        assert order.at == AT
        asked.append(limit)
        return limit

    with caplog.at_level(logging.WARNING, logger="sosach.jobs"):
        assert schedule._until_done(endless)(AT) == 4 * schedule.PORTION
    assert len(asked) == 4
    assert "endless" in caplog.text
    caplog.clear()
    assert schedule._until_done(lambda *_, **__: 3)(AT) == 3
    assert not caplog.text
