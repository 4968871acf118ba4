"""What comes after: questions of officers, messages, taking back, corrections with their legal time, what is late."""

import re

import pytest
from tests.domain.declarations.ward import (
    CHIEF,
    REGISTRAR,
    VERIFIER,
    accepted,
    again,
    order,
    sent,
)
from tests.domain.vehicles.town import SYSTEM
from tests.web.portal.people import PINS, Town, answered, as_person, begun, picture, seen, token, version

from sosach.domain.access.queries import Look, acting
from sosach.domain.declarations.models import Note
from sosach.domain.declarations.operations import ask_back, decide_objection, message, remind_due, verify
from sosach.domain.declarations.states import State
from sosach.domain.population.queries import record

QUESTION = "Xin gửi ảnh giấy đăng ký xe"
pytestmark = pytest.mark.usefixtures("town")


def test_a_question_is_answered_in_words_photos_and_answers(town: Town) -> None:
    found = sent(town.an, "vehicle_in_use", town.registered(town.an))
    ask_back(order(VERIFIER), declaration_id=found.pk, text=QUESTION)
    client = as_person(PINS["an"])
    home = seen(client, "/cong-dan/")
    assert "Trả lời cán bộ" in home
    one = f"/cong-dan/to-khai/{found.pk}/"
    assert QUESTION in seen(client, one)
    assert client.post(f"{one}anh/", {"slot": "certificate", "photo": picture()}).status_code == 303
    page = seen(client, f"{one}bo-sung/")
    assert "Đã có 1 ảnh." in page
    told = {"version": version(page), "_once": token(page), "text": "Đã gửi", "dap-phone": "0987654321"}
    wrong = client.post(f"{one}bo-sung/", told | {"dap-phone": "12"})
    assert wrong.status_code == 422
    assert "Số điện thoại không đúng" in wrong.content.decode()
    assert client.post(f"{one}bo-sung/", told).status_code == 303
    after = again(found)
    assert (after.state, after.answers["phone"]) == (State.SUBMITTED, "0987654321")
    assert after.answers["commitment"] == "yes"
    assert "Đã gửi" in seen(client, one)
    assert client.get(f"{one}bo-sung/").headers["Location"] == one


def test_messages_go_both_ways(town: Town) -> None:
    found = sent(town.an, "vehicle_in_use")
    message(order(VERIFIER), declaration_id=found.pk, text="Chỉ cán bộ đọc", public=False)
    message(order(VERIFIER), declaration_id=found.pk, text="Mời bạn đến công an phường")
    client, one = as_person(PINS["an"]), f"/cong-dan/to-khai/{found.pk}/"
    page = seen(client, one)
    assert "Mời bạn đến công an phường" in page
    assert "Chỉ cán bộ đọc" not in page
    assert client.post(one, {"_once": token(page), "text": ""}).status_code == 422
    assert client.post(one, {"_once": token(page), "text": "Vâng, chiều mai"}).status_code == 303
    assert "Vâng, chiều mai" in seen(client, one)
    with acting(SYSTEM):
        assert Note.objects.filter(declaration=found, what="message", text="Vâng, chiều mai").count() == 1


def test_taken_back(town: Town) -> None:
    found = sent(town.an, "vehicle_in_use")
    client, one = as_person(PINS["an"]), f"/cong-dan/to-khai/{found.pk}/"
    page = seen(client, f"{one}rut/")
    assert client.post(f"{one}rut/", {"_once": token(page), "reason": "Khai nhầm"}).status_code == 303
    assert again(found).state == State.WITHDRAWN
    assert client.get(f"{one}rut/").headers["Location"] == one
    assert "Bạn đã rút" in seen(client, "/cong-dan/to-khai/")


def test_accepted_and_seen_on_the_own_page(town: Town) -> None:
    vehicle = town.registered(town.an)
    found = sent(town.an, "vehicle_unused", vehicle)
    accepted(found, by=(VERIFIER, CHIEF))
    client = as_person(PINS["an"])
    assert "Đã chấp nhận" in seen(client, f"/cong-dan/to-khai/{found.pk}/")
    assert "Tạm không sử dụng" in seen(client, f"/cong-dan/xe/{vehicle.pk}/")


@pytest.mark.parametrize(
    ("kind", "days"), [("person_data_wrong", 2), ("vehicle_data_wrong", 10), ("data_restrict", 15), ("data_delete", 20)]
)
def test_every_right_has_its_legal_time(town: Town, kind: str, days: int) -> None:
    found = sent(town.an, kind)
    page = seen(as_person(PINS["an"]), f"/cong-dan/to-khai/{found.pk}/")
    assert f"{days} ngày làm việc, theo quy định của pháp luật" in page
    assert found.due_on.strftime("%d/%m/%Y") in page


