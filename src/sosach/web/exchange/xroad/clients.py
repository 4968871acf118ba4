"""Who stands behind a message: our own security server, which has to prove itself, and the client it vouches for."""

from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest

from sosach.domain.exchange.queries.partners import Asked, Caller
from sosach.web.exchange.identity import LONGEST, TOLD, caller_of, caller_of_member, certificate_of
from sosach.web.exchange.xroad.messages import ID, ISSUE, client_named, told_in


def from_our_server(request: HttpRequest) -> bool:
    """Whether a request comes from a security server of this installation, by its certificate."""
    certificate = certificate_of(request).encode()
    return any(compare_digest(certificate, known.encode()) for known in settings.SOSACH_XROAD_SERVERS)


def caller_here(request: HttpRequest, *, scope: str, purpose: str) -> Caller:
    """Who asks at an address of another standard: a member of X-Road where our security server passes it on, else as anywhere.

    Raises:
        Fault: the security server names no client.
        SosachError, PartnerRefusedError, BudgetSpentError: as `caller_of`.
    """
    if not from_our_server(request):
        return caller_of(request, scope=scope, purpose=purpose)
    asked = Asked(
        scope=scope,
        purpose=purpose,
        reference=told_in(request, ISSUE) or told_in(request, ID),
        consent=request.headers.get(TOLD["consent"], "")[:LONGEST],
    )
    return caller_of_member(request, member=str(client_named(request)), asked=asked)
