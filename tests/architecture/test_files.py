"""Files and functions: small, named after their subject, each saying in its first line what lives there."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest
from tests.architecture.tree import ROOT, files, functions, modules, parsed, shown

MOST_LINES = 500
LONG_LINES = 400
LONG_FILES: dict[str, str] = {}
"""Files of more than 400 lines, each with the reason why it cannot be a package yet. Meant to stay empty."""

LONGEST_FUNCTION = 60
LONG_FUNCTIONS: dict[str, str] = {}
"""Functions of more than 60 lines, as `path:name`, with the reason. Meant to stay empty."""

BANNED_NAMES = re.compile(r"utils?|helpers?|common|misc|managers?|processors?|data|info|handlers?|stuff|base_?classes")
LEFTOVER = re.compile(r"\b(?:TODO|FIXME|XXX|HACK|WIP)\b")
OF_THE_MACHINE = re.compile(r"/(?:work|home|root|Users)/|/tmp/[a-z]|[A-Z]:\\Users")
OF_A_REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|(?<!emit)-index-url\b|--find-links\s|conda\.anaconda|proxy\.golang"
)
SELF = Path(__file__)
ALL = modules("src", "tests", "benchmarks")


def test_the_rules_see_the_whole_repository() -> None:
    names = {shown(path) for path in files()}
    assert {"README.md", "Makefile", "src/sosach/base/errors.py", "tests/architecture/test_files.py"} <= names
    assert len(modules("src")) > 100


def test_first_line_says_what_lives_there() -> None:
    first = {shown(path): (ast.get_docstring(parsed(path)) or "").partition("\n")[0].rstrip() for path in ALL}
    assert not {path: line for path, line in first.items() if len(line) < 12 or not line.endswith((".", ":", ")"))}


def test_no_file_is_too_long() -> None:
    lines = {shown(path): len(path.read_bytes().splitlines()) for path in ALL}
    assert not {path: count for path, count in lines.items() if count > MOST_LINES}
    assert {path for path, count in lines.items() if count > LONG_LINES} == set(LONG_FILES)


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{shown(path)}:{function.name}": (function.end_lineno or function.lineno) - function.lineno + 1
        for path in ALL
        for function in functions(path)
    }
    assert {name for name, length in lengths.items() if length > LONGEST_FUNCTION} == set(LONG_FUNCTIONS)


def test_no_dumping_ground() -> None:
    rooms = {part for path in modules("src", "tests") for part in (path.stem, *path.relative_to(ROOT).parts[:-1])}
    assert not {room for room in rooms if BANNED_NAMES.fullmatch(room)}


@pytest.mark.parametrize("name", ["util", "utils", "helpers", "common", "misc", "manager", "data", "handler"])
def test_dumping_grounds_are_recognised(name: str) -> None:
    assert BANNED_NAMES.fullmatch(name)


def _comments(path: Path) -> list[str]:
    """Comments and docstrings of a Python file; whole text of any other."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return [text]
    comments = [
        token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT
    ]
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = [ast.get_docstring(node) or "" for node in ast.walk(parsed(path)) if isinstance(node, holders)]
    return comments + docs


def test_nothing_is_left_for_later() -> None:
    left = [shown(path) for path in files() if path != SELF and any(LEFTOVER.search(text) for text in _comments(path))]
    assert not left


def test_leftovers_are_recognised() -> None:
    assert LEFTOVER.search("# TODO: later")
    assert not LEFTOVER.search("_TODO_LIST XXXXX")


def test_no_file_knows_this_machine_or_a_registry() -> None:
    texts = {shown(path): path.read_text(encoding="utf-8") for path in files() if path != SELF}
    assert not [path for path, text in texts.items() if OF_THE_MACHINE.search(text)]
    assert not [path for path, text in texts.items() if OF_A_REGISTRY.search(text)]


@pytest.mark.parametrize("text", ["open('/home/someone/x.csv')", "C:\\Users\\someone"])
def test_addresses_of_a_machine_are_recognised(text: str) -> None:
    assert OF_THE_MACHINE.search(text)


@pytest.mark.parametrize(
    "text", ["--index-url https://mirror.example", "--extra-index-url x", "https://pypi.org/simple"]
)
def test_addresses_of_a_registry_are_recognised(text: str) -> None:
    assert OF_A_REGISTRY.search(text)
    assert not OF_A_REGISTRY.search("pip-compile --no-emit-index-url --no-emit-find-links")


def test_public_functions_say_what_they_do() -> None:
    silent = [
        f"{shown(path)}:{node.name}"
        for path in modules("src")
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_" and not ast.get_docstring(node)
    ]
    assert not silent
