"""Where a wallet comes in: the offer's code for a token (OpenID4VCI § 6), and nonces for proofs (§ 7)."""

import os
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, account_key
from sosach.domain.idcards.operations.twins import redeem_offer
from sosach.domain.idcards.queries.twins import DOOR, OfferSeen, offer_at_the_door
from sosach.domain.idcards.rules.twins import TOKEN_LIVES, nonce_of, offer_of_code, offer_of_token, token_of
from sosach.web.wallet.answering import WalletError, form_of, wallet_view
from sosach.web.wallet.metadata import GRANT
from sosach.web.wallet.press import secret

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Entered:
    """A wallet with a token.

    Attributes:
        offer: which it redeemed.
        actor: the citizen who made it, in whose name it acts.
    """

    offer: OfferSeen
    actor: Actor


@wallet_view("POST")
def token(request: HttpRequest) -> HttpResponse:
    """Redeem a code; a wrong transaction code counts against the offer."""
    told = form_of(request)
    if told.get("grant_type") != GRANT:
        raise WalletError("unsupported_grant_type", "only pre-authorized codes are taken")
    code, digits = told.get("pre-authorized_code", ""), told.get("tx_code", "")
    if not code or not digits:
        raise WalletError("invalid_request", "the code or the transaction code is missing")
    key = offer_of_code(secret(), code) if len(code) <= _LONGEST else None
    order = Order(DOOR, request.sosach_at)
    if key is None or not redeem_offer(order, key=key, digits=digits[:_LONGEST], secret=secret()):
        raise WalletError("invalid_grant", "the code was used, has ended, or the transaction code is wrong")
    return JsonResponse(
        {
            "access_token": token_of(secret(), key),
            "token_type": "Bearer",  # nosec B105 - the kind of the token
            "expires_in": int(TOKEN_LIVES.total_seconds()),
        }
    )


@wallet_view("POST")
def nonce(request: HttpRequest) -> HttpResponse:
    """A nonce for the next proof; who asks is not asked."""
    return JsonResponse({"c_nonce": nonce_of(secret(), request.sosach_at, os.urandom(16))})


def entered(request: HttpRequest) -> Entered:
    """The wallet behind a request.

    Raises:
        SosachError: ACCESS-03 no token, none of ours, or its time is over.
    """
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    known = kind.lower() == "bearer" and len(text) <= _LONGEST and text.isascii()
    key = offer_of_token(secret(), text.strip()) if known else None
    offer = offer_at_the_door(key, at=request.sosach_at) if key is not None else None
    if offer is None or offer.token_ends_at is None or request.sosach_at > offer.token_ends_at:
        raise SosachError(
            ErrorCode.ACCESS_UNKNOWN, vi="Mã truy cập không dùng được.", en="The access token cannot be used."
        )
    number = offer.person_id
    key_of = account_key(ActorKind.CITIZEN, number)
    return Entered(offer, Actor(ActorKind.CITIZEN, key_of, Level.PERSON, roles=frozenset({Role.CITIZEN})))
