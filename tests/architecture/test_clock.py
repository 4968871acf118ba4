"""The day is told, never asked for: no wall clock, no unseeded chance below the command line, in Python or in SQL."""

import ast
import re

from tests.architecture.tree import ROOT, SOURCE, modules, parsed, shown

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
FIRST_YEAR = 2026  # of this project: what lies before it is over by any clock
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


def fixed(tree: ast.Module) -> set[str]:
    """Names a module gives moments of its own, of which nobody knows whether they have come."""
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for call in ast.walk(node.value)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "datetime" and call.args
        if isinstance(call.args[0], ast.Constant) and int(str(call.args[0].value)) >= FIRST_YEAR
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def mixed(tree: ast.Module) -> set[str]:
    """Functions that ask the machine for the time and speak of a fixed moment as well."""
    moments = fixed(tree)
    return {
        one.name
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef) and called(one) & CLOCKS
        if moments & {node.id for node in ast.walk(one) if isinstance(node, ast.Name)}
    }


def test_a_test_has_one_clock() -> None:
    """What began by the machine's clock has not begun yet by a fixed one before it: such a test fails from some day on."""
    asking = {path: found for path in modules("tests") if (found := called(parsed(path)) & CLOCKS)}
    assert asking
    rooms = tuple(ROOT / "tests" / room for room in ("web", "journeys", "conformance"))
    told = {shown(path): found for path, found in asking.items() if any(room in path.parents for room in rooms)}
    assert not told, "tests of pages and of the API ask `clock.now()` of `web/frame`, which some of them set"
    both = {shown(path): found for path in asking if (found := mixed(parsed(path)))}
    assert not both


def test_a_mixture_of_clocks_is_recognised() -> None:
    lines = ["AT = datetime(2026, 1, 1)", "def one():", "    return AT < datetime.now()", "def two():", "    return AT"]
    assert mixed(ast.parse("\n".join(lines))) == {"one"}


def test_clocks_are_recognised() -> None:
    tree = ast.parse("import datetime\nprint(datetime.datetime.now(), f'SELECT current_date, {x}')")
    assert called(tree) & CLOCKS
    assert [text for text in texts(tree) if SQL_CLOCK.search(text)]
