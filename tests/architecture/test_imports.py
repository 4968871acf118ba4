"""Imports only go down: the contracts of `.importlinter` are kept, and they are the ones the documents tell of."""

import ast
import configparser

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports
from tests.architecture.tree import ROOT, SOURCE, functions, modules, shown

CONTRACTS = ROOT / ".importlinter"


def test_every_contract_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(CONTRACTS), no_cache=True, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_floor_stands_in_the_contract() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(CONTRACTS, encoding="utf-8")
    layers = contracts["importlinter:contract:building"]["layers"].replace("|", " ").replace("(", " ").replace(")", " ")
    floors = {path.name for path in SOURCE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert floors <= set(layers.split())
    assert contracts["importlinter:contract:building"]["exhaustive"] == "true"


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{shown(path)}:{node.lineno}"
        for path in modules("src")
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden
