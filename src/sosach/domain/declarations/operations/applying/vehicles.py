"""Accepted claims about vehicles, as verbs of the vehicle register."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations.applying.accepted import Accepted
from sosach.domain.declarations.operations.refusals import forbidden
from sosach.domain.declarations.rules import LEGAL_NOTICE_DAYS, kind_of
from sosach.domain.population.queries import person_of_pin
from sosach.domain.population.rules.days import day_of
from sosach.domain.vehicles import operations as register
from sosach.domain.vehicles.models import Block
from sosach.domain.vehicles.rules import COMMITMENT, WITHDRAWAL_PAPER, Ground, Holder, person
from sosach.domain.vehicles.states import BlockKind

REGISTRARS = (Role.VEHICLES,)
CORRECTORS = (Role.VEHICLES, Role.CHIEF, Role.STEWARD)
# What follows by itself from a step of a citizen or of the desk is done by nobody's hand.
CONSEQUENCE = Actor(ActorKind.SYSTEM, "declarations", Level.NATION, roles=frozenset({Role.VEHICLES}))
_GROUNDS = {
    "vehicle_broken": Ground.UNUSABLE,
    "vehicle_over_age": Ground.OVER_AGE,
    "vehicle_scrapped": Ground.DISCARDED,
}
_NUMBERS = frozenset({"manufactured_year"})


def begin_notice(order: Order, declaration: Declaration) -> date:
    """Post publicly that somebody without papers wants a vehicle in his name; the last day to object.

    Raises:
        SosachError: ACCESS-01 not a registrar; STATE-02 no record is known, or something lies on the vehicle.
    """
    accepted = Accepted(order, declaration, kind_of(declaration.kind), order.actor, {})
    there = _notice_of(declaration, declaration.record_id)
    if there is not None and there.until is not None:
        return there.until
    keeper = accepted.keeper(REGISTRARS)
    told = accepted.order_of("vehicles.open_notice", keeper, **{COMMITMENT: declaration.number})
    register.open_notice(told, vehicle_id=accepted.record, user_person=declaration.person_id)
    return day_of(order.at) + timedelta(days=LEGAL_NOTICE_DAYS)


def end_notice(order: Order, declaration: Declaration, *, record_id: int | None) -> None:
    """End the public notice of a claim that is refused, taken back, or now about another vehicle; without one, nothing.

    Args:
        order: whose step it follows from.
        declaration: the claim.
        record_id: the vehicle it was about.
    """
    with acting(CONSEQUENCE):  # citizens, who take back what is theirs, do not see what lies on vehicles
        there = _notice_of(declaration, record_id)
    if there is None:
        return
    accepted = Accepted(order, declaration, kind_of(declaration.kind), order.actor, {})
    told = accepted.order_of("vehicles.refuse_notice", CONSEQUENCE)
    register.refuse_notice(told, vehicle_id=there.vehicle_id)


def _notice_of(declaration: Declaration, record_id: int | None) -> Block | None:
    if record_id is None or declaration.register != "vehicles":
        return None
    lying = Block.objects.filter(vehicle_id=record_id, kind=BlockKind.NOTICE, holds=True)
    return lying.filter(closed_by__isnull=True, person_id=declaration.person_id).first()


def _confirm(accepted: Accepted) -> None:
    order = accepted.order_of("vehicles.confirm_status", accepted.order.actor)
    register.confirm_status(order, vehicle_id=accepted.record, status=accepted.kind.status)
    accepted.did("vehicles.confirm_status", order, accepted.record)


def _in_use(accepted: Accepted) -> None:
    """The status, and how to reach the owner, where one of the two may write that."""
    _confirm(accepted)
    told = {"owner_phone": accepted.keys.get("phone", ""), "owner_address": accepted.answers.get("address", "")}
    changes = {column: value[:300] for column, value in told.items() if value}
    able = not (accepted.order.actor.roles | accepted.verifier.roles).isdisjoint(CORRECTORS)
    if changes and able:
        _correct(accepted, changes)


def _correct(accepted: Accepted, changes: dict[str, Any]) -> None:
    order = accepted.order_of("vehicles.correct", accepted.keeper(CORRECTORS))
    register.correct(order, vehicle_id=accepted.record, changes=changes)
    accepted.did("vehicles.correct", order, accepted.record)


def _data_wrong(accepted: Accepted) -> None:
    item = accepted.answers["vehicle_item"]
    value = str(accepted.terms.get("value") or accepted.answers["right_value"])
    if item in _NUMBERS and not value.isdecimal():
        raise forbidden("Năm sản xuất phải là số.", "A year of manufacture is a number.")
    _correct(accepted, {item: int(value) if item in _NUMBERS else value})


def _sold(accepted: Accepted) -> None:
    order = accepted.order_of("vehicles.declare_sale", accepted.order.actor)
    paper = accepted.answers["sale_paper"]
    told = f"{paper} {accepted.answers.get('paper_number', '')}".strip() if paper != "none" else ""
    on = date.fromisoformat(accepted.keys["sold_on"])
    register.declare_sale(order, vehicle_id=accepted.record, buyer=_party(accepted, "buyer"), on=on, paper=told)
    accepted.did("vehicles.declare_sale", order, accepted.record)
    _confirm(accepted)


def _party(accepted: Accepted, who: str) -> str:
    """A person of the register by number, else the name as told."""
    number = accepted.keys.get(f"{who}_pin")
    found = person_of_pin(number) if number else None
    return person(found.pk).party if found is not None else f"name:{accepted.keys[f'{who}_name']}"


def _lent(accepted: Accepted) -> None:
    number = accepted.keys.get("user_pin")
    user = person_of_pin(number) if number else None
    order = accepted.order_of("vehicles.declare_status", accepted.order.actor)
    told = user.pk if user is not None else None
    register.declare_status(order, vehicle_id=accepted.record, status=accepted.kind.status, user_person=told)
    accepted.did("vehicles.declare_status", order, accepted.record)
    _confirm(accepted)


def _stolen(accepted: Accepted) -> None:
    order = accepted.order_of("vehicles.report_stolen", accepted.order.actor)
    register.report_stolen(order, vehicle_id=accepted.record, report=accepted.answers["police_report"])
    accepted.did("vehicles.report_stolen", order, accepted.record)


def _found(accepted: Accepted) -> None:
    order = accepted.order_of("vehicles.report_recovered", accepted.order.actor)
    register.report_recovered(order, vehicle_id=accepted.record)
    accepted.did("vehicles.report_recovered", order, accepted.record)


def _papers_lost(accepted: Accepted) -> None:
    verbs: dict[str, tuple[Callable[..., object], ...]] = {
        "certificate": (register.reissue_certificate,),
        "plate": (register.report_plate_lost, register.reissue_plate),
        "both": (register.reissue_certificate, register.report_plate_lost, register.reissue_plate),
    }
    for verb in verbs[accepted.answers["lost_what"]]:
        name = f"vehicles.{verb.__name__}"
        order = accepted.order_of(name, accepted.keeper(REGISTRARS))
        verb(order, vehicle_id=accepted.record)
        accepted.did(name, order, accepted.record)


def _ended(accepted: Accepted) -> None:
    """Withdrawn once certificate and plate are handed in; lost ones are checked for 30 days; until then the status is known."""
    papers = accepted.terms.get("papers", "")
    if papers == "handed_in":
        order = accepted.order_of("vehicles.withdraw", accepted.keeper(REGISTRARS))
        register.withdraw(order, vehicle_id=accepted.record, ground=_GROUNDS[accepted.kind.code], online=True)
        accepted.did("vehicles.withdraw", order, accepted.record)
        return
    if papers == "lost":
        order = accepted.order_of("vehicles.report_papers_lost", accepted.keeper(REGISTRARS))
        register.report_papers_lost(order, vehicle_id=accepted.record)
        accepted.did("vehicles.report_papers_lost", order, accepted.record)
    _confirm(accepted)


def _not_mine(accepted: Accepted) -> None:
    order = accepted.order_of("vehicles.object_to", accepted.order.actor)
    declared = accepted.declaration.person_id
    statement = accepted.answers["statement"]
    register.object_to(order, vehicle_id=accepted.record, objector=declared, statement=statement)
    accepted.did("vehicles.object_to", order, accepted.record)


def _bought(accepted: Accepted) -> None:
    answers = accepted.answers
    if answers["through_several"] == "no":
        _transfer(accepted, **{answers["ownership_paper"]: answers["paper_number"]})
        return
    papers = {
        "paper_of_registered_owner": answers["owner_paper_number"],
        "paper_of_last_seller": answers["paper_number"],
    }
    keeper = accepted.keeper(REGISTRARS)
    order = accepted.order_of("vehicles.transfer_with_papers", keeper, **papers)
    hands = [f"name:{line.strip()}" for line in answers.get("hands", "").splitlines() if line.strip()]
    register.transfer_with_papers(
        order,
        vehicle_id=accepted.record,
        holder=Holder(person(accepted.declaration.person_id)),
        approver=accepted.second(keeper),
        hands=hands,
        **_numbered(accepted),
    )
    accepted.did("vehicles.transfer_with_papers", order, accepted.record)


def _inherited(accepted: Accepted) -> None:
    _transfer(accepted, inheritance=accepted.answers["inheritance_number"])


def _transfer(accepted: Accepted, **papers: str) -> None:
    withdrawn = str(accepted.terms.get(WITHDRAWAL_PAPER) or "")
    keeper = accepted.keeper(REGISTRARS)
    order = accepted.order_of("vehicles.transfer", keeper, **papers, **{WITHDRAWAL_PAPER: withdrawn})
    register.transfer(
        order,
        vehicle_id=accepted.record,
        holder=Holder(person(accepted.declaration.person_id)),
        approver=accepted.second(keeper),
        paper_on=date.fromisoformat(accepted.keys["paper_on"]),
        combined=not withdrawn,
        **_numbered(accepted),
    )
    accepted.did("vehicles.transfer", order, accepted.record)


def _after_notice(accepted: Accepted) -> None:
    keeper = accepted.keeper(REGISTRARS)
    order = accepted.order_of("vehicles.transfer_after_notice", keeper)
    second = accepted.second(keeper)
    register.transfer_after_notice(order, vehicle_id=accepted.record, approver=second, **_numbered(accepted))
    accepted.did("vehicles.transfer_after_notice", order, accepted.record)


def _numbered(accepted: Accepted) -> dict[str, Any]:
    return {
        "number": accepted.terms.get("number"),
        "transport_business": bool(accepted.terms.get("transport_business")),
    }


VEHICLES: dict[str, Callable[[Accepted], None]] = {
    "vehicle_in_use": _in_use,
    "vehicle_sold": _sold,
    "vehicle_bought_with_papers": _bought,
    "vehicle_bought_without_papers": _after_notice,
    "vehicle_inherited": _inherited,
    "vehicle_lent": _lent,
    "vehicle_stolen": _stolen,
    "vehicle_found": _found,
    "vehicle_papers_lost": _papers_lost,
    "vehicle_broken": _ended,
    "vehicle_over_age": _ended,
    "vehicle_scrapped": _ended,
    "vehicle_unused": _confirm,
    "vehicle_moved_away": _confirm,
    "vehicle_seized": _confirm,
    "vehicle_not_mine": _not_mine,
    "vehicle_data_wrong": _data_wrong,
    "vehicle_other": _confirm,
}
