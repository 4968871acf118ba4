"""Imports, procedures, corrections, judgements and takings back in any order: the registers hold what a history without them holds."""

import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.domain.provenance.reference import Happened, judged, told
from tests.domain.provenance.runs import AT, STEWARD, person, write_run

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject
from sosach.domain.population.models import Person
from sosach.domain.population.operations.register import REGISTER
from sosach.domain.provenance.models import Finding, JournalEntry, Proposal
from sosach.domain.provenance.operations import enter_change
from sosach.domain.provenance.operations.importing import import_run
from sosach.domain.provenance.operations.judging import (
    accept_finding,
    decide,
    dismiss_finding,
    propose,
    take_back,
)
from sosach.domain.provenance.operations.verifying import verify_folds

PINS = ("038066583942", "038166871517")
CHIEF = Actor(ActorKind.OFFICER, "chief", Level.COMMUNE, "15457", frozenset({Role.CHIEF, Role.CIVIL_STATUS}))
CLERK = Actor(ActorKind.OFFICER, "clerk", Level.COMMUNE, "15457", frozenset({Role.CLERK}))
NAMES = ("TRẦN VĂN TRÍ", "TRẦN VĂN TRI", "TRẦN VIẾT TRÍ")
DAYS = ("1966-02-08", "1966-08-02", "1966")
COLUMNS = ("full_name", "birth_date", "hometown", "sex", "commune_code", "province_code")
DEFAULTS = {"full_name": "", "birth_date": "", "hometown": "", "sex": "", "commune_code": None, "province_code": None}
pins, names, days = st.sampled_from(PINS), st.sampled_from(NAMES), st.sampled_from(DAYS)


def order(actor: Actor) -> Order:
    return Order(actor, AT, {"paper": "1"}, "as the papers say")


@operation("population.corrected", roles=frozenset({Role.CIVIL_STATUS}))
def note(order: Order, someone: Person, **changes: Any) -> Done[int]:
    """Some procedure of the register."""
    entry = enter_change(order, someone, changes, procedure="note")
    assert REGISTER.settle is not None
    REGISTER.settle(order, someone)
    return Done(entry.pk, [Subject("person", str(someone.pk))])


