"""The first page, coming in and going out: sessions begin and end here, each with its event in the log."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.sessions import note_refusal, note_sign_in, note_sign_out
from sosach.domain.access.queries.officers import DOOR
from sosach.domain.audit.rules import Actor, ActorKind, Subject
from sosach.web.frame import clock
from sosach.web.frame.flashes import flash
from sosach.web.frame.holders import UNIT, unit_of
from sosach.web.frame.language import own_address
from sosach.web.frame.pages import open_page
from sosach.web.frame.sessions import HOLDER

NAME = "name"
_HOMES = {ActorKind.CITIZEN: "portal:home", ActorKind.OFFICER: "desk:home"}


@open_page
def home(request: HttpRequest) -> HttpResponse:
    """Who are you: citizen or officer?"""
    return render(request, "frame/home.html")


@require_POST
@open_page
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session at the server; its key opens nothing any more."""
    actor = request.actor
    request.session.flush()
    if actor is not None:
        note_sign_out(Order(DOOR, clock.now()), who=subject_of(actor), why="own")
    flash(request, _("Bạn đã đăng xuất."))
    return HttpResponseRedirect(reverse("frame:home"))


def let_in(request: HttpRequest, actor: Actor, *, name: str, way: str, back: str = "") -> HttpResponse:
    """Begin a session of somebody who proved who they are, and lead them to where they wanted to go.

    Args:
        request: of the last step of signing in.
        actor: who it is.
        name: as the head of the pages shows it.
        way: how it was proved, for the log.
        back: address they came for.
    """
    request.session.flush()  # nothing of whoever used this browser before, and a new key
    request.session.update({HOLDER: actor.key, UNIT: unit_of(actor), NAME: name})
    rotate_token(request)
    note_sign_in(Order(DOOR, clock.now()), who=subject_of(actor), way=way)
    return HttpResponseRedirect(own_address(back, reverse(_HOMES[actor.kind])))


def keep_out(who: Subject, *, why: str) -> None:
    """Write down that somebody was not let in."""
    note_refusal(Order(DOOR, clock.now()), who=who, why=why)


def subject_of(actor: Actor) -> Subject:
    """Whom the log names: the officer, or the person."""
    kind = "person" if actor.kind is ActorKind.CITIZEN else "officer"
    return Subject(kind, str(actor.number), actor.unit)
