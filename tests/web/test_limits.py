"""Budgets, answers under keys and bulk look-ups: who walks through numbers runs dry, who repeats gets the same."""

import itertools
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.web.world import SYSTEM, Caller, birth, caller, newborn, town

from sosach.domain.access.models import BulkJob, IdempotentAnswer, MachineClient
from sosach.domain.access.operations.budgets import BudgetSpentError, take, take_misses
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.budgets import USUAL, Bucket, Limits
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.jobs import tasks
from sosach.jobs.bulk import QUERIES, work_through
from sosach.web.api.jobs import LOOKS, Kind
from sosach.web.frame import clock

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FEW = Limits(requests=Bucket(size=3, refill=SECOND), misses=Bucket(size=2, refill=10 * SECOND))
LASTING = replace(FEW, requests=Bucket(size=3, refill=timedelta(hours=1)))  # dry for longer than a slow machine asks
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


@override_settings(SOSACH_LIMITS=LASTING)
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
    with acting(whom(by)):
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


def told_of(by: Caller, location: str) -> HttpResponse:
    return by.get(location.removeprefix("/api/v1"))


def worked_off(*, portions: int = 100) -> int:
    """What a worker of the queue would do with the jobs that wait, as far as it lives; how many portions."""
    ticks = itertools.count()
    done = 0
    for waiting in ProcrastinateJob.objects.filter(task_name="bulk_look_up").order_by("pk"):
        job, account = UUID(waiting.args["job"]), waiting.args["account"]
        assert set(waiting.args) == {"job", "account"}, "ids only"
        with suppress(WorkerKilled):
            done += work_through(job, account, clock=lambda: dying(next(ticks), portions), limits=USUAL)
    return done


class WorkerKilled(BaseException):
    """No more time."""


def dying(tick: int, portions: int) -> datetime:
    if tick >= portions:
        raise WorkerKilled
    return clock.now()


def test_what_a_job_found_is_blanked_after_a_day_though_nothing_more_is_asked() -> None:
    by = caller(Role.CLERK, Role.CIVIL_STATUS)
    taken = by.post("/jobs", {"kind": "pin", "numbers": [newborn(by)["pin"]]})
    waiting = ProcrastinateJob.objects.get(task_name="bulk_look_up", args__job=taken.json()["job"])
    tasks.bulk_look_up(**waiting.args)
    assert told_of(by, taken["Location"]).json()["places"][0]["outcome"] == "found"
    forgetting = ProcrastinateJob.objects.get(task_name="bulk_forget", args=waiting.args)
    assert forgetting.scheduled_at is not None
    tasks.bulk_forget(**forgetting.args)
    assert told_of(by, taken["Location"]).status_code == 404
    with acting(whom(by)):
        assert BulkJob.objects.filter(pk=taken.json()["job"]).values_list("found", "numbers", "about").get() == (
            None,
            None,
            [],
        )


def test_many_numbers_are_one_job_for_a_worker() -> None:
    by = caller(Role.CLERK, Role.CIVIL_STATUS)
    children = [newborn(by) for _ in range(3)]
    numbers = [children[0]["pin"], "001099999999", "x", children[1]["pin"]]
    taken = by.post("/jobs", {"kind": "pin", "numbers": numbers})
    assert taken.status_code == 202, taken.content
    assert taken.json() | {"job": ""} == {"job": "", "state": "waiting", "asked": 4, "done": 0}
    waiting = told_of(by, taken["Location"])
    assert (waiting.json()["state"], waiting.json()["places"], waiting["Retry-After"]) == ("waiting", [], "1")
    assert worked_off() == 1
    told = told_of(by, taken["Location"])
    assert told.status_code == 200, told.content
    assert [place["outcome"] for place in told.json()["places"]] == ["found", "none", "invalid", "found"]
    one = told.json()["places"][3]["records"][0]
    assert one == by.post("/persons/by-pin", {"pin": children[1]["pin"]}).json(), "as a single look-up shows it"
    with acting(AUDITOR):
        looks = AuditEvent.objects.filter(event="access.job_read").exclude(subject_key="")
        assert looks.count() == 2
        assert AuditEvent.objects.filter(event="population.identity_checked", subject_kind="person").count() == 3
    stranger = caller(Role.CLERK)
    assert told_of(stranger, taken["Location"]).status_code == 404


