"""Every operation of OSIA's enrolment and credential interfaces against their own files."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.conformance import cards_world, frame
from tests.conformance.conftest import Registry

from sosach.domain.access.queries import acting
from sosach.domain.exchange.models import CredentialRequest, Enrollment, EnrollmentFile
from sosach.domain.idcards.states.cards import CardState

frame.require_specs()
OPERATIONS = {"enrollment": 9, "cms": 12}
STATES = (CardState.ACTIVE, CardState.HELD, CardState.AT_OFFICE)
ENROLLMENTS, REQUESTS = ["e-1", "e-2"], ["r-1", "r-2"]


def _send(here: Registry, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {here.token()}"}
    client = Client(raise_request_exception=False)
    whole = f"{frame.BASE}/{path}"
    told = {"transactionId": str(uuid4())}
    if isinstance(body, bytes):
        return client.generic(method, whole, body, "image/jpeg", headers=headers, query_params=told)
    return client.generic(
        method, whole, client._encode_json({} if body is None else body, "application/json"), "application/json",
        headers=headers, query_params=told,
    )  # fmt: skip


@pytest.fixture(scope="module")
def office(registry: Registry) -> dict[str, CardState]:
    """Three cards, and where each is."""
    people = [cards_world.housed(pin) for pin in registry.pins]
    serials = cards_world.stock(5)
    for person, serial, state in zip(people, serials, STATES, strict=False):
        cards_world.card(person, serial, state)
    return dict(zip(serials, STATES, strict=False))


def _known(name: str, here: Registry, cards: dict[str, CardState]) -> Mapping[str, list[str]]:
    """What cases mean: earlier ones may have taken it out."""
    return _enrolled(here) if name == "enrollment" else _requested(here, cards)


def _enrolled(here: Registry) -> Mapping[str, list[str]]:
    with acting(here.actor):
        there = set(Enrollment.objects.values_list("enrollment_key", flat=True))
        files = EnrollmentFile.objects.filter(enrollment__enrollment_key=ENROLLMENTS[0]).order_by("-pk")
        numbers = [str(one) for one in files.values_list("uuid", flat=True)[:1]]
    for key in set(ENROLLMENTS) - there:
        _send(here, "POST", f"enrollment/v1/enrollments/{key}", {"biographicData": {"pin": here.pins[0]}})
    if not numbers:
        made = _send(here, "POST", f"enrollment/v1/enrollments/{ENROLLMENTS[0]}/buffer", b"\xff\xd8\xff")
        numbers = [made.json()["bufferId"]]
    return {"enrollmentId": ENROLLMENTS, "bufferId": numbers}


def _requested(here: Registry, cards: dict[str, CardState]) -> Mapping[str, list[str]]:
    cards_world.back(cards)
    with acting(here.actor):
        there = set(CredentialRequest.objects.values_list("request_key", flat=True))
    asked = {"priority": 5, "credentialProfileId": "VN-CC-2024", "requestType": "FIRST_ISSUANCE"}
    for key, pin in zip(REQUESTS, here.pins[2:], strict=True):
        if key not in there:
            body = {"personId": pin, "biographicData": {}, "requestData": asked}
            assert _send(here, "POST", f"cms/v1/credentialRequests/{key}", body).status_code == 201
    return {"credentialRequestId": REQUESTS, "credentialId": [*cards], "personId": here.pins}


def _asked(name: str, case: Any, here: Registry, cards: dict[str, CardState]) -> None:
    frame.ask(name, case, token=here.token(), known=_known(name, here, cards))


@pytest.mark.parametrize(("name", "count"), OPERATIONS.items())
def test_every_operation_of_the_files_is_asked(name: str, count: int) -> None:
    assert len(frame.operations(frame.document(name))) == count


enrollment, cms = frame.schema("enrollment"), frame.schema("cms")


@enrollment.parametrize()
@frame.same_cases
@frame.SHORT
def test_enrollment_briefly(case: Any, registry: Registry, office: dict[str, CardState]) -> None:
    _asked("enrollment", case, registry, office)


@cms.parametrize()
@frame.same_cases
@frame.SHORT
def test_cms_briefly(case: Any, registry: Registry, office: dict[str, CardState]) -> None:
    _asked("cms", case, registry, office)


@pytest.mark.heavy
@pytest.mark.conformance
@enrollment.parametrize()
@frame.same_cases
@frame.LONG
def test_enrollment(case: Any, registry: Registry, office: dict[str, CardState]) -> None:
    _asked("enrollment", case, registry, office)


@pytest.mark.heavy
@pytest.mark.conformance
@cms.parametrize()
@frame.same_cases
@frame.LONG
def test_cms(case: Any, registry: Registry, office: dict[str, CardState]) -> None:
    _asked("cms", case, registry, office)
