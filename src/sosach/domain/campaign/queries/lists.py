"""Work lists: pages of cases in a stable order, grouped by hamlet and street, and one case with all that was done."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.campaign.models import Campaign, Case, CaseStep, Visit
from sosach.domain.campaign.queries.filters import ORDERS, selected
from sosach.domain.campaign.queries.records import Record, record_subject, shown
from sosach.domain.campaign.rules.risk import RiskLine, risk_lines
from sosach.domain.campaign.rules.visits import OUTCOMES
from sosach.domain.campaign.rules.wanted import Order, Wanted
from sosach.domain.campaign.states.cases import CLOSED, OPEN

READERS = frozenset(
    {Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.POPULATION, Role.VEHICLES, Role.LICENCES, Role.STEWARD}
)
MOST = 200
# Columns of an order that may be empty → what stands for nothing, so that every row has its place.
_EMPTY: Mapping[str, Any] = {"commune_code": "", "person_id": 0, "due_on": date.max}
_NUMBERS = frozenset({"pk", "risk", "person_id"})


@dataclass(frozen=True, slots=True)
class Line:
    """A case in a list.

    Attributes:
        case: columns of the case.
        record: its record in one line; None when it is out of reach.
        why: lines that make up its risk.
    """

    case: Case
    record: Record | None
    why: tuple[RiskLine, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and where the next ones begin.

    Attributes:
        lines: in the order asked for.
        following: with which the next page is asked for; "" when there is none.
    """

    lines: tuple[Line, ...]
    following: str


