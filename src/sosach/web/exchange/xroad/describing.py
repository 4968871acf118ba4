"""What X-Road asks a provider about itself: listMethods, allowedMethods, getOpenAPI (PR-MREST), as the product writes them."""

from collections.abc import Callable, Sequence
from typing import Any

from sosach.domain.exchange.rules.agreements import Agreement
from sosach.web.exchange.xroad.identifiers import Party
from sosach.web.exchange.xroad.messages import CLIENT, ISSUE, REPRESENTED, USER
from sosach.web.exchange.xroad.services import ENDPOINTS, SERVICES, Endpoint, Service, open_endpoints

_HEADERS = {
    CLIENT: ("Who asks: INSTANCE/CLASS/MEMBER/SUBSYSTEM.", True),
    USER: ("The officer whose action it began with; goes into the log.", False),
    ISSUE: ("The case or document it belongs to; the person can read it in the log.", False),
    REPRESENTED: ("On whose behalf the client asks; goes into the log.", False),
}


def all_methods(own: Party) -> dict[str, Any]:
    """Every service with every address; those of the protocol itself are left out."""
    return _listed(own, lambda _service: ENDPOINTS)


def allowed_methods(own: Party, agreement: Agreement) -> dict[str, Any]:
    """Services and addresses open to whoever asks."""
    return _listed(own, lambda service: open_endpoints(service, agreement))


def _listed(own: Party, endpoints: Callable[[Service], Sequence[Endpoint]]) -> dict[str, Any]:
    named = {"member_class": own.member_class, "member_code": own.member, "object_type": "SERVICE"}
    named |= {"service_type": "OPENAPI", "xroad_instance": own.instance}
    named |= {"subsystem_code": own.subsystem} if own.subsystem else {}
    found = [
        {
            **named,
            "service_code": service.code,
            "endpoint_list": [{"method": each.method, "path": each.path} for each in endpoints(service)],
        }
        for service in SERVICES.values()
    ]
    return {"service": [each for each in found if each["endpoint_list"]]}


def described(service: Service, agreement: Agreement) -> dict[str, Any]:
    """The service as OpenAPI, with what of it is open to whoever asks."""
    return {
        "openapi": "3.0.3",
        "info": {"title": service.en, "description": service.vi, "version": "1.0.0"},
        "servers": [{"url": f"/{service.code}"}],
        "paths": {
            each.path: {each.method.lower(): _operation(each, service, agreement)}
            for each in open_endpoints(service, agreement)
        },
    }


def _operation(endpoint: Endpoint, service: Service, agreement: Agreement) -> dict[str, Any]:
    names = endpoint.open_to(service, agreement)
    several, told = ("questions", "answers") if endpoint.path == "/check" else ("attributes", "")
    asked: dict[str, Any] = {
        "number": {"type": "string", "minLength": 1, "maxLength": 64, "description": f"{service.key} of the record"},
        several: {"type": "array", "items": {"type": "string", "enum": names}, "description": "all where left out"},
    }
    if told:
        asked["told"] = {"type": "object", "additionalProperties": {"type": "string"}}
        asked[several] |= {"minItems": 1, "description": "each is answered yes or no"}
    answer = {"type": "object", "properties": {name: {} for name in names}}
    if told:
        answer = {"type": "object", "properties": {told: {"type": "object", "additionalProperties": {}}}}
    required = ["number", several] if told else ["number"]
    body = {"type": "object", "additionalProperties": False, "required": required, "properties": asked}
    return {
        "operationId": f"{service.code}{endpoint.path.replace('/', '_')}",
        "parameters": [
            {"name": name, "in": "header", "required": needed, "description": text, "schema": {"type": "string"}}
            for name, (text, needed) in _HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {"description": "The answer.", "content": {"application/json": {"schema": answer}}},
            "403": {"description": "The agreement does not open it."},
            "404": {"description": "There is no such record."},
            "422": {"description": "The request is not as described."},
            "429": {"description": "The volume of the agreement is used up; Retry-After says until when."},
        },
    }
