"""Open data: for everybody, small numbers protected, the licence in the file."""

import csv
import io
from datetime import date

import pytest
from tests.domain.campaign.ground import PROVINCE, SYSTEM, campaign
from tests.web.figures.reading import OPEN, page
from tests.web.frame.people import browser, events

from sosach.domain.access.queries import acting
from sosach.domain.campaign.models import Campaign, DailyFigures

pytestmark = pytest.mark.usefixtures("db")
DAY = date(2026, 11, 24)


def noted(figures: dict[tuple[str, str | None], tuple[int, int]]) -> Campaign:
    """A campaign whose day was noted."""
    found = campaign()
    with acting(SYSTEM):
        for (province, commune), (done, left) in figures.items():
            DailyFigures.objects.create(
                campaign=found,
                day=DAY,
                register="vehicles",
                province_code=province,
                commune_code=commune,
                counts={"done": done, "left": left},
            )
    return found


def table(found: Campaign, query: str = "") -> list[list[str]]:
    """The file, line by line."""
    response = browser().get(f"{OPEN}{found.pk}/vehicles/so-lieu.csv{query}")
    assert response.status_code == 200
    text = response.content.decode("utf-8-sig")
    assert text.splitlines()[0].endswith("; CC BY 4.0 https://creativecommons.org/licenses/by/4.0/")
    assert 'rel="license"' in response.headers["Link"]
    return list(csv.reader(io.StringIO(text)))[1:]


def test_everybody_reads_it_and_nobody_is_asked_for_a_name() -> None:
    found = noted({(PROVINCE, "15457"): (90, 30), (PROVINCE, "16549"): (40, 20), ("01", "00004"): (70, 80)})
    assert found.name in page(browser(), OPEN)
    text = page(browser(), f"{OPEN}{found.pk}/vehicles/")
    assert "Tỉnh Thanh Hóa" in text
    assert table(found) == [
        ["unit_code", "unit_name", "done", "left", "total"],
        ["01", "Thành phố Hà Nội", "70", "80", "150"],
        ["38", "Tỉnh Thanh Hóa", "130", "50", "180"],
    ]
    assert [row[2:] for row in table(found, "?tinh=38")[1:]] == [["90", "30", "120"], ["40", "20", "60"]]
    assert not events("campaign.figures_read")


def test_small_numbers_stand_nowhere() -> None:
    found = noted({(PROVINCE, "15457"): (90, 3), (PROVINCE, "16549"): (40, 20), (PROVINCE, "15574"): (8, 9)})
    rows = table(found, "?tinh=38")[1:]
    hidden = [row for row in rows if "" in row[2:4]]
    assert len(hidden) == 2  # one alone could be worked out from the totals
    assert not {"1", "2", "3", "4"} & {value for row in rows for value in row[2:]}
    text = page(browser(), f"{OPEN}{found.pk}/vehicles/?tinh=38")
    assert text.count(">ẩn<") >= 2 * 2 + 2
    assert ">3<" not in text


@pytest.mark.parametrize("address", ["999/vehicles/", "999/vehicles/so-lieu.csv"])
def test_what_is_not_published_is_not_there(address: str) -> None:
    assert browser().get(f"{OPEN}{address}").status_code == 404


def test_a_province_without_figures_and_a_register_nobody_cleans_are_not_there() -> None:
    found = noted({(PROVINCE, "15457"): (90, 30)})
    assert browser().get(f"{OPEN}{found.pk}/vehicles/?tinh=01").status_code == 404
    assert browser().get(f"{OPEN}{found.pk}/licences/").status_code == 404
