"""An act is written whole or not at all, one row per subject, by a statement whose plan the server keeps."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.operations import Act, record
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject

AT = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
CLERK = Actor(ActorKind.OFFICER, "officer-7", Level.COMMUNE, "00004", frozenset({"clerk"}))
PEOPLE = [Subject("person", "30", "00004"), Subject("person", "4", "00004"), Subject("vehicle", "30")]


def act(**told: object) -> Act:
    return Act(
        "population.person_read", CLERK, AT, purpose="correction", reference="ĐN-7", details={"số": "một"}, **told
    )  # type: ignore[arg-type] # the rest is what the test changes


@pytest.mark.usefixtures("db")
def test_every_subject_has_a_row_in_the_order_told() -> None:
    key = uuid4()
    with acting(CLERK):
        record(act(), [*PEOPLE, PEOPLE[0]], key=key)
        rows = list(AuditEvent.objects.filter(act=key).order_by("id"))
    assert [Subject(row.subject_kind, row.subject_key, row.subject_unit) for row in rows] == PEOPLE
    (first, *_) = rows
    assert (first.event, first.at, first.actor_kind, first.actor_key, first.actor_unit) == (
        "population.person_read",
        AT,
        "officer",
        "officer-7",
        "00004",
    )
    assert (first.purpose, first.reference, first.details) == ("correction", "ĐN-7", {"số": "một"})
    assert {row.xid for row in rows} == {first.xid}


@pytest.mark.usefixtures("db")
def test_a_look_that_found_nobody_is_a_row_without_subject() -> None:
    key = uuid4()
    with acting(CLERK):
        record(act(), [], key=key)
        (row,) = AuditEvent.objects.filter(act=key)
    assert (row.subject_kind, row.subject_key, row.subject_unit) == ("", "", "")


@pytest.mark.usefixtures("committed")
def test_what_could_not_be_written_down_did_not_happen_even_if_somebody_goes_on() -> None:
    kept, lost = uuid4(), uuid4()
    with acting(CLERK):
        record(act(), PEOPLE, key=kept)
    with acting(CLERK):
        record(act(), PEOPLE, key=lost)
        with pytest.raises(SosachError) as refused:
            record(act(), [Subject("person", "1" * 65)], key=lost)
    assert refused.value.code is ErrorCode.AUDIT_UNAVAILABLE
    with acting(CLERK):
        assert AuditEvent.objects.filter(act=kept).count() == len(PEOPLE)
        assert not AuditEvent.objects.filter(act=lost).exists()


@pytest.mark.usefixtures("db")
def test_the_server_keeps_the_plan() -> None:
    for number in range(6):
        with acting(CLERK):
            record(act(), PEOPLE[: number % 3 + 1], key=uuid4())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(generic_plans + custom_plans) FROM pg_prepared_statements "
            "WHERE statement LIKE '%INSERT INTO audit_auditevent%' AND statement NOT LIKE '%pg_prepared%'"
        )
        statements, runs = cursor.fetchone()
    assert statements == 1, "one text, however many subjects"
    assert runs >= 2
