"""What partners ask for cards (OSIA: credentials): a card for somebody, another delivery, none after all; and what befalls a card."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.exchange.models.enrollments import CredentialRequest
from sosach.domain.exchange.operations.taking_in import taken_in
from sosach.domain.exchange.queries.credentials import card_of, request_of, subjects_of_request
from sosach.domain.exchange.rules.card_requests import Applicant, unmapped
from sosach.domain.exchange.rules.credentials import Change
from sosach.domain.idcards.operations import life
from sosach.domain.idcards.operations.applying import change_application, wanted_of, withdraw
from sosach.domain.idcards.rules.applications import Wanted
from sosach.domain.idcards.rules.endings import Complaint, HoldGround, RevocationGround
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.cards import CardState

TAKERS = frozenset({Role.CARDS})  # lent to partners that take applications


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a card.

    Attributes:
        key: id of the partner's own.
        applicant: who it is for.
        wanted: what is asked for.
        content: the request as it came, without pictures.
    """

    key: str
    applicant: Applicant
    wanted: Wanted
    content: Mapping[str, Any]


@operation("exchange.card_requested", roles=TAKERS)
def request_card(order: Order, *, asked: Asked) -> Done[int]:
    """Request a card: an application is taken in.

    Returns:
        The id of the application.

    Raises:
        TurnedAwayError: no card can be made for this person now.
        SosachError: STATE-03, the id is used already, or the person has an application under way; as `open_application`.
    """
    if CredentialRequest.objects.filter(actor_key=order.actor.key, request_key=asked.key).exists():
        raise SosachError(
            ErrorCode.CONFLICT, vi="Mã yêu cầu này đã được dùng.", en="The id of the request is used already."
        )
    row = CredentialRequest(
        actor_key=order.actor.key,
        request_key=asked.key,
        content=dict(asked.content),
        application=taken_in(order, applicant=asked.applicant, wanted=asked.wanted),
        created_at=order.at,
        act=order.act,
    )
    row.save()
    return Done(row.application_id, subjects_of_request(row), {"application": row.application_id})


@operation("exchange.card_requested", roles=TAKERS)
def change_request(order: Order, *, asked: Asked) -> Done[None]:
    """Ask for something else under the same id.

    Delivery and urgency are changed in the application; for another card the application is withdrawn and a new one taken in.

    Raises:
        TurnedAwayError: no such card can be made for this person now.
        SosachError: STATE-01; STATE-02, it is for somebody else, or too late.
    """
    row = request_of(order.actor, asked.key, locked=True)
    application = row.application
    if application.person.pin != asked.applicant.pin:
        raise unmapped("Không đổi được người nhận thẻ.", "A request stays with the person it was made for.")
    before = wanted_of(application)
    told = replace(asked.wanted, office=asked.wanted.office or before.office)
    same = replace(told, delivery=before.delivery, address=before.address, priority=before.priority) == before
    if same and asked.content.get("biographicData") == row.content.get("biographicData"):
        change_application(
            _beside(order),
            application_id=application.pk,
            delivery=told.delivery,
            address=told.address,
            priority=told.priority,
        )
    else:
        withdraw(_beside(order), application_id=application.pk)
        row.application = taken_in(order, applicant=asked.applicant, wanted=asked.wanted)
    row.content, row.act = dict(asked.content), order.act
    row.save(update_fields=["application", "content", "act"])
    return Done(None, subjects_of_request(row), {"application": row.application_id})


@operation("exchange.card_request_cancelled", roles=TAKERS)
def cancel_request(order: Order, *, key: str) -> Done[None]:
    """Ask for no card after all; once cancelled it stays so.

    Raises:
        SosachError: STATE-01; STATE-02, the card is approved or there already.
    """
    row = request_of(order.actor, key, locked=True)
    if State(row.application.state) is not State.WITHDRAWN:
        withdraw(_beside(order), application_id=row.application_id)
    return Done(None, subjects_of_request(row), {"application": row.application_id})


def change_status(order: Order, *, serial: str, change: Change, why: str) -> None:
    """Suspend a card, give it back, revoke it, report it lost or damaged, or found again.

    Args:
        order: who, when; evidence `decision` where the law wants one.
        serial: of the card.
        change: what is to become of it.
        why: ground of the law, in its word (`HoldGround`, `RevocationGround`); "" where none is needed.

    Raises:
        SosachError: REQUEST-01, no such ground; STATE-01; STATE-02, not possible in its state; STATE-04, no decision.
    """
    card = card_of(order.actor, serial)
    if change is Change.SUSPENDED:
        life.hold(order, card_id=card.pk, ground=_ground(HoldGround, why))
    elif change is Change.REVOKED:
        life.revoke(order, card_id=card.pk, ground=_ground(RevocationGround, why))
    elif change is Change.ACTIVE:
        verb = life.find if card.state == CardState.LOST else life.give_back
        verb(order, card_id=card.pk)
    else:
        life.report(order, card_id=card.pk, what=Complaint(change.lower()))


def _ground(grounds: Any, why: str) -> Any:
    if why not in set(grounds):
        words = ", ".join(grounds)
        raise SosachError(
            ErrorCode.REQUEST_INVALID, vi=f"Lý do phải là một trong: {words}.", en=f"The reason is one of {words}."
        )
    return grounds(why)


def _beside(order: Order) -> Order:
    """The same order under an act of its own, for a verb of the register."""
    return replace(order, act=uuid4())
