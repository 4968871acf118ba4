"""A licence as it is shown: computed for the day of the look, never older."""

from dataclasses import dataclass
from datetime import date, datetime

from sosach.domain.licences.models import Licence
from sosach.domain.licences.queries.derived import holding_of
from sosach.domain.licences.rules.classes import ClassFact, Group
from sosach.domain.licences.rules.points import Balance
from sosach.domain.licences.rules.procedures import Exam, exams_needed
from sosach.domain.licences.states.happenings import CardFact
from sosach.domain.licences.states.holding import CardState, ClassState, Holding
from sosach.domain.licences.states.status import Status, in_force, overall, points_of, status_of
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.provenance.rules import Entry, EntryKind, active


@dataclass(frozen=True, slots=True)
class ClassView:
    """A class on a day.

    Attributes:
        origin: names it towards procedures.
        fact: as printed.
        state: what became of it.
        may_drive: whether its vehicles may be driven that day.
        exams: parts of the test needed to get it again.
    """

    origin: str
    fact: ClassFact
    state: ClassState
    may_drive: bool
    exams: frozenset[Exam]


@dataclass(frozen=True, slots=True)
class CardView:
    """A card.

    Attributes:
        origin: names it towards procedures.
        fact: as issued.
        state: what became of it.
    """

    origin: str
    fact: CardFact
    state: CardState


@dataclass(frozen=True, slots=True)
class HalfView:
    """One half of a licence on a day."""

    group: Group
    status: Status
    points: Balance


@dataclass(frozen=True, slots=True)
class EntryView:
    """One line of the history."""

    entry: int
    at: datetime
    kind: EntryKind
    procedure: str
    reason: str
    actor: tuple[str, str]
    holds: bool


@dataclass(frozen=True, slots=True)
class LicenceView:
    """A licence on a day, whole.

    Attributes:
        licence: its columns; status and halves below are of the day, not those of the row.
        day: the day.
        status: of the whole.
        halves: those that ever had a class.
        classes: every class it ever had.
        cards: every card it ever had.
        history: journal, oldest first.
    """

    licence: Licence
    day: date
    status: Status
    halves: tuple[HalfView, ...]
    classes: tuple[ClassView, ...]
    cards: tuple[CardView, ...]
    history: tuple[EntryView, ...] = ()


def view_of(licence: Licence, day: date, *, history: bool) -> LicenceView:
    """The licence on a day."""
    holding = holding_of(licence)
    return LicenceView(
        licence=licence,
        day=day,
        status=overall(holding, day),
        halves=_halves(holding, day),
        classes=_classes(holding, day),
        cards=tuple(CardView(origin, each.fact, each.state) for origin, each in holding.cards.items()),
        history=history_of(licence) if history else (),
    )


def _halves(holding: Holding, day: date) -> tuple[HalfView, ...]:
    given = {each.fact.group for each in holding.classes.values()}
    return tuple(
        HalfView(group, status_of(holding, group, day), points_of(holding, group, day))
        for group in Group
        if group in given
    )


def _classes(holding: Holding, day: date) -> tuple[ClassView, ...]:
    driving = set(in_force(holding, day))
    return tuple(
        ClassView(
            origin=origin,
            fact=each.fact,
            state=each.state,
            may_drive=each.state is ClassState.HELD and each.fact in driving,
            exams=exams_needed(each.fact.expires_on, day=day) if each.state is ClassState.HELD else frozenset(),
        )
        for origin, each in holding.classes.items()
    )


def history_of(licence: Licence) -> tuple[EntryView, ...]:
    """Everything that was ever decided about the record, and whether it holds."""
    rows = list(JournalEntry.objects.filter(register=Licence.REGISTER, subject_id=licence.pk).order_by("pk"))
    entries = [
        Entry(row.pk, EntryKind(row.kind), {}, row.at, (row.actor_kind, row.actor_key), row.reason, row.retracts_id)
        for row in rows
    ]
    holding = {entry.key for entry in active(entries)}
    return tuple(
        EntryView(
            row.pk,
            row.at,
            EntryKind(row.kind),
            row.procedure,
            row.reason,
            (row.actor_kind, row.actor_key),
            row.pk in holding,
        )
        for row in rows
    )
