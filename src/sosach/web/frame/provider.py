"""The provider citizens prove themselves to (OpenID Connect, authorization code with PKCE): what is asked, what is believed."""

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

WAIT = 10  # seconds for one answer of the provider
SCOPE = "openid profile"
# Signatures with a public key only: a shared secret could be used by whoever verifies.
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
LEEWAY = 60  # seconds two clocks may differ
ASKED_ANEW = timedelta(minutes=1)  # for keys, where a token is signed by none we know: providers change them
_KEYS: dict[str, tuple[dict[str, Any], datetime]] = {}  # by address: the keys, and when they were last asked for


class ProviderError(Exception):
    """The provider does not answer, or what it answers proves nothing. The message names no person."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the provider; kept in the session until the citizen comes back.

    Attributes:
        address: where the browser goes.
        state: comes back in the address.
        nonce: comes back in the token.
        verifier: proves that who asked also redeems (PKCE).
    """

    address: str
    state: str
    nonce: str
    verifier: str


def is_connected() -> bool:
    """Whether there is a provider."""
    return bool(settings.SOSACH_OIDC["issuer"])


def ask(back: str) -> Asked:
    """Begin: an address to send the citizen to.

    Args:
        back: full address of our page the provider sends them back to.

    Raises:
        ProviderError: it does not answer.
    """
    verifier, nonce = generate_token(64), secrets.token_urlsafe(24)
    with _client(back) as client:
        address, state = client.create_authorization_url(
            _about()["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
    return Asked(address, state, nonce, verifier)


def pin_of(asked: Asked, *, back: str, answer: str, at: datetime) -> str:
    """Redeem what the citizen brought back for the PIN the provider vouches for.

    Args:
        asked: at the beginning.
        back: as then.
        answer: full address the citizen came back with.
        at: now.

    Raises:
        ProviderError: the state or nonce is another, the code is refused, the token is not signed for us, now, by the provider.
    """
    try:
        with _client(back, state=asked.state) as client:
            token = client.fetch_token(
                _about()["token_endpoint"],
                authorization_response=answer,
                code_verifier=asked.verifier,
                timeout=WAIT,
            )
        claims = _claims(token["id_token"], asked.nonce, at)
    except (AuthlibBaseError, JoseError, KeyError, ValueError, requests.RequestException) as refused:
        raise ProviderError(type(refused).__name__) from refused
    pin = claims.get(settings.SOSACH_OIDC["pin_claim"])
    if not isinstance(pin, str):
        raise ProviderError("no PIN among the claims")
    return pin


def _claims(token: str, nonce: str, at: datetime) -> dict[str, Any]:
    about = _about()
    try:
        found = jwt.decode(token, _keys(about["jwks_uri"], at=at), algorithms=ALGORITHMS)
    except JoseError:  # of a key we do not know, by its id or, from providers that name none, by its signature
        found = jwt.decode(token, _keys(about["jwks_uri"], at=at, anew=True), algorithms=ALGORITHMS)
    rules = jwt.JWTClaimsRegistry(
        now=int(at.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": about["issuer"]},
        aud={"essential": True, "value": settings.SOSACH_OIDC["client_id"]},
        exp={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    rules.validate(found.claims)
    return dict(found.claims)


def _client(back: str, state: str | None = None) -> Any:
    told = settings.SOSACH_OIDC
    return OAuth2Session(
        told["client_id"],
        told["client_secret"],
        scope=SCOPE,
        redirect_uri=back,
        state=state,
        code_challenge_method="S256",
    )


def _about() -> dict[str, Any]:
    """What the provider says of itself."""
    issuer = settings.SOSACH_OIDC["issuer"].rstrip("/")
    found = _fetched(f"{issuer}/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != issuer:
        raise ProviderError("the provider calls itself by another name")
    return found


def _keys(address: str, *, at: datetime, anew: bool = False) -> KeySet:
    """The keys the provider signs with, as they are kept; `anew`: asked for again, unless that was less than a minute ago."""
    kept = _KEYS.get(address)
    if kept is None:
        _KEYS[address] = kept = _document(address), at
    elif anew and at - kept[1] >= ASKED_ANEW:
        _KEYS[address] = kept[0], at  # whatever it answers, it is left in peace for a minute
        _KEYS[address] = kept = _document(address), at
    return KeySet.import_key_set(kept[0])  # type: ignore[arg-type] # what it is has just come from outside


@lru_cache(maxsize=8)
def _fetched(address: str) -> dict[str, Any]:
    """A document of the provider; a process asks once."""
    return _document(address)


def _document(address: str) -> dict[str, Any]:
    if not _is_safe(address):
        raise ProviderError("the provider is asked over TLS only")
    try:
        response = requests.get(address, timeout=WAIT, allow_redirects=False)
        response.raise_for_status()
        found: dict[str, Any] = response.json()
    except (requests.RequestException, ValueError) as failed:
        raise ProviderError(type(failed).__name__) from failed
    return found


def _is_safe(address: str) -> bool:
    """TLS, or this machine itself."""
    parts = urlsplit(address)
    if parts.scheme != "http":
        return parts.scheme == "https"
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"
