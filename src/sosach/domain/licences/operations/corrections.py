"""Records from ledgers, holders found, corrections, and taking any entry back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations.issuing import KEEPERS
from sosach.domain.licences.operations.papers import columns_of, living_person
from sosach.domain.licences.operations.recording import enter, locked, number_taken, require_evidence, settle
from sosach.domain.licences.operations.refusals import conflict, forbidden, incomplete, not_found
from sosach.domain.licences.queries.derived import day_in_viet_nam, holding_of, subjects_of
from sosach.domain.licences.rules.classes import ClassFact, groups_of, number_form
from sosach.domain.licences.rules.procedures import HolderData
from sosach.domain.licences.states.happenings import CardFact, Verb, happening
from sosach.domain.provenance.operations import make_record, retract
from sosach.domain.provenance.rules import EntryKind
from sosach.vn.licence_classes import classes_of

CORRECTORS = frozenset({Role.LICENCES})
CORRECTABLE = frozenset({"licence_number", "full_name", "birth_date", "sex", "nationality", "address"})
CLASS_ITEMS = frozenset({"passed_on", "issued_on", "expires_on", "restrictions"})


@operation("licences.taken_from_ledger", roles=KEEPERS)
def enter_from_ledger(
    order: Order,
    /,
    *,
    licence_number: str,
    holder: HolderData,
    province_code: str,
    classes: tuple[ClassFact, ...],
    cards: tuple[CardFact, ...],
) -> Done[Licence]:
    """Enter a licence that only the ledger of a former transport department knows (`ledger` in the evidence); holder unknown yet.

    Paper numbers are taken as they are. Classes are entered as printed, under the law they were issued by.

    Raises:
        SosachError: STATE-03 the number of 12 digits is taken; STATE-04 no ledger, no class, or a class for life with an end.
        InvalidValueError: it can be no licence number, or the law does not know a class.
    """
    require_evidence(order, "ledger")
    groups = groups_of(classes)
    if not classes or any(fact.kind.unlimited and fact.expires_on for fact in classes):
        raise incomplete("Hạng hoặc thời hạn không hợp lệ.", "A class is missing, or one for life has an end.")
    if any(card.groups - groups for card in cards):
        raise incomplete("Thẻ không khớp với các hạng.", "A card does not fit the classes.")
    columns = {
        "licence_number": licence_number,
        "number_form": str(number_form(licence_number)),
        "full_name": holder.full_name,
        "birth_date": holder.birth_date,
        "nationality": holder.nationality,
        "commune_code": holder.commune_code or None,
        "province_code": province_code,
        "happened": happening(Verb.TAKEN_IN, day_in_viet_nam(order.at), classes=classes, cards=cards),
    }
    try:
        with transaction.atomic():
            licence = make_record(order, Licence, columns, procedure="enter_from_ledger")
    except IntegrityError as broken:
        raise number_taken() from broken
    settle(licence, day_in_viet_nam(order.at))
    return Done(licence, subjects_of(licence))


@operation("licences.holder_linked", roles=frozenset({Role.LICENCES, Role.STEWARD}), nationwide=True)
def link_holder(order: Order, /, *, licence_id: int, person_id: int) -> Done[Licence]:
    """Say whose licence a record is; it then lies where the person lives. What is printed on it stays until it is exchanged.

    Raises:
        SosachError: STATE-01 no such licence or person; STATE-02 the holder is known, or the person is dead; STATE-03 the
            person has another number.
    """
    licence = locked(order, licence_id)
    if licence.holder_id is not None:
        raise forbidden("Đã xác định người có giấy phép.", "The holder is known already: have that corrected first.")
    columns = columns_of(living_person(person_id))
    wanted = {name: columns[name] for name in ("holder_id", "commune_code", "province_code")}
    enter(order, licence, None, procedure="link_holder", columns=wanted, kind=EntryKind.JUDGEMENT)
    return Done(licence, subjects_of(licence))


@operation("licences.corrected", roles=CORRECTORS)
def correct(order: Order, /, *, licence_id: int, changes: Mapping[str, str]) -> Done[Licence]:
    """Correct what is written about a licence; the old value stays in the journal. Needs a reason.

    Raises:
        SosachError: STATE-01 no such licence; STATE-03 another record has the number; STATE-04 no reason, or a column that
            is not corrected this way.
        InvalidValueError: it can be no licence number.
    """
    _require_reason(order)
    if not changes or set(changes) - CORRECTABLE:
        raise incomplete("Không có mục nào được đính chính.", "Nothing here can be corrected this way.")
    licence = locked(order, licence_id)
    columns: dict[str, Any] = dict(changes)
    if "licence_number" in columns:
        columns["number_form"] = str(number_form(columns["licence_number"]))
    enter(order, licence, None, procedure="correct", columns=columns, kind=EntryKind.CORRECTION)
    return Done(licence, subjects_of(licence), {"columns": sorted(changes)})


@operation("licences.corrected", roles=CORRECTORS)
def correct_class(order: Order, /, *, licence_id: int, origin: str, changes: Mapping[str, Any]) -> Done[Licence]:
    """Correct days or restriction codes of a class; a wrong class itself is taken back and given anew. Needs a reason.

    Args:
        order: who, when, why.
        licence_id: which licence.
        origin: of the class, as the record shows it.
        changes: `passed_on`, `issued_on`, `expires_on` (days or None), `restrictions` (codes).

    Raises:
        SosachError: STATE-01 no such licence or class; STATE-04 no reason, or something a class cannot have.
    """
    _require_reason(order)
    licence = locked(order, licence_id)
    there = holding_of(licence).classes.get(origin)
    if there is None:
        raise not_found()
    if not changes or set(changes) - CLASS_ITEMS:
        raise incomplete("Không có mục nào được đính chính.", "Nothing here can be corrected this way.")
    told = {name: value.isoformat() if isinstance(value, date) else value for name, value in changes.items()}
    if "restrictions" in told:
        told["restrictions"] = list(told["restrictions"])
    wanted = ClassFact.from_json(there.fact.as_json() | told)
    codes = {code for kind in classes_of("2024").values() for code in kind.restrictions}
    if (wanted.kind.unlimited and wanted.expires_on) or set(wanted.restrictions) - codes:
        raise incomplete("Thời hạn hoặc mã hạn chế không hợp lệ.", "The end or a restriction code cannot be.")
    what = happening(Verb.CLASS_CORRECTED, day_in_viet_nam(order.at), origin=origin, to=told)
    enter(order, licence, what, procedure="correct_class", kind=EntryKind.CORRECTION)
    return Done(licence, subjects_of(licence), {"origin": origin, "items": sorted(told)})


@operation("licences.entry_retracted", roles=CORRECTORS, nationwide=True)
def retract_entry(order: Order, /, *, licence_id: int, entry_id: int) -> Done[Licence]:
    """Take an entry back, whatever came after it: everything is then as if it had never been. Needs a reason.

    Raises:
        SosachError: STATE-01 no such licence or entry; STATE-02 it is taken back already; STATE-03 what was before clashes with
            another record now; STATE-04 no reason.
    """
    _require_reason(order)
    licence = locked(order, licence_id)
    took_back(order, licence, entry_id)
    return Done(licence, subjects_of(licence), {"entry": entry_id})


def took_back(order: Order, licence: Licence, entry_id: int) -> None:
    """Retract an entry of a locked licence and derive it, and every record it went on as before or does now, anew."""
    day = day_in_viet_nam(order.at)
    before = licence.joined_into_id
    try:
        with transaction.atomic():
            retract(order, licence, entry_id)
    except IntegrityError as broken:
        raise conflict(
            "Không thu hồi được: số hoặc người nay thuộc hồ sơ khác.",
            "It cannot be taken back: another record has the number or the person now.",
        ) from broken
    settle(licence, day)
    if before is not None and before != licence.joined_into_id:
        settle(Licence.objects.select_for_update().get(pk=before), day)


def _require_reason(order: Order) -> None:
    if not order.reason.strip():
        raise incomplete("Cần nêu lý do.", "A reason is needed.")
