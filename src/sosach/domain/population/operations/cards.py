"""What the population register holds of cards: as their own register tells, until their holder dies. Called by reactions to events."""

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.population.models import Person
from sosach.domain.population.operations.corrections import CardTold
from sosach.domain.population.operations.journal import Change, enter, locked, past_day, settle, subject, told_of
from sosach.domain.population.operations.rows import sync_rows
from sosach.domain.population.rules.days import day_of
from sosach.domain.population.rules.words import Life, Part
from sosach.domain.population.states.pieces import EVERY_SLOT, begin, end, open_piece
from sosach.domain.provenance.operations import retract
from sosach.domain.provenance.rules import active

FOLLOWERS = frozenset({Role.SYSTEM})  # nobody asks for it by hand
_PROCEDURE = "end_cards"


@operation("population.cards_ended", roles=FOLLOWERS, nationwide=True)
def end_cards(order: Order, *, person_id: int) -> Done[int]:
    """End the cards of somebody who died, from the day of death. Again, it ends nothing more.

    Returns:
        How many cards it was.

    Raises:
        SosachError: STATE-01 no such person.
    """
    (person,) = locked(person_id)
    held = [piece for piece in told_of(person).pieces if piece.part is Part.CARD and piece.ends is None]
    ended = held if person.life_status == Life.DECEASED and person.merged_into_id is None else []
    if ended:
        day = past_day(order, person.died_on) if person.died_on else day_of(order.at)
        enter(order, person, Change(_PROCEDURE, {}, [end(Part.CARD, EVERY_SLOT, day)]))
    return Done(len(ended), [subject(person)], {"cards": len(ended)})


@operation("population.cards_restored", roles=FOLLOWERS, nationwide=True)
def restore_cards(order: Order, *, person_id: int) -> Done[int]:
    """Follow a death that was taken back: the cards it ended hold again.

    Returns:
        How many entries were taken back.

    Raises:
        SosachError: STATE-01 no such person.
    """
    (person,) = locked(person_id)
    found = [entry for entry in active(told_of(person).entries) if entry.procedure == _PROCEDURE]
    for entry in found:
        retract(order, person, entry.key)
    if found:
        _bring_up_to_date(person)
    return Done(len(found), [subject(person)], {"entries": len(found)})


@operation("population.card_followed", roles=FOLLOWERS, nationwide=True)
def follow_card(order: Order, *, person_id: int, kind: str, card: CardTold | None) -> Done[bool]:
    """Hold the card of a kind its register says somebody has, or none; whether that was news.

    Raises:
        SosachError: STATE-01 no such person; STATE-02 the record cannot change any more.
    """
    (person,) = locked(person_id)
    there = open_piece(told_of(person).pieces, Part.CARD, kind)
    step = None
    if card is None and there is not None:
        step = end(Part.CARD, kind, day_of(order.at))
    if card is not None and (there is None or dict(there.data) != card.columns()):
        step = begin(Part.CARD, kind, card.issued_on, **card.columns())
    if step is not None:
        enter(order, person, Change("note_part", {}, [step]))
    return Done(step is not None, [subject(person)])


def _bring_up_to_date(person: Person) -> None:
    """Rows of the cards as the journal now tells them."""
    told = told_of(person)
    sync_rows(person, told.pieces, [Part.CARD], only_closing=True)
    settle(person, told, [Part.CARD])
