"""Views for wallets: OAuth's errors (RFC 6749 § 5.2), a budget per address, nothing kept by anybody on the way."""

import json
import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations.budgets import BudgetSpentError, take
from sosach.web.api.identity import now
from sosach.web.frame.throttle import BY_ADDRESS, address_of, counter
from sosach.web.problems import of_database

View = Callable[..., HttpResponse]

# What our own refusals are called in OpenID4VCI § 8.3.1; a wallet acts by the name, people read the description.
_NAMES = {
    ErrorCode.ACCESS_UNKNOWN: "invalid_token",
    ErrorCode.REQUEST_INVALID: "invalid_credential_request",
    ErrorCode.CONFLICT: "invalid_nonce",  # a proof that was used: the next one needs another nonce
}
_UNKNOWN = 401


class WalletError(Exception):
    """What is wrong with a request of a wallet.

    Attributes:
        name: error of OAuth or OpenID4VCI.
        text: for whoever builds wallets; tells nothing of anybody.
        status: of HTTP.
    """

    def __init__(self, name: str, text: str, status: int = 400) -> None:
        super().__init__(f"{name}: {text}")
        self.name, self.text, self.status = name, text, status


def wallet_view(method: str) -> Callable[[View], View]:
    """A view for wallets: one method, charged to the address it is asked from."""

    def guard(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest, **named: Any) -> HttpResponse:
            if request.method != method:
                return _told(WalletError("invalid_request", "not this way", 405))
            request.sosach_at = now()
            try:
                take(counter(f"wallet:{address_of(request)}"), at=request.sosach_at, limits=BY_ADDRESS)
                return view(request, **named)
            except WalletError as wrong:
                return _told(wrong)
            except SosachError as refused:
                return _refused(refused)
            except DatabaseFailure as failure:
                return of_database(request, failure)

        return answered

    return guard


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request.

    Raises:
        WalletError: it is none.
    """
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError) as wrong:
        raise WalletError("invalid_credential_request", "the body is no JSON") from wrong
    if not isinstance(found, dict):
        raise WalletError("invalid_credential_request", "the body is no JSON object")
    return found


def form_of(request: HttpRequest) -> dict[str, str]:
    """The fields of a request to the token endpoint, each once (RFC 6749 § 3.2).

    Raises:
        WalletError: a field stands twice, or it is no form.
    """
    try:
        told = dict(request.POST.lists())
    except BadRequest as wrong:
        raise WalletError("invalid_request", "the body is no form") from wrong
    if any(len(values) > 1 for values in told.values()):
        raise WalletError("invalid_request", "a parameter stands twice")
    return {name: values[0] for name, values in told.items()}


def _refused(error: SosachError) -> HttpResponse:
    if isinstance(error, BudgetSpentError):
        answer = _told(WalletError("slow_down", error.en, 429))
        answer["Retry-After"] = str(math.ceil(error.wait.total_seconds()))
        return answer
    status = _UNKNOWN if error.code is ErrorCode.ACCESS_UNKNOWN else 400
    return _told(WalletError(_NAMES.get(error.code, "credential_request_denied"), error.en, status))


def _told(wrong: WalletError) -> HttpResponse:
    answer = JsonResponse({"error": wrong.name, "error_description": wrong.text}, status=wrong.status)
    if wrong.status == _UNKNOWN:
        answer["WWW-Authenticate"] = f'Bearer error="{wrong.name}"'
    return answer
