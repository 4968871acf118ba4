"""What the pages of ID cards refuse, show beside what, and how their figures add up."""

import re
import shutil
import subprocess
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image
from tests.domain.idcards.office import events, person
from tests.web.cards.story import CARDS, HERE, TOKEN, Bureau, Desk, shots, stored, upload
from tests.web.figures.reading import length

from sosach.chip.line.machine import Troubles
from sosach.domain.access.rules import Role
from sosach.domain.idcards.models import Application, Attempt, Blank, Card, Doubt, Job, LineFinding, Paper
from sosach.domain.idcards.states.cards import CardState
from sosach.web.desk.cards.serials import read_serials
from sosach.web.desk.cards.urls import urlpatterns

# Whose page is whose, written by hand: address without its numbers → roles that may open it.
OPEN_TO = {
    "": "cards card_approver card_stock card_quality",
    "ho-so/": "cards card_approver",
    "ho-so/moi/": "cards",
    "ho-so/1/": "cards card_approver card_stock card_quality",
    "ho-so/da-chuyen/": "cards card_approver",
    "ho-so/1/chuyen/": "cards",
    "ho-so/1/thu-nhan/": "cards",
    "giay/1/": "cards card_approver",
    "duyet/": "card_approver",
    "nghi-trung/": "card_approver",
    "nghi-trung/1/": "card_approver",
    "phoi/": "card_stock card_quality",
    "phoi/so/": "card_stock card_quality",
    "lenh/": "card_approver card_stock card_quality",
    "lenh/cho/VN-CC-2024/": "card_approver card_stock card_quality",
    "lenh/nguoi-gui/": "card_stock",
    "lenh/1/": "card_approver card_stock card_quality",
    "lenh/1/goi/": "card_stock",
    "chat-luong/": "card_quality",
    "chuyen/": "cards card_stock",
    "vong-doi/": "cards card_approver card_stock card_quality",
    "vong-doi/1/": "cards card_approver card_stock card_quality",
    "vong-doi/active/": "cards card_approver card_stock card_quality",
    "so-lieu/": "cards card_approver card_stock card_quality",
    "so-lieu/ho-so/": "cards card_approver card_stock card_quality",
    "so-lieu/huong-dan/": "cards card_approver",
    "so-lieu/dang-cho/": "cards card_approver card_stock card_quality",
    "so-lieu/may/1/spoiled/": "card_approver card_stock card_quality",
    "so-lieu/dang-cho/capture/": "cards card_approver card_stock card_quality",
    "so-lieu/theo-ngay.csv": "cards card_approver card_stock card_quality",
}


def test_every_page_is_open_to_its_roles_and_to_nobody_else(bureau: Bureau) -> None:
    assert len(OPEN_TO) == len(urlpatterns)
    desks = {
        Role.CARDS: bureau.clerk,
        Role.CARD_APPROVER: bureau.approver,
        Role.CARD_STOCK: bureau.stock,
        Role.CARD_QUALITY: bureau.quality,
        Role.CLERK: Desk("mot.cua", (Role.CLERK,)),
    }
    wrong = []
    for address, whose in OPEN_TO.items():
        for role, desk in desks.items():
            status = desk.client.get(CARDS + address).status_code
            if (status == 403) is (role in whose.split()) or status >= 500:
                wrong.append((address, role, status))
    assert not wrong


def test_nobody_is_shown_a_way_they_may_not_go(bureau: Bureau) -> None:
    for desk in (bureau.clerk, bureau.approver, bureau.stock, bureau.quality):
        page = desk.page(desk.client.get(CARDS).headers["Location"].removeprefix(CARDS))
        ways = {way for way in re.findall(r'href="(/ban-lam-viec/the/[^"?#]*)', page) if way}
        assert len(ways) > 2
        assert [way for way in ways if desk.client.get(way).status_code not in {200, 302}] == []


