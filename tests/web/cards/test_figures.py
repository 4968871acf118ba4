"""Figures of ID cards at the desk: each leads to a list as long as it says, and can be taken along."""

import re
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.domain.idcards.office import person
from tests.web.cards.story import CARDS, Bureau, stored
from tests.web.figures.reading import length

from sosach.domain.access.rules import Role
from sosach.domain.idcards.models import Application, Blank, Card, Job
from sosach.web.desk.cards import behind
from sosach.web.desk.cards.figures import TABLES


def test_what_waits_for_a_job_is_listed_as_long_as_it_says(bureau: Bureau) -> None:
    for number in (7, 8):
        bureau.approved(number, pin=person().pin or "")
    found = re.search(r'<a href="([^"]+lenh/cho/[^"]+)">[^<]*<b>(\d+)</b>', bureau.stock.page("lenh/"))
    assert found
    assert (int(found[2]), length(bureau.stock.client, found[1])) == (2, 2)
    bureau.stock.page("lenh/cho/x/", status=404)
    bureau.supplied()
    bureau.released()
    assert length(bureau.stock.client, found[1]) == 0


def test_days_without_applications_are_counted_as_none(bureau: Bureau) -> None:
    bureau.applied()
    for since, days in (("", 60), ("?tu=2026-11-20", 4), ("?tu=1900-01-01", 60)):
        page = bureau.clerk.page(f"so-lieu/{since}")
        drawn = page.partition('<figure class="chart">')[2].partition("</figure>")[0]
        assert re.findall(r'<td class="number">(\d+)</td>', drawn) == [*["0"] * (days - 1), "1"], since


def figures(text: str) -> dict[str, int]:
    """Every figure of the page of figures: where it leads, and what it says; each number of a table has to lead somewhere."""
    told: dict[str, int] = {}
    text = text[text.index('<h2 id="bang-') :]  # in the chart above, the word leads to the list
    for cell in re.findall(r'<td[^>]*class="number"[^>]*>(.*?)</td>', text):
        link = re.fullmatch(r'<a href="([^"]+)">([\d.]+)</a>', cell)
        assert link or cell == "0" or "%" in cell, cell
        if link:
            count, address = int(link[2].replace(".", "")), link[1].replace("&amp;", "&")
            assert told.setdefault(address, count) == count, address
    return told


def listed(text: str) -> dict[str, int]:
    """Counts of a page that lead to a list."""
    found = re.findall(r'<td[^>]*class="number"[^>]*><a href="([^"]+)">(\d+)</a>', text)
    return {way.replace("&amp;", "&"): int(count) for way, count in found}


def test_every_figure_leads_to_a_list_as_long_as_it_says(bureau: Bureau) -> None:
    bureau.approved()
    card = bureau.at_counter()
    bureau.clerk.send(f"vong-doi/{card}/", "hand-over", old_card="none", receipt="PN-1")
    bureau.applied(pin=person().pin or "")
    bureau.applied(pin=person().pin or "", hometown="Đà Nẵng")  # waits for its data: the clock stands still
    told = {"_pin": "001090999999", "_ground": "none_yet", "_delivery": "counter", "_profile": "VN-CC-2024"}
    bureau.clerk.send("ho-so/moi/", "open", status=422, **told)
    for desk, least in ((bureau.clerk, 9), (bureau.approver, 9), (bureau.stock, 12), (bureau.quality, 12)):
        counts = figures(desk.page("so-lieu/"))
        assert len(counts) >= least, counts
        assert {way: length(desk.client, way) for way in counts} == counts
    listed = bureau.clerk.page("so-lieu/ho-so/?han=in_time")
    assert "Đã trả trong hạn 7 ngày làm việc" in listed
    assert listed.count("data-item") == 1


def test_figures_can_be_taken_along(bureau: Bureau) -> None:
    bureau.approved()
    bureau.applied(pin=person().pin or "")
    for name, (_make, whose) in TABLES.items():
        for kind in ("csv", "xlsx", "pdf"):
            status = bureau.clerk.client.get(f"{CARDS}so-lieu/{name}.{kind}").status_code
            assert status == (200 if Role.CARDS in whose else 404), name
    sheet: Any = load_workbook(BytesIO(bureau.clerk.file("so-lieu/theo-noi.xlsx"))).active
    assert [cell.value for cell in sheet[sheet.max_row]] == ["Cộng", 2]


