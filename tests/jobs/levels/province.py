"""An installation with records, a line, and a nation that does everything wrong: for tests, and to measure with."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import psycopg
from tests.jobs.levels.hostile import Clock, Hostile
from tests.jobs.levels.ledger import NAME, Ledger

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.audit.operations.keys import FileKey
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.operations.links import open_link
from sosach.domain.exchange.rules.batches import Item
from sosach.domain.population.operations.births import Birth, register_births
from sosach.jobs.levels import take_turn
from sosach.jobs.line import Line

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
COMMUNE, PROVINCE = "00004", "01"
SYSTEM = Actor(ActorKind.SYSTEM, "test", Level.NATION, roles=frozenset({Role.SYSTEM}))
PORTION = 1_000
TWO_DAYS = timedelta(days=2)
Owner = psycopg.Connection[tuple[object, ...]]


class Province:
    """An installation with records, a line, and a nation that does everything wrong."""

    def __init__(self, owner: Owner, folder: Path, *, seed: int, share: float, most: int = 200) -> None:
        self.owner, self.clock, self.chance = owner, Clock(AT), Random(seed)
        mine, theirs = FileKey(folder / "mine.key"), FileKey(folder / "theirs.key")
        self.ledger = Ledger(PROVINCE, theirs, mine.public_key.hex(), most=most)
        self.hostile = Hostile(self.ledger, theirs, mine.public_key, self.clock, seed, share=share)
        self.line = Line(self.hostile.address, PROVINCE, mine, theirs.public_key, self.clock, seconds=0.2)
        open_link(Order(SYSTEM, AT), province=PROVINCE, upward=True, peer_key=theirs.public_key.hex())

    def bear(self, first: int, count: int) -> None:
        """Register so many newborns."""
        for begin in range(first, first + count, PORTION):
            births = [
                Birth(f"m-{n}", f"NGUYỄN VĂN {'AN' if n % 2 else 'BÌNH'}", "2026-11-20", "M", COMMUNE)
                for n in range(begin, min(begin + PORTION, first + count))
            ]
            register_births(Order(SYSTEM, self.clock()), births=births)

    def rename_from_above(self, count: int) -> set[str]:
        """Have the nation change names of so many records it took; their names on the link."""
        known = sorted(self.ledger.names)[:count]
        for key in known:
            before = self.ledger.names[key]
            told = {NAME: (before, f"{before} HAI")}
            self.ledger.tell(Item("population", key, date(2026, 11, 23), COMMUNE, told))
        return set(known)

    def run(self) -> Counter[str]:
        """Turns until nothing is left, each when its time has come; why they ended early."""
        faults: Counter[str] = Counter()
        while True:
            turn = take_turn(self.line, seconds=60, chance=self.chance.random)
            faults[turn.fault] += 1
            if turn.fault:
                self.clock.move(self.clock() + turn.wait)
            elif not turn.more and not turn.records and self.ledger.is_quiet:
                return faults

    def states(self) -> Counter[str]:
        """Records told, by what became of them."""
        rows = self.owner.execute("SELECT state, count(*) FROM exchange_item GROUP BY state").fetchall()
        return Counter({str(state): int(str(count)) for state, count in rows})

    def told(self) -> dict[tuple[int, int], tuple[str, str]]:
        """Place in a batch → name of the record and hash of what was told of it."""
        rows = self.owner.execute(
            "SELECT b.number, i.position, i.key, i.digest FROM exchange_item i JOIN exchange_batch b ON b.id = i.batch_id"
        ).fetchall()
        return {(number, place): (key, digest) for number, place, key, digest in rows}  # type: ignore[misc] # as the columns are

    def agrees(self) -> None:
        """Difference 0, both ways: every record told once, every answer the one that was given."""
        states = self.states()
        assert set(states) <= {"applied", "present", "refused", "conflict", "same"}, (
            "nothing waits, nothing is under way"
        )
        assert {name: count for name, count in states.items() if name != "same"} == dict(self.ledger.outcomes)
        assert self.told() == self.ledger.digests
        assert set(self.ledger.taken.values()) == {1}, "nothing was done twice"
