"""Whatever the files of DCI and GovStack let be sent, and whatever they forbid: nothing fails here, and every answer is JSON or text."""

import sys
from collections import Counter
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from tests.conformance import frame
from tests.conformance.conftest import Registry
from tests.conformance.scenarios import require_document
from tests.web.exchange.agency import EVERYTHING, Agency, agency

SCOPES = ["dci", "govstack.read", "govstack.update", "govstack.usage"]
_asked: Counter[str] = Counter()


@pytest.fixture(scope="module")
def by(registry: Registry) -> Agency:
    del registry
    return agency("moi-thu", scopes=SCOPES, purposes=["data-subject"], attributes=EVERYTHING)


def served(folder: str, name: str, base: str) -> Any:
    """A file, served under our base path."""
    made: Any = schemathesis.openapi.from_dict(require_document(folder, name) | {"servers": [{"url": base}]})
    made.app = get_wsgi_application()
    return made


dci = served("dci", "crvs-1.0.0.yaml", "/exchange/dci")
govstack = served("govstack", "data-api-1.3.0.yaml", "/exchange/govstack")


def asked(case: Any, by: Agency) -> None:
    """Ask a case as an agency that may everything, in a registry there is."""
    places = {"registryName": "population", "versionNumber": "1.0"}
    case.path_parameters = (case.path_parameters or {}) | {
        name: value for name, value in places.items() if name in (case.path_parameters or {})
    }
    token = by.token(scope=" ".join(SCOPES), ref="HS-1")
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
    response = case.call()
    _asked[case.operation.label] += 1
    assert response.status_code < 500, case.as_curl_command()
    told = response.headers.get("content-type", response.headers.get("Content-Type", ""))
    assert "html" not in str(told)


@pytest.mark.heavy
@pytest.mark.conformance
@dci.parametrize()
@frame.same_cases
@frame.LONG
def test_dci(case: Any, by: Agency) -> None:
    asked(case, by)


@pytest.mark.heavy
@pytest.mark.conformance
@govstack.parametrize()
@frame.same_cases
@frame.LONG
def test_govstack(case: Any, by: Agency) -> None:
    asked(case, by)


@pytest.mark.heavy
@pytest.mark.conformance
def test_every_operation_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\nDCI, GovStack: {len(_asked)} operations, {_asked.total()} cases, none failed here\n")
    assert len(_asked) == 21
