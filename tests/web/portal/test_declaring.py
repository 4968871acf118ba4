"""Declaring: drafts that lose nothing, cards, photos, one receipt however often it is sent."""

import html
import io
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from tests.domain.vehicles.town import SYSTEM
from tests.web.portal.people import PINS, Town, answered, as_person, begun, browser, picture, seen, token, version

from sosach.domain.access.queries import acting
from sosach.domain.declarations.models import Attachment, Declaration

pytestmark = pytest.mark.usefixtures("town")
CARD_2021 = "001099000002|012345678|Nguyễn Văn Bình|01011999|Nam|Số 1, Phúc Xá, Ba Đình, Hà Nội|15062021"
CARD_2024 = "001099000002||Nguyễn Văn Bình|01011999|Nam|Số 1, Phúc Xá, Ba Đình, Hà Nội|15072025||||"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% now 'Y' %}",
    "'; DROP TABLE x;--",
)


def declared(client: object, first: str, **told: str) -> str:
    """Go through the one page of a short declaration; address of the last look."""
    return answered(client, first, plate="30A-123.45", **told)  # type: ignore[arg-type] # Django's client


def test_from_the_first_question_to_the_receipt(town: Town) -> None:
    vehicle = town.registered(town.an)
    client = as_person(PINS["an"])
    first = begun(client, "vehicle_in_use", xe=str(vehicle.pk))
    assert first.endswith("/trang/2/")  # the own vehicle is known: the first question left is the telephone
    kept = seen(client, first.replace("/trang/2/", "/trang/1/"))
    assert vehicle.plate_display in kept
    photos = answered(client, first, phone="0912345678", commitment="on")
    assert photos.endswith("/anh/")
    seen(client, photos)
    check = photos.replace("/anh/", "/xem-lai/")
    page = seen(client, check)
    assert "0912345678" in page
    assert "Chưa có ảnh" in page
    sent = client.post(check, {"version": version(page), "_once": token(page)})
    receipt = seen(client, sent.headers["Location"])
    with acting(SYSTEM):
        found = Declaration.objects.get(person_id=town.an)
    assert found.number in receipt
    assert "<svg" in receipt
    assert found.due_on.strftime("%d/%m/%Y") in receipt


def test_sent_twice_there_is_one_receipt(town: Town) -> None:
    client, other = as_person(PINS["an"]), as_person(PINS["an"])
    check = declared(client, begun(client, "vehicle_unused"), commitment="on").replace("/anh/", "/xem-lai/")
    page, elsewhere = seen(client, check), seen(other, check)
    told = {"version": version(page), "_once": token(page)}
    first, again = client.post(check, told), client.post(check, told)
    there = other.post(check, {"version": version(elsewhere), "_once": token(elsewhere)})
    assert {each.status_code for each in (first, again, there)} == {303}
    assert len({each.headers["Location"] for each in (first, again, there)}) == 1
    with acting(SYSTEM):
        assert Declaration.objects.filter(person_id=town.an).count() == 1


def test_a_draft_goes_on_at_another_device() -> None:
    phone, desk = as_person(PINS["an"]), as_person(PINS["an"])
    first = begun(phone, "vehicle_sold")
    second = answered(phone, first, plate="30A-123.45")
    home = seen(desk, "/cong-dan/")
    assert "Làm tiếp" in home
    resumed = re.search(r"/cong-dan/to-khai/\d+/lam-tiep/", home)
    assert resumed is not None
    assert desk.get(resumed[0]).headers["Location"] == second
    assert "30A-123.45" in seen(desk, first)


def test_two_devices_see_both_answers_and_choose() -> None:
    phone, desk = as_person(PINS["an"]), as_person(PINS["an"])
    first = begun(phone, "vehicle_sold")
    stale = version(seen(desk, first))
    answered(phone, first, plate="30A-111.11")
    clash = desk.post(first, {"version": stale, "plate": "30A-222.22"})
    page = clash.content.decode()
    assert clash.status_code == 409
    assert "30A-111.11" in page
    assert "30A-222.22" in page
    taken = desk.post(first, {"version": version(page), "plate": "30A-222.22"})
    assert taken.status_code == 303
    assert "30A-222.22" in seen(phone, first)


def test_what_is_wrong_is_said_and_kept() -> None:
    client = as_person(PINS["an"])
    first = begun(client, "vehicle_sold")
    response = client.post(first, {"version": version(seen(client, first)), "plate": "không biết"})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_plate"' in page
    assert "Không đọc được biển số này." in page
    assert "không biết" in seen(client, first)
    check = first.replace("/trang/1/", "/xem-lai/")
    page = seen(client, check)
    refused = client.post(check, {"version": version(page), "_once": token(page)})
    assert refused.status_code == 422
    assert "Cần sửa trước khi gửi" in refused.content.decode()


@pytest.mark.parametrize("card", [CARD_2021, CARD_2024])
def test_a_card_fills_in_by_camera_or_photo(card: str) -> None:
    client = as_person(PINS["an"])
    for told in ({"qr": card}, {"scan": "1", "card": picture(card)}):
        second = answered(client, begun(client, "vehicle_sold"), plate="30A-123.45")
        response = client.post(second, {"version": version(seen(client, second)), "buyer_phone": "0912345678", **told})
        assert response.headers["Location"] == second
        page = seen(client, second)
        for value in ("001099000002", "Nguyễn Văn Bình", "Số 1, Phúc Xá, Ba Đình, Hà Nội", "0912345678"):
            assert value in page


