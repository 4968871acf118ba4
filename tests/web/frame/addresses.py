"""Pages of the tests, beside the real ones: who may open them, what they order, how they fail."""

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from sosach.base.errors import ErrorCode, InvalidValueError, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import Look
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.population.queries import masked_by_pin
from sosach.site.urls import handler404, handler500
from sosach.site.urls import urlpatterns as real
from sosach.web.frame.pages import citizen_page, look, officer_page, once, open_page

__all__ = ["handler404", "handler500", "urlpatterns"]
DONE: list[Order] = []
FAULTS = {
    "outside": SosachError(ErrorCode.ACCESS_OUTSIDE, vi="Ngoài phạm vi", en="Out of reach"),
    "state": SosachError(ErrorCode.STATE_FORBIDS, vi="Không được", en="Not possible", hint_vi="Chờ", hint_en="Wait"),
    "value": InvalidValueError("PIN-01", "<script>12</script>"),
    "log": SosachError(ErrorCode.AUDIT_UNAVAILABLE, vi="Nhật ký", en="The log"),
    "constraint": IntegrityError("Key (pin)=(001) exists"),
    "defect": ZeroDivisionError("of <b>ours</b>"),
}


@operation("access.signed_in", roles=frozenset({Role.CLERK}))
def noted(order: Order, *, what: str) -> Done[None]:
    """A verb that leaves a trace."""
    DONE.append(order)
    return Done(None, [Subject("test", what)])


@officer_page()
def any_officer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.actor.key)


@officer_page(roles=frozenset({Role.CHIEF}))
def chiefs(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.actor.key)


@citizen_page
def citizens(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.actor.key)


@officer_page()
def asks(request: HttpRequest) -> HttpResponse:
    told: Look = look(request, "identity-check", reference="HS-1")
    found = masked_by_pin(told, pin="001085123456")
    return HttpResponse(f"{told.reference} {found}")


@officer_page()
def orders(request: HttpRequest) -> HttpResponse:
    what = request.POST.get("what", "")

    def do(order: Order) -> str:
        noted(order, what=what)
        if what == "refused":
            raise FAULTS["state"]
        return f"/da-xong/{what}"

    return once(request, do, reason="R", evidence={"case": "HS-1"})


@open_page
def fails(request: HttpRequest, how: str) -> HttpResponse:
    del request
    raise FAULTS[how]


urlpatterns: list[URLPattern | URLResolver] = [
    path("thu/can-bo", any_officer),
    path("thu/thu-truong", chiefs),
    path("thu/cong-dan", citizens),
    path("thu/hoi", asks),
    path("thu/lam", orders),
    path("thu/hong/<slug:how>", fails),
    *real,
]
