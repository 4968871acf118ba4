"""What follows for cards from what happened to their holders, and for the population register from what happened to cards.

Called by reactions to events; each follows what holds when it runs, so that it may run again.
"""

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Application, Card, CardEvent
from sosach.domain.idcards.operations import lapsing
from sosach.domain.idcards.operations.jobs import spoil_misnumbered
from sosach.domain.idcards.operations.stepping import locked_cards, step_cards, subject_of, subjects_of
from sosach.domain.idcards.queries.holders import ending_for
from sosach.domain.idcards.rules.endings import OF_HOLDERS, Ending
from sosach.domain.idcards.states.cards import ON_THE_WAY, PRESENT, STEPS, CardState, CardStep
from sosach.domain.population.models import Person
from sosach.domain.population.operations.cards import follow_card
from sosach.domain.population.operations.corrections import CardTold
from sosach.domain.population.rules.words import Life

FOLLOWERS = frozenset({Role.SYSTEM})
KIND = "can_cuoc"
PLACE = "Bộ Công an"
# Whoever loses the nationality keeps the card until a decision revokes it (art. 29.1); what lies ready is not handed over.
_ENDS = {Ending.NATIONALITY: ON_THE_WAY}


@operation("idcards.cards_ended", roles=FOLLOWERS, nationwide=True)
def end_cards(order: Order, /, *, person_id: int) -> Done[int]:
    """End the cards of somebody who died, whose record became another's, or who lost the nationality, and the open application.

    A card no machine has heard of gives its blank back. One that is being made is finished, for the counts to add up, and
    ends when it is let go by the quality station. Again, it ends nothing more.

    Returns:
        How many cards ended.
    """
    person = Person.objects.filter(pk=person_id).first()
    why = ending_for(person) if person is not None else None
    if person is None or why is None:
        return Done(0, [Subject("person", str(person_id))])
    cards = locked_cards(Card.objects.filter(person=person, state__in=_ENDS.get(why, STEPS[CardStep.END][0])))
    planned = locked_cards(Card.objects.filter(person=person, state=CardState.PLANNED))
    step_cards(order, cards, CardStep.END, why=why)
    step_cards(order, planned, CardStep.CANCEL, why=why)
    lapsed = lapsing.lapse(order, why, person=person.pk)
    subjects = [Subject("person", str(person_id)), *map(subject_of, [*cards, *planned]), *_told(lapsed)]
    return Done(len(cards), subjects, {"cards": len(cards), "applications": len(lapsed), "why": why})


@operation("idcards.cards_restored", roles=FOLLOWERS, nationwide=True)
def restore_cards(order: Order, /, *, person_id: int) -> Done[int]:
    """Follow what was taken back: cards it ended, and nobody handed in, are as they were, and so is the application.

    Nothing is restored while anything else still ends it. A card that was on its way stays ended where its application does.

    Returns:
        How many cards are as before.
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is None or ending_for(person) is not None:
        return Done(0, [Subject("person", str(person_id))])
    cards = locked_cards(Card.objects.filter(person=person, state=CardState.ENDED))
    told = CardEvent.objects.filter(card__in=cards, step=CardStep.END).order_by("pk")
    ended = {event.card_id: event for event in told if event.why in OF_HOLDERS}
    revived = lapsing.revivable(order, person.pk)
    going_on = revived.pk if revived is not None else None
    back = [
        card
        for card in cards
        if card.pk in ended and (ended[card.pk].before not in ON_THE_WAY or card.application_id == going_on)
    ]
    held = [card for card in back if ended[card.pk].before in PRESENT]
    if held:  # one that was handed over since took the place of the earlier ones
        newest = max(held, key=lambda card: card.pk).pk
        taken = Card.objects.filter(person=person, state__in=PRESENT).exists()
        back = [card for card in back if card not in held or (card.pk == newest and not taken)]
    step_cards(order, back, CardStep.RESTORE, why=ended[back[-1].pk].why if back else "")
    if revived is not None:
        lapsing.revive(order, revived)
    applications = [revived] if revived is not None else []
    subjects = [Subject("person", str(person_id)), *map(subject_of, back), *_told(applications)]
    return Done(len(back), subjects, {"cards": len(back), "applications": len(applications)})


@operation("idcards.card_spoiled", roles=FOLLOWERS, nationwide=True)
def spoil_numbered(order: Order, /, *, person_id: int) -> Done[int]:
    """Spoil finished cards nobody has in hand yet that bear a number their holder has no more; how many. Others are made.

    One that is with the machine or the quality station is spoiled before it is sent out.
    """
    rows = Card.objects.filter(person_id=person_id, state__in=ON_THE_WAY).select_related("person")
    cards = list(rows.select_for_update(of=("self",)).order_by("pk"))
    wrong = spoil_misnumbered(order, cards)
    return Done(len(wrong), [Subject("person", str(person_id)), *map(subject_of, wrong)], {"cards": len(wrong)})


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


def _told(applications: list[Application]) -> list[Subject]:
    return [Subject("card_application", str(one.pk), one.commune_code) for one in applications]
