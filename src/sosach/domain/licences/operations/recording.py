"""Locks a licence, writes what happened into its journal, and brings everything that follows from it up to date."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import scoped
from sosach.domain.licences.models import Licence, LicenceCard, LicenceClass, LicenceHalf, PointsDeduction
from sosach.domain.licences.operations.refusals import conflict, incomplete, not_found, status_forbids
from sosach.domain.licences.queries.derived import day_in_viet_nam, holding_of, own_steps, steps_of
from sosach.domain.licences.rules.classes import Group
from sosach.domain.licences.states.happenings import Verb
from sosach.domain.licences.states.holding import CardState, ClassState, Holding, fold
from sosach.domain.licences.states.status import (
    next_change,
    next_expiry,
    overall,
    points_of,
    standing_in_the_way,
    status_of,
)
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.provenance.operations import enter_change
from sosach.domain.provenance.rules import EntryKind, SourceFact
from sosach.vn.names import keys


def locked(order: Order, licence_id: int, *, everywhere: bool = False) -> Licence:
    """The licence, locked until the transaction ends.

    Args:
        order: whose territory it has to lie in.
        licence_id: which.
        everywhere: for procedures the law opens to every unit.

    Raises:
        SosachError: STATE-01.
    """
    rows = Licence.objects.select_for_update().filter(pk=licence_id)
    found = (rows if everywhere else scoped(rows, order.actor, person="holder_id")).first()
    if found is None:
        raise not_found()
    return found


def chosen_groups(holding: Holding, groups: frozenset[Group]) -> frozenset[Group]:
    """Halves named, or all that hold a class; of a licence that holds none, both."""
    return groups or frozenset(fact.group for fact in holding.held().values()) or frozenset(Group)


def require_possible(holding: Holding, verb: Verb, groups: Iterable[Group], day: date) -> None:
    """Refuse what the status of the halves does not allow.

    Raises:
        SosachError: STATE-02.
    """
    status = standing_in_the_way(holding, verb, groups, day)
    if status is not None:
        raise status_forbids(status)


def require_evidence(order: Order, kind: str) -> None:
    """Refuse an order without a paper it needs.

    Raises:
        SosachError: STATE-04.
    """
    if not order.evidence.get(kind):
        raise incomplete(f"Thiếu giấy tờ: {kind}.", f"Evidence is missing: {kind}.")


def enter(
    order: Order,
    licence: Licence,
    what: Mapping[str, Any] | None,
    *,
    procedure: str,
    columns: Mapping[str, Any] | None = None,
    kind: EntryKind = EntryKind.PROCEDURE,
) -> JournalEntry:
    """Write an entry and bring the licence, and the one it goes on as, up to date.

    Raises:
        SosachError: STATE-03 another licence has the number, or the person has another number.
    """
    changes = {**(columns or {}), **({"happened": dict(what)} if what else {})}
    try:
        with transaction.atomic():
            entry = enter_change(order, licence, changes, procedure=procedure, kind=kind)
    except IntegrityError as broken:
        raise number_taken() from broken
    settle(licence, day_in_viet_nam(order.at))
    return entry


def number_taken() -> Exception:
    """Two licences with one number, or two numbers for one person."""
    return conflict(
        "Số giấy phép đã có ở hồ sơ khác, hoặc người này đã có số khác.",
        "Another record has the number, or the person has another number already.",
    )


def settle(licence: Licence, day: date) -> None:
    """Write what follows from the journal on a day; then the same for the record this one goes on as."""
    holding = holding_of(licence)
    _set_columns(licence, holding, day)
    licence.save()
    _write_rows(LicenceClass, licence, _class_rows(holding), resting=ClassState.WITHDRAWN, exclusive=ClassState.HELD)
    _write_rows(LicenceCard, licence, _card_rows(holding), resting=CardState.WITHDRAWN, exclusive=CardState.ACTIVE)
    _write_halves(licence, holding, day)
    _write_deductions(licence)
    if licence.joined_into_id is not None:
        settle(Licence.objects.select_for_update().get(pk=licence.joined_into_id), day)


def settle_new(told: Iterable[tuple[Licence, Sequence[SourceFact]]], day: date) -> None:
    """The same for records that sources alone made just now: nothing hangs on them, and the caller saves them."""
    classes: list[LicenceClass] = []
    cards: list[LicenceCard] = []
    halves: list[LicenceHalf] = []
    for licence, sources in told:
        holding = fold(step for _, step in steps_of(sources, ()))
        _set_columns(licence, holding, day)
        classes += [LicenceClass(licence=licence, origin=key, **row) for key, row in _class_rows(holding).items()]
        cards += [LicenceCard(licence=licence, origin=key, **row) for key, row in _card_rows(holding).items()]
        halves += [
            LicenceHalf(licence=licence, group=group, **_half_row(holding, Group(group), day))
            for group in sorted(_groups(holding))
        ]
    LicenceClass.objects.bulk_create(classes)
    LicenceCard.objects.bulk_create(cards)
    LicenceHalf.objects.bulk_create(halves)


def _set_columns(licence: Licence, holding: Holding, day: date) -> None:
    """What follows from a holding for the record itself."""
    licence.name_key = keys(licence.full_name).k2[:160]
    licence.status = overall(holding, day)
    licence.next_change_on = next_change(holding, day)
    licence.next_expiry_on = next_expiry(holding, day)


def _groups(holding: Holding) -> set[str]:
    """Halves that were ever given."""
    return {str(each.fact.group) for each in holding.classes.values()}


def _half_row(holding: Holding, group: Group, day: date) -> dict[str, Any]:
    points = points_of(holding, group, day)
    return {
        "status": str(status_of(holding, group, day)),
        "points": points.points,
        "full_on": points.full_on,
        "zero_since": points.zero_since,
    }


def _class_rows(holding: Holding) -> dict[str, dict[str, Any]]:
    return {
        origin: {
            "name": each.fact.name,
            "law": each.fact.law,
            "group": str(each.fact.group),
            "passed_on": each.fact.passed_on,
            "issued_on": each.fact.issued_on,
            "expires_on": each.fact.expires_on,
            "restrictions": list(each.fact.restrictions),
            "state": str(each.state),
        }
        for origin, each in holding.classes.items()
    }


def _card_rows(holding: Holding) -> dict[str, dict[str, Any]]:
    return {
        origin: {
            "material": str(each.fact.material),
            "medium": str(each.fact.medium),
            "serial": each.fact.serial,
            "for_unlimited": Group.UNLIMITED in each.fact.groups,
            "for_limited": Group.LIMITED in each.fact.groups,
            "issued_on": each.fact.issued_on,
            "issued_by": each.fact.issued_by,
            "state": str(each.state),
        }
        for origin, each in holding.cards.items()
    }


def _write_rows(
    model: type[LicenceClass | LicenceCard],
    licence: Licence,
    rows: dict[str, dict[str, Any]],
    *,
    resting: str,
    exclusive: str,
) -> None:
    """Rows by origin as they should be; what no entry gives any more rests. First those that make room."""
    there = {row.origin: row for row in model.objects.filter(licence=licence)}
    wanted = {origin: {"state": str(resting)} for origin in there.keys() - rows.keys()} | rows
    for origin, columns in sorted(wanted.items(), key=lambda each: each[1]["state"] == exclusive):
        row = there.get(origin)
        if row is None:
            model.objects.create(licence=licence, origin=origin, **columns)
        elif any(getattr(row, name) != value for name, value in columns.items()):
            model.objects.filter(pk=row.pk).update(**columns)


def _write_halves(licence: Licence, holding: Holding, day: date) -> None:
    there = {half.group: half for half in LicenceHalf.objects.filter(licence=licence)}
    for group in map(Group, sorted(there.keys() | _groups(holding))):
        half = there.get(group) or LicenceHalf(licence=licence, group=str(group))
        columns = _half_row(holding, group, day)
        if half.pk is None or any(getattr(half, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(half, name, value)
            half.save()


def _write_deductions(licence: Licence) -> None:
    """Deductions whose entry was taken back count no more, and count again when that is taken back."""
    rows = list(PointsDeduction.objects.filter(licence=licence))
    held = {number for number, _ in own_steps(licence)} if rows else set()
    for row in rows:
        if row.counts != (row.entry in held):
            row.counts = not row.counts
            row.save(update_fields=["counts"])
