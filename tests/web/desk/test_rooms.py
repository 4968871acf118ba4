"""Other rooms of the desk: records and where values come from, the work list, workbook and forms, declarations, units."""

import io
import re
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.domain.campaign.ground import HERE, SYSTEM, campaign, cases, dirty, filled, finding, take_in
from tests.domain.declarations.ward import again as declaration_again
from tests.domain.declarations.ward import sent as declared
from tests.domain.vehicles.town import COMMUNE, Town
from tests.web.desk.officers import DESK, PHONE, again, sent, signed_in, text
from tests.web.frame.people import events, officer

from sosach.domain.access.models import Grant
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.campaign.models import Case
from sosach.domain.campaign.rules.sheets.columns import SHEET
from sosach.domain.campaign.states.cases import State
from sosach.domain.declarations.states import State as DeclarationState
from sosach.domain.vehicles.models import Vehicle

pytestmark = pytest.mark.usefixtures("db")
REVIEWER = (Role.VERIFIER, Role.VEHICLES, Role.LICENCES)


@pytest.fixture
def commune(db: None, tmp_path: Path) -> list[Case]:
    """Two cases in one commune."""
    del db
    rows = [dirty(1, action="confirm", result_class="discrepancy"), dirty(2)]
    take_in(tmp_path, rows, findings=[finding(1, "PHN-09", **PHONE), finding(2)])
    filled(campaign())
    return sorted(cases(), key=lambda case: case.action != "confirm")


def test_a_record_asks_the_purpose_first_and_tells_where_each_value_comes_from(commune: list[Case]) -> None:
    client, case = signed_in(*REVIEWER), commune[0]
    where = f"{DESK}ho-so/vehicles/{case.subject_id}/"
    assert "Chọn mục đích xem" in text(client, where)
    assert not events("provenance.history_read")
    assert "phải kèm số vụ việc" in text(client, f"{where}?muc-dich=enforcement")
    page = text(client, f"{where}?muc-dich=data-cleaning")
    assert "Làm sạch dữ liệu theo chiến dịch" in page
    assert "Nguồn đã nhập" in page
    assert events("provenance.history_read")


def test_what_was_decided_is_taken_back_on_the_page_of_the_record(commune: list[Case]) -> None:
    client, case = signed_in(*REVIEWER), commune[0]
    [fix] = re.findall(r'value="(accept:\d+)" data-key="a"', text(client, f"{DESK}vu-viec/{case.pk}/"))
    sent(client, f"{DESK}vu-viec/{case.pk}/", lam=fix, version=str(case.version))
    where = f"{DESK}ho-so/vehicles/{case.subject_id}/?muc-dich=data-cleaning"
    [entry] = re.findall(r'name="entry" value="(\d+)"', text(client, where))
    assert "Cần nêu lý do" in sent(client, where, entry=entry)
    sent(client, where, entry=entry, reason="số của người khác")
    with acting(SYSTEM):
        assert Vehicle.objects.get(pk=case.subject_id).owner_phone != "0912345678"


def test_records_are_looked_up_by_number_and_only_with_a_purpose(commune: list[Case]) -> None:
    client = signed_in(*REVIEWER)
    with acting(SYSTEM):
        chassis = Vehicle.objects.get(pk=commune[0].subject_id).chassis_number
    told = {"kind": "chassis", "number": chassis}
    assert client.post(f"{DESK}ho-so/", {**told, "purpose": ""}).status_code == 422
    page = client.post(f"{DESK}ho-so/", {**told, "purpose": "data-cleaning"}).content.decode()
    assert f"/ho-so/vehicles/{commune[0].subject_id}/?muc-dich=data-cleaning" in page
    assert chassis not in re.findall(r'href="([^"]+)"', page)


def test_a_visit_is_noted_in_the_row(commune: list[Case]) -> None:
    client, where = signed_in(Role.CLERK), f"{DESK}dia-ban/"
    page = text(client, where)
    assert all(f'value="{case.pk}:works_away"' in page for case in commune)
    sent(client, where, lam=f"{commune[1].pk}:works_away")
    assert (again(commune[1]).state, again(commune[1]).last_outcome) == (State.UNREACHABLE, "works_away")
    assert again(commune[0]).visits == 0
    assert "Xin số điện thoại" in text(client, where)


def test_the_groups_of_a_work_list_lead_to_their_rows(commune: list[Case]) -> None:
    client = signed_in(Role.CLERK)
    links = re.findall(r'<th scope="row"><a href="(/ban-lam-viec/dia-ban/\?[^"]+)"', text(client, f"{DESK}dia-ban/"))
    found = [set(re.findall(r"/vu-viec/(\d+)/", text(client, link.replace("&amp;", "&")))) for link in links]
    assert set.union(*found) == {str(case.pk) for case in commune}
    assert sum(len(one) for one in found) == len(commune)


