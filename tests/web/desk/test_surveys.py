"""Survey cards at the desk: the third look without knowing who keyed what, the sample beside its paper, the decision."""

import re

import pytest
from django.test import Client
from tests.domain.campaign.ground import HERE
from tests.domain.exchange.test_surveys import card, keyed, take
from tests.domain.population.people import EVERYBODY, NGOC_HA, officer
from tests.web.desk.officers import DESK, sent, signed_in, text

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.exchange.models import SurveyDoubt
from sosach.domain.exchange.states.surveys import CardState

pytestmark = pytest.mark.usefixtures("db")
ROOM = f"{DESK}phieu-thu-thap/"
STEWARD = officer("", Role.STEWARD, level=Level.NATION)


def batch_of(*pairs: tuple[object, object]) -> int:
    return take(*pairs, actor=STEWARD, accepted=0.05)  # type: ignore[arg-type] # pairs of keyed cards


@pytest.fixture
def batch() -> int:
    """Three cards of the commune, two of which two people keyed differently."""
    return batch_of(
        (keyed("1", "an", HERE), keyed("1", "bình", HERE, full_name="LÊ VĂN ÂN")),
        (keyed("2", "an", HERE, hometown="Huế"), keyed("2", "bình", HERE)),
        (keyed("3", "an", HERE), keyed("3", "bình", HERE)),
    )


@pytest.fixture
def clerk() -> Client:
    return signed_in(Role.CLERK)


def test_the_third_look_goes_from_difference_to_difference(batch: int, clerk: Client) -> None:
    where = f"{ROOM}{batch}/xem-lai/"
    page = text(clerk, where)
    assert "Còn 2 chỗ" in page
    assert "LÊ VĂN AN" in page
    assert "LÊ VĂN ÂN" in page
    assert "bình" not in page.partition("<main")[2], "who keyed what is not told"
    first, second = doubts()
    assert sent(clerk, where, doubt=str(first), lam="second") == where
    assert card("1").values["full_name"] == "LÊ VĂN ÂN"
    assert "Giá trị khác cần nêu lý do" in sent(clerk, where, doubt=str(second), lam="other", value="Huế, Thừa Thiên")
    sent(clerk, where, doubt=str(second), lam="other", value="Huế, Thừa Thiên", reason="Rõ trên phiếu")
    assert "Không còn chỗ nào khác nhau" in text(clerk, where)
    assert card("2").values["hometown"] == "Huế, Thừa Thiên"


def doubts() -> list[int]:
    with acting(EVERYBODY):
        return list(SurveyDoubt.objects.order_by("pk").values_list("pk", flat=True))


def test_what_is_left_for_later_comes_again(batch: int, clerk: Client) -> None:
    where = f"{ROOM}{batch}/xem-lai/"
    first, second = doubts()
    later = sent(clerk, where, doubt=str(first), lam="skip")
    assert later == f"{where}?sau={first}"
    assert "Huế" in text(clerk, later)
    assert "Xem lại từ đầu" in text(clerk, f"{where}?sau={second}")
    assert "Còn 2 chỗ" in text(clerk, where)


def test_the_sample_is_compared_field_by_field_and_the_batch_decided(batch: int, clerk: Client) -> None:
    for doubt in doubts():
        sent(clerk, f"{ROOM}{batch}/xem-lai/", doubt=str(doubt), lam="first")
    where = f"{ROOM}{batch}/doi-chieu/"
    for number in ("1", "2", "3"):
        page = text(clerk, where)
        assert f"Phiếu {number}</h2>" in page
        told = dict(re.findall(r'<input id="c-\w+" name="(\w+)" maxlength="250" value="([^"]*)"', page))
        told |= {"hometown": "Vinh"} if number == "3" else {}
        key = re.search(r'name="card" value="(\d+)"', page)
        assert key
        assert sent(clerk, where, card=key[1], lam="done", **told) == where
    assert card("3").values["hometown"] == "Vinh"
    assert "Quyết định theo mẫu" not in text(clerk, f"{ROOM}{batch}/"), "a clerk decides nothing"
    steward = signed_in(Role.STEWARD)
    page = text(steward, f"{ROOM}{batch}/")
    assert "Quyết định theo mẫu" in page
    assert "8,33 %" in page
    sent(steward, f"{ROOM}{batch}/")
    assert "Bị từ chối, nhập lại cả đợt" in text(steward, f"{ROOM}{batch}/")
    assert card("1").state == CardState.REFUSED


def test_batches_are_listed_and_lead_to_their_pages(batch: int, clerk: Client) -> None:
    assert f'href="{ROOM}{batch}/"' in text(clerk, ROOM)
    assert f'href="{ROOM}"' in text(clerk, DESK)
    page = text(clerk, f"{ROOM}{batch}/")
    assert "Xem lại 2 chỗ khác nhau" in page
    assert "Đối chiếu mẫu với bản giấy (0/3)" in page


def test_an_officer_of_another_commune_sees_none_of_it(batch: int) -> None:
    stranger = signed_in(Role.CLERK, unit=NGOC_HA)
    assert "Không còn chỗ nào khác nhau" in text(stranger, f"{ROOM}{batch}/xem-lai/")
    assert "LÊ VĂN" not in text(stranger, f"{ROOM}{batch}/doi-chieu/")
    (first, _second) = doubts()
    sent_to = f"{ROOM}{batch}/xem-lai/"
    token = re.search(r'name="_once" value="([^"]+)"', text(signed_in(Role.CLERK), sent_to))
    assert token
    response = stranger.post(sent_to, {"_once": token[1], "doubt": str(first), "lam": "first"})
    assert "Không có" in response.content.decode()
    with acting(EVERYBODY):
        assert not SurveyDoubt.objects.exclude(choice="").exists()


def test_pages_of_a_batch_that_is_none_say_so(clerk: Client) -> None:
    for page in ("", "xem-lai/", "doi-chieu/"):
        assert clerk.get(f"{ROOM}999999/{page}").status_code == 404
