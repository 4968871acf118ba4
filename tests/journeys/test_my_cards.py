"""A citizen with an ID card, on a phone and without scripts: a loss reported, a new card applied for, the identity taken into a wallet."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page
from tests.domain.idcards.holding import HolderOfCard, holding
from tests.domain.idcards.office import person
from tests.domain.idcards.works import cards, moment
from tests.journeys.browser import DESK, MOST_TABS, PHONE, Keyboard, axe, overflows, sign_in_citizen

from sosach.domain.idcards.states.cards import CardState
from sosach.web.frame import clock

Visit = Callable[..., Page]


@pytest.fixture
def holder(site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HolderOfCard:
    """Somebody with a card in force; pages are opened an hour after it was handed over."""
    del site
    monkeypatch.setattr("django.conf.settings.SOSACH_CARD_KEYS", tmp_path / "card-keys")
    monkeypatch.setattr(clock, "now", lambda: moment() + timedelta(hours=1))
    return holding()


def looked_at(page: Page) -> None:
    """No barrier, and nothing to push sideways."""
    axe(page)
    assert overflows(page) == 0, page.url


def test_a_loss_and_a_new_card_without_scripts(holder: HolderOfCard, visit: Visit) -> None:
    page = visit(javascript=False)
    sign_in_citizen(page, holder.person.pin or "")
    page.get_by_role("link", name="Thẻ căn cước", exact=True).click()
    page.get_by_role("link", name="Báo mất thẻ").click()
    page.get_by_role("button", name="Báo mất thẻ").click()
    page.get_by_role("link", name="Đề nghị cấp, đổi, cấp lại thẻ").click()
    page.get_by_role("link", name="Thẻ bị mất", exact=True).click()
    page.get_by_label("Tại công an xã nơi nộp hồ sơ").check()
    page.get_by_label("Tôi đã đọc, thông tin trên đúng").check()
    page.get_by_role("button", name="Gửi hồ sơ").click()
    page.get_by_role("heading", name="Cấp lại thẻ").wait_for()
    page.wait_for_load_state()
    assert "7 ngày làm việc" in page.inner_text("main")
    assert cards(pk=holder.card.pk)[0].state == CardState.LOST


def chosen(keys: Keyboard, name: str, option: str) -> None:
    """Go down a list until an answer stands in it."""
    keys.to(name)
    for _ in range(MOST_TABS):
        if keys.page.evaluate("() => document.activeElement.selectedOptions[0].text") == option:
            return
        keys.press("ArrowDown")
    raise AssertionError(f"{option!r} is no answer to {name!r}")


def test_a_first_card_at_another_place_by_keyboard_alone(
    site: str, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    del site
    monkeypatch.setattr(clock, "now", moment)
    who = person()
    page = visit()
    keys = Keyboard(page)
    sign_in_citizen(page, who.pin or "")
    page.goto("/cong-dan/the/")
    for name, where in (("Đề nghị cấp, đổi, cấp lại thẻ", "**/de-nghi/"), ("Cấp thẻ lần đầu", "**/lan-dau/")):
        keys.to(name).press("Enter")
        page.wait_for_url(where)
    keys.to("Làm ở nơi khác").press("Enter")
    chosen(keys, "Tỉnh, thành phố", "Tỉnh Thanh Hóa")
    keys.to("Xem các xã, phường").press("Enter")
    page.wait_for_url("**/lan-dau/?tinh=38")
    chosen(keys, "Công an xã, phường nào?", "Phường Hạc Thành")
    for name in ("Tại công an xã nơi nộp hồ sơ", "Tôi đã đọc, thông tin trên đúng"):
        keys.to(name).press("Space")
    keys.to("Gửi hồ sơ").press("Enter")
    page.get_by_role("heading", name="Việc bạn cần làm").wait_for()
    assert "Đến Công an Phường Hạc Thành, Tỉnh Thanh Hóa" in page.inner_text("main")


@pytest.mark.parametrize(("width", "language"), [(PHONE, "vi"), (DESK, "en")])
def test_every_page_has_no_barrier_and_fits(holder: HolderOfCard, visit: Visit, width: int, language: str) -> None:
    page = visit(width=width, language=language)
    sign_in_citizen(page, holder.person.pin or "")
    one = f"the/{holder.card.pk}/"
    wishes = f"the/de-nghi/{holder.person.pk}/"
    paths = ("", "the/", one, f"{one}bao-mat/", "the/de-nghi/", f"{wishes}thay-doi/?tinh=38", "giay-to-dien-tu/")
    for path in paths:
        page.goto(f"/cong-dan/{path}")
        looked_at(page)
    page.locator("main form button").first.click()
    looked_at(page)
    link = page.locator('a[href^="openid-credential-offer:"]').get_attribute("href")
    code = Image.open(io.BytesIO(page.locator(".receipt-code svg").screenshot(scale="device")))
    assert zxingcpp.read_barcode(code.convert("L")).text == link
    page.goto(f"/cong-dan/{one}bao-mat/")
    page.locator("main button.danger").click()
    looked_at(page)
    page.goto(f"/cong-dan/{one}rut-bao-mat/")
    looked_at(page)
    page.goto(f"/cong-dan/{wishes}bi-mat/")
    page.locator("main form button").last.click()
    looked_at(page)
    page.locator("#id_delivery_0").check()
    page.locator("#id_right").check()
    page.locator("main form button").last.click()
    looked_at(page)
    page.locator('a[href$="/chuyen/"]').click()
    looked_at(page)
    page.go_back()
    page.locator('a[href$="/rut/"]').click()
    looked_at(page)
