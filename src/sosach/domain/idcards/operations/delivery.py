"""Cards on their way: parcels to the offices that hand them over, what arrives, what does not."""

from collections.abc import Sequence

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Card, Parcel
from sosach.domain.idcards.operations.jobs import spoil_misnumbered, wait_again
from sosach.domain.idcards.operations.stepping import (
    conflict,
    forbidden,
    incomplete,
    locked_card,
    locked_cards,
    not_found,
    step_cards,
    subjects_of,
)
from sosach.domain.idcards.queries.holders import ending_for
from sosach.domain.idcards.rules.endings import Ending
from sosach.domain.idcards.states.cards import CardState, CardStep

SENDERS = frozenset({Role.CARD_STOCK})
OFFICE = frozenset({Role.CARDS})


@operation("idcards.cards_dispatched", roles=SENDERS)
def dispatch(order: Order, /, *, number: str, carrier: str, commune_code: str) -> Done[Parcel]:
    """Send every accepted card of an office there in one parcel; the same number again changes nothing.

    What must not be handed over stays behind: a card ends whose holder died or lost the nationality, or whose record became
    another's; one that bears a number its holder has no more is spoiled, and another one is made.

    Raises:
        SosachError: STATE-02, nothing waits for this office; STATE-03, the number is of another parcel.
    """
    there = Parcel.objects.filter(number=number).first()
    if there is not None:
        if (there.carrier, there.commune_code) != (carrier, commune_code):
            raise conflict("Số gói đã dùng cho gói khác.", "The number is of another parcel.")
        return Done(there, [_subject(there)], {"replayed": True})
    waiting = Card.objects.filter(state=CardState.ACCEPTED, commune_code=commune_code).select_related("person")
    cards = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    for why in Ending:
        step_cards(order, [card for card in cards if ending_for(card.person) is why], CardStep.END, why=why)
    spoil_misnumbered(order, [card for card in cards if card.state == CardState.ACCEPTED])
    sent = [card for card in cards if card.state == CardState.ACCEPTED]
    if not sent and not cards:
        raise forbidden("Không có thẻ nào chờ gửi đến nơi này.", "No card waits to go there.")
    parcel = Parcel.objects.create(
        number=number,
        carrier=carrier,
        commune_code=commune_code,
        province_code=cards[0].province_code,
        dispatched_at=order.at,
        act=order.act,
    )
    for card in sent:
        card.parcel = parcel
    step_cards(order, sent, CardStep.DISPATCH, columns=("parcel",))
    return Done(
        parcel, [_subject(parcel), *subjects_of(cards)], {"cards": len(sent), "kept_back": len(cards) - len(sent)}
    )


@operation("idcards.parcel_arrived", roles=OFFICE)
def arrive(order: Order, /, *, parcel_id: int, serials: Sequence[str]) -> Done[int]:
    """Say which cards of a parcel are there, as they were counted; how many are not. Told again, only what is new counts.

    Raises:
        SosachError: STATE-01, no such parcel within reach; STATE-04, a serial is not of this parcel.
    """
    rows = scoped(Parcel.objects.filter(pk=parcel_id), order.actor)
    parcel = rows.select_for_update().first()
    if parcel is None:
        raise not_found("Không tìm thấy gói thẻ.", "There is no such parcel within reach.")
    cards = locked_cards(Card.objects.filter(parcel=parcel))
    strange = set(serials) - {card.blank_id for card in cards}
    if strange:
        raise incomplete(f"Thẻ {min(strange)} không thuộc gói này.", f"Card {min(strange)} is not of this parcel.")
    come = [card for card in cards if card.blank_id in set(serials) and card.state == CardState.DISPATCHED]
    step_cards(order, come, CardStep.ARRIVE)
    missing = sum(card.state == CardState.DISPATCHED for card in cards)
    parcel.arrived_at = parcel.arrived_at or order.at
    parcel.save()
    return Done(missing, [_subject(parcel), *subjects_of(come)], {"cards": len(come), "missing": missing})


@operation("idcards.card_astray", roles=SENDERS | OFFICE | {Role.CARD_QUALITY})
def report_astray(order: Order, /, *, card_id: int) -> Done[None]:
    """Say that a card that was not handed over yet is nowhere; its application gets another one. `reason` says how one knows.

    Raises:
        SosachError: STATE-01; STATE-02, it was handed over, or is not made yet; STATE-04, no reason.
    """
    return _failed(order, card_id, CardStep.GO_ASTRAY)


@operation("idcards.card_spoiled", roles=SENDERS | OFFICE | {Role.CARD_QUALITY})
def spoil_card(order: Order, /, *, card_id: int) -> Done[None]:
    """Say that a card that was not handed over yet cannot be used; its application gets another one. `reason` says why.

    Raises:
        SosachError: STATE-01; STATE-02, it was handed over, or is not made yet; STATE-04, no reason.
    """
    return _failed(order, card_id, CardStep.SPOIL)


def _failed(order: Order, card_id: int, step: CardStep) -> Done[None]:
    if not order.reason.strip():
        raise incomplete("Cần ghi lý do.", "A reason is needed.")
    card = locked_card(order, card_id)
    if card.state == CardState.IN_WORK:
        raise forbidden(
            "Thẻ đang ở máy: giải quyết theo báo cáo của máy.", "The card is with the machine: settle its report."
        )
    step_cards(order, [card], step, why=order.reason[:200])
    wait_again(order, [card], why=order.reason)
    return Done(None, subjects_of([card]))


def _subject(parcel: Parcel) -> Subject:
    return Subject("card_parcel", str(parcel.pk), parcel.commune_code)