def test_somebody_not_in_the_register_is_told_so_and_the_attempt_is_kept(bureau: Bureau) -> None:
    told = {"_pin": "001090999999", "_ground": "none_yet", "_delivery": "counter", "_profile": "VN-CC-2024"}
    page = bureau.clerk.send("ho-so/moi/", "open", status=422, **told)
    assert "DC01" in page
    assert stored(Attempt, pin="001090999999").problems == ["not_in_register"]


def test_what_the_citizen_says_otherwise_is_marked_and_waits_for_the_register(bureau: Bureau) -> None:
    told = {"_pin": bureau.who.pin, "_ground": "none_yet", "_delivery": "counter", "_profile": "VN-CC-2024"}
    page = bureau.clerk.send("ho-so/moi/", "check", status=200, **told, _hometown="Đà Nẵng", _ethnicity="kinh")
    assert page.count('class="differs"') == 1
    key = bureau.applied(hometown="Đà Nẵng")
    assert stored(Application, pk=key).state == "waiting_data"
    assert "đồng hồ dừng" in bureau.clerk.page(f"ho-so/{key}/")
    assert bureau.clerk.page("ho-so/?nhom=cho-cong-dan").count("data-item") == 1


def test_a_poor_picture_is_refused_beside_its_slot_and_taken_again(bureau: Bureau) -> None:
    key = bureau.applied()
    dark = BytesIO()
    Image.new("RGB", (480, 640), "#050505").save(dark, "JPEG")
    bureau.clerk.send(f"ho-so/{key}/thu-nhan/", "finish", **shots(7) | {"_face": upload("a.jpg", dark.getvalue())})
    page = bureau.clerk.page(f"ho-so/{key}/thu-nhan/")
    assert "Ảnh quá tối" in page.split('for="finger-1"')[0]
    assert stored(Application, pk=key).state == "open"
    assert "Chưa đạt, thu nhận lại hoặc ghi lý do không lấy được: Khuôn mặt." in page
    assert 'name="absent-face"' not in page  # a face is always there
    assert page.count("Đã có, đạt") == 10  # what was good is kept
    bureau.clerk.send(f"ho-so/{key}/thu-nhan/", "finish", _face=shots(7)["_face"], _features="sẹo")
    page = bureau.clerk.page(f"ho-so/{key}/thu-nhan/")
    assert "Còn thiếu: Mống mắt phải, Mống mắt trái." in page
    assert page.count("Đã có, đạt") == 11
    assert stored(Application, pk=key).state == "open"
    told = {"_absent-iris-right": "no_device", "_absent-iris-left": "no_device", "_features": "sẹo"}
    bureau.clerk.send(f"ho-so/{key}/thu-nhan/", "finish", **told)
    assert stored(Application, pk=key).state == "captured"


def test_a_finger_that_stays_poor_is_told_as_worn_until_the_end(bureau: Bureau) -> None:
    key = bureau.applied()
    where = f"ho-so/{key}/thu-nhan/"
    bureau.clerk.send(where, "finish", **shots(7) | {"_finger-3": upload("3.wsq", b"no print")})
    page = bureau.clerk.page(where)
    assert ("Tệp vân tay hỏng" in page, 'name="absent-finger-3"' in page, 'name="absent-finger-4"' in page) == (
        True,
        True,
        False,
    )
    iris = {f"_absent-iris-{side}": "no_device" for side in ("right", "left")}
    bureau.clerk.send(where, "save", **iris, **{"_absent-finger-3": "worn", "_features": "sẹo"})
    page = bureau.clerk.page(where)
    assert "Không lấy: mòn, không lấy được vân" in page
    assert "Tệp vân tay hỏng" not in page
    bureau.clerk.send(where, "finish", **iris, **{"_absent-finger-3": "", "_features": "sẹo"})  # taken back
    assert "Còn thiếu: Ngón giữa phải." in bureau.clerk.page(where)
    bureau.clerk.send(where, "finish", **iris, **{"_absent-finger-3": "worn", "_features": "sẹo"})
    assert stored(Application, pk=key).state == "captured"


