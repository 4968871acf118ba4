"""Drops captures that lead to no card, when their time is over. Scheduled; again until none is left."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Application, Doubt, Packet
from sosach.domain.idcards.operations.sealing import give_up
from sosach.domain.idcards.rules.endings import Ending
from sosach.domain.idcards.rules.retention import CLOSED_WITHOUT_CARD, UNFINISHED
from sosach.domain.idcards.states.applications import CLOSED, State
from sosach.domain.idcards.states.doubts import Outcome
from sosach.domain.idcards.states.packets import PacketState

_WITHOUT_CARD = sorted(state.value for state in CLOSED - {State.DONE})


@operation("idcards.packet_dropped", roles=frozenset({Role.SYSTEM}), nationwide=True)
def drop_overdue(order: Order, /, *, limit: int = 1000) -> Done[int]:
    """Drop captures that were begun and never finished, and those of applications that were closed without a card; how many.

    Of a closed one only what may still go on, or is in doubt, was kept at all. What was judged to show a second identity stays, until a decision erases it; so does what a card was approved for under
    a record that was merged: it serves the record that stays.
    """
    applications = list(
        Application.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk__in=_overdue(order).values("application_id")[:limit])
        .order_by("pk")
    )
    packets = list(
        _overdue(order).filter(application__in=applications).select_for_update(no_key=True, of=("self",)).order_by("pk")
    )
    for packet in packets:
        give_up(packet, at=order.at)
    subjects = [Subject("person", str(packet.person_id)) for packet in packets]
    return Done(len(packets), subjects or [Subject("job", order.actor.key)], {"packets": [one.pk for one in packets]})


def _overdue(order: Order) -> QuerySet[Packet]:
    begun = Q(state=PacketState.OPEN.value, begun_at__lt=order.at - UNFINISHED)
    over = Q(application__state__in=_WITHOUT_CARD, application__closed_at__lt=order.at - CLOSED_WITHOUT_CARD)
    serves = Q(application__ended_for=Ending.MERGED.value, application__approved_at__isnull=False)
    shown = Doubt.objects.filter(Q(packet=OuterRef("pk")) | Q(other_packet=OuterRef("pk")), outcome=Outcome.SAME.value)
    good = Q(state=PacketState.GOOD.value)
    return Packet.objects.filter(begun | good & over & ~serves & ~Exists(shown))
