"""A licence as another installation is told of it, and taking over what another installation tells; inside guarded verbs only.

Classes, cards, sanctions and points are one field each, all that follows from the journal. The holder is the id of a record.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Level
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations.recording import enter, number_taken, settle
from sosach.domain.licences.operations.register import REGISTER
from sosach.domain.licences.queries.derived import day_in_viet_nam, holding_of, steps_of
from sosach.domain.licences.rules.classes import NumberForm
from sosach.domain.licences.states.happenings import Verb, happening
from sosach.domain.licences.states.holding import Holding, as_told, fold, told
from sosach.domain.provenance.operations import make_record
from sosach.domain.provenance.operations.folding import batches
from sosach.domain.provenance.operations.telling import incomplete, known_person, read_columns, told_columns
from sosach.domain.provenance.rules import fold as values_of

UPLOAD = "upload"
HOLDER, JOINED = "holder_pin", "joined_into_number"
COLUMNS = tuple(column for column in Licence.FOLDED if column not in {"holder_id", "joined_into_id", "happened"})
ASPECTS = frozenset(told(Holding()))


def portraits(licence_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Licences as they stand, those that exist: field → value."""
    absorbing = set(Licence.objects.filter(joined_into__in=licence_ids).values_list("joined_into_id", flat=True))
    numbers = dict(
        Licence.objects.filter(pk__in=licence_ids, joined_into__isnull=False).values_list(
            "pk", "joined_into__licence_number"
        )
    )
    found = {}
    for batch in batches(REGISTER, licence_ids):
        for record, facts, entries in batch:
            many = record.pk in absorbing
            holding = holding_of(record) if many else fold(step for _, step in steps_of(facts, entries))
            columns = {column: getattr(record, column) for column in COLUMNS}
            links = {HOLDER: record.holder_id, JOINED: numbers.get(record.pk)}
            found[record.pk] = {**told_columns(Licence, COLUMNS, columns), **links, **_aspects(holding)}
    return found


def told_by_sources(licence_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The same, as sources alone tell it."""
    found = {}
    for batch in batches(REGISTER, licence_ids):
        for record, facts, _ in batch:
            if facts:
                values = {name: value.value for name, value in values_of(facts, []).items()}
                holding = fold(step for _, step in steps_of(facts, ()))
                columns = told_columns(Licence, COLUMNS, values)
                found[record.pk] = {**columns, HOLDER: values.get("holder_id"), **_aspects(holding)}
    return found


def _aspects(holding: Holding) -> dict[str, Any]:
    return {name: value for name, value in told(holding).items() if value}


def natural_key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """What leads to a licence: a number of 12 digits alone, a number on paper with name and day of birth."""
    number = values.get("licence_number")
    if values.get("number_form") == NumberForm.PET:
        return (number,)
    return (number, values.get("full_name"), values.get("birth_date"))


def take_over(order: Order, licence: Licence | None, changes: Mapping[str, Any]) -> Licence:
    """Let a licence be what another installation tells; one entry of its journal, that can be taken back like any other.

    Args:
        order: who tells, when.
        licence: the record, locked; None makes one.
        changes: fields → values, as `portraits` has them; None where nothing is told any more.

    Raises:
        SosachError: STATE-03 another licence has the number, or the person another number; STATE-04 no such field or value, or
            nobody has the holder's number.
    """
    columns = _columns(order, changes)
    aspects = {name: value for name, value in changes.items() if name in ASPECTS}
    what = None
    if aspects:
        before = told(holding_of(licence)) if licence is not None else {}
        what = happening(Verb.TOLD, day_in_viet_nam(order.at)) | before | aspects
        _require_holding(what)
    if licence is not None:
        enter(order, licence, what, procedure=UPLOAD, columns=columns)
        return licence
    try:
        with transaction.atomic():
            made = make_record(order, Licence, {**columns, **({"happened": what} if what else {})}, procedure=UPLOAD)
    except IntegrityError as broken:
        raise number_taken() from broken
    settle(made, day_in_viet_nam(order.at))
    return made


def _columns(order: Order, changes: Mapping[str, Any]) -> dict[str, Any]:
    others = {HOLDER, JOINED, *ASPECTS}
    found = read_columns(Licence, COLUMNS, {name: value for name, value in changes.items() if name not in others})
    if HOLDER in changes:
        found["holder_id"] = known_person(changes[HOLDER])
    if JOINED in changes:
        found["joined_into_id"] = _numbered(order, changes[JOINED])
    return found


def _numbered(order: Order, number: Any) -> int | None:
    """The licence a record goes on as, wherever it lies."""
    if number is None:
        return None
    with acting(order.actor, level=Level.NATION):
        rows = Licence.objects.filter(licence_number=number, number_form=NumberForm.PET, joined_into__isnull=True)
        found = rows.values_list("pk", flat=True).first()
    if found is None:
        raise incomplete("Chưa có giấy phép mang số đã nêu.", "No licence here has the number that was told.")
    return int(found)


def _require_holding(what: Mapping[str, Any]) -> None:
    try:
        holding = as_told("", what)
        groups = [each.fact.group for each in holding.classes.values()]
    except (AttributeError, KeyError, TypeError, ValueError, SosachError) as broken:
        raise incomplete("Hạng, thẻ hoặc điểm không hợp lệ.", "Classes, cards or points cannot be read.") from broken
    del groups
