"""The way every procedure writes: lock, check what may happen, append to the journal, bring rows and columns up to date."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.rules import reaches
from sosach.domain.audit.rules import Subject
from sosach.domain.places.queries import unit
from sosach.domain.population.models import Person
from sosach.domain.population.operations.rows import sync_rows
from sosach.domain.population.rules.days import day_of, is_partial_date, latest
from sosach.domain.population.states.civil import EVENT, REASONS, Civil, ImpossibleError, after, replay
from sosach.domain.population.states.pieces import STEPS, Piece, pieces, touched
from sosach.domain.population.states.residence import territory
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.provenance.queries import facts_of
from sosach.domain.provenance.rules import Entry, EntryKind, SourceFact, fold
from sosach.vn.names import keys

LONGEST_NAME = 120
LONGEST_KEY = 160
_LATER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Change:
    """What one procedure does to one record.

    Attributes:
        name: what happens, a key of `states.civil.STEPS`.
        columns: column → new value.
        steps: steps of dated pieces (`states.pieces.begin`, `end`).
        other: the other person it is about.
        kind: procedure or correction.
        details: more about the event that the fold needs (a ground); no personal data.
    """

    name: str
    columns: Mapping[str, Any] = field(default_factory=dict)
    steps: Sequence[Mapping[str, Any]] = ()
    other: int | None = None
    kind: EntryKind = EntryKind.PROCEDURE
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """Everything said and decided about a record.

    Attributes:
        sources: rows of sources.
        entries: its journal.
    """

    sources: list[SourceFact]
    entries: list[Entry]

    @property
    def state(self) -> Civil:
        """The present civil state."""
        return replay(self.sources, self.entries)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Dated pieces."""
        return pieces(self.sources, self.entries)


def told_of(person: Person) -> Told:
    """Sources and journal of a record."""
    return Told(*facts_of(person))


def locked(*person_ids: int) -> list[Person]:
    """Records, locked until the transaction ends, in the order asked for.

    Raises:
        SosachError: STATE-01, one of them does not exist or is out of reach.
    """
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk")
    found = {person.pk: person for person in rows}
    if set(person_ids) - set(found):
        raise SosachError(
            ErrorCode.NOT_FOUND, vi="Không tìm thấy người này.", en="There is no such person within reach."
        )
    return [found[key] for key in person_ids]


def must_reach(order: Order, *units: tuple[str | None, str | None]) -> None:
    """Refuse procedures of the whole country to those who reach none of the communes concerned.

    Raises:
        SosachError: ACCESS-02.
    """
    if not any(reaches(order.actor, commune_code=commune, province_code=province) for commune, province in units):
        raise SosachError(
            ErrorCode.ACCESS_OUTSIDE,
            vi="Hồ sơ thuộc địa bàn khác.",
            en="The record belongs to another territory.",
            hint_vi="Đề nghị đơn vị quản lý thực hiện.",
            hint_en="Ask the unit in charge.",
        )


def home(person: Person) -> tuple[str | None, str | None]:
    """Commune and province of a record."""
    return person.commune_code, person.province_code


def commune(code: str, at: date) -> tuple[str, str]:
    """A commune of that day and its province.

    Raises:
        SosachError: STATE-04, there is no such commune.
    """
    found = unit(level="commune", code=code, at=at)
    if found is None:
        raise incomplete("Không có đơn vị hành chính cấp xã này.", "There is no such commune.")
    return found.code, found.province_code


def subject(person: Person) -> Subject:
    """A record as the log names it."""
    return Subject("person", str(person.pk), person.commune_code or "")


def incomplete(vi: str, en: str) -> SosachError:
    """STATE-04: what a procedure needs is missing or contradicts itself."""
    return SosachError(ErrorCode.INPUT_INCOMPLETE, vi=vi, en=en)


def forbidden(why: str) -> SosachError:
    """STATE-02 with a reason of `states.civil.REASONS`."""
    vi, en = REASONS[why]
    return SosachError(ErrorCode.STATE_FORBIDS, vi=vi, en=en)


def past_day(order: Order, text: str) -> date:
    """The day of an event that may be known by its month or year only: the last one it can mean.

    Raises:
        SosachError: STATE-04, it is no date or lies ahead.
    """
    today = day_of(order.at)
    if not is_partial_date(text) or latest(text).year > today.year or text > today.isoformat():
        raise incomplete("Ngày không hợp lệ hoặc ở tương lai.", "The date is none, or lies ahead.")
    return min(latest(text), today)


def past(order: Order, day: date | None) -> date:
    """A day that is not ahead; today where none is told.

    Raises:
        SosachError: STATE-04.
    """
    today = day_of(order.at)
    if day is not None and day > today:
        raise incomplete("Ngày ở tương lai.", "The day lies ahead.")
    return day or today