@dataclass(frozen=True, slots=True)
class Heap:
    """Cases of one place.

    Attributes:
        commune_code: of the place.
        group: residential group.
        locality: hamlet or street.
        cases: how many.
        open: of them, not closed.
        people: different persons.
        risk: the highest.
        visits_due: open ones to be visited by the day asked for.
    """

    commune_code: str | None
    group: str
    locality: str
    cases: int
    open: int
    people: int
    risk: int
    visits_due: int


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case with all that was done.

    Attributes:
        line: the case and its record.
        campaign: it belongs to.
        steps: newest first.
        visits: newest first.
        proposal: what to do next, from the last visit: Vietnamese and English; None before any.
    """

    line: Line
    campaign: Campaign
    steps: tuple[CaseStep, ...]
    visits: tuple[Visit, ...]
    proposal: tuple[str, str] | None


@reading("campaign.list_read", roles=READERS)
def work_list(
    look: Look, *, campaign_id: int, wanted: Wanted, order: Order = Order.RISK, after: str = "", limit: int = 50
) -> Seen[Page]:
    """A page of the cases of a campaign within reach that pass a filter.

    Args:
        look: who, what for.
        campaign_id: which campaign.
        wanted: the filter.
        order: of the list; ties are broken by id.
        after: `following` of the page before; "" for the first.
        limit: lines of a page, 200 at most.

    Raises:
        SosachError: STATE-04 `after` is of no page of this order.
    """
    rows = paged(selected(look.actor, campaign_id, wanted), order, after=after, limit=min(limit, MOST) + 1)
    found = list(rows)
    page, more = found[: min(limit, MOST)], len(found) > min(limit, MOST)
    lines = lines_of(page)
    return Seen(Page(lines, cursor(page[-1], order) if more else ""), subjects_of(page), f"campaign-{campaign_id}")


@reading("campaign.list_read", roles=READERS)
def count_cases(look: Look, *, campaign_id: int, wanted: Wanted) -> Seen[int]:
    """How many cases the same filter gives."""
    return Seen(selected(look.actor, campaign_id, wanted).count(), [_unit(look)])


@reading("campaign.list_read", roles=READERS)
def work_groups(look: Look, *, campaign_id: int, wanted: Wanted, by: date) -> Seen[tuple[Heap, ...]]:
    """The cases of a filter counted by residential group and by hamlet or street, in the order of the places.

    Args:
        look: who, what for.
        campaign_id: which campaign.
        wanted: the filter.
        by: visits proposed up to this day count as due.
    """
    places = selected(look.actor, campaign_id, wanted).order_by().values("commune_code", "group", "locality")
    counted = places.annotate(
        cases=Count("pk"),
        open=Count("pk", filter=Q(state__in=OPEN)),
        people=Count("person_id", distinct=True),
        risk=Max("risk"),
        visits_due=Count("pk", filter=Q(state__in=OPEN, next_visit_on__lte=by)),
    )
    return Seen(tuple(Heap(**row) for row in counted.order_by("commune_code", "group", "locality")), [_unit(look)])


@reading("campaign.case_read", roles=READERS)
def case_view(look: Look, *, case_id: int) -> Seen[CaseView]:
    """One case: the record, why it is risky, every step and visit, what to do next.

    Raises:
        SosachError: STATE-01 no such case within reach.
    """
    case = scoped(Case.objects.select_related("campaign", "officer"), look.actor).filter(pk=case_id).first()
    if case is None:
        raise SosachError(
            ErrorCode.NOT_FOUND, vi="Không tìm thấy trong phạm vi quản lý.", en="There is none within reach."
        )
    steps = tuple(CaseStep.objects.filter(case=case).order_by("-pk"))
    visits = tuple(Visit.objects.filter(case=case).order_by("-pk"))
    outcome = OUTCOMES.get(case.last_outcome)
    proposal = (outcome.next_vi, outcome.next_en) if outcome is not None and case.state not in CLOSED else None
    view = CaseView(lines_of([case])[0], case.campaign, steps, visits, proposal)
    return Seen(view, subjects_of([case]), f"case-{case.pk}")


@reading("campaign.case_read", roles=READERS)
def cases_of_record(look: Look, *, register: str, subject_id: int) -> Seen[tuple[Case, ...]]:
    """Cases about one record, in any campaign, newest first: whoever looks at a record sees whether somebody works on it."""
    rows = scoped(Case.objects.select_related("campaign"), look.actor)
    found = tuple(rows.filter(register=register, subject_id=subject_id).order_by("-pk"))
    return Seen(found, subjects_of(found))


def paged(rows: QuerySet[Case], order: Order, *, after: str, limit: int) -> QuerySet[Case]:
    """Rows in an order, from a place in it on.

    Raises:
        SosachError: STATE-04.
    """
    columns = [(column.removeprefix("-"), column.startswith("-")) for column in ORDERS[order]]
    annotated = rows.alias(
        **{f"at_{name}": Coalesce(F(name), Value(_EMPTY[name])) for name, _ in columns if name in _EMPTY}
    )
    named = [(f"at_{name}" if name in _EMPTY else name, falls) for name, falls in columns]
    if after:
        annotated = annotated.filter(_beyond(named, _place(after, [name for name, _ in columns])))
    return annotated.order_by(*(f"-{name}" if falls else name for name, falls in named))[:limit]


def cursor(case: Case, order: Order) -> str:
    """The place of a case in an order, as text."""
    values = []
    for column in ORDERS[order]:
        name = column.removeprefix("-")
        value = getattr(case, name)
        value = _EMPTY[name] if value is None and name in _EMPTY else value
        values.append(value.isoformat() if isinstance(value, date) else value)
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def lines_of(cases: Sequence[Case]) -> tuple[Line, ...]:
    """Cases with their records, in their order."""
    by_register: dict[str, list[int]] = {}
    for case in cases:
        by_register.setdefault(case.register, []).append(case.subject_id)
    found = {register: shown(register, ids) for register, ids in by_register.items()}
    return tuple(
        Line(
            case,
            found[case.register].get(case.subject_id),
            risk_lines(register=case.register, action=case.action, errors=case.errors, codes=case.codes),
        )
        for case in cases
    )


def subjects_of(cases: Sequence[Case]) -> list[Subject]:
    """Whom a list of cases tells about: the records, and the persons the cases are about."""
    told = [record_subject(case.register, case.subject_id, case.commune_code) for case in cases]
    people = [
        Subject("person", str(case.person_id), case.commune_code or "") for case in cases if case.person_id is not None
    ]
    return [*told, *people]


def _beyond(columns: Sequence[tuple[str, bool]], values: Sequence[Any]) -> Q:
    """Behind a place in the order: equal in some first columns, and further in the next one."""
    found = Q(pk__in=())
    for place, (name, falls) in enumerate(columns):
        equal = Q(**{before: value for (before, _), value in zip(columns[:place], values[:place], strict=True)})
        found |= equal & Q(**{f"{name}__{'lt' if falls else 'gt'}": values[place]})
    return found


def _place(after: str, columns: Sequence[str]) -> list[Any]:
    try:
        return _values(json.loads(after), columns)
    except ValueError as error:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Trang không hợp lệ.", en="No page of this list.") from error


def _values(told: Any, columns: Sequence[str]) -> list[Any]:
    """The values of a place in the list, each of the kind its column has.

    Raises:
        ValueError: one is not.
    """
    if not isinstance(told, list) or len(told) != len(columns):
        raise ValueError("not as many values as columns")
    for column, value in zip(columns, told, strict=True):
        if type(value) is not (int if column in _NUMBERS else str):
            raise ValueError(f"no {column}")
    return [
        date.fromisoformat(value) if column == "due_on" else value for column, value in zip(columns, told, strict=True)
    ]


def _unit(look: Look) -> Subject:
    return Subject("unit", look.actor.unit, look.actor.unit)


__all__ = [
    "CaseView",
    "Heap",
    "Line",
    "Page",
    "case_view",
    "cases_of_record",
    "count_cases",
    "work_groups",
    "work_list",
]
