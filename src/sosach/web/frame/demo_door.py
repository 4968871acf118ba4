"""Signing in as any synthetic person or officer, with one click: only where our own embedded server holds the data."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sosach.base.errors import SosachError
from sosach.domain.access.queries import Look
from sosach.domain.access.queries.entering import account_at_the_door
from sosach.domain.access.queries.officers import DOOR, officer_actor, officers_to_try
from sosach.domain.population.queries import person_by_pin
from sosach.domain.population.queries.trying import people_to_try
from sosach.domain.vehicles.queries import owners_to_try
from sosach.web.frame import clock
from sosach.web.frame.doors import let_in
from sosach.web.frame.holders import citizen
from sosach.web.frame.pages import open_page

WAY = "demo"
PURPOSE = "identity-check"


@open_page
def to_try(request: HttpRequest) -> HttpResponse:
    """Whom one may be; and being it.

    Raises:
        Http404: this is no installation with synthetic people only.
    """
    if not settings.SOSACH_DEMO or getattr(request, "sosach_data", "") != "synthetic":
        raise Http404
    fault = ""
    if request.method == "POST":
        if (response := _as_told(request)) is not None:
            return response
        fault = _("Không có ai như vậy.")
    at = clock.now()
    owners = owners_to_try(Look(DOOR, PURPOSE, at))  # who owns a vehicle has something to declare
    people = people_to_try(Look(DOOR, PURPOSE, at), first=owners)
    context = {"people": people, "officers": officers_to_try(at=at), "fault": fault}
    return render(request, "frame/try.html", context, status=422 if fault else 200)


def _as_told(request: HttpRequest) -> HttpResponse | None:
    """In as the person of a PIN, or as an officer; None: there is nobody."""
    if number := request.POST.get("officer", ""):
        account = account_at_the_door(int(number)) if number.isdecimal() and len(number) < 18 else None
        actor = officer_actor(account.officer_id, at=clock.now()) if account is not None else None
        return let_in(request, actor, name=account.display_name, way=WAY) if account and actor else None
    try:
        found = person_by_pin(Look(DOOR, PURPOSE, clock.now()), pin=request.POST.get("pin", "").replace(" ", ""))
    except SosachError:
        return None
    return let_in(request, citizen(found.person_id), name=found.full_name, way=WAY) if found is not None else None
