"""Which register must follow which event, and whether it has: nothing is lost from sight, and what failed is run again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job
from tests.domain.population import people
from tests.jobs.test_reactions import done, undone, worked_off
from tests.web.exchange.agency import order

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.operations import following
from sosach.domain.exchange.operations.following import Line, publish_lines, run_again
from sosach.domain.exchange.queries.propagation import ReactionSeen, followings_of, followings_seen, reaction_table
from sosach.domain.population.models import Card
from sosach.domain.population.operations.civil import register_death
from sosach.domain.population.operations.corrections import CardTold, note_card
from sosach.jobs import reactions
from sosach.jobs.reactions import DIED, REACTIONS, follow_up
from sosach.jobs.tasks import react_to_event

Owner = psycopg.Connection[tuple[object, ...]]
STEWARD = Actor(ActorKind.OFFICER, "officer-1", Level.NATION, roles=frozenset({Role.STEWARD}))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def look() -> Look:
    return Look(STEWARD, "oversight", datetime.now(UTC), "1")


def line(name: str) -> ReactionSeen:
    return next(each for each in reaction_table(look(), since=LONG_AGO) if each.name == name)


def test_every_line_says_what_follows_in_both_languages() -> None:
    assert len({each.name for each in REACTIONS}) == len(REACTIONS)
    assert all(each.vi and each.en and len(each.vi) <= 200 and len(each.en) <= 200 for each in REACTIONS)
    assert all("." in each.name and len(each.name) <= 96 for each in REACTIONS)


@pytest.mark.usefixtures("jobs")
def test_the_table_is_there_before_anything_happens_and_adds_up_afterwards(owner: Owner) -> None:
    assert [each.name for each in reaction_table(look(), since=LONG_AGO)] == [each.name for each in REACTIONS]
    he = people.born()
    worked_off(owner)
    done(register_death, people.REGISTRAR, person_id=he, died_on="2026-11-01")
    follow_up()
    waiting = line("licences.holder_died")
    assert (waiting.happened, waiting.done, waiting.waiting, waiting.failed) == (1, 0, 1, 0)
    assert waiting.oldest is not None
    assert {each.state for each in followings_of(look(), kind="person", key=he) if each.event == DIED} == {"waiting"}
    owner.execute("UPDATE installation.reactions_read SET to_xid = to_xid")  # nothing new is to be read
    worked_off(owner)
    for each in reaction_table(look(), since=LONG_AGO):
        assert each.happened == each.done + each.waiting + each.failed
    assert (line("licences.holder_died").done, line("licences.holder_died").oldest) == (1, None)
    assert {each.state for each in followings_of(look(), kind="person", key=he) if each.event == DIED} == {"done"}


@contextmanager
def broken(monkeypatch: pytest.MonkeyPatch, name: str, failure: Exception) -> Iterator[None]:
    """A reaction that fails."""

    def fails(*_: Any) -> None:
        raise failure

    with monkeypatch.context() as patched:
        table = tuple(
            reactions.Reaction(each.event, each.name, fails, each.vi, each.en, each.subject)
            if each.name == name
            else each
            for each in REACTIONS
        )
        patched.setattr(reactions.react, "__defaults__", (table,))
        yield


def attempt(owner: Owner, name: str, attempts: int) -> None:
    """One try of the job of a reaction, as the worker makes it."""
    found = owner.execute(
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'react' AND args->>'reaction' = %s ORDER BY id DESC LIMIT 1",
        [name],
    ).fetchone()
    assert found is not None
    args: Any = found[0]
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="react", attempts=attempts)
    react_to_event.func(JobContext(app=app, job=job, start_timestamp=0.0, abort_reason=lambda: None), **args)


@pytest.mark.usefixtures("jobs")
def test_a_reaction_that_fails_is_seen_and_run_again(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    he = people.born()
    worked_off(owner)
    done(register_death, people.REGISTRAR, person_id=he, died_on="2026-11-01")
    follow_up()
    name = "licences.holder_died"
    refused = SosachError(ErrorCode.CONFLICT, vi="thử", en="test")
    with broken(monkeypatch, name, refused):
        for attempts, state in ((0, "waiting"), (10, "failed")):
            with pytest.raises(SosachError):
                attempt(owner, name, attempts)
            (row,) = followings_seen(look(), reaction=name)
            assert (row.state, row.error, row.record_key) == (state, ErrorCode.CONFLICT.value, str(he))
    assert (line(name).failed, line(name).waiting) == (1, 0)
    owner.execute("DELETE FROM procrastinate_jobs")
    again = Order(STEWARD, datetime.now(UTC), act=uuid4())
    run_again(again, following_id=row.id)
    with pytest.raises(SosachError):
        run_again(Order(STEWARD, datetime.now(UTC)), following_id=row.id)
    assert follow_up() >= 1
    attempt(owner, name, 0)
    assert followings_seen(look(), reaction=name) == []
    assert line(name).done == 1
    events = owner.execute("SELECT count(*) FROM audit_auditevent WHERE act = %s", [again.act]).fetchone()
    assert events == (1,)


@pytest.mark.usefixtures("jobs")
def test_only_overseers_run_again_and_look(owner: Owner) -> None:
    del owner
    with pytest.raises(SosachError):
        reaction_table(Look(people.POLICE, "oversight", datetime.now(UTC)), since=LONG_AGO)
    with pytest.raises(SosachError):
        run_again(Order(people.POLICE, datetime.now(UTC)), following_id=1)
    with pytest.raises(SosachError):
        run_again(order(), following_id=1)


@pytest.mark.usefixtures("jobs")
def test_lines_that_are_no_more_go_and_new_ones_come() -> None:
    lines = [each.line for each in REACTIONS]
    publish_lines(reactions.REACTING, [*lines[1:], Line("vehicles.new", DIED, "person", "vehicles", "mới", "new")])
    names = [each.name for each in reaction_table(look(), since=LONG_AGO + timedelta(days=1))]
    assert lines[0].name not in names
    assert names[-1] == "vehicles.new"
    assert following.publish_lines(reactions.REACTING, lines) == len(lines)


def held(who: int) -> list[tuple[str, bool]]:
    with acting(people.EVERYBODY):
        rows = Card.objects.filter(person_id=who, holds=True).order_by("pk")
        return [(row.number, row.ends_on is None) for row in rows]


@pytest.mark.usefixtures("jobs")
def test_cards_end_with_a_death_and_hold_again_when_it_is_taken_back(owner: Owner) -> None:
    he, she = people.born(), people.woman()
    told = CardTold("can_cuoc", "001090000001", people.AT.date() - timedelta(days=900))
    for who in (he, she):
        done(note_card, people.POLICE, person_id=who, card=told)
    worked_off(owner)
    death = done(register_death, people.REGISTRAR, person_id=he, died_on="2026-11-01")
    worked_off(owner)
    assert (held(he), held(she)) == ([("001090000001", False)], [("001090000001", True)])
    mistake = undone(death)
    worked_off(owner)
    assert held(he) == [("001090000001", True)]
    undone(mistake)
    worked_off(owner)
    assert held(he) == [("001090000001", False)]
    undone(death)
    worked_off(owner)
    assert held(he) == [("001090000001", True)]