def test_a_workbook_goes_out_comes_back_and_is_taken_over_when_confirmed(commune: list[Case]) -> None:
    client = signed_in(Role.CLERK)
    written = client.get(f"{DESK}dia-ban/bang/").content
    back = SimpleUploadedFile("bang.xlsx", written)
    assert "không có thay đổi" in client.post(f"{DESK}dia-ban/doi-chieu/", {"bang": back}).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(written))
    sheet = book[SHEET]
    [column] = [cell.column for row in sheet.iter_rows() for cell in row if cell.value == "Kết quả lần đến này"]
    sheet.cell(sheet.max_row, column).value = "Đi làm ăn xa"
    saved = io.BytesIO()
    book.save(saved)
    page = client.post(
        f"{DESK}dia-ban/doi-chieu/", {"bang": SimpleUploadedFile("b.xlsx", saved.getvalue())}
    ).content.decode()
    assert "Đi làm ăn xa" in page
    [edits] = re.findall(r'name="edits" value="([^"]+)"', page)
    [token] = set(re.findall(r'name="_once" value="([^"]+)"', page))
    told = {"_once": token, "lam": "take-over", "edits": edits.replace("&quot;", '"')}
    assert client.post(f"{DESK}dia-ban/doi-chieu/", told).status_code == 303
    assert sorted(case.last_outcome for case in cases()) == ["", "works_away"]
    del commune


def test_what_is_no_workbook_and_no_form_is_refused_in_words(commune: list[Case]) -> None:
    del commune
    client = signed_in(Role.CLERK)
    junk = SimpleUploadedFile("bang.xlsx", b"not a workbook")
    assert client.post(f"{DESK}dia-ban/doi-chieu/", {"bang": junk}).status_code == 303
    response = client.post(f"{DESK}dia-ban/quet/", {"phieu": SimpleUploadedFile("a.png", b"not a picture")})
    assert response.status_code == 422
    assert "Chưa nhận ra phiếu" in response.content.decode()


@pytest.mark.slow
def test_forms_of_the_ticked_rows_are_a_document(commune: list[Case]) -> None:
    response = signed_in(Role.CLERK).get(f"{DESK}dia-ban/phieu/", {"vu": [commune[0].pk], "kieu": "two_per_page"})
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert [key for _, kind, key in events("campaign.forms_printed") if kind == "vehicle"] == [
        str(commune[0].subject_id)
    ]


def test_a_declaration_is_verified_by_one_and_approved_by_another() -> None:
    town = Town.founded()
    vehicle = town.registered(town.an)
    found = declared(town.an, "vehicle_stolen", vehicle)
    verifier = signed_in(Role.VERIFIER, Role.VEHICLES, unit=COMMUNE)
    where = f"{DESK}to-khai/{found.pk}/"
    assert found.number in text(verifier, f"{DESK}to-khai/")
    page = text(verifier, where)
    assert "Xác minh: tờ khai, giấy tờ và sổ khớp nhau" in page
    assert "30" in page
    sent(verifier, where, lam="verify", version=str(found.version))
    assert declaration_again(found).state == DeclarationState.VERIFIED
    assert found.number in text(signed_in(Role.CHIEF, unit=COMMUNE), f"{DESK}duyet/")
    chief = signed_in(Role.CHIEF, Role.VEHICLES, unit=COMMUNE)
    sent(chief, where, lam="approve", version=str(declaration_again(found).version))
    assert declaration_again(found).state == DeclarationState.APPLIED


def test_a_declaration_is_asked_back_only_with_a_question() -> None:
    town = Town.founded()
    found = declared(town.an, "vehicle_stolen", town.registered(town.an))
    client, where = signed_in(Role.VERIFIER, unit=COMMUNE), f"{DESK}to-khai/{found.pk}/"
    assert "Chưa làm được" in sent(client, where, lam="ask-back", text=" ")
    sent(client, where, lam="ask-back", text="Xin số báo án")
    assert declaration_again(found).state == DeclarationState.ASKED_BACK
    assert "Xin số báo án" in text(client, where)
    assert signed_in(Role.VERIFIER, unit=HERE).get(where).status_code == 404


def test_a_chief_hands_a_role_on_until_a_day_and_nobody_to_oneself() -> None:
    chief = signed_in(Role.CHIEF)
    colleague, name = officer(unit=HERE, name="Phạm Thị Bạn")
    where = f"{DESK}don-vi/"
    page = text(chief, where)
    assert name in page
    told = {"lam": "delegate", "officer": str(colleague), "role": "chief"}
    assert "Nhập ngày hết hạn" in sent(chief, where, **told, until="mai")
    sent(chief, where, **told, until="31/12/2099")
    with acting(SYSTEM):
        [grant] = Grant.objects.filter(officer_id=colleague)
    assert (grant.role, grant.delegated_by_id is not None) == ("chief", True)
    assert "(ủy quyền)" in text(chief, where)


def test_officers_of_other_communes_are_not_listed() -> None:
    _number, name = officer(Role.CLERK, unit=COMMUNE)
    assert name not in text(signed_in(Role.CHIEF), f"{DESK}don-vi/")


@pytest.mark.parametrize("room", ["vehicles", "licences", "population", "things"])
def test_records_out_of_reach_do_not_exist(room: str) -> None:
    where = f"{DESK}ho-so/{room}/1/?muc-dich=data-cleaning"
    assert signed_in(*REVIEWER).get(where).status_code == 404