def test_a_correction_begins_beside_the_value_and_asks_for_its_paper() -> None:
    client = as_person(PINS["an"])
    page = seen(client, "/cong-dan/thong-tin/")
    assert 'name="muc" value="hometown"' in page
    first = begun(client, "person_data_wrong", muc="hometown")
    assert re.search(r'value="hometown"[^>]* checked', seen(client, first))
    told = {"person_item": "hometown", "right_value": "Xã Thử, Hà Nội", "commitment": "on"}
    photos = answered(client, first, **told)
    assert "Giấy tờ chứng minh" in seen(client, photos)


def test_what_is_late_is_seen_to_be_late(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    found = sent(town.an, "person_data_wrong")
    client = as_person(PINS["an"])
    assert "quá hạn" not in seen(client, "/cong-dan/to-khai/")
    remind_due(order(SYSTEM, days=2))
    assert "Hệ thống nhắc cán bộ xử lý" in seen(client, f"/cong-dan/to-khai/{found.pk}/")
    late = order(SYSTEM, days=10)
    remind_due(late)
    monkeypatch.setattr("sosach.web.frame.clock.now", lambda: late.at)
    client = as_person(PINS["an"])
    page = seen(client, f"/cong-dan/to-khai/{found.pk}/")
    assert "Đã quá thời hạn trả lời" in page
    assert "Quá hạn: đã báo cấp trên" in page
    assert "quá hạn" in seen(client, "/cong-dan/to-khai/")


def test_a_claim_about_my_vehicle_is_objected_to_with_a_photo(town: Town) -> None:
    vehicle = town.registered(town.an)
    claim = sent(town.binh, "vehicle_bought_with_papers", vehicle)
    verify(order(REGISTRAR), declaration_id=claim.pk)
    client, one = as_person(PINS["an"]), f"/cong-dan/phan-doi/{claim.pk}/"
    assert vehicle.plate_display in seen(client, "/cong-dan/")
    page = seen(client, one)
    assert vehicle.plate_display in page
    assert "BÌNH" not in page
    assert "Nguyễn Văn An" not in page  # who sold it, says whoever declared it
    assert client.post(one, {"_once": token(page)}).status_code == 422
    told = {"_once": token(page), "statement": "Tôi chưa bán xe này"}
    refused = client.post(one, told | {"photo": picture(width=8, height=8)})
    assert refused.status_code == 422
    assert client.post(one, told | {"photo": picture()}).status_code == 303
    assert again(claim).state == State.OBJECTED
    page = seen(client, f"{one}rut/")
    assert client.post(f"{one}rut/", {"_once": token(page)}).status_code == 303
    assert again(claim).state == State.VERIFIED


def test_a_decided_claim_is_over(town: Town) -> None:
    claim = sent(town.binh, "vehicle_bought_with_papers", town.registered(town.an))
    client, one = as_person(PINS["an"]), f"/cong-dan/phan-doi/{claim.pk}/"
    page = seen(client, one)
    client.post(one, {"_once": token(page), "statement": "Tôi chưa bán xe này"})
    with acting(SYSTEM):
        (objection,) = claim.objections.all()
    decide_objection(order(VERIFIER), objection_id=objection.pk, upheld=True, text="Người khai không có giấy tờ")
    assert "đã được giải quyết" in seen(client, one)
    declarant = as_person(PINS["binh"])
    assert "Người khai không có giấy tờ" in seen(declarant, f"/cong-dan/to-khai/{claim.pk}/")


def test_a_claim_is_there_for_the_owner_alone(town: Town) -> None:
    claim = sent(town.binh, "vehicle_bought_with_papers", town.registered(town.an))
    for pin in ("binh", "chi"):
        client = as_person(PINS[pin])
        for address in (f"/cong-dan/phan-doi/{claim.pk}/", "/cong-dan/phan-doi/999999999/"):
            assert client.get(address).status_code == 404


def test_who_looked_and_why_and_a_question_about_it(town: Town) -> None:
    record(Look(VERIFIER, "correction", order(VERIFIER).at, "HS-7"), person_id=town.an)
    client = as_person(PINS["an"])
    page = seen(client, "/cong-dan/luot-xem/")
    assert "Giải quyết đề nghị điều chỉnh thông tin" in page
    assert "HS-7" in page
    assert "officer-12" not in page
    question = re.search(r'name="noi_dung" value="([^"]+)"', page)
    assert question is not None
    assert "Chính bạn" not in page
    assert "Chính bạn" in seen(client, "/cong-dan/luot-xem/?ca=toi")
    first = begun(client, "data_restrict", noi_dung=question[1])
    assert question[1] in seen(client, first.replace("/trang/2/", "/trang/1/"))


def test_others_records_are_not_there(town: Town) -> None:
    theirs = town.registered(town.binh)
    client = as_person(PINS["an"])
    shown = [client.get(f"/cong-dan/xe/{key}/") for key in (theirs.pk, 999_999_999)]
    assert [each.status_code for each in shown] == [404, 404]
    first = begun(client, "vehicle_in_use", xe=str(theirs.pk))
    assert first.endswith("/trang/1/")  # nothing is filled in from somebody else's record
    assert str(theirs.plate_display) not in seen(client, first)
