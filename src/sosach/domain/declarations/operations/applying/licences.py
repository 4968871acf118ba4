"""Accepted claims about licences, as verbs of the licence register."""

from collections.abc import Callable
from datetime import date

from sosach.domain.access.rules import Role
from sosach.domain.declarations.operations.applying.accepted import Accepted
from sosach.domain.licences import operations as register
from sosach.domain.licences.models import Licence
from sosach.domain.licences.queries.derived import holding_of
from sosach.domain.licences.rules.applications import Application
from sosach.domain.licences.rules.classes import ClassFact, NumberForm, groups_of, number_form
from sosach.domain.licences.rules.procedures import Exam, HolderData
from sosach.domain.licences.states.happenings import CardFact, Material, Medium
from sosach.domain.population.models import Person
from sosach.domain.population.rules.days import day_of
from sosach.vn import dates
from sosach.vn.licence_classes import Law, classes_of

KEEPERS = (Role.LICENCES,)
NEW_LAW_FROM = date(2025, 1, 1)  # Law 36/2024: classes issued from that day on are its own
_SEXES = {"nam": "M", "nữ": "F", "m": "M", "f": "F", "male": "M", "female": "F"}


def _in_use(accepted: Accepted) -> None:
    """Whose licence it is, where the register does not know; it knows the rest already."""
    _link(accepted, accepted.record)


def _link(accepted: Accepted, licence_id: int) -> None:
    if Licence.objects.get(pk=licence_id).holder_id is not None:
        return
    order = accepted.order_of("licences.link_holder", accepted.keeper((Role.LICENCES, Role.STEWARD)))
    register.link_holder(order, licence_id=licence_id, person_id=accepted.declaration.person_id)
    accepted.did("licences.link_holder", order, licence_id)


def _to_pet(accepted: Accepted) -> None:
    _link(accepted, accepted.record)
    keeper, day = accepted.keeper(KEEPERS), day_of(accepted.order.at)
    held = holding_of(Licence.objects.get(pk=accepted.record)).held().values()
    health = str(accepted.terms.get("health_check") or "")
    order = accepted.order_of("licences.convert_paper", keeper, health_check=health)
    serial = str(accepted.terms.get("serial") or "")
    card = CardFact(Material.PET, serial, groups_of(held), day, keeper.unit)
    application = Application(
        received_on=day_of(accepted.declaration.submitted_at),
        stated=_stated(accepted),
        choices=dict(accepted.terms.get("choices") or {}),
        exams=frozenset(map(Exam, accepted.terms.get("exams") or ())),
    )
    register.convert_paper(order, licence_id=accepted.record, application=application, cards=(card,))
    accepted.did("licences.convert_paper", order, accepted.record)


def _stated(accepted: Accepted) -> HolderData:
    declarant = Person.objects.get(pk=accepted.declaration.person_id)
    return HolderData(declarant.full_name, declarant.birth_date, declarant.commune_code or "", declarant.nationality)


def _lost(accepted: Accepted) -> None:
    cards = holding_of(Licence.objects.get(pk=accepted.record)).active_cards()
    for origin, card in cards.items():
        if card.medium is Medium.CARD:
            order = accepted.order_of("licences.report_lost", accepted.keeper(KEEPERS))
            register.report_lost(order, licence_id=accepted.record, card=origin)
            accepted.did("licences.report_lost", order, accepted.record)


def _from_ledger(accepted: Accepted) -> None:
    keys = accepted.keys
    issued = date.fromisoformat(keys["issued_on"])
    law: Law = "2024" if issued >= NEW_LAW_FROM else "2008"
    expires = date.fromisoformat(keys["expires_on"]) if "expires_on" in keys else None
    known = classes_of(law)
    classes = tuple(
        ClassFact(name, law, issued, None if name in known and known[name].unlimited else expires)
        for name in keys["licence_class"].split(",")
    )
    number = keys["licence_number"]
    material = Material.PET if number_form(number) is NumberForm.PET else Material.PAPER
    card = CardFact(material, "", groups_of(classes), issued, accepted.answers["issued_by"][:120])
    order = accepted.order_of(
        "licences.enter_from_ledger", accepted.keeper(KEEPERS), ledger=str(accepted.terms.get("ledger") or "")
    )
    made = register.enter_from_ledger(
        order,
        licence_number=number,
        holder=_stated(accepted),
        province_code=accepted.declaration.province_code or "",
        classes=classes,
        cards=(card,),
    )
    accepted.declaration.record_id = made.pk
    accepted.did("licences.enter_from_ledger", order, made.pk)
    _link(accepted, made.pk)


def _data_wrong(accepted: Accepted) -> None:
    item = accepted.answers["licence_item"]
    value = str(accepted.terms.get("value") or plain_value(item, accepted.answers["right_value"]))
    order = accepted.order_of("licences.correct", accepted.keeper(KEEPERS))
    register.correct(order, licence_id=accepted.record, changes={item: value})
    accepted.did("licences.correct", order, accepted.record)


def plain_value(item: str, typed: str) -> str:
    """A value as registers write it: dates in ISO form, M and F; anything else as typed.

    >>> plain_value("birth_date", "05/03/1990"), plain_value("sex", "Nữ"), plain_value("full_name", "Trần Văn Thử")
    ('1990-03-05', 'F', 'Trần Văn Thử')
    """
    if item == "birth_date":
        return dates.explain(typed, kind="birth").iso or typed
    return _SEXES.get(typed.strip().lower(), typed) if item == "sex" else typed


LICENCES: dict[str, Callable[[Accepted], None]] = {
    "licence_in_use": _in_use,
    "licence_paper_to_pet": _to_pet,
    "licence_lost": _lost,
    "licence_not_in_system": _from_ledger,
    "licence_data_wrong": _data_wrong,
}
