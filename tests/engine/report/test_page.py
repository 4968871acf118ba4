"""The report page: opens offline, shows nobody, says the same in two languages, escapes what it shows."""

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.engine.fixture_run import DONE, LICENCES, MANIFEST, OPEN, connection, finding, tiny_run, write_run

from sosach.base.registers import Register
from sosach.engine.report import write_report
from sosach.engine.report.figures import Figures, collect
from sosach.engine.report.story import messages

VOID = {"meta", "input"}


class Page(HTMLParser):
    """What a browser would find: tags closed in order, attributes, ids, texts by language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.texts.append(data)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    run = tiny_run(tmp_path_factory.mktemp("run"))
    return write_report(connection(), run, MANIFEST).read_text("utf-8")


def test_page_is_well_formed(page: str) -> None:
    parsed = Page(page)
    assert parsed.open == []
    ids = Counter(value for _, name, value in parsed.attributes if name == "id")
    assert ids.most_common(1)[0][1] == 1
    anchors = {value[1:] for tag, name, value in parsed.attributes if (tag, name) == ("a", "href")}
    assert anchors <= set(ids)


def test_page_opens_offline(page: str) -> None:
    loading = {"src", "srcset", "action", "data", "poster", "background"}
    assert not [entry for entry in Page(page).attributes if entry[1] in loading]
    assert not re.search(r"https?://|@import|url\(|//\w+\.\w", page)
    assert all(value.startswith("#") for tag, name, value in Page(page).attributes if name == "href")


def test_only_our_script_may_run(page: str) -> None:
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(script) == 1
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page


def test_page_shows_nobody(page: str) -> None:
    personal = (
        "001080000011",
        "1080000011",
        "0912345678",
        "29-H1",
        "29H1",
        "Nguyễn Văn Hùng",
        "NGUYỄN VĂN HÙNG",
        "Trần Thị Mai",
    )
    assert not [value for value in personal if value in page]
    assert "001*****0011" in page
    assert "N. V. H." in page


def test_values_are_escaped(tmp_path: Path) -> None:
    given = [finding("vehicles", "R0", "VAL-40", field="colour", value="<i>&</i>", proposed_value='"x"')]
    run = write_run(tmp_path, {Register.VEHICLES: [dict(OPEN)]}, findings=given)
    manifest = MANIFEST | {"inputs": [{"register": "vehicles", "path": "/secret/place/<b>xe</b>.csv", "sha256": "ab"}]}
    text = write_report(connection(), run, manifest).read_text("utf-8")
    assert "&lt;i&gt;&amp;&lt;/i&gt;" in text
    assert "<i>&" not in text
    assert "b&gt;.csv" in text
    assert "secret" not in text


def test_examples_that_look_alike_are_shown_once_and_empty_values_are_named(tmp_path: Path) -> None:
    given = [finding("vehicles", f"R{row}", "VEH-54", field="status", value="Hỏng") for row in range(3)]
    given += [finding("vehicles", "R0", "VEH-87", field="owner_id_number", value="", proposed_value="001080000011")]
    given += [finding("vehicles", "R0", "SRC-01", value="cả dòng")]
    run = write_run(tmp_path, {Register.VEHICLES: [dict(OPEN) for _ in range(3)]}, findings=given)
    text = write_report(connection(), run, MANIFEST).read_text("utf-8")
    assert text.count("<q>Hỏng</q>") == 2  # once in each language
    assert "<q>(trống)</q> → <q>001*****0011</q>" in text
    assert "cả dòng" not in text


def test_both_languages_hold_the_same_figures(page: str) -> None:
    articles = re.findall(r"<article.*?</article>", page, re.DOTALL)
    numbers = [re.findall(r'data-value="([^"]+)"', article) for article in articles]
    assert len(articles) == 2
    assert numbers[0] == numbers[1]
    assert "Trùng khớp" in articles[0]
    assert "Match" in articles[1]
    assert "Trùng khớp" not in articles[1]


@pytest.mark.parametrize(("lang", "checked"), [("vi", "show-vi"), ("en", "show-en")])
def test_the_first_language_can_be_chosen(tmp_path: Path, lang: str, checked: str) -> None:
    run = tiny_run(tmp_path)
    text = write_report(connection(), run, MANIFEST, lang=lang).read_text("utf-8")  # type: ignore[arg-type]  # parametrised
    assert f'<html lang="{lang}">' in text
    assert re.findall(r'id="([^"]+)" checked', text) == [checked]


def test_what_does_not_add_up_is_said(tmp_path: Path) -> None:
    manifest = MANIFEST | {"rows": {"vehicles": {"in": 7, "out": 6}}}
    text = write_report(connection(), tiny_run(tmp_path), manifest).read_text("utf-8")
    assert ">KHÔNG<" in text
    assert ">NO<" in text


def test_an_empty_manifest_and_a_single_register_will_do(tmp_path: Path) -> None:
    run = write_run(tmp_path, {Register.LICENCES: LICENCES})
    text = write_report(connection(), run, {"as_of": "2026-11-22"}).read_text("utf-8")
    assert Page(text).open == []
    assert "Lần chạy này không có sổ phương tiện." in text


def test_no_rows_at_all(tmp_path: Path) -> None:
    run = write_run(tmp_path, {Register.VEHICLES: []})
    assert "0" in write_report(connection(), run, MANIFEST).read_text("utf-8")


def test_same_run_same_page(tmp_path: Path) -> None:
    first = write_report(connection(), tiny_run(tmp_path / "a"), MANIFEST).read_bytes()
    assert write_report(connection(), tiny_run(tmp_path / "b"), MANIFEST).read_bytes() == first


def test_a_mass_owner_is_a_key_message(tmp_path: Path) -> None:
    run = write_run(tmp_path, {Register.VEHICLES: [DONE | {"pin": "001080000011"} for _ in range(7000)]})
    figures: Figures = collect(connection(), run, year=2026)
    assert "Một người đứng tên 7.000 xe: cần kiểm tra riêng." in messages(figures, "vi")
    assert any("7,000 vehicles" in message for message in messages(figures, "en"))


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _full(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


@pytest.mark.parametrize("theme", [0, 1, 2], ids=["light", "dark", "print"])
def test_contrast(page: str, theme: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", page, re.DOTALL)
    colours = {name: _full(value) for name, value in re.findall(r"--([\w-]+): (#\w+)", blocks[theme])}
    pairs = [(ink, paper) for ink in ("ink", "soft", "accent") for paper in ("paper", "card")]
    pairs += [("ink", "track"), ("error-ink", "error-bg"), ("warning-ink", "warning-bg"), ("info-ink", "info-bg")]
    assert {pair: ratio for pair in pairs if (ratio := _contrast(*(colours[name] for name in pair))) < 4.5} == {}
    drawn = [(shape, "card") for shape in ("match", "discrepancy", "no", "grey", "accent")]
    assert {pair: ratio for pair in drawn if (ratio := _contrast(*(colours[name] for name in pair))) < 3} == {}
