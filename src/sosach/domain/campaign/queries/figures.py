"""Figures of a campaign: each is defined once, as a filter; its count and the list behind it are the same query."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from sosach.base.decisions import ResultClass
from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import scoped
from sosach.domain.audit.rules import Actor
from sosach.domain.campaign.models import Campaign, Case
from sosach.domain.campaign.queries.records import records
from sosach.domain.campaign.rules.closings import EARNED, Closing
from sosach.domain.campaign.rules.visits import FRUITLESS, MOST_VISITS
from sosach.domain.campaign.states.cases import OPEN, TO_MOBILISE, WITH_OFFICERS, State

_COUNT = "n_"
WAITING_DAYS = 3  # longer with a second person: stuck
NOWHERE = "-"  # records that lie in a province and in no commune, or in no province
NOBODY = 0  # on whose desk cases lie that nobody has


class Of(StrEnum):
    """What a figure counts."""

    RECORDS = "records"  # records of a register, each with or without a case
    CASES = "cases"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of a campaign figures are about.

    Attributes:
        campaign: the campaign.
        register: one of its registers.
        province: two digits; "" for all within reach, "-" for records without.
        commune: five digits; likewise.
        group: residential group; only figures of cases know it.
        officer: id, 0 for nobody; only figures of cases know it.
    """

    campaign: Campaign
    register: str
    province: str = ""
    commune: str = ""
    group: str | None = None
    officer: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: what it counts, and which.

    Attributes:
        name: stable name; of the column in daily figures and exports.
        of: records or cases.
        vi: what it counts, Vietnamese.
        en: what it counts, English.
        which: condition on a case on that day; of records: cases that keep a record out (None: none does).
    """

    name: str
    of: Of
    vi: str
    en: str
    which: Callable[[date], Q] | None


def _state(*states: State) -> Callable[[date], Q]:
    return lambda _: Q(state__in=[state.value for state in states])


def _q(condition: Q) -> Callable[[date], Q]:
    return lambda _: condition


_OPEN = Q(state__in=sorted(OPEN))
_CLEANED = Q(state=State.CLEANED.value, closing__in=sorted(EARNED))
_OVER_AGE = Q(action="over_age")
_UNLIKE = ~Q(result_class=ResultClass.MATCH.value)


def _waiting(day: date) -> Q:
    """On a leader's desk for longer than three days."""
    return Q(state=State.VERIFIED.value, changed_at__date__lt=date.fromordinal(day.toordinal() - WAITING_DAYS))


