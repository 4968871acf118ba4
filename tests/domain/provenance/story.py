"""The plain model of some persons of the population register beside the real one: what happens, and what must then be so."""

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
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
from sosach.domain.provenance.operations.judging import accept_finding, decide, dismiss_finding, propose, take_back

CHIEF = Actor(ActorKind.OFFICER, "chief", Level.COMMUNE, "15457", frozenset({Role.CHIEF, Role.CIVIL_STATUS}))
CLERK = Actor(ActorKind.OFFICER, "clerk", Level.COMMUNE, "15457", frozenset({Role.CLERK}))
NAMES = ("TRẦN VĂN TRÍ", "TRẦN VĂN TRI", "TRẦN VIẾT TRÍ")
DAYS = ("1966-02-08", "1966-08-02", "1966")
TOWNS = ("HÀ NỘI", "THANH HÓA")
DEFAULTS = {"full_name": "", "birth_date": "", "hometown": "", "sex": "", "commune_code": None, "province_code": None}
Row = tuple[str, str | None]  # name and day of birth, as a run has them


def order(actor: Actor) -> Order:
    return Order(actor, AT, {"paper": "1"}, "as the papers say")


@operation("population.corrected", roles=frozenset({Role.CIVIL_STATUS}))
def note(order: Order, someone: Person, **changes: Any) -> Done[int]:
    """Some procedure of the register."""
    entry = enter_change(order, someone, changes, procedure="note")
    assert REGISTER.settle is not None
    REGISTER.settle(order, someone)
    return Done(entry.pk, [Subject("person", str(someone.pk))])