def test_an_application_goes_to_another_office_with_a_reason(bureau: Bureau) -> None:
    key = bureau.cleared()
    number = stored(Application, pk=key).number
    page = bureau.clerk.page(f"ho-so/{key}/chuyen/")
    assert ('value="00008"' in page, f'value="{HERE}"' in page) == (True, False)  # the own province is shown at first
    assert 'value="14758"' in bureau.clerk.page(f"ho-so/{key}/chuyen/?tinh=38")
    assert "Chọn xã, phường." in bureau.clerk.send(f"ho-so/{key}/chuyen/", "move", status=422, _reason="hỏng máy")
    assert "Lý do chuyển" in bureau.clerk.send(f"ho-so/{key}/chuyen/", "move", status=422, _office="00008")
    for wrong in (HERE, "99999", "../"):
        bureau.clerk.send(f"ho-so/{key}/chuyen/", "move", status=422, _office=wrong, _reason="hỏng máy")
    once = TOKEN.search(bureau.clerk.page(f"ho-so/{key}/chuyen/"))
    assert once
    told = {"_once": once[1], "office": "00008", "reason": "hỏng máy lấy vân tay"}
    for _again in range(2):  # sent twice is done once, and answered twice
        answer = bureau.clerk.client.post(f"{CARDS}ho-so/{key}/chuyen/", told)
        assert answer.headers["Location"] == f"{CARDS}ho-so/da-chuyen/"
    page = bureau.clerk.page("ho-so/da-chuyen/")
    assert (number in page, "hỏng máy lấy vân tay" in page, f"/ho-so/{key}/" in page) == (True, True, False)
    bureau.clerk.page(f"ho-so/{key}/", status=404)
    far = Desk("noi.khac", (Role.CARDS,), unit="00008")
    page = far.page(f"ho-so/{key}/")
    assert (number in page, "Chuyển nơi làm thẻ" in page, "hỏng máy lấy vân tay" in page) == (True, True, True)
    assert number not in far.page("ho-so/da-chuyen/")
    bureau.clerk.send(f"ho-so/{(open_one := bureau.applied(pin=person().pin or ''))}/thu-nhan/", "save", _features="x")
    assert f"/{open_one}/chuyen/" not in bureau.clerk.page(f"ho-so/{open_one}/")  # a capture is under way
    assert "thu nhận dở" in bureau.clerk.page(f"ho-so/{open_one}/chuyen/", status=409)


def test_a_file_that_is_no_picture_changes_nothing(bureau: Bureau) -> None:
    key = bureau.applied()
    page = bureau.clerk.send(f"ho-so/{key}/thu-nhan/", "save", status=409, _face=upload("a.jpg", b"no picture"))
    assert "Chưa làm được" in page
    assert stored(Application, pk=key).state == "open"


def test_whoever_captured_does_not_approve_and_a_refusal_makes_its_paper(bureau: Bureau) -> None:
    both = Desk("ca.hai", (Role.CARDS, Role.CARD_APPROVER))
    bureau.clerk = both
    key = bureau.cleared()
    assert "không được phê duyệt" in both.send(f"ho-so/{key}/", "approve", status=422)
    assert "Chưa trả lời" in bureau.approver.send(f"ho-so/{key}/", "refuse", status=422)
    bureau.approver.send(f"ho-so/{key}/", "refuse", reason="Ảnh không phải của người nộp")
    assert stored(Application, pk=key).state == "refused"
    assert stored(Paper, application_id=key, kind="CC03").terms["reason"].startswith("Ảnh không phải")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_papers_say_who_and_when(bureau: Bureau) -> None:
    key = bureau.cleared()
    for kind, wanted in (("CC01", "nốt ruồi"), ("CC02", "Ngày hẹn trả"), ("DC02", "ĐỀ NGHỊ")):
        paper = stored(Paper, application_id=key, kind=kind)
        content = bureau.clerk.file(f"giay/{paper.pk}/")
        text = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
        assert all(told in text for told in (paper.number, "NGUYỄN VĂN AN", wanted)), (kind, text)


