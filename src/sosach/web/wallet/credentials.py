"""Where a wallet is given its credentials (OpenID4VCI § 8), and tells what became of them (§ 11)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from sosach.chip.twins.content import Form
from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.twins import issue_twins, notice_twins
from sosach.domain.idcards.states.twins import Notice
from sosach.web.wallet.answering import WalletError, body_of, wallet_view
from sosach.web.wallet.contents import content_for
from sosach.web.wallet.door import Entered, entered
from sosach.web.wallet.metadata import CONFIGURATIONS, identifier
from sosach.web.wallet.press import press, secret
from sosach.web.wallet.proofs import holders_of

_ASKED = frozenset({"credential_configuration_id", "proofs"})


@wallet_view("POST")
def credential(request: HttpRequest) -> HttpResponse:
    """Credentials of one configuration of the offer, one for each key that is proved."""
    wallet = entered(request)
    told = body_of(request)
    form = _form(told, wallet)
    holders = holders_of(told.get("proofs"), audience=identifier(), secret=secret(), at=request.sosach_at)
    order = Order(wallet.actor, request.sosach_at, {"offer": str(wallet.offer.id)})
    content = content_for(wallet.offer, wallet.actor, at=request.sosach_at)
    given = issue_twins(order, key=wallet.offer.key, form=form, content=content, holders=holders, press=press())
    return JsonResponse(
        {
            "credentials": [{"credential": each} for each in given.credentials],
            "notification_id": str(given.notice),
        }
    )


@wallet_view("POST")
def notification(request: HttpRequest) -> HttpResponse:
    """What the wallet says of credentials it was given: accepted, failed, deleted."""
    wallet = entered(request)
    told = body_of(request)
    try:
        notice, said = UUID(str(told.get("notification_id"))), Notice(str(told.get("event")))
    except ValueError as wrong:
        known = str(told.get("event")) in set(Notice)
        name = "invalid_notification_id" if known else "invalid_notification_request"
        raise WalletError(name, "no such notification, or no such event") from wrong
    order = Order(wallet.actor, request.sosach_at, {"offer": str(wallet.offer.id)})
    notice_twins(order, key=wallet.offer.key, notice=notice, said=said)
    return HttpResponse(status=204)


def _form(told: dict[str, Any], wallet: Entered) -> Form:
    """The format asked for.

    Raises:
        WalletError: what is asked for is not what the offer is of.
    """
    if "credential_response_encryption" in told:
        raise WalletError("invalid_encryption_parameters", "answers are not encrypted beyond TLS")
    if "credential_identifier" in told:
        raise WalletError("unknown_credential_identifier", "the token names no credential identifiers")
    if set(told) - _ASKED:
        raise WalletError("invalid_credential_request", "a member of the request is not known")
    kind, form = CONFIGURATIONS.get(str(told.get("credential_configuration_id")), (None, None))
    if form is None:
        raise WalletError("unknown_credential_configuration", "there is no such configuration")
    if kind is not wallet.offer.kind:
        raise WalletError("invalid_credential_request", "the offer is of another credential")
    return form
