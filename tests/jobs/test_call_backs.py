"""Call-backs as background work makes them: with its own role of the database, once in effect, though it is killed in between."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.conformance.conftest import births, order
from tests.conformance.dci_world import search, watch, world

from sosach.domain.access.queries import acting
from sosach.domain.audit.models import AuditEvent
from sosach.domain.exchange.models import CallBack
from sosach.domain.exchange.operations.call_backs import COURIER, take_due
from sosach.domain.exchange.rules.dci import Signer
from sosach.domain.population.operations.births import register_births
from sosach.domain.population.operations.civil import register_death
from sosach.jobs.call_backs import call_back
from sosach.jobs.reactions import REACTING, follow_up, react


@pytest.mark.usefixtures("jobs")
def test_a_worker_killed_between_taking_and_calling_is_followed_by_one_that_says_the_same(tmp_path: Path) -> None:
    [one] = register_births(order(), births=births(1))
    with world([one.pin], tmp_path) as there:
        ack = there.ask("search", search(one.pin))["message"]
        now, key = datetime.now(UTC), there.sender.signer
        taken = take_due(at=now, by=Signer("sosach", key.key_id), signed=key.sign)
        assert taken is not None
        # killed here: nobody else takes it up before the lease is over
        assert call_back(there.sender, name="sosach", clock=lambda: now) == 0
        assert call_back(there.sender, name="sosach", clock=lambda: now + timedelta(minutes=2)) == 1
        assert [each["message"]["correlation_id"] for each in there.receiver.calls] == [ack["correlation_id"]]
        assert call_back(there.sender, name="sosach", clock=lambda: now + timedelta(days=1)) == 0
    with acting(COURIER):
        assert list(CallBack.objects.values_list("state", "content", "asked")) == [("delivered", "", None)]


@pytest.mark.usefixtures("jobs")
def test_a_death_reaches_whoever_watches_through_the_table_of_reactions(tmp_path: Path) -> None:
    [one] = register_births(order(), births=births(1))
    with world([one.pin], tmp_path) as there:
        there.ask("subscribe", watch(one.pin))
        there.called()
        register_death(order(), person_id=one.person_id, died_on="2026-11-20")
        assert follow_up() > 0
        event = _event("population.death_registered")
        for _ in range(2):  # a job may run twice
            react(event, "exchange.watched_population.death_registered", datetime.now(UTC))
        assert there.called()["message"]["notify_event"][0]["data"]["reg_event_type"] == "Death"
        assert call_back(there.sender, name="sosach", clock=lambda: datetime.now(UTC)) == 0


def _event(name: str) -> int:
    with acting(REACTING):
        found = AuditEvent.objects.filter(event=name, subject_kind="person").earliest("pk")
    return int(found.pk)
