"""The exchange in a browser: a steward follows what the nation refused, sends a letter again, suspends a partner; anybody checks a plate."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.journeys.browser import DESK, PHONE, Keyboard, axe, overflows, sign_in_officer
from tests.web.exchange.desk_ground import Ground, furnished
from tests.web.exchange.test_desk import HOME, PAGES
from tests.web.figures.reading import officer

from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level

Visit = Callable[..., Page]


@pytest.fixture
def ground(site: str) -> Ground:
    """Committed, for the browser."""
    del site
    return furnished()


@pytest.fixture
def steward(ground: Ground) -> int:
    """Who looks after the exchange."""
    del ground
    return officer("quan.ly", Role.STEWARD, level=Level.NATION, unit="")


@pytest.mark.parametrize(("width", "language"), [(PHONE, "vi"), (DESK, "en")])
def test_pages_of_the_exchange_have_no_barrier_and_fit(
    visit: Visit, ground: Ground, steward: int, width: int, language: str
) -> None:
    page = visit(width=width, language=language)
    sign_in_officer(page, steward)
    own = (f"ban-ghi/{ground.items['conflict']}/", "doi-tac/cong-chung/tam-dung/")
    for address in (
        *(HOME + one for one in (*PAGES, *own)),
        "/tra-cuu/",
        "/tra-cuu/bien-so/",
        "/tra-cuu/giay-phep-lai-xe/",
    ):
        answered = page.goto(address)
        assert answered is not None
        assert answered.status == 200, address
        if width == PHONE or "tra-cuu" in address:  # what axe judges does not hang on the language
            axe(page, what=address)
        assert overflows(page) == 0, address


def test_a_refused_upload_a_dead_letter_and_a_partner_by_keyboard(visit: Visit, ground: Ground, steward: int) -> None:
    page = visit(width=DESK)
    sign_in_officer(page, steward)
    keyboard = Keyboard(page)
    keyboard.to("Trao đổi", exactly=True).press("Enter")
    page.wait_for_url(f"**{HOME}")
    page.locator("main td a", has_text="2").click()
    keyboard.to(ground.car.plate_display).press("Enter")
    page.wait_for_url("**/ban-ghi/**")
    assert "Biển số đã thuộc xe khác." in page.inner_text("main")
    with page.expect_navigation():
        page.keyboard.press("o")
    assert ground.car.chassis_number in page.inner_text("main")
    page.goto(HOME)
    keyboard.to("Báo tin", exactly=True).press("Enter")
    page.locator(".figures a", has_text="1").click()
    page.get_by_label("Lý do").fill("Máy chủ bên kia đã sửa")
    keyboard.to("Gửi lại", exactly=True).press("Enter")
    page.get_by_text("Tin được gửi lại.").wait_for()
    page.get_by_role("link", name="Đối tác", exact=True).click()
    page.get_by_role("link", name="Cơ quan cong-chung").click()
    page.get_by_role("link", name="Tạm dừng chia sẻ").click()
    page.get_by_label("Lý do").fill("Nghi lộ khóa")
    page.get_by_role("button", name="Tạm dừng ngay").click()
    page.wait_for_load_state()
    assert "mọi yêu cầu đều bị từ chối" in page.inner_text("main")


def test_anybody_checks_a_plate_on_a_phone(visit: Visit, ground: Ground) -> None:
    page = visit(width=PHONE, javascript=False)
    page.goto("/")
    page.get_by_role("link", name="Kiểm tra biển số, giấy phép lái xe").click()
    page.locator("a.door", has_text="Biển số xe").click()
    for end, told in (("0000", "Không có kết quả khớp"), (ground.car.chassis_number[-4:], "Đã đăng ký, còn hiệu lực")):
        page.get_by_label("Biển số").fill(ground.car.plate_display)
        page.get_by_label("Bốn ký tự cuối của số khung").fill(end)
        page.get_by_role("button", name="Kiểm tra").click()
        page.wait_for_load_state()
        assert told in page.inner_text("main")
        assert overflows(page) == 0
    assert ground.car.plate_number not in page.url
