"""Applications of people who can be given no card any more: they lapse, and go on when the reason is taken back in time."""

from collections.abc import Sequence

from sosach.domain.access.operations import Order
from sosach.domain.idcards.models import Application, Card
from sosach.domain.idcards.operations.moving import enter, impossible
from sosach.domain.idcards.operations.sealing import drop_captures
from sosach.domain.idcards.operations.stepping import step_cards
from sosach.domain.idcards.queries.holders import packet_of
from sosach.domain.idcards.rules.applications import Kind, captured_for
from sosach.domain.idcards.rules.endings import OF_HOLDERS, REVIVABLE, WORDS, Ending
from sosach.domain.idcards.states.applications import CLOSED, State, Step, revived
from sosach.domain.idcards.states.cards import IN_PRODUCTION, ON_THE_WAY, CardStep
from sosach.domain.idcards.states.packets import PacketState
from sosach.domain.population.rules.days import day_of

_CLOSED = sorted(state.value for state in CLOSED)


def lapse(order: Order, why: Ending, **whose: int) -> list[Application]:
    """Let an open application lapse: the clock stands still, a capture under way is dropped.

    Args:
        order: who, when.
        why: which it is told as well.
        whose: `person`, or `pk` of the application.

    Returns:
        Which it was: one, or none.
    """
    rows = Application.objects.select_for_update(no_key=True).filter(**whose)
    found = list(rows.exclude(state__in=_CLOSED))
    for application in found:
        application.ended_for = why.value
        drop_captures(order, application, states=[PacketState.OPEN])
        enter(order, application, State.LAPSED, step=Step.LAPSE, reason=WORDS[why][0])
    return found


def revivable(order: Order, person_id: int) -> Application | None:
    """The application that goes on now that its reason to lapse was taken back, locked.

    None: there is none, it is too late, another one is open, or what was captured for it is gone.
    """
    rows = Application.objects.select_for_update(no_key=True).filter(person_id=person_id).order_by("-pk")
    found = rows.filter(state=State.LAPSED.value, ended_for__in=sorted(OF_HOLDERS)).first()
    if found is None or found.closed_at is None or order.at - found.closed_at > REVIVABLE:
        return None
    if Application.objects.filter(person_id=person_id).exclude(state__in=_CLOSED).exists():
        return None
    return found if _goes_on(order, found) is not None else None


def revive(order: Order, application: Application) -> None:
    """Let a revivable application go on where it lapsed; what became of its card is settled by then."""
    to = _goes_on(order, application)
    if to is None:
        raise impossible(application)
    application.ended_for = ""
    enter(order, application, to, step=Step.REVIVE)


def _goes_on(order: Order, application: Application) -> State | None:
    before = application.steps.exclude(step=Step.LAPSE).order_by("-pk").values_list("state", flat=True)[0]
    born, alive = application.person.birth_date, sorted(IN_PRODUCTION | ON_THE_WAY)
    needed = captured_for(Kind(application.kind), born, on=day_of(order.at), earlier_pictures=False)
    return revived(
        State(before),
        pictures=not needed or packet_of(application) is not None,
        card=Card.objects.filter(application=application, state__in=alive).exists(),
    )


def keep_back(order: Order, cards: Sequence[Card]) -> None:
    """End accepted, locked cards whose application has lapsed: nobody is given them."""
    gone: dict[str, list[Card]] = {}
    for card in cards:
        if card.application.state == State.LAPSED:
            gone.setdefault(card.application.ended_for, []).append(card)
    for why, ended in gone.items():
        step_cards(order, ended, CardStep.END, why=why)
