"""My ID cards and digital credentials on the portal: every page, a loss reported and taken back, a new card applied for."""

from pathlib import Path

import pytest
from tests.domain.idcards.holding import HolderOfCard, at_office, holding, with_card
from tests.domain.idcards.office import person
from tests.domain.idcards.works import cards, moment
from tests.web.portal.people import as_person, seen, token

from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Application
from sosach.domain.idcards.queries.twins import DOOR
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.cards import CardState
from sosach.web.frame import clock

HOME, MINE, TWINS = "/cong-dan/", "/cong-dan/the/", "/cong-dan/giay-to-dien-tu/"
WISHES = f"{MINE}de-nghi/"


@pytest.fixture(autouse=True)
def _keys(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del db
    monkeypatch.setattr("django.conf.settings.SOSACH_CARD_KEYS", tmp_path / "card-keys")
    monkeypatch.setattr(clock, "now", moment)


def state_of(holder: HolderOfCard) -> CardState:
    return CardState(cards(pk=holder.card.pk)[0].state)


def test_a_loss_is_reported_taken_back_and_reported_again_with_the_application() -> None:
    holder = with_card()
    client = as_person(holder.person.pin or "")
    assert "Đang có hiệu lực" in seen(client, HOME)
    assert holder.card.blank_id in seen(client, MINE)
    assert "Đã trả thẻ cho bạn" in seen(client, f"{MINE}{holder.card.pk}/")
    lost, found = f"{MINE}{holder.card.pk}/bao-mat/", f"{MINE}{holder.card.pk}/rut-bao-mat/"
    seen(client, found, status=404)
    sent = client.post(lost, {"_once": token(seen(client, lost))})
    assert sent.headers["Location"] == MINE
    assert state_of(holder) is CardState.LOST
    page = seen(client, MINE)
    assert "Đã báo mất" in page
    assert "Đề nghị cấp lại thẻ" in seen(client, HOME)
    seen(client, lost, status=404)
    client.post(found, {"_once": token(seen(client, found))})
    assert state_of(holder) is CardState.ACTIVE
    address = f"{WISHES}{holder.person.pk}/bi-mat/"
    form = seen(client, address)
    assert "35.000" in form
    assert "Chậm nhất ngày 02/12/2026." in form
    told = {"_once": token(form), "right": "on"}
    wrong = client.post(address, {**told, "delivery": "post", "address": " "})
    assert wrong.status_code == 422
    assert "Nhập địa chỉ" in wrong.content.decode()
    sent = client.post(address, {**told, "delivery": "counter"})
    assert sent.status_code == 303, sent.content.decode()
    page = seen(client, sent.headers["Location"])
    assert "Đang xem xét" in page  # nobody has to come: the last pictures are used
    assert state_of(holder) is CardState.LOST
    seen(client, address, status=404)
    seen(client, found)
    refused = client.post(found, {"_once": token(seen(client, found))})
    assert refused.status_code == 409
    give_up = f"{sent.headers['Location']}rut/"
    client.post(give_up, {"_once": token(seen(client, give_up))})
    with acting(DOOR):
        assert Application.objects.latest("pk").state == State.WITHDRAWN
    assert "Đã rút" in seen(client, MINE)


def test_a_card_at_the_office_is_told_of_at_once() -> None:
    who = person()
    at_office(who)
    client = as_person(who.pin or "")
    assert "Thẻ căn cước chờ bạn đến nhận" in seen(client, HOME)
    assert "Nơi nhận:" in seen(client, MINE)
    assert "Bạn cần có thẻ căn cước đang có hiệu lực" in seen(client, TWINS)


def test_cards_and_credentials_of_others_are_not_there() -> None:
    holder, stranger = holding(), person()
    client = as_person(stranger.pin or "")
    for address in (
        f"{MINE}{holder.card.pk}/",
        f"{MINE}{holder.card.pk}/bao-mat/",
        f"{TWINS}1/huy/",
        f"{TWINS}nhan/1/",
    ):
        seen(client, address, status=404)
    assert "chưa ghi thẻ căn cước nào" in seen(client, MINE)


def test_a_card_without_a_portrait_has_no_digital_copy() -> None:
    holder = holding("2023-05-01")
    page = seen(as_person(holder.person.pin or ""), TWINS)
    assert "không có ảnh chân dung" in page
    assert "Tạo mã nhận" not in page


def test_offers_are_made_and_credentials_ended_on_the_page() -> None:
    holder = holding()
    client = as_person(holder.person.pin or "")
    sent = client.post(f"{TWINS}nhan/", {"loai": "identity", "_once": token(seen(client, TWINS))})
    assert sent.status_code == 303
    assert "openid-credential-offer://" in seen(client, sent.headers["Location"])
    seen(client, f"{TWINS}nhan/", status=302)
    other = client.post(f"{TWINS}nhan/", {"loai": "licence", "gplx": "1", "_once": token(seen(client, TWINS))})
    assert other.status_code == 404
