"""Documents that cannot drift: links lead somewhere, files and symbols they name exist, commands they show can be typed."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.architecture.tree import ROOT, SOURCE, documents, shown

from sosach.cli.main import app

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```(?:.|\n)*?^```|^(?: {4}|\t).+$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
NAMED_FILE = re.compile(r"(?:[\w.-]+/)+[\w.-]+\.(?:py|toml|csv|md|html|css|js|txt|ini)")
SYMBOL = re.compile(r"\bsosach(?:\.[A-Za-z_]\w*)+")
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
COMMAND = re.compile(r"(?:^|[\s/`])sosach ((?:[a-z]+)(?: [^\n`|#]*)?)", re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
# What a run or a reader makes is no file of the repository.
MADE = (
    "worklists/",
    "demo/",
    "demo-card/",
    "out/",
    "result/",
    "truth/",
    "input/",
    "DIR/",
    "OUT/",
    "ket-qua/",
    ".sosach/",
    "build/",
    ".venv/",
)
BASES = (
    ROOT,
    ROOT / "src",
    SOURCE,
    SOURCE / "domain",
    SOURCE / "vn",
    SOURCE / "vn" / "data",
    ROOT / "tests",
    ROOT / "docs",
)
PAGES = documents()


def words(page: Path) -> str:
    """The text of a page."""
    return page.read_text(encoding="utf-8")


def slug(heading: str) -> str:
    """The anchor of a heading, as readers of Markdown make it."""
    bare = re.sub(r"<[^>]+>|[`*]", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", bare).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    """Everything a link into the page can lead to."""
    text = words(page)
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {slug(heading) for heading in headings} | set(re.findall(r'<a id="([^"]+)"', text))


def named(page: Path) -> set[str]:
    """Files the page names in code."""
    return {
        file for code in CODE.findall(words(page)) for file in NAMED_FILE.findall(code) if not file.startswith(MADE)
    }


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(FENCED.sub("", words(page))):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_files_that_are_named_exist(page: Path) -> None:
    missing = [file for file in named(page) if not any((base / file).exists() for base in (page.parent, *BASES))]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_symbols_that_are_named_exist(page: Path) -> None:
    assert not [symbol for symbol in SYMBOL.findall(words(page)) if not exists(symbol)]


def exists(symbol: str) -> bool:
    """Whether a dotted name is a module of ours, or something in one."""
    parts = symbol.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def code_of(page: Path) -> list[str]:
    """Inline code and code blocks of a page."""
    text = words(page)
    return [*CODE.findall(text), *FENCED.findall(text)]


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_make_targets_exist(page: Path) -> None:
    makefile = words(ROOT / "Makefile")
    targets = {target for code in code_of(page) for target in TARGET.findall(code)}
    assert not [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)]


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_commands_can_be_typed(page: Path) -> None:
    program = typer.main.get_command(app)
    lines = [line for code in code_of(page) for line in COMMAND.findall(code.replace("\\\n", " "))]
    assert not [line for line in lines if not can_be_typed(program, line.split())]


def can_be_typed(command: Any, told: list[str]) -> bool:
    """Whether words lead through groups to a command, and every option is one of theirs."""
    known = {"--help"}
    for word in told:
        below = getattr(command, "commands", {})
        if word in below:
            command = command.get_command(typer.Context(command), word)  # the program imports it only now
            known |= {option for parameter in command.params for option in parameter.opts}
        elif below and not command.params:  # a group without options of its own: the next word is one of its commands
            return False
    return set(OPTION.findall(" ".join(told))) <= known


def test_wrong_documents_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Tên mới\n\n[x](nowhere.md) `engine/nothing.py` sosach.vn.nothing\n", encoding="utf-8")
    assert named(page) == {"engine/nothing.py"}
    assert not exists("sosach.vn.nothing")
    assert exists("sosach.vn.identifiers.pin.explain")
    assert anchors(page) == {"tên-mới"}
    program = typer.main.get_command(app)
    assert can_be_typed(program, ["card", "pki", "--folder", "DIR", "signer", "--leader", "A"])
    for wrong in (["nothing"], ["db", "nothing"], ["card", "pki", "signer", "--nothing"], ["clean", "--nothing"]):
        assert not can_be_typed(program, wrong)
    with pytest.raises(AssertionError):
        test_links_lead_somewhere(page)
    with pytest.raises(AssertionError):
        test_files_that_are_named_exist(page)


def test_every_page_can_be_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "docs" / "index.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = (link.partition("#")[0] for link in LINK.findall(words(page)) if "://" not in link)
        waiting += [page.parent / link for link in links if link and (page.parent / link).is_file()]
    assert not [shown(page) for page in PAGES if ROOT / "docs" in page.parents and page.resolve() not in seen]
