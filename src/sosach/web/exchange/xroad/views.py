"""The one address of X-Road: a message is read, its client known, its service called, its answer bound to the question."""

import json
import logging
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.exchange.operations.disclosing import Ask
from sosach.domain.exchange.queries.partners import Asked, Caller, PartnerRefusedError
from sosach.web.exchange.answering import refused
from sosach.web.exchange.identity import LONGEST, TOLD, caller_of_member
from sosach.web.exchange.showing import told
from sosach.web.exchange.xroad.clients import from_our_server
from sosach.web.exchange.xroad.describing import all_methods, allowed_methods, described
from sosach.web.exchange.xroad.identifiers import Party, read_party
from sosach.web.exchange.xroad.messages import MEDIA_TYPE, Fault, Message, of_fault, of_service, read_message
from sosach.web.exchange.xroad.services import ENDPOINTS, SCOPE, SERVICES, Endpoint, Service, open_endpoints
from sosach.web.problems import of_validation

_LOG = logging.getLogger("sosach.web")
_DENIED = "Server.ServerProxy.AccessDenied"


@csrf_exempt
def serve(request: HttpRequest, named: str) -> HttpResponse:
    """Answer one message, whatever its method."""
    own = read_party(settings.SOSACH_XROAD)
    try:
        message = read_message(request, own=own, named=named)
        # it alone vouches for the client a message names
        if not from_our_server(request):
            raise Fault(_DENIED, "Messages are taken from the security server of this installation only.")  # noqa: TRY301 - told below like every other
        return of_service(_answer(request, message, own), message, own=own)
    except Fault as fault:
        _LOG.info("request %s: %s", getattr(request, "sosach_id", ""), fault.kind)
        return of_fault(fault)
    except DatabaseFailure as failure:
        # the kind of failure only: messages of the server may quote values
        _LOG.error("request %s: %s", getattr(request, "sosach_id", ""), type(failure).__name__)
        return of_fault(Fault("Server.ServerProxy.DatabaseError", "The register cannot be reached at present."))


def _answer(request: HttpRequest, message: Message, own: Party) -> HttpResponse:
    try:
        caller = _caller(request, message)
        if message.service in _METASERVICES:
            return _described(request, message, own, caller)
        service, endpoint = _called(request, message, caller)
        return _served(request, service, endpoint, caller)
    except PartnerRefusedError as error:
        # of what was agreed we speak as X-Road does; what an agreement leaves out within a service is the service's to say
        if message.service in SERVICES and hasattr(request, "sosach_caller"):
            return refused(request, error)
        raise Fault(_DENIED, error.en) from None
    except SosachError as error:
        if error.code is ErrorCode.ACCESS_UNKNOWN:
            raise Fault(_DENIED, "No agreement names this client.") from None
        return refused(request, error)


def _caller(request: HttpRequest, message: Message) -> Caller:
    asked = Asked(
        scope=SCOPE,
        purpose=request.headers.get("X-Sosach-Purpose", ""),
        user=message.user,
        represented=str(message.represented or ""),
        reference=message.issue or request.headers.get(TOLD["reference"], "")[:LONGEST],
        consent=request.headers.get(TOLD["consent"], "")[:LONGEST],
    )
    return caller_of_member(request, member=str(message.client), asked=asked)


_METASERVICES = frozenset({"listMethods", "allowedMethods", "getOpenAPI"})


def _described(request: HttpRequest, message: Message, own: Party, caller: Caller) -> HttpResponse:
    """What X-Road asks about the services themselves."""
    if request.method != "GET" or message.path:
        raise Fault("Client.BadRequest", "This is asked with GET and without a path.")
    if message.service == "listMethods":
        return _told(all_methods(own))
    if message.service == "allowedMethods":
        return _told(allowed_methods(own, caller.agreement))
    codes = request.GET.getlist("serviceCode")
    if len(codes) != 1:
        raise Fault("Client.BadRequest", "serviceCode is needed, once.")
    if codes[0] not in SERVICES:
        raise Fault("Server.ServerProxy.UnknownService", "There is no service of that code.")
    return _told(described(SERVICES[codes[0]], caller.agreement))


def _called(request: HttpRequest, message: Message, caller: Caller) -> tuple[Service, Endpoint]:
    """The service and the address of it that is open to the client."""
    service = SERVICES.get(message.service)
    if service is None:
        raise Fault("Server.ServerProxy.UnknownService", "There is no service of that code.")
    called = (request.method, message.path)
    endpoint = next((each for each in ENDPOINTS if (each.method, each.path) == called), None)
    # an address there is not is as closed as one that is not open: nobody learns more than what was agreed
    if endpoint is None or endpoint not in open_endpoints(service, caller.agreement):
        raise Fault(_DENIED, "The agreement opens no such address of the service.")
    return service, endpoint


def _served(request: HttpRequest, service: Service, endpoint: Endpoint, caller: Caller) -> HttpResponse:
    try:
        asked = endpoint.body.model_validate_json(request.body)
    except ValidationError as wrong:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in wrong.errors()]
        return of_validation(request, faults)
    return _told(told(endpoint.answer(Ask(caller, request.sosach_at), service, asked)))


def _told(content: Any) -> HttpResponse:
    return HttpResponse(json.dumps(content, ensure_ascii=False), content_type=MEDIA_TYPE)
