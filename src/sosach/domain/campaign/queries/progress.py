"""How far a campaign has come: figures with the lists behind them, day by day, targets, forecast, load, ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import IntegerField, Max, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import Officer
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.audit.rules import Subject
from sosach.domain.campaign.models import Campaign, Case, DailyFigures, Duty
from sosach.domain.campaign.queries.figures import (
    FIGURES,
    STUCK,
    Of,
    Scope,
    counts,
    counts_by,
    figure_rows,
    lying_in,
)
from sosach.domain.campaign.queries.lists import READERS, Line, lines_of, subjects_of
from sosach.domain.campaign.queries.records import Record, record_subject, shown
from sosach.domain.campaign.rules.forecast import Forecast, forecast
from sosach.domain.campaign.rules.ranking import Standing, ranked
from sosach.domain.campaign.rules.targets import Target, expected_by, target_of_day
from sosach.domain.campaign.states.campaigns import Phase, phase_on
from sosach.domain.population.rules.days import day_of

COLUMN = {
    "province": "province_code",
    "commune": "commune_code",
    "kind": "kind",
    "group": "group",
    "officer": "officer_id",
}
LOAD = ("left", "declared", "overdue", "visits_due", "cleaned", "cleaned_today", "reopened", "failed_samples")
MOST = 200


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a campaign is asked for.

    Attributes:
        campaign_id: the campaign.
        register: one of its registers.
        province: two digits; "" for all within reach, "-" for records without.
        commune: five digits; likewise.
        group: residential group.
        officer: id; 0 for nobody.
    """

    campaign_id: int
    register: str
    province: str = ""
    commune: str = ""
    group: str | None = None
    officer: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a campaign stands on a day.

    Attributes:
        figures: name → count (`queries.figures.FIGURES`).
        share: done of all records, 0 to 1; None without records.
        phase: of the campaign.
        expected: to be done by the end of the day.
        target_today: to be done on the day.
        forecast: when the rest will be done; None with too few noted days.
        stuck: names of figures that say what is stuck → count, the largest first.
    """

    figures: Mapping[str, int]
    share: float | None
    phase: Phase
    expected: int
    target_today: int
    forecast: Forecast | None
    stuck: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Load:
    """What lies on one desk.

    Attributes:
        officer_id: whose; None: nobody's.
        name: of the officer; "" where the account is out of reach.
        minutes_per_day: on duty.
        figures: name → count, of those of `LOAD`.
        days: working days the open cases take at the campaign's minutes per case; None without duty.
    """

    officer_id: int | None
    name: str
    minutes_per_day: int
    figures: Mapping[str, int]
    days: float | None


@dataclass(frozen=True, slots=True)
class FigurePage:
    """Part of the list behind a figure.

    Attributes:
        lines: cases, for a figure of cases.
        records: (id, record in one line), for a figure of records.
        following: id to go on behind; None when there is no more.
    """

    lines: tuple[Line, ...]
    records: tuple[tuple[int, Record], ...]
    following: int | None


@reading("campaign.figures_read", roles=READERS)
def campaigns(look: Look) -> Seen[tuple[Campaign, ...]]:
    """Campaigns that cover the own territory or lie in it, newest first."""
    found = [each for each in Campaign.objects.order_by("-pk") if _concerns(look, each)]
    return Seen(tuple(found), [_unit(look)])


@reading("campaign.figures_read", roles=READERS)
def progress(look: Look, *, part: Part) -> Seen[Progress]:
    """Where a part of a campaign stands, within reach.

    Raises:
        SosachError: STATE-01 no such campaign or register in it.
    """
    scope = scope_of(part)
    day = day_of(look.at)
    told = counts(look.actor, scope, day=day)
    total, done = told.get("records", told["cases"]), told.get("done", told["cases"] - told["left"])
    terms = terms_of(scope.campaign)
    start = max(total - told["cases"], 0)
    expected = expected_by(day, total=total, start=start, **terms)
    series = noted(look.actor, scope, "done") if part.group is None and part.officer is None else []
    known = [(on, count) for on, count in series if on < day] + [(day, done)]
    seen = Progress(
        figures=told,
        share=done / total if total else None,
        phase=phase_of(scope.campaign, day),
        expected=expected,
        target_today=target_of_day(day, total=total, start=start, **terms),
        forecast=forecast(known, total=total, ends=scope.campaign.ends_on),
        stuck=dict(sorted(((name, told[name]) for name in STUCK if told[name]), key=lambda each: -each[1])),
    )
    return Seen(seen, [_unit(look)])


@reading("campaign.figures_read", roles=READERS)
def progress_by(
    look: Look, *, part: Part, by: str, names: Sequence[str] | None = None
) -> Seen[dict[str | int | None, dict[str, int]]]:
    """The figures of a part of a campaign by `province`, `commune`, `kind`, `group` or `officer`; each row leads to its own lists.

    Raises:
        SosachError: STATE-01 no such campaign; STATE-04 by none of these.
    """
    if by not in COLUMN:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Không chia theo mục này.", en="It is not split by that.")
    found = counts_by(look.actor, scope_of(part), by=(COLUMN[by],), day=day_of(look.at), names=names)
    return Seen({key: told for (key,), told in found.items()}, [_unit(look)])


@reading("campaign.figures_read", roles=READERS)
def over_time(look: Look, *, part: Part, names: Sequence[str]) -> Seen[dict[str, list[tuple[date, int]]]]:
    """Figures of the noted days and of today, by name.

    Raises:
        SosachError: STATE-01 no such campaign; STATE-04 no such figure.
    """
    scope = scope_of(part)
    today = day_of(look.at)
    now = counts(look.actor, scope, day=today, names=names)
    told = {name: [each for each in noted(look.actor, scope, name) if each[0] < today] for name in names}
    return Seen({name: [*series, (today, now[name])] for name, series in told.items()}, [_unit(look)])


@reading("campaign.list_read", roles=READERS)
def figure_list(look: Look, *, part: Part, name: str, after: int = 0, limit: int = 50) -> Seen[FigurePage]:
    """The list behind a figure, by id.

    Raises:
        SosachError: STATE-01 no such campaign; STATE-04 no such figure.
    """
    scope = scope_of(part)
    size = min(limit, MOST)
    rows = figure_rows(look.actor, scope, name, day=day_of(look.at)).filter(pk__gt=after).order_by("pk")
    if FIGURES[name].of is Of.CASES:
        cases = list(rows[: size + 1])
        page = cases[:size]
        following = page[-1].pk if len(cases) > size else None
        return Seen(FigurePage(lines_of(page), (), following), subjects_of(page))
    keys = list(rows.values_list("pk", "commune_code")[: size + 1])
    page_keys = keys[:size]
    found = shown(scope.register, [key for key, _ in page_keys])
    records = tuple((key, found[key]) for key, _ in page_keys if key in found)
    subjects = [record_subject(scope.register, key, commune) for key, commune in page_keys]
    return Seen(FigurePage((), records, page_keys[-1][0] if len(keys) > size else None), subjects)


@reading("campaign.figures_read", roles=READERS)
def workload(look: Look, *, part: Part) -> Seen[tuple[Load, ...]]:
    """What lies on each officer's desk, the fullest first; officers on duty without cases, too.

    Raises:
        SosachError: STATE-01 no such campaign.
    """
    scope = scope_of(part)
    found = counts_by(look.actor, scope, by=("officer_id",), day=day_of(look.at), names=LOAD)
    on_duty = scoped(Duty.objects.filter(campaign=scope.campaign, ended_at__isnull=True), look.actor)
    if part.commune:
        on_duty = on_duty.filter(commune_code=part.commune)
    minutes: dict[int, int] = {}
    for officer, told in on_duty.values_list("officer_id", "minutes_per_day"):
        minutes[officer] = minutes.get(officer, 0) + told
    keys = {key for (key,) in found} | set(minutes)
    names = dict(Officer.objects.filter(pk__in=keys - {None}).values_list("pk", "display_name"))
    loads = [_load(key, found.get((key,), {}), names, minutes, scope.campaign) for key in keys]
    loads.sort(key=lambda load: (-load.figures["left"], load.officer_id or 0))
    return Seen(tuple(loads), [_unit(look)])


@reading("campaign.figures_read", roles=READERS)
def ranking(look: Look, *, part: Part, by: str = "commune") -> Seen[list[Standing]]:
    """Units, groups or officers by what they cleaned (`rules.ranking.score`), within reach.

    Raises:
        SosachError: STATE-01 no such campaign; STATE-04 by nothing known.
    """
    if by not in COLUMN:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Không xếp hạng theo mục này.", en="It is not ranked by that.")
    names = ("cases", "gone", "cleaned", "reopened", "dismissed", "failed_samples")
    found = counts_by(look.actor, scope_of(part), by=(COLUMN[by],), day=day_of(look.at), names=names)
    return Seen(ranked({str(key): told for (key,), told in found.items() if key not in {None, ""}}), [_unit(look)])


def noted(actor: Any, scope: Scope, name: str) -> list[tuple[date, int]]:
    """A figure at the end of each noted day, summed over the communes within reach, oldest first."""
    rows = scoped(DailyFigures.objects.filter(campaign=scope.campaign, register=scope.register), actor)
    rows = lying_in(lying_in(rows, "province_code", scope.province), "commune_code", scope.commune)
    count = Coalesce(Cast(KT(f"counts__{name}"), IntegerField()), 0)
    return list(rows.values("day").annotate(total=Sum(count)).order_by("day").values_list("day", "total"))


def scope_of(part: Part) -> Scope:
    """The part with its campaign.

    Raises:
        SosachError: STATE-01.
    """
    campaign = Campaign.objects.filter(pk=part.campaign_id).first()
    if campaign is None or part.register not in campaign.registers:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có chiến dịch này.", en="There is no such campaign.")
    return Scope(campaign, part.register, part.province, part.commune, part.group, part.officer)


def phase_of(campaign: Campaign, day: date) -> Phase:
    """The phase a campaign is in on a day."""
    return phase_on(day, begins=campaign.begins_on, upload_from=campaign.upload_from, ends=campaign.ends_on)


def terms_of(campaign: Campaign) -> dict[str, Any]:
    """First day, targets and hours of a campaign, as `rules.targets` takes them."""
    targets = [Target(date.fromisoformat(each["day"]), each["share"]) for each in campaign.targets]
    return {
        "begins": campaign.begins_on,
        "targets": targets or [Target(campaign.ends_on, 1.0)],
        "windows": campaign.windows,
    }


def _load(
    key: int | None, told: Mapping[str, int], names: Mapping[int, str], minutes: Mapping[int, int], campaign: Campaign
) -> Load:
    figures = {name: told.get(name, 0) for name in LOAD}
    daily = minutes.get(key, 0) if key is not None else 0
    days = figures["left"] * campaign.minutes_per_case / daily if daily else None
    return Load(key, names.get(key, "") if key is not None else "", daily, figures, days)


def _concerns(look: Look, campaign: Campaign) -> bool:
    """Whether a campaign has cases within reach, or is of the own unit, or covers all."""
    if campaign.level == "nation" or campaign.unit == look.actor.unit or not look.actor.unit:
        return True
    cases = scoped(Case.objects.filter(campaign=campaign), look.actor)
    return cases.aggregate(last=Max("pk"))["last"] is not None


def _unit(look: Look) -> Subject:
    return Subject("unit", look.actor.unit, look.actor.unit)
