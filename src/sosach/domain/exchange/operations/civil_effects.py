"""What a message of civil status does to the register, by the verbs of the register."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.exchange.models import CivilNotice
from sosach.domain.exchange.rules import civil as told
from sosach.domain.exchange.rules.civil import Kind, Message, Who
from sosach.domain.exchange.states.civil import State
from sosach.domain.population.models import Person
from sosach.domain.population.operations import births
from sosach.domain.population.operations.civil import register_death
from sosach.domain.population.operations.corrections import ask_correction
from sosach.domain.population.operations.journal import incomplete
from sosach.domain.population.operations.marriages import annul_marriage, register_divorce, register_marriage
from sosach.domain.population.operations.merging import take_back
from sosach.domain.population.queries import person_of_pin, survivor_of

_COUPLES: Mapping[Kind, Callable[..., None]] = {
    Kind.MARRIAGE: register_marriage,
    Kind.DIVORCE: register_divorce,
    Kind.ANNULMENT: annul_marriage,
}
# Columns of a person that the message of the birth tells, under the same names.
_BORN = ("full_name", "birth_date", "sex", "birth_place", "hometown", "ethnicity", "nationality")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a message came to.

    Attributes:
        state: of the message.
        persons: records it is about.
        code: of the error, where it was refused.
        vi: why, Vietnamese.
        en: why, English.
        due_on: last day to decide, where somebody else decides.
    """

    state: State
    persons: tuple[int, ...] = ()
    code: str = ""
    vi: str = ""
    en: str = ""
    due_on: date | None = None


def carry_out(order: Order, row: CivilNotice, message: Message) -> Effect:
    """Do what a message says, all of it or nothing.

    Raises:
        SosachError: what the verbs of the population register refuse, or what cannot be done to the message it is about.
    """
    with transaction.atomic():
        if isinstance(message.content, told.Withdrawal):
            return _withdraw(order, row, message.content)
        if isinstance(message.content, told.Correction):
            return _correct(order, row, message.content)
        return _register(order, row, message.content)


def _register(order: Order, row: CivilNotice, fact: told.Birth | told.Death | told.Couple) -> Effect:
    if isinstance(fact, told.Birth):
        return Effect(State.APPLIED, (_born(order, row, fact),))
    person = _record(row.partner, fact.person)
    if isinstance(fact, told.Death):
        register_death(order, person_id=person, died_on=fact.died_on)
        return Effect(State.APPLIED, (person,))
    spouse = _record(row.partner, fact.spouse)
    _COUPLES[fact.kind](order, person_id=person, spouse_id=spouse, on=fact.on)
    return Effect(State.APPLIED, (person, spouse))


def _born(order: Order, row: CivilNotice, fact: told.Birth) -> int:
    parents = tuple(births.ParentTold(**parent.model_dump()) for parent in fact.parents)
    content = fact.model_dump(exclude={"kind", "parents"})
    birth = births.Birth(row.message_id, commune_code=row.commune_code, parents=parents, **content)
    return births.register_birth(order, birth=birth).person_id


def _record(partner: str, who: Who) -> int:
    """The record of somebody a message names.

    Raises:
        SosachError: STATE-01.
    """
    if who.birth is not None:
        row = CivilNotice.objects.filter(partner=partner, message_id=who.birth, kind=Kind.BIRTH).first()
        if row is not None and row.state == State.APPLIED:
            return survivor_of(row.persons[0])
    person = person_of_pin(who.pin) if who.pin is not None else None
    if person is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không tìm thấy người này.", en="There is no such person.")
    return int(person.pk)


def _target(row: CivilNotice) -> CivilNotice:
    """The message another one corrects or withdraws, locked; it is there, for otherwise that one would wait."""
    return CivilNotice.objects.select_for_update().get(partner=row.partner, message_id=row.target)


def _withdraw(order: Order, row: CivilNotice, content: told.Withdrawal) -> Effect:
    """Take a message back. What has had no effect never will; an effect is taken back by the register's own procedure."""
    target = _target(row)
    if target.state in {State.WAITING, State.REFUSED}:
        _become(order, target, State.WITHDRAWN)
        return Effect(State.APPLIED)
    if target.state != State.APPLIED or target.kind == Kind.WITHDRAWAL:
        raise _not_any_more(target)
    _undo(order, target, content.reason)
    if target.kind == Kind.CORRECTION:
        _become(order, _target(target), State.APPLIED)
    _become(order, target, State.WITHDRAWN)
    return Effect(State.APPLIED, tuple(target.persons))


def _correct(order: Order, row: CivilNotice, content: told.Correction) -> Effect:
    """Put the right content in the place of an earlier message; a birth is corrected by a petition to the police."""
    target = _target(row)
    if target.state != State.APPLIED or target.kind == Kind.WITHDRAWAL:
        raise _not_any_more(target)
    if content.content.kind != _about(target):
        raise incomplete("Nội dung đính chính thuộc loại khác.", "The right content is of another kind.")
    if isinstance(content.content, told.Birth):
        return _ask(order, target, content.content)
    _undo(order, target, f"{row.kind} {row.message_id}")
    effect = _register(order, row, content.content)
    _become(order, target, State.CORRECTED)
    return replace(effect, persons=tuple(dict.fromkeys((*effect.persons, *target.persons))))


def _about(row: CivilNotice) -> str:
    """What a message says of people: its own kind, or that of the first message it corrects."""
    while row.kind == Kind.CORRECTION:
        row = CivilNotice.objects.get(partner=row.partner, message_id=row.target)
    return str(row.kind)


def _undo(order: Order, target: CivilNotice, reason: str) -> None:
    """Take back what a message did. The verb is the police's; a register office takes back what it sent itself and no more."""
    keeper = replace(order.actor, roles=frozenset({Role.POPULATION}))
    take_back(replace(order, actor=keeper, reason=reason), act=target.act)


def _ask(order: Order, target: CivilNotice, right: told.Birth) -> Effect:
    """Ask the police of the commune where the person lives now; only what differs is asked for."""
    if right.parents:
        raise incomplete(
            "Cha, mẹ, người đại diện được ghi theo thủ tục riêng.", "Parents are noted by a procedure of their own."
        )
    person = Person.objects.get(pk=survivor_of(target.persons[0]))
    changes = {name: getattr(right, name) for name in _BORN if getattr(right, name) != getattr(person, name)}
    clerk = replace(order.actor, level=Level.NATION, unit="", roles=frozenset({Role.CLERK}))
    petition = ask_correction(replace(order, actor=clerk), person_id=person.pk, changes=changes)
    return Effect(State.ASKED, (int(person.pk),), due_on=petition.due_on)


def _become(order: Order, row: CivilNotice, state: State) -> None:
    fields: dict[str, Any] = {"state": state, "changed_at": order.at, "content": None, "until": None, "waits_for": []}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))


def _not_any_more(target: CivilNotice) -> SosachError:
    return SosachError(
        ErrorCode.STATE_FORBIDS,
        vi=f"Thông điệp {target.message_id} đang ở trạng thái “{target.state}” nên không đính chính, thu hồi được.",
        en=f"Message {target.message_id} is “{target.state}”: it cannot be corrected or withdrawn.",
        hint_vi="Nếu đã được đính chính, hãy nêu thông điệp đính chính mới nhất.",
        hint_en="If it was corrected, name the latest correction.",
    )
