"""The campaign of the demonstration: weeks of work by the verbs everybody uses, once, and figures that show it."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from tests.domain.campaign.ground import REGISTERS, SYSTEM, order
from tests.domain.provenance.runs import STEWARD
from tests.web.figures.reading import FIGURES, counts, page, signed_in
from tests.web.frame.people import now

from sosach.domain.access.models import Officer
from sosach.domain.access.queries import Look, acting
from sosach.domain.campaign.models import Campaign, Case, CaseStep, DailyFigures
from sosach.domain.campaign.queries.declared import declared_by_day
from sosach.domain.campaign.queries.progress import Part
from sosach.domain.campaign.states.cases import State
from sosach.domain.provenance.operations.importing import import_run
from sosach.vn.working_days import day_of


@pytest.mark.slow
def test_three_weeks_of_work_are_seen_on_the_screens(demo: Path, db: None) -> None:
    del db
    import_run(order(STEWARD), folder=demo, registers=REGISTERS, synthetic=True)
    said = io.StringIO()
    call_command("demo_campaign", unit="38", lang="vi", stdout=said)
    call_command("demo_campaign", unit="38", lang="vi")
    assert "đã sạch" in said.getvalue()
    with acting(SYSTEM):
        campaign = Campaign.objects.get()
        closed = Case.objects.filter(campaign=campaign, state=State.CLEANED)
        closings = {day_of(told) for told in CaseStep.objects.filter(step="clean").values_list("at", flat=True)}
        noted = DailyFigures.objects.filter(campaign=campaign).values_list("day", flat=True).distinct()
        assert closed.count() >= 10
        assert len(closings) >= 5  # not all on one day
        assert len(noted) >= 6
        assert set(Case.objects.filter(campaign=campaign).values_list("state", flat=True)) >= {
            State.ASSIGNED,
            State.DECLARED,
            State.UNREACHABLE,
            State.CLEANED,
        }
        steward = Officer.objects.get(user_name="demo.38.steward").pk
    assert campaign.begins_on == day_of(now()) - timedelta(days=21)
    days = declared_by_day(Look(STEWARD, "data-cleaning", now()), part=Part(campaign.pk, "vehicles"))
    assert {each.channel for each in days} == {"portal", "office"}
    text = page(signed_in(steward), FIGURES)
    assert "Dự báo xong khoảng" in text or "không xong trong ba năm" in text
    assert sum(told.count for told in counts(text) if "/cleaned/" in told.address) >= 10