_R, _C = Of.RECORDS, Of.CASES
FIGURES: Mapping[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure("records", _R, "Tổng số bản ghi", "Records in all", None),
        Figure("done", _R, "Đã xong", "Done: no open case", _q(_OPEN)),
        Figure("left", _C, "Còn lại", "Left: open cases", _q(_OPEN)),
        # result classes: over age first, since such a vehicle is not compared; the three add up to all records
        Figure("matching", _R, "Trùng khớp", "Match the population register", _q(_UNLIKE | _OVER_AGE)),
        Figure("unlike", _C, "Không trùng khớp", "Do not match", _q(_UNLIKE & ~_OVER_AGE)),
        Figure("over_age", _C, "Quá niên hạn, không lưu hành", "Over age, off the road", _q(_OVER_AGE)),
        *(
            Figure(each.value, _C, vi, en, _q(Q(result_class=each.value) & ~_OVER_AGE))
            for each, vi, en in (
                (ResultClass.DISCREPANCY, "Sai lệch", "Discrepancy"),
                (ResultClass.NO_INFORMATION, "Không có thông tin", "No information"),
                (ResultClass.NOT_ELIGIBLE, "Chưa đủ điều kiện đối chiếu", "Not eligible for comparison"),
            )
        ),
        # the four criteria, over all records: a record nobody objects to meets them
        Figure("correct", _R, "Đúng", "Correct", _q(Q(correct=False))),
        Figure("complete", _R, "Đủ", "Complete", _q(Q(complete=False))),
        Figure("clean", _R, "Sạch", "Clean", _q(Q(clean=False))),
        Figure("live", _R, "Sống", "Live", _q(Q(live=False))),
        # where work stands
        Figure("cases", _C, "Vụ việc", "Cases in all", _q(Q())),
        Figure("to_mobilise", _C, "Chưa kê khai, cần vận động", "Not declared, to be mobilised", _state(*TO_MOBILISE)),
        Figure("contacted", _C, "Đã gặp, chưa kê khai", "Met, not declared", _state(State.CONTACTED)),
        Figure("with_officers", _C, "Chờ cán bộ xử lý", "With the officers", _state(*WITH_OFFICERS)),
        *(
            Figure(state.value, _C, vi, en, _state(state))
            for state, vi, en in (
                (State.IMPORTED, "Chưa giao", "Given to nobody"),
                (State.ASSIGNED, "Đã giao, chưa gặp", "Given, not visited"),
                (State.UNREACHABLE, "Chưa gặp được chủ", "Owner not reached"),
                (State.DECLARED, "Đã kê khai, chờ xác minh", "Declared, to be verified"),
                (State.VERIFIED, "Đã xác minh, chờ phê duyệt", "Verified, to be approved"),
                (State.APPROVED, "Đã phê duyệt, chờ kiểm tra lại", "Approved, to be re-checked"),
                (State.RETURNED, "Bị trả lại", "Sent back"),
                (State.CONFLICT, "Tranh chấp", "In dispute"),
                (State.MOVED, "Từ xã khác chuyển đến, chờ tiếp nhận", "Came from another commune"),
            )
        ),
        # how cases were closed: a warning put aside is not a record made clean
        Figure("cleaned", _C, "Đã làm sạch", "Cleaned", _q(_CLEANED)),
        Figure(
            "dismissed",
            _C,
            "Bỏ qua không có giấy tờ",
            "Put aside without evidence",
            _q(Q(state=State.CLEANED.value, closing=Closing.DISMISSED.value)),
        ),
        Figure("gone", _C, "Không còn cảnh báo", "Raised no more", _state(State.GONE)),
        Figure("reopened", _C, "Phải mở lại", "Had to be opened again", _q(Q(reopened__gt=0))),
        Figure("failed_samples", _C, "Kiểm tra lại không đạt", "Failed a second look", _q(Q(failed_samples__gt=0))),
        Figure(
            "cleaned_today", _C, "Làm sạch trong ngày", "Cleaned on the day", lambda day: _CLEANED & Q(closed_on=day)
        ),
        Figure("to_upload", _C, "Đã sạch, chờ cập nhật", "Clean, to be uploaded", _q(_CLEANED & Q(uploaded_on=None))),
        Figure("uploaded", _C, "Đã cập nhật lên hệ thống", "Uploaded", _q(Q(uploaded_on__isnull=False))),
        # what is stuck, and why
        Figure("stuck_nobody", _C, "Chưa có người phụ trách", "On nobody's desk", _q(_OPEN & Q(officer=None))),
        Figure("overdue", _C, "Quá hạn", "Overdue", lambda day: _OPEN & Q(due_on__lt=day)),
        Figure(
            "visits_due", _C, "Đến hạn đến lại", "To be visited again", lambda day: _OPEN & Q(next_visit_on__lte=day)
        ),
        Figure(
            "stuck_unreached",
            _C,
            "Ba lần không gặp, cần cấp tỉnh",
            "Not reached in three visits: for the province",
            _q(Q(state=State.UNREACHABLE.value, visits__gte=MOST_VISITS, last_outcome__in=sorted(FRUITLESS))),
        ),
        Figure("stuck_second", _C, "Chờ phê duyệt quá ba ngày", "Waits for approval over three days", _waiting),
        Figure(
            "stuck_away",
            _C,
            "Chủ đi làm ăn xa",
            "The owner works away",
            _q(_OPEN & Q(last_outcome="works_away")),
        ),
        Figure("stuck_refused", _C, "Chủ từ chối kê khai", "The owner refuses", _q(_OPEN & Q(last_outcome="refused"))),
    )
}
OF_RECORDS = tuple(name for name, figure in FIGURES.items() if figure.of is Of.RECORDS)
OF_CASES = tuple(name for name, figure in FIGURES.items() if figure.of is Of.CASES)
# Columns records have as well as cases.
_PLACES = frozenset({"province_code", "commune_code"})
OF_BOTH = {"population": _PLACES, "vehicles": _PLACES | {"kind"}, "licences": _PLACES}
STUCK = (
    "stuck_nobody",
    "stuck_unreached",
    "stuck_second",
    "stuck_away",
    "stuck_refused",
    "conflict",
    "returned",
    "overdue",
)


