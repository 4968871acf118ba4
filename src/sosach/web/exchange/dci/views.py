"""Addresses of DCI's registry interface: questions answered at once, questions answered by call-back, answers somebody sends us."""

import base64
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.declarations.operations.signing import receipt_signer
from sosach.domain.exchange.operations.call_backs import Wish, owe
from sosach.domain.exchange.operations.disclosing import Ask
from sosach.domain.exchange.operations.vital_records import search_answers
from sosach.domain.exchange.queries.call_backs import status_of
from sosach.domain.exchange.queries.partners import Caller
from sosach.domain.exchange.rules.dci import SCOPE, VERSION, RejectedError, Signer, answer_header, envelope
from sosach.web.api.contract import answered
from sosach.web.exchange.answering import View, answering, with_signs
from sosach.web.exchange.dci.reading import opened, require_sender, require_timely, understood, understood_answer
from sosach.web.exchange.dci.shapes import Searches, Status, Unwatch, Watches
from sosach.web.exchange.identity import caller_of
from sosach.web.problems import STATUS

# Reasons headers have; others are told in words.
_OF_HEADERS = {
    "err.version.not_supported": "rjct.version.invalid",
    "rjct.message_ts.invalid": "rjct.message_ts.invalid",
    "rjct.action.invalid": "rjct.action.invalid",
    "rjct.total_count.invalid": "rjct.total_count.invalid",
}


def refusing(request: HttpRequest, error: SosachError) -> HttpResponse:
    """What was refused below the interface, in its own form."""
    del request
    status = STATUS.get(error.code, 500)
    codes = {401: "err.request.unauthorized", 403: "err.request.forbidden", 429: "err.request.too_many_requests"}
    told = {"errors": [{"code": codes.get(status, "err.request.bad"), "message": error.en}]}
    return with_signs(answered(told, status=status), error)


def later(action: str, message: type[BaseModel]) -> View:
    """An address whose answer comes by call-back: what it says is taken in, and that is acknowledged."""

    @answering("POST", refusing=refusing)
    def view(request: HttpRequest) -> HttpResponse:
        caller = caller_of(request, scope=SCOPE)
        try:
            told = opened(request)
            found = understood(told, message, action=action)
            require_sender(told, request, caller)
            require_timely(found, request)
            wish = Wish(
                _ANSWERS[action],
                found.header.message_id,
                told["message"]["transaction_id"],
                told["message"],
                found.header.sender_uri or _only(caller),
            )
            row = owe(Order(caller.actor, request.sosach_at), caller=caller, wish=wish)
        except RejectedError as wrong:
            return _acknowledged(request, "ERR", error=wrong)
        return _acknowledged(request, "ACK", correlation=str(row.correlation_id))

    return view


def at_once(action: str, message: type[BaseModel], answer: Callable[[Ask, dict[str, Any]], dict[str, Any]]) -> View:
    """An address that answers itself."""

    @answering("POST", refusing=refusing)
    def view(request: HttpRequest) -> HttpResponse:
        caller = caller_of(request, scope=SCOPE)
        replied = _ANSWERS[action]
        try:
            told = opened(request)
            found = understood(told, message, action=action)
            require_sender(told, request, caller)
            require_timely(found, request)
        except RejectedError as wrong:
            return _not_answered(request, replied, wrong)
        said = answer(Ask(caller, request.sosach_at), told["message"])
        numbers = {"transaction_id": told["message"]["transaction_id"], "correlation_id": str(uuid4())}
        count = found.header.total_count
        header = answer_header(
            replied,
            number=str(uuid4()),
            counts=(count, count),
            parties=(settings.SOSACH_INSTALLATION, caller.partner),
            at=request.sosach_at,
        )
        key = receipt_signer(settings.SOSACH_NOTICE_KEY)
        by = Signer(settings.SOSACH_INSTALLATION, key.key_id)
        return answered(envelope(header, numbers | said, signed=key.sign, by=by, at=request.sosach_at))

    return view


def answer_of_others(action: str) -> View:
    """An address for answers to questions of ours. We ask nobody: it is acknowledged that nothing follows."""

    @answering("POST", refusing=refusing)
    def view(request: HttpRequest) -> HttpResponse:
        caller = caller_of(request, scope=SCOPE)
        try:
            told = opened(request)
            understood_answer(told, action=action)
            require_sender(told, request, caller)
        except RejectedError as wrong:
            return _acknowledged(request, "ERR", error=wrong)
        none = RejectedError("err.request.not_found", "Nothing was asked of you from here; nothing was done with it.")
        return _acknowledged(request, "NACK", error=none)

    return view


@answering("GET")
def keys(request: HttpRequest) -> HttpResponse:
    """The public key answers are signed with."""
    del request
    key = receipt_signer(settings.SOSACH_NOTICE_KEY)
    told = base64.urlsafe_b64encode(key.public_key).rstrip(b"=").decode()
    return answered({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": told, "kid": key.key_id, "use": "sig"}]})


def _only(caller: Caller) -> str:
    """The one address an agreement names; "" where it names none or several."""
    addresses = caller.agreement.addresses
    return next(iter(addresses)) if len(addresses) == 1 else ""


def _search(ask: Ask, message: dict[str, Any]) -> dict[str, Any]:
    return {"search_response": search_answers(ask, message["search_request"])}


def _status(ask: Ask, message: dict[str, Any]) -> dict[str, Any]:
    return {"txnstatus_response": status_of(ask.look, asked=message["txnstatus_request"])}


def _acknowledged(
    request: HttpRequest, status: str, *, correlation: str = "", error: RejectedError | None = None
) -> HttpResponse:
    """That a message came; what is wrong with it is said here, since nothing else will be."""
    told: dict[str, Any] = {
        "ack_status": status,
        "timestamp": request.sosach_at.isoformat(),
        "correlation_id": correlation,
    }
    if error is not None:
        told["error"] = {"code": error.code, "message": error.message}
    return answered({"message": told})


def _not_answered(request: HttpRequest, action: str, wrong: RejectedError) -> HttpResponse:
    """A message that cannot be answered at all."""
    reason = _OF_HEADERS.get(wrong.code) or _OF_HEADERS.get(wrong.message.partition(":")[0], "")
    header = {
        "version": VERSION,
        "message_id": str(uuid4()),
        "message_ts": request.sosach_at.isoformat(),
        "action": action,
        "status": "rjct",
        "status_reason_message": wrong.message,
        "sender_id": settings.SOSACH_INSTALLATION,
    }
    header |= {"status_reason_code": reason} if reason else {}
    return answered({"header": header, "errors": [{"code": wrong.code, "message": wrong.message}]}, status=400)


_ANSWERS = {
    "search": "on-search",
    "subscribe": "on-subscribe",
    "unsubscribe": "on-unsubscribe",
    "txn-status": "txn-on-status",
}
search, subscribe = later("search", Searches), later("subscribe", Watches)
unsubscribe, status = later("unsubscribe", Unwatch), later("txn-status", Status)
sync_search, sync_status = at_once("search", Searches, _search), at_once("txn-status", Status, _status)
