"""Anything anybody may do with blanks, jobs and cards, in any order, with crashes and replays, on a real PostgreSQL.

After every step the whole register is asked for faults: that blanks add up per serial, that nobody has two cards, that nothing
was signed without an approved application, that what crashed or was refused left nothing, that what is told twice counts once.
"""

import hashlib
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.domain.idcards.acts import ACTS, IDEMPOTENT, UNCHANGED
from tests.domain.idcards.faults import CardThere, seen
from tests.domain.idcards.works import (
    APPROVER,
    CALENDAR,
    COMMUNE,
    FAR_OFFICE,
    OFFICE,
    PROFILE,
    QUALITY,
    SECOND,
    STOCK,
    TODAY,
    Works,
    application,
    bench,
    citizen,
    content,
    look,
    moment,
    order,
    person,
    serial,
)

from sosach.base.errors import SosachError
from sosach.chip.content import CardContent
from sosach.chip.files.card import SOD
from sosach.chip.line.packing import package_digest, unpack, write_report
from sosach.chip.line.sheet import CardResult, ProductionReport
from sosach.chip.line.sheet import Outcome as Told
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Actor
from sosach.domain.idcards.models import Application, Card, CardEvent
from sosach.domain.idcards.operations import blanks, delivery, followers, jobs, life, quality, reports
from sosach.domain.idcards.operations.handing_over import hand_over
from sosach.domain.idcards.queries.production import package_of
from sosach.domain.idcards.rules.endings import Complaint, HoldGround, OldCard, RevocationGround
from sosach.domain.idcards.states import applications as forms
from sosach.domain.idcards.states.blanks import BlankState, BlankStep
from sosach.domain.idcards.states.cards import (
    ON_THE_WAY,
    PAST,
    PRESENT,
    CardState,
    CardStep,
    replayed,
)
from sosach.domain.idcards.states.jobs import JobState, Outcome
from sosach.domain.population.models import Person

PEOPLE = 5
# What the population register says of somebody, and of somebody who can be given no card.
GONE = {"life_status": ("alive", "deceased"), "nationality": ("VNM", "USA")}
HAD = PRESENT | PAST
OFFICERS = (STOCK, SECOND, QUALITY, APPROVER, OFFICE, FAR_OFFICE)
PAPERS = {"receipt": "PT 1", "decision": "QĐ 1", "loss_report": "BM 1", "old_card": "001090000001"}


class CrashError(Exception):
    """The process dies before its transaction is committed."""


def _crash(crashes: object) -> None:
    if crashes:
        raise CrashError


def short_lived(order: Order, application: Application, number: str) -> CardContent:
    """Cards of every other person run out within days."""
    made = content(order, application, number)
    return replace(made, expires=made.issued + timedelta(days=20)) if application.person_id % 2 else made


