"""Enrolments of OSIA in any order: brought, changed, read, taken back, made final, every message perhaps twice; beside a model."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.conformance.conftest import Registry
from tests.conformance.test_osia_card_stories import FIRST, JPEG, Office

from sosach.domain.access.queries import acting
from sosach.domain.exchange.models import Enrollment, EnrollmentFile
from sosach.domain.exchange.rules.identities import patched

KEYS = st.sampled_from(["a", "b", "c"])
NAMES = st.sampled_from(["full_name", "sex", "hometown"])
ATTRIBUTES = st.dictionaries(NAMES, st.sampled_from(["F", "Nam Định", ""]), max_size=3)
PATCHES = st.dictionaries(NAMES, st.none() | st.sampled_from(["M", "Huế"]), max_size=2)
_ROUNDS = itertools.count(1)


@pytest.fixture(scope="module")
def office(registry: Registry) -> Office:
    return Office(registry)


class Enrolments(RuleBasedStateMachine):
    """The interface and a model of it: id → attributes and files; what is final stays as it is."""

    office: Office
    applied: set[str]  # people an application is under way of: nobody has two

    def __init__(self) -> None:
        super().__init__()
        self.round = next(_ROUNDS)
        self.open: dict[str, dict[str, Any]] = {}
        self.files: dict[str, dict[str, bytes]] = {}
        self.final: dict[str, dict[str, Any]] = {}
        self.count = itertools.count(1)

    def ask(self, method: str, key: str, below: str = "", body: Any = None, **told: Any) -> Any:
        """Ask twice under one transaction: the second answer is the first one."""
        path = f"enrollment/v1/enrollments/{self.round}-{key}{below}"
        query = {"transactionId": f"m-{self.round}-{next(self.count)}"} | told
        first, second = (self.office.ask(method, path, body, **query) for _ in range(2))
        if first.status_code < 300:
            assert (second.status_code, second.content) == (first.status_code, first.content)
        return first

    @rule(key=KEYS, attributes=ATTRIBUTES, pin=st.integers(0, 8))
    def bring(self, key: str, attributes: dict[str, str], pin: int) -> None:
        told = attributes | {"pin": self.office.pins[pin]}
        status = self.ask("POST", key, body={"biographicData": told, "requestData": FIRST}).status_code
        if key in self.open or key in self.final:
            assert status == 409
        else:
            assert status == 204
            self.open[key], self.files[key] = told, {}

    @rule(key=KEYS, attributes=ATTRIBUTES)
    def replace(self, key: str, attributes: dict[str, str]) -> None:
        told = attributes | {"pin": self.open.get(key, {}).get("pin", self.office.pins[0])}
        status = self.ask("PUT", key, body={"biographicData": told, "requestData": FIRST}).status_code
        assert status == self.expected(key, 204)
        if key in self.open:
            self.open[key] = told

    @rule(key=KEYS, patch=PATCHES)
    def patch(self, key: str, patch: dict[str, str | None]) -> None:
        assert self.ask("PATCH", key, body={"biographicData": patch}).status_code == self.expected(key, 204)
        if key in self.open:
            self.open[key] = patched(self.open[key], patch)

    @rule(key=KEYS)
    def take_back(self, key: str) -> None:
        assert self.ask("DELETE", key).status_code == self.expected(key, 204)
        self.open.pop(key, None)
        self.files.pop(key, None)

    @rule(key=KEYS, content=st.binary(min_size=1, max_size=50))
    def add_file(self, key: str, content: bytes) -> None:
        answer = self.ask("POST", key, "/buffer", JPEG + content, kind="image/jpeg")
        assert answer.status_code == self.expected(key, 201)
        if key in self.open:
            self.files[key][answer.json()["bufferId"]] = JPEG + content

    @rule(key=KEYS)
    def make_final(self, key: str) -> None:
        status = self.ask("PUT", key, "/finalize").status_code
        pin = self.open.get(key, {}).get("pin")
        if key in self.open and pin not in self.applied:
            assert status == 204
            self.applied.add(pin)
            self.final[key] = self.open.pop(key)
            del self.files[key]
        else:
            assert status == self.expected(key, 403)

    @rule(key=KEYS)
    def read(self, key: str) -> None:
        answer = self.ask("GET", key)
        if key not in self.open and key not in self.final:
            assert answer.status_code == 404
            return
        told = answer.json()
        assert told["biographicData"] == (self.open.get(key) or self.final[key])
        assert told["status"] == ("IN_PROGRESS" if key in self.open else "FINALIZED")
        for number, content in self.files.get(key, {}).items():
            assert self.ask("GET", key, f"/buffer/{number}").content == content

    @invariant()
    def the_tables_hold_what_the_model_holds(self) -> None:
        with acting(self.office.registry.actor):
            rows = Enrollment.objects.filter(enrollment_key__startswith=f"{self.round}-")
            found = {row.enrollment_key.partition("-")[2]: row.finalized_at is not None for row in rows}
            files = EnrollmentFile.objects.filter(enrollment__in=rows, dropped_at__isnull=True).count()
        assert found == dict.fromkeys(self.open, False) | dict.fromkeys(self.final, True)
        assert files == sum(map(len, self.files.values()))

    def expected(self, key: str, status: int) -> int:
        """What is answered to a change: as it is open, final, or not there."""
        return status if key in self.open else 403 if key in self.final else 404


def _run(office: Office, *, examples: int, steps: int) -> None:
    machine = type("Here", (Enrolments,), {"office": office, "applied": set()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[*HealthCheck],
            database=None,
            derandomize=True,
        ),
    )


def test_in_any_order_briefly(office: Office) -> None:
    _run(office, examples=3, steps=15)


@pytest.mark.heavy
@pytest.mark.conformance
def test_in_any_order(office: Office) -> None:
    _run(office, examples=40, steps=40)
