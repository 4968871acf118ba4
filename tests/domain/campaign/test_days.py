"""The days of a campaign are those of Viet Nam: from midnight on it is the next one, whatever day it still is elsewhere."""

from datetime import timedelta
from typing import Any

import pytest
from tests.domain.campaign.ground import DAY, campaign, cases, filled, look, officer, order
from tests.domain.campaign.stock import BAD, Row, vehicles

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.rules import Role
from sosach.domain.campaign.operations.planning import preview
from sosach.domain.campaign.operations.working import note_visit
from sosach.domain.campaign.queries.progress import Part, over_time
from sosach.domain.campaign.rules.changes import Change
from sosach.domain.campaign.rules.wanted import Wanted

pytestmark = pytest.mark.usefixtures("db")
CHIEF = officer(7, Role.CHIEF)
NIGHT = 16 / 24  # two in the morning of the next day
TOMORROW = DAY + timedelta(days=1)


def test_after_midnight_it_is_the_next_day() -> None:
    vehicles([Row(BAD)])
    found = campaign()
    filled(found)
    due: dict[str, Any] = {"campaign_id": found.pk, "change": Change.DUE, "wanted": Wanted()}
    with pytest.raises(SosachError) as refused:
        preview(order(CHIEF, days=NIGHT), terms={"day": DAY.isoformat()}, **due)
    assert refused.value.code is ErrorCode.INPUT_INCOMPLETE
    assert preview(order(CHIEF, days=NIGHT), terms={"day": TOMORROW.isoformat()}, **due).token
    part = Part(found.pk, "vehicles")
    for days, today in ((0.0, DAY), (NIGHT, TOMORROW)):
        assert over_time(look(CHIEF, days=days), part=part, names=("done",))["done"][-1][0] == today
    visited = note_visit(order(CHIEF, days=NIGHT), case_id=cases()[0].pk, outcome="papers_later")
    assert visited.next_on == TOMORROW + timedelta(days=3)
