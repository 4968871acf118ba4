"""Handing over: the counter takes the old card, gives the new one, and from that moment the new one holds.

Legal source: Law 26/2023/QH15 art. 24; procedure 2.000200 (the old card is taken, or declared lost).
"""

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Application, Card
from sosach.domain.idcards.operations.moving import handed_over
from sosach.domain.idcards.operations.stepping import (
    forbidden,
    locked_card,
    locked_cards,
    require_paper,
    step_cards,
    subjects_of,
)
from sosach.domain.idcards.queries.holders import ending_for
from sosach.domain.idcards.rules.applications import WORDS as APPLICANT
from sosach.domain.idcards.rules.applications import Kind, Problem
from sosach.domain.idcards.rules.endings import WORDS, OldCard
from sosach.domain.idcards.states.cards import PRESENT, CardState, CardStep
from sosach.domain.population.models import Person
from sosach.domain.population.rules.days import day_of
from sosach.domain.population.rules.words import Life

OFFICE = frozenset({Role.CARDS})
_EARLIER = PRESENT | {CardState.LOST, CardState.DAMAGED}


@operation("idcards.card_handed_over", roles=OFFICE, nationwide=True)
def hand_over(order: Order, /, *, card_id: int, old_card: OldCard) -> Done[Card]:
    """Hand a card to its holder, or note that the post did: it is active from then on, and no other card of the holder is.

    Args:
        order: who, when; in the evidence: `receipt`, the slip signed by who took the card, or the post's; and `old_card` or
            `loss_report` where the old card is not one of this register.
        card_id: waits at the office.
        old_card: what became of the old one.

    Raises:
        SosachError: STATE-01; STATE-02, not at the office, nobody can be given it any more, its number is not the holder's, it
            has expired, or the old card stands in the way;
            STATE-03, the holder got another card meanwhile; STATE-04, a paper is missing.
    """
    require_paper(order, "receipt", vi="phiếu ký nhận thẻ", en="the signed receipt")
    card = locked_card(order, card_id)
    person = Person.objects.get(pk=card.person_id)
    _require_same_holder(person, card)
    if card.expires_on is not None and card.expires_on < day_of(order.at):
        raise forbidden("Thẻ đã hết thời hạn trước khi trả.", "The card expired before it was handed over.")
    application = Application.objects.select_for_update(no_key=True).get(pk=card.application_id)
    earlier = locked_cards(Card.objects.filter(person=person, state__in=_EARLIER).exclude(pk=card.pk))
    _end_old(order, application, earlier, old_card)
    card.handed_over_on = day_of(order.at)
    step_cards(order, [card], CardStep.HAND_OVER, columns=("handed_over_on",))
    handed_over(order, application.pk)
    subjects = [*subjects_of([card, *earlier]), Subject("card_application", str(application.pk), card.commune_code)]
    return Done(card, subjects, {"old_card": old_card})


def _require_same_holder(person: Person, card: Card) -> None:
    """Refuse a card of somebody who can have none, or which says another number than the register.

    Raises:
        SosachError: STATE-02.
    """
    why = ending_for(person)
    if why is not None:
        raise forbidden(*WORDS[why])
    if person.life_status != Life.ALIVE:
        raise forbidden(*APPLICANT[Problem.NOT_ALIVE])
    if card.number != person.pin:
        raise forbidden(
            "Thẻ ghi số định danh đã hủy.",
            "The card bears a number that was cancelled.",
            hint_vi="Báo hỏng thẻ này: thẻ mang số mới được làm lại.",
            hint_en="Report it unusable: another one is made with the new number.",
        )


def _end_old(order: Order, application: Application, earlier: list[Card], old_card: OldCard) -> None:
    """What the counter did with the card that was before.

    Raises:
        SosachError: STATE-02, there is one and nothing was said of it; STATE-04, a paper is missing.
    """
    reported = all(card.state == CardState.LOST for card in earlier)
    had_one = bool(earlier) or bool(application.old_card) or application.kind != Kind.FIRST
    if old_card is OldCard.NONE and had_one and not (earlier and reported):
        raise forbidden(
            "Thẻ cũ phải được thu lại hoặc khai báo mất.", "The old card has to be taken, or declared lost."
        )
    if not earlier and old_card is OldCard.TAKEN:
        require_paper(order, "old_card", vi="số thẻ cũ đã thu", en="the number of the old card taken")
    if old_card is OldCard.DECLARED_LOST and not (earlier and reported):
        require_paper(order, "loss_report", vi="đơn báo mất thẻ cũ", en="the report of the loss")
        lost = [card for card in earlier if card.state in PRESENT]
        step_cards(order, lost, CardStep.REPORT_LOST)
    step_cards(order, earlier, CardStep.REPLACE)
    if old_card is OldCard.TAKEN:
        step_cards(order, earlier, CardStep.RECOVER)
