"""Cases on the desk: the queue is what its counts say, one key answers, somebody else confirms, everything can be undone."""

import re
from html import escape
from pathlib import Path

import pytest
from tests.domain.campaign.ground import NEXT_DOOR, SYSTEM, campaign, cases, dirty, filled, finding, take_in
from tests.web.desk.officers import DESK, PHONE, address, again, sent, signed_in, text
from tests.web.frame.people import browser, events

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.campaign.models import Case, Solution
from sosach.domain.campaign.states.cases import State
from sosach.domain.vehicles.models import Vehicle
from sosach.vn.catalogue import catalogue

pytestmark = pytest.mark.usefixtures("db")
MANY = 60


@pytest.fixture
def commune(db: None, tmp_path: Path) -> list[Case]:
    """Three cases: one with a value to take over, two of unknown owners."""
    del db
    rows = [dirty(1, action="confirm", result_class="discrepancy", owner_phone="0912345670"), dirty(2), dirty(3)]
    take_in(tmp_path, rows, findings=[finding(1, "PHN-09", **PHONE), finding(2), finding(3)])
    filled(campaign())
    return sorted(cases(), key=lambda case: case.action != "confirm")


def test_the_queue_holds_what_its_counts_say_and_pages_are_the_whole_list_once(tmp_path: Path) -> None:
    rows = [dirty(number) for number in range(1, MANY + 1)]
    take_in(tmp_path, rows, findings=[finding(number) for number in range(1, MANY + 1)])
    filled(campaign())
    client = signed_in(Role.CLERK)
    seen: list[str] = []
    where = DESK
    while where:
        page = text(client, where)
        seen += re.findall(r'<th scope="row"><a href="/ban-lam-viec/vu-viec/(\d+)/', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        where = DESK + older[1].replace("&amp;", "&") if older else ""
    assert sorted(map(int, seen)) == [case.pk for case in cases()]
    assert len(seen) == len(set(seen)) == MANY
    first = text(client, DESK)
    assert f"<b>{MANY}</b>" in first
    assert f'Cần xử lý <span class="count">{MANY}</span>' in first
    assert "Không có vụ việc nào" in text(client, f"{DESK}?ma=PIN-01")
    assert 'value="VEH-58"' in text(client, f"{DESK}?ma=VEH-58&xep=han")


def test_a_case_tells_what_is_wrong_why_by_which_law_and_what_would_change(commune: list[Case]) -> None:
    page = text(signed_in(Role.VERIFIER, Role.VEHICLES), address(commune[0]))
    assert 'value="accept:' in page
    assert "0912345678" in page
    assert "PHN-09" in page
    titles = [escape(source.vi) for source in catalogue()["VEH-58"].legal]
    assert titles
    assert all(title in text(signed_in(Role.VERIFIER), address(commune[1])) for title in titles)
    assert "<mark>" in page
    assert 'data-key="a"' in page


def test_one_key_answers_and_opens_the_next_case_and_undo_brings_the_value_back(commune: list[Case]) -> None:
    client, case = signed_in(Role.VERIFIER, Role.VEHICLES), commune[0]
    with acting(SYSTEM):
        before = Vehicle.objects.get(pk=case.subject_id).owner_phone
    page = text(client, address(case))
    [fix] = re.findall(r'value="(accept:\d+)" data-key="a"', page)
    onward = sent(client, address(case), lam=fix, version=str(case.version))
    assert onward.startswith(DESK + "vu-viec/")
    assert f"/{case.pk}/" not in onward
    with acting(SYSTEM):
        assert Vehicle.objects.get(pk=case.subject_id).owner_phone == "0912345678"
        [solution] = Solution.objects.filter(case=case)
    assert again(case).state == State.APPROVED
    assert "Đang kiểm tra lại" in text(client, address(case))
    assert f"undo:{solution.pk}" in text(client, onward)
    sent(client, address(case), lam=f"undo:{solution.pk}")
    with acting(SYSTEM):
        assert Vehicle.objects.get(pk=case.subject_id).owner_phone == before


def test_a_stale_page_is_told_so_and_changes_nothing(commune: list[Case]) -> None:
    client, case = signed_in(Role.VERIFIER, Role.VEHICLES), commune[1]
    sent(client, address(case), lam="mine", version=str(case.version))
    told = sent(client, address(case), lam="dismiss", version=str(case.version))
    assert "đã thay đổi sau khi xem" in told
    assert not events("campaign.case_answered")


def test_a_clerk_proposes_and_somebody_else_confirms_never_the_proposer(commune: list[Case]) -> None:
    clerk, chief, case = signed_in(Role.CLERK, name="Lê Văn Đề"), signed_in(Role.CHIEF, Role.VEHICLES), commune[0]
    [fix] = re.findall(r'value="(accept:\d+)" data-key="a"', text(clerk, address(case)))
    sent(clerk, address(case), lam=fix, version=str(case.version))
    assert again(case).state == State.VERIFIED
    page = text(chief, f"{DESK}duyet/")
    assert "Lê Văn Đề" in page
    [solution] = re.findall(r'name="solution" value="(\d+)"', page)
    assert 'name="solution"' not in text(clerk, f"{DESK}duyet/")
    sent(chief, f"{DESK}duyet/", lam="refuse", solution=solution)
    assert again(case).state == State.VERIFIED  # no reason was told
    sent(chief, f"{DESK}duyet/", lam="confirm", solution=solution)
    with acting(SYSTEM):
        assert Vehicle.objects.get(pk=case.subject_id).owner_phone == "0912345678"
    assert again(case).state == State.APPROVED


def test_a_refusal_of_the_second_person_sends_the_case_back(commune: list[Case]) -> None:
    clerk, chief, case = signed_in(Role.CLERK), signed_in(Role.CHIEF), commune[0]
    [fix] = re.findall(r'value="(accept:\d+)" data-key="a"', text(clerk, address(case)))
    sent(clerk, address(case), lam=fix, version=str(case.version))
    [solution] = re.findall(r'name="solution" value="(\d+)"', text(chief, f"{DESK}duyet/"))
    sent(chief, f"{DESK}duyet/", lam="refuse", solution=solution, reason="chưa đủ căn cứ")
    assert again(case).state == State.RETURNED
    assert "chưa đủ căn cứ" in text(clerk, address(case))


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"lam": "visit:nobody"}, State.UNREACHABLE),
        ({"lam": "visit:met"}, State.CONTACTED),
        ({"lam": "dispute", "reason": "hai người cùng nhận"}, State.CONFLICT),
        ({"lam": "forward", "commune": f"Xã bên ({NEXT_DOOR})", "reason": "đã chuyển nhà"}, State.MOVED),
        ({"lam": "mine"}, State.ASSIGNED),
    ],
)
def test_each_step_of_the_screen_moves_the_case(commune: list[Case], told: dict[str, str], state: State) -> None:
    case = commune[1]
    sent(signed_in(Role.VERIFIER, Role.VEHICLES), address(case), version=str(case.version), **told)
    assert again(case).state == state


