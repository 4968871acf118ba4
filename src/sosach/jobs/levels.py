"""What goes over a link: a province asks where the nation stands, hands up what it has, fetches what is there for it.

Every step is committed before the next, and one batch is under way at a time: killed anywhere, the next turn asks again and goes on
from there. The nation is only ever called; its own work is to queue what it has for each province.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.declarations.operations.signing import receipt_signer
from sosach.domain.exchange.operations.batches import batch_again, next_batch
from sosach.domain.exchange.operations.calls import note_failure, note_reached
from sosach.domain.exchange.operations.collecting import collect
from sosach.domain.exchange.operations.links import NATION
from sosach.domain.exchange.operations.receiving import receive
from sosach.domain.exchange.operations.settling import settle
from sosach.domain.exchange.queries.calls import Made, contact_of, made, open_links
from sosach.domain.exchange.queries.links import link_named
from sosach.domain.exchange.rules.calls import rest
from sosach.domain.exchange.rules.lines import Standing, signed, standing_told, unsigned
from sosach.jobs.line import Line, LineError
from sosach.jobs.reopening import go_on

RUNNER = Actor(ActorKind.SYSTEM, "levels", Level.NATION, roles=frozenset({Role.SYSTEM}))
LOCK_KEY = 7309946  # of the advisory lock: one turn at a time
TURN_SECONDS = 4.0  # of every five: the rest is for other work
MOST = 1_000  # records of a batch, however many the other side would take
STALLED = 3  # turns one after the other that moved nothing, though something is left


@dataclass(slots=True)
class Turn:
    """What one turn did.

    Attributes:
        batches: handed over and answered.
        records: answered, up.
        fetched: batches taken in, down.
        fault: why it ended early; empty when nothing is left.
        wait: until the next one, when it failed.
        more: whether it stopped for the time only.
    """

    batches: int = 0
    records: int = 0
    fetched: int = 0
    fault: str = ""
    wait: timedelta = timedelta(0)
    more: bool = False
    told: Counter[str] = field(default_factory=Counter)


def line_to_nation(clock: Callable[[], datetime]) -> Line:
    """The line of the settings, with the key the link knows.

    Raises:
        SosachError: ACCESS-03 there is no link, ACCESS-01 it is suspended; STATE-04 the address is none.
    """
    with acting(RUNNER):
        link = link_named(NATION)
    return Line(
        address=settings.SOSACH_NATION_URL,
        province=link.province_code,
        signer=receipt_signer(settings.SOSACH_LINK_KEY),
        peer=bytes.fromhex(link.peer_key),
        clock=clock,
        authority=settings.SOSACH_NATION_AUTHORITY,
    )


def take_turn(
    line: Line, *, seconds: float = TURN_SECONDS, chance: Callable[[], float] = random.random, urgent: bool = False
) -> Turn:
    """Hand up what there is and fetch what is there, for so long; nothing while another turn is under way, or the line rests.

    Args:
        line: to the nation.
        seconds: how long the turn may take; what is under way is finished.
        chance: draws a number between 0 and 1, for the wait after a failure.
        urgent: somebody waits for it: a resting line is tried all the same.
    """
    turn, until = Turn(), time.monotonic() + seconds
    with _alone() as free:
        if not free or not (urgent or contact_is_ready(line.clock())):
            return turn
        try:
            standing = standing_told(line.get("state"))
            go_on(line, RUNNER, standing)
            _again(line, standing, _common_past(standing))
            _up(line, turn, standing, until)
            if not turn.more:
                _down(line, turn, until)
            note_reached(RUNNER, link=NATION, at=line.clock())
        except LineError as broken:
            turn.fault, turn.wait = broken.fault, broken.wait or timedelta(0)
        except SosachError as refused:  # a receipt or a batch that is not what it says
            turn.fault = str(refused.code)
        if turn.fault:
            with acting(RUNNER):
                failures = contact_of(NATION).failures + 1
            turn.wait = max(turn.wait, rest(failures, chance()))
            note_failure(RUNNER, link=NATION, fault=turn.fault, at=line.clock(), wait=turn.wait)
    return turn


def run_to_the_end(
    line: Line, *, told: Callable[[Turn], None] = lambda _: None, chance: Callable[[], float] = random.random
) -> Turn:
    """Turns until nothing is left or the line fails, for somebody who waits for it; what all of them did.

    Turns that end without failing and without moving anything end it too, with the fault `stalled`.
    """
    whole, idle = Turn(), 0
    while True:
        turn = take_turn(line, chance=chance, urgent=True)
        whole.batches += turn.batches
        whole.records += turn.records
        whole.fetched += turn.fetched
        whole.told += turn.told
        told(whole)
        idle = 0 if turn.batches or turn.fetched else idle + 1
        if turn.fault or not turn.more or idle == STALLED:
            whole.fault, whole.wait = turn.fault or ("stalled" if turn.more else ""), turn.wait
            return whole


def exchange_levels(at: datetime) -> int:
    """The scheduled work of either level: a province takes turns, the nation queues what it has; how many records it was."""
    with acting(RUNNER):
        names = open_links()
    if settings.SOSACH_LEVEL is Level.NATION:
        return sum(collect(Order(RUNNER, at), link=name) for name in names)
    if NATION not in names or not settings.SOSACH_NATION_URL:
        return 0
    turn = take_turn(line_to_nation(lambda: datetime.now(UTC)))
    return turn.records + turn.fetched


def contact_is_ready(at: datetime) -> bool:
    """Whether the line did not fail lately, or its rest is over."""
    with acting(RUNNER):
        until = contact_of(NATION).rests_until
    return until is None or until <= at


def _common_past(standing: Standing) -> Made:
    """How far the link has come; refused where one side knows of a batch the other has never had: people have to look at that.

    Raises:
        LineError: `forked`.
    """
    with acting(RUNNER):
        here = made(NATION, number=standing.received)
    ends_apart = here.received == standing.sent and here.received_chain != standing.sent_chain
    if here.chain != standing.received_chain or here.received > standing.sent or ends_apart:
        raise LineError("forked")
    return here


def _again(line: Line, standing: Standing, here: Made) -> None:
    """Hand over what was answered once and is not there any more: the nation was restored from a backup."""
    for number in range(standing.received + 1, here.answered + 1):
        batch = batch_again(Order(RUNNER, line.clock()), link=NATION, number=number, signer=line.signer)
        raw, signature = unsigned(line.post("batches", signed(batch.raw, batch.signature)))
        settle(Order(RUNNER, line.clock()), link=NATION, raw=raw, signature=signature)


def _up(line: Line, turn: Turn, standing: Standing, until: float) -> None:
    """Queue what changed, then batch by batch: make, hand over, take the receipt in."""
    order = Order(RUNNER, line.clock())
    collect(order, link=NATION)
    most = max(1, min(standing.most, MOST))
    while True:
        batch = next_batch(Order(RUNNER, line.clock()), link=NATION, most=most, signer=line.signer)
        if batch is None:
            return
        if (
            turn.batches and time.monotonic() > until
        ):  # one at least, however long the rest took: the next turn is no faster
            turn.more = True
            return
        raw, signature = unsigned(line.post("batches", signed(batch.raw, batch.signature)))
        settled = settle(Order(RUNNER, line.clock()), link=NATION, raw=raw, signature=signature)
        if not settled:
            raise LineError("late")  # the receipt of a batch before: ours is still to come
        turn.records += settled
        turn.batches += 1


def _down(line: Line, turn: Turn, until: float) -> None:
    """Fetch what waits at the nation, apply it, hand the receipt over."""
    while (answer := line.get("batches")) and not turn.more:
        raw, signature = unsigned(answer)
        order = Order(RUNNER, line.clock())
        receipt = receive(order, link=NATION, raw=raw, signature=signature, signer=line.signer)
        line.post("receipts", signed(receipt.raw, receipt.signature))
        turn.fetched += 1
        turn.more = time.monotonic() > until


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else takes a turn; held by the connection, so that whoever is killed holds nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY])
        free = bool(cursor.fetchone()[0])
    try:
        yield free
    finally:
        if free:
            # a connection that broke has let the lock go with it
            with suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_KEY])
