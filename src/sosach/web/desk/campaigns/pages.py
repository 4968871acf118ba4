"""Campaigns: the list, a new one, its page with all that can be done, its terms and states, cases made from runs, duties."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.rules import reaches
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.models import Campaign
from sosach.domain.campaign.operations.campaigns import (
    RUNNERS,
    change_terms,
    close_campaign,
    create_campaign,
    open_campaign,
    pause_campaign,
    set_duty,
)
from sosach.domain.campaign.operations.filling import fill
from sosach.domain.campaign.operations.steps import LEADERS
from sosach.domain.campaign.queries.lists import READERS
from sosach.domain.campaign.queries.progress import campaigns, phase_of
from sosach.domain.campaign.queries.running import campaign_seen, duties, plans_waiting, runs
from sosach.domain.campaign.rules.changes import PLANNERS
from sosach.domain.campaign.states.campaigns import CampaignState, may_become
from sosach.vn.working_days import day_of
from sosach.web.desk.campaigns import choices
from sosach.web.desk.campaigns.forms import ChangedTermsForm, DutyForm, NewForm, ReasonForm, initial_of
from sosach.web.desk.campaigns.telling import STATES, change_name, facts_of, windows_of
from sosach.web.desk.figures.asked import PURPOSE
from sosach.web.desk.figures.pages import PHASES
from sosach.web.desk.words import REGISTERS
from sosach.web.frame import words
from sosach.web.frame.flashes import flash
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Badge

FILLERS = frozenset({"steward"})
_MOVES: dict[str, tuple[CampaignState, Callable[..., Campaign]]] = {
    "mo": (CampaignState.OPEN, open_campaign),
    "tam-dung": (CampaignState.PAUSED, pause_campaign),
    "ket-thuc": (CampaignState.CLOSED, close_campaign),
}


@officer_page(roles=READERS)
def all_of_them(request: HttpRequest) -> HttpResponse:
    """Campaigns that concern the own territory."""
    found = campaigns(look(request, PURPOSE))
    told = [(each, badge_of(each), _registers(each), _territory(each)) for each in found]
    context = {"room": "campaigns", "campaigns": told, "may_run": not request.actor.roles.isdisjoint(RUNNERS)}
    return render(request, "desk/campaigns/all.html", context)


@officer_page(roles=RUNNERS)
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a campaign."""
    places = choices.territories(request.actor, day_of(request.sosach_at))
    usual = {"week_from": "17:00", "week_to": "21:00", "saturday_from": "08:00", "saturday_to": "21:00"}
    usual |= {"sunday_from": "08:00", "sunday_to": "21:00", "place": places[0][0]}
    form = NewForm(request.POST or None, places=places, initial=usual)
    if request.method == "POST" and form.is_valid():
        level, _colon, unit = form.cleaned_data["place"].partition(":")

        def do(order: Order) -> str:
            made = create_campaign(
                order,
                name=form.cleaned_data["name"],
                registers=form.cleaned_data["registers"],
                level=Level(level),
                unit_code=unit,
                terms=form.terms(),
            )
            return _page(made.pk)

        try:
            return once(request, do)
        except SosachError as refused:
            form.refuse(refused)
    return render(request, "desk/campaigns/new.html", {"room": "campaigns", "form": form}, status=_status(form))