def figure_rows(actor: Actor, scope: Scope, name: str, *, day: date) -> QuerySet[Any]:
    """The list behind a figure: records or cases, unordered.

    Raises:
        SosachError: STATE-04 no such figure, or one of records asked for a group or officer.
    """
    figure = FIGURES.get(name)
    if figure is None or (figure.of is Of.RECORDS and not _knows_records(scope)):
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Không có số liệu này.", en="There is no such figure.")
    if figure.of is Of.CASES:
        return _cases(actor, scope).filter(_which(figure, day))
    rows = _records(actor, scope)
    if figure.which is None:
        return rows
    # cases lie where their records lie (`operations.moving`): those of other places need not be looked through
    kept_out = _cases(actor, scope).filter(figure.which(day), subject_id=OuterRef("pk"))
    return rows.filter(~Exists(kept_out))


def counts(actor: Actor, scope: Scope, *, day: date, names: Iterable[str] | None = None) -> dict[str, int]:
    """Figures of a scope; for a group or an officer, those of cases. Each is the length of its list (`figure_rows`)."""
    wanted = _wanted(scope, names)
    found = _all(_cases(actor, scope), _of(wanted, Of.CASES), day)
    of_records = _of(wanted, Of.RECORDS)
    if of_records:
        records_in_all = _records(actor, scope).count()
        kept_out = _all(_with_record(actor, scope, ()), of_records, day)
        found |= {name: records_in_all - kept_out.get(name, 0) for name in of_records}
    return {name: found[name] for name in wanted}


def counts_by(
    actor: Actor, scope: Scope, *, by: Sequence[str], day: date, names: Iterable[str] | None = None
) -> dict[tuple[Any, ...], dict[str, int]]:
    """Figures of a scope for each value of some columns: `province_code`, `commune_code`, `kind`, `group`, `officer_id`.

    Only columns records have, too, give figures of records.
    """
    wanted = _wanted(scope, names)
    found = _each(_cases(actor, scope), scope, _of(wanted, Of.CASES), by, day)
    of_records = _of(wanted, Of.RECORDS)
    if not set(by) <= OF_BOTH[scope.register]:
        wanted = _of(wanted, Of.CASES)
    elif of_records:
        places = [column for column in by if column in _PLACES]
        kept_out = _each(_with_record(actor, scope, places), scope, of_records, by, day)
        for row in _records(actor, scope).order_by().values(*by).annotate(n=Count("pk")):
            key = tuple(row[column] for column in by)
            less = kept_out.get(key, {})
            found.setdefault(key, {}).update({name: row["n"] - less.get(name, 0) for name in of_records})
    return {key: {name: told.get(name, 0) for name in wanted} for key, told in found.items()}


def _with_record(actor: Actor, scope: Scope, by: Sequence[str]) -> QuerySet[Case]:
    """Cases whose record is in the same part, and alike in some columns: one case for each record that may be kept out.

    A record has one case in a campaign at most, so as many records are kept out of a list as such cases pass its filter;
    counting these is one pass for all figures instead of a search through all records for each.
    """
    records_there = _records(actor, scope).filter(pk=OuterRef("subject_id"))
    for column in by:
        records_there = records_there.alias(**{f"own_{column}": Coalesce(column, Value(""))}).filter(
            **{f"own_{column}": Coalesce(OuterRef(column), Value(""))}
        )
    return _cases(actor, scope).filter(Exists(records_there))


