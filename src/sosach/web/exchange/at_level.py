"""Who calls from the other level: known by the signature of its link, heard once, answered with our own signature."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.audit.rules import Actor, Level
from sosach.domain.declarations.operations.signing import receipt_signer
from sosach.domain.exchange.operations.calls import hear, note_reached
from sosach.domain.exchange.queries.calls import level_that_called
from sosach.domain.exchange.rules.calls import Call, answer_headers, call_told
from sosach.web.frame import clock
from sosach.web.problems import of_database, of_error, problem
from sosach.web.safety import unknown_address

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Heard:
    """A call that is genuine and new.

    Attributes:
        link: code of the link, the province that calls.
        order: as whom what it asks for is done, and when.
        body: what it brings.
        query: what its address asks for.
    """

    link: str
    order: Order
    body: bytes
    query: dict[str, str]


def from_level(**verbs: Callable[[Heard], bytes]) -> Callable[[HttpRequest], HttpResponse]:
    """A view for calls of the other level: one verb per method of HTTP; each answers in bytes, empty when there is nothing.

    Only the nation is called. Nobody learns whether a province has a link, was suspended, or signed badly: the answer is the same.
    """

    @csrf_exempt
    @wraps(next(iter(verbs.values())))
    def view(request: HttpRequest) -> HttpResponse:
        if settings.SOSACH_LEVEL is not Level.NATION:
            return unknown_address(request)
        verb = verbs.get(request.method)
        if verb is None:
            refused = problem(request, 405, ErrorCode.REQUEST_INVALID, "Not this way.", "Không dùng phương thức này.")
            refused["Allow"] = ", ".join(verbs)
            return refused
        at = clock.now()
        told = call_told(request.headers, method=request.method, target=request.get_full_path(), body=request.read())
        if told is None:
            return _unknown(request)
        call, signature = told
        try:
            actor = level_that_called(call, signature, at=at)
            return _unknown(request) if actor is None else _signed(_done(request, verb, call, actor, at), call)
        except DatabaseFailure as failure:
            return of_database(request, failure)

    return view


def _done(request: HttpRequest, verb: Callable[[Heard], bytes], call: Call, actor: Actor, at: datetime) -> HttpResponse:
    """What a genuine call gets."""
    if not hear(actor, link=call.province, nonce=call.nonce, at=at):
        text = "This call was heard before.", "Lời gọi này đã được nhận trước đó."
        return problem(request, 409, ErrorCode.REQUEST_REPEATED, *text)
    note_reached(actor, link=call.province, at=at)
    heard = Heard(call.province, Order(actor, at), call.body, request.GET.dict())
    try:
        answer = verb(heard)
    except SosachError as error:
        return of_error(request, error)
    return HttpResponse(answer, status=200 if answer else 204, content_type=JSON)


def _unknown(request: HttpRequest) -> HttpResponse:
    return problem(
        request,
        401,
        ErrorCode.ACCESS_UNKNOWN,
        "No link is known by this signature, or its time is not now.",
        "Không có kết nối nào ứng với chữ ký này, hoặc thời điểm gửi không phải lúc này.",
    )


def _signed(response: HttpResponse, call: Call) -> HttpResponse:
    """The answer with our signature over what was asked and what is answered."""
    sent_at = clock.now()
    text = call.answer_text(response.status_code, response.content, sent_at)
    for name, value in answer_headers(receipt_signer(settings.SOSACH_LINK_KEY).sign(text), sent_at).items():
        response[name] = value
    return response
