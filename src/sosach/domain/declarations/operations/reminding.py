"""Nothing rots: what falls due is brought to the desk, what is late to the chief; by the calendar, once each."""

from datetime import date

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations.recording import note, subject
from sosach.domain.declarations.rules.limits import falls_due
from sosach.domain.declarations.rules.risk import HIGHEST
from sosach.domain.declarations.states import ON_DESK
from sosach.domain.population.rules.days import day_of

_ON_DESK = [str(state) for state in sorted(ON_DESK)]
LATE = 30  # risk that is added


@operation("declarations.due_followed", roles=frozenset({Role.SYSTEM}))
def remind_due(order: Order, *, limit: int = 1000) -> Done[tuple[int, ...]]:
    """Remind of what falls due on the next working day, and move what is late to the head of the queue; their ids.

    Scheduled; again until none is left.
    """
    day = day_of(order.at)
    rows = Declaration.objects.select_for_update(of=("self",), skip_locked=True).filter(state__in=_ON_DESK)
    late = list(rows.filter(due_on__lt=day, escalated_on__isnull=True).order_by("due_on", "pk")[:limit])
    for declaration in late:
        _escalate(order, declaration, day)
    soon = rows.filter(due_on__range=falls_due(day), reminded_on__isnull=True)
    near = list(soon.order_by("due_on", "pk")[: limit - len(late)])
    for declaration in near:
        declaration.reminded_on = day
        declaration.save(update_fields=["reminded_on"])
        note(order, declaration, "reminded", terms={"due_on": declaration.due_on.isoformat()})
    done = [*late, *near]
    told = [subject(declaration) for declaration in done] or [Subject("job", order.actor.key)]
    return Done(tuple(declaration.pk for declaration in done), told, {"late": len(late), "soon": len(near)})


def _escalate(order: Order, declaration: Declaration, day: date) -> None:
    declaration.escalated_on = day
    declaration.risk = min(declaration.risk + LATE, HIGHEST)
    declaration.save(update_fields=["escalated_on", "risk"])
    note(order, declaration, "escalated", terms={"due_on": declaration.due_on.isoformat()})