def test_the_same_form_twice_takes_one_delivery_in_and_counts_are_their_lists(bureau: Bureau) -> None:
    bureau.supplied(12)
    bureau.stock.send("phoi/", "move", step="spoil", serials="VN00000000000003-VN00000000000005", reason="ướt")
    page = bureau.stock.page("phoi/")
    counts = {way: int(told) for way, told in re.findall(r'<a href="([^"]*phoi/so/[^"]*)">(\d+)</a>', page)}
    assert sorted(counts.values(), reverse=True)[:2] == [12, 12]
    assert {way: length(bureau.stock.client, way.replace("&amp;", "&")) for way in counts} == counts
    assert (
        "không phải"
        in bureau.stock.send("phoi/", "move", status=422, step="spoil", serials="VN1", reason="ướt").lower()
    )
    bureau.stock.send("phoi/", "list", serials="VN00000000000003 VN00000000000004")
    number = stored(Blank, serial="VN00000000000003").destruction_id
    assert f'value="destroy-{number}"' not in bureau.stock.page("phoi/")  # the one who listed them
    bureau.quality.send("phoi/", f"destroy-{number}")
    assert stored(Blank, serial="VN00000000000004").state == "destroyed"


def test_a_job_with_a_silent_machine_waits_until_somebody_settles_what_is_missing(bureau: Bureau) -> None:
    bureau.approved()
    bureau.supplied()
    job = bureau.released()
    assert "không tải" not in bureau.release.page(f"lenh/{job}/")
    produced = bureau.run(job, Troubles(silence=1.0))
    bureau.reported(job, produced)
    bureau.reported(job, produced)
    page = bureau.stock.page(f"lenh/{job}/")
    assert "Không có câu trả lời" in page
    assert "1 thẻ máy chưa trả lời" in page
    found = stored(LineFinding, job_id=job)
    bureau.stock.send(f"lenh/{job}/", f"settle-{found.pk}", outcome="astray", reason="Không thấy trong máy")
    bureau.quality.send(f"lenh/{job}/", "close")
    assert stored(Job, pk=job).state == "closed"
    assert stored(Application, person=bureau.who).state == "approved"


def test_a_chip_that_did_not_prove_itself_spoils_the_card(bureau: Bureau) -> None:
    bureau.approved()
    bureau.supplied()
    job = bureau.released()
    produced = bureau.run(job)
    bureau.reported(job, produced)
    (serial,) = produced.chips
    assert "ZIP" in bureau.quality.send(
        "chat-luong/", "read", status=422, serial=serial, reading=upload("a.zip", b"no zip")
    )
    bureau.read(produced, serial, authentic=False)
    assert stored(Card, blank_id=serial).state == CardState.SPOILED
    assert stored(Application, person=bureau.who).state == "approved"


def test_cards_are_found_by_number_and_serial_and_reported_lost_at_any_office(bureau: Bureau) -> None:
    bureau.approved()
    card = bureau.at_counter()
    assert bureau.clerk.send(f"vong-doi/{card}/", "hand-over", status=422, old_card="taken", receipt="PN-1")
    bureau.clerk.send(f"vong-doi/{card}/", "hand-over", old_card="none", receipt="PN-1")
    for sought in (bureau.who.pin, stored(Card, pk=card).blank_id.lower()):
        response = bureau.approver.client.post(f"{CARDS}vong-doi/", {"wanted": sought})
        assert reverse("desk:card", args=[card]) in response.content.decode()
    bureau.approver.send(f"vong-doi/{card}/", "complaint", what="lost")
    bureau.clerk.send(f"vong-doi/{card}/", "find")
    assert stored(Card, pk=card).state == "active"
    assert "Không còn" not in bureau.clerk.page(f"vong-doi/{card}/")
    bureau.clerk.send(f"vong-doi/{card}/", "give-back", status=409)


