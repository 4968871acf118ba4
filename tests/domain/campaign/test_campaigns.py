"""A campaign from its preparation to its end: who may do what when, and that its terms make sense."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.domain.campaign.ground import (
    HERE,
    NEXT_DOOR,
    PROVINCE,
    TERMS,
    account,
    campaign,
    look,
    officer,
    order,
)
from tests.domain.provenance.runs import STEWARD

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.operations.campaigns import (
    change_terms,
    close_campaign,
    create_campaign,
    open_campaign,
    pause_campaign,
    set_duty,
    set_grouping,
)
from sosach.domain.campaign.queries.progress import Part, progress, progress_by, ranking
from sosach.domain.campaign.rules.targets import Target

pytestmark = pytest.mark.usefixtures("db")
CHIEF = officer(7, Role.CHIEF)
LEADER = officer(9, Role.STEWARD, unit=PROVINCE, level=Level.PROVINCE)


def code(refused: Callable[[], Any]) -> ErrorCode:
    with pytest.raises(SosachError) as error:
        refused()
    return error.value.code


def test_from_preparation_to_the_end() -> None:
    found = campaign(level=Level.PROVINCE, unit=PROVINCE)
    key = {"campaign_id": found.pk}
    assert (found.state, found.opened_at is not None) == ("open", True)
    assert code(lambda: open_campaign(order(LEADER), **key)) == ErrorCode.STATE_FORBIDS
    assert code(lambda: pause_campaign(order(LEADER, reason=""), **key)) == ErrorCode.INPUT_INCOMPLETE
    assert pause_campaign(order(LEADER), **key).state == "paused"
    assert open_campaign(order(LEADER), **key).opened_at == found.opened_at
    assert code(lambda: close_campaign(order(CHIEF), **key)) == ErrorCode.ACCESS_OUTSIDE
    assert code(lambda: close_campaign(order(officer(5, Role.CLERK)), **key)) == ErrorCode.ACCESS_DENIED
    assert close_campaign(order(LEADER), **key).closed_at is not None
    assert code(lambda: open_campaign(order(LEADER), **key)) == ErrorCode.STATE_FORBIDS
    assert code(lambda: change_terms(order(LEADER), terms=TERMS, **key)) == ErrorCode.STATE_FORBIDS
    assert code(lambda: open_campaign(order(LEADER), campaign_id=10**9)) == ErrorCode.NOT_FOUND


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": date(2026, 11, 1)},
        {"upload_from": date(2027, 1, 1)},
        {"windows": {}},
        {"windows": {"0": ("21:00", "17:00")}},
        {"targets": (Target(date(2026, 12, 1), 0.9), Target(date(2026, 12, 30), 0.5))},
        {"targets": (Target(date(2027, 12, 1), 0.9),)},
        {"minutes_per_case": 0},
        {"mass_limit": 0},
    ],
)
def test_terms_that_contradict_each_other_are_refused(wrong: dict[str, Any]) -> None:
    found = campaign(level=Level.PROVINCE, unit=PROVINCE)
    terms = replace(TERMS, **wrong)
    refused = code(lambda: change_terms(order(LEADER), campaign_id=found.pk, terms=terms))
    assert refused == ErrorCode.INPUT_INCOMPLETE


def test_new_targets_change_what_is_expected() -> None:
    found = campaign(level=Level.PROVINCE, unit=PROVINCE)
    part = Part(found.pk, "vehicles")
    assert progress(look(LEADER), part=part).share is None
    terms = replace(TERMS, targets=(Target(date(2026, 11, 23), 0.5), Target(date(2026, 12, 30), 1.0)))
    changed = change_terms(order(LEADER), campaign_id=found.pk, terms=terms)
    assert changed.targets == [{"day": "2026-11-23", "share": 0.5}, {"day": "2026-12-30", "share": 1.0}]
    assert progress(look(LEADER), part=part).expected == 0


def test_a_name_and_registers_are_needed() -> None:
    told = {"level": Level.PROVINCE, "unit_code": PROVINCE, "terms": TERMS}
    for wrong in ({"name": " ", "registers": ["vehicles"]}, {"name": "Xe", "registers": []}):
        assert code(lambda w=wrong: create_campaign(order(STEWARD), **w, **told)) == ErrorCode.INPUT_INCOMPLETE
    made = create_campaign(order(STEWARD), name=" Xe ", registers=["vehicles", "vehicles"], **told)
    assert (made.name, made.registers, made.state) == ("Xe", ["vehicles"], "prepared")


def test_duty_and_groups_are_for_ones_own_communes() -> None:
    found = campaign(level=Level.COMMUNE, unit=NEXT_DOOR)
    an = account("an")
    duty = {"campaign_id": found.pk, "officer_id": an, "minutes_per_day": 60}
    assert code(lambda: set_duty(order(LEADER), commune_code=HERE, **duty)) == ErrorCode.ACCESS_OUTSIDE
    assert code(lambda: set_duty(order(LEADER), commune_code=NEXT_DOOR, **duty)) == ErrorCode.NOT_FOUND
    assert code(lambda: set_duty(order(LEADER), commune_code="99999", **duty)) == ErrorCode.INPUT_INCOMPLETE
    away = {"commune_code": NEXT_DOOR, "locality": "Thôn 1", "group": "Tổ 1"}
    assert code(lambda: set_grouping(order(CHIEF), **away)) == ErrorCode.ACCESS_OUTSIDE
    nameless = {"commune_code": HERE, "locality": " ", "group": "Tổ 1"}
    assert code(lambda: set_grouping(order(CHIEF), **nameless)) == ErrorCode.INPUT_INCOMPLETE


def test_what_does_not_exist_is_said_to_be_missing() -> None:
    found = campaign()
    assert code(lambda: progress(look(CHIEF), part=Part(10**9, "vehicles"))) == ErrorCode.NOT_FOUND
    assert code(lambda: progress(look(CHIEF), part=Part(found.pk, "licences"))) == ErrorCode.NOT_FOUND
    part = Part(found.pk, "vehicles")
    assert code(lambda: progress_by(look(CHIEF), part=part, by="colour")) == ErrorCode.INPUT_INCOMPLETE
    assert code(lambda: progress_by(look(CHIEF), part=part, by="group", names=["luck"])) == ErrorCode.INPUT_INCOMPLETE
    assert code(lambda: ranking(look(CHIEF), part=part, by="colour")) == ErrorCode.INPUT_INCOMPLETE
