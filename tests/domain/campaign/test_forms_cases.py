"""Forms and workbooks of real cases: printed from the registers, scanned back, compared, taken over by a yes alone."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.domain.campaign.ground import (
    FAR,
    HERE,
    SYSTEM,
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
)
from tests.domain.campaign.test_forms import codes
from tests.domain.population.people import BA_DINH, HA_NOI
from tests.domain.population.test_residence import family

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.images import JAIL
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.campaign.models import Campaign, Visit
from sosach.domain.campaign.operations.campaigns import set_duty
from sosach.domain.campaign.operations.forms import take_over
from sosach.domain.campaign.operations.working import note_visit
from sosach.domain.campaign.queries.forms import _filled as filled_in
from sosach.domain.campaign.queries.forms import cases_of_form, printed_forms
from sosach.domain.campaign.queries.forms_sheets import compared_list, written_list
from sosach.domain.campaign.rules.forms import Layout
from sosach.domain.campaign.rules.sheets import Column, Comparison, Edit, Verdict, edits_of, outcomes, statuses
from sosach.domain.campaign.rules.sheets.columns import SHEET, SHOWN, TITLE_ROWS
from sosach.domain.campaign.rules.visits import Outcome
from sosach.domain.campaign.rules.wanted import Wanted
from sosach.domain.provenance.models import Proposal
from sosach.domain.vehicles.models import Vehicle

pytestmark = pytest.mark.usefixtures("db")
EVERYTHING = Wanted(registers=("vehicles",))
FIRST = TITLE_ROWS + 2
COLUMN_OF = {column: len(SHOWN) + place for place, column in enumerate(Column, 1)}
MET, NOBODY = outcomes()[Outcome.MET], outcomes()[Outcome.NOBODY]
SOLD = statuses()["da_ban_chua_sang_ten"]


@pytest.fixture(autouse=True, scope="module")
def _jail() -> Iterator[None]:
    yield
    JAIL.close()


@pytest.fixture
def ground(tmp_path: Path) -> Campaign:
    """A campaign with five vehicles of one commune."""
    vehicles = [dirty(number, owner_phone="0901234567") for number in range(1, 6)]
    take_in(tmp_path, vehicles, findings=[finding(number) for number in range(1, 6)])
    made = campaign()
    filled(made)
    return made


def clerk(number: int = 7) -> Any:
    return officer(number, Role.CLERK)


def edited(content: bytes, cells: dict[tuple[int, Column], str]) -> bytes:
    """The workbook after an officer filled in cells of cases."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[SHEET]
    keys = {int(sheet.cell(row, len(SHOWN) + len(Column) + 1).value): row for row in range(FIRST, sheet.max_row + 1)}
    for (case, column), value in cells.items():
        sheet.cell(keys[case], COLUMN_OF[column]).value = value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def sheet_of(made: Campaign, actor: Any = None) -> bytes:
    return written_list(look(actor or clerk()), campaign_id=made.pk, wanted=EVERYTHING).content


def compared(made: Campaign, content: bytes, actor: Any = None) -> Comparison:
    return compared_list(look(actor or clerk()), campaign_id=made.pk, content=content)


def events(name: str) -> int:
    with acting(officer(1, Role.AUDITOR)):
        return AuditEvent.objects.filter(event=name).count()


@pytest.mark.parametrize("layout", Layout)
def test_a_printed_form_comes_back_to_its_case(ground: Campaign, layout: Layout) -> None:
    printed = printed_forms(look(clerk()), campaign_id=ground.pk, wanted=EVERYTHING, layout=layout)
    assert (printed.forms, printed.left_out) == (5, 0)
    assert printed.pages == (3 if layout is Layout.TWO_PER_PAGE else 5)
    found = cases_of_form(look(clerk()), codes=["WIFI:;", *codes(printed.content)])
    assert found is not None
    assert found.out_of_reach == 0
    assert {line.case.campaign_id for line in found.lines} == {ground.pk}
    assert len(found.lines) == (2 if layout is Layout.TWO_PER_PAGE else 1), "both halves of a page that is not cut"
    assert {line.case.pk for line in found.lines} <= {case.pk for case in cases()}
    assert all(line.record is not None for line in found.lines)


