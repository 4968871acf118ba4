"""What follows for cards from what happened to their holders, and for the population register from what happened to cards.

Called by reactions to events; each follows what holds when it runs, so that it may run again.
"""

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Card, CardEvent
from sosach.domain.idcards.operations.stepping import locked_cards, step_cards, subject_of, subjects_of
from sosach.domain.idcards.rules.endings import Ending
from sosach.domain.idcards.states.cards import PRESENT, STEPS, CardState, CardStep
from sosach.domain.population.models import Person
from sosach.domain.population.operations.cards import follow_card
from sosach.domain.population.operations.corrections import CardTold
from sosach.domain.population.rules.words import Life

FOLLOWERS = frozenset({Role.SYSTEM})
KIND = "can_cuoc"
PLACE = "Bộ Công an"


@operation("idcards.cards_ended", roles=FOLLOWERS, nationwide=True)
def end_cards(order: Order, /, *, person_id: int, why: Ending) -> Done[int]:
    """End the cards of somebody who died, or whose record became another's; how many. Again, it ends nothing more.

    Cards still being made are ended when they are sent out.
    """
    allowed, _ = STEPS[CardStep.END]
    cards = locked_cards(Card.objects.filter(person_id=person_id, state__in=allowed))
    step_cards(order, cards, CardStep.END, why=why)
    return Done(len(cards), [Subject("person", str(person_id)), *map(subject_of, cards)], {"cards": len(cards)})


@operation("idcards.cards_restored", roles=FOLLOWERS, nationwide=True)
def restore_cards(order: Order, /, *, person_id: int, why: Ending) -> Done[int]:
    """Follow a death or merge that was taken back: cards it ended, and nobody handed in, are as they were; how many."""
    cards = locked_cards(Card.objects.filter(person_id=person_id, state=CardState.ENDED))
    ended = {
        event.card_id: event.why for event in CardEvent.objects.filter(card__in=cards, step=CardStep.END).order_by("pk")
    }
    back = [card for card in cards if ended[card.pk] == why]
    step_cards(order, back, CardStep.RESTORE, why=why)
    return Done(len(back), [Subject("person", str(person_id)), *map(subject_of, back)], {"cards": len(back)})


@operation("idcards.population_told", roles=FOLLOWERS, nationwide=True)
def tell_population(order: Order, /, *, card_id: int) -> Done[bool]:
    """Let the population register hold the card its holder has now, or none; whether there was somebody to tell of."""
    card = Card.objects.filter(pk=card_id).first()
    person = Person.objects.filter(pk=card.person_id).first() if card is not None else None
    if card is None or person is None or person.life_status == Life.DECEASED or person.merged_into_id is not None:
        return Done(False, [Subject("card", str(card_id))])
    present = Card.objects.filter(person=person, state__in=PRESENT).first()
    told = None
    if present is not None and present.issued_on is not None:
        told = CardTold(KIND, present.number, present.issued_on, present.expires_on, PLACE)
    follow_card(order, person_id=person.pk, kind=KIND, card=told)
    return Done(True, subjects_of([card]))
