"""A citizen in a browser: from the first page to the receipt on a phone, by keyboard alone, without scripts; every page looked at."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.domain.declarations.ward import VERIFIER, order, sent
from tests.domain.vehicles.town import DAY, Town
from tests.journeys.browser import DESK, PHONE, Keyboard, axe, overflows, sign_in_citizen
from tests.web.portal.people import PINS, picture

from sosach.domain.declarations.operations import ask_back
from sosach.web.frame import clock

Visit = Callable[..., Page]
CARD = "001099000002||Nguyễn Văn Bình|01011999|Nam|Số 1, Phúc Xá, Ba Đình, Hà Nội|15072025||||"
# A phone whose browser reads codes itself, and whose camera sees the card.
CAMERA = f"""
window.BarcodeDetector = class {{
  static async getSupportedFormats() {{ return ["qr_code"]; }}
  async detect() {{ return [{{ rawValue: "{CARD}" }}]; }}
}};
navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream(5);
HTMLMediaElement.prototype.play = async () => {{}};
"""
HOSTILE = '"><script>document.title="!"</script><img src=x onerror="document.title=1">'


@pytest.fixture
def town(site: str, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Three people of a commune; pages are opened the day after it was founded."""
    del site
    monkeypatch.setattr(clock, "now", lambda: DAY + timedelta(days=1))
    return Town.founded()


def looked_at(page: Page) -> None:
    """No barrier, and nothing to push sideways."""
    axe(page)
    assert overflows(page) == 0, page.url


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_has_no_barrier_and_fits(town: Town, visit: Visit, width: int, language: str) -> None:
    vehicle = town.registered(town.an)
    claim = sent(town.binh, "vehicle_bought_with_papers", vehicle)
    asked = sent(town.an, "vehicle_in_use", vehicle)
    ask_back(order(VERIFIER), declaration_id=asked.pk, text="Xin gửi ảnh giấy đăng ký xe.")
    page = visit(width=width, language=language)
    sign_in_citizen(page, PINS["an"])
    one = f"to-khai/{asked.pk}/"
    for path in (
        *("", "thong-tin/", f"xe/{vehicle.pk}/", "luot-xem/?ca=toi", "khai/", f"khai/xe-cua-toi/?xe={vehicle.pk}"),
        *("to-khai/", one, f"{one}bo-sung/", f"{one}anh/", f"{one}rut/", f"{one}bien-nhan/"),
        *(f"phan-doi/{claim.pk}/", "kiem-tra-bien-nhan/", "kiem-tra-bien-nhan/?so=1"),
    ):
        page.goto(f"/cong-dan/{path}")
        assert page.locator("html").get_attribute("lang") == language
        looked_at(page)


def test_sold_on_a_phone(town: Town, visit: Visit) -> None:
    vehicle = town.registered(town.an)
    page = visit()
    sign_in_citizen(page, PINS["an"])
    page.get_by_role("link", name=f"Khai báo {vehicle.plate_display}").click()
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_selector("[role=alert]")
    looked_at(page)
    page.get_by_label("Đã bán, cho, tặng nhưng chưa sang tên").check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**/trang/2/")  # which vehicle is known
    page.locator("summary", has_text="Điền từ thẻ căn cước").click()
    looked_at(page)
    photo = {"name": "the.jpg", "mimeType": "image/jpeg", "buffer": picture(CARD, width=2600, height=1900).read()}
    page.get_by_label("Ảnh mặt thẻ có mã QR").set_input_files(photo)
    page.get_by_role("button", name="Đọc thẻ từ ảnh").click()
    page.wait_for_selector("text=Đã điền từ thẻ căn cước")
    assert page.locator("#id_buyer_name").input_value() == "Nguyễn Văn Bình"
    page.get_by_role("button", name="Lưu và tiếp tục").last.click()
    page.wait_for_url("**/trang/3/")
    page.get_by_label("Ngày bán").fill("01 10 2026")
    page.get_by_label("Giấy viết tay").check()
    page.get_by_label("Số của giấy tờ").fill(HOSTILE)
    page.get_by_label("Tôi cam đoan").check()
    looked_at(page)
    page.get_by_role("button", name="Lưu và tiếp tục").last.click()
    page.wait_for_url("**/anh/")
    paper = {"name": HOSTILE, "mimeType": "image/jpeg", "buffer": picture(width=3000, height=2200).read()}
    page.locator("#sale_paper input[type=file]").set_input_files(paper)
    page.locator("#sale_paper button").click()
    page.wait_for_selector("#sale_paper .thumbs img")
    looked_at(page)
    page.get_by_role("link", name="Tiếp tục").click()
    page.wait_for_url("**/xem-lai/")
    looked_at(page)
    page.get_by_role("button", name="Gửi tờ khai").click()
    page.wait_for_url("**/bien-nhan/")
    looked_at(page)
    assert page.title() != "!"
    assert page.locator(".receipt-number b").inner_text()
    page.emulate_media(media="print")
    assert page.locator(".receipt-body svg").is_visible()
    assert not page.get_by_role("button", name="In biên nhận").is_visible()
    page.emulate_media(media="screen")
    page.locator("summary", has_text="Chữ ký số").click()
    page.get_by_role("link", name="Kiểm tra chữ ký").click()
    page.wait_for_selector("text=Biên nhận thật")
    looked_at(page)


