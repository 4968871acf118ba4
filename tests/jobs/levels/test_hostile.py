"""A province hands up its records and takes in the nation's over a line on which everything goes wrong: nothing is lost or doubled."""

import copy
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.jobs.levels.hostile import FAULTS
from tests.jobs.levels.province import AT, TWO_DAYS, Owner, Province

from sosach.jobs.levels import take_turn

SEED = int(os.environ.get("SOSACH_SEED", "20261122"))
RECORDS = int(os.environ.get("SOSACH_RECORDS", "1_000_000"))  # of the long run


@pytest.fixture
def province(owner: Owner, jobs: str, tmp_path: Path) -> Iterator[Province]:
    """One whose line goes wrong four times in ten."""
    del jobs
    made = Province(owner, tmp_path, seed=SEED, share=0.4, most=50)
    yield made
    made.hostile.close()


def test_every_record_arrives_once_whatever_the_line_does(province: Province) -> None:
    province.bear(0, 2_000)
    faults = province.run()
    province.agrees()
    assert sum(province.ledger.outcomes.values()) == 2_000
    renamed = province.rename_from_above(40)
    faults += province.run()
    assert province.ledger.told == dict.fromkeys(renamed, "applied")
    after = province.owner.execute("SELECT count(*) FROM population_person WHERE full_name LIKE '% HAI'").fetchone()
    assert after == (40,)
    province.agrees()
    assert sum(count for fault, count in faults.items() if fault) > 5, "it did go wrong"
    assert not province.hostile.done["elsewhere"]


def test_two_days_without_the_nation_cost_nothing(province: Province) -> None:
    province.hostile.share, province.hostile.outage = 0.0, (AT + timedelta(hours=1), AT + timedelta(hours=1) + TWO_DAYS)
    province.bear(0, 100)
    province.run()
    for hour in range(1, 50, 6):
        province.clock.move(AT + timedelta(hours=hour, minutes=1))
        province.bear(1_000 * hour, 50)
        turn = take_turn(province.line, chance=lambda: 1.0)
        assert (turn.fault == "") == (hour > 48)
    province.run()
    province.agrees()
    assert sum(province.ledger.outcomes.values()) == 100 + 9 * 50


def test_a_nation_that_was_restored_gets_again_what_it_lost(province: Province) -> None:
    province.hostile.share = 0.0
    province.bear(0, 150)
    province.run()
    backup = copy.deepcopy(vars(province.ledger) | {"signer": None})
    province.bear(200, 150)
    province.run()
    vars(province.ledger).update(backup | {"signer": province.ledger.signer})
    province.bear(400, 50)
    province.run()
    province.agrees()
    assert province.ledger.outcomes.total() == 350


def test_nothing_goes_over_a_line_without_a_common_past(province: Province) -> None:
    province.hostile.share = 0.0
    province.bear(0, 60)
    province.run()
    for chain, number in (("1" * 64, 2), (province.ledger.chain, 9)):
        province.ledger.chain, province.ledger.number = chain, number
        turn = take_turn(province.line, urgent=True)
        assert (turn.fault, turn.batches) == ("forked", 0)


@pytest.mark.heavy
def test_a_million_records_and_two_days_without_the_nation(
    province: Province, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half of them while everything goes wrong, half while the nation is away; then the queue drains."""
    province.ledger.most = 500
    province.bear(0, RECORDS // 2)
    faults = province.run()
    begin = province.clock() + timedelta(hours=1)
    province.hostile.share, province.hostile.outage = 0.0, (begin, begin + TWO_DAYS)
    province.clock.move(begin)
    for hour in range(48):
        province.clock.move(begin + timedelta(hours=hour, minutes=1))
        assert take_turn(province.line, chance=lambda: 1.0).fault
        province.bear(RECORDS // 2 + hour * (RECORDS // 96), RECORDS // 96)
    province.clock.move(begin + TWO_DAYS + timedelta(hours=1))
    waited = province.ledger.outcomes.total()
    started = time.monotonic()
    faults += province.run()
    seconds = time.monotonic() - started
    drained = province.ledger.outcomes.total() - waited
    renamed = province.rename_from_above(1_000)
    faults += province.run()
    province.agrees()
    with capsys.disabled():
        wrong = ", ".join(f"{name} {province.hostile.done[name]}" for name in (*FAULTS, "away"))
        print(  # noqa: T201 - the figures of the run
            f"\n{province.ledger.outcomes.total()} records told, difference 0, {len(renamed)} told of from above; "
            f"after two days away {drained} drained in {seconds:.0f} s: {drained / seconds:.0f}/s; wrong: {wrong} (seed {SEED})"
        )
    assert set(province.ledger.told.values()) == {"applied"}
    assert drained >= RECORDS // 96 * 48, "what was born while the nation was away"
