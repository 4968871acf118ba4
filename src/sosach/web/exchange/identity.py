"""Who asks from another system: by a token it signed, by its certificate, or by its name in X-Road; charged for what it asks."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.budgets import BudgetSpentError, take
from sosach.domain.audit.rules import Actor
from sosach.domain.exchange.operations.partners import count_refusal, note_refusal, spend_token
from sosach.domain.exchange.queries.partners import (
    Asked,
    Caller,
    PartnerRefusedError,
    Standing,
    admitted,
    standing_by,
    standing_of,
)
from sosach.domain.exchange.rules.agreements import Agreement, Proof, Refused
from sosach.domain.exchange.rules.tokens import Claims, claims_of, issuer_of
from sosach.web.frame import clock

# Set by our own proxy, which asked for the certificate; anybody else could write what they like there.
CERTIFICATE = "X-Client-Certificate-SHA256"
TOLD = {"user": "X-Sosach-User", "reference": "X-Sosach-Case", "consent": "X-Sosach-Consent"}
LONGEST = 128


def caller_of(request: HttpRequest, *, scope: str, purpose: str | None = None) -> Caller:
    """Who asks, admitted to a scope and charged for the request.

    Args:
        request: what came in.
        scope: needed at the address.
        purpose: where the interface itself says it; None: the token's, the header's, or the agreement's only one.

    Raises:
        SosachError: ACCESS-03, nobody is known by the proof; STATE-04, the purpose needs a case.
        PartnerRefusedError: ACCESS-01, suspended, no agreement, a scope or purpose that was not agreed, a token used twice.
        BudgetSpentError: ACCESS-04, the volume agreed is used up.
    """
    at = request.sosach_at = clock.now()
    standing, claims = _proved(request, at)
    asked = Asked(
        scope=scope,
        scopes=claims.scopes if claims is not None else None,
        purpose=purpose or (claims.purpose if claims is not None else "") or _header(request, "X-Sosach-Purpose"),
        user=(claims.user if claims is not None else "") or _header(request, TOLD["user"]),
        reference=(claims.reference if claims is not None else "") or _header(request, TOLD["reference"]),
        consent=(claims.consent if claims is not None else "") or _header(request, TOLD["consent"]),
    )
    return _admitted(request, standing, asked, claims)


def caller_of_member(request: HttpRequest, *, member: str, asked: Asked) -> Caller:
    """Who asks through X-Road: our own security server vouches for the member, so the caller of this has proved that server.

    Raises:
        SosachError, PartnerRefusedError, BudgetSpentError: as `caller_of`.
    """
    at = request.sosach_at = clock.now()
    standing = standing_by(Proof.MEMBER, member, at=at)
    if standing is None:
        raise unknown()
    return _admitted(request, standing, asked, None)


def certificate_of(request: HttpRequest) -> str:
    """SHA-256 of the certificate the proxy saw; "" where there is none, or no proxy to believe."""
    if not settings.SOSACH_BEHIND_TLS:
        return ""
    return str(request.headers.get(CERTIFICATE, "")).replace(":", "").strip().lower()


def unknown() -> SosachError:
    """Nobody is known by the proof; what was wrong with it is not said."""
    return SosachError(ErrorCode.ACCESS_UNKNOWN, vi="Không nhận ra đối tác.", en="Nobody is known by this proof.")


def _proved(request: HttpRequest, at: datetime) -> tuple[Standing, Claims | None]:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    certificate = certificate_of(request)
    if kind.lower() == "bearer":
        return _by_token(token.strip(), certificate, at)
    standing = standing_by(Proof.CERTIFICATE, certificate, at=at) if certificate else None
    if standing is None:
        raise unknown()
    return standing, None


def _by_token(token: str, certificate: str, at: datetime) -> tuple[Standing, Claims]:
    issuer, named = issuer_of(token)
    standing = standing_of(issuer, at=at)
    keys = standing.keys if standing is not None else {}
    usable = [keys[named]] if named in keys else ([] if named else list(keys.values()))
    claims = claims_of(token, usable, audience=settings.SOSACH_INSTALLATION, at=at)
    if standing is None or (claims.certificate and claims.certificate != certificate):
        raise unknown()
    return standing, claims


def _admitted(request: HttpRequest, standing: Standing, asked: Asked, claims: Claims | None) -> Caller:
    at, actor = request.sosach_at, standing.actor
    try:
        caller = admitted(standing, asked)
        if caller.agreement.once:
            _spend(actor, claims, at)
        _charge(actor, caller.agreement, at)
    except PartnerRefusedError as refused:
        _charge(actor, standing.agreement, at)  # who is refused without end would fill the log
        note_refusal(Order(actor, at), why=refused.why)
        raise
    request.sosach_caller = caller
    return caller


def _charge(actor: Actor, agreement: Agreement | None, at: datetime) -> None:
    """Take the request from what was agreed, by the minute and by the day; without an agreement, from what everybody has."""
    try:
        take(actor, at=at, limits=agreement.by_minute() if agreement else settings.SOSACH_LIMITS)
        if agreement:
            take(replace(actor, key=f"{actor.key}:day"), at=at, limits=agreement.by_day())
    except BudgetSpentError:
        count_refusal(actor, why=Refused.BUDGET, at=at)
        raise


def _spend(actor: Actor, claims: Claims | None, at: datetime) -> None:
    """Use up a token that counts once; a certificate alone is none."""
    if claims is None or not spend_token(actor, token=claims.jti, ends_at=claims.ends_at, at=at):
        raise PartnerRefusedError(Refused.REPLAYED, vi="Mã truy cập đã dùng.", en="The token was used before.")


def _header(request: HttpRequest, name: str) -> str:
    text = str(request.headers.get(name, ""))
    return text if len(text) <= LONGEST and text.isprintable() else ""
