"""An ID card in a browser: clerk, approver, stock keeper and quality officer walk its pages from application to handover."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import FilePayload, Page, expect
from tests.domain.idcards.office import person
from tests.journeys.browser import DESK, PHONE, Keyboard, axe, overflows, sign_in_officer
from tests.web.cards.story import CARDS, Bureau, Desk, machine, stored

from sosach.domain.idcards.models import Application, Card, Doubt, Job
from sosach.synth import faces
from sosach.web.frame import clock

Visit = Callable[..., Page]
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def bureau(site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bureau]:
    """Everybody at the desk, on one day, with keys of the test's own."""
    del site
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with override_settings(SOSACH_CARD_PKI=str(tmp_path / "pki"), SOSACH_CARD_PASSPHRASE=tmp_path.name):
        yield Bureau.opened()


def seated(visit: Visit, desk: Desk, *, width: int = DESK, language: str = "vi", javascript: bool = True) -> Page:
    """Somebody sits down, sees the own rooms only, and begins at the first page of the own work."""
    page = visit(width=width, language=language, javascript=javascript)
    sign_in_officer(page, desk.number)
    page.goto(CARDS)
    return page


def looked(page: Page, what: str) -> None:
    """No barrier, and nothing sticks out of the window."""
    page.wait_for_load_state()
    assert page.locator("#fault").count() == 0, page.inner_text("body")[:500]
    axe(page, what=what)
    assert overflows(page) == 0, what


def pressed(page: Page, key: str) -> None:
    """A key that sends something, and the page after it."""
    page.wait_for_load_state()
    page.locator("h1").first.click()
    with page.expect_navigation():
        page.keyboard.press(key)


def pressed_on(page: Page, key: str) -> None:
    """A key on what has the focus now, which sends something, and the page after it."""
    expect(page.locator("details.tool[open] button:focus")).to_have_count(1)
    with page.expect_navigation():
        page.keyboard.press(key)


def test_clerk_and_approver_take_an_application_to_approval(visit: Visit, bureau: Bureau) -> None:
    page = seated(visit, bureau.clerk)
    assert page.locator("nav.tabs").first.locator("a").all_inner_texts() == [
        "Hồ sơ thẻ",
        "Chuyển và trả thẻ",
        "Vòng đời thẻ",
        "Số liệu thẻ",
    ]
    looked(page, "applications")
    Keyboard(page).to("Tiếp nhận hồ sơ mới").press("Enter")
    page.wait_for_url("**/ho-so/moi/")
    keyboard = Keyboard(page).to("Số định danh cá nhân").type(bureau.who.pin or "")
    keyboard.to("Quê quán").type("Đà Nẵng")
    pressed(page, "c")
    assert page.locator(".comparison .differs").count() == 1
    looked(page, "applicant")
    page.get_by_label("Quê quán").fill("Huế")
    pressed(page, "a")
    page.get_by_text("Đã tiếp nhận hồ sơ").wait_for()
    looked(page, "application")
    pressed(page, "t")
    for slot, content in _files():
        page.locator(f"input[name='{slot}']").set_input_files(file(content))
    assert page.locator("[data-shown]:visible").count() == 1  # the face; fingers are no pictures of a browser
    for side in ("right", "left"):
        page.locator(f"[name='absent-iris-{side}']").select_option("no_device")
    page.get_by_label("Đặc điểm nhân dạng").fill("nốt ruồi ở má trái")
    looked(page, "capture")
    page.get_by_role("button", name="Lưu và kết thúc thu nhận").click()
    page.get_by_text("Thu nhận đạt.").wait_for()
    pressed(page, "d")
    assert stored(Application, person=bureau.who).state == "clear"
    approver = seated(visit, bureau.approver)
    Keyboard(approver).to("HS-").press("Enter")
    approver.wait_for_url("**/ho-so/*/")
    approver.keyboard.press("a")  # asks first: it cannot be taken back
    pressed_on(approver, "Enter")
    assert stored(Application, person=bureau.who).state == "approved"


