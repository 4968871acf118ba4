"""A claim of a partner beside the register: what differs becomes a proposal there, and nothing else changes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.exchange.models.identities import FiledIdentity, FiledPerson
from sosach.domain.exchange.operations.disclosing import Ask, find_by
from sosach.domain.exchange.queries.partners import Caller, PartnerRefusedError
from sosach.domain.population.models import Person
from sosach.domain.population.operations.corrections import CORRECTABLE
from sosach.domain.population.operations.register import REGISTER
from sosach.domain.provenance.models import Proposal
from sosach.domain.provenance.operations.judging import propose
from sosach.domain.provenance.rules import OPEN

REASON = "Đối tác gửi thông tin khác với sổ dân cư."


def compare_with_register(order: Order, caller: Caller, filed: FiledPerson, row: FiledIdentity) -> dict[str, int]:
    """Find whom an identity names by its `pin`, and propose to the register what it says otherwise of that person.

    The partner is told nothing of what came of it: neither whether the number is anybody's nor what the register holds.

    Args:
        order: who, when.
        caller: on the strength of which agreement.
        filed: the person, locked; saved.
        row: the identity that counts for the person.

    Returns:
        For the log: how many proposals were made, and how many values no proposal can carry.
    """
    told = row.biographic if isinstance(row.biographic, Mapping) else {}
    filed.person_id = _person_named(order, caller, told.get("pin"))
    filed.save(update_fields=["person"])
    if filed.person_id is None:
        return {}
    person = Person.objects.get(pk=filed.person_id)
    claims = {name: value for name, value in told.items() if name in CORRECTABLE and isinstance(value, str)}
    differing = {name: value for name, value in claims.items() if value.strip() != (getattr(person, name) or "")}
    made = [_proposed(order, person.pk, name, value) for name, value in sorted(differing.items())]
    return {"proposals": made.count(True), "unfit": made.count(False)}


def _person_named(order: Order, caller: Caller, number: Any) -> int | None:
    if not isinstance(number, str) or not number:
        return None
    try:
        return find_by(Ask(caller, order.at), register="population", key="pin", value=number)
    except PartnerRefusedError:
        return None  # an agreement that covers nothing of the population lets nobody be found by it


def _proposed(order: Order, person_id: int, column: str, value: str) -> bool | None:
    """Whether a proposal was made; None where the same one stands already, False where the column cannot hold the value."""
    same = Proposal.objects.filter(register=Person.REGISTER, subject_id=person_id, column=column, value=value)
    if same.filter(actor_key=order.actor.key, state=OPEN).exists():
        return None
    # a claim is brought forward as the keepers of the register bring theirs forward; somebody else decides it
    actor = replace(order.actor, roles=order.actor.roles | {Role.POPULATION})
    claim = Order(actor, order.at, {"filing": order.evidence.get("case", "")}, REASON, uuid4())
    try:
        propose(claim, register=REGISTER, record_id=person_id, column=column, value=value)
    except SosachError:
        return False
    return True