def test_of_what_was_asked_nothing_stays() -> None:
    by = caller(Role.CLERK)
    by.post("/jobs", {"kind": "pin", "numbers": ["001099999999"]})
    with acting(whom(by)):
        assert BulkJob.objects.get().numbers == ["001099999999"]
    worked_off()
    with acting(whom(by)):
        assert (BulkJob.objects.get().numbers, BulkJob.objects.get().state) == (None, "done")


def test_a_worker_goes_on_where_a_killed_one_stopped() -> None:
    by = caller(Role.CLERK, Role.CIVIL_STATUS)
    pin = newborn(by)["pin"]
    taken = by.post("/jobs", {"kind": "pin", "numbers": [pin, *["001099999999"] * 119, pin]})
    assert worked_off(portions=1) == 0
    running = told_of(by, taken["Location"]).json()
    assert (running["state"], running["done"], running["places"]) == ("running", 50, [])
    assert worked_off() == 2
    assert worked_off() == 1, "what is done already is not done again"
    told = told_of(by, taken["Location"]).json()
    assert [place["outcome"] for place in told["places"]] == ["found", *["none"] * 119, "found"]
    with acting(AUDITOR):
        looks = AuditEvent.objects.filter(event="population.identity_checked")
        assert looks.count() == 121, "every number is one look, whatever happened to the worker"


def test_the_same_key_is_the_same_job() -> None:
    by, key = caller(Role.CLERK), {"Idempotency-Key": "one-key-for-one-job"}
    asked = {"kind": "pin", "numbers": ["001099999999"]}
    first, again = by.post("/jobs", asked, **key), by.post("/jobs", asked, **key)
    assert (first.content, first["Location"]) == (again.content, again["Location"])
    assert ProcrastinateJob.objects.filter(task_name="bulk_look_up").count() == 1


def test_numbers_that_lead_to_nothing_are_charged() -> None:
    by = caller(Role.CLERK)
    by.post("/jobs", {"kind": "pin", "numbers": ["001099999999"] * 450})
    worked_off()
    assert by.get("/account").status_code == 429


def test_who_lost_the_right_while_the_job_waited_gets_nothing() -> None:
    by = caller(Role.CLERK, Role.CIVIL_STATUS)
    who, pin = whom(by), newborn(by)["pin"]
    taken = by.post("/jobs", {"kind": "pin", "numbers": [pin]})
    client = MachineClient.objects.filter(pk=who.number)
    with acting(SYSTEM):
        client.update(scopes=["auditor"])
    worked_off()
    assert told_of(by, taken["Location"]).json()["state"] == "refused"
    with acting(SYSTEM):
        client.update(scopes=["clerk"])
    assert by.post("/jobs", {"kind": "pin", "numbers": [pin]}).status_code == 202
    with acting(SYSTEM):
        client.update(ended_at=AT)
    worked_off()
    with acting(who):
        assert [(row.state, row.numbers, row.found) for row in BulkJob.objects.all()] == [("refused", None, [])] * 2


@pytest.mark.parametrize(
    ("kind", "told"), [("plate", "plate"), ("chassis_number", "chassis_number"), ("licence_number", "number")]
)
def test_a_job_shows_what_the_single_look_up_shows(kind: str, told: str) -> None:
    there = town()
    taken = there.by.post("/jobs", {"kind": kind, "numbers": [there.told[told]]})
    worked_off()
    places = told_of(there.by, taken["Location"]).json()["places"]
    path = {"plate": "/vehicles/by-plate", "chassis_number": "/vehicles/by-chassis"}.get(kind, "/licences/by-number")
    single = there.by.post(path, {told: there.told[told]}).json()
    assert places[0]["records"] == single, kind
    assert single


def test_who_may_not_look_a_number_up_may_not_leave_it_to_a_worker() -> None:
    by = caller(Role.LICENCES)
    refused = by.post("/jobs", {"kind": "plate", "numbers": ["30K00010"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "ACCESS-01")


def test_both_sides_know_the_same_kinds() -> None:
    assert {str(kind) for kind in Kind} == set(LOOKS) == set(QUERIES)


def whom(by: Caller) -> Actor:
    """As whom a program acts."""
    key = by.get("/account").json()["account"]
    return Actor(ActorKind.MACHINE, key, Level.NATION, roles=frozenset({Role.SYSTEM}))


def test_a_job_has_a_thousand_numbers_at_most() -> None:
    by = caller(Role.CLERK)
    assert by.post("/jobs", {"kind": "pin", "numbers": ["001099999999"] * 1001}).status_code == 422
    assert by.post("/jobs", {"kind": "pin", "numbers": []}).status_code == 422
