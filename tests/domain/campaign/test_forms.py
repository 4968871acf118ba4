"""Collection forms: every field has its place, what strangers wrote stays text, the code leads back to its cases alone."""

import io
import json
import re
from collections.abc import Iterator

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sosach.base.images import JAIL, clean_photo
from sosach.base.registers import Register
from sosach.domain.campaign.rules.forms import (
    MOST_FORMS,
    FilledForm,
    FormHead,
    FormToken,
    Layout,
    draw_forms,
    form_fields,
    has_form,
    kind_on_form,
    placed_fields,
    read_token,
    status_on_form,
    token_of,
    tokens_in,
)
from sosach.domain.campaign.rules.forms.tokens import MOST_CASES
from sosach.vn.tables import table

KEY = b"key of the tests" * 2
HEAD = FormHead(12, "Chiến dịch làm sạch dữ liệu 2025", "Công an tỉnh Thanh Hóa", "Công an xã Triệu Lộc", "24/11/2025")
REGISTERS = (Register.VEHICLES, Register.LICENCES)
NUMBERS = st.integers(min_value=1, max_value=2**63 - 1)


def form(case: int, register: Register = Register.VEHICLES, household: str = "", **values: str) -> FilledForm:
    told = {"owner_name": "Nguyễn Thị Hồng Nhung", "owner_id": "038199000001", "status": "đang sử dụng", **values}
    return FilledForm(case, register, told, "Số định danh không khớp", household, "Số 12, thôn Phú Lộc")


def picture(content: bytes, page: int = 1) -> bytes:
    """A page as a scanner would see it."""
    source = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(json(bytes(sys.inputs.pdf))), format: "pdf", page: int(sys.inputs.page))'
    inputs = {"pdf": json.dumps(list(content)), "page": str(page)}
    return bytes(typst.compile(source, format="png", ppi=150, sys_inputs=inputs))


def codes(content: bytes, page: int = 1) -> tuple[str, ...]:
    """Codes on a page of a document."""
    return clean_photo(picture(content, page), codes=True).codes


@pytest.fixture(scope="module", autouse=True)
def _jail() -> Iterator[None]:
    yield
    JAIL.close()


@pytest.mark.parametrize("register", REGISTERS)
def test_every_field_of_the_table_has_its_place(register: Register) -> None:
    assert placed_fields(register) == set(form_fields(register))
    named = {row["field"] for row in table("campaign_form_fields") if row["form"] == register.removesuffix("s")}
    assert {name for name in named if not name.endswith("*")} <= set(form_fields(register))
    assert all(field.label[0].isupper() for field in form_fields(register).values())


def test_there_are_forms_for_vehicles_and_licences_only() -> None:
    assert {register for register in Register if has_form(register)} == set(REGISTERS)
    with pytest.raises(KeyError):
        form_fields(Register.POPULATION)


def test_kinds_and_statuses_are_asked_in_the_words_of_the_form() -> None:
    fields = form_fields(Register.VEHICLES)
    kinds = {kind_on_form(row["code"]) for row in table("vehicle_kinds")} - {""}
    assert kinds == set(fields["kind"].choices)
    assert {status_on_form(row["code"]) for row in table("vehicle_statuses")} == set(fields["status"].choices)
    assert status_on_form("") == kind_on_form("ro_mooc") == ""


@given(campaign=NUMBERS, cases=st.lists(NUMBERS, min_size=1, max_size=MOST_CASES))
def test_a_code_leads_back_to_its_cases(campaign: int, cases: list[int]) -> None:
    told = FormToken(campaign, tuple(cases))
    text = token_of(told, KEY)
    assert re.fullmatch(r"[A-Z0-9-]+", text), "alphanumeric mode: few modules"
    assert read_token(f" {text}\n", KEY) == told
    assert tokens_in(["WIFI:;", text, text], KEY) == (told,)
    assert read_token(text, b"another key") is None


@given(place=st.integers(min_value=0, max_value=200), letter=st.sampled_from("ABCXYZ234567"))
def test_nobody_makes_up_a_code(place: int, letter: str) -> None:
    text = token_of(FormToken(12, (345, 346)), KEY)
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]
    assert changed == text or read_token(changed, KEY) is None
    assert read_token(text + letter, KEY) is None
    assert read_token(text[:-1], KEY) is None
    assert read_token(text.lower(), KEY) is None


@given(text=st.one_of(st.text(max_size=60), st.text(alphabet="ABCDEFG234567=", max_size=90).map("S1-".__add__)))
def test_whatever_is_scanned_is_read_without_failing(text: str) -> None:
    assert read_token(text, KEY) is None


def test_a_code_needs_cases_that_are_numbers() -> None:
    for cases in ((), (0,), (2**63,), tuple(range(1, MOST_CASES + 2))):
        with pytest.raises(ValueError, match="belongs"):
            token_of(FormToken(1, cases), KEY)


def test_two_forms_on_a_page_each_with_its_code() -> None:
    forms = [form(101), form(102, Register.LICENCES), form(103)]
    document = draw_forms(HEAD, forms, layout=Layout.TWO_PER_PAGE, key=KEY)
    assert document.pages == 2
    assert document.content.startswith(b"%PDF-")
    first, second = (tokens_in(codes(document.content, page), KEY) for page in (1, 2))
    assert {told.case_ids for told in first} == {(101,), (102,)}
    assert [told.case_ids for told in second] == [(103,)]


