"""What happens to a card its holder has: held and given back, lost and found, damaged, revoked, expired, handed in.

Legal source: Law 26/2023/QH15 art. 21 (end of validity), 24 (lost, damaged), 29 (revoked, held, given back).
"""

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import ActorKind, Subject
from sosach.domain.idcards.models import Card
from sosach.domain.idcards.operations.lapsing import lapse
from sosach.domain.idcards.operations.stepping import forbidden, locked_card, require_paper, step_cards, subjects_of
from sosach.domain.idcards.queries.holders import is_child, represents
from sosach.domain.idcards.rules.endings import Complaint, Ending, HoldGround, RevocationGround
from sosach.domain.idcards.states.cards import STEPS, CardState, CardStep
from sosach.domain.population.models import Person
from sosach.domain.population.rules.days import day_of

OFFICE = frozenset({Role.CARDS, Role.CARD_APPROVER})
APPROVERS = frozenset({Role.CARD_APPROVER})
REPORTERS = frozenset({Role.CARDS, Role.CARD_APPROVER, Role.CITIZEN})
COLLECTORS = frozenset({Role.CARDS, Role.CARD_APPROVER, Role.CARD_STOCK})
CALENDAR = frozenset({Role.SYSTEM})


@operation("idcards.card_held", roles=OFFICE, nationwide=True)
def hold(order: Order, /, *, card_id: int, ground: HoldGround) -> Done[None]:
    """Hold a card while its holder is in custody (art. 29.2); evidence `decision`: of the authority that keeps it.

    Raises:
        SosachError: STATE-01; STATE-02, the card is not active; STATE-04, no decision.
    """
    require_paper(order, "decision", vi="quyết định giữ thẻ", en="the decision to hold it")
    return _step(order, card_id, CardStep.HOLD, why=ground)


@operation("idcards.card_given_back", roles=OFFICE, nationwide=True)
def give_back(order: Order, /, *, card_id: int) -> Done[None]:
    """Give a held card back to its holder (art. 29.4).

    Raises:
        SosachError: STATE-01; STATE-02, the card is not held.
    """
    return _step(order, card_id, CardStep.GIVE_BACK)


@operation("idcards.card_reported", roles=REPORTERS, nationwide=True)
def report(order: Order, /, *, card_id: int, what: Complaint) -> Done[None]:
    """Report a card lost or damaged: at any office, by its holder, or by who represents a child. A card reported already stays so.

    Raises:
        SosachError: STATE-01; STATE-02, the card is not its holder's any more.
    """
    card = _within_reach(order, card_id)
    lost = what is Complaint.LOST
    if card.state == (CardState.LOST if lost else CardState.DAMAGED):
        return Done(None, subjects_of([card]), {"replayed": True})
    step_cards(order, [card], CardStep.REPORT_LOST if lost else CardStep.REPORT_DAMAGED)
    return Done(None, subjects_of([card]), {"what": what})


@operation("idcards.card_found", roles=OFFICE, nationwide=True)
def find(order: Order, /, *, card_id: int) -> Done[None]:
    """Let a card that was reported lost hold again: it was shown at the counter, and nothing took its place.

    Raises:
        SosachError: STATE-01; STATE-02, the card is not lost, or has run out meanwhile; STATE-03, the holder has another one.
    """
    card = _within_reach(order, card_id)
    if card.state == CardState.LOST and card.expires_on is not None and card.expires_on < day_of(order.at):
        raise forbidden("Thẻ đã hết thời hạn trong khi mất.", "The card ran out while it was lost.")
    step_cards(order, [card], CardStep.FIND)
    return Done(None, subjects_of([card]))


@operation("idcards.card_revoked", roles=APPROVERS, nationwide=True)
def revoke(order: Order, /, *, card_id: int, ground: RevocationGround) -> Done[None]:
    """Revoke a card (art. 29.1); evidence `decision`. Where it was not handed over yet, its application lapses with it.

    Raises:
        SosachError: STATE-01; STATE-02, there is nothing to revoke; STATE-04, no decision.
    """
    require_paper(order, "decision", vi="quyết định thu hồi thẻ", en="the decision to revoke it")
    card = _within_reach(order, card_id)
    handed_over = card.handed_over_on is not None
    step_cards(order, [card], CardStep.REVOKE, why=ground)
    lapsed = [] if handed_over else lapse(order, Ending.REVOKED, pk=card.application_id)
    subjects = [Subject("card_application", str(one.pk), one.commune_code) for one in lapsed]
    return Done(None, [*subjects_of([card]), *subjects], {"why": ground})


@operation("idcards.card_recovered", roles=COLLECTORS, nationwide=True)
def recover(order: Order, /, *, card_id: int) -> Done[None]:
    """Note that a card no longer valid, or one that was astray, is back in our hands.

    Raises:
        SosachError: STATE-01; STATE-02, it still holds, or is back already.
    """
    return _step(order, card_id, CardStep.RECOVER)


@operation("idcards.cards_expired", roles=CALENDAR)
def expire_due(order: Order, /, *, limit: int = 1000) -> Done[tuple[int, ...]]:
    """Let cards expire whose last day is over; their ids. Scheduled; again until none is left.

    Cards somebody works on at the moment come next time; reads tell the state of their own day anyway.
    """
    allowed, _ = STEPS[CardStep.EXPIRE]
    due = Card.objects.filter(expires_on__lt=day_of(order.at), state__in=allowed).order_by("expires_on", "pk")
    wanted = list(due.values_list("pk", flat=True)[:limit])
    cards = list(
        Card.objects.select_for_update(skip_locked=True).filter(pk__in=wanted, state__in=allowed).order_by("pk")
    )
    step_cards(order, cards, CardStep.EXPIRE)
    return Done(tuple(card.pk for card in cards), subjects_of(cards) or [Subject("job", order.actor.key)])


def _step(order: Order, card_id: int, step: CardStep, *, why: str = "") -> Done[None]:
    card = _within_reach(order, card_id)
    step_cards(order, [card], step, why=why)
    return Done(None, subjects_of([card]), {"why": why} if why else {})


def _within_reach(order: Order, card_id: int) -> Card:
    """A card, locked: any for an office; for a citizen the own one, or that of a child one represents."""
    everywhere = order.actor.kind is not ActorKind.CITIZEN or _of_own_child(order, card_id)
    return locked_card(order, card_id, everywhere=everywhere)


def _of_own_child(order: Order, card_id: int) -> bool:
    card = Card.objects.select_related("person").filter(pk=card_id).first()
    if card is None or not is_child(card.person, day_of(order.at)):
        return False
    return represents(Person.objects.filter(pk=order.actor.person_id).first(), card.person)
