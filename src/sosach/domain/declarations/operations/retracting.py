"""Taking an accepted declaration back, whatever came after it: the registers become what they were without it."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations.recording import DESK, locked, move_of, said, step, subject
from sosach.domain.declarations.operations.refusals import forbidden
from sosach.domain.declarations.queries.standing import standing_of
from sosach.domain.declarations.states import APPROVERS, Verb
from sosach.domain.licences.operations import retract_entry
from sosach.domain.population.operations import merging
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.vehicles.operations import take_back

_RETRACTORS: dict[str, frozenset[Role]] = {
    "vehicles": frozenset({Role.VEHICLES, Role.CHIEF, Role.STEWARD}),
    "licences": frozenset({Role.LICENCES}),
    "population": frozenset({Role.POPULATION, Role.CHIEF, Role.CIVIL_STATUS}),
}


@operation("declarations.retraction_asked", roles=DESK)
def ask_retraction(order: Order, *, declaration_id: int, text: str) -> Done[None]:
    """Ask that an acceptance be taken back; a second person decides.

    Raises:
        SosachError: STATE-01; STATE-02 it was not written into a register, or asked for already; STATE-04 no reason.
    """
    declaration = locked(order, declaration_id)
    step(order, declaration, move_of(order, Verb.ASK_RETRACTION), text=said(text), public=False)
    return Done(None, [subject(declaration)])


@operation("declarations.retracted", roles=APPROVERS, nationwide=True)
def retract(order: Order, *, declaration_id: int, text: str) -> Done[None]:
    """Take an acceptance back: every act it led to, the last first. Changes of owner by a second person only.

    Raises:
        SosachError: STATE-01; STATE-02 not written into a register, nobody asked for it, or something later follows from it
            and has to be taken back first; STATE-03 a number belongs to somebody else by now; STATE-04 no reason, or the
            register needs a second person; ACCESS-01 nobody of the two holds the role the register needs.
    """
    declaration = locked(order, declaration_id)
    asked = standing_of(declaration).retraction_by
    reason = said(text)
    step(order, declaration, move_of(order, Verb.RETRACT), text=reason)
    for act in reversed(declaration.applied):
        _take_back(replace(order, reason=reason), declaration, act, asked)
    return Done(None, [subject(declaration)], {"acts": len(declaration.applied)})


def _take_back(order: Order, declaration: Declaration, act: dict[str, Any], asked: Actor | None) -> None:
    keeper = _keeper(act["register"], order.actor, asked)
    second = order.actor if keeper == asked else asked
    told = replace(
        order,
        actor=keeper,
        act=uuid5(order.act, act["act"]),
        evidence={"declaration": declaration.number, "case": declaration.number},
    )
    if act["register"] == "population":
        merging.take_back(told, act=UUID(act["act"]))
        return
    entries = JournalEntry.objects.filter(register=act["register"], act=act["act"], subject_id=act["record"])
    for number, entry in enumerate(entries.exclude(kind="retraction").order_by("-pk").values_list("pk", flat=True)):
        one = replace(told, act=uuid5(told.act, str(number)))
        if act["register"] == "vehicles":
            able = second is not None and not second.roles.isdisjoint(APPROVERS)
            take_back(one, vehicle_id=act["record"], entry_id=entry, approver=second if able else None)
        else:
            retract_entry(one, licence_id=act["record"], entry_id=entry)


def _keeper(register: str, decides: Actor, asked: Actor | None) -> Actor:
    """Whoever of the two may take entries of the register back.

    Raises:
        SosachError: STATE-02.
    """
    for actor in (decides, asked):
        if actor is not None and not actor.roles.isdisjoint(_RETRACTORS[register]):
            return actor
    names = ", ".join(sorted(_RETRACTORS[register]))
    raise forbidden(
        f"Người đề nghị hoặc người quyết định thu hồi phải có vai trò: {names}.",
        f"Whoever asks for it or decides needs one of the roles: {names}.",
    )
