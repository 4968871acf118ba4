"""Proofs that a wallet holds the key it wants a credential for: `jwt` (OpenID4VCI appendix F.1)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry

from sosach.base.errors import SosachError
from sosach.chip.twins.holder import HolderKey
from sosach.domain.idcards.rules.twins import COPIES, is_fresh
from sosach.web.wallet.answering import WalletError

TYPE = "openid4vci-proof+jwt"
SKEW = timedelta(minutes=5)  # a phone's clock
LARGEST = 8_000
_ONLY = frozenset({"alg", "typ", "jwk"})  # another way to name a key, or a critical header, would be one we do not read


def holders_of(proofs: Any, *, audience: str, secret: bytes, at: datetime) -> dict[HolderKey, str]:
    """Keys a request proves, each once, and the nonce each of them signed.

    Args:
        proofs: member `proofs` of the request.
        audience: the issuer, whom the proofs have to be for.
        secret: nonces are made of it.
        at: now.

    Raises:
        WalletError: `invalid_proof`, `invalid_nonce`.
    """
    told = proofs.get("jwt") if isinstance(proofs, dict) and set(proofs) == {"jwt"} else None
    if not isinstance(told, list) or not 0 < len(told) <= COPIES:
        raise WalletError("invalid_proof", f"one to {COPIES} proofs of the type jwt are asked for")
    found = dict(_holder(each, audience=audience, secret=secret, at=at) for each in told)
    if len(found) < len(told):
        raise WalletError("invalid_proof", "every credential needs a key of its own")
    return found


def _holder(proof: Any, *, audience: str, secret: bytes, at: datetime) -> tuple[HolderKey, str]:
    if not isinstance(proof, str) or len(proof) > LARGEST or not proof.isascii():
        raise WalletError("invalid_proof", "a proof is no compact JWT")
    try:
        header = jws.extract_compact(proof.encode()).headers()
        holder = _key(header)
        registry = JWSRegistry(algorithms=["ES256"])
        signed = jws.deserialize_compact(proof, ECKey.import_key(dict(holder.jwk().items())), registry=registry)
        claims = json.loads(signed.payload)
    except (JoseError, ValueError, TypeError, RecursionError) as wrong:
        raise WalletError("invalid_proof", "a proof is not signed by the key it names") from wrong
    if not isinstance(claims, dict) or claims.get("aud") not in (audience, [audience]):
        raise WalletError("invalid_proof", "a proof is for somebody else")
    _require_time(claims.get("iat"), at)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonce.isascii() or not is_fresh(secret, nonce, at):
        raise WalletError("invalid_nonce", "a proof needs a fresh nonce of the nonce endpoint")
    return holder, nonce


def _key(header: dict[str, Any]) -> HolderKey:
    jwk = header.get("jwk")
    if set(header) - _ONLY or header.get("typ") != TYPE or header.get("alg") != "ES256" or not isinstance(jwk, dict):
        raise WalletError("invalid_proof", f"a proof has the type {TYPE}, is signed by ES256, and names its key by jwk")
    try:
        return HolderKey.of_jwk(jwk)
    except SosachError as refused:
        raise WalletError("invalid_proof", refused.en) from refused


def _require_time(issued: Any, at: datetime) -> None:
    told = isinstance(issued, int | float) and not isinstance(issued, bool) and 0 <= issued < 2**33
    if not told or abs(datetime.fromtimestamp(issued, UTC) - at) > SKEW:
        raise WalletError("invalid_proof", "a proof was made just now, or is none")
