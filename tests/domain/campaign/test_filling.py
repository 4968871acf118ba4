"""Cases come from what runs left, once each; later runs add, renew, close and open again, and leave work that was done alone."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.campaign.ground import (
    HERE,
    NEXT_DOOR,
    REGISTERS,
    SYSTEM,
    TERMS,
    account,
    campaign,
    case_of,
    cases,
    dirty,
    filled,
    finding,
    look,
    officer,
    order,
    take_in,
    tidy,
)
from tests.domain.provenance.runs import STEWARD, person, write_run

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.models import CaseStep
from sosach.domain.campaign.operations.campaigns import close_campaign, create_campaign, open_campaign, set_grouping
from sosach.domain.campaign.operations.filling import TABLES, fill, risk_sql
from sosach.domain.campaign.operations.working import assign, forward
from sosach.domain.campaign.queries.lists import work_list
from sosach.domain.campaign.queries.progress import Part, progress
from sosach.domain.campaign.rules.risk import LINES, risk_lines, risk_of
from sosach.domain.campaign.rules.wanted import Wanted
from sosach.domain.population.models import Person
from sosach.domain.provenance.models import Finding
from sosach.domain.provenance.operations.importing import import_run
from sosach.domain.provenance.operations.judging import dismiss_finding
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES

pytestmark = pytest.mark.usefixtures("db")
REGISTRAR = officer(8, Role.VEHICLES)


def test_a_case_for_every_record_that_needs_work_and_none_for_the_others(tmp_path: Path) -> None:
    take_in(tmp_path, [dirty(1), tidy(2), tidy(3), dirty(4, commune_code=NEXT_DOOR)], findings=[finding(1), finding(3)])
    found = campaign()
    assert filled(found).new == 3
    first, third = case_of(1), case_of(3)
    assert [each.commune_code for each in cases()] == [HERE, HERE, NEXT_DOOR]
    assert (first.action, first.errors, first.codes, first.locality) == ("identify", 1, ["VEH-58"], "Thôn 2")
    assert (first.correct, first.complete, first.result_class, first.kind) == (False, True, "no_information", "mo_to")
    assert (third.action, third.state, third.group) == ("confirm", "imported", "")
    assert first.risk == risk_of(risk_lines(register="vehicles", action="identify", errors=1, codes=["VEH-58"])) == 35


def test_filled_again_nothing_changes(tmp_path: Path) -> None:
    take_in(tmp_path, [dirty(1), dirty(2)], findings=[finding(1)])
    found = campaign()
    filled(found)
    before = [(each.pk, each.version) for each in cases()]
    again = filled(found, days=1)
    assert (again.new, again.renewed, again.reopened, again.gone) == (0, 0, 0, 0)
    assert [(each.pk, each.version) for each in cases()] == before


def test_a_campaign_of_a_commune_takes_its_own_records_only(tmp_path: Path) -> None:
    take_in(tmp_path, [dirty(1), dirty(2, commune_code=NEXT_DOOR)])
    assert filled(campaign(level=Level.COMMUNE, unit=NEXT_DOOR)).new == 1
    assert filled(campaign(level=Level.PROVINCE, unit="38")).new == 2
    assert filled(campaign(level=Level.PROVINCE, unit="01")).new == 0


def test_a_later_run_adds_closes_renews_and_opens_again(tmp_path: Path) -> None:
    take_in(tmp_path / "1", [dirty(1), dirty(2), dirty(3), tidy(4)], findings=[finding(1), finding(2)])
    found = campaign()
    filled(found)
    clerk = account("an")
    assign(order(officer(clerk, Role.CLERK)), case_id=case_of(1).pk, officer_id=clerk)
    take_in(tmp_path / "2", [dirty(1), tidy(2), dirty(3, action="choose"), dirty(4)], days=2, findings=[finding(4)])
    told = filled(found, days=2)
    assert (told.new, told.renewed, told.gone, told.reopened) == (1, 2, 1, 0)
    kept, gone = case_of(1), case_of(2)
    assert (kept.state, kept.officer_id, kept.codes) == ("assigned", clerk, [])
    assert (gone.state, gone.closing, gone.closed_on, gone.correct) == (
        "gone",
        "gone",
        order(SYSTEM, days=2).at.date(),
        True,
    )
    assert case_of(3).action == "choose"
    take_in(tmp_path / "3", [dirty(1), dirty(2), dirty(3, action="choose"), dirty(4)], days=3)
    assert filled(found, days=3).reopened == 1
    back = case_of(2)
    assert (back.state, back.reopened, back.closed_on, back.closing, back.officer_id) == ("imported", 1, None, "", None)
    with acting(SYSTEM):
        steps = list(CaseStep.objects.filter(case=back).order_by("pk").values_list("step", "before", "after"))
    assert steps == [("vanish", "imported", "gone"), ("raise_again", "gone", "imported")]


def test_every_register_gives_cases_that_figures_and_lists_know(tmp_path: Path) -> None:
    people = [person("038066583942", "trần văn trí", action="confirm", correct=False), person("038066583943", "lê an")]
    licences = [
        {
            "record_id": "L1",
            "licence_number_std": "380123456789",
            "class_std": "A1",
            "full_name_std": "TRẦN VĂN TRÍ",
            "owner_kind": "person",
            "decision": "none",
            "result_class": "no_information",
            "action": "identify",
            "commune_code": HERE,
            "province_code": "38",
        }
    ]
    write_run(tmp_path, population=people, vehicles=[dirty(1)], licences=licences)
    import_run(order(STEWARD), folder=tmp_path, registers=REGISTERS, synthetic=True, origin="test")
    made = create_campaign(
        order(STEWARD), name="Cả ba", registers=list(TABLES), level=Level.PROVINCE, unit_code="38", terms=TERMS
    )
    open_campaign(order(STEWARD), campaign_id=made.pk)
    told = {each.register: each.new for each in fill(order(STEWARD), campaign_id=made.pk)}
    assert told == {"population": 1, "vehicles": 1, "licences": 1}
    chief = officer(7, Role.CHIEF)
    for register, title in (("population", "038******942"), ("vehicles", "36B100001"), ("licences", "380123456789")):
        seen = progress(look(chief), part=Part(made.pk, register)).figures
        assert (seen["left"], seen["done"]) == (1, 1 if register == "population" else 0)
        page = work_list(look(chief), campaign_id=made.pk, wanted=Wanted(registers=(register,)))
        assert [line.record.title for line in page.lines if line.record] == [title]
    (citizen,) = cases(register="population")
    with acting(SYSTEM):
        assert Person.objects.get(pk=citizen.person_id).pin == "038066583942"
    with pytest.raises(SosachError) as refused:
        forward(order(chief), case_id=citizen.pk, commune_code=NEXT_DOOR)
    assert refused.value.code == ErrorCode.STATE_FORBIDS
    (licence,) = cases(register="licences")
    assert forward(order(chief), case_id=licence.pk, commune_code=NEXT_DOOR).commune_code == NEXT_DOOR


def test_what_somebody_has_settled_needs_no_case(tmp_path: Path) -> None:
    take_in(tmp_path, [dirty(1, action="confirm"), dirty(2, action="confirm")], findings=[finding(1), finding(2)])
    with acting(SYSTEM):
        first = Finding.objects.order_by("subject_id").first()
    assert first is not None
    dismiss_finding(order(REGISTRAR), register=VEHICLES, finding_id=first.pk)
    assert filled(campaign()).new == 1


def test_place_names_belong_to_the_group_the_commune_says(tmp_path: Path) -> None:
    take_in(tmp_path / "1", [dirty(1), dirty(2)])
    found = campaign()
    filled(found)
    chief = officer(7, Role.CHIEF)
    assert case_of(1).group == "Thôn 2"
    assert set_grouping(order(chief), commune_code=HERE, locality="Thôn 2", group="Tổ dân phố 5") == 1
    assert (case_of(1).group, case_of(2).group) == ("Tổ dân phố 5", "Thôn 3")
    take_in(tmp_path / "2", [dirty(1), dirty(2), dirty(4)], days=1)
    filled(found, days=1)
    assert (case_of(1).group, case_of(4).group) == ("Tổ dân phố 5", "Tổ dân phố 5")


def test_nobody_fills_beyond_the_own_territory_nor_what_is_closed(tmp_path: Path) -> None:
    take_in(tmp_path, [dirty(1)])
    found = campaign()
    with pytest.raises(SosachError) as outside:
        fill(order(officer(9, Role.STEWARD, unit="38", level=Level.PROVINCE)), campaign_id=found.pk)
    close_campaign(order(STEWARD), campaign_id=found.pk)
    with pytest.raises(SosachError) as closed:
        fill(order(STEWARD), campaign_id=found.pk)
    assert (outside.value.code, closed.value.code) == (ErrorCode.ACCESS_OUTSIDE, ErrorCode.STATE_FORBIDS)
    assert cases() == []


@given(
    register=st.sampled_from(["population", "vehicles", "licences"]),
    action=st.sampled_from(["none", *(line.action for line in LINES if line.action)]),
    errors=st.integers(0, 9),
    codes=st.lists(st.sampled_from(["VEH-01", *(code for line in LINES for code in line.codes)]), max_size=4),
)
def test_the_database_reckons_risk_as_the_table_says(register: str, action: str, errors: int, codes: list[str]) -> None:
    told: list[Any] = [register, action, errors, codes]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {risk_sql()} FROM (SELECT %s::text AS register, %s::text AS action, %s::int AS errors, "
            "%s::varchar[] AS codes) row",
            told,
        )
        ((points,),) = cursor.fetchall()
    assert points == risk_of(risk_lines(register=register, action=action, errors=errors, codes=codes))
