"""What a partner says otherwise than the register becomes a proposal there: nothing changes before an officer has decided."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.exchange.operations.disclosing import Ask
from sosach.domain.exchange.queries.partners import PartnerRefusedError
from sosach.domain.exchange.rules.agreements import Refused
from sosach.domain.licences.operations.register import REGISTER as LICENCES
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.provenance.models import Proposal
from sosach.domain.provenance.operations.judging import propose
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import OPEN
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES

REASON = "Đối tác gửi thông tin khác với sổ."
# A claim is brought forward as the keepers of the register bring theirs forward; somebody else decides it.
_KEEPERS: Mapping[str, tuple[Register, Role]] = {
    "population": (POPULATION, Role.POPULATION),
    "vehicles": (VEHICLES, Role.VEHICLES),
    "licences": (LICENCES, Role.LICENCES),
}


def propose_changes(ask: Ask, *, register: str, record_id: int, values: Mapping[str, Any]) -> list[str]:
    """Propose that values of a record should be others; the names of those that are proposed now.

    The partner is not told what the register holds: what stands there already is proposed all the same, and found so by whoever
    decides.

    Raises:
        PartnerRefusedError: ACCESS-01, the agreement lets the partner say nothing of an attribute.
        SosachError: REQUEST-01, nothing is told; STATE-04, a value no correction can carry.
    """
    keeper, role = _KEEPERS[register]
    if not values:
        raise SosachError(ErrorCode.REQUEST_INVALID, vi="Không có nội dung.", en="Nothing is told.")
    if set(values) - ask.caller.agreement.may_match(register):
        raise PartnerRefusedError(
            Refused.CONTENT, vi="Thỏa thuận không có dữ liệu này.", en="The agreement does not cover this."
        )
    actor = replace(ask.caller.actor, roles=ask.caller.actor.roles | {role})
    papers = {"agreement": ask.caller.agreement.number} | (
        {"case": ask.caller.reference} if ask.caller.reference else {}
    )
    own = {"actor_key": actor.key, "register": register, "subject_id": record_id, "state": OPEN}
    with acting(actor):  # all of them, or none where one cannot be
        for column, value in values.items():
            if not Proposal.objects.filter(**own, column=column, value=value).exists():
                order = Order(actor, ask.at, papers, REASON, uuid4())
                propose(order, register=keeper, record_id=record_id, column=column, value=value)
    return sorted(values)
