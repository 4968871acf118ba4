"""The published figures of the campaign of 2025, reproduced to the digit by the queries every dashboard uses."""

from datetime import date, timedelta

import psycopg
import pytest
from django.db import connection
from tests.domain.campaign.ground import (
    AT,
    HERE,
    NEXT_DOOR,
    PROVINCE,
    STEWARD,
    SYSTEM,
    TERMS,
    campaign,
    cases,
    filled,
    look,
    officer,
    order,
)
from tests.domain.campaign.stock import BAD, GOOD, Row, swarm, vehicles

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.models import Campaign, Case, DailyFigures
from sosach.domain.campaign.operations.noting import note_day
from sosach.domain.campaign.queries.figures import FIGURES
from sosach.domain.campaign.queries.progress import Part, over_time, progress, progress_by, ranking
from sosach.domain.campaign.queries.published import open_campaigns, open_table
from sosach.domain.places.queries import units

Owner = psycopg.Connection[tuple[object, ...]]
NOTED = date(2025, 12, 8)
# Press of 2025: place → what was said of it.
THANH_HOA = {"records": 2_814_839, "done": 2_235_887, "left": 578_952}
HA_NOI = {"matching": 3_896_641, "unlike": 3_871_031, "over_age": 27_001}
TRIEU_LOC = {"records": 10_398, "done": 6_643, "left": 3_755}


