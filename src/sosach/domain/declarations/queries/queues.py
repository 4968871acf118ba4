"""The desk's queue: by risk and deadline, a page at a time; counts are the same query."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.states import ON_DESK, State

OFFICERS = frozenset({Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.VEHICLES, Role.LICENCES, Role.STEWARD})
PAGE = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """Which declarations: empty parts do not limit.

    Attributes:
        states: of them; empty: everything an officer has to do something about.
        kinds: codes.
        register: `vehicles`, `licences`, `population`.
        commune_code: one commune of the territory.
        late_on: due before that day.
    """

    states: frozenset[State] = frozenset()
    kinds: frozenset[str] = frozenset()
    register: str = ""
    commune_code: str = ""
    late_on: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the queue; also where the next page begins.

    Attributes:
        risk: 0 to 100.
        due_on: last day to answer.
        declaration_id: which.
        number: as on the receipt.
        kind: code.
        state: where it stands.
        commune_code: in charge.
        plate_key: as read; "" for others.
        submitted_at: when.
        version: to act on.
    """

    risk: int
    due_on: date
    declaration_id: int
    number: str
    kind: str
    state: State
    commune_code: str
    plate_key: str
    submitted_at: datetime
    version: int


@reading("declarations.queue_read", roles=OFFICERS)
def queue(
    look: Look, *, wanted: Filter | None = None, after: tuple[int, date, int] | None = None, limit: int = PAGE
) -> Seen[tuple[Place, ...]]:
    """What waits on the desks of the territory: highest risk first, then what is due first.

    Args:
        look: who, why, when.
        wanted: which; None: all that an officer has to do something about.
        after: risk, due day and id of the last line of the page before.
        limit: length of a page.
    """
    rows = _rows(look, wanted or Filter())
    if after is not None:
        risk, due, key = after
        rows = rows.filter(risk__lte=risk).filter(
            Q(risk__lt=risk) | Q(risk=risk, due_on__gt=due) | Q(risk=risk, due_on=due, pk__gt=key)
        )
    page = rows.order_by("-risk", "due_on", "pk")[: min(limit, PAGE)]
    columns = (
        "risk",
        "due_on",
        "pk",
        "number",
        "kind",
        "state",
        "commune_code",
        "plate_key",
        "submitted_at",
        "version",
    )
    found = tuple(
        Place(risk, due, key, number, kind, State(state), commune or "", plate, at, version)
        for risk, due, key, number, kind, state, commune, plate, at, version in page.values_list(*columns)
    )
    return Seen(found, [Subject("declaration", str(line.declaration_id), line.commune_code) for line in found])


@reading("declarations.counted", roles=OFFICERS)
def counts(look: Look, *, wanted: Filter | None = None) -> Seen[dict[tuple[str, State], int]]:
    """How many declarations the queue would list, by kind and state."""
    rows = _rows(look, wanted or Filter()).values_list("kind", "state").annotate(count=Count("pk")).order_by()
    return Seen({(kind, State(state)): count for kind, state, count in rows}, [])


def _rows(look: Look, wanted: Filter) -> QuerySet[Declaration]:
    states = wanted.states or ON_DESK
    rows = scoped(Declaration.objects.filter(state__in=[str(state) for state in sorted(states)]), look.actor)
    rows = rows.filter(submitted_at__isnull=False)
    if wanted.kinds:
        rows = rows.filter(kind__in=sorted(wanted.kinds))
    if wanted.register:
        rows = rows.filter(register=wanted.register)
    if wanted.commune_code:
        rows = rows.filter(commune_code=wanted.commune_code)
    if wanted.late_on is not None:
        rows = rows.filter(due_on__lt=wanted.late_on)
    return rows
