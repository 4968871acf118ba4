"""Work lists: whatever the order and the filter, pages are the whole list once; groups add up; counts are lengths."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.domain.campaign.ground import (
    AT,
    HERE,
    NEXT_DOOR,
    PROVINCE,
    SYSTEM,
    TERMS,
    account,
    campaign,
    cases,
    filled,
    look,
    officer,
    order,
)
from tests.domain.campaign.stock import BAD, GOOD, Row, vehicles

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.models import Campaign, Case
from sosach.domain.campaign.operations.campaigns import create_campaign, set_duty
from sosach.domain.campaign.operations.working import assign, note_visit
from sosach.domain.campaign.queries.lists import count_cases, work_groups, work_list
from sosach.domain.campaign.queries.progress import Part, campaigns, workload
from sosach.domain.campaign.rules.wanted import WITHOUT_GROUP, Order, Wanted

pytestmark = pytest.mark.usefixtures("db")
CHIEF = officer(7, Role.CHIEF)
LEADER = officer(9, Role.CHIEF, unit=PROVINCE, level=Level.PROVINCE)
ODD: dict[str, Any] = {"correct": True, "clean": False, "action": "duplicate", "result_class": "discrepancy"}


@pytest.fixture
def begun() -> Campaign:
    """Thirty cases in two communes and in none, of different risk, group and day."""
    places = (HERE, NEXT_DOOR, None)
    verdicts = (BAD, {**GOOD, **ODD}, {**BAD, "locality": "Thôn 1"}, {**GOOD, "action": "over_age"})
    vehicles(Row(verdicts[place % 4], places[place % 3]) for place in range(30))
    found = campaign()
    filled(found)
    with acting(SYSTEM):
        for place, case in enumerate(Case.objects.order_by("pk")):
            case.due_on = date(2026, 12, 1 + place % 5) if place % 7 else None
            case.person_id = place % 4 or None
            case.save()
    return found


WANTED = st.builds(
    Wanted,
    commune=st.sampled_from(["", HERE, NEXT_DOOR]),
    group=st.sampled_from(["", "Thôn 1", WITHOUT_GROUP]),
    actions=st.sampled_from([(), ("identify",), ("duplicate", "over_age")]),
    classes=st.sampled_from([(), ("match",)]),
    codes=st.sampled_from([(), ("VEH-58",), ("VEH-01",)]),
    least_risk=st.sampled_from([0, 20, 40]),
    due_by=st.none() | st.just(date(2026, 12, 3)),
    officer=st.none() | st.just(0),
    declared=st.none() | st.booleans(),
    person=st.none() | st.integers(1, 3),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(wanted=WANTED, by=st.sampled_from(list(Order)), size=st.integers(1, 12), who=st.sampled_from([LEADER, CHIEF]))
def test_pages_are_the_list_once_in_its_order(begun: Campaign, wanted: Wanted, by: Order, size: int, who: Any) -> None:
    whole = work_list(look(who), campaign_id=begun.pk, wanted=wanted, order=by, limit=200)
    assert whole.following == ""
    seen, after = [], ""
    while True:
        page = work_list(look(who), campaign_id=begun.pk, wanted=wanted, order=by, limit=size, after=after)
        seen += page.lines
        after = page.following
        if not after:
            break
    assert [line.case.pk for line in seen] == [line.case.pk for line in whole.lines]
    assert count_cases(look(who), campaign_id=begun.pk, wanted=wanted) == len(seen)
    heaps = work_groups(look(who), campaign_id=begun.pk, wanted=wanted, by=AT.date())
    assert sum(heap.cases for heap in heaps) == len(seen)
    assert all(line.record is not None and line.record.title for line in seen)
    if by is Order.RISK:
        assert [line.case.risk for line in seen] == sorted((line.case.risk for line in seen), reverse=True)


def test_every_filter_is_what_it_says(begun: Campaign) -> None:
    for case in cases():
        told = work_list(
            look(LEADER),
            campaign_id=begun.pk,
            wanted=Wanted(ids=(case.pk,), registers=("vehicles",), province=PROVINCE, states=(case.state,)),
        )
        assert [line.case.pk for line in told.lines] == [case.pk]
    assert not work_list(look(LEADER), campaign_id=begun.pk, wanted=Wanted(registers=("licences",))).lines


def test_a_page_of_another_list_is_refused(begun: Campaign) -> None:
    for after in ("rubbish", "[1]", "{}"):
        with pytest.raises(SosachError) as refused:
            work_list(look(CHIEF), campaign_id=begun.pk, wanted=Wanted(), order=Order.PLACE, after=after)
        assert refused.value.code == ErrorCode.INPUT_INCOMPLETE
    assert work_list(look(CHIEF), campaign_id=begun.pk, wanted=Wanted(), order=Order.RISK, after=f"[{2**70},1]").lines
    with pytest.raises(SosachError), transaction.atomic():
        work_list(look(CHIEF), campaign_id=begun.pk, wanted=Wanted(), order=Order.DUE, after='["?","x","y"]')


def test_a_look_at_a_list_names_everybody_on_it(begun: Campaign) -> None:
    page = work_list(look(CHIEF), campaign_id=begun.pk, wanted=Wanted())
    with acting(officer(1, Role.AUDITOR)):
        seen = set(AuditEvent.objects.filter(event="campaign.list_read").values_list("subject_kind", "subject_key"))
    assert {("vehicle", str(line.case.subject_id)) for line in page.lines} <= seen
    assert {("person", str(line.case.person_id)) for line in page.lines if line.case.person_id} <= seen


def test_load_of_desks(begun: Campaign) -> None:
    an, binh = account("an"), account("binh")
    for each in (an, binh):
        set_duty(order(CHIEF), campaign_id=begun.pk, officer_id=each, commune_code=HERE, minutes_per_day=60)
    for case in cases(commune_code=HERE)[:3]:
        assign(order(CHIEF), case_id=case.pk, officer_id=an)
        note_visit(order(officer(an, Role.CLERK)), case_id=case.pk, outcome="nobody")
    told = workload(look(CHIEF, days=4), part=Part(begun.pk, "vehicles", province=PROVINCE, commune=HERE))
    assert [(load.officer_id, load.figures["left"], load.days) for load in told] == [
        (None, 7, None),
        (an, 3, 3 * 12 / 60),
        (binh, 0, 0.0),
    ]
    assert told[1].name == "An"
    assert told[1].figures["visits_due"] == 3


def test_campaigns_that_concern_a_unit(begun: Campaign) -> None:
    assert [each.pk for each in campaigns(look(CHIEF))] == [begun.pk]
    far = campaign(level=Level.PROVINCE, unit="01")
    assert [each.pk for each in campaigns(look(CHIEF))] == [begun.pk]
    assert {each.pk for each in campaigns(look(officer(3, Role.CHIEF, unit="01", level=Level.PROVINCE)))} == {
        begun.pk,
        far.pk,
    }


def test_a_campaign_beyond_the_own_territory_is_refused() -> None:
    told = {"name": "Xe", "registers": ["vehicles"], "terms": TERMS}
    for level, unit in ((Level.NATION, ""), (Level.PROVINCE, "01"), (Level.COMMUNE, "00004")):
        with pytest.raises(SosachError) as refused:
            create_campaign(order(LEADER), level=level, unit_code=unit, **told)
        assert refused.value.code == ErrorCode.ACCESS_OUTSIDE
    for wrong in ({"level": Level.PROVINCE, "unit_code": "99"}, {"level": Level.COMMUNE, "unit_code": "99999"}):
        with pytest.raises(SosachError) as unknown:
            create_campaign(order(LEADER), **told, **wrong)
        assert unknown.value.code == ErrorCode.INPUT_INCOMPLETE
    with pytest.raises(SosachError) as none:
        create_campaign(order(LEADER), level=Level.PROVINCE, unit_code=PROVINCE, **{**told, "registers": ["boats"]})
    assert none.value.code == ErrorCode.INPUT_INCOMPLETE