def enter(order: Order, person: Person, change: Change) -> JournalEntry:
    """Let something happen to a locked record.

    Raises:
        SosachError: STATE-02, it cannot happen now; STATE-03, the database refuses it.
    """
    return enter_together(order, (person, change))[0]


def enter_together(order: Order, *happening: tuple[Person, Change]) -> list[JournalEntry]:
    """Let something happen to several locked records at once, or to none of them.

    Raises:
        SosachError: STATE-02, it cannot happen to one of them now; STATE-03, the database refuses it.
    """
    # all are asked before one is written: what one record holds may stop the rows of another, and would be no reason to tell
    asked = [(person, told, change) for person, change in happening for told in [told_of(person)]]
    allowed = [changes_of(person, told, change) for person, told, change in asked]
    entries = []
    for (person, told, change), changes in zip(asked, allowed, strict=True):
        entry = write_entry(order, person, change, changes)
        settle(person, Told(told.sources, [*told.entries, as_entry(entry)]), touched({STEPS: change.steps}))
        entries.append(entry)
    return entries


def changes_of(person: Person, told: Told, change: Change) -> dict[str, Any]:
    """What the journal will hold: columns, what follows for the civil state and the territory, the event, the steps.

    Raises:
        SosachError: STATE-02.
    """
    try:
        before = told.state
        state = after(before, change.name, other=change.other, changes=change.columns)
    except ImpossibleError as impossible:
        raise forbidden(impossible.why) from impossible
    changes = dict(change.columns)
    if state.life != before.life:
        changes["life_status"] = state.life
    if state.marital != before.marital:
        changes["marital_status"] = state.marital
    if state.merged_into != before.merged_into:
        changes["merged_into"] = state.merged_into
    changes |= _move(person, told, change)
    changes[EVENT] = {"name": change.name, "other": change.other, **change.details}
    if change.steps:
        changes[STEPS] = list(change.steps)
    return changes


def _move(person: Person, told: Told, change: Change) -> dict[str, Any]:
    """New commune and province, where steps of residence lead elsewhere; the dead stay where they lay."""
    if not change.steps or change.name == "register_death":
        return {}
    coming = Entry(1 << 62, change.kind, {STEPS: change.steps}, _LATER, ("", ""))
    place = territory(pieces(told.sources, [*told.entries, coming]))
    if place is None or place == home(person):
        return {}
    return {"commune_code": place[0], "province_code": place[1]}


def write_entry(order: Order, person: Person, change: Change, changes: Mapping[str, Any]) -> JournalEntry:
    """Append to the journal of a record."""
    return JournalEntry.objects.create(**entry_fields(order, change), subject_id=person.pk, changes=changes)


def entry_fields(order: Order, change: Change) -> dict[str, Any]:
    """Columns of a journal entry but for the record and the changes."""
    return {
        "register": Person.REGISTER,
        "kind": change.kind,
        "procedure": change.name,
        "at": order.at,
        "act": order.act,
        "actor_kind": order.actor.kind,
        "actor_key": order.actor.key,
        "reason": order.reason,
        "evidence": order.evidence,
    }


def as_entry(row: JournalEntry) -> Entry:
    """A journal entry as the rules take it."""
    actor = (row.actor_kind, row.actor_key)
    return Entry(row.pk, EntryKind(row.kind), row.changes, row.at, actor, row.reason, row.retracts_id)


def settle(person: Person, told: Told, parts: Iterable[str]) -> None:
    """Bring columns and rows of a record to what its sources and journal say.

    Raises:
        SosachError: STATE-03, a constraint of the database refuses it.
    """
    values = fold(told.sources, told.entries)
    for column in person.FOLDED:
        column_field = person._meta.get_field(column)  # noqa: SLF001 - Django's documented way to fields
        value = values[column].value if column in values else column_field.get_default()
        setattr(person, column_field.attname, column_field.to_python(value))
    found = told.pieces
    place = territory(found)
    if place is not None and not person.died_on:
        person.commune_code, person.province_code = place
    set_keys(person)
    try:
        with transaction.atomic():
            sync_rows(person, found, parts)
            person.save()
    except IntegrityError as refused:
        raise SosachError(
            ErrorCode.CONFLICT,
            vi="Cơ sở dữ liệu từ chối: mâu thuẫn với một bản ghi khác.",
            en="The database refuses it: it contradicts another record.",
        ) from refused


def clean_name(text: str) -> str:
    """A name as it is kept: composed letters, single blanks.

    Raises:
        SosachError: STATE-04, empty or longer than the register holds.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise incomplete("Tên trống hoặc quá dài.", "The name is empty or too long.")
    return name


def set_keys(person: Person) -> None:
    """Set the search keys of a name."""
    found = keys(person.full_name)
    person.name_k1, person.name_k2 = found.k1[:LONGEST_KEY], found.k2[:LONGEST_KEY]
