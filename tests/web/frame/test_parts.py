"""Components of pages as HTML: what they say, that nothing told to them is believed, and that days and figures are written our way."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from django.template import Context, engines
from django.test import RequestFactory
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from sosach.base.errors import ErrorCode, SosachError
from sosach.web.frame import words
from sosach.web.frame.catalogue import Example
from sosach.web.frame.drawing import drawn_bars, drawn_lines
from sosach.web.frame.language import either, said
from sosach.web.frame.parts import Answer, Badge, Bar, Line, Lines, Moment, Pages, Side, Sorting, Tab

EVIL = '<script>alert("x")</script>'
AT = datetime(2026, 11, 22, 2, 5, tzinfo=UTC)


def drawn(template: str, **told: object) -> str:
    """A piece of a page."""
    context = Context({"request": RequestFactory().get("/"), **told})
    return str(engines["django"].from_string(template).template.render(context))


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{% answers x %}", [Answer(EVIL, EVIL, "?a", Badge(EVIL), EVIL)]),
        ("{% badge x %}", Badge(EVIL)),
        ("{% tabs x %}", [Tab(EVIL, "?a")]),
        ("{% timeline x %}", [Moment(AT, EVIL, EVIL, EVIL, Badge(EVIL), "?a"), Moment(EVIL, EVIL)]),
        ("{% comparison x x %}", [Side(EVIL, (EVIL, f"a{EVIL}", ""))]),
        ("{% bar_chart x 'T' %}", [Bar(EVIL, 1, "?a")]),
        ("{% line_chart x %}", Lines(EVIL, [EVIL], [Line(EVIL, [1])], EVIL)),
        ("{% breadcrumb x '/a' x %}", EVIL),
        ("{% sortable y 'a' x %}", EVIL),
        ("{% key x %}", EVIL),
        ("{% notice 'warn' x %}{{ x }}{% endnotice %}", EVIL),
        ("{{ x|plate }} {{ x|day }} {{ x|spaced }} {{ x|said }} {{ x|place }}", EVIL),
    ],
)
def test_what_is_told_is_text(template: str, told: object) -> None:
    page = drawn(template, x=told, y=Sorting())
    assert "<script" not in page
    assert "script" in page


def test_what_was_typed_is_text() -> None:
    form = Example({"plate": EVIL, "sold_on": EVIL, "state": EVIL})
    page = drawn("{% error_summary f %}{% question f.state %}{% question f.plate %}{% question f.sold_on %}", f=form)
    assert "<script" not in page
    assert "&lt;script" in page


def test_a_wrong_answer_is_told_above_and_beside_and_tied_to_its_field() -> None:
    form = Example({"sold_on": "31/02/2024"}, {})
    page = drawn("{% error_summary f %}{% question f.sold_on %}{% question f.state %}", f=form)
    assert page.count("Nhập đủ ngày, tháng, năm") == 2
    assert 'href="#id_sold_on"' in page
    assert 'href="#id_state_0"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_sold_on_hint id_sold_on_error"' in page
    assert "Chưa trả lời: Biển số" in page


def test_a_refusal_of_the_domain_stands_beside_its_field_in_the_language_of_the_page() -> None:
    refused = SosachError(ErrorCode.CONFLICT, vi="Đã có", en="Taken", hint_vi="Xem lại", hint_en="Look again")
    for language, words_of_it in (("vi", "Đã có\nXem lại"), ("en", "Taken\nLook again")):
        with translation.override(language):
            form = Example({}, {})
            form.refuse(refused, "plate")
            form.refuse(refused)
            assert words_of_it in form.errors["plate"]
            assert words_of_it in form.non_field_errors()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("27/03/1985", date(1985, 3, 27)),
        ("27-3-1985", date(1985, 3, 27)),
        ("1985-03-27", date(1985, 3, 27)),
        ("01/01/2031", date(2031, 1, 1)),
        ("03/1985", None),
        ("1985", None),
        ("31/02/1985", None),
        ("x", None),
    ],
)
def test_days_are_read_as_people_write_them(typed: str, meant: date | None) -> None:
    form = Example({"sold_on": typed}, {})
    assert form.is_bound
    form.full_clean()
    assert form.cleaned_data.get("sold_on") == meant
    assert ("sold_on" in form.errors) is (meant is None)


def test_days_moments_and_figures_are_written_our_way() -> None:
    assert words.moment(AT) == "22/11/2026 09:05"
    assert words.day(datetime(2026, 11, 21, 20, tzinfo=UTC)) == "22/11/2026"  # the day it is in Viet Nam
    assert (words.grouped(2814839), words.grouped(-1234.5), words.grouped(None)) == ("2.814.839", "-1.234,5", "")
    assert words.percent(0.79432, 2) == "79,43\u202f%"
    with translation.override("en"):
        assert words.grouped(2814839) == "2,814,839"
        assert words.percent(0.79432, 2) == "79.43\u202f%"
    assert words.place("38") == "Tỉnh Thanh Hóa"
    assert words.place_with_province("00004") == "Phường Ba Đình, Thành phố Hà Nội"
    assert words.place("99999") == "99999"
    assert words.masked("12345") == "•••••"
    assert words.role("clerk") == "Cán bộ thụ lý"


def test_things_of_catalogues_are_told_in_the_language_of_the_page() -> None:
    thing = {"vi": "Một", "en": "One"}
    assert (said(thing), said(AT), either(("Một", "One"))) == ("Một", str(AT), "Một")
    with translation.override("en"):
        assert (said(thing), either(("Một", "One"))) == ("One", "One")


def test_a_list_is_sorted_as_its_address_says() -> None:
    query = QueryDict("xep=-plate&lop=match&lop=discrepancy&trang=7")
    sorting = Sorting.of(query, allowed=("plate", "count"), usual="count")
    assert (sorting.by, sorting.down) == ("plate", True)
    assert sorting.address("plate") == "?xep=plate&lop=match&lop=discrepancy"
    assert (sorting.state("plate"), sorting.state("count")) == ("descending", "none")
    made_up = Sorting.of(QueryDict("xep=password"), allowed=("plate",), usual="plate")
    assert made_up.by == ""


@given(st.lists(st.text(alphabet="aáàảãạ b", max_size=8), min_size=1, max_size=4))
def test_a_comparison_shows_every_value_whole_and_marks_what_differs(values: list[str]) -> None:
    row = Side("x", values)
    for value, pieces in zip(values, row.cells(), strict=True):
        assert "".join(text for text, _ in pieces) == value
    assert row.differs() == (len({value for value in values if value}) > 1)
    first = next((value for value in values if value), "")
    for value, pieces in zip(values, row.cells(), strict=True):
        if value == first:
            assert not any(other for _, other in pieces)


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**9), st.floats(0, 10**6)), min_size=1, max_size=40))
@example([5e-324])  # less than any number can be divided into
def test_lines_stay_inside_their_chart(values: list[float | None]) -> None:
    chart = Lines("x", [str(at) for at in range(len(values))], [Line("y", values)])
    result = drawn_lines(chart)
    points = [point for line in result.lines for run in line.runs for point in run.split()]
    assert len(points) == sum(value is not None for value in values)
    for point in points:
        across, down = map(float, point.split(","))
        assert result.left <= across <= result.right + 0.1
        assert 0 <= down <= result.bottom + 0.1
    assert [row[1][0] for row in result.rows] == values


@given(st.lists(st.floats(-10, 10**9), max_size=20))
def test_bars_are_at_most_as_long_as_there_is_room(values: list[float]) -> None:
    assert all(0 <= float(one.percent) <= 100 for one in drawn_bars([Bar("x", value) for value in values]))


def test_a_form_shown_again_keeps_its_token() -> None:
    first = drawn("{% form_token %}")
    assert first != drawn("{% form_token %}")
    again = RequestFactory().post("/", {"_once": "kept-token-0123456789"})
    page = str(engines["django"].from_string("{% form_token %}").template.render(Context({"request": again})))
    assert 'name="_once" value="kept-token-0123456789"' in page


def test_pages_of_a_list_are_told() -> None:
    page = drawn("{% pagination p %}", p=Pages("?1", "?3", 51, 100, 2814839))
    assert "51–100 trong 2.814.839" in page
    assert not drawn("{% pagination p %}", p=Pages()).strip()
