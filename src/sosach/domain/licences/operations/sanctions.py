"""Takes licences and gives them back: lost, suspended (tước), held (tạm giữ), revoked (thu hồi)."""

from collections.abc import Iterable
from datetime import date

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations.issuing import KEEPERS
from sosach.domain.licences.operations.papers import timing
from sosach.domain.licences.operations.recording import (
    chosen_groups,
    enter,
    locked,
    require_evidence,
    require_possible,
)
from sosach.domain.licences.operations.refusals import forbidden, incomplete, not_found
from sosach.domain.licences.queries.derived import day_in_viet_nam, holding_of, subjects_of
from sosach.domain.licences.rules.classes import Group
from sosach.domain.licences.rules.procedures import Procedure, RevokeReason
from sosach.domain.licences.states.happenings import Verb, happening
from sosach.domain.licences.states.holding import Sanction

PUNISHERS = frozenset({Role.LICENCES, Role.SYSTEM})
EVERY_HALF: frozenset[Group] = frozenset()


@operation("licences.card_lost", roles=KEEPERS)
def report_lost(order: Order, /, *, licence_id: int, card: str) -> Done[Licence]:
    """Write down that a card is lost; the right to drive stays.

    Args:
        order: who, when.
        licence_id: which licence.
        card: origin of the card, as the record shows it.

    Raises:
        SosachError: STATE-01 no such licence or card in use; STATE-02 the licence is revoked or exchanged.
    """
    day = day_in_viet_nam(order.at)
    licence = locked(order, licence_id)
    holding = holding_of(licence)
    there = holding.active_cards().get(card)
    if there is None:
        raise not_found()
    require_possible(holding, Verb.CARD_LOST, there.groups & chosen_groups(holding, EVERY_HALF), day)
    enter(order, licence, happening(Verb.CARD_LOST, day, card=card), procedure="report_lost")
    return Done(licence, subjects_of(licence))


@operation("licences.suspended", roles=PUNISHERS, nationwide=True)
def suspend(order: Order, /, *, licence_id: int, until: date, groups: frozenset[Group] = EVERY_HALF) -> Done[Licence]:
    """Suspend a licence up to and with a day, by a `decision` in the evidence; it ends by itself.

    Raises:
        SosachError: STATE-01 no such licence; STATE-02 it is suspended already, revoked or exchanged; STATE-04 no decision, or
            the end is not later.
    """
    day = day_in_viet_nam(order.at)
    licence = locked(order, licence_id, everywhere=True)
    holding = holding_of(licence)
    halves = chosen_groups(holding, groups)
    require_possible(holding, Verb.SUSPENDED, halves, day)
    require_evidence(order, "decision")
    if until < day:
        raise incomplete("Ngày hết tước phải ở sau.", "A suspension ends later than it begins.")
    enter(order, licence, happening(Verb.SUSPENDED, day, groups=halves, until=until.isoformat()), procedure="suspend")
    return Done(licence, subjects_of(licence))


@operation("licences.given_back", roles=PUNISHERS, nationwide=True)
def give_back(order: Order, /, *, licence_id: int) -> Done[Licence]:
    """Give a suspended licence back; before the end of the term only by a `decision` in the evidence.

    Raises:
        SosachError: STATE-01 no such licence; STATE-02 it is not suspended; STATE-04 the term runs and there is no decision.
    """
    day = day_in_viet_nam(order.at)
    licence = locked(order, licence_id, everywhere=True)
    holding = holding_of(licence)
    term = _open(holding.suspensions.values(), "Giấy phép không bị tước.", "The licence is not suspended.")
    require_possible(holding, Verb.GIVEN_BACK, EVERY_HALF, day)
    if term.runs(day):
        require_evidence(order, "decision")
    enter(order, licence, happening(Verb.GIVEN_BACK, day, ends=term.key), procedure="give_back")
    return Done(licence, subjects_of(licence))


@operation("licences.held", roles=PUNISHERS, nationwide=True)
def hold(order: Order, /, *, licence_id: int, groups: frozenset[Group] = EVERY_HALF) -> Done[Licence]:
    """Hold a licence until a fine is paid or a case decided.

    Raises:
        SosachError: STATE-01 no such licence; STATE-02 its status does not allow it.
    """
    day = day_in_viet_nam(order.at)
    licence = locked(order, licence_id, everywhere=True)
    holding = holding_of(licence)
    halves = chosen_groups(holding, groups)
    require_possible(holding, Verb.HELD, halves, day)
    enter(order, licence, happening(Verb.HELD, day, groups=halves), procedure="hold")
    return Done(licence, subjects_of(licence))


@operation("licences.released", roles=PUNISHERS, nationwide=True)
def release(order: Order, /, *, licence_id: int) -> Done[Licence]:
    """Release a held licence.

    Raises:
        SosachError: STATE-01 no such licence; STATE-02 it is not held.
    """
    day = day_in_viet_nam(order.at)
    licence = locked(order, licence_id, everywhere=True)
    holding = holding_of(licence)
    held = _open(holding.holds.values(), "Giấy phép không bị tạm giữ.", "The licence is not held.")
    require_possible(holding, Verb.RELEASED, EVERY_HALF, day)
    enter(order, licence, happening(Verb.RELEASED, day, ends=held.key), procedure="release")
    return Done(licence, subjects_of(licence))


@operation("licences.revoked", roles=KEEPERS, nationwide=True)
def revoke(
    order: Order, /, *, licence_id: int, reason: RevokeReason, received_on: date, groups: frozenset[Group] = EVERY_HALF
) -> Done[Licence]:
    """Revoke a licence by a `decision` in the evidence, in 3 working days; its classes and cards never come back.

    Somebody who passes the test anew is issued a licence under the same number. A wrong revocation is taken back.

    Raises:
        SosachError: STATE-01 no such licence; STATE-02 it is revoked or exchanged already; STATE-04 no decision.
    """
    day = day_in_viet_nam(order.at)
    licence = locked(order, licence_id, everywhere=True)
    holding = holding_of(licence)
    halves = chosen_groups(holding, groups)
    require_possible(holding, Verb.REVOKED, halves, day)
    require_evidence(order, "decision")
    facts = timing(Procedure.REVOKE, received_on, day)
    what = happening(Verb.REVOKED, day, groups=halves, reason=str(reason), **facts)
    enter(order, licence, what, procedure="revoke")
    return Done(licence, subjects_of(licence), {"reason": str(reason), "late": facts["late"]})


def _open(sanctions: Iterable[Sanction], vi: str, en: str) -> Sanction:
    """The first that was not ended."""
    found = next((each for each in sanctions if each.ended_on is None), None)
    if found is None:
        raise forbidden(vi, en)
    return found
