"""A forked line goes on once people of both sides have agreed: looked at, asked for with the mark, done by the nation, then by us."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.jobs.levels.province import SYSTEM, Owner, Province

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.jobs.levels import take_turn
from sosach.jobs.reopening import ask, look_at


@pytest.fixture
def province(owner: Owner, jobs: str, tmp_path: Path) -> Iterator[Province]:
    """One with a nation that has taken everything in, and told of some."""
    del jobs
    made = Province(owner, tmp_path, seed=3, share=0.0)
    made.bear(0, 60)
    made.run()
    made.rename_from_above(4)
    made.run()
    yield made
    made.hostile.close()


def refused(province: Province, *, mark: str = "", reason: str = "Khôi phục bản sao lưu") -> ErrorCode:
    with pytest.raises(SosachError) as found:
        ask(province.line, Order(SYSTEM, province.clock(), reason=reason), mark=mark)
    return found.value.code


def test_a_line_that_fares_well_is_not_begun_anew(province: Province) -> None:
    assert refused(province) == ErrorCode.STATE_FORBIDS


def test_a_forked_line_goes_on_in_a_new_chain(province: Province) -> None:
    province.ledger.lose()
    assert take_turn(province.line, urgent=True).fault == "forked"
    seen = look_at(province.line, SYSTEM)
    assert (seen.down[0].number, seen.down[1].number, province.ledger.asked) == (1, 0, None), "looking does nothing"
    assert refused(province, mark="0" * 12) == ErrorCode.CONFLICT
    assert refused(province, mark=seen.mark, reason=" ") == ErrorCode.INPUT_INCOMPLETE
    assert province.ledger.asked is None
    asked = ask(province.line, Order(SYSTEM, province.clock(), reason="Khôi phục bản sao lưu"), mark=seen.mark)
    assert province.ledger.asked == asked
    province.ledger.asked = None  # as if the nation had forgotten it
    province.bear(100, 30)
    before = province.ledger.outcomes.total()
    for _ in range(2):
        turn = take_turn(province.line, urgent=True)
        assert (turn.fault, turn.batches) == ("reopening", 0), "nothing goes over it before the nation's people agree"
    assert province.ledger.asked == asked, "told again"
    province.ledger.begin_anew()
    turn = take_turn(province.line, urgent=True)
    assert (turn.fault, turn.batches > 0) == ("", True)
    province.run()
    assert province.ledger.outcomes.total() - before == 34, (
        "those born meanwhile, and those of the batch the nation has lost"
    )
    renamed = province.rename_from_above(10)
    province.run()
    assert {province.ledger.told[key] for key in renamed} <= {"applied", "present"}
    assert refused(province) == ErrorCode.STATE_FORBIDS
    acts = province.owner.execute(
        "SELECT event FROM audit_auditevent WHERE event LIKE 'exchange.link_reopen%' ORDER BY id"
    ).fetchall()
    assert [event for (event,) in acts] == ["exchange.link_reopening_asked", "exchange.link_reopened"]


def test_an_answer_that_was_cut_off_is_fetched_before_anybody_gives_it_up(province: Province) -> None:
    province.owner.execute(
        "UPDATE exchange_batch SET answered_at = NULL, receipt = NULL WHERE direction = 'out' "
        "AND number = (SELECT max(number) FROM exchange_batch WHERE direction = 'out')"
    )
    province.ledger.lose()
    assert take_turn(province.line, urgent=True).fault == "forked"
    look_at(province.line, SYSTEM)
    left = province.owner.execute("SELECT count(*) FROM exchange_batch WHERE answered_at IS NULL").fetchone()
    assert left == (0,)
