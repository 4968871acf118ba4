"""Tokens partners sign themselves: whose they are, and what they claim once the signature is proved. No server gives them out."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSRegistry

from sosach.base.errors import ErrorCode, SosachError

LONGEST_LIFE = timedelta(hours=1)
SKEW = timedelta(seconds=60)
LARGEST = 8_000
KINDS: Mapping[tuple[str, str], tuple[type[OKPKey | ECKey], frozenset[str]]] = {
    ("OKP", "Ed25519"): (OKPKey, frozenset({"EdDSA", "Ed25519"})),
    ("EC", "P-256"): (ECKey, frozenset({"ES256"})),
}
_TEXTS = {"scope": 2_000, "purpose": 32, "user": 128, "ref": 128, "consent": 128}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, proved.

    Attributes:
        issuer: key of the partner.
        jti: its own name.
        ends_at: when it runs out.
        scopes: what it was made for.
        purpose: code; "" where it says none.
        user: the officer at the agency, as it names them.
        reference: their case.
        consent: reference of the person's consent.
        certificate: SHA-256 of the certificate it may be used with (RFC 8705); "" for any.
    """

    issuer: str
    jti: str
    ends_at: datetime
    scopes: frozenset[str]
    purpose: str = ""
    user: str = ""
    reference: str = ""
    consent: str = ""
    certificate: str = ""


class Allowed(JWSRegistry):
    """The algorithms of one kind of key, and no other: what the token says of itself chooses among them only."""

    def get_alg(self, name: str) -> Any:
        """The algorithm of that name; `EdDSA` and `Ed25519` are two names of one (RFC 9864)."""
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError(name)
        return self.algorithms["Ed25519" if name == "EdDSA" else name]


def public_key(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """The public part of a key we take: Ed25519, or ECDSA on P-256.

    Raises:
        SosachError: STATE-04, another kind, or no key.
    """
    try:
        kind, _ = KINDS[(str(jwk.get("kty")), str(jwk.get("crv")))]
        return dict(kind.import_key(dict(jwk)).as_dict(private=False))
    except (JoseError, KeyError, ValueError, TypeError):
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Khóa phải là khóa công khai Ed25519 hoặc P-256, dạng JWK.",
            en="A key is a public one, Ed25519 or P-256, as JWK.",
        ) from None


def issuer_of(token: str) -> tuple[str, str]:
    """Who says to have signed a token, and with which of its keys ("": any); believed only after `claims_of`.

    Raises:
        SosachError: ACCESS-03, it is no token.
    """
    claims, header = _opened(token)
    return str(claims.get("iss", "")), str(header.get("kid", ""))


def claims_of(token: str, keys: Sequence[Mapping[str, Any]], *, audience: str, at: datetime) -> Claims:
    """What a token says, after its signature, its times and its addressee were proved.

    Raises:
        SosachError: ACCESS-03; why, is not said.
    """
    for key in keys:
        kind, algorithms = KINDS[(key["kty"], key["crv"])]
        try:
            jws.deserialize_compact(token, kind.import_key(dict(key)), registry=Allowed(algorithms=algorithms))
        except (JoseError, ValueError, TypeError):
            continue
        return _claims(_opened(token)[0], audience=audience, at=at)
    raise _unknown()


def _opened(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        if len(token) > LARGEST or not token.isascii():
            raise _unknown()
        found = jws.extract_compact(token.encode())
        claims, header = json.loads(found.payload), found.headers()
    except (JoseError, ValueError, TypeError, RecursionError):
        raise _unknown() from None
    if not isinstance(claims, dict):
        raise _unknown()
    return claims, header


def _claims(told: Mapping[str, Any], *, audience: str, at: datetime) -> Claims:
    given = told.get("aud")
    issued, ends, begins = (_moment(told.get(name)) for name in ("iat", "exp", "nbf"))
    named = told.get("jti")
    texts = {name: told.get(name, "") for name in _TEXTS}
    if (
        audience not in (given if isinstance(given, list) else [given])
        or issued is None
        or ends is None
        or not issued - SKEW <= at < ends <= issued + LONGEST_LIFE
        or (begins is not None and begins - SKEW > at)
        or not isinstance(named, str)
        or not 8 <= len(named) <= 128
        or not all(isinstance(text, str) and len(text) <= _TEXTS[name] for name, text in texts.items())
    ):
        raise _unknown()
    return Claims(
        issuer=str(told["iss"]),
        jti=named,
        ends_at=ends,
        scopes=frozenset(texts["scope"].split()),
        purpose=texts["purpose"],
        user=texts["user"],
        reference=texts["ref"],
        consent=texts["consent"],
        certificate=_certificate(told["cnf"]) if "cnf" in told else "",
    )


def _certificate(bound: Any) -> str:
    """The certificate a token is bound to, as hex digits; RFC 8705 writes the SHA-256 as base64url."""
    named = bound.get("x5t#S256") if isinstance(bound, dict) else None
    try:
        found = base64.urlsafe_b64decode(f"{named}=").hex() if isinstance(named, str) else ""
    except ValueError:
        found = ""
    if len(found) != 64:
        raise _unknown()
    return found


def _moment(value: Any) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**33:
        return None
    return datetime.fromtimestamp(value, UTC)


def _unknown() -> SosachError:
    return SosachError(
        ErrorCode.ACCESS_UNKNOWN,
        vi="Không nhận ra đối tác theo thông tin xác thực gửi kèm.",
        en="Nobody is known by this proof.",
        hint_vi="Xem docs/howto/make-an-agreement.md: khóa, iss, aud, iat, exp, jti.",
        hint_en="See docs/howto/make-an-agreement.md: key, iss, aud, iat, exp, jti.",
    )
