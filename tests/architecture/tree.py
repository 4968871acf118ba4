"""The files the building regulations look at: source, tests and documents of the working tree, without what is generated."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "sosach"
ROOMS = ("src", "tests", "docs", "benchmarks", "deploy", "requirements", ".ci")
TEXTS = {".py", ".md", ".toml", ".csv", ".txt", ".in", ".html", ".css", ".js", ".sql", ".yaml", ".yml", ""}


def shown(path: Path) -> str:
    """The path from the root of the repository, for messages."""
    return path.relative_to(ROOT).as_posix()


@cache
def files() -> tuple[Path, ...]:
    """Every text file of the repository, sorted; caches, built packages and benchmark data are left out."""
    found = [path for path in ROOT.iterdir() if path.is_file()]
    for room in ROOMS:
        found += [path for path in (ROOT / room).rglob("*") if path.is_file() and not _made(path)]
    return tuple(sorted(path for path in found if path.suffix in TEXTS and path.name not in {".coverage", ".git"}))


def _made(path: Path) -> bool:
    inside = path.relative_to(ROOT).parts
    return bool(set(inside) & {"__pycache__", "sosach.egg-info", "migrations", "node_modules"}) or inside[:2] == (
        "benchmarks",
        "data",
    )


def modules(*rooms: str) -> list[Path]:
    """Python files below rooms of the root (`src`, `tests`)."""
    return [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in rooms]


def documents() -> list[Path]:
    """Markdown pages."""
    return [path for path in files() if path.suffix == ".md"]


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, methods and inner functions included."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
