"""Each operation of OSIA's files with a token that lacks its scope, and with none: generated from the files."""

import re
from typing import Any

import pytest
from django.test import Client
from tests.conformance import frame
from tests.conformance.conftest import SCOPES, Registry

FOLDER = frame.require_specs()
NAMES = ("uin", "dataaccess", "notification", "pr", "3rdparty", "enrollment", "cms")
SET = "DEFAULT_SET_01"
CASES = [
    (name, method, path, tuple(scope.replace("ATTRIBUTESETNAME", SET) for scope in each["security"][0]["BearerAuth"]))
    for name in NAMES
    for (method, path), each in frame.operations(frame.document(name)).items()
]


def _asked(name: str, method: str, path: str, token: str = "") -> Any:
    place = re.sub(r"\{(\w+)\}", lambda found: SET if found[1] == "attributeSetName" else "x", path)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = Client(raise_request_exception=False)
    return client.generic(method.upper(), f"{frame.BASE}/{name}{place}", "{}", "application/json", headers=headers)


@pytest.mark.parametrize(("name", "method", "path", "scopes"), CASES)
def test_without_the_scope_nothing_is_answered(
    name: str, method: str, path: str, scopes: tuple[str, ...], registry: Registry
) -> None:
    others = " ".join(scope for scope in SCOPES if scope not in scopes)
    assert _asked(name, method, path, registry.by.token(scope=others)).status_code == 403
    assert _asked(name, method, path).status_code == 401
    assert _asked(name, method, path, "not.a.token").status_code == 401


@pytest.mark.parametrize(("name", "method", "path", "scopes"), CASES)
def test_with_any_of_its_scopes_it_is_answered(
    name: str, method: str, path: str, scopes: tuple[str, ...], registry: Registry
) -> None:
    granted = [scope for scope in scopes if scope in SCOPES]
    assert granted
    for scope in granted:
        assert _asked(name, method, path, registry.by.token(scope=scope)).status_code not in {401, 405, 500}


def test_the_scopes_of_the_files_are_those_of_the_security_chapter() -> None:
    chapter = (FOLDER / "security.rst").read_text("utf-8").replace("id.SET_NAME.read", f"id.{SET}.read")
    told = set(re.findall(r"``([a-z]+(?:\.[A-Za-z_0-9]+)+)``", chapter))
    assert {scope for *_, scopes in CASES for scope in scopes} <= told
