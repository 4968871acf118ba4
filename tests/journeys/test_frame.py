"""The frame in a browser: doors, catalogue of components, languages; without barriers and without scripts."""

from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Page, expect
from tests.journeys.browser import DESK, PHONE, Keyboard, axe, overflows, sign_in_citizen, sign_in_officer
from tests.web.frame.people import PASSWORD, now, officer, person

from sosach.domain.access.rules import Role

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


def test_an_officer_comes_in_by_keyboard_alone(visit: Visit) -> None:
    _, name = officer(Role.CLERK)
    page = visit(width=DESK)
    page.goto("/")
    keyboard = Keyboard(page)
    keyboard.to("Tôi là cán bộ").press("Enter")
    page.wait_for_url("**/dang-nhap/can-bo/**")
    keyboard.to("Tên đăng nhập").press("Enter")
    page.wait_for_selector("[role=alert]")
    assert "Cần sửa trước khi tiếp tục" in keyboard.focused()  # what is wrong is read first
    axe(page)
    keyboard.to("Chưa trả lời: Tên đăng nhập").press("Enter").type(name)
    keyboard.to("Mật khẩu").type(PASSWORD).press("Enter")
    page.wait_for_url("**/dang-ky-ma/**")
    axe(page)
    secret = page.locator("ol code").inner_text().replace(" ", "")
    keyboard.to("Mã dùng một lần").type(pyotp.TOTP(secret).at(now())).press("Enter")
    page.wait_for_selector(".codes")
    axe(page)
    keyboard.to("Tôi đã cất các mã").press("Enter")
    page.wait_for_url("**/ban-lam-viec/")
    axe(page)
    keyboard.to("Đăng xuất").press("Enter")
    page.wait_for_selector("text=Bạn đã đăng xuất")


def test_without_scripts_everything_works_as_well(visit: Visit) -> None:
    person_id, pin = person()
    page = visit(javascript=False)
    sign_in_citizen(page, pin)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert person_id
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You have signed out").wait_for()
    page.goto("/cong-dan/")
    assert "/dang-nhap/cong-dan/" in page.url


def test_an_officer_comes_in_by_one_click_where_people_are_synthetic(visit: Visit) -> None:
    officer_id, _ = officer(Role.CLERK)
    page = visit(width=DESK, language="en")
    sign_in_officer(page, officer_id)
    assert page.get_by_role("button", name="Sign out").is_visible()


def test_rows_of_a_table_are_walked_by_keys_and_keys_act(visit: Visit) -> None:
    page = visit(width=DESK)
    page.goto("/frame/")
    page.locator("h1").click()  # away from what is wrong in the form
    keyboard = Keyboard(page)
    assert keyboard.press("j").focused() == "36-B1 123.45"
    assert keyboard.press("j").focused() == "30A-123.45"
    assert keyboard.press("k").focused() == "36-B1 123.45"
    page.evaluate(
        "() => document.querySelector('[data-key=a]').addEventListener('click', () => (document.title = 'a'))"
    )
    keyboard.press("a")
    assert page.title() == "a"
    page.locator("#id_buyer").focus()
    keyboard.press("j", "a")
    assert page.locator("#id_buyer").input_value() == "ja"  # who types, types


def test_a_printed_page_holds_what_matters(visit: Visit) -> None:
    page = visit(width=DESK)
    page.goto("/frame/")
    page.emulate_media(media="print")
    assert not page.locator("nav.session").is_visible()
    assert not page.locator(".actions").first.is_visible()
    assert page.locator("dl.answers").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
