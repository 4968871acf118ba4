"""Leaders in a browser: dashboards, lists, campaigns and open data fit a phone and a desk, have no barrier, and go by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.domain.campaign.ground import AT, HERE, NEXT_DOOR, PROVINCE, campaign, filled, order
from tests.domain.campaign.stock import BAD, GOOD, Row, vehicles
from tests.domain.provenance.runs import STEWARD
from tests.journeys.browser import DESK, PHONE, Keyboard, axe, overflows, sign_in_officer
from tests.web.figures.reading import CAMPAIGNS, FIGURES, OPEN, officer

from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.operations.noting import note_day
from sosach.web.frame import clock

Visit = Callable[..., Page]


@pytest.fixture
def leader(site: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The steward of a province whose campaign has noted days, on a day of the campaign."""
    del site
    monkeypatch.setattr(clock, "now", lambda: AT)
    vehicles([Row(BAD)] * 4 + [Row(GOOD)] * 7 + [Row(BAD, NEXT_DOOR)] * 6 + [Row(GOOD, NEXT_DOOR)] * 9)
    filled(campaign(level=Level.PROVINCE, unit=PROVINCE))
    for days in (-3, -2, -1):
        note_day(order(STEWARD, days=days), day=order(STEWARD, days=days).at.date())
    return officer("quan.ly", Role.STEWARD, level=Level.PROVINCE, unit=PROVINCE)


def addresses(page: Page) -> list[str]:
    """Every kind of page, the campaign's own ones among them."""
    page.goto(CAMPAIGNS)
    own = page.locator("main table a").first.get_attribute("href") or ""
    figures = (
        "",
        f"?xa={HERE}",
        "dien-bien/",
        "bang/xep-hang/",
        "bang/theo-can-bo/",
        "danh-sach/left/",
        "danh-sach/records/",
    )
    page.goto(OPEN)
    table = page.locator("main .panel a").first.get_attribute("href") or ""
    return [
        *(f"{FIGURES}{name}" for name in figures),
        *(f"{FIGURES}to-khai/", CAMPAIGNS, f"{CAMPAIGNS}moi/", own, OPEN, table, f"{table}?tinh={PROVINCE}"),
        *(f"{own}{name}" for name in ("moc/", "tam-dung/", "phan-cong/", "chia/", "chia/?viec=give")),
    ]


@pytest.mark.parametrize(("width", "language"), [(PHONE, "vi"), (DESK, "en")])
def test_pages_of_leaders_have_no_barrier_and_fit(visit: Visit, leader: int, width: int, language: str) -> None:
    page = visit(width=width, language=language)
    sign_in_officer(page, leader)
    for address in addresses(page):
        answered = page.goto(address)
        assert answered is not None
        assert answered.status == 200, address
        axe(page, what=address)
        assert overflows(page) == 0, address


def test_from_the_province_to_a_record_by_keyboard_alone(visit: Visit, leader: int) -> None:
    page = visit(width=DESK)
    sign_in_officer(page, leader)
    page.goto(FIGURES)
    keyboard = Keyboard(page)
    keyboard.to(page.locator(".figures-table tbody th a").first.inner_text()).press("Enter")
    page.wait_for_url("**xa=**")
    first = page.locator(".figures-table td a").first.get_attribute("href") or ""
    assert "danh-sach" in first
    keyboard.to(page.locator(".figures-table tbody th a").first.inner_text()).press("Enter")
    page.wait_for_url("**to=**")
    keyboard.to(page.locator(".figures b a").first.inner_text(), exactly=True).press("Enter")
    page.wait_for_url("**danh-sach**")
    assert page.locator("tr[data-item]").count() > 0


def test_without_scripts_a_plan_is_previewed(visit: Visit, leader: int) -> None:
    page = visit(width=DESK, javascript=False)
    sign_in_officer(page, leader)
    page.goto(CAMPAIGNS)
    page.locator("main table a").first.click()
    page.get_by_role("link", name="Chia, chuyển, thu hồi").click()
    page.get_by_role("link", name="Đổi hạn").click()
    page.get_by_label("Hạn mới").fill("30/12/2026")
    page.get_by_role("button", name="Xem trước").click()
    page.wait_for_load_state()
    assert "Vụ việc thay đổi" in page.inner_text("main")
