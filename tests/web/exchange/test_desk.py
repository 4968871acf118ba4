"""The exchange at the desk: who may open what, every figure leads to its list, what is decided there is done."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.domain.campaign.ground import campaign, filled
from tests.domain.vehicles.town import SYSTEM
from tests.web.desk.officers import sent, text
from tests.web.exchange.desk_ground import MAKER, Ground, furnished
from tests.web.figures.reading import officer, signed_in
from tests.web.frame.people import events

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.exchange.models import CallBack, Delivery, Following, Partner, Subscription
from sosach.domain.exchange.models.batches import Item
from sosach.web.desk.exchange import fields
from sosach.web.frame import clock

pytestmark = pytest.mark.usefixtures("db")
HOME = "/ban-lam-viec/trao-doi/"
NATION = f"{HOME}cap/nation/"
PAGES = (
    *("", "cap/nation/", "cap/nation/gui-di/", "cap/nation/nhan-ve/", "cap/nation/doi-soat/", "lan-truyen/"),
    *("lan-truyen/viec/", "bao-tin/", "bao-tin/tin/", "doi-tac/", "doi-tac/cong-chung/", "ho-tich/"),
)


@pytest.fixture
def ground(db: None) -> Ground:
    del db
    return furnished()


def client(*roles: Role) -> Client:
    """A browser of an officer of the whole country."""
    return signed_in(officer("-".join(["c", *roles]), *roles, level=Level.NATION, unit=""))


def test_every_page_opens_for_a_steward_and_none_for_a_clerk(ground: Ground) -> None:
    steward, clerk = client(Role.STEWARD), client(Role.CLERK)
    for page in (*PAGES, f"ban-ghi/{ground.items['conflict']}/"):
        assert text(steward, HOME + page)
        assert clerk.get(HOME + page).status_code == 403, page
    assert "Trao đổi" in text(steward, "/ban-lam-viec/")
    assert "/trao-doi/" not in text(clerk, "/ban-lam-viec/")


def test_an_administrator_sees_figures_and_nobodys_record(ground: Ground) -> None:
    admin = client(Role.ADMIN)
    for page in (
        "",
        "cap/nation/",
        "cap/nation/doi-soat/",
        "lan-truyen/",
        "bao-tin/",
        "doi-tac/",
        "doi-tac/cong-chung/",
    ):
        assert "gui-di/" not in text(admin, HOME + page)
    for page in ("cap/nation/gui-di/", f"ban-ghi/{ground.items['refused']}/", "ho-tich/"):
        assert admin.get(HOME + page).status_code == 403
    assert admin.get(f"{HOME}doi-tac/cong-chung/tam-dung/").status_code == 403


def test_every_figure_of_a_day_is_the_length_of_its_list(ground: Ground) -> None:
    del ground
    steward = client(Role.STEWARD)
    page = text(steward, f"{NATION}doi-soat/")
    figures = re.findall(r'<a href="(/ban-lam-viec/trao-doi/cap/[^"]+)">(\d+)</a>', page)
    assert len(figures) == 6
    for address, figure in figures:
        assert text(steward, address.replace("&amp;", "&")).count("data-item") == int(figure), address
    assert "Khớp" in page


def test_both_versions_stand_side_by_side_and_a_refusal_leads_to_its_record(ground: Ground) -> None:
    steward = client(Role.STEWARD)
    listed = text(steward, f"{NATION}gui-di/")
    assert "Biển số đã thuộc xe khác." in listed
    assert ground.car.plate_display in listed
    page = text(steward, f"{HOME}ban-ghi/{ground.items['conflict']}/")
    cells = re.sub(r"<[^>]+>", "", page)
    for value in ("Trắng", "Xanh lục", "Đỏ đô", "Đang ghi ở cấp kia"):
        assert value in cells
    [address] = re.findall(r'href="(/ban-lam-viec/ho-so/vehicles/[^"]+)"', page)
    assert ground.other.chassis_number in text(steward, address)
    assert ("exchange.told_read", "vehicle", str(ground.other.pk)) in events("exchange.told_read")


def test_what_a_steward_may_not_see_is_withheld_in_both_versions(ground: Ground) -> None:
    told = {"religion": ["Không", "Phật giáo"], "full_name": ["NGUYỄN VĂN AN", "NGUYỄN VĂN ÁN"]}
    with acting(MAKER):
        owner = ground.car.owner_person_id
        Item.objects.filter(pk=ground.items["conflict"]).update(
            register="population", record_id=owner, told=told, theirs={"religion": "Công giáo"}
        )
    page = text(client(Role.STEWARD), f"{HOME}ban-ghi/{ground.items['conflict']}/")
    assert "Phật giáo" not in page
    assert "Công giáo" not in page
    assert "(không hiển thị cho vai trò này)" in page
    assert "NGUYỄN VĂN" in page


def test_a_refusal_is_decided_with_a_reason(ground: Ground) -> None:
    steward, where = client(Role.STEWARD), f"{HOME}ban-ghi/{ground.items['refused']}/"
    assert "Cần nêu lý do" in sent(steward, where, lam="ours", reason=" ")
    assert sent(steward, where, lam="ours", reason="Đã sửa ở tỉnh") == where
    with acting(SYSTEM):
        assert Item.objects.get(pk=ground.items["refused"]).closed_at is not None
    assert "Đã xử lý lúc" in text(steward, where)


def test_a_dead_letter_is_sent_again_or_dropped_with_a_reason(ground: Ground) -> None:
    steward, where = client(Role.STEWARD), f"{HOME}bao-tin/tin/"
    told = {"letter": str(ground.letter), "lam": "send"}
    assert "Cần nêu lý do" in sent(steward, where, **told, reason="")
    assert sent(steward, where, **told, reason="Máy chủ bên kia đã sửa") == where
    with acting(SYSTEM):
        found = Delivery.objects.get()
        assert (found.state, found.tries) == ("waiting", 0)
        Delivery.objects.update(state="dead")
    sent(steward, where, letter=str(ground.letter), lam="drop", reason="Đối tác không cần nữa")
    with acting(SYSTEM):
        assert Delivery.objects.get().state == "dropped"


def test_answers_that_are_owed_or_were_given_up_are_counted(ground: Ground) -> None:
    now = clock.now()
    told = {"address": "https://tin.example/hoi", "purpose": "agency-task", "next_try_at": now}
    ends = [("waiting", None), ("waiting", None), ("dead", now), ("delivered", now), ("dead", now - timedelta(days=90))]
    with acting(MAKER):
        by = Partner.objects.get(key=ground.notary.key)
        for place, (state, ended) in enumerate(ends):
            CallBack.objects.create(
                partner=by, action="on-search", transaction_id=str(place), correlation_id=uuid4(),
                received_at=now - timedelta(hours=5), state=state, ended_at=ended, **told,
            )  # fmt: skip
    shown = text(client(Role.STEWARD), f"{HOME}bao-tin/")
    figures = re.findall(r'<td class="number"[^>]*>(\d+)</td>', shown[shown.index("Trả lời bằng cách gọi lại") :])
    assert figures == ["1", "2", "1"], "arrived and given up lately, and all that wait"
    assert "Kết quả tra cứu" in shown
    assert "5 giờ" in shown


def test_a_subscription_is_held_and_let_go(ground: Ground) -> None:
    del ground
    steward, where = client(Role.STEWARD), f"{HOME}bao-tin/"
    with acting(SYSTEM):
        uuid = str(Subscription.objects.get().uuid)
    sent(steward, where, subscription=uuid, lam="hold", reason="Bên kia bảo trì")
    assert "Đang giữ lại" in text(steward, where)
    sent(steward, where, subscription=uuid, lam="resume")
    assert "Đang nhận tin" in text(steward, where)


def test_a_failed_reaction_is_run_again(ground: Ground) -> None:
    del ground
    steward = client(Role.STEWARD)
    table = text(steward, f"{HOME}lan-truyen/")
    [address] = re.findall(r'href="([^"]+muc=hong)">1</a>', table)
    where = address.replace("&amp;", "&")
    with acting(SYSTEM):
        number = str(Following.objects.get().pk)
    assert sent(steward, where, following=number) == where
    with acting(SYSTEM):
        assert Following.objects.get().state == "again"


def test_a_partner_is_suspended_after_a_second_thought_and_resumed(ground: Ground) -> None:
    steward, own = client(Role.STEWARD), f"{HOME}doi-tac/cong-chung/"
    page = text(steward, own)
    for told in ("01/TT-2026", "Biển số như đã ghi", "Người này là chủ xe?", ground.notary.key):
        assert told in page
    assert sent(steward, f"{own}tam-dung/", reason="").count("Chưa trả lời")
    assert sent(steward, f"{own}tam-dung/", reason="Nghi lộ khóa") == own
    assert "Nghi lộ khóa" in text(steward, own)
    with acting(SYSTEM):
        assert Partner.objects.get().suspended_at is not None
    sent(steward, f"{own}noi-lai/")
    assert "Đang chia sẻ" in text(steward, own)


def test_a_month_is_taken_along(ground: Ground) -> None:
    del ground
    steward = client(Role.STEWARD)
    for kind, begin in (("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        found = steward.get(f"{HOME}doi-tac/cong-chung/bao-cao.{kind}")
        assert found.content.startswith(begin)
    assert steward.get(f"{HOME}doi-tac/cong-chung/bao-cao.exe").status_code == 404
    assert steward.get(f"{HOME}doi-tac/khong-co/").status_code == 404


def test_the_dashboard_tells_how_long_the_oldest_notice_waits(ground: Ground) -> None:
    del ground
    filled(campaign())
    assert "chưa đến, lâu nhất: 3 ngày" in text(client(Role.STEWARD), "/ban-lam-viec/so-lieu/")
    assert "chưa đến, lâu nhất" not in text(client(Role.CHIEF), "/ban-lam-viec/so-lieu/")


def test_spells_and_relations_are_told_in_words() -> None:
    assert fields.column("population", "relation/spouse") == "Vợ, chồng"
    assert fields.column("population", "old_number/cmnd9:170639740") == "Số giấy tờ cũ cmnd9:170639740"
    home = {"to": "2026-11-20", "address": "Xóm 10", "commune_code": "00004", "kind": "permanent"}
    told = "địa chỉ: Xóm 10, xã: Phường Ba Đình, đến ngày: 20/11/2026"
    assert fields.value("residence/permanent", [home]) == told
    assert fields.value("life_status", "deceased") == "Đã mất"