def test_by_keyboard_alone(town: Town, visit: Visit) -> None:
    vehicle = town.registered(town.an)
    page = visit(width=DESK)
    sign_in_citizen(page, PINS["an"])
    keyboard = Keyboard(page)
    keyboard.to(f"Khai báo {vehicle.plate_display}").press("Enter")
    page.wait_for_url("**/khai/xe-cua-toi/**")
    keyboard.to("Xe chính chủ, đang sử dụng").press("Space")
    keyboard.to("Tiếp tục").press("Enter")
    page.wait_for_url("**/trang/2/")
    keyboard.to("Số điện thoại liên hệ").type("0912345678")
    keyboard.to("Tôi cam đoan").press("Space")
    keyboard.to("Lưu và tiếp tục").press("Enter")
    page.wait_for_url("**/anh/")
    keyboard.to("Tiếp tục", exactly=True).press("Enter")
    page.wait_for_url("**/xem-lai/")
    keyboard.to("Sửa Số điện thoại liên hệ").press("Enter")
    page.wait_for_url("**/trang/2/?tu=check")
    keyboard.to("Số điện thoại liên hệ").type("0987654321").press("Enter")  # Enter goes on, it does not read a card
    page.wait_for_url("**/anh/")
    keyboard.to("Tiếp tục", exactly=True).press("Enter")
    page.wait_for_url("**/xem-lai/")
    assert page.get_by_text("0987654321").is_visible()
    keyboard.to("Gửi tờ khai").press("Enter")
    page.wait_for_url("**/bien-nhan/")
    keyboard.to("Theo dõi việc giải quyết").press("Enter")
    page.wait_for_url(re.compile(r"/to-khai/\d+/$"))


def test_the_camera_reads_a_card(town: Town, visit: Visit) -> None:
    page = visit()
    page.add_init_script(CAMERA)
    sign_in_citizen(page, PINS["an"])
    page.goto(f"/cong-dan/khai/xe-cua-toi/?xe={town.registered(town.an).pk}")
    page.get_by_label("Cho mượn, cho thuê").check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.locator("summary", has_text="Điền từ thẻ căn cước").click()
    page.get_by_role("button", name="Mở camera").click()
    page.wait_for_selector("text=Đã điền từ thẻ căn cước")
    assert page.locator("#id_user_name").input_value() == "Nguyễn Văn Bình"
    assert page.locator("#id_user_pin").input_value() == "001099000002"


def test_without_scripts(town: Town, visit: Visit) -> None:
    vehicle = town.registered(town.an)
    claim = sent(town.binh, "vehicle_bought_with_papers", vehicle)
    page = visit(javascript=False)
    sign_in_citizen(page, PINS["an"])
    page.get_by_role("link", name="Xem và trả lời").click()
    page.get_by_label("Vì sao bạn phản đối?").fill("Tôi chưa bán xe này")
    paper = {"name": "giay.jpg", "mimeType": "image/jpeg", "buffer": picture().read()}
    page.get_by_label("Ảnh giấy tờ chứng minh").set_input_files(paper)
    page.get_by_role("button", name="Gửi lời phản đối").click()
    page.get_by_text("Đã gửi lời phản đối").wait_for()
    page.goto(f"/cong-dan/khai/xe-cua-toi/?xe={vehicle.pk}")
    page.get_by_label("Tạm không sử dụng").check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Tôi cam đoan").check()
    page.get_by_role("button", name="Lưu và tiếp tục").last.click()
    page.locator("#plate input[type=file]").set_input_files(paper)
    page.locator("#plate button").click()
    expect(page.locator("#plate .thumbs img")).to_have_count(1)
    page.locator("#plate .thumbs button").click()
    expect(page.locator("#plate .thumbs img")).to_have_count(0)
    page.get_by_role("link", name="Tiếp tục").click()
    page.get_by_role("button", name="Gửi tờ khai").click()
    page.get_by_text("Đã nhận tờ khai của bạn").wait_for()
    page.wait_for_load_state()
    assert str(claim.number) not in page.content()