def test_stock_keepers_make_a_job_and_the_quality_officer_lets_its_card_go(visit: Visit, bureau: Bureau) -> None:
    bureau.approved()
    page = seated(visit, bureau.stock)
    _supplied(page)
    page.locator("button[value=plan]").click()
    page.wait_for_url("**/lenh/*/")
    job = int(re.findall(r"\d+", page.url)[-1])
    pressed(page, "s")
    looked(page, "job")
    second = seated(visit, bureau.release)
    second.goto(f"{CARDS}lenh/{job}/")
    second.keyboard.press("a")
    pressed_on(second, "Enter")
    produced = bureau.run(job)
    second.locator("[name=report-report]").set_input_files(file(produced.report))
    second.locator("button[value=report]").click()
    second.get_by_text("Đã nhận báo cáo.").wait_for()
    quality = seated(visit, bureau.quality)
    looked(quality, "quality")
    (serial,) = produced.chips
    quality.locator("[name=read-serial]").fill(serial)
    quality.locator("[name=read-reading]").set_input_files(file(bureau.reading(produced, serial)))
    quality.locator("[name=read-authentic]").check(force=True)
    quality.locator("button[value=read]").click()
    quality.get_by_text(f"Đạt: thẻ {serial} được cho qua.").wait_for()
    quality.goto(f"{CARDS}lenh/{job}/")
    quality.keyboard.press("d")
    pressed_on(quality, "Enter")
    assert stored(Job, pk=job).state == "closed"
    assert stored(Card, blank_id=serial).state == "accepted"


def _supplied(page: Page) -> None:
    """Blanks, a machine and a signer, by the pages of the stock keeper."""
    page.keyboard.press("n")
    told = {"number": "GN-1", "supplier": "Nhà in Thử"}
    told |= {"first_serial": "VN00000000000001", "last_serial": "VN00000000000005"}
    for name, text in told.items():
        page.locator(f"[name=receive-{name}]").fill(text)
    page.locator("button[value=receive]").click()
    page.get_by_text("Đã nhận 5 phôi.").wait_for()
    looked(page, "stock")
    page.locator("tfoot a").last.click()
    expect(page.locator("tr[data-item]")).to_have_count(5)
    made, public = machine()
    page.goto(f"{CARDS}lenh/")
    page.keyboard.press("m")
    page.locator("[name=machine-name]").fill("M1")
    for name, content in (("transport_key", public), ("report_key", made.signer.public_key)):
        page.locator(f"[name=machine-{name}]").set_input_files(file(content))
    page.locator("button[value=machine]").click()
    page.get_by_text("Đã đăng ký máy M1.").wait_for()
    pressed(page, "s")
    looked(page, "jobs")


def test_the_counter_hands_a_card_over_and_it_is_active(visit: Visit, bureau: Bureau) -> None:
    bureau.approved()
    card = stored(Card, pk=bureau.at_counter())
    page = seated(visit, bureau.clerk)
    Keyboard(page).to("Chuyển và trả thẻ").press("Enter")
    page.wait_for_url("**/chuyen/")
    looked(page, "parcels")
    Keyboard(page).to(card.blank_id).press("Enter")
    page.wait_for_url("**/vong-doi/*/")
    page.locator("[name=hand-over-old_card]").select_option("none")
    page.locator("[name=hand-over-receipt]").fill("PN-1")
    looked(page, "counter")
    pressed(page, "a")
    assert stored(Card, pk=card.pk).state == "active"
    for address in ("vong-doi/", "so-lieu/"):
        page.goto(CARDS + address)
        looked(page, address.strip("/"))


def file(content: bytes) -> FilePayload:
    """A file as a form takes it."""
    return {"name": "tep.bin", "mimeType": "application/octet-stream", "buffer": content}


