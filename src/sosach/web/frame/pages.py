"""How a page learns who asks, says why it looks and what it orders, and turns a refusal into a page."""

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.budgets import take
from sosach.domain.access.operations.idempotency import Asked
from sosach.domain.access.operations.idempotency import once as done_once
from sosach.domain.access.queries import Look
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind
from sosach.web.frame import clock
from sosach.web.frame.faults import database_page, error_page
from sosach.web.frame.holders import holder_of

View = Callable[..., HttpResponse]
ONCE = "_once"  # field of a form: made with the page, so that a form sent twice is done once
_UNSIGNED = {ONCE, "csrfmiddlewaretoken"}


def open_page(view: View) -> View:
    """A page for everybody; `request.actor` is whoever is signed in, or None."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _answered(request, lambda: view(request, *args, **kwargs))

    return shown


def officer_page(*, roles: frozenset[Role] = frozenset()) -> Callable[[View], View]:
    """A page for officers; others are led to the door.

    Args:
        roles: one of them is needed; empty: any officer.
    """
    return _page_of(ActorKind.OFFICER, roles, "frame:sign-in-officer")


def citizen_page(view: View) -> View:
    """A page for a citizen about the own records; others are led to the door."""
    return _page_of(ActorKind.CITIZEN, frozenset(), "frame:sign-in-citizen")(view)


def look(request: HttpRequest, purpose: str, *, reference: str = "") -> Look:
    """Why the page looks at people's data (`access/purposes.toml`); the clock is read here.

    Args:
        request: of a page of an officer or a citizen.
        purpose: code of the purpose.
        reference: number of the case, where the purpose needs one.
    """
    return Look(request.actor, purpose, request.sosach_at, reference)


def order(
    request: HttpRequest, *, reason: str = "", evidence: Mapping[str, str] | None = None, act: UUID | None = None
) -> Order:
    """What the page has done in the name of who is signed in; the clock is read here."""
    return Order(request.actor, request.sosach_at, dict(evidence or {}), reason, act or uuid4())


def once(
    request: HttpRequest,
    do: Callable[[Order], str],
    *,
    reason: str = "",
    evidence: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Do what a form asks once, however often it is sent (`{% form_token %}`), and go on to the page `do` names.

    What is refused (`SosachError`) is not kept: the same form may be mended and sent again.

    Args:
        request: POST of a form that holds `{% form_token %}`.
        do: does it by verbs that take the order; returns the address of the next page.
        reason: of the order.
        evidence: of the order.

    Raises:
        SosachError: REQUEST-01 the form holds no token; REQUEST-02 the token was used for other content; whatever `do` raises.
    """
    key = request.POST.get(ONCE, "")
    if not (16 <= len(key) <= 64 and key.isascii() and key.replace("-", "").replace("_", "").isalnum()):
        raise SosachError(
            ErrorCode.REQUEST_INVALID,
            vi="Biểu mẫu thiếu mã chống gửi trùng.",
            en="The form lacks its token against being sent twice.",
            hint_vi="Mở lại trang rồi gửi lại.",
            hint_en="Open the page again and send it again.",
        )
    told = order(request, reason=reason, evidence=evidence)
    asked = Asked(request.actor, key, _digest(request), request.sosach_at, told.act)
    answered = done_once(asked, lambda: do(told))
    return HttpResponseRedirect(str(answered.answer), status=303)


def shown(request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200) -> Any:
    """A page from a template; a part of one where htmx asks for it (`template#part` is up to the template)."""
    return render(request, template, dict(context or {}), status=status)


def _page_of(kind: ActorKind, roles: frozenset[Role], door: str) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            def answer() -> HttpResponse:
                if request.actor is None or request.actor.kind is not kind:
                    return _to_the_door(request, door)
                _require(request.actor, roles)
                take(request.actor, at=request.sosach_at, limits=settings.SOSACH_LIMITS)
                return view(request, *args, **kwargs)

            return _answered(request, answer)

        guarded.sosach_kind = kind  # type: ignore[attr-defined] # tests read who may open which page
        guarded.sosach_roles = roles  # type: ignore[attr-defined] # as above
        return guarded

    return wrap


def _answered(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        request.sosach_at = clock.now()
        request.actor = holder_of(request)
        return answer()
    except SosachError as refused:
        return error_page(request, refused)
    except DatabaseFailure as failure:
        return database_page(request, failure)


def _require(actor: Actor, roles: frozenset[Role]) -> None:
    if roles and actor.roles.isdisjoint(roles):
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi="Tài khoản không có quyền mở trang này.",
            en="The account has no right to open this page.",
            hint_vi="Hỏi thủ trưởng đơn vị nếu cần được giao quyền.",
            hint_en="Ask the head of the unit if you need it.",
        )


def _to_the_door(request: HttpRequest, door: str) -> HttpResponse:
    """Sign in first, then come back; a part of a page cannot show the door, so the browser is sent there."""
    back = request.get_full_path() if request.method == "GET" and not request.htmx else ""
    address = reverse(door) + (f"?{urlencode({'tu': back})}" if back else "")
    if not request.htmx:
        return HttpResponseRedirect(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response


def _digest(request: HttpRequest) -> str:
    """All a form holds, but for its tokens."""
    content = hashlib.sha256(request.path.encode())
    for name, values in sorted(request.POST.lists()):
        if name not in _UNSIGNED:
            content.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
    return content.hexdigest()