@pytest.mark.parametrize(
    ("angle", "quality", "width"), [(0, 85, 1240), (4, 60, 1240), (-12, 50, 1240), (178, 40, 900), (90, 75, 2480)]
)
def test_a_crooked_and_noisy_scan_is_still_recognised(angle: int, quality: int, width: int) -> None:
    document = draw_forms(HEAD, [form(101), form(102)], layout=Layout.TWO_PER_PAGE, key=KEY)
    with Image.open(io.BytesIO(picture(document.content))) as page:
        grey = page.convert("L").resize((width, width * 297 // 210))
    crooked = grey.rotate(angle, expand=True, fillcolor=90, resample=Image.Resampling.BICUBIC)
    noisy = Image.blend(crooked, Image.effect_noise(crooked.size, 90), 0.2)
    scan = io.BytesIO()
    noisy.save(scan, "JPEG", quality=quality)
    found = tokens_in(clean_photo(scan.getvalue(), codes=True).codes, KEY)
    assert {told.case_ids for told in found} == {(101,), (102,)}


def test_a_household_has_its_page_and_more_when_it_is_large() -> None:
    forms = [
        form(1, household="a"),
        form(2, household="b"),
        *(form(case, household="a") for case in (3, 4, 5)),
        form(6),
    ]
    document = draw_forms(HEAD, forms, layout=Layout.HOUSEHOLD, key=KEY)
    assert document.pages == 4, "two for the first household, one for the second, one for whoever has none"
    found = [told for page in range(1, 5) for told in tokens_in(codes(document.content, page), KEY)]
    assert [told.case_ids for told in found] == [(1, 3, 4), (5,), (2,), (6,)]


def test_same_forms_same_bytes() -> None:
    one, other = (draw_forms(HEAD, [form(7)], layout=Layout.TWO_PER_PAGE, key=KEY) for _ in range(2))
    assert one == other


def test_a_document_has_bounds() -> None:
    for forms in ([], [form(1)] * (MOST_FORMS + 1)):
        with pytest.raises(ValueError, match="forms"):
            draw_forms(HEAD, forms, layout=Layout.TWO_PER_PAGE, key=KEY)


HOSTILE = (
    '#panic("x")',
    '#read("/etc/passwd")',
    "*đậm* _nghiêng_ = tiêu đề $x^2$ `mã` <nhãn> @ref \\",
    "]#[",
    "</svg><script>alert(1)</script>",
    "\u202eagnurt\u0000\u0007",
    "ẵ" * 3_000,
    "W" * 500,
    "🚲 xe đạp",
    '"}],"mode":"ground"',
)


@pytest.mark.parametrize("layout", Layout)
def test_what_strangers_wrote_stays_text(layout: Layout) -> None:
    names = [*form_fields(Register.VEHICLES), "nothing of ours"]
    forms = [form(case, household=text, **dict.fromkeys(names, text)) for case, text in enumerate(HOSTILE, 1)]
    document = draw_forms(HEAD, forms, layout=layout, key=KEY)
    assert document.pages == (len(HOSTILE) + 1) // 2 if layout is Layout.TWO_PER_PAGE else len(HOSTILE)
    assert tokens_in(codes(document.content), KEY)


def ink(content: bytes, box: tuple[float, float, float, float]) -> float:
    """How dark a part of the first page is, from 0 to 1; the box in shares of the page."""
    with Image.open(io.BytesIO(picture(content))) as page:
        grey = page.convert("L")
    sides = (grey.width, grey.height) * 2
    part = grey.crop(tuple(int(share * side) for share, side in zip(box, sides, strict=True)))
    return 1 - sum(part.tobytes()) / (255 * part.width * part.height)


@pytest.mark.parametrize("layout", Layout)
def test_margins_a_printer_needs_are_white(layout: Layout) -> None:
    long = dict.fromkeys(form_fields(Register.VEHICLES), "Rất dài " * 40)
    forms = [form(1, household="a", **long), form(2, household="a", **long)]
    document = draw_forms(HEAD, forms, layout=layout, key=KEY)
    for box in ((0, 0, 1, 0.017), (0, 0.983, 1, 1), (0.976, 0, 1, 1), (0, 0, 0.02, 1)):
        assert ink(document.content, box) == 0, "5 mm on every side"
    assert ink(document.content, (0.1, 0.1, 0.9, 0.9)) > 0.01


def test_a_closed_answer_is_crossed() -> None:
    crossed, empty = (
        draw_forms(HEAD, [form(1, status=status)], layout=Layout.TWO_PER_PAGE, key=KEY)
        for status in ("đang sử dụng", "something else")
    )
    area = (0.5, 0.25, 1.0, 0.4)
    assert ink(crossed.content, area) > ink(empty.content, area) > 0


@settings(max_examples=15, deadline=None)
@given(values=st.dictionaries(st.sampled_from(sorted(form_fields(Register.VEHICLES))), st.text(max_size=300)))
def test_any_text_can_be_printed(values: dict[str, str]) -> None:
    forms = [FilledForm(1, Register.VEHICLES, values, values.get("buyer", "")), form(2)]
    assert draw_forms(HEAD, forms, layout=Layout.TWO_PER_PAGE, key=KEY).pages == 1


def test_nothing_about_a_person_is_in_the_code() -> None:
    document = draw_forms(HEAD, [form(4711)], layout=Layout.TWO_PER_PAGE, key=KEY)
    (code,) = codes(document.content)
    assert len(code) < 40
    assert not re.search(r"038199000001|NGUY", code)
