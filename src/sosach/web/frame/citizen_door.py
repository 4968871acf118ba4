"""Citizens come in by the provider of electronic identities; the PIN it vouches for leads to the person in the register."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.errors import SosachError
from sosach.domain.access.queries import Look
from sosach.domain.access.queries.officers import DOOR
from sosach.domain.audit.rules import Subject
from sosach.domain.population.queries import person_by_pin
from sosach.domain.population.queries.views import Identity
from sosach.web.frame.doors import keep_out, let_in
from sosach.web.frame.flashes import flash
from sosach.web.frame.holders import citizen
from sosach.web.frame.pages import open_page
from sosach.web.frame.provider import Asked, ProviderError, ask, is_connected, pin_of
from sosach.web.frame.throttle import digest

KEPT = "provider"  # what was asked of the provider
PURPOSE = "identity-check"
ALIVE = "alive"


@open_page
def sign_in(request: HttpRequest) -> HttpResponse:
    """What is going to happen, and the way to the provider."""
    return render(request, "frame/sign_in_citizen.html", {"back": request.GET.get("tu", ""), "open": is_connected()})


@open_page
def to_provider(request: HttpRequest) -> HttpResponse:
    """Send the citizen to the provider."""
    if not is_connected():
        return HttpResponseRedirect(reverse("frame:sign-in-citizen"))
    try:
        asked = ask(_back(request))
    except ProviderError:
        return _failed(request, Subject("sign_in", "provider"))
    request.session.flush()
    request.session[KEPT] = asdict(asked) | {"tu": request.GET.get("tu", "")}
    return HttpResponseRedirect(asked.address)


@open_page
def from_provider(request: HttpRequest) -> HttpResponse:
    """The citizen is back: who is it, in the register?"""
    kept = request.session.pop(KEPT, None)
    if kept is None:  # an old address, or one made up
        flash(request, _("Lượt đăng nhập đã hết hạn. Hãy bắt đầu lại."), tone="info")
        return HttpResponseRedirect(reverse("frame:sign-in-citizen"))
    back = kept.pop("tu")
    try:
        pin = pin_of(Asked(**kept), back=_back(request), answer=request.build_absolute_uri(), at=request.sosach_at)
    except ProviderError:
        return _failed(request, Subject("sign_in", "provider"))
    found = _person(request, pin)
    if found is None or found.life_status != ALIVE:
        keep_out(Subject("sign_in", digest(pin)), why="no_person")
        return render(request, "frame/no_person.html", status=404)
    return let_in(request, citizen(found.person_id), name=found.full_name, way="provider", back=back)


def _person(request: HttpRequest, pin: str) -> Identity | None:
    try:
        return person_by_pin(Look(DOOR, PURPOSE, request.sosach_at), pin=pin)
    except SosachError:  # what the provider calls a PIN is none
        return None


def _failed(request: HttpRequest, who: Subject) -> HttpResponse:
    keep_out(who, why="provider")
    return render(request, "frame/provider_failed.html", status=502)


def _back(request: HttpRequest) -> str:
    return str(request.build_absolute_uri(reverse("frame:from-provider")))
