"""Passwords and long lists in a browser: an officer changes hers, an administrator gives one; who owns much and is claimed from finds all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.domain.declarations.ward import sent
from tests.domain.vehicles.town import DAY, Town
from tests.journeys.browser import DESK, PHONE, axe, overflows, sign_in_citizen, sign_in_officer
from tests.web.frame.people import PASSWORD, now, officer
from tests.web.portal.people import PINS
from tests.web.world import SYSTEM

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import create_officer, grant_role
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.web.frame import clock
from sosach.web.portal import things

Visit = Callable[..., Page]
OTHER = "mat-khau-khac-han"
ASKED = ("width", "language")
ON_PHONES, ON_DESKS = (PHONE, "vi"), (DESK, "en")
PHONES_FIRST = pytest.mark.parametrize(ASKED, [ON_PHONES, pytest.param(*ON_DESKS, marks=pytest.mark.heavy)])
DESKS_FIRST = pytest.mark.parametrize(ASKED, [ON_DESKS, pytest.param(*ON_PHONES, marks=pytest.mark.heavy)])


def looked(page: Page, what: str) -> None:
    """No barrier, and nothing sticks out of the window."""
    page.wait_for_load_state()
    axe(page, what=what)
    assert overflows(page) == 0, what


@PHONES_FIRST
def test_an_officer_changes_the_own_password(visit: Visit, width: int, language: str) -> None:
    number, _ = officer(Role.CLERK)
    page = visit(width=width, language=language)
    sign_in_officer(page, number)
    page.locator("nav.session a[href='/mat-khau/']").click()
    looked(page, "own")
    page.locator("#id_old").fill("sai-mat-khau-cu")
    page.locator("#id_password").fill(OTHER)
    page.locator("#id_again").fill(OTHER)
    page.locator("main form button").click()
    expect(page.locator("[role=alert], .summary").first).to_be_visible()
    looked(page, "own-wrong")
    for field, value in (("old", PASSWORD), ("password", OTHER), ("again", OTHER)):
        page.locator(f"#id_{field}").fill(value)
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("Đã đổi mật khẩu" if language == "vi" else "The password is changed")
    looked(page, "own-changed")


@DESKS_FIRST
def test_an_administrator_gives_a_password(visit: Visit, width: int, language: str) -> None:
    colleague, name = officer(Role.CLERK, unit="00004")
    made = create_officer(
        Order(SYSTEM, now()),
        user_name="qt.tinh",
        display_name="Quản Trị",
        password=PASSWORD,
        level=Level.PROVINCE,
        unit="01",
    )
    grant_role(Order(SYSTEM, now()), officer_id=made.pk, role=Role.ADMIN)
    admin = visit(width=width, language=language)
    sign_in_officer(admin, made.pk)
    admin.goto("/ban-lam-viec/don-vi/")
    row = admin.locator("tr", has=admin.locator(f"input[name=officer][value='{colleague}']"))
    row.locator("summary").last.click()
    looked(admin, "units")
    row.locator("button[value=forgotten]").click()
    looked(admin, "given")
    told = admin.locator(".codes code").inner_text()
    page = visit(width=width, language=language)
    page.goto("/dang-nhap/can-bo/")
    page.locator("#id_user_name").fill(name)
    page.locator("#id_password").fill(told)
    page.locator("main form button").click()
    page.wait_for_url("**/dang-ky-ma/")
    page.goto("/mat-khau/")
    page.wait_for_url("**/dang-nhap/can-bo/**")


@PHONES_FIRST
def test_who_owns_much_and_is_claimed_from_finds_everything(
    visit: Visit, width: int, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(things, "MOST", 2)
    monkeypatch.setattr(things, "PAGE", 2)
    monkeypatch.setattr(clock, "now", lambda: DAY)
    town = Town.founded()
    owned = [town.registered(town.an) for _ in range(3)]
    sent(town.binh, "vehicle_bought_with_papers", owned[0])
    page = visit(width=width, language=language)
    sign_in_citizen(page, PINS["an"])
    looked(page, "home")
    page.locator("main a[href='/cong-dan/xe/']").click()
    looked(page, "vehicles")
    page.locator("main a[href*='sau=']").click()
    expect(page.locator(".things .thing")).to_have_count(1)
    page.goto("/cong-dan/")
    page.locator("main a[href='/cong-dan/phan-doi/']").click()
    looked(page, "claims")
    page.locator("main table a").click()
    expect(page.locator("main form textarea")).to_be_visible()


def test_a_password_is_changed_by_keyboard_alone_and_without_scripts(visit: Visit) -> None:
    number, _ = officer(Role.CLERK)
    page = visit(width=DESK, javascript=False)
    sign_in_officer(page, number)
    page.goto("/mat-khau/")
    page.locator("#id_old").focus()
    for value in (PASSWORD, OTHER, OTHER):
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Đã đổi mật khẩu")