def test_people_of_a_household_stand_on_one_page(tmp_path: Path) -> None:
    he, she, _, home = family()
    place = {"commune_code": BA_DINH, "province_code": HA_NOI}
    take_in(tmp_path, [dirty(number, **place) for number in (1, 2, 3)], findings=[finding(1)])
    made = campaign()
    filled(made)
    owners = {case_of(1).subject_id: he, case_of(3).subject_id: she}
    with acting(SYSTEM):
        for vehicle, person in owners.items():
            Vehicle.objects.filter(pk=vehicle).update(owner_person_id=person, owner_kind="person", owner_name="")
        forms = {form.case_id: form for form in filled_in(cases(campaign=made))}
    first, alone, last = (forms[case_of(number).pk] for number in (1, 2, 3))
    assert (first.household, first.address) == (last.household, home.address) == (f"household {home.pk}", home.address)
    assert alone.household == ""
    assert first.values["owner_name"] == "NGUYỄN VĂN AN"
    assert (first.values["owner_dob"], first.values["owner_sex"]) == ("06/05/1990", "Nam")
    assert (last.values["owner_name"], last.values["owner_sex"]) == ("TRẦN THỊ BÌNH", "Nữ")
    assert first.values["perm_addr"], "of the registration, where the vehicle has none"
    assert first.to_check
    clerk_there = officer(7, Role.CLERK, unit=BA_DINH)
    printed = printed_forms(look(clerk_there), campaign_id=made.pk, wanted=EVERYTHING, layout=Layout.HOUSEHOLD)
    assert (printed.forms, printed.pages) == (3, 2)


def test_every_look_at_a_form_is_in_the_log(ground: Campaign) -> None:
    printed = printed_forms(look(clerk()), campaign_id=ground.pk, wanted=EVERYTHING)
    assert events("campaign.forms_printed") >= 5, "one for each record"
    cases_of_form(look(clerk()), codes=codes(printed.content))
    cases_of_form(look(clerk()), codes=["nothing"])
    assert events("campaign.form_recognised") >= 3, "the vain one too"


def test_a_form_opens_nothing_elsewhere(ground: Campaign) -> None:
    printed = printed_forms(look(clerk()), campaign_id=ground.pk, wanted=EVERYTHING)
    stranger = officer(8, Role.CLERK, unit=FAR)
    assert cases_of_form(look(stranger), codes=codes(printed.content)) is None
    assert cases_of_form(look(clerk()), codes=["S1-AAAAAAAAAAAAAAAAAAAAAAAA"]) is None


def test_forms_need_cases_of_one_commune(ground: Campaign) -> None:
    with pytest.raises(SosachError) as refused:
        printed_forms(look(clerk()), campaign_id=ground.pk, wanted=Wanted(registers=("licences",)))
    assert refused.value.code is ErrorCode.INPUT_INCOMPLETE
    with pytest.raises(SosachError) as refused:
        printed_forms(look(clerk()), campaign_id=0, wanted=EVERYTHING)
    assert refused.value.code is ErrorCode.NOT_FOUND


def test_out_and_in_again_changes_nothing(ground: Campaign) -> None:
    found = compared(ground, sheet_of(ground))
    assert (found.changes, found.lost, found.touched) == ((), (), ())
    assert len(found.read.rows) == 5
    again = compared(ground, edited(sheet_of(ground), {}))
    assert (again.changes, again.touched, again.read.moved) == ((), (), ())


def test_nothing_is_taken_over_before_the_yes(ground: Campaign) -> None:
    case = case_of(1)
    content = edited(sheet_of(ground), {(case.pk, Column.OUTCOME): MET, (case.pk, Column.STATUS): SOLD})
    found = compared(ground, content)
    assert [(change.column, change.old, change.new, change.verdict) for change in found.changes] == [
        (Column.OUTCOME, "", MET, Verdict.APPLY),
        (Column.STATUS, "", SOLD, Verdict.APPLY),
    ]
    assert case_of(1).version == case.version
    assert not Visit.objects.exists()


def test_what_is_confirmed_goes_through_the_verbs(ground: Campaign) -> None:
    helper = account("binh")
    leader = officer(3, Role.CHIEF)
    set_duty(order(leader), campaign_id=ground.pk, officer_id=helper, commune_code=HERE, minutes_per_day=120)
    case = case_of(1)
    cells = {
        (case.pk, Column.OUTCOME): NOBODY,
        (case.pk, Column.NOTE): "hẹn tối thứ Bảy",
        (case.pk, Column.STATUS): SOLD,
        (case.pk, Column.PHONE): "0912345678",
        (case.pk, Column.OFFICER): "Binh (binh)",
    }
    found = compared(ground, edited(sheet_of(ground, leader), cells), leader)
    assert {change.verdict for change in found.changes} == {Verdict.APPLY}
    taken = take_over(order(leader), campaign_id=ground.pk, edits=edits_of(found.changes))
    assert (taken.cases, taken.refused) == ((case.pk,), ())
    now = case_of(1)
    assert (now.last_outcome, now.visits, now.officer_id) == (Outcome.NOBODY, 1, helper)
    with acting(leader):
        assert Visit.objects.get(case=now).note == "hẹn tối thứ Bảy"
        vehicle = Vehicle.objects.get(pk=now.subject_id)
        assert vehicle.declared_status == "da_ban_chua_sang_ten"
        assert vehicle.owner_phone == "0901234567", "a second person decides"
        assert Proposal.objects.get(subject_id=vehicle.pk).value == "0912345678"
    assert events("campaign.list_taken_over") >= 1
    assert events("campaign.visited") == 1


