"""Budgets, answers under keys and bulk look-ups: who walks through numbers runs dry, who repeats gets the same."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings
from tests.web.world import birth, caller, newborn

from sosach.domain.access.models import IdempotentAnswer
from sosach.domain.access.operations.budgets import BudgetSpentError, take, take_misses
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.budgets import USUAL, Bucket, Limits
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, ActorKind, Level

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FEW = Limits(requests=Bucket(size=3, refill=SECOND), misses=Bucket(size=2, refill=10 * SECOND))
SOMEBODY = Actor(ActorKind.MACHINE, "client-nobody", Level.NATION, roles=frozenset({Role.CLERK}))
AUDITOR = Actor(ActorKind.SYSTEM, "test", Level.NATION, roles=frozenset({Role.AUDITOR, Role.SYSTEM}))


def asks(seconds: float) -> float:
    """Ask at a moment; how long one has to wait, 0 for not at all."""
    try:
        take(SOMEBODY, at=AT + timedelta(seconds=seconds), limits=FEW)
    except BudgetSpentError as spent:
        return spent.wait.total_seconds()
    return 0


def test_a_bucket_runs_dry_and_refills_with_time() -> None:
    assert [asks(0) for _ in range(5)] == [0, 0, 0, 1, 1]
    assert [asks(1), asks(1)] == [0, 1], "one drop a second"
    assert [asks(3600) for _ in range(4)] == [0, 0, 0, 1], "never more than a full bucket"


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    assert [asks(100) for _ in range(3)] == [0, 0, 0]
    assert asks(0) > 100


def test_misses_close_the_door_for_everything() -> None:
    assert asks(0) == 0
    take_misses(SOMEBODY, at=AT, limits=FEW)
    assert asks(1) == 0
    take_misses(SOMEBODY, at=AT + SECOND, limits=FEW, count=2)
    assert asks(2) == pytest.approx(18, abs=1)
    assert asks(40) == 0


def test_who_walks_through_numbers_is_stopped_before_the_fiftieth() -> None:
    by = caller(Role.CLERK)
    statuses = [by.post("/persons/by-pin", {"pin": f"0010990{number:05d}"}).status_code for number in range(60)]
    assert statuses.count(404) <= USUAL.misses.size
    assert statuses[-1] == 429
    refused = by.get("/account")
    assert (refused.status_code, refused.json()["code"]) == (429, "ACCESS-04")
    assert int(refused["Retry-After"]) >= 1


@override_settings(SOSACH_LIMITS=FEW)
def test_one_account_does_not_empty_anothers_bucket() -> None:
    by, other = caller(Role.CLERK), caller(Role.CLERK)
    assert [by.get("/account").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert other.get("/account").status_code == 200


def test_an_answer_given_again_is_a_look() -> None:
    by, told, key = caller(Role.CIVIL_STATUS), {"births": [birth(700_001)]}, {"Idempotency-Key": "the-key-of-this-act"}
    first = by.post("/births", told, **key)
    assert by.post("/births", {"births": told["births"], "reason": ""}, **key).status_code == 409
    assert by.post("/births", told, **key).content == first.content
    with acting(AUDITOR):
        rows = AuditEvent.objects.filter(event="access.answer_repeated")
        done = AuditEvent.objects.get(event="population.birth_registered")
        assert [row.subject_key for row in rows] == [done.subject_key]


def test_an_answer_is_forgotten_after_a_day_and_its_key_stays_taken() -> None:
    by, told, key = caller(Role.CIVIL_STATUS), {"births": [birth(700_002)]}, {"Idempotency-Key": "a-key-of-yesterday"}
    assert by.post("/births", told, **key).status_code == 200
    who = Actor(ActorKind.MACHINE, by.get("/account").json()["account"], Level.NATION, roles=frozenset({Role.SYSTEM}))
    with acting(who):
        IdempotentAnswer.objects.update(at=AT - timedelta(days=30))
    newborn(by)
    late = by.post("/births", told, **key)
    assert (late.status_code, late.json()["code"]) == (409, "REQUEST-02")


def test_nobody_reads_what_another_account_was_answered() -> None:
    by, other = caller(Role.CIVIL_STATUS), caller(Role.CIVIL_STATUS)
    told, key = {"births": [birth(700_003)]}, {"Idempotency-Key": "the-same-key-of-two"}
    first, second = by.post("/births", told, **key), other.post("/births", told, **key)
    assert first.json()["act"] != second.json()["act"], "a key belongs to its account"
    with acting(SOMEBODY):
        assert not IdempotentAnswer.objects.exists()


def test_many_numbers_are_one_job() -> None:
    by = caller(Role.CLERK, Role.CIVIL_STATUS)
    children = [newborn(by) for _ in range(3)]
    numbers = [children[0]["pin"], "001099999999", "x", children[1]["pin"]]
    taken = by.post("/jobs", {"kind": "pin", "numbers": numbers})
    assert taken.status_code == 202, taken.content
    assert taken.json() | {"job": ""} == {"job": "", "state": "done", "asked": 4, "found": 2}
    told = by.get(taken["Location"].removeprefix("/api/v1"))
    assert told.status_code == 200, told.content
    assert [place["outcome"] for place in told.json()["places"]] == ["found", "none", "invalid", "found"]
    assert told.json()["places"][3]["records"][0]["person"] == children[1]["person"]
    with acting(AUDITOR):
        looks = AuditEvent.objects.filter(event="access.job_read").exclude(subject_key="")
        assert looks.count() == 2
    stranger = caller(Role.CLERK)
    assert stranger.get(taken["Location"].removeprefix("/api/v1")).status_code == 404


def test_a_job_has_a_thousand_numbers_at_most() -> None:
    by = caller(Role.CLERK)
    assert by.post("/jobs", {"kind": "pin", "numbers": ["001099999999"] * 1001}).status_code == 422
    assert by.post("/jobs", {"kind": "pin", "numbers": []}).status_code == 422
