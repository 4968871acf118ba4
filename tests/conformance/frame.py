"""OSIA's own files as a test: where they lie, what is added to them, how a case is asked, how many were."""

import os
import zlib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, seed, settings
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SPECS = Path(os.environ.get("SOSACH_SPECS") or ROOT.parent / "shared" / "specs")
BASE = "/exchange/osia"
UNTIL_ASKED = "Bearer token"
METHODS = ("get", "put", "post", "delete", "patch")
SEED = 20_261_122
ACCEPTED = [
    "2xx",
    "401",
    "403",
    "404",
    "409",
]  # what well-formed requests may be answered, unless an operation says more
# Interface → operation → what more its answers to well-formed requests may be, and why.
MORE: Mapping[str, Mapping[str, list[str]]] = {
    # the file lets any attributes through, the law does not: without what a number is made of there is none
    "uin": {"generateUIN": ["400"]},
    # any text is a status or a format to the file; which there are, stands elsewhere in it
    "pr": {"setIdentityStatus": ["400"]},
    "dataaccess": {"readDocument": ["400", "415"]},
    # any text is a picture, a path or a key to the file; so are an empty file, and one whose digest (RFC 3230) does not hold
    "enrollment": {
        operation: ["400"]
        for operation in ("createEnrollment", "updateEnrollment", "partialUpdateEnrollment", "createBuffer")
    },
    # any text is a path or a status to the file, and any value a reason; the grounds of the law are a few, and rest on a decision
    "cms": {
        operation: ["400"]
        for operation in (
            *("createCredentialRequest", "updateCredentialRequest"),
            *("suspendCredential", "unsuspendCredential", "revokeCredential", "setCredentialStatus"),
        )
    },
    # any text is a token, a policy or a line of subject to the file; which are none of ours it calls a bad request itself
    "notification": {"confirm": ["400"], "subscribe": ["400"], "publish": ["400"]},
}
load_all_checks()
asked_so_far: Counter[tuple[str, str]] = Counter()


def require_specs() -> Path:
    """The folder of OSIA's files; where it is absent, the module is skipped."""
    folder = SPECS / "osia"
    if not folder.is_dir():
        pytest.skip("OSIA's files are not here: set SOSACH_SPECS to run them", allow_module_level=True)
    return folder


@cache
def document(name: str) -> dict[str, Any]:
    """An interface as its file describes it, with the overlay, served under its base path."""
    told: dict[str, Any] = yaml.safe_load((require_specs() / f"{name}.yaml").read_text("utf-8"))
    added = yaml.safe_load((HERE / "overlay.yaml").read_text("utf-8"))
    told["servers"] = [{"url": f"{BASE}/{name}"}]
    for operation in operations(told).values():
        operation["responses"] = {str(status): answer for status, answer in operation["responses"].items()}
        for status, answer in added["responses"].items():
            operation["responses"].setdefault(status, answer)
        content = operation.get("requestBody", {}).get("content", {})
        for wrong, right in added["media_types"].items():
            if wrong in content:
                content[right] = content.pop(wrong)
    return told


def operations(told: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Method and address → operation; callbacks are not ours to answer."""
    return {
        (method, path): each
        for path, item in told["paths"].items()
        for method, each in item.items()
        if method in METHODS
    }


def schema(name: str) -> Any:
    """An interface by the name of its file, ready to be asked in this process."""
    rules = [
        {
            "include-operation-id": operation,
            "checks": {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, *more]}},
        }
        for operation, more in MORE.get(name, {}).items()
    ]
    # text of PostgreSQL holds every character but U+0000
    config = {"generation": {"allow-x00": False}, **({"operations": rules} if rules else {})}
    made = schemathesis.openapi.from_dict(document(name), config=SchemathesisConfig.from_dict(config))
    made.app = get_wsgi_application()

    @made.auth(refresh_interval=None)
    class Proof:
        """Cases are made before there is anybody to ask: the token is put in when they are asked."""

        def get(self, case: Any, ctx: Any) -> str:
            del case, ctx
            return UNTIL_ASKED

        def set(self, case: Any, data: str, ctx: Any) -> None:
            del ctx
            case.headers = {**(case.headers or {}), "Authorization": data}

    return made


def ask(name: str, case: Any, *, token: str, known: Mapping[str, list[str]]) -> Any:
    """Ask a case and hold the answer against the file, by every check there is.

    Half of the well-formed cases mean something that is there, so that more than 404 is seen.

    Args:
        name: of the interface.
        case: as schemathesis made it.
        token: with every scope.
        known: part of the address, or parameter → what there is.
    """
    if (case.headers or {}).get("Authorization") == UNTIL_ASKED:
        case.headers["Authorization"] = f"Bearer {token}"
    if case.meta is None or case.meta.generation.mode.is_positive:
        for told in (case.path_parameters or {}, case.query or {}):
            for place in told.keys() & known.keys():
                drawn = zlib.crc32(f"{place} {told[place]}".encode("utf-8", "replace"))
                if known[place] and drawn % 2:
                    told[place] = known[place][drawn // 2 % len(known[place])]
    asked_so_far[name, case.operation.definition.raw["operationId"]] += 1
    return case.call_and_validate()


QUIET = [*HealthCheck]
SHORT = settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=QUIET,
    phases=[Phase.generate],
    database=None,
    derandomize=False,
)
LONG = settings(
    max_examples=int(os.environ.get("SOSACH_CONFORMANCE_EXAMPLES", "25")),
    deadline=None,
    suppress_health_check=QUIET,
    phases=[Phase.explicit, Phase.generate],
    database=None,
)
same_cases = seed(SEED)
