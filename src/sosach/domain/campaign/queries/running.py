"""What running a campaign needs to know: one campaign, who works in it and who could, previews that wait, runs that can fill it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import Officer
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.campaign.models import Campaign, Duty, MassPlan
from sosach.domain.campaign.queries.lists import READERS
from sosach.domain.campaign.rules.changes import GOOD_FOR_HOURS, PLANNERS
from sosach.domain.provenance.models import Source
from sosach.domain.provenance.operations.importing import KIND as CLEANING_RUN

MOST = 200


@dataclass(frozen=True, slots=True)
class PlanSeen:
    """A preview of a mass change as somebody reads it.

    Attributes:
        plan: what was asked for and what it would do.
        needs_second: whether somebody else has to agree first.
        own: whether the reader made it.
        too_old: whether it has to be made anew.
        officers: id, as text → name, of officers it speaks of.
    """

    plan: MassPlan
    needs_second: bool
    own: bool
    too_old: bool
    officers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """A cleaning run whose findings lie with the records.

    Attributes:
        source_id: of its source.
        register: which register it is about.
        title: as it was told when it was taken in.
        origin: the system the records came from.
        taken_in_at: when.
    """

    source_id: int
    register: str
    title: str
    origin: str
    taken_in_at: Any


@reading("campaign.figures_read", roles=READERS)
def campaign_seen(look: Look, *, campaign_id: int) -> Seen[Campaign]:
    """A campaign by its id; what campaigns are is public.

    Raises:
        SosachError: STATE-01.
    """
    found = Campaign.objects.filter(pk=campaign_id).first()
    if found is None:
        raise _not_found()
    return Seen(found, [_unit(look)])


@reading("campaign.figures_read", roles=READERS)
def duties(look: Look, *, campaign_id: int) -> Seen[tuple[Duty, ...]]:
    """Who is on duty in a campaign within reach, by commune and name."""
    rows = scoped(Duty.objects.filter(campaign_id=campaign_id, ended_at__isnull=True), look.actor)
    found = tuple(rows.select_related("officer").order_by("commune_code", "officer__user_name"))
    return Seen(found, [_unit(look)])


@reading("campaign.figures_read", roles=READERS)
def may_serve(look: Look, *, campaign_id: int) -> Seen[tuple[Officer, ...]]:
    """Officers within reach who may be on duty or get cases: of the communes, and of the own province."""
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise _not_found()
    rows = scoped(Officer.objects.filter(is_active=True), look.actor).exclude(level=Level.NATION)
    if campaign.level == Level.PROVINCE:
        rows = rows.filter(province_code=campaign.unit)
    if campaign.level == Level.COMMUNE:
        rows = rows.filter(commune_code=campaign.unit)
    return Seen(tuple(rows.order_by("level", "unit", "user_name")[:MOST]), [_unit(look)])


@reading("campaign.figures_read", roles=PLANNERS)
def plan_seen(look: Look, *, token: UUID) -> Seen[PlanSeen]:
    """A preview within reach, whoever made it.

    Raises:
        SosachError: STATE-01 none.
    """
    plan = scoped(MassPlan.objects.select_related("campaign"), look.actor).filter(pk=token).first()
    if plan is None:
        raise _not_found()
    return Seen(_plan_seen(look, plan), [Subject("plan", str(plan.pk), plan.commune_code or "")])


@reading("campaign.figures_read", roles=PLANNERS)
def plans_waiting(look: Look, *, campaign_id: int) -> Seen[tuple[PlanSeen, ...]]:
    """Previews of a campaign within reach that can still be carried out, newest first."""
    since = look.at - timedelta(hours=GOOD_FOR_HOURS)
    rows = scoped(MassPlan.objects.select_related("campaign"), look.actor)
    rows = rows.filter(campaign_id=campaign_id, done_at__isnull=True, made_at__gte=since, cases__gt=0)
    found = tuple(_plan_seen(look, plan) for plan in rows.order_by("-made_at")[:MOST])
    return Seen(found, [_unit(look)])


@reading("campaign.figures_read", roles=frozenset({Role.STEWARD, Role.CHIEF}))
def runs(look: Look) -> Seen[tuple[Run, ...]]:
    """Cleaning runs that were taken in, newest first; a part another connection took in is no run of its own."""
    whole = Source.objects.filter(kind=CLEANING_RUN).exclude(details__has_key="part")
    rows = whole.order_by("-pk")[:MOST]
    found = tuple(Run(each.pk, each.register, each.title, each.origin, each.taken_in_at) for each in rows)
    return Seen(found, [_unit(look)])


def _plan_seen(look: Look, plan: MassPlan) -> PlanSeen:
    spoken = {key for key in plan.effects.get("officers", {}) if key}
    names = Officer.objects.filter(pk__in=[int(key) for key in spoken]).values_list("pk", "display_name")
    return PlanSeen(
        plan,
        needs_second=plan.cases > plan.campaign.mass_limit,
        own=plan.made_by == look.actor.key,
        too_old=look.at - plan.made_at > timedelta(hours=GOOD_FOR_HOURS),
        officers={str(key): name for key, name in names},
    )


def _not_found() -> SosachError:
    return SosachError(
        ErrorCode.NOT_FOUND, vi="Không tìm thấy trong phạm vi quản lý.", en="There is none within reach."
    )


def _unit(look: Look) -> Subject:
    return Subject("unit", look.actor.unit, look.actor.unit)


__all__ = ["PlanSeen", "Run", "campaign_seen", "duties", "may_serve", "plan_seen", "plans_waiting", "runs"]