def test_what_is_refused_is_shown_above_with_what_was_typed(commune: list[Case]) -> None:
    case = commune[1]
    told = sent(
        signed_in(Role.VERIFIER, Role.VEHICLES), address(case), lam="forward", commune="99999", reason="nhầm địa bàn"
    )
    assert "Xã nhận không hợp lệ" in told
    assert "nhầm địa bàn" in told
    assert again(case).state == State.IMPORTED


def test_the_right_value_is_written_by_a_paper(commune: list[Case]) -> None:
    client, case = signed_in(Role.VERIFIER, Role.VEHICLES), commune[0]
    [finding_id] = re.findall(r'<option value="(\d+)">Điện thoại', text(client, address(case)))
    told = {"lam": "correct", "finding": finding_id, "value": "0987654321", "version": str(case.version)}
    assert "giấy tờ" in sent(client, address(case), reason="chủ xe đọc số", **told)
    sent(client, address(case), reason="chủ xe đọc số", paper="phiếu thu thập 12", **told)
    with acting(SYSTEM):
        assert Vehicle.objects.get(pk=case.subject_id).owner_phone == "0987654321"


def test_cases_of_other_communes_do_not_exist(commune: list[Case]) -> None:
    stranger = signed_in(Role.VERIFIER, unit=NEXT_DOOR)
    assert stranger.get(address(commune[0])).status_code == 404
    assert stranger.get(f"{address(commune[0])}sau/").status_code == 404
    assert stranger.get(f"{address(commune[0])}kiem-tra/").status_code == 404


def test_who_works_on_no_cases_gets_no_list(commune: list[Case]) -> None:
    del commune
    page = text(signed_in(Role.CIVIL_STATUS), DESK)
    assert "không xử lý vụ việc" in page
    assert browser().get(DESK).status_code == 302


def test_every_look_at_a_case_is_in_the_log(commune: list[Case]) -> None:
    text(signed_in(Role.VERIFIER), address(commune[0]))
    assert ("campaign.case_read", "vehicle", str(commune[0].subject_id)) in events("campaign.case_read")


@pytest.mark.parametrize("where", ["hang-loat/", "y-kien/", "y-kien/thong-nhat/"])
def test_batches_and_second_opinions_open_for_leaders(commune: list[Case], where: str) -> None:
    del commune
    text(signed_in(Role.CHIEF, Role.VEHICLES), DESK + where)
