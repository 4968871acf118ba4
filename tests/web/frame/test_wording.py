"""Both languages are whole: every text is marked, has its English, and is compiled as it is written."""

import ast
import gettext
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from sosach.web.frame.wording import (
    PACKAGES,
    Text,
    brought_up_to_date,
    folder_of,
    marked,
    mo_bytes,
    po_file,
    po_text,
    read_po,
)

TEMPLATES = sorted(path for package in PACKAGES for path in folder_of(package).rglob("*.html"))
MODULES = sorted(path for package in PACKAGES for path in folder_of(package).rglob("*.py"))
LETTERS = re.compile(r"[^\W\d_]{2,}")
VIETNAMESE = re.compile(r"[à-ỹđÀ-ỸĐ]")
# What is the same in every language, or is said in the other one on purpose.
SAME = {"English", "Tiếng", "Việt", "QR", "API", "Enter"}
SPOKEN_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "label", "aria-description"}
UNSPOKEN_TAGS = {"script", "style", "code", "kbd", "svg"}
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_text_has_its_english_and_the_files_are_todays(package: str) -> None:
    text, compiled, missing = brought_up_to_date(package)
    assert not missing, "write their English into the .po file"
    assert po_file(package).read_text("utf-8") == text, "run `python -m sosach.web.frame.wording`"
    assert po_file(package).with_suffix(".mo").read_bytes() == compiled, "run `python -m sosach.web.frame.wording`"


@pytest.mark.parametrize("package", PACKAGES)
def test_gaps_in_a_text_are_the_same_in_english(package: str) -> None:
    gaps = re.compile(r"%\(\w+\)s|%s|\{\w*\}")
    for text, english in read_po(po_file(package).read_text("utf-8")).items():
        for one in english:
            assert sorted(gaps.findall(one)) == sorted(gaps.findall(text.text)), text
            assert "#, fuzzy" not in one


@pytest.mark.parametrize("package", PACKAGES)
def test_english_is_english(package: str) -> None:
    for text, english in read_po(po_file(package).read_text("utf-8")).items():
        letters = [word for one in english for word in LETTERS.findall(one) if VIETNAMESE.search(word)]
        assert len(letters) <= 3 or "Ễ" in text.text, (
            text
        )  # names, and words that have no English; the sample of letters


class Spoken(HTMLParser):
    """Collects what a page says: text, and attributes people hear or see."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"input", "link", "meta", "br", "img", "path", "rect", "line", "hr"}:
            self._inside.append(tag)
        self.said += [value or "" for name, value in attrs if name in SPOKEN_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not set(self._inside) & UNSPOKEN_TAGS:
            self.said.append(data)


def unmarked(template: str) -> list[str]:
    """Words a template says in one language only."""
    plain, inside = io.StringIO(), False
    for token in Lexer(template).tokenize():
        if token.token_type is TokenType.BLOCK:
            name = token.contents.split()[0]
            inside = name in {"blocktranslate", "blocktrans"} or (
                inside and name not in {"endblocktranslate", "endblocktrans"}
            )
        elif token.token_type is TokenType.TEXT and not inside:
            plain.write(token.contents)
    parser = Spoken()
    parser.feed(plain.getvalue())
    words = [word for said in parser.said for word in LETTERS.findall(said)]
    return [word for word in words if word not in SAME and not (word.isascii() and word.isupper())]  # codes: VEH-07


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_says_what_is_not_marked(path: Path) -> None:
    content = path.read_text("utf-8")
    assert not unmarked(content)
    inside_tags = [
        literal
        for token in Lexer(content).tokenize()
        if token.token_type in {TokenType.BLOCK, TokenType.VAR}
        and token.contents.split()[0] not in {"translate", "trans"}
        for literal in re.findall(r"""(?<!_\()["']([^"']*)["']""", token.contents)
        if VIETNAMESE.search(literal)
    ]
    assert not inside_tags, 'write _("…")'


def test_what_is_not_marked_is_seen() -> None:
    assert unmarked("<p>Xin chào {% translate 'bạn' %}</p>") == ["Xin", "chào"]
    assert unmarked('<a aria-label="Đóng">{% blocktranslate %}Đóng{% endblocktranslate %}</a>') == ["Đóng"]
    assert not unmarked("<code>abc</code><p>{{ name }} {% translate 'Tên' %}</p>")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_module_says_what_is_not_marked(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    marked_ones = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT
        for argument in node.args
    }
    # errors of the domain are told in both languages where they are raised
    both = {
        id(word.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg in {"vi", "hint_vi"}
    }
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    pairs = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    said = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and VIETNAMESE.search(node.value)
        and LETTERS.search(node.value)
        and not {id(node)} & (marked_ones | both | docs | pairs)
    ]
    names = re.compile(r"[A-ZÀ-ỸĐ ]+")  # examples of records stand in capitals, as registers write them
    assert not [text for text in said if not names.fullmatch(text)]


def test_texts_are_found_in_templates_and_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.html").write_text(
        "{% translate 'Một' %} {{ _(\"Hai\") }} {% blocktranslate count n=x %}Ba {{ n }}{% plural %}Ba {{ n }} cái"
        "{% endblocktranslate %} {% translate 'Bốn' context 'số' %}",
        "utf-8",
    )
    (tmp_path / "page.py").write_text('from x import gettext as _\nA = _("Năm")\nB = "Sáu"\n', "utf-8")
    monkeypatch.setattr("sosach.web.frame.wording.folder_of", lambda _: tmp_path)
    assert set(marked("any")) == {
        Text("Một"),
        Text("Hai"),
        Text("Ba %(n)s", "Ba %(n)s cái"),
        Text("Bốn", context="số"),
        Text("Năm"),
    }


def test_what_is_compiled_is_what_gettext_reads() -> None:
    entries = {
        Text("Một"): ["One"],
        Text("%(n)s xe", "%(n)s xe"): ["%(n)s vehicle", "%(n)s vehicles"],
        Text("Bốn", context="số"): ["Four"],
        Text('Dòng "một"\nhai'): ['Line "one"\ntwo'],
        Text("Chưa dịch"): [""],
    }
    assert read_po(po_text(entries, {key: ["x.py"] for key in entries})) == entries
    read = gettext.GNUTranslations(io.BytesIO(mo_bytes(entries)))
    assert read.gettext("Một") == "One"
    assert [read.ngettext("%(n)s xe", "%(n)s xe", n) for n in (1, 2)] == ["%(n)s vehicle", "%(n)s vehicles"]
    assert read.pgettext("số", "Bốn") == "Four"
    assert read.gettext('Dòng "một"\nhai') == 'Line "one"\ntwo'
    assert read.gettext("Chưa dịch") == "Chưa dịch"
