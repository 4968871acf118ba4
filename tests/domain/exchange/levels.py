"""Two installations with a database each: the province Hà Nội (01) and the nation; what one writes the other knows by batches only."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from psycopg import sql

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.audit.rules.sealing import key_id_of
from sosach.domain.exchange.models import AgreedState, Incoming, Item, Link
from sosach.domain.exchange.operations.batches import next_batch
from sosach.domain.exchange.operations.collecting import collect
from sosach.domain.exchange.operations.links import open_link
from sosach.domain.exchange.operations.receiving import receive
from sosach.domain.exchange.operations.settling import settle
from sosach.domain.exchange.queries.reconciling import Reconciliation, days_told, received, reconcile
from sosach.domain.exchange.rules.batches import Envelope, Receipt
from sosach.domain.population.models import Person
from sosach.site.databases import DATABASE
from sosach.site.embedded import EmbeddedServer

T = TypeVar("T")
START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PROVINCE, COMMUNE, OTHER_COMMUNE = "01", "00004", "00008"
RUNNER = Actor(ActorKind.SYSTEM, "levels", Level.NATION, roles=frozenset({Role.SYSTEM}))
KEEPER = Actor(
    ActorKind.OFFICER,
    "officer-1",
    Level.NATION,
    roles=frozenset({Role.STEWARD, Role.CHIEF, Role.POPULATION, Role.CIVIL_STATUS, Role.VEHICLES, Role.LICENCES}),
)
AUDITING = Actor(
    ActorKind.SYSTEM, "test", Level.NATION, roles=frozenset({Role.SYSTEM, Role.AUDITOR, Role.STEWARD, Role.POPULATION})
)


class Key:
    """A key of an installation."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public = self._key.public_key().public_bytes_raw().hex()
        self.key_id = key_id_of(bytes.fromhex(self.public))

    def sign(self, message: bytes) -> bytes:
        """Ed25519."""
        return self._key.sign(message)


@dataclass
class Installation:
    """One of the two: its database, its key, its link to the other."""

    database: str
    link: str
    key: Key = field(default_factory=Key)


@dataclass
class Levels:
    """Both, and a clock."""

    province: Installation
    nation: Installation
    now: datetime = START

    @contextmanager
    def at(self, who: Installation) -> Iterator[Installation]:
        """Work in one of the installations."""
        before = connection.settings_dict["NAME"]
        if before != who.database:
            connection.close()
            connection.settings_dict["NAME"] = who.database
        try:
            yield who
        finally:
            if before != who.database:
                connection.close()
                connection.settings_dict["NAME"] = before

    def order(self, actor: Actor = RUNNER, reason: str = "") -> Order:
        """An order of now; time goes on."""
        self.now += timedelta(seconds=1)
        return Order(actor, self.now, reason=reason)

    def other(self, who: Installation) -> Installation:
        """The other one."""
        return self.nation if who is self.province else self.province

    def open(self) -> None:
        """Let both know each other."""
        for who, upward in ((self.province, True), (self.nation, False)):
            with self.at(who):
                peer = self.other(who).key.public
                open_link(self.order(KEEPER), province=PROVINCE, upward=upward, peer_key=peer)

    def batch(self, who: Installation, most: int = 1000) -> Envelope | None:
        """Collect, and the batch to send."""
        with self.at(who):
            collect(self.order(), link=who.link)
            return next_batch(self.order(), link=who.link, most=most, signer=who.key)

    def deliver(self, to: Installation, envelope: Envelope) -> Receipt:
        """Let one take in what the other sent."""
        with self.at(to):
            return receive(self.order(), link=to.link, raw=envelope.raw, signature=envelope.signature, signer=to.key)

    def answer(self, who: Installation, receipt: Receipt) -> int:
        """Let the sender have the receipt."""
        with self.at(who):
            return settle(self.order(), link=who.link, raw=receipt.raw, signature=receipt.signature)

    def exchange(self, who: Installation) -> int:
        """Tell the other side everything; how many records it was."""
        told = 0
        while (envelope := self.batch(who)) is not None:
            told += self.answer(who, self.deliver(self.other(who), envelope))
        return told

    def items(self, who: Installation) -> list[tuple[str, str]]:
        """Register and state of everything queued, in order."""
        with self.at(who), acting(AUDITING):
            return list(Item.objects.order_by("pk").values_list("register", "state"))

    def outcomes(self, who: Installation) -> list[str]:
        """What was done with every record that came in."""
        with self.at(who), acting(AUDITING):
            return list(Incoming.objects.order_by("pk").values_list("outcome", flat=True))

    def reconciled(self, who: Installation) -> list[Reconciliation]:
        """Every day told of, compared with the other side."""
        with self.at(who):
            days = days_told(Look(AUDITING, "work", self.now), link=who.link)
        found = []
        for day in days:
            with self.at(self.other(who)):
                theirs = received(Look(AUDITING, "work", self.now), link=self.other(who).link, day=day)
            with self.at(who):
                found.append(reconcile(Look(AUDITING, "work", self.now), link=who.link, day=day, theirs=theirs))
        return found

    def person(self, who: Installation, pin: str) -> dict[str, Any] | None:
        """Columns of whoever has a PIN."""
        with self.at(who), acting(AUDITING):
            return Person.objects.filter(pin=pin).values().first()

    def fingerprint(self, who: Installation) -> dict[str, list[tuple[Any, ...]]]:
        """Everything a batch could change."""
        tables = ("population_person", "vehicles_vehicle", "licences_licence", "provenance_journalentry")
        tables += ("exchange_batch", "exchange_incoming", "exchange_agreedstate", "exchange_link")
        with self.at(who), acting(AUDITING), connection.cursor() as cursor:
            found = {}
            for table in tables:
                cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
                found[table] = cursor.fetchall()
            return found

    def agreed(self, who: Installation) -> dict[str, Any]:
        """Name on the link → values both agreed on."""
        with self.at(who), acting(AUDITING):
            return dict(AgreedState.objects.order_by("key").values_list("key", "values"))

    def link(self, who: Installation) -> Link:
        """The link as it stands."""
        with self.at(who), acting(AUDITING):
            return Link.objects.get(name=who.link)

    def do(self, who: Installation, verb: Callable[..., T], actor: Actor = KEEPER, **told: Any) -> T:
        """A verb of an officer in one of the installations."""
        with self.at(who):
            return verb(self.order(actor, reason="thử"), **told)


@contextmanager
def two_installations(server: EmbeddedServer, node: str) -> Iterator[Levels]:
    """Two databases of a test's own."""
    before = connection.settings_dict["NAME"]
    names = [f"{name}_{os.getpid()}_{abs(hash(node))}" for name in ("province", "nation")]
    connection.close()
    with server.address.connect("postgres") as admin:
        for name in names:
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(DATABASE))
            )
    levels = Levels(Installation(names[0], "nation"), Installation(names[1], PROVINCE))
    levels.open()
    try:
        yield levels
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        with server.address.connect("postgres") as admin:
            for name in names:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
