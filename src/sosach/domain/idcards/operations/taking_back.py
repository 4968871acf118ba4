"""A citizen takes back the own report of a lost card: it was never lost, and nobody has begun to replace it."""

from datetime import timedelta

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.idcards.models import Application, CardEvent
from sosach.domain.idcards.operations.stepping import forbidden, locked_card, step_cards, subjects_of
from sosach.domain.idcards.states.applications import CLOSED
from sosach.domain.idcards.states.cards import CardStep

# After that somebody may have had the card in hands of their own: it is shown at the counter first.
TAKE_BACK = timedelta(days=1)


@operation("idcards.card_report_taken_back", roles=frozenset({Role.CITIZEN}))
def take_back_report(order: Order, /, *, card_id: int) -> Done[None]:
    """Let a card hold again that its holder reported lost on the own page not long ago.

    Raises:
        SosachError: STATE-01 no such card of theirs; STATE-02 it is not lost, somebody else reported it, it is too long ago, or a
            new card was applied for.
    """
    card = locked_card(order, card_id)
    last = CardEvent.objects.filter(card=card).order_by("-pk").first()
    own = last is not None and last.step == CardStep.REPORT_LOST and last.actor_key == order.actor.key
    if last is None or not own or order.at - last.at > TAKE_BACK:
        raise forbidden(
            "Không còn rút được báo mất trên trang này.",
            "The report can no longer be taken back here.",
            hint_vi="Mang thẻ tìm lại được đến công an xã.",
            hint_en="Show the card you found at the police of your commune.",
        )
    closed = sorted(state.value for state in CLOSED)
    if Application.objects.filter(person_id=card.person_id).exclude(state__in=closed).exists():
        raise forbidden(
            "Bạn đang đề nghị cấp lại thẻ: rút hồ sơ đó trước.",
            "You have applied for a new card: take that application back first.",
        )
    step_cards(order, [card], CardStep.FIND)
    return Done(None, subjects_of([card]))
