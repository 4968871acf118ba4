"""A campaign from its preparation to its end, by the pages alone; and what nobody may do there."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.domain.campaign.ground import HERE, PROVINCE, SYSTEM, cases, dirty, finding, take_in
from tests.web.figures.reading import CAMPAIGNS, FIGURES, counts, length, officer, page, signed_in
from tests.web.frame.people import now

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.models import Campaign, Case, Duty
from sosach.domain.campaign.states.campaigns import CampaignState

pytestmark = pytest.mark.usefixtures("db")
_TOKEN = re.compile(r'name="_once" value="([^"]+)"')
_TODAY = (now() + timedelta(hours=7)).date()  # in Viet Nam, told once: no test minds a midnight
_TARGET, _DUE = _TODAY + timedelta(days=30), _TODAY + timedelta(days=50)


@pytest.fixture
def steward(tmp_path: Path) -> Client:
    """The steward of a province whose registers a run has looked through."""
    take_in(tmp_path, [dirty(number) for number in range(6)], findings=[finding(number) for number in range(6)])
    return signed_in(officer("quan.ly", Role.STEWARD, level=Level.PROVINCE, unit=PROVINCE))


def once(client: Client, address: str) -> str:
    """The token of the form on a page."""
    found = _TOKEN.findall(page(client, address))
    assert found, address
    return str(found[-1])


def sent(client: Client, address: str, **told: object) -> str:
    """Send a form; where it leads."""
    response = client.post(address, {"_once": once(client, address), **told})
    assert response.status_code == 303, response.content.decode()
    return response.headers["Location"]


def terms(**told: object) -> dict[str, object]:
    """Days of a campaign that runs now."""
    ahead = {"begins_on": -60, "upload_from": 40, "ends_on": 60}
    days = {name: f"{_TODAY + timedelta(days=days):%d/%m/%Y}" for name, days in ahead.items()}
    hours = {"week_from": "17:00", "week_to": "21:00", "saturday_from": "", "saturday_to": ""}
    return {**days, **hours, "minutes_per_case": 12, "mass_limit": 3, **told}


def made(client: Client) -> str:
    """A campaign with cases, open; its page."""
    where = sent(
        client, f"{CAMPAIGNS}moi/", name="Làm sạch xe", registers=["vehicles"], place=f"province:{PROVINCE}", **terms()
    )
    sent(client, f"{where}mo/", reason="")
    response = client.post(f"{where}vu-viec/", {"_once": once(client, where)})
    assert response.status_code == 303
    return where


def one() -> Campaign:
    """The campaign."""
    with acting(SYSTEM):
        return Campaign.objects.get()


def test_a_campaign_is_prepared_opened_filled_paused_and_closed(steward: Client) -> None:
    where = made(steward)
    told = one()
    assert (told.state, told.unit, told.mass_limit) == (CampaignState.OPEN, PROVINCE, 3)
    assert told.windows == {str(day): ["17:00", "21:00"] for day in range(5)}
    assert len(cases()) == 6
    assert "6 vụ việc mới" in page(steward, where)
    sent(steward, f"{where}moc/", reason="thêm mốc", **terms(target_1_day=f"{_TARGET:%d/%m/%Y}", target_1_share=80))
    assert one().targets == [{"day": _TARGET.isoformat(), "share": 0.8}]
    assert "80\u202f% đến" in page(steward, where)
    sent(steward, f"{where}tam-dung/", reason="nghỉ lễ")
    assert one().state == CampaignState.PAUSED
    sent(steward, f"{where}ket-thuc/", reason="đã xong")
    assert one().state == CampaignState.CLOSED
    assert "Lập vụ việc" not in page(steward, where)


def test_a_form_sent_twice_makes_one_campaign(steward: Client) -> None:
    address = f"{CAMPAIGNS}moi/"
    told = {
        "_once": once(steward, address),
        "name": "A",
        "registers": ["vehicles"],
        "place": f"commune:{HERE}",
        **terms(),
    }
    first, second = (steward.post(address, told) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert one().unit == HERE


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ends_on": "01/12/2020"}, "không theo thứ tự"),
        ({"week_to": "08:00"}, "Giờ làm việc không hợp lệ"),
        ({"week_from": "", "week_to": ""}, "Giờ làm việc không hợp lệ"),
        ({"target_1_day": "01/01/2020", "target_1_share": 50}, "Chỉ tiêu không hợp lệ"),
        ({"begins_on": "31/02/2026"}, "Nhập đủ ngày"),
    ],
)
def test_terms_that_contradict_each_other_are_told_in_the_form(
    steward: Client, wrong: dict[str, object], said: str
) -> None:
    address = f"{CAMPAIGNS}moi/"
    told = {"_once": once(steward, address), "name": "A", "registers": ["vehicles"], "place": f"commune:{HERE}"}
    response = steward.post(address, told | terms(**wrong))
    assert response.status_code == 422
    assert said in response.content.decode()
    with acting(SYSTEM):
        assert not Campaign.objects.exists()


def test_cases_are_split_by_rule_after_a_second_person_has_agreed(steward: Client) -> None:
    where = made(steward)
    clerks = [officer(f"can.bo.{place}", Role.CLERK, level=Level.COMMUNE, unit=HERE) for place in range(2)]
    for clerk in clerks:
        sent(steward, f"{where}phan-cong/", officer=clerk, commune=HERE, minutes=120)
    with acting(SYSTEM):
        assert Duty.objects.count() == 2
    plan = sent(steward, f"{where}chia/?viec=split", commune=HERE, state="", holder="0", rule="even")
    text = page(steward, plan)
    assert "cần người thứ hai đồng ý" in text
    assert "Thực hiện</button>" not in text
    refused = steward.post(plan, {"_once": "a" * 20, "buoc": "lam"})
    assert refused.status_code == 409
    assert {case.officer_id for case in cases()} == {None}
    chief = signed_in(officer("truong.xa", Role.CHIEF, level=Level.COMMUNE, unit=HERE))
    assert chief.get(plan).status_code == 404  # a plan of the whole province is not the commune's
    second = signed_in(officer("pho.tinh", Role.VERIFIER, level=Level.PROVINCE, unit=PROVINCE))
    assert "cần bạn đồng ý" in page(second, where)
    sent(second, plan, buoc="dong-y")
    sent(steward, plan, buoc="lam")
    assert sorted(case.officer_id or 0 for case in cases()) == sorted(clerks * 3)
    assert "Đã thực hiện lúc" in page(steward, plan)


def test_a_preview_does_not_hold_after_cases_changed(steward: Client) -> None:
    where = made(steward)
    clerk = officer("can.bo", Role.CLERK, level=Level.COMMUNE, unit=HERE)
    plan = sent(steward, f"{where}chia/?viec=give", commune=HERE, group="Thôn 1", state="", holder="", officer=clerk)
    with acting(SYSTEM):
        Case.objects.update(version=9)
    response = steward.post(plan, {"_once": once(steward, plan), "buoc": "lam"})
    assert response.status_code == 409
    assert "thay đổi sau khi xem trước" in response.content.decode()
    assert {case.officer_id for case in cases()} == {None}


@pytest.mark.parametrize(
    ("change", "told"),
    [("take_back", {}), ("regroup", {"to_group": "Tổ 9"}), ("due", {"day": f"{_DUE:%d/%m/%Y}"})],
)
def test_every_mass_change_is_previewed_and_done(steward: Client, change: str, told: dict[str, object]) -> None:
    where = made(steward)
    clerk = officer("can.bo", Role.CLERK, level=Level.COMMUNE, unit=HERE)
    give = sent(steward, f"{where}chia/?viec=give", commune=HERE, group="Thôn 1", state="", holder="", officer=clerk)
    sent(steward, give, buoc="lam")
    plan = sent(steward, f"{where}chia/?viec={change}", commune="", group="Thôn 1", state="", holder=str(clerk), **told)
    sent(steward, plan, buoc="lam")
    there = {
        "take_back": lambda case: case.officer_id is None and case.state == "imported",
        "regroup": lambda case: case.group == "Tổ 9",
        "due": lambda case: case.due_on == _DUE,
    }[change]
    assert sum(map(there, cases(locality="Thôn 1"))) == 2


def test_only_those_who_run_campaigns_may(steward: Client) -> None:
    where = made(steward)
    clerk = signed_in(officer("can.bo", Role.CLERK, level=Level.COMMUNE, unit=HERE))
    assert "Làm sạch xe" in page(clerk, where)
    for address in (f"{CAMPAIGNS}moi/", f"{where}moc/", f"{where}mo/", f"{where}phan-cong/", f"{where}chia/"):
        assert clerk.get(address).status_code == 403, address
    chief = signed_in(officer("truong.xa", Role.CHIEF, level=Level.COMMUNE, unit=HERE))
    told = {"_once": once(chief, f"{where}ket-thuc/"), "reason": "tự ý"}
    assert chief.post(f"{where}ket-thuc/", told).status_code == 422  # a campaign of the province is not the commune's
    assert one().state == CampaignState.OPEN


def test_places_without_name_and_hands_without_work_have_their_lists(steward: Client, tmp_path: Path) -> None:
    nowhere = [dirty(number, commune_code="", province_code=PROVINCE) for number in range(10, 13)]
    take_in(tmp_path / "again", nowhere, findings=[finding(number) for number in range(10, 13)])
    made(steward)
    text = page(steward, FIGURES)
    assert "(chưa xác định xã)" in text
    told = counts(text)
    assert [each for each in told if "xa=-" in each.address]
    for each in told:
        assert length(steward, each.address) == each.count, each
    there = page(steward, f"{FIGURES}bang/theo-can-bo/?xa={HERE}")
    assert "(chưa ai phụ trách)" in there
    for each in counts(there):
        assert length(steward, each.address) == each.count, each
