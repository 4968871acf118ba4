"""The officers' desk in a browser: no barrier on any page, cases answered by keyboard alone, everything without scripts."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.domain.campaign.ground import HERE, SYSTEM, campaign, cases, dirty, filled, finding, take_in
from tests.journeys.browser import DESK as WIDE
from tests.journeys.browser import PHONE, Keyboard, axe, overflows, sign_in_officer
from tests.web.desk.officers import DESK
from tests.web.desk.officers import PHONE as NUMBER
from tests.web.frame.people import officer

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.campaign.models import Case
from sosach.domain.campaign.states.cases import State
from sosach.domain.vehicles.models import Vehicle

Visit = Callable[..., Page]


@pytest.fixture
def commune(site: str, tmp_path: Path) -> list[Case]:
    """Three cases: the first has a value to take over."""
    del site
    rows = [dirty(1, action="confirm", result_class="discrepancy"), dirty(2), dirty(3)]
    take_in(tmp_path, rows, findings=[finding(1, "PHN-09", **NUMBER), finding(2), finding(3)])
    filled(campaign())
    return sorted(cases(), key=lambda case: case.action != "confirm")


def come_in(page: Page, *roles: Role) -> None:
    number, _ = officer(*roles, unit=HERE)
    sign_in_officer(page, number)


@pytest.mark.parametrize(("width", "language"), [(WIDE, "vi"), (PHONE, "en")])
def test_no_page_of_the_desk_has_a_barrier(commune: list[Case], visit: Visit, width: int, language: str) -> None:
    page = visit(width=width, language=language)
    come_in(page, Role.CHIEF, Role.VERIFIER, Role.VEHICLES)
    rooms = [
        "",
        "to-khai/",
        "duyet/",
        "hang-loat/",
        "y-kien/",
        "y-kien/thong-nhat/",
        "dia-ban/",
        "dia-ban/quet/",
        "ho-so/",
    ]
    rooms += ["don-vi/", f"ho-so/vehicles/{commune[0].subject_id}/?muc-dich=data-cleaning"]
    for room in [*rooms, *(f"vu-viec/{case.pk}/" for case in commune[:2])]:
        page.goto(DESK + room)
        axe(page, what=room)
        assert overflows(page) == 0, room


def test_cases_are_answered_by_keyboard_alone(commune: list[Case], visit: Visit) -> None:
    page = visit(width=WIDE)
    come_in(page, Role.VERIFIER, Role.VEHICLES)
    keys = Keyboard(page)
    page.goto(f"{DESK}?ma=PHN-09")
    keys.press("s")
    expect(page.get_by_role("button", name="Đồng ý")).to_be_visible()
    keys.press("a")
    expect(page.get_by_text("bản ghi đang được kiểm tra lại")).to_be_visible()
    with acting(SYSTEM):
        assert Vehicle.objects.get(pk=commune[0].subject_id).owner_phone == "0912345678"
    page.goto(DESK)
    keys.press("j", "Enter")
    page.wait_for_url(re.compile("vu-viec"))
    opened = int(re.findall(r"vu-viec/(\d+)", page.url)[0])
    keys.press("v", "4")
    expect(page.get_by_text("Đến lại vào buổi khác trong ngày")).to_be_visible()
    assert [case.state for case in cases(pk=opened)] == [State.UNREACHABLE]
    page.goto(f"{DESK}vu-viec/{commune[0].pk}/")
    keys.press("u")
    expect(page.get_by_text("Đã hoàn tác.")).to_be_visible()
    with acting(SYSTEM):
        assert Vehicle.objects.get(pk=commune[0].subject_id).owner_phone != "0912345678"


def test_the_desk_works_without_scripts(commune: list[Case], visit: Visit) -> None:
    page = visit(width=WIDE, javascript=False)
    come_in(page, Role.VERIFIER, Role.VEHICLES)
    page.goto(f"{DESK}vu-viec/{commune[0].pk}/")
    page.get_by_role("button", name="Đồng ý").click()
    assert [case.state for case in cases(pk=commune[0].pk)] == [State.APPROVED]
    page.goto(f"{DESK}vu-viec/{commune[0].pk}/")
    expect(page.get_by_text("Đang kiểm tra lại bản ghi")).to_be_visible()