def _of(names: Iterable[str], kind: Of) -> list[str]:
    return [name for name in names if FIGURES[name].of is kind]


def _all(cases: QuerySet[Case], names: Sequence[str], day: date) -> dict[str, int]:
    """How many cases pass the filter of each figure."""
    counted = _counted(names, day)
    told = cases.aggregate(**counted) if counted else {}
    return {name.removeprefix(_COUNT): count for name, count in told.items()}


def _each(
    cases: QuerySet[Case], scope: Scope, names: Sequence[str], by: Sequence[str], day: date
) -> dict[tuple[Any, ...], dict[str, int]]:
    """The same for each value of some columns; a case is of the kind its record is of now."""
    counted = _counted(names, day)
    kind = records(scope.register).filter(pk=OuterRef("subject_id")).values("kind") if "kind" in by else None
    if kind is not None:
        cases = cases.annotate(kind_now=Subquery(kind))
    keys = ["kind_now" if column == "kind" else column for column in by]
    rows = cases.order_by().values(*keys).annotate(**counted) if counted else []
    return {tuple(row[key] for key in keys): {name.removeprefix(_COUNT): row[name] for name in counted} for row in rows}


def _wanted(scope: Scope, names: Iterable[str] | None) -> list[str]:
    wanted = list(FIGURES if names is None else names)
    if set(wanted) - set(FIGURES):
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Không có số liệu này.", en="There is no such figure.")
    return wanted if _knows_records(scope) else [name for name in wanted if FIGURES[name].of is Of.CASES]


def _knows_records(scope: Scope) -> bool:
    return scope.group is None and scope.officer is None


def _which(figure: Figure, day: date) -> Q:
    return figure.which(day) if figure.which is not None else Q()


def _counted(names: Iterable[str], day: date) -> dict[str, Count]:
    """The filter of each figure as a count of cases; named otherwise than columns they look at.

    All records have no filter: no case keeps one out.
    """
    which = {name: FIGURES[name].which for name in names}
    return {_COUNT + name: _count(told(day)) for name, told in which.items() if told is not None}


def _count(which: Q) -> Count:
    return Count("pk", filter=which) if which else Count("pk")


def _cases(actor: Actor, scope: Scope) -> QuerySet[Case]:
    rows = _placed(scoped(Case.objects.all(), actor), scope).filter(campaign=scope.campaign, register=scope.register)
    if scope.group is not None:
        rows = rows.filter(group=scope.group)
    if scope.officer == NOBODY:
        return rows.filter(officer__isnull=True)
    return rows.filter(officer_id=scope.officer) if scope.officer is not None else rows


def _records(actor: Actor, scope: Scope) -> QuerySet[Any]:
    rows = _placed(scoped(records(scope.register), actor), scope)
    own = {
        "nation": Q(),
        "province": Q(province_code=scope.campaign.unit),
        "commune": Q(commune_code=scope.campaign.unit),
    }
    return rows.filter(own[scope.campaign.level])


def _placed(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    return lying_in(lying_in(rows, "province_code", scope.province), "commune_code", scope.commune)


def lying_in(rows: QuerySet[Any], column: str, code: str) -> QuerySet[Any]:
    """Rows of a province or commune; of none, where the code is `NOWHERE`; all, where it is empty."""
    if code == NOWHERE:
        return rows.filter(Q(**{f"{column}__isnull": True}) | Q(**{column: ""}))
    return rows.filter(**{column: code}) if code else rows


__all__ = [
    "FIGURES",
    "NOBODY",
    "NOWHERE",
    "OF_CASES",
    "OF_RECORDS",
    "STUCK",
    "Figure",
    "Of",
    "Scope",
    "counts",
    "counts_by",
    "figure_rows",
    "lying_in",
]
