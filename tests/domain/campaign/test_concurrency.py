"""Several people at once: one takes the case, one mass change is carried out, one filling makes the cases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from tests.domain.campaign.ground import account, campaign, cases, filled, officer, order
from tests.domain.campaign.stock import BAD, Row, vehicles

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.rules import Role
from sosach.domain.campaign.operations.planning import carry_out, preview
from sosach.domain.campaign.operations.working import assign, note_visit
from sosach.domain.campaign.rules.changes import Change
from sosach.domain.campaign.rules.wanted import Wanted

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.slow]
CHIEF = officer(7, Role.CHIEF)


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Do everything in threads of its own; values, or the codes of refusals."""

    def one(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except SosachError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_a_case_is_taken_once() -> None:
    vehicles([Row(BAD)])
    filled(campaign())
    (case,) = cases()
    clerks = [account(f"can-bo-{place}") for place in range(4)]

    def take(own: int) -> Callable[[], Any]:
        told = {"case_id": case.pk, "officer_id": own, "version": case.version}
        return lambda: assign(order(officer(own, Role.CLERK)), **told).officer_id

    found = at_once([take(own) for own in clerks])
    (winner,) = [each for each in found if each in clerks]
    assert sum(each in {ErrorCode.CONFLICT, ErrorCode.STATE_FORBIDS} for each in found) == 3
    assert cases()[0].officer_id == winner


def test_plans_about_the_same_cases_are_not_both_carried_out() -> None:
    vehicles([Row(BAD) for _ in range(4)])
    found = campaign()
    filled(found)
    days = ("2026-12-01", "2026-12-02", "2026-12-03")
    about: dict[str, Any] = {"campaign_id": found.pk, "change": Change.DUE, "wanted": Wanted()}
    plans = [preview(order(CHIEF), terms={"day": day}, **about) for day in days]

    def do(token: Any) -> Callable[[], Any]:
        return lambda: carry_out(order(CHIEF), token=token)

    told = at_once([do(plan.token) for plan in plans])
    assert sorted(map(str, told)) == ["4", "STATE-03", "STATE-03"]
    assert [case.due_on.isoformat() for case in cases()] == [days[told.index(4)]] * 4


def test_two_who_fill_at_once_make_each_case_once_and_visits_are_all_counted() -> None:
    vehicles([Row(BAD) for _ in range(20)])
    found = campaign()
    told = at_once([lambda: filled(found).new] * 3)
    assert sorted(told) == [0, 0, 20]
    case = cases()[0]
    at_once([lambda: note_visit(order(CHIEF), case_id=case.pk, outcome="refused").pk] * 4)
    assert cases()[0].visits == 4