def test_the_same_file_twice_is_no_second_visit(ground: Campaign) -> None:
    case = case_of(2)
    content = edited(sheet_of(ground), {(case.pk, Column.OUTCOME): NOBODY})
    take_over(order(clerk()), campaign_id=ground.pk, edits=edits_of(compared(ground, content).changes))
    (change,) = compared(ground, content).changes
    assert change.verdict is Verdict.ALREADY
    assert case_of(2).visits == 1


def test_what_others_did_meanwhile_is_a_conflict(ground: Campaign) -> None:
    case = case_of(3)
    content = edited(sheet_of(ground), {(case.pk, Column.OUTCOME): MET})
    note_visit(order(clerk(9)), case_id=case.pk, outcome=Outcome.NOBODY)
    (change,) = compared(ground, content).changes
    assert (change.verdict, change.present) == (Verdict.CONFLICT, NOBODY)
    assert not edits_of([change])
    taken = take_over(order(clerk()), campaign_id=ground.pk, edits=edits_of([change], conflicts=True))
    assert taken.cases == (case.pk,)
    assert case_of(3).visits == 2


def test_a_row_that_changed_after_the_comparison_is_refused_the_others_go_on(ground: Campaign) -> None:
    one, other = case_of(1), case_of(2)
    content = edited(sheet_of(ground), {(one.pk, Column.OUTCOME): MET, (other.pk, Column.OUTCOME): MET})
    edits = edits_of(compared(ground, content).changes)
    note_visit(order(clerk(9)), case_id=one.pk, outcome=Outcome.NOBODY)
    taken = take_over(order(clerk()), campaign_id=ground.pk, edits=edits)
    assert taken.cases == (other.pk,)
    (refused,) = taken.refused
    assert (refused.case_id, refused.code) == (one.pk, ErrorCode.CONFLICT)
    assert case_of(1).last_outcome == Outcome.NOBODY
    assert case_of(2).last_outcome == Outcome.MET


def test_a_row_is_taken_over_wholly_or_not_at_all(ground: Campaign) -> None:
    case = case_of(4)
    edits = [
        Edit(case.pk, case.version, Column.OUTCOME, MET),
        Edit(case.pk, case.version, Column.OFFICER, "Nobody (nobody)"),
    ]
    taken = take_over(order(clerk()), campaign_id=ground.pk, edits=edits)
    assert taken.cases == ()
    assert taken.refused[0].code == ErrorCode.INPUT_INCOMPLETE
    assert case_of(4).visits == 0


def test_a_workbook_is_no_way_around_the_second_person(ground: Campaign) -> None:
    case = case_of(1)
    edits = [Edit(number, case.version, Column.OFFICER, "Binh (binh)") for number in range(1, ground.mass_limit + 2)]
    with pytest.raises(SosachError) as refused:
        take_over(order(officer(3, Role.CHIEF)), campaign_id=ground.pk, edits=edits)
    assert refused.value.code is ErrorCode.STATE_FORBIDS
    assert len(take_over(order(clerk()), campaign_id=ground.pk, edits=edits[1:]).refused) == ground.mass_limit
    with pytest.raises(SosachError) as refused:
        take_over(order(clerk()), campaign_id=0, edits=edits[:1])
    assert refused.value.code is ErrorCode.NOT_FOUND


@pytest.mark.parametrize(
    ("column", "value"),
    [(Column.OUTCOME, "=1+1"), (Column.STATUS, "bay được"), (Column.PHONE, "x"), (Column.NOTE, "hẹn mai")],
)
def test_made_up_edits_are_refused(ground: Campaign, column: Column, value: str) -> None:
    case = case_of(1)
    edits = [Edit(case.pk, case.version, column, value)]
    assert take_over(order(clerk()), campaign_id=ground.pk, edits=edits).refused[0].code == ErrorCode.INPUT_INCOMPLETE
    stranger = officer(8, Role.CLERK, unit=FAR)
    taken = take_over(order(stranger), campaign_id=ground.pk, edits=[Edit(case.pk, case.version, Column.OUTCOME, MET)])
    assert [each.code for each in taken.refused] == [ErrorCode.NOT_FOUND]
    with pytest.raises(SosachError):
        take_over(order(clerk()), campaign_id=ground.pk, edits=[])


def test_rows_of_others_are_lost_not_shown(ground: Campaign) -> None:
    case = case_of(1)
    content = edited(sheet_of(ground), {(case.pk, Column.OUTCOME): MET})
    found = compared(ground, content, officer(8, Role.CLERK, unit=FAR))
    assert found.changes == ()
    assert len(found.lost) == 1