def test_a_card_nobody_can_read() -> None:
    client = as_person(PINS["an"])
    second = answered(client, begun(client, "vehicle_sold"), plate="30A-123.45")
    for told in ({"scan": "1", "card": picture()}, {"scan": "1"}, {"qr": "https://example.vn"}):
        client.post(second, {"version": version(seen(client, second)), **told})
        page = seen(client, second)
        assert "Không đọc được mã QR" in page or "Chưa chọn ảnh" in page


def test_photos_are_kept_one_by_one() -> None:
    client, stranger = as_person(PINS["an"]), as_person(PINS["chi"])
    photos = declared(client, begun(client, "vehicle_unused"), commitment="on")
    sent = client.post(photos, {"slot": "plate", "photo": picture()})
    assert sent.headers["Location"] == f"{photos}#plate"
    by_script = client.post(photos, {"slot": "other", "photo": picture(width=640)}, headers={"X-Portal": "photo"})
    assert by_script.json() == {"next": f"{photos}#other"}
    page = seen(client, photos)
    first, second = re.findall(rf'src="({photos}\d+/)"', page)
    shown = client.get(first)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert b"giay-to" not in shown.content
    assert stranger.get(first).status_code == 404
    assert stranger.get(photos).status_code == 404
    client.post(f"{photos}bo/", {"photo": first.rstrip("/").rsplit("/", 1)[1], "_once": token(page)})
    assert first not in seen(client, photos)
    assert second in seen(client, photos)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><script>alert(1)</script>", "Tệp không phải là ảnh"),
        (b"%PDF-1.7\n", "chưa nhận tệp PDF"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 400, "hỏng"),
        (b"", "không có nội dung"),
    ],
)
def test_what_is_no_photo_is_refused(content: bytes, said: str) -> None:
    client = as_person(PINS["an"])
    photos = declared(client, begun(client, "vehicle_unused"), commitment="on")
    file = io.BytesIO(content)
    file.name = '"><script>alert(1)</script>.jpg'
    response = client.post(photos, {"slot": "plate", "photo": file})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert "<script>alert" not in response.content.decode()
    file.seek(0)
    told = client.post(photos, {"slot": "plate", "photo": file}, headers={"X-Portal": "photo"})
    assert told.status_code == 422
    assert said in told.json()["error"]
    with acting(SYSTEM):
        assert not Attachment.objects.exists()


def test_a_receipt_is_checked_by_anybody() -> None:
    client = as_person(PINS["an"])
    check = declared(client, begun(client, "vehicle_unused"), commitment="on").replace("/anh/", "/xem-lai/")
    page = seen(client, check)
    sent = client.post(check, {"version": version(page), "_once": token(page)})
    receipt = seen(client, sent.headers["Location"])
    address = html.unescape(re.findall(r'href="(http[^"]+kiem-tra-bien-nhan[^"]+)"', receipt)[0])
    client = browser()  # somebody nobody knows
    parts = urlsplit(address)
    told = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert "Biên nhận thật" in seen(client, f"{parts.path}?{urlencode(told)}")
    for name, value in told.items():
        changed = told | {name: ("1" if value[0] != "1" else "2") + value[1:]}
        assert "Không xác nhận được" in seen(client, f"{parts.path}?{urlencode(changed)}"), name
        missing = {each: text for each, text in told.items() if each != name}
        assert "Không xác nhận được" in seen(client, f"{parts.path}?{urlencode(missing)}"), name
    assert "Biên nhận thật" not in seen(client, parts.path)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_typed_is_shown_as_typed(text: str) -> None:
    client = as_person(PINS["an"])
    first = begun(client, "vehicle_other")
    photos = declared(client, first, statement=text, chassis_number="", commitment="on")
    check = photos.replace("/anh/", "/xem-lai/")
    page = seen(client, check)
    sent = client.post(check, {"version": version(page), "_once": token(page)})
    receipt = sent.headers["Location"]
    for address in (receipt, receipt.replace("bien-nhan/", "")):
        page = seen(client, address)
        assert html.escape(text) in page
        assert "<" not in text or text not in page


def test_others_drafts_are_not_there() -> None:
    client, stranger = as_person(PINS["an"]), as_person(PINS["chi"])
    first = begun(client, "vehicle_sold")
    base = first.removesuffix("trang/1/")
    for tail in ("", "lam-tiep/", "trang/1/", "anh/", "xem-lai/", "bien-nhan/", "bo-sung/", "rut/"):
        assert stranger.get(base + tail).status_code == 404
        assert stranger.get(f"/cong-dan/to-khai/999999999/{tail}").status_code == 404
    assert client.get(f"{base}trang/9/").status_code == 404
    assert client.get("/cong-dan/khai/khong-co/").status_code == 404


def test_nothing_chosen_is_said() -> None:
    client = as_person(PINS["an"])
    page = seen(client, "/cong-dan/khai/giay-phep/")
    response = client.post("/cong-dan/khai/giay-phep/", {"_once": token(page)})
    assert response.status_code == 422
    assert "Chọn một trường hợp." in response.content.decode()
    chosen = client.post("/cong-dan/khai/giay-phep/", {"_once": token(page), "kind": "licence_lost"})
    assert chosen.status_code == 303