def test_nobody_under_six_and_nobody_out_of_turn_is_shown_the_capture_station(bureau: Bureau) -> None:
    parent = person()
    child = person("2023-05-01")
    told = {"representative_pin": parent.pin or "", "guardianship": "Giấy khai sinh số 7"}
    key = bureau.applied(pin=child.pin or "", **told)
    page = bureau.clerk.page(f"ho-so/{key}/thu-nhan/")
    assert "dưới 6 tuổi" in page
    assert 'type="file"' not in page
    assert "/thu-nhan/" not in bureau.clerk.page(f"ho-so/{key}/")
    over = bureau.cleared()
    page = bureau.clerk.page(f"ho-so/{over}/thu-nhan/")
    assert "Đã thu nhận xong" in page
    assert 'type="file"' not in page
    bureau.clerk.send(f"ho-so/{over}/", "withdraw", reason="đổi ý")
    assert "Hồ sơ đã kết thúc" in bureau.clerk.page(f"ho-so/{over}/thu-nhan/")
    waiting = bureau.applied(pin=person().pin or "", hometown="Đà Nẵng")
    assert "Phải sửa dữ liệu dân cư trước" in bureau.clerk.page(f"ho-so/{waiting}/thu-nhan/")


def test_whatever_cannot_be_taken_back_asks_first_and_says_what_follows(bureau: Bureau) -> None:
    key = bureau.cleared()
    page = bureau.approver.page(f"ho-so/{key}/")
    for step, text in (("approve", "Duyệt rồi thì không rút lại"), ("refuse", "Không hoàn tác được")):
        form = re.search(rf'<details class="tool">(?:(?!</details>).)*value="{step}"', page, re.DOTALL)
        assert form, step
        assert text in form[0]
    bureau.clerk.send(f"ho-so/{bureau.applied(pin=person().pin or '')}/thu-nhan/", "save", _features="sẹo")
    page = bureau.clerk.page(f"ho-so/{stored(Application, state='open').pk}/thu-nhan/")
    assert re.search(
        r'<details class="tool">(?:(?!</details>).)*bị xóa(?:(?!</details>).)*value="drop"', page, re.DOTALL
    )


def test_a_doubt_hides_what_others_said_and_is_settled_by_two(bureau: Bureau) -> None:
    bureau.cleared(7)
    bureau.cleared(7, pin=person().pin or "")
    doubt = stored(Doubt, outcome="").pk
    page = bureau.approver.page(f"nghi-trung/{doubt}/")
    assert page.count("data:image/jpeg;base64,") == 2
    assert bureau.approver.client.get(f"{CARDS}nghi-trung/{doubt}/").headers["Cache-Control"] == "no-store"
    assert bureau.clerk.client.get(f"{CARDS}nghi-trung/{doubt}/").status_code == 403
    before = opened()
    bureau.approver.send(f"nghi-trung/{doubt}/", "judge", says="same", reason="cùng vành tai")
    assert opened() == before + 2  # by the page with the form, about two people; what was sent opens nothing
    page = bureau.approver.page(f"nghi-trung/{doubt}/")
    assert ("Bạn đã nói: Cùng một người" in page, "data:image/" in page, 'name="judge-says"' in page) == (
        True,
        False,
        False,
    )
    assert "cùng vành tai" not in bureau.second.page(f"nghi-trung/{doubt}/")
    bureau.second.send(f"nghi-trung/{doubt}/", "judge", says="same", reason="cùng nốt ruồi")
    assert stored(Doubt, pk=doubt).outcome == "same"
    assert "Nghi vấn đã kết luận" in bureau.approver.page(f"nghi-trung/{doubt}/")


def opened() -> int:
    """How often the log says that pictures of a doubt were unwrapped."""
    return sum(bool(each.details["pictures"]) for each in events("idcards.doubt_read"))


def test_serials_are_read_as_people_write_them() -> None:
    assert read_serials("vn00000000000002 – VN00000000000003\nVN00000000000001") == [
        f"VN{number:014}" for number in (1, 2, 3)
    ]
    for wrong in (
        "VN1",
        "VN00000000000009-VN00000000000001",
        "VN00000000000001-VX00000000000002",
        "VN00000000000001-VN00000099999999",
    ):
        with pytest.raises(ValueError, match="V"):
            read_serials(wrong)
    assert HERE == "00004"
