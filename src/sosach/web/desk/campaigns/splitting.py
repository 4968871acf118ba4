"""Mass changes: what is asked for, what it would do, a second person's word, and the change itself."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.campaign.operations.planning import agree, carry_out, preview
from sosach.domain.campaign.queries.running import campaign_seen, plan_seen
from sosach.domain.campaign.rules.changes import PLANNERS, Change
from sosach.web.desk.campaigns import choices
from sosach.web.desk.campaigns.forms import SplitForm
from sosach.web.desk.campaigns.telling import CHANGES, change_name, effects_of
from sosach.web.desk.figures.asked import PURPOSE
from sosach.web.desk.words import STATES as CASE_STATES
from sosach.web.frame import words
from sosach.web.frame.flashes import flash
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Bar, Tab


@officer_page(roles=PLANNERS)
def split(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Ask for a mass change; nothing changes before its effects were seen."""
    campaign = campaign_seen(look(request, PURPOSE), campaign_id=campaign_id)
    told = request.GET.get("viec", "")
    change = Change(told) if told in set(Change) else Change.SPLIT
    form = SplitForm(
        request.POST or None,
        change=change,
        choices=choices.split_choices(request, campaign),
        initial=request.GET.dict(),
    )
    if request.method == "POST" and form.is_valid():

        def do(order: Order) -> str:
            seen = preview(
                order, campaign_id=campaign_id, change=change, wanted=form.wanted(), terms=form.change_terms()
            )
            return reverse("desk:campaign-plan", args=[campaign_id, seen.token])

        try:
            return once(request, do, reason=form.cleaned_data["reason"])
        except SosachError as refused:
            form.refuse(refused)
    tabs = [
        Tab(
            str(text), f"{reverse('desk:campaign-split', args=[campaign_id])}?viec={each.value}", current=each is change
        )
        for each, text in ((Change(code), text) for code, text in CHANGES.items())
    ]
    context = {
        "room": "campaigns",
        "campaign": campaign,
        "form": form,
        "tabs": tabs,
        "asked": [form[name] for name in form.asked],
        "filters": [form[name] for name in ("register", "commune", "group", "locality", "state", "holder")],
    }
    return render(request, "desk/campaigns/split.html", context, status=422 if form.errors else 200)


@officer_page(roles=PLANNERS)
def plan(request: HttpRequest, campaign_id: int, token: UUID) -> HttpResponse:
    """A preview: its effects, and the next step of whoever looks at it.

    Raises:
        Http404: it belongs to another campaign.
    """
    seen = plan_seen(look(request, PURPOSE), token=token)
    if seen.plan.campaign_id != campaign_id:
        raise Http404
    fault = None
    if request.method == "POST":
        try:
            return once(request, lambda order: _stepped(request, order, campaign_id, token), reason=seen.plan.change)
        except SosachError as refused:
            fault = refused
    told = seen.plan.effects
    context = {
        "room": "campaigns",
        "campaign": seen.plan.campaign,
        "seen": seen,
        "title": change_name(seen.plan.change),
        "tables": effects_of(seen),
        "states": [Bar(str(CASE_STATES[code][0]), count) for code, count in told.get("states", {}).items()],
        "people": words.grouped(told.get("people", 0)),
        "declared": words.grouped(told.get("declared", 0)),
        "conflicts": words.grouped(told.get("conflicts", 0)),
        "may_do": not seen.plan.done_at
        and not seen.too_old
        and bool(seen.plan.cases)
        and (seen.own or seen.plan.agreed_by == request.actor.key)
        and (not seen.needs_second or bool(seen.plan.agreed_by)),
        "may_agree": not seen.plan.done_at
        and not seen.too_old
        and seen.needs_second
        and not seen.own
        and not seen.plan.agreed_by,
        "fault": fault,
    }
    return render(request, "desk/campaigns/plan.html", context, status=409 if fault else 200)


def _stepped(request: HttpRequest, order: Order, campaign_id: int, token: UUID) -> str:
    """Agree to a plan, or carry it out."""
    if request.POST.get("buoc") == "dong-y":
        agree(order, token=token)
        flash(request, _("Đã đồng ý. Người lập hoặc bạn có thể thực hiện."))
        return reverse("desk:campaign-plan", args=[campaign_id, token])
    changed = carry_out(order, token=token)
    flash(request, _("Đã thực hiện với %(n)s vụ việc.") % {"n": words.grouped(changed)})
    return reverse("desk:campaign", args=[campaign_id])