class Undo(RuleBasedStateMachine):
    """Two persons of the population register beside their plain model."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.runs = 0
        self.sources: dict[str, list[dict[str, Any]]] = {pin: [] for pin in PINS}
        self.journals: dict[str, list[Happened]] = {pin: [] for pin in PINS}
        self.said: dict[str, dict[tuple[str, str], bool]] = {pin: {} for pin in PINS}  # finding → whether it is gone
        self.folder = tempfile.TemporaryDirectory()

    def teardown(self) -> None:
        with acting(STEWARD):
            assert verify_folds(order(STEWARD), register=REGISTER).differing == 0
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
        self.folder.cleanup()

    def someone(self, pin: str) -> Person:
        return Person.objects.get(pin=pin)

    def add(self, pin: str, key: int, changes: dict[str, Any] | None = None, judgement: Any = None) -> None:
        self.journals[pin].append(Happened(key, changes or {}, judgement))

    @initialize(first=names, second=names)
    def begin(self, first: str, second: str) -> None:
        self.import_run(rows={PINS[0]: (first, DAYS[0]), PINS[1]: (second, DAYS[1])}, finds=True)

    @rule(rows=st.dictionaries(pins, st.tuples(names, st.one_of(st.none(), days)), min_size=1), finds=st.booleans())
    def import_run(self, rows: dict[str, tuple[str, str | None]], *, finds: bool) -> None:
        self.runs += 1
        told_rows, findings = [], []
        for place, (pin, (name, day)) in enumerate(sorted(rows.items())):
            told_rows.append(person(pin, name, birth_date_std=day, status=f"run {self.runs}", permanent_address=None))
            values = {"full_name": name, "birth_date": day, "sex": "M", "commune_code": "15457", "province_code": "38"}
            self.sources[pin].append({column: value for column, value in values.items() if value is not None})
            now = {("NAM-01", name)} if finds else set()
            for known in self.said[pin]:
                self.said[pin][known] = known not in now
            self.said[pin] |= dict.fromkeys(now, False)
            about = {"register": "population", "row_number": place, "severity": "info", "field": "full_name"}
            findings += [{**about, "code": code, "value": value, "proposed_value": NAMES[2]} for code, value in now]
        run = write_run(Path(self.folder.name) / str(self.runs), population=told_rows, findings=findings)
        import_run(order(STEWARD), folder=run, registers=[REGISTER], synthetic=True)

    @rule(pin=pins, where=st.sampled_from(["HÀ NỘI", "THANH HÓA"]), day=st.one_of(st.none(), days))
    def procedure(self, pin: str, where: str, day: str | None) -> None:
        with acting(CHIEF):
            changes = {"hometown": where} | ({"birth_date": day} if day else {})
            self.add(pin, note(order(CHIEF), self.someone(pin), **changes), changes)

    @rule(pin=pins, name=names)
    def propose_name(self, pin: str, name: str) -> None:
        with acting(CHIEF):
            key = self.someone(pin).pk
        propose(order(CLERK), register=REGISTER, record_id=key, column="full_name", value=name)

    @rule(data=st.data(), accept=st.booleans())
    def decide_proposal(self, data: st.DataObject, *, accept: bool) -> None:
        with acting(CHIEF):
            rows = list(Proposal.objects.filter(state="open").order_by("pk"))
        if not rows:
            return
        proposal = data.draw(st.sampled_from(rows))
        pin = self.pin_of(proposal.subject_id)
        entry = decide(order(CHIEF), register=REGISTER, proposal_id=proposal.pk, accept=accept)
        changes = {"full_name": proposal.value} if accept else {}
        self.add(pin, entry.pk, changes, (("proposal", proposal.pk), "accepted" if accept else "refused"))

    @rule(data=st.data(), accept=st.booleans())
    def settle_finding(self, data: st.DataObject, *, accept: bool) -> None:
        with acting(CHIEF):
            rows = list(Finding.objects.filter(state="open").order_by("pk"))
        if not rows:
            return
        finding = data.draw(st.sampled_from(rows))
        pin = self.pin_of(finding.subject_id)
        verb = accept_finding if accept else dismiss_finding
        entry = verb(order(CHIEF), register=REGISTER, finding_id=finding.pk)
        changes = {"full_name": finding.proposed} if accept else {}
        self.add(pin, entry.pk, changes, ((finding.code, finding.value), "accepted" if accept else "dismissed"))

    @precondition(lambda self: any(self.journals.values()))
    @rule(data=st.data())
    def take_something_back(self, data: st.DataObject) -> None:
        pin = data.draw(st.sampled_from([pin for pin in PINS if self.journals[pin]]))
        target = data.draw(st.sampled_from(self.journals[pin]))
        with acting(CHIEF):
            someone = self.someone(pin)
            root = JournalEntry.objects.get(pk=target.key)
            while root.retracts_id:
                root = JournalEntry.objects.get(pk=root.retracts_id)
        holds = not any(each.retracts == target.key and self.holds(pin, each) for each in self.journals[pin])
        if root.kind == "procedure" or not holds:
            with pytest.raises(SosachError) as refused:
                take_back(order(CHIEF), register=REGISTER, record_id=someone.pk, entry_id=target.key)
            assert refused.value.code is ErrorCode.STATE_FORBIDS
        else:
            entry = take_back(order(CHIEF), register=REGISTER, record_id=someone.pk, entry_id=target.key)
            self.journals[pin].append(Happened(entry.pk, retracts=target.key))

    def holds(self, pin: str, entry: Happened) -> bool:
        return not any(each.retracts == entry.key and self.holds(pin, each) for each in self.journals[pin])

    def pin_of(self, key: int) -> str:
        with acting(CHIEF):
            return str(Person.objects.get(pk=key).pin)

    @invariant()
    def registers_hold_what_a_history_without_takings_back_holds(self) -> None:
        if not self.runs:
            return
        with acting(STEWARD):
            for pin in PINS:
                someone = self.someone(pin)
                should = DEFAULTS | told(self.sources[pin], self.journals[pin])
                assert {column: getattr(someone, column) for column in COLUMNS} == {c: should[c] for c in COLUMNS}
                verdicts = judged(self.journals[pin])
                findings = Finding.objects.filter(register="population", subject_id=someone.pk)
                stands = {(row.code, row.value): row.state for row in findings}
                assert stands == {
                    known: verdicts.get(known, "gone" if gone else "open") for known, gone in self.said[pin].items()
                }
                for row in Proposal.objects.filter(subject_id=someone.pk):
                    assert row.state == verdicts.get(("proposal", row.pk), "open")


def run_machine(sequences: int) -> None:
    run_state_machine_as_test(
        Undo,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=True,
        ),
    )


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_any_order_of_taking_back() -> None:
    run_machine(100)


@pytest.mark.heavy
@pytest.mark.usefixtures("db")
def test_ten_thousand_orders_of_taking_back() -> None:
    run_machine(10_000)
