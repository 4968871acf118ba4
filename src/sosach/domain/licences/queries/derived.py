"""What follows from the journal of a licence: read by operations and guarded looks, never handed out by itself."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

from sosach.domain.audit.rules import Subject
from sosach.domain.licences.models import Licence
from sosach.domain.licences.states.happenings import Happening, Verb
from sosach.domain.licences.states.holding import Absorbed, Holding, fold
from sosach.domain.licences.states.sources import taken_in
from sosach.domain.provenance.queries import facts_of
from sosach.domain.provenance.rules import Entry, SourceFact, active

VIET_NAM = timezone(timedelta(hours=7))
Step = tuple[int, Happening | Absorbed]


def day_in_viet_nam(at: datetime) -> date:
    """The day a moment falls on in Viet Nam.

    >>> from datetime import UTC
    >>> day_in_viet_nam(datetime(2026, 11, 22, 20, 0, tzinfo=UTC))
    datetime.date(2026, 11, 23)
    """
    return at.astimezone(VIET_NAM).date()


def holding_of(licence: Licence) -> Holding:
    """The licence as its journal has it, with the records that go on as this one."""
    return fold(each for _, each in _steps(licence))


def _steps(licence: Licence) -> list[Step]:
    """What happened, by the number of the entry: the latest source first, other records where they joined."""
    steps: list[Step] = list(own_steps(licence))
    for joined in Licence.objects.filter(joined_into=licence).order_by("pk"):
        inside = _steps(joined)
        joins = [number for number, each in inside if isinstance(each, Happening) and each.verb is Verb.JOINED]
        before = [each for number, each in inside if number not in joins]
        steps.append((max(joins, default=0), Absorbed(fold(before))))
    return sorted(steps, key=lambda step: step[0])


def own_steps(licence: Licence) -> list[tuple[int, Happening]]:
    """What happened to this very record, by the number of the entry; the rows of the latest source stand at 0."""
    return steps_of(*facts_of(licence))


def steps_of(sources: Sequence[SourceFact], entries: Sequence[Entry]) -> list[tuple[int, Happening]]:
    """What happened to a record of which these sources and entries tell, by the number of the entry."""
    told = [source for source in sources if source.values.get("happened")]
    latest = max((source.source for source in told), default=None)
    steps = [
        (0, Happening(f"s{row.key}", taken_in(row.values["happened"], day_in_viet_nam(row.at))))
        for row in sorted(told, key=lambda row: row.key)
        if row.source == latest
    ]
    steps += [
        (entry.key, Happening(f"e{entry.key}", entry.changes["happened"]))
        for entry in active(entries)
        if entry.changes.get("happened")
    ]
    return steps


def subjects_of(*licences: Licence) -> list[Subject]:
    """Licences and their holders, for the log: people see who looked at theirs."""
    found = []
    for licence in licences:
        unit = licence.commune_code or ""
        found.append(Subject("licence", str(licence.pk), unit))
        if licence.holder_id is not None:
            found.append(Subject("person", str(licence.holder_id), unit))
    return found
