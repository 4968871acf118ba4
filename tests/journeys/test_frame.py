"""The frame in a browser: doors, catalogue of components, languages; without barriers and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.journeys.browser import DESK, PHONE, Keyboard, axe, overflows

Visit = Callable[..., Page]
OPEN_PAGES = ("/", "/dang-nhap/cong-dan/", "/dang-nhap/can-bo/", "/dung-thu/", "/frame/", "/khong-co/")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pages_have_no_barrier_and_fit(visit: Visit, width: int, language: str) -> None:
    page = visit(width=width, language=language)
    for path in OPEN_PAGES:
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        axe(page)
        assert overflows(page) == 0, path


def test_the_first_page_by_keyboard(visit: Visit) -> None:
    page = visit(width=DESK)
    page.goto("/")
    Keyboard(page).to("Đến nội dung chính").press("Enter")
    Keyboard(page).to("Tôi là công dân").press("Enter")
    page.wait_for_url("**/dang-nhap/cong-dan/**")
