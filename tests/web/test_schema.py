"""Everything the description allows and forbids is asked for: schemathesis over every address, in this process."""

from typing import Any
from zlib import crc32

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, seed, settings
from schemathesis.checks import CHECKS, load_all_checks
from tests.web.world import Town

from sosach.web.api.build import api

SEED = 20_261_122
load_all_checks()
# What the law refuses is refused with 422, too: that such a refusal is not one of form is looked at below.
LEFT_OUT = {"positive_data_acceptance"}
KEPT = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in LEFT_OUT]

schema = schemathesis.openapi.from_dict(dict(api.get_openapi_schema(path_prefix="/api/v1/")))
schema.app = get_wsgi_application()


@schema.auth(refresh_interval=None)
class Keys:
    """How a case proves who it is."""

    current = ""

    def get(self, case: Any, ctx: Any) -> str:
        del case, ctx
        return Keys.current

    def set(self, case: Any, data: str, ctx: Any) -> None:
        del ctx
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


def settled(case: Any, there: Town) -> None:
    """Let half of the references of a case mean something, so that more than 404 is seen."""
    for name in case.path_parameters or {}:
        known = there.refs.get({"child": "person"}.get(name, name))
        if known and crc32(str(case.path_parameters[name]).encode()) % 4:
            case.path_parameters[name] = known[0]


def asked(case: Any, there: Town) -> None:
    if case.meta is None or case.meta.generation.mode.is_positive:
        settled(case, there)
    response = case.call()
    case.validate_response(response, checks=KEPT)
    if case.meta is not None and case.meta.generation.mode.is_positive and response.status_code == 422:
        assert response.json()["code"] != "REQUEST-01", f"{case.as_curl_command()}\n{response.text}"


QUIET = [
    HealthCheck.function_scoped_fixture,
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
]


@schema.parametrize()
@seed(SEED)
@settings(
    max_examples=6, deadline=None, suppress_health_check=QUIET, phases=[Phase.explicit, Phase.generate], database=None
)
def test_the_api_does_what_it_says(case: Any, there: Town) -> None:
    Keys.current = there.by.key
    asked(case, there)


@pytest.mark.heavy
@schema.parametrize()
@seed(SEED + 1)
@settings(max_examples=250, deadline=None, suppress_health_check=QUIET, phases=[Phase.generate], database=None)
def test_the_api_does_what_it_says_at_length(case: Any, there: Town) -> None:
    Keys.current = there.by.key
    asked(case, there)


@pytest.mark.heavy
def test_what_one_answer_gives_the_next_request_takes(there: Town) -> None:
    """Stories: references of answers go into the requests that take them, as far as the description connects them."""
    Keys.current = there.by.key
    stories: Any = schema.as_state_machine()

    def validated(machine: Any, response: Any, case: Any, **more: Any) -> None:
        del machine, more
        case.validate_response(response, checks=KEPT)

    stories.validate_response = validated
    story = settings(
        max_examples=100, stateful_step_count=30, deadline=None, suppress_health_check=[*HealthCheck], database=None
    )
    stories.run(settings=story)
