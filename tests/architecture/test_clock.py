"""The day is told, never asked for: no wall clock, no unseeded chance below the command line, in Python or in SQL."""

import ast
import re

from tests.architecture.tree import SOURCE, modules, parsed, shown

CLOCKS = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
    "time.strftime",
}
CHANCE = {
    "random.random",
    "random.choice",
    "random.randint",
    "random.shuffle",
    "random.seed",
    "uuid.uuid4",
    "uuid.uuid1",
}
SQL_CLOCK = re.compile(
    r"\b(?:current_date|current_timestamp|current_localtime\w*|get_current_timestamp|today\(\)|now\(\)|random\(\)|uuid\(\))",
    re.IGNORECASE,
)
EDGES = tuple(SOURCE / room for room in ("cli", "jobs", "web", "site"))
BELOW = [path for path in modules("src") if not any(edge in path.parents for edge in EDGES)]


def called(tree: ast.AST) -> set[str]:
    """The last two names of every dotted call: `datetime.now` for `datetime.datetime.now()`."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            names.add(f"{owner}.{node.attr}")
    return names


def texts(tree: ast.AST) -> list[str]:
    """Every text that is no docstring, parts of f-strings included."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


def test_no_clock_and_no_chance_below_the_edge() -> None:
    assert BELOW
    assert not {shown(path): found for path in BELOW if (found := called(parsed(path)) & (CLOCKS | CHANCE))}
    assert not {shown(path): text for path in BELOW for text in texts(parsed(path)) if SQL_CLOCK.search(text)}


def test_clocks_are_recognised() -> None:
    tree = ast.parse("import datetime\nprint(datetime.datetime.now(), f'SELECT current_date, {x}')")
    assert called(tree) & CLOCKS
    assert [text for text in texts(tree) if SQL_CLOCK.search(text)]