def test_two_people_judge_a_likeness(visit: Visit, bureau: Bureau) -> None:
    bureau.cleared(7)
    twin = person()
    bureau.cleared(7, pin=twin.pin or "")
    doubt = stored(Doubt, outcome="").pk
    page = seated(visit, bureau.approver)
    Keyboard(page).to("Nghi trùng").press("Enter")
    page.wait_for_url("**/nghi-trung/")
    page.locator("tr[data-item] a").first.click()
    page.wait_for_url("**/nghi-trung/*/")
    assert page.locator(".two-captures img").count() == 2
    looked(page, "doubt")
    page.locator("[name=judge-says][value=different]").check(force=True)
    page.locator("[name=judge-reason]").fill("Khác vành tai")
    page.locator("button[value=judge]").click()
    page.wait_for_url("**/nghi-trung/")
    assert stored(Doubt, pk=doubt).outcome == ""
    bureau.second.send(f"nghi-trung/{doubt}/", "judge", says="different", reason="Khác vành tai")
    assert stored(Doubt, pk=doubt).outcome == "different"


def test_an_application_goes_to_another_office_by_keyboard(visit: Visit, bureau: Bureau) -> None:
    key = bureau.applied()
    page = seated(visit, bureau.clerk)
    page.goto(f"{CARDS}ho-so/{key}/")
    pressed(page, "h")
    keyboard = Keyboard(page).to("Công an xã, phường nào?").press("ArrowDown")
    office = page.locator("#id_office").input_value()
    assert office
    looked(page, "move")
    keyboard.to("Lý do chuyển").type("hỏng máy").press("Enter")
    page.wait_for_url("**/ho-so/da-chuyen/")
    looked(page, "given away")
    assert stored(Application, pk=key).commune_code == office


def test_all_pages_fit_a_phone_without_scripts_in_english(visit: Visit, bureau: Bureau) -> None:
    key = bureau.cleared()
    waiting = bureau.applied(pin=_another())
    bureau.approver.send(f"ho-so/{key}/", "approve")
    card = bureau.at_counter()
    job = stored(Card, pk=card).job_id
    walks = {
        bureau.clerk: [
            "ho-so/",
            "ho-so/moi/",
            f"ho-so/{key}/",
            f"ho-so/{waiting}/thu-nhan/",
            f"ho-so/{waiting}/chuyen/",
            "ho-so/da-chuyen/",
            "chuyen/",
            f"vong-doi/{card}/",
        ],
        bureau.approver: ["duyet/", "nghi-trung/", f"lenh/{job}/"],
        bureau.stock: [
            "phoi/",
            "phoi/so/",
            "lenh/",
            "lenh/cho/VN-CC-2024/",
            "so-lieu/",
            "vong-doi/",
            "vong-doi/at_office/",
        ],
        bureau.quality: ["chat-luong/", "so-lieu/dang-cho/handover/"],
    }
    for desk, addresses in walks.items():
        page = seated(visit, desk, width=PHONE, language="en", javascript=False)
        for address in addresses:
            answered = page.goto(CARDS + address)
            assert answered is not None
            assert answered.status == 200, address
            told = page.inner_text("main")
            for place in page.locator("#tinh option, #id_office option").all_inner_texts()[::-1]:
                told = told.replace(place, "")
            assert not re.search("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệ]", _own_words(told)), (address, told)
            assert overflows(page) == 0, address


def _another() -> str:
    return person().pin or ""


def _own_words(told: str) -> str:
    """A page without names of people, places and things, which are Vietnamese in any language."""
    for name in (
        "NGUYỄN VĂN AN",
        "Số 7, phố Thử, Hà Nội",
        "Phường Ba Đình",
        "Thành phố Hà Nội",
        "Nhà in Thử",
        "Bưu chính",
    ):
        told = told.replace(name, "")
    return told


def _files() -> list[tuple[str, bytes]]:
    return [("face", faces.face(7)), *((f"finger-{place}", faces.finger(7, place)) for place in range(1, 11))]
