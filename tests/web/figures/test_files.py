"""Tables to take along say what the page says; text stays text."""

import csv
import io
import re
from datetime import date

import openpyxl
import pytest
from django.test import Client
from tests.domain.campaign.ground import HERE, NEXT_DOOR, PROVINCE, SYSTEM, campaign, filled
from tests.domain.campaign.stock import BAD, GOOD, Row, vehicles
from tests.web.figures.reading import FIGURES, counts, officer, page, signed_in

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.models import Case
from sosach.web.desk.figures.builders import TABLES
from sosach.web.desk.figures.charts import days_drawn
from sosach.web.desk.figures.files import as_csv, as_pdf, as_xlsx
from sosach.web.desk.figures.tables import Cell, Table

EVIL = '=HYPERLINK("http://x")'
TABLE = Table(
    "thu",
    "Thử: [số] liệu?",
    ["Đơn vị", "Ngày", "Số", "Tỷ lệ"],
    [
        [Cell("Ễ – Ộ ự"), Cell(date(2026, 11, 3)), Cell(1234), Cell(0.5, share=True)],
        [Cell(EVIL), Cell(date(2026, 11, 4)), Cell(None), Cell(None, share=True)],
    ],
    [Cell("Tổng"), Cell(None), Cell(1234), Cell(None)],
    note="Ghi chú",
    facts=["Chiến dịch", "Xe"],
)


@pytest.fixture
def leader(db: None) -> Client:
    """The steward of a province with a campaign in two communes."""
    del db
    vehicles([Row(BAD), Row(GOOD), Row(BAD, NEXT_DOOR), Row(GOOD, NEXT_DOOR), Row(GOOD, NEXT_DOOR)])
    filled(campaign(level=Level.PROVINCE, unit=PROVINCE))
    return signed_in(officer("quan.ly", Role.STEWARD, level=Level.PROVINCE, unit=PROVINCE))


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_csv_keeps_text_text_and_numbers_numbers() -> None:
    assert read(as_csv(TABLE)) == [
        ["Đơn vị", "Ngày", "Số", "Tỷ lệ"],
        ["Ễ – Ộ ự", "2026-11-03", "1234", "0.5"],
        [f"'{EVIL}", "2026-11-04", "", ""],
        ["Tổng", "", "1234", ""],
    ]


def test_workbook_keeps_text_text_and_numbers_numbers() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(TABLE))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert rows[0] == ["Đơn vị", "Ngày", "Số", "Tỷ lệ"]
    assert (rows[1][0], rows[1][1].date(), rows[1][2:]) == ("Ễ – Ộ ự", date(2026, 11, 3), [1234, 0.5])
    assert (rows[2][0], sheet.cell(7, 1).data_type) == (EVIL, "s")
    assert sheet.freeze_panes == "B6"


def test_pages_on_paper_are_the_same_every_time() -> None:
    first = as_pdf(TABLE)
    assert first.startswith(b"%PDF")
    assert first == as_pdf(TABLE)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_is_to_be_had_as_every_kind_of_file(leader: Client, name: str) -> None:
    for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        response = leader.get(f"{FIGURES}tai-ve/{name}.{kind}")
        assert response.status_code == 200
        assert response.content.startswith(begins)
        assert f"{name}-" in response.headers["Content-Disposition"]
    assert leader.get(f"{FIGURES}tai-ve/{name}.exe").status_code == 404


def test_a_file_says_what_the_page_says(leader: Client) -> None:
    shown = [told.count for told in counts(page(leader, f"{FIGURES}bang/theo-don-vi/"))]
    rows = read(leader.get(f"{FIGURES}tai-ve/theo-don-vi.csv").content)
    written = [int(value) for row in rows[1:] for value in row[1:-1]]
    assert [value for value in written if value] == shown
    assert rows[-1][:4] == ["Tổng cộng", "5", "3", "2"]


def test_a_group_with_a_wicked_name_is_text_everywhere(leader: Client) -> None:
    with acting(SYSTEM):
        Case.objects.filter(commune_code=HERE).update(group=f"{EVIL}<script>")
    text = page(leader, f"{FIGURES}?xa={HERE}")
    assert "<script>" not in re.sub(r"<script src=[^>]*>", "", text)
    assert read(leader.get(f"{FIGURES}tai-ve/theo-don-vi.csv?xa={HERE}").content)[1][0].startswith("'=")


def test_a_chart_bridges_days_nobody_noted_and_the_table_does_not() -> None:
    rows = [[Cell(date(2026, 11, day)), Cell(count)] for day, count in ((1, 10), (2, None), (3, 20))]
    table = Table("so", "Số", ["Ngày", "Đã xong"], rows)
    drawn = days_drawn(table)
    assert drawn is not None
    assert list(drawn.lines[0].values) == [10, 15.0, 20]
    assert table.rows[1][1].shown == "–"