def _without_accents(name: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", name) if not unicodedata.combining(each))


class Story:
    """What was told and decided about some persons, and what follows from it the plain way.

    Attributes:
        pins: the persons.
        ids: pin → id of the record; known after the first import.
        sources: pin → what runs said.
        journals: pin → what happened.
        said: pin → finding → whether the last run about the person did not find it any more.
    """

    def __init__(self, *pins: str) -> None:
        self.pins = pins
        self.ids: dict[str, int] = {}
        self.sources: dict[str, list[dict[str, Any]]] = {pin: [] for pin in pins}
        self.journals: dict[str, list[Happened]] = {pin: [] for pin in pins}
        self.said: dict[str, dict[tuple[str, str], bool]] = {pin: {} for pin in pins}

    # what happens

    def hears(self, rows: Mapping[str, Row], *, finds: bool) -> None:
        """Note in the model what a run says; a row about somebody else with the number is refused, with what it found."""
        for pin, (name, day) in rows.items():
            if self._is_somebody_else(pin, name, day):
                continue
            values = {"full_name": name, "birth_date": day, "sex": "M", "commune_code": "15457", "province_code": "38"}
            self.sources[pin].append({column: value for column, value in values.items() if value is not None})
            now = {("NAM-01", name)} if finds else set()
            for known in self.said[pin]:
                self.said[pin][known] = known not in now
            self.said[pin] |= dict.fromkeys(now, False)

    def procedure(self, pin: str, where: str, day: str | None) -> None:
        with acting(CHIEF):
            changes = {"hometown": where} | ({"birth_date": day} if day else {})
            self._add(pin, note(order(CHIEF), self.someone(pin), **changes), changes)

    def propose(self, pin: str, name: str) -> None:
        propose(order(CLERK), register=REGISTER, record_id=self.ids[pin], column="full_name", value=name)

    def open_proposals(self) -> list[Proposal]:
        with acting(CHIEF):
            return list(Proposal.objects.filter(state="open", subject_id__in=self.ids.values()).order_by("pk"))

    def decide(self, proposal: Proposal, *, accept: bool) -> None:
        pin = self._pin_of(proposal.subject_id)
        entry = decide(order(CHIEF), register=REGISTER, proposal_id=proposal.pk, accept=accept)
        changes = {"full_name": proposal.value} if accept else {}
        self._add(pin, entry.pk, changes, (("proposal", proposal.pk), "accepted" if accept else "refused"))

    def open_findings(self) -> list[Finding]:
        with acting(CHIEF):
            rows = Finding.objects.filter(state="open", register=Person.REGISTER, subject_id__in=self.ids.values())
            return list(rows.order_by("pk"))

    def settle_finding(self, finding: Finding, *, accept: bool) -> None:
        pin = self._pin_of(finding.subject_id)
        verb = accept_finding if accept else dismiss_finding
        entry = verb(order(CHIEF), register=REGISTER, finding_id=finding.pk)
        changes = {"full_name": finding.proposed} if accept else {}
        self._add(pin, entry.pk, changes, ((finding.code, finding.value), "accepted" if accept else "dismissed"))

    def take_back(self, pin: str, target: Happened) -> None:
        """Take an entry back; refused where it is a procedure's, or is taken back already."""
        with acting(CHIEF):
            root = JournalEntry.objects.get(pk=target.key)
            while root.retracts_id:
                root = JournalEntry.objects.get(pk=root.retracts_id)
        holds = not any(each.retracts == target.key and self._holds(pin, each) for each in self.journals[pin])
        what: dict[str, Any] = {"register": REGISTER, "record_id": self.ids[pin], "entry_id": target.key}
        if root.kind != "procedure" and holds:
            entry = take_back(order(CHIEF), **what)
            self.journals[pin].append(Happened(entry.pk, retracts=target.key))
            return
        with pytest.raises(SosachError) as refused:
            take_back(order(CHIEF), **what)
        assert refused.value.code is ErrorCode.STATE_FORBIDS

    def write(self, pin: str, entry: JournalEntry, judgement: Any = None) -> JournalEntry:
        """Note in the model what is written into the journal of a person without a verb."""
        self.journals[pin].append(Happened(entry.pk, entry.changes, judgement, entry.retracts_id))
        return entry

    def undecided(self, pin: str) -> list[tuple[str, str]]:
        """Findings of the last run about a person that nobody has judged, or whose judgement was taken back."""
        verdicts = judged(self.journals[pin])
        return sorted(known for known, gone in self.said[pin].items() if not gone and known not in verdicts)

    def holding(self, pin: str) -> list[Happened]:
        """Entries that are not taken back."""
        return [each for each in self.journals[pin] if self._holds(pin, each)]

    # what must be so

    def is_told(self, columns: Mapping[int, Mapping[str, Any]], raised: Mapping[int, Mapping[Any, str]]) -> None:
        """The register holds what a history without what was taken back holds.

        Args:
            columns: id of a record → its columns.
            raised: id of a record → finding or proposal → its state.
        """
        for pin in self.pins:
            key = self.ids[pin]
            assert columns[key] == {
                column: value
                for column, value in (DEFAULTS | told(self.sources[pin], self.journals[pin])).items()
                if column in DEFAULTS
            }
            verdicts = judged(self.journals[pin])
            stands = raised.get(key, {})
            findings = {matter: state for matter, state in stands.items() if matter[0] != "proposal"}
            assert findings == {
                known: verdicts.get(known, "gone" if gone else "open") for known, gone in self.said[pin].items()
            }
            for matter in stands.keys() - findings.keys():
                assert stands[matter] == verdicts.get(matter, "open")

    def someone(self, pin: str) -> Person:
        return Person.objects.get(pk=self.ids[pin])

    def _add(self, pin: str, key: int, changes: dict[str, Any], judgement: Any = None) -> None:
        self.journals[pin].append(Happened(key, changes, judgement))

    def _holds(self, pin: str, entry: Happened) -> bool:
        return not any(each.retracts == entry.key and self._holds(pin, each) for each in self.journals[pin])

    def _is_somebody_else(self, pin: str, name: str, day: str | None) -> bool:
        """Whether neither name, accents aside, nor day is what is on record."""
        now = told(self.sources[pin], self.journals[pin])
        if not now or day is None:
            return False
        return now["birth_date"] != day and _without_accents(now["full_name"]) != _without_accents(name)

    def _pin_of(self, key: int) -> str:
        return next(pin for pin, known in self.ids.items() if known == key)


class Told:
    """Runs of cleaning about many stories at once, and a look at all of them in three statements."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = 0

    def import_run(self, told_of: Sequence[tuple[Story, Mapping[str, Row], bool]]) -> None:
        """One run that says something of each story: rows, and whether it finds fault with the names."""
        self.runs += 1
        rows, findings = [], []
        for story, said, finds in told_of:
            for pin, (name, day) in sorted(said.items()):
                rows.append(person(pin, name, birth_date_std=day, status=f"run {self.runs}", permanent_address=None))
                about = {"register": "population", "row_number": len(rows) - 1, "severity": "info", "code": "NAM-01"}
                value = {"field": "full_name", "value": name, "proposed_value": NAMES[2]}
                findings += [{**about, **value}] if finds else []
            story.hears(said, finds=finds)
        run = write_run(self.folder / str(self.runs), population=rows, findings=findings)
        import_run(order(STEWARD), folder=run, registers=[REGISTER], synthetic=True)
        stories = [story for story, _, _ in told_of if not story.ids]
        with acting(STEWARD):
            pins = [pin for story in stories for pin in story.pins]
            ids = dict(Person.objects.filter(pin__in=pins).values_list("pin", "pk"))
        for story in stories:
            story.ids = {pin: ids[pin] for pin in story.pins}

    def check(self, stories: Sequence[Story]) -> None:
        """Everything is as the stories tell it."""
        keys = [key for story in stories for key in story.ids.values()]
        raised: dict[int, dict[Any, str]] = {}
        with acting(STEWARD):
            columns = {row.pop("pk"): row for row in Person.objects.filter(pk__in=keys).values("pk", *DEFAULTS)}
            found = Finding.objects.filter(register=Person.REGISTER, subject_id__in=keys)
            for key, code, value, state in found.values_list("subject_id", "code", "value", "state"):
                raised.setdefault(key, {})[code, value] = state
            proposed = Proposal.objects.filter(register=Person.REGISTER, subject_id__in=keys)
            for key, proposal, state in proposed.values_list("subject_id", "pk", "state"):
                raised.setdefault(key, {})["proposal", proposal] = state
        for story in stories:
            story.is_told(columns, raised)