class Factory(RuleBasedStateMachine):
    """A factory, its offices and a few people; who does what when is drawn."""

    steps: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        self.sight = acting(CALENDAR)  # what the test itself looks at, without saying so every time
        self.sight.__enter__()
        self.day, self.delivered, self.parcels = TODAY, 4, 0
        self.messages: list[tuple[str, Callable[..., object], Order, dict[str, Any]]] = []
        self.chips: dict[str, dict[int, bytes]] = {}

    def teardown(self) -> None:
        for card in Card.objects.exclude(state=CardState.PLANNED):
            told = CardEvent.objects.filter(card=card).order_by("pk").values_list("step", flat=True)
            assert replayed(CardStep(step) for step in told) == card.state
        self.sight.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def open_works(self) -> None:
        self.works = Works.opened(blanks=4)
        self.people = [person().pk for _ in range(PEOPLE)]
        self.gone: set[tuple[int, str]] = set()
        self.there = seen()

    @rule(draw=st.integers(0, 2**32 - 1))
    def something_happens(self, draw: int) -> None:
        """One act of somebody, drawn from a seed: hypothesis keeps the seeds, so that a failure comes back."""
        chance = random.Random(draw)
        before = sum(self.steps.values())
        for _ in range(10):  # some are not possible now: nobody to act upon
            getattr(self, f"_{chance.choice(ACTS)}")(chance)
            if sum(self.steps.values()) > before:
                return

    # how things are done

    def _do(self, chance: random.Random, verb: Callable[..., object], actor: Actor, **told: Any) -> bool:
        """Do something, or crash in the middle of it; whether it was done. What was not done leaves nothing."""
        crashes = chance.random() < 0.08
        given = order(actor, self.day, **PAPERS)
        done = False
        try:
            with transaction.atomic():
                verb(given, **told)
                _crash(crashes)
            done = True
        except (SosachError, CrashError):
            pass
        self._look(verb.__name__ + ("" if done else " (crashed)" if crashes else " (refused)"), same=not done)
        if done:
            self.messages.append((verb.__name__, verb, given, told))
        return done

    def _look(self, name: str, *, same: bool) -> None:
        """After every act: nothing is wrong, and what was not done left nothing."""
        self.steps[name] = self.steps.get(name, 0) + 1
        before, self.there = self.there, seen()
        assert self.there.faults == []
        assert not same or self.there.print == before.print, name

    # what is done

    def _replay(self, chance: random.Random) -> None:
        """Any message again, as a network may bring it: it is refused, or changes nothing it had not changed."""
        known = sorted({told[0] for told in self.messages if told[0] in IDEMPOTENT})
        if not known:
            return
        wanted = chance.choice(known)
        name, verb, given, told = chance.choice([told for told in self.messages if told[0] == wanted][-3:])
        refused = ""
        try:
            with transaction.atomic():
                verb(given, **told)
        except SosachError:
            refused = ", refused"
        self._look(f"{name} (again{refused})", same=bool(refused) or name in UNCHANGED)

    def _apply(self, chance: random.Random) -> None:
        busy = Application.objects.exclude(state__in=sorted(forms.CLOSED)).values("person_id")
        free = list(Person.objects.filter(pk__in=self.people, life_status="alive").exclude(pk__in=busy).order_by("pk"))
        if free:
            who = chance.choice(free)
            had = any(card.person_id == who.pk and card.state in HAD for card in self.there.cards)
            application(who, day=self.day, **({"kind": "exchange", "ground": "changed"} if had else {}))
            self._look("apply", same=False)

    def _deliver(self, chance: random.Random) -> None:
        count = chance.randint(1, 3)
        first = self.delivered + 1 - (chance.random() < 0.2)  # now and then a serial that is here already
        told = {
            "number": f"GN {first} {count}",
            "supplier": "Nhà in",
            "profile": PROFILE,
            "first_serial": serial(first),
            "last_serial": serial(first + count - 1),
        }
        if self._do(chance, blanks.receive_blanks, STOCK, **told):
            self.delivered = max(self.delivered, first + count - 1)

    def _move_blank(self, chance: random.Random) -> None:
        usual = {BlankState.IN_STOCK, BlankState.LOST}
        numbers = [number for number, state in self.there.blanks if state in usual or chance.random() < 0.1]
        if numbers and chance.random() < 0.5:
            told = {"serials": [chance.choice(numbers)], "step": chance.choice([*BlankStep, BlankStep.FIND])}
            self._do(chance, blanks.move_blanks, STOCK, **told)

    def _plan(self, chance: random.Random) -> None:
        told = {"machine_id": self.works.machine_id, "profile": PROFILE, "limit": chance.randint(1, 3)}
        self._do(chance, jobs.plan_job, chance.choice((STOCK, SECOND)), read_one_in=chance.choice((1, 2)), **told)

    def _sign(self, chance: random.Random) -> None:
        job = self._job(chance, JobState.PLANNED)
        if job is not None:
            press = replace(bench().press, content=short_lived)
            self._do(chance, jobs.sign_job, chance.choice((STOCK, SECOND)), job_id=job, press=press)

    def _release(self, chance: random.Random) -> None:
        job = self._job(chance, JobState.SIGNED)
        if job is not None:
            self._do(chance, jobs.release_job, chance.choice((STOCK, SECOND, APPROVER)), job_id=job)

    def _cancel(self, chance: random.Random) -> None:
        job = self._job(chance, JobState.PLANNED, JobState.SIGNED)
        if job is not None and chance.random() < 0.3:
            self._do(chance, jobs.cancel_job, chance.choice((STOCK, QUALITY, APPROVER)), job_id=job)

    def _job(self, chance: random.Random, *usual: JobState) -> int | None:
        """A job in one of the states, or, now and then, any."""
        every = chance.random() < 0.1
        found = [key for key, state in self.there.jobs if every or state in usual]
        return chance.choice(found) if found else None

    def _report(self, chance: random.Random) -> None:
        job = self._job(chance, JobState.RELEASED, JobState.REPORTED)
        if job is None or dict(self.there.jobs)[job] not in {JobState.RELEASED, JobState.REPORTED}:
            return
        package = package_of(look(STOCK, self.day), job_id=job)
        press = bench().press
        _, records = unpack(package, issuer_key=press.sender.public_key, private_key=bench().machine.private_key)
        results: list[CardResult] = []
        for record in records:
            self.chips[record.serial] = dict(record.files)
            results += self._answers(chance, record.serial)
        if chance.random() < 0.1:
            results.append(CardResult(serial(10**9), serial(10**9), Told.SPOILED))
        told = ProductionReport(
            f"R{chance.random()}", str(job), package_digest(package), "M1", moment(self.day), tuple(results)
        )
        report = write_report(told, machine=bench().machine.signer)
        self._do(chance, reports.take_report, STOCK, machine_id=self.works.machine_id, report=report)

    def _answers(self, chance: random.Random, number: str) -> list[CardResult]:
        digest = hashlib.sha256(self.chips[number][SOD]).hexdigest()
        good = CardResult(number, number, Told.MADE, "00" * 8, digest)
        bad = CardResult(number, number, Told.SPOILED, "", "", "print")
        changed = replace(good, sod_digest="ab" * 32)
        kinds = [[good]] * 12 + [[bad]] * 3 + [[good, good], [good, bad], [changed], [], []]
        return chance.choice(kinds)

    def _settle(self, chance: random.Random) -> None:
        if self.there.findings:
            told = {"finding_id": chance.choice(self.there.findings), "outcome": chance.choice(list(Outcome))}
            self._do(chance, reports.settle_finding, chance.choice((STOCK, QUALITY)), **told)

    def _read_back(self, chance: random.Random) -> None:
        card = self._card(chance, CardState.PERSONALISED)
        if card is None:
            return
        files = dict(self.chips.get(card.blank_id, {}))
        if chance.random() < 0.15:
            files[SOD] = (read := files.get(SOD, b"\x00"))[:-1] + bytes([read[-1] ^ 1])
        trust = replace(bench().trust, at=moment(self.day))
        told = {"serial": card.blank_id, "files": files, "chip_authentic": chance.random() > 0.1, "trust": trust}
        self._do(chance, quality.read_back, QUALITY, **told)

    def _close(self, chance: random.Random) -> None:
        job = self._job(chance, JobState.REPORTED)
        unread = any(card.state == CardState.PERSONALISED for card in self.there.cards)
        if job is not None and (not unread or chance.random() < 0.3):
            self._do(chance, quality.close_job, QUALITY, job_id=job)

    def _dispatch(self, chance: random.Random) -> None:
        if not any(card.state == CardState.ACCEPTED for card in self.there.cards) and chance.random() < 0.8:
            return
        self.parcels += 1
        told = {"number": f"GT {self.parcels}", "carrier": "Bưu điện", "commune_code": COMMUNE}
        self._do(chance, delivery.dispatch, STOCK, **told)

    def _arrive(self, chance: random.Random) -> None:
        if self.there.parcels:
            parcel = chance.choice(self.there.parcels[-3:])
            come = [each.blank_id for each in self.there.cards if each.parcel_id == parcel and chance.random() < 0.8]
            actor = chance.choice((OFFICE, OFFICE, FAR_OFFICE))
            self._do(chance, delivery.arrive, actor, parcel_id=parcel, serials=come)

    def _card(self, chance: random.Random, *usual: CardState) -> CardThere | None:
        every = chance.random() < 0.1  # now and then one that is elsewhere
        found = [card for card in self.there.cards if every or card.state in usual]
        return chance.choice(found) if found else None

    def _fail(self, chance: random.Random) -> None:
        card = self._card(chance, *ON_THE_WAY, CardState.PERSONALISED)
        if card is not None and chance.random() < 0.3:
            verb = chance.choice((delivery.report_astray, delivery.spoil_card))
            self._do(chance, verb, chance.choice((OFFICE, STOCK, QUALITY, FAR_OFFICE)), card_id=card.pk)

    def _hand_over(self, chance: random.Random) -> None:
        if card := self._card(chance, CardState.AT_OFFICE):
            told = {"card_id": card.pk, "old_card": chance.choice(list(OldCard))}
            self._do(chance, hand_over, chance.choice((OFFICE, OFFICE, OFFICE, FAR_OFFICE)), **told)

    def _hold(self, chance: random.Random) -> None:
        if card := self._card(chance, CardState.ACTIVE):
            self._do(chance, life.hold, chance.choice(OFFICERS), card_id=card.pk, ground=HoldGround.PRISON)

    def _give_back(self, chance: random.Random) -> None:
        if card := self._card(chance, CardState.HELD):
            self._do(chance, life.give_back, chance.choice(OFFICERS), card_id=card.pk)

    def _complain(self, chance: random.Random) -> None:
        if card := self._card(chance, *PRESENT):
            actor = chance.choice((OFFICE, FAR_OFFICE, citizen(card.person_id), citizen(self.people[0])))
            self._do(chance, life.report, actor, card_id=card.pk, what=chance.choice(list(Complaint)))

    def _find(self, chance: random.Random) -> None:
        if card := self._card(chance, CardState.LOST):
            self._do(chance, life.find, chance.choice((OFFICE, FAR_OFFICE)), card_id=card.pk)

    def _revoke(self, chance: random.Random) -> None:
        card = self._card(chance, *PRESENT, CardState.AT_OFFICE)
        if card is not None and chance.random() < 0.4:
            told = {"card_id": card.pk, "ground": chance.choice(list(RevocationGround))}
            self._do(chance, life.revoke, chance.choice((APPROVER, OFFICE)), **told)

    def _recover(self, chance: random.Random) -> None:
        card = self._card(
            chance, *(CardState(state) for state in ("replaced", "expired", "revoked", "ended", "astray"))
        )
        if card is not None:
            self._do(chance, life.recover, chance.choice(OFFICERS), card_id=card.pk)

    def _list_destruction(self, chance: random.Random) -> None:
        numbers = [number for number, state in self.there.blanks if state == BlankState.SPOILED]
        numbers += [card.blank_id for card in self.there.cards if card.state == CardState.RECOVERED]
        if numbers:
            told = chance.sample(numbers, chance.randint(1, min(3, len(numbers))))
            self._do(chance, blanks.list_for_destruction, chance.choice((STOCK, QUALITY)), serials=sorted(told))

    def _destroy(self, chance: random.Random) -> None:
        if self.there.destructions:
            told = {"destruction_id": chance.choice(self.there.destructions[-4:])}
            self._do(chance, blanks.see_destroyed, chance.choice((STOCK, SECOND, QUALITY)), **told)

    def _time(self, chance: random.Random) -> None:
        if self.day < TODAY + timedelta(days=60):
            self.day += timedelta(days=chance.choice((1, 1, 2, 6)))
        self._do(chance, life.expire_due, CALENDAR)

    def _dies(self, chance: random.Random) -> None:
        """Somebody dies, or loses the nationality; or that was wrong."""
        who, what = chance.choice(self.people), chance.choice(list(GONE))
        gone = (who, what) in self.gone
        if not gone and chance.random() < 0.7:
            return
        self.gone ^= {(who, what)}
        Person.objects.filter(pk=who).update(**{what: GONE[what][0 if gone else 1]})
        ended = any(person == who for person, _ in self.gone)
        self._follow(chance, followers.end_cards if ended else followers.restore_cards, who)

    def _renumber(self, chance: random.Random) -> None:
        if chance.random() < 0.3:
            who = chance.choice(self.people)
            Person.objects.filter(pk=who).update(pin=f"0{chance.randrange(10**11):011d}")
            self._follow(chance, followers.spoil_numbered, who)

    def _follow(self, chance: random.Random, verb: Callable[..., object], who: int) -> None:
        while not self._do(chance, verb, CALENDAR, person_id=who):
            pass  # reactions are tried until they are done

    def _tell(self, chance: random.Random) -> None:
        if card := self._card(chance, *HAD):
            self._do(chance, followers.tell_population, CALENDAR, card_id=card.pk)
