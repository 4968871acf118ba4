"""What a citizen may apply for on the portal: oneself and a child, by what there is of a card and of the record, to the paper that says so."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.domain.idcards import office
from tests.domain.idcards.holding import HolderOfCard, holding, with_card
from tests.domain.idcards.office import child_of, citizen, person
from tests.domain.idcards.works import TODAY, cards, moment
from tests.web.portal.people import as_person, seen, token

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import Look, acting
from sosach.domain.idcards.models import Application, Card
from sosach.domain.idcards.operations.deciding import refuse
from sosach.domain.idcards.operations.life import report, revoke
from sosach.domain.idcards.queries.twins import DOOR
from sosach.domain.idcards.queries.wishes import Applying, may_apply_for
from sosach.domain.idcards.rules.applications import Ground, Problem
from sosach.domain.idcards.rules.endings import Complaint, RevocationGround
from sosach.domain.idcards.rules.wishes import FITS, Hand, fitting
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.population.models import Person, Relation, Residence
from sosach.web.frame import clock
from sosach.web.portal.cards import renewable_from

MINE = "/cong-dan/the/"
WISHES = f"{MINE}de-nghi/"
COUNTER = {"delivery": "counter", "right": "on"}


@pytest.fixture(autouse=True)
def _keys(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del db
    monkeypatch.setattr("django.conf.settings.SOSACH_CARD_KEYS", tmp_path / "card-keys")
    monkeypatch.setattr(clock, "now", moment)


def applying(who: Person, *, day: date = TODAY) -> tuple[Applying, ...]:
    return may_apply_for(Look(citizen(who.pk), "data-subject", office.moment(day)))


def grounds(one: Applying) -> set[Ground]:
    """What would be taken in without anything having to be put right."""
    return {chance.ground for chance in one.chances if not chance.problems}


def changed(holder: HolderOfCard, **columns: object) -> None:
    with acting(office.SYSTEM):
        Card.objects.filter(pk=holder.card.pk).update(**columns)


def sent(pin: str, address: str, **told: str) -> str:
    """Send a form; address of the application that came of it."""
    client = as_person(pin)
    answer = client.post(address, {"_once": token(seen(client, address)), **COUNTER, **told})
    assert answer.status_code == 303, answer.content.decode()
    return str(answer.headers["Location"])


def made() -> Application:
    with acting(DOOR):
        return Application.objects.latest("pk")


def test_every_ground_fits_something_and_what_one_holds_decides() -> None:
    assert set(FITS) == set(Ground)
    assert fitting(Hand.NOTHING) == (Ground.NONE_YET,)
    assert set(fitting(Hand.IN_FORCE)) == {
        Ground.MILESTONE, Ground.CHANGED, Ground.DAMAGED, Ground.LOST, Ground.UNUSABLE,
    }  # fmt: skip
    assert fitting(Hand.STRIPPED) == (Ground.NATIONALITY,)


def test_what_there_is_of_the_card_decides() -> None:
    holder = holding()
    usual = {Ground.CHANGED, Ground.DAMAGED, Ground.LOST, Ground.UNUSABLE}
    active = {"state": CardState.ACTIVE.value}
    for columns, hand, may in (
        (active, Hand.IN_FORCE, usual),
        ({"expires_on": None}, Hand.IN_FORCE, usual),
        ({"expires_on": TODAY - timedelta(days=1)}, Hand.EXPIRED, {Ground.MILESTONE, Ground.LOST}),
        ({"expires_on": date(2030, 5, 1), "state": CardState.HELD.value}, Hand.HELD, set()),
        ({"state": CardState.LOST.value}, Hand.LOST, {Ground.LOST}),
        ({"state": CardState.DAMAGED.value}, Hand.DAMAGED, {Ground.DAMAGED, Ground.UNUSABLE}),
        ({"state": CardState.RECOVERED.value}, Hand.DAMAGED, {Ground.DAMAGED, Ground.UNUSABLE}),
    ):
        changed(holder, **columns)
        (me,) = applying(holder.person)
        assert (columns, me.hand, grounds(me)) == (columns, hand, may)


def test_a_card_revoked_with_the_nationality_is_made_anew_once_it_is_regained() -> None:
    holder = holding()
    order = office.order(office.APPROVER, decision="QĐ 1")
    revoke(order, card_id=holder.card.pk, ground=RevocationGround.NATIONALITY_LOST)
    (me,) = applying(holder.person)
    assert (me.hand, grounds(me)) == (Hand.STRIPPED, {Ground.NATIONALITY})
    sent(holder.person.pin or "", f"{WISHES}{holder.person.pk}/quoc-tich/")
    assert made().ground == Ground.NATIONALITY


def test_renewal_is_offered_from_two_years_before_the_end_and_the_page_says_from_when() -> None:
    holder = holding("1990-05-01")  # the card ends at 40
    (early,) = applying(holder.person, day=date(2028, 4, 30))
    assert [one.problems for one in early.chances if one.ground is Ground.MILESTONE] == [(Problem.TOO_EARLY,)]
    (due,) = applying(holder.person, day=date(2028, 5, 1))
    assert Ground.MILESTONE in grounds(due)
    client = as_person(holder.person.pin or "")
    page = seen(client, WISHES)
    assert "được làm từ ngày 01/05/2028" in page
    assert "den-tuoi" not in page
    seen(client, f"{WISHES}{holder.person.pk}/den-tuoi/", status=404)
    assert (renewable_from(date(2030, 5, 1)), renewable_from(date(2028, 2, 29))) == (date(2028, 5, 1), date(2026, 3, 1))


def test_a_card_the_population_register_alone_knows_counts() -> None:
    who = office.with_card(person("1987-05-01"), expires_on=date(2027, 5, 1))
    (me,) = applying(who)
    assert me.hand is Hand.IN_FORCE
    assert Ground.MILESTONE in grounds(me)
    assert Ground.NONE_YET not in grounds(me)
    (later,) = applying(who, day=date(2027, 5, 2))
    assert later.hand is Hand.EXPIRED


def test_a_first_card_is_applied_for_and_one_has_to_come() -> None:
    who = person()
    client = as_person(who.pin or "")
    address = f"{WISHES}{who.pk}/lan-dau/"
    assert address in seen(client, WISHES)
    page = seen(client, address)
    assert "Không thu" in page
    assert "không ai đến thay được" in page
    assert "Nếu đến ngay hôm nay: chậm nhất ngày 02/12/2026." in page  # 24 November is a day off
    unsure = client.post(address, {"_once": token(page), "delivery": "counter"})
    assert unsure.status_code == 422
    assert "Hãy xác nhận thông tin đúng" in unsure.content.decode()
    page = seen(client, sent(who.pin or "", address))
    assert made().state == State.AWAITED
    for told in ("Việc bạn cần làm", "Đọc số hồ sơ", "Phiếu đề nghị giải quyết thủ tục về căn cước"):
        assert told in page
    again = seen(client, WISHES)
    assert "Đang có hồ sơ được giải quyết" in again
    assert address not in again
    seen(client, address, status=404)


def test_another_place_may_be_chosen() -> None:
    who = person()
    client = as_person(who.pin or "")
    address = f"{WISHES}{who.pk}/lan-dau/?tinh=38"
    page = seen(client, address)
    assert 'value="14758"' in page  # a ward of that province
    nowhere = client.post(address, {"_once": token(page), **COUNTER})
    assert "Chọn xã, phường nơi bạn muốn làm thẻ" in nowhere.content.decode()
    outside = client.post(address, {"_once": token(page), **COUNTER, "office": "00004"})
    assert outside.status_code == 422
    sent(who.pin or "", address, office="14758")
    assert made().commune_code == "14758"


def test_an_application_is_taken_to_another_office() -> None:
    who = person()
    client = as_person(who.pin or "")
    mine = sent(who.pin or "", f"{WISHES}{who.pk}/lan-dau/")
    assert f"{mine}chuyen/" in seen(client, mine)
    page = seen(client, f"{mine}chuyen/")
    assert ('value="00008"' in page, 'value="00004"' in page) == (True, False)
    address = f"{mine}chuyen/?tinh=38"
    nowhere = client.post(address, {"_once": token(seen(client, address))})
    assert "Chọn xã, phường." in nowhere.content.decode()
    once = {"_once": token(seen(client, address)), "office": "14758"}
    assert [client.post(address, once).headers["Location"] for _ in range(2)] == [mine, mine]  # twice is once
    assert (made().commune_code, made().state) == ("14758", State.AWAITED)
    page = seen(client, mine)
    assert ("Chuyển nơi làm thẻ" in page, "sang Phường" in page) == (True, True)
    stranger = as_person(person().pin or "")
    seen(stranger, f"{mine}chuyen/", status=404)
    application = made()
    for done in (State.CAPTURED, State.APPROVED):
        with acting(DOOR):
            Application.objects.filter(pk=application.pk).update(state=done.value, **_approved(done))
        assert "chuyen/" not in seen(client, mine)
        seen(client, f"{mine}chuyen/", status=404)


def _approved(state: State) -> dict[str, object]:
    return {"approved_by": "officer-9", "approved_at": moment()} if state is State.APPROVED else {}


def test_a_parent_applies_for_a_child_follows_and_takes_it_back() -> None:
    parent = person()
    child, baby, grown = child_of(parent), child_of(parent, "2023-01-01"), child_of(parent, "2012-11-20")
    stranger = person()
    people = applying(parent)
    assert [each.person_id for each in people] == [parent.pk, child.pk, baby.pk]
    assert grown.pk not in {each.person_id for each in people}
    client = as_person(parent.pin or "")
    assert "Dưới 6 tuổi không chụp ảnh" in seen(client, f"{WISHES}{baby.pk}/lan-dau/")
    where = sent(parent.pin or "", f"{WISHES}{child.pk}/lan-dau/")
    row = made()
    assert (row.person_id, row.representative_id, row.state) == (child.pk, parent.pk, State.AWAITED)
    page = seen(client, where)
    assert "Cấp thẻ lần đầu cho NGUYỄN THỊ CHỒI" in page
    assert "Người được cấp thẻ và bạn cùng đến" in page
    assert "cho NGUYỄN THỊ CHỒI" in seen(client, MINE)
    with acting(DOOR):
        paper = row.papers.get(kind="DC02")
    pdf = client.get(f"{where}giay/{paper.pk}/")
    assert pdf.content.startswith(b"%PDF")
    assert "no-store" in pdf.headers["Cache-Control"]
    other = as_person(stranger.pin or "")
    for address in (where, f"{where}rut/", f"{where}giay/{paper.pk}/", f"{WISHES}{child.pk}/lan-dau/"):
        seen(other, address, status=404)
    assert "CHỒI" not in seen(other, MINE) + seen(other, WISHES)
    client.post(f"{where}rut/", {"_once": token(seen(client, f"{where}rut/"))})
    assert made().state == State.WITHDRAWN


def test_a_parent_the_register_names_by_the_number_alone_finds_the_child() -> None:
    parent = person()
    child = person("2018-03-01", full_name="NGUYỄN THỊ LÚA")
    with acting(office.REGISTRAR):
        Relation.objects.create(
            person=child, origin="entry", key=0, position=1, slot="mother", kind="mother", pin=parent.pin or ""
        )
    assert [each.person_id for each in applying(parent)] == [parent.pk, child.pk]
    sent(parent.pin or "", f"{WISHES}{child.pk}/lan-dau/")
    assert made().representative_id == parent.pk


def test_who_is_a_child_is_told_who_applies() -> None:
    child = child_of(person())
    client = as_person(child.pin or "")
    page = seen(client, WISHES)
    assert "Dưới 14 tuổi thì cha, mẹ hoặc người đại diện nộp hồ sơ thay" in page
    seen(client, f"{WISHES}{child.pk}/lan-dau/", status=404)


def test_a_record_that_lacks_something_is_said_and_the_application_waits() -> None:
    who = person("1990")
    with acting(office.SYSTEM):
        Residence.objects.filter(person=who).update(address="")
    client = as_person(who.pin or "")
    address = f"{WISHES}{who.pk}/lan-dau/"
    page = seen(client, address)
    for told in ("Ngày sinh chưa đủ ngày, tháng, năm", "Thiếu nơi cư trú", "Đề nghị sửa thông tin của tôi"):
        assert told in page
    page = seen(client, sent(who.pin or "", address))
    assert made().state == State.WAITING_DATA
    assert "Ngày sinh chưa đủ ngày, tháng, năm" in page
    assert "Xem và đề nghị sửa thông tin của tôi" in page
    assert "Tạm dừng" in page


def test_a_card_of_no_use_is_reported_with_the_application() -> None:
    holder = with_card()
    address = f"{WISHES}{holder.person.pk}/khong-dung-duoc/"
    assert "Giữ thẻ hỏng để nộp lại" in seen(as_person(holder.person.pin or ""), address)
    sent(holder.person.pin or "", address)
    assert cards(pk=holder.card.pk)[0].state == CardState.DAMAGED
    assert made().old_card == holder.card.blank_id


def test_a_parent_reports_a_childs_card_lost_with_the_application_and_a_stranger_cannot() -> None:
    holder = holding("2016-03-01")
    parent, stranger = person(), person()
    with acting(office.REGISTRAR):
        Relation.objects.create(
            person=holder.person, origin="entry", key=0, position=1, slot="mother", kind="mother", other=parent
        )
    sent(parent.pin or "", f"{WISHES}{holder.person.pk}/bi-mat/")
    assert cards(pk=holder.card.pk)[0].state == CardState.LOST
    assert made().representative_id == parent.pk
    office.refused(
        ErrorCode.NOT_FOUND,
        lambda: report(office.order(citizen(stranger.pk)), card_id=holder.card.pk, what=Complaint.LOST),
    )


def test_a_refusal_says_why_and_what_can_be_done() -> None:
    who = person()
    where = sent(who.pin or "", f"{WISHES}{who.pk}/lan-dau/")
    row = made()
    told = office.order(office.APPROVER, TODAY + timedelta(days=1), reason="Ảnh không đúng người.")
    refuse(told, application_id=row.pk)
    with acting(DOOR):
        paper = row.papers.get(kind="CC03")
    page = seen(as_person(who.pin or ""), where)
    for words in ("Ảnh không đúng người.", "Nộp hồ sơ mới", "quyền khiếu nại", f"Nêu số phiếu từ chối {paper.number}"):
        assert words in page
    assert f"{WISHES}{who.pk}/lan-dau/" in seen(as_person(who.pin or ""), WISHES)
