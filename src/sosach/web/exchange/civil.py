"""Civil status from the justice side: batches of messages in, an answer for each out, signed; and where messages stand."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from pydantic import ValidationError

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations.budgets import take_misses
from sosach.domain.access.queries import Look
from sosach.domain.access.rules import Role
from sosach.domain.declarations.operations.signing import receipt_keys, receipt_signer
from sosach.domain.exchange.operations.civil import Answer, Sender, receive_messages
from sosach.domain.exchange.queries.civil import LARGEST_PAGE, messages_of
from sosach.domain.exchange.queries.partners import Caller
from sosach.domain.exchange.rules.civil import LARGEST_BATCH, Message, answer_text
from sosach.domain.exchange.states.civil import State
from sosach.web.api.contract import answered
from sosach.web.exchange.answering import answering
from sosach.web.exchange.identity import caller_of
from sosach.web.safety import unknown_address

SCOPE, PURPOSE = "civil-status.write", "civil-status"
SIGNATURE = "X-Sosach-Signature"
_LONGEST_PLACES = 200


@answering("GET", "POST")
def messages(request: HttpRequest) -> HttpResponse:
    """Send messages, one or up to 500; or ask where those sent before stand."""
    caller = _caller(request)
    return _taken(request, caller) if request.method == "POST" else _listed(request, caller)


@answering("GET")
def message(request: HttpRequest, message_id: str) -> HttpResponse:
    """Where one message stands."""
    caller = _caller(request)
    found = messages_of(_look(request, caller), partner=caller.partner, message_id=message_id)
    return _signed(request, caller, _bare(asdict(found[0]))) if found else unknown_address(request)


@answering("GET")
def keys(request: HttpRequest) -> HttpResponse:
    """Public keys (Ed25519, hexadecimal) answers were ever signed with here."""
    del request
    return answered({"keys": [key.hex() for key in receipt_keys(settings.SOSACH_RECEIPT_KEY)]})


def _caller(request: HttpRequest) -> Caller:
    """Who sends: a partner whose agreement lets it carry out the procedures of civil status.

    Raises:
        SosachError: ACCESS-01, and as `caller_of`.
    """
    caller = caller_of(request, scope=SCOPE, purpose=PURPOSE)
    if Role.CIVIL_STATUS not in caller.agreement.roles:
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi="Thỏa thuận không cho đối tác thực hiện thủ tục hộ tịch.",
            en="The agreement does not let the partner carry out procedures of civil status.",
        )
    return caller


def _look(request: HttpRequest, caller: Caller) -> Look:
    return Look(caller.actor, PURPOSE, request.sosach_at, caller.reference)


def _taken(request: HttpRequest, caller: Caller) -> HttpResponse:
    told = [_read(each) for each in _batch(request.body)]
    sender = Sender(caller.partner, caller.actor, request.sosach_at, settings.SOSACH_PROVINCE)
    received = receive_messages(sender, told)
    missed = sum(answer.code == ErrorCode.NOT_FOUND for answer in received.answers)
    take_misses(caller.actor, at=request.sosach_at, limits=caller.agreement.by_minute(), count=missed)
    content = {
        "answers": [_bare(asdict(answer)) for answer in received.answers],
        "taken_up": [_bare(asdict(answer)) for answer in received.taken_up],
    }
    return _signed(request, caller, content)


def _batch(body: bytes) -> list[Any]:
    """The messages of a body, as they came: one message, or a list of them under `messages`."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("The body is not JSON.") from None
    listed = told.get("messages", [told]) if isinstance(told, dict) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= LARGEST_BATCH:
        raise BadRequest(f"One message, or 1 to {LARGEST_BATCH} of them under `messages`.")
    return listed


def _read(told: Any) -> Message | Answer:
    """A message, or its refusal; places only are said, for what stands there may be data of a person."""
    try:
        return Message.model_validate(told)
    except ValidationError as wrong:
        places = ", ".join(sorted({".".join(map(str, fault["loc"])) or "JSON" for fault in wrong.errors()}))
        message_id = told.get("message_id", "") if isinstance(told, dict) else ""
        return Answer(
            message_id[:64] if isinstance(message_id, str) else "",
            State.REFUSED,
            code=ErrorCode.REQUEST_INVALID,
            vi=f"Thiếu hoặc sai: {places[:_LONGEST_PLACES]}.",
            en=f"Missing or wrong: {places[:_LONGEST_PLACES]}.",
        )


def _listed(request: HttpRequest, caller: Caller) -> HttpResponse:
    asked = request.GET.get("state", "")
    if asked not in {"", *State}:
        raise BadRequest(f"state is one of {', '.join(State)}.")
    found = messages_of(
        _look(request, caller),
        partner=caller.partner,
        state=State(asked) if asked else None,
        after=request.GET.get("after", ""),
    )
    after = found[-1].message_id if len(found) == LARGEST_PAGE else ""
    return _signed(request, caller, _bare({"messages": [_bare(asdict(each)) for each in found], "after": after}))


def _bare(told: dict[str, Any]) -> dict[str, Any]:
    """What is said, without what is empty."""
    return {name: value for name, value in told.items() if value is False or value not in (None, "", ())}


def _signed(request: HttpRequest, caller: Caller, content: Any) -> HttpResponse:
    """An answer signed together with whom it is for and what was asked: it can be shown to others, and belongs to no other question."""
    response = answered(content)
    key = receipt_signer(settings.SOSACH_RECEIPT_KEY)
    asked = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    text = answer_text(caller.partner, hashlib.sha256(asked).hexdigest(), response.content)
    response[SIGNATURE] = f"{key.key_id} {key.sign(text).hex()}"
    return response


urlpatterns: list[URLPattern | URLResolver] = [
    path("messages", messages),
    path("messages/<str:message_id>", message),
    path("keys", keys),
]