@officer_page(roles=READERS)
def one(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """A campaign and what can be done with it."""
    campaign = _campaign(request, campaign_id)
    actor, asked = request.actor, look(request, PURPOSE)
    runs_it = not actor.roles.isdisjoint(RUNNERS) and _own(request, campaign)
    plans = plans_waiting(asked, campaign_id=campaign_id) if not actor.roles.isdisjoint(PLANNERS) else ()
    context = {
        "facts": facts_of(campaign),
        "windows": windows_of(campaign),
        "phase": PHASES[phase_of(campaign, day_of(request.sosach_at))](),
        "duties": [(each, words.place(each.commune_code)) for each in duties(asked, campaign_id=campaign_id)],
        "plans": [(each, change_name(each.plan.change)) for each in plans],
        "runs": runs(asked)[:6] if not actor.roles.isdisjoint(RUNNERS) else (),
        "registers_named": {name: str(text) for name, text in REGISTERS.items()},
        "may_run": runs_it,
        "may_fill": not actor.roles.isdisjoint(FILLERS) and runs_it and campaign.state != CampaignState.CLOSED,
        "may_plan": not actor.roles.isdisjoint(PLANNERS) and campaign.state == CampaignState.OPEN,
        "may_lead": not actor.roles.isdisjoint(LEADERS) and campaign.state != CampaignState.CLOSED,
        "moves": [name for name, (to, _verb) in _MOVES.items() if may_become(CampaignState(campaign.state), to)],
    }
    return _shown(request, campaign, "one.html", context)


@officer_page(roles=RUNNERS)
def terms(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Other days, hours or targets."""
    campaign = _campaign(request, campaign_id)
    form = ChangedTermsForm(request.POST or None, initial=initial_of(campaign))
    if request.method == "POST" and form.is_valid():

        def do(order: Order) -> str:
            change_terms(order, campaign_id=campaign_id, terms=form.terms())
            flash(request, _("Đã đổi mốc thời gian, giờ làm việc và chỉ tiêu."))
            return _page(campaign_id)

        try:
            return once(request, do, reason=form.cleaned_data["reason"])
        except SosachError as refused:
            form.refuse(refused)
    return _shown(request, campaign, "terms.html", {"form": form}, status=_status(form))


@officer_page(roles=RUNNERS)
def move(request: HttpRequest, campaign_id: int, to: str) -> HttpResponse:
    """Open, pause or close it.

    Raises:
        Http404: a campaign cannot go there.
    """
    if to not in _MOVES:
        raise Http404
    campaign = _campaign(request, campaign_id)
    state, verb = _MOVES[to]
    form = ReasonForm(request.POST or None)
    if state is CampaignState.OPEN:
        form.fields["reason"].required = False
    if request.method == "POST" and form.is_valid():

        def do(order: Order) -> str:
            verb(order, campaign_id=campaign_id)
            flash(request, _("Chiến dịch: %(state)s.") % {"state": STATES[state][0]})
            return _page(campaign_id)

        try:
            return once(request, do, reason=form.cleaned_data["reason"])
        except SosachError as refused:
            form.refuse(refused)
    context = {"form": form, "to": to, "state": STATES[state][0]}
    return _shown(request, campaign, "move.html", context, status=_status(form))


@officer_page(roles=RUNNERS)
def filled(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Make cases of what the latest runs left with the records.

    Raises:
        Http404: asked for without a form.
    """
    if request.method != "POST":
        raise Http404

    def do(order: Order) -> str:
        told = fill(order, campaign_id=campaign_id)
        lines = [
            _(
                "%(register)s: %(new)s vụ việc mới, %(renewed)s cập nhật, %(reopened)s mở lại, %(gone)s không còn cảnh báo"
            )
            % {
                "register": REGISTERS[each.register],
                "new": words.grouped(each.new),
                "renewed": words.grouped(each.renewed),
                "reopened": words.grouped(each.reopened),
                "gone": words.grouped(each.gone),
            }
            for each in told
        ]
        flash(request, "\n".join(lines))
        return _page(campaign_id)

    return once(request, do, reason="import")


@officer_page(roles=LEADERS)
def duty(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Say who works where and how long a day."""
    campaign = _campaign(request, campaign_id)
    officers = choices.officers_in(request, campaign)
    form = DutyForm(
        request.POST or None,
        officers=choices.named(officers),
        communes=choices.communes_in(request, campaign),
        initial={"officer": request.GET.get("can-bo", ""), "commune": request.GET.get("xa", "")},
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data

        def do(order: Order) -> str:
            set_duty(
                order,
                campaign_id=campaign_id,
                officer_id=told["officer"],
                commune_code=told["commune"],
                minutes_per_day=told["minutes"],
            )
            flash(request, _("Đã ghi phân công."))
            return reverse("desk:campaign-duty", args=[campaign_id])

        try:
            return once(request, do)
        except SosachError as refused:
            form.refuse(refused)
    there = duties(look(request, PURPOSE), campaign_id=campaign_id)
    context = {"form": form, "duties": [(each, words.place(each.commune_code)) for each in there]}
    return _shown(request, campaign, "duty.html", context, status=_status(form))


def badge_of(campaign: Campaign) -> Badge:
    """Where a campaign stands."""
    text, tone = STATES[campaign.state]
    return Badge(str(text), tone)


def _campaign(request: HttpRequest, campaign_id: int) -> Campaign:
    return campaign_seen(look(request, PURPOSE), campaign_id=campaign_id)


def _shown(
    request: HttpRequest, campaign: Campaign, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    frame = {
        "room": "campaigns",
        "campaign": campaign,
        "state_badge": badge_of(campaign),
        "registers": _registers(campaign),
        "territory": _territory(campaign),
    }
    return render(request, f"desk/campaigns/{template}", {**frame, **context}, status=status)


def _registers(campaign: Campaign) -> str:
    return ", ".join(str(REGISTERS[each]) for each in campaign.registers)


def _territory(campaign: Campaign) -> str:
    return words.place(campaign.unit) or _("Cả nước")


def _own(request: HttpRequest, campaign: Campaign) -> bool:
    """Whether a campaign is for the own territory or one below."""
    if campaign.level == Level.NATION:
        return bool(request.actor.level is Level.NATION)
    if campaign.level == Level.PROVINCE:
        return reaches(request.actor, commune_code=None, province_code=campaign.unit)
    parent = choices.province_of(campaign.unit, day_of(request.sosach_at))
    return reaches(request.actor, commune_code=campaign.unit, province_code=parent)


def _page(campaign_id: int) -> str:
    return reverse("desk:campaign", args=[campaign_id])


def _status(form: Any) -> int:
    return 422 if form.errors else 200