def test_lists_behind_figures_go_on_page_by_page_and_take_no_nonsense(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behind, "LINES", 2)
    for _each in range(3):
        bureau.applied(pin=person().pin or "")
    address = f"{CARDS}so-lieu/ho-so/?tu=2026-11-01"
    assert length(bureau.clerk.client, address) == 3
    assert bureau.clerk.page("so-lieu/ho-so/?tu=2026-11-01").count("data-item") == 2
    sought = stored(Application, pk=bureau.applied()).number
    for text, count in ((sought.lower(), 1), (bureau.who.pin, 1), ("HS-0", 0)):
        found = bureau.clerk.client.post(f"{CARDS}ho-so/", {"so": text}).content.decode()
        assert found.count("data-item") == count, text
    for nonsense in ("tu=x&ngay=2026-13-01", "trang=-1&noi=../", "han=x&trang-thai=x", "trang=99999"):
        assert "Hồ sơ đã nhận" in bureau.clerk.page(f"so-lieu/ho-so/?{nonsense}")
    bureau.clerk.page("so-lieu/dang-cho/x/", status=404)
    bureau.stock.page("so-lieu/may/1/x/", status=404)


def test_an_old_card_destroyed_is_no_spoiled_one_and_a_spoiled_one_stays_spoiled(bureau: Bureau) -> None:
    bureau.approved()
    card = bureau.at_counter()
    serial = stored(Card, pk=card).blank_id
    bureau.clerk.send(f"vong-doi/{card}/", "hand-over", old_card="none", receipt="PN-1")
    bureau.approver.send(f"vong-doi/{card}/", "revoke", ground="altered", decision="QĐ 2")
    bureau.clerk.send(f"vong-doi/{card}/", "recover")
    bureau.approved(8, pin=person().pin or "")
    job = bureau.released()
    produced = bureau.run(job)
    bureau.reported(job, produced)
    (bad,) = produced.chips
    bureau.read(produced, bad, authentic=False)
    assert "Không đạt kiểm tra chất lượng" in bureau.clerk.page(f"ho-so/{stored(Card, blank_id=bad).application_id}/")
    named(bureau, card)
    bureau.stock.send("phoi/", "list", serials=f"{serial} {bad}")
    bureau.release.send("phoi/", f"destroy-{stored(Blank, serial=serial).destruction_id}")
    assert {stored(Card, blank_id=each).state for each in (serial, bad)} == {"destroyed"}
    sheet: Any = load_workbook(BytesIO(bureau.stock.file("so-lieu/hong.xlsx"))).active
    rows = [[cell.value for cell in row] for row in sheet]
    heads = next(row for row in rows if row[0] == "Máy")
    assert dict(zip(heads, next(row for row in rows if row[0] == "M1"), strict=True)) == {
        "Máy": "M1",
        "Máy đã trả lời": 2,
        "Hỏng khi làm": 1,
        "Thất lạc": 0,
        "Thẻ cũ đã hủy": 1,
        "Tỷ lệ hỏng": 0.5,
    }
    machine = stored(Job, pk=job).machine_id
    assert bad in bureau.stock.page(f"so-lieu/may/{machine}/spoiled/")
    assert serial in bureau.stock.page(f"so-lieu/may/{machine}/destroyed/")
    counts = (
        listed(bureau.stock.page("phoi/"))
        | listed(bureau.stock.page("chuyen/"))
        | listed(bureau.stock.page("vong-doi/"))
    )
    assert len(counts) > 8
    assert {way: length(bureau.stock.client, way) for way in counts} == counts
    lines = re.findall(r'data-label="Hỏng"[^>]*>(\d+)<', bureau.stock.page("lenh/"))
    assert lines == ["1", "0"]  # the latest job first


def named(bureau: Bureau, card: int) -> None:
    """Histories name colleagues, others by what they are, and nobody by the key of an account."""
    key, job = stored(Card, pk=card).application_id, stored(Card, pk=card).job_id
    seen = {
        f"ho-so/{key}/": (bureau.clerk, ("thu.nhan", "duyet", "cán bộ đơn vị khác")),
        f"vong-doi/{card}/": (bureau.stock, ("kho", "kho.hai", "chat.luong", "thu.nhan")),
        f"lenh/{job}/": (bureau.quality, ("kho", "kho.hai")),
    }
    for address, (desk, names) in seen.items():
        page = desk.page(address)
        main = page[page.index("<main") :]
        assert not re.search(r"\b(officer|person|client|partner)-\d", main), address
        assert all(f"{name}<" in main or f"· {name}" in main for name in names), (address, names)
