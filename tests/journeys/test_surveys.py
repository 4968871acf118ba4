"""Survey cards in a browser: the third look by keyboard alone, the sample beside its paper, the decision; on a phone and at a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.domain.exchange.test_surveys import card, keyed, take
from tests.domain.population.people import officer as acting_officer
from tests.journeys.browser import DESK, PHONE, Keyboard, axe, overflows, sign_in_officer
from tests.web.figures.reading import officer

from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.exchange.states.surveys import CardState

Visit = Callable[..., Page]
ROOM = "/ban-lam-viec/phieu-thu-thap/"
STEWARD = acting_officer("", Role.STEWARD, level=Level.NATION)


@pytest.fixture
def batch(site: str) -> int:
    """Two cards, one of which two people keyed differently."""
    del site
    return take(
        (keyed("1", "an"), keyed("1", "bình", full_name="LÊ VĂN ÂN")),
        (keyed("2", "an"), keyed("2", "bình")),
        actor=STEWARD,
    )


@pytest.fixture
def steward(batch: int) -> int:
    """Who looks after the survey."""
    del batch
    return officer("phieu", Role.STEWARD, level=Level.NATION, unit="")


def test_a_batch_is_looked_at_compared_and_accepted_by_keyboard(visit: Visit, batch: int, steward: int) -> None:
    page = visit(width=DESK)
    sign_in_officer(page, steward)
    keyboard = Keyboard(page)
    keyboard.to("Phiếu thu thập", exactly=True).press("Enter")
    page.wait_for_url(f"**{ROOM}")
    axe(page, what="batches")
    keyboard.to(f"{batch} · Đợt 1").press("Enter")
    page.wait_for_url(f"**{ROOM}{batch}/")
    axe(page, what="batch")
    keyboard.to("Xem lại 1 chỗ khác nhau").press("Enter")
    page.get_by_text("Xem bản giấy, rồi chọn").wait_for()
    axe(page, what="third look")
    with page.expect_navigation():
        page.keyboard.press("2")
    page.get_by_text("Không còn chỗ nào khác nhau.").wait_for()
    page.goto(f"{ROOM}{batch}/doi-chieu/")
    for number in ("1", "2"):
        page.get_by_role("heading", name=f"Phiếu {number}").wait_for()
        axe(page, what="sample")
        with page.expect_navigation():
            page.keyboard.press("a")
    page.goto(f"{ROOM}{batch}/")
    page.get_by_role("button", name="Quyết định theo mẫu").click()
    page.get_by_text("Đã chấp nhận đợt phiếu.").wait_for()
    axe(page, what="decided")
    assert (card("1").values["full_name"], card("1").state) == ("LÊ VĂN ÂN", CardState.AGREED)


def test_pages_fit_a_phone_without_scripts_in_english(visit: Visit, batch: int, steward: int) -> None:
    page = visit(width=PHONE, language="en", javascript=False)
    sign_in_officer(page, steward)
    for address, told in (
        ("", "Survey"),
        (f"{batch}/", "Look at 1 differences"),
        (f"{batch}/xem-lai/", "1 left"),
        (f"{batch}/doi-chieu/", "card"),
    ):
        page.goto(ROOM + address)
        assert told.lower() in page.inner_text("main").lower(), address
        assert overflows(page) == 0, address