def spread(figures: dict[str, int], *, province: str, found: Campaign) -> None:
    """Figures of a province, noted as those of its communes."""
    codes = list(units(level="commune", at=NOTED, province_code=province).values_list("code", flat=True))
    for place, code in enumerate(codes):
        counts = {name: count // len(codes) + (place < count % len(codes)) for name, count in figures.items()}
        DailyFigures.objects.create(
            campaign=found, day=NOTED, register="vehicles", province_code=province, commune_code=code, counts=counts
        )


def noted(figures: dict[str, int], *, province: str) -> dict[str, int]:
    """What the series of a province says of the noted day."""
    found = campaign(level=Level.PROVINCE, unit=province)
    with acting(SYSTEM):
        spread(figures, province=province, found=found)
    leader = officer(9, Role.CHIEF, unit=province, level=Level.PROVINCE)
    told = over_time(look(leader), part=Part(found.pk, "vehicles", province=province), names=list(figures))
    return {name: dict(series)[NOTED] for name, series in told.items()}


@pytest.mark.usefixtures("db")
def test_thanh_hoa_on_8_december_2025() -> None:
    told = noted(THANH_HOA, province="38")
    assert told == THANH_HOA
    assert f"{told['done'] / told['records']:.2%}" == "79.43%"
    assert told["records"] - told["done"] == told["left"]


@pytest.mark.usefixtures("db")
def test_ha_noi_by_result() -> None:
    told = noted(HA_NOI, province="01")
    assert told == HA_NOI
    assert sum(told.values()) == 7_794_673


def close(found: Campaign, count: int) -> None:
    """So many cases closed, as only the re-check does it one by one."""
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        keys = Case.objects.filter(campaign=found).order_by("pk").values("pk")[:count]
        Case.objects.filter(pk__in=keys).update(state="cleaned", closing="corrected", closed_on=AT.date())


def learn(owner: Owner) -> None:
    """What a server does by itself some seconds after a load: it learns how large its tables are."""
    owner.execute("ANALYZE vehicles_vehicle, campaign_case")
    owner.commit()


def test_trieu_loc_counted_from_its_vehicles(owner: Owner) -> None:
    dirty, bikes = 5_000, 9_663
    rows = [
        Row(BAD if place < dirty else GOOD, kind="mo_to" if place < bikes else "o_to")
        for place in range(TRIEU_LOC["records"])
    ]
    vehicles(rows)
    found = campaign(level=Level.COMMUNE, unit=HERE)
    assert filled(found).new == dirty
    close(found, dirty - TRIEU_LOC["left"])
    learn(owner)
    chief = officer(7, Role.CHIEF)
    part = Part(found.pk, "vehicles", province=PROVINCE, commune=HERE)
    told = progress(look(chief), part=part)
    assert {name: told.figures[name] for name in TRIEU_LOC} == TRIEU_LOC
    assert told.share is not None
    assert f"{told.share:.2%}" == "63.89%"
    kinds = progress_by(look(chief), part=part, by="kind", names=["records"])
    assert kinds == {"mo_to": {"records": 9_663}, "o_to": {"records": 735}}


@pytest.mark.heavy
def test_thanh_hoa_counted_from_2814839_vehicles(owner: Owner) -> None:
    done_at_once = 1_500_000
    swarm(done_at_once, action="none", result_class="match")
    swarm(THANH_HOA["records"] - done_at_once, action="identify", result_class="no_information")
    found = campaign(level=Level.PROVINCE, unit=PROVINCE)
    assert filled(found).new == THANH_HOA["records"] - done_at_once
    close(found, THANH_HOA["done"] - done_at_once)
    learn(owner)
    leader = officer(9, Role.CHIEF, unit=PROVINCE, level=Level.PROVINCE)
    told = progress(look(leader), part=Part(found.pk, "vehicles"))
    assert {name: told.figures[name] for name in THANH_HOA} == THANH_HOA
    assert told.share is not None
    assert f"{told.share:.2%}" == "79.43%"


@pytest.mark.usefixtures("db")
def test_progress_says_what_is_expected_and_when_it_will_be_done() -> None:
    vehicles([Row(BAD) for _ in range(60)])
    found = campaign(level=Level.COMMUNE, unit=HERE)
    filled(found)
    chief = officer(7, Role.CHIEF)
    part = Part(found.pk, "vehicles", commune=HERE)
    for day in range(5):
        close(found, 2 * day)
        note_day(order(SYSTEM, days=day), day=(AT + timedelta(days=day)).date())
    told = progress(look(chief, days=4), part=part)
    assert (told.figures["done"], told.figures["left"], told.phase) == (8, 52, 1)
    # of 60 in 45 days, in step with the hours of visits: 9 evenings and 3 whole days of 32 and 13, one of them a holiday
    assert told.expected == round(60 * (9 * 240 + 3 * 780) / (32 * 240 + 13 * 780))
    assert told.target_today > 0
    assert told.forecast is not None
    assert told.forecast.per_day == 2.0
    assert told.forecast.likely == (AT + timedelta(days=4 + 26)).date()
    assert told.stuck == {"stuck_nobody": 52}
    assert [each.place for each in ranking(look(STEWARD), part=Part(found.pk, "vehicles"))] == [1]


@pytest.mark.usefixtures("db")
def test_the_public_sees_no_small_number() -> None:
    vehicles([Row(BAD if place < 3 else GOOD) for place in range(40)])
    vehicles([Row(BAD if place < 20 else GOOD, NEXT_DOOR) for place in range(50)])
    vehicles([Row(BAD if place < 30 else GOOD, "00004", "01") for place in range(60)])
    found = campaign(terms=TERMS)
    filled(found)
    with pytest.raises(SosachError) as nothing:
        open_table(campaign_id=found.pk, register="vehicles")
    assert nothing.value.code == ErrorCode.NOT_FOUND
    assert open_campaigns() == ()
    note_day(order(SYSTEM), day=AT.date())
    assert [each.pk for each in open_campaigns()] == [found.pk]
    nation = open_table(campaign_id=found.pk, register="vehicles")
    assert nation.table.cells == {("01", "done"): 30, ("01", "left"): 30, ("38", "done"): 67, ("38", "left"): 23}
    communes = open_table(campaign_id=found.pk, register="vehicles", province="38")
    assert communes.day == AT.date()
    assert set(communes.table.cells.values()) == {None}
    assert communes.table.row_totals == {HERE: 40, NEXT_DOOR: 50}
    with pytest.raises(SosachError):
        open_table(campaign_id=found.pk, register="vehicles", province="02")


@pytest.mark.usefixtures("db")
def test_leaders_see_the_figures_of_their_own_unit_only() -> None:
    vehicles([Row(BAD, HERE) for _ in range(4)] + [Row(BAD, NEXT_DOOR) for _ in range(3)])
    found = campaign()
    filled(found)
    part = Part(found.pk, "vehicles")
    seen = [
        progress(look(actor), part=part).figures["left"]
        for actor in (
            officer(7, Role.CHIEF),
            officer(4, Role.CHIEF, unit=NEXT_DOOR),
            officer(9, Role.CHIEF, unit="38", level=Level.PROVINCE),
            officer(9, Role.CHIEF, unit="01", level=Level.PROVINCE),
        )
    ]
    assert seen == [4, 3, 7, 0]
    split = progress_by(look(officer(7, Role.CHIEF)), part=part, by="commune")
    assert set(split) == {HERE}
    assert len(cases()) == 7
    assert set(split[HERE]) == set(FIGURES)
