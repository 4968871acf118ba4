"""Addresses of GovStack's data API: read, exists, list, one value, proposed changes, who looked; and why the rest is refused."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from sosach.base.errors import ErrorCode
from sosach.domain.access.operations.budgets import take_misses
from sosach.domain.exchange.operations.disclosing import Ask
from sosach.domain.exchange.operations.proposing import propose_changes
from sosach.domain.exchange.queries.usage import MOST, Period, Use, uses_of
from sosach.web.api.contract import answered
from sosach.web.exchange.answering import answering
from sosach.web.exchange.bodies import read_json
from sosach.web.exchange.govstack.finding import ID, Registry, content_of, found, registry_of
from sosach.web.exchange.identity import caller_of
from sosach.web.exchange.xroad.identifiers import read_party
from sosach.web.problems import problem

READ, UPDATE, USAGE = "govstack.read", "govstack.update", "govstack.usage"
MEDIATOR = "Information-Mediator-Client"
PURPOSE = "data-subject"
_NONE = {"detail": "no record found"}
# Why an operation of the interface is answered with 403 here.
REFUSED = {
    "create": "Records come into being by their procedure: a birth, a registration, a test passed.",
    "delete": "Records of the registers are never deleted; what was wrong is corrected, and stays to be seen.",
}


def asking(request: HttpRequest, scope: str, purpose: str | None = None) -> Ask:
    """Who asks; the client the information mediator names goes into the log.

    Raises:
        SosachError: as `caller_of`.
        BadRequest: no such client is named.
    """
    caller = caller_of(request, scope=scope, purpose=purpose)
    try:
        party = read_party(request.headers.get(MEDIATOR, ""))
    except ValueError:
        raise BadRequest(f"{MEDIATOR} is needed: INSTANCE/CLASS/MEMBER/SUBSYSTEM.") from None
    return Ask(replace(caller, represented=str(party)), request.sosach_at)


def content(request: HttpRequest, name: str) -> dict[str, Any]:
    """`query.content` or `write.content` of a body.

    Raises:
        BadRequest: there is none.
    """
    try:
        part = read_json(request.body)[name]["content"]
    except (ValueError, KeyError, TypeError):
        part = None
    if not isinstance(part, dict):
        raise BadRequest(f"{name}.content is needed, an object.")
    return part


@answering("POST")
def read(request: HttpRequest, registry: str, version: str) -> HttpResponse:
    """One record."""
    ask, where = asking(request, READ), registry_of(registry, version)
    record = found(ask, where, content(request, "query"))
    if record is None:
        return answered(_NONE, status=404)
    return answered({"content": content_of(ask, where, record)})


@answering("POST")
def exists(request: HttpRequest, registry: str, version: str) -> HttpResponse:
    """Whether there is a record of which everything told is true."""
    ask, where = asking(request, READ), registry_of(registry, version)
    there = found(ask, where, content(request, "query")) is not None
    message = "A record of which all this is true was found." if there else "No such record was found."
    return answered({"answer": {"status": there, "message": message}})


@answering("GET")
def listed(request: HttpRequest, registry: str, version: str) -> HttpResponse:
    """Records of which everything told is true: one at most, since nobody is searched for by a pattern."""
    ask, where = asking(request, READ), registry_of(registry, version)
    told = {name.removeprefix("query."): value for name, value in request.GET.items() if name.startswith("query.")}
    if "search" in request.GET:
        told |= {request.GET.get("filter", ID): request.GET["search"]}
    page, size = _number(request, "page"), _number(request, "pageSize")
    record = found(ask, where, told)
    first = page == 1 and size > 0
    results = [content_of(ask, where, record)] if record is not None and first else []
    return answered({"count": int(record is not None), "results": results})


@answering("GET")
def read_value(request: HttpRequest, registry: str, version: str, **named: str) -> HttpResponse:
    """One value of one record: as JSON, or as bare text."""
    ask, where = asking(request, READ), registry_of(registry, version)
    record = found(ask, where, {ID: named["key"]})
    if record is None or named["ext"] not in {"json", "txt"}:
        return answered(_NONE, status=404)
    told = content_of(ask, where, record, [named["field"]])
    if named["field"] not in told:
        return answered(_NONE, status=404)
    value = told[named["field"]]
    if named["ext"] == "json":
        return answered({"value": value if value is not None else ""})
    return HttpResponse(str(value if value is not None else ""), content_type="text/plain; charset=utf-8")


@answering("PUT")
def update(request: HttpRequest, registry: str, version: str) -> HttpResponse:
    """Propose that values of one record should be others; an officer decides."""
    ask, where = asking(request, UPDATE), registry_of(registry, version)
    record = found(ask, where, content(request, "query"))
    if record is None:
        return answered(_NONE, status=404)
    return answered({"proposed": _proposed(ask, where, record, content(request, "write"))})


@answering("POST")
def update_or_create(request: HttpRequest, registry: str, version: str) -> HttpResponse:
    """Propose changes of the record there is; none is made where there is none."""
    ask, where = asking(request, UPDATE), registry_of(registry, version)
    record = found(ask, where, content(request, "query"))
    if record is None:
        return _refused(request, "create")
    _proposed(ask, where, record, content(request, "write"))
    return answered({"content": content_of(ask, where, record)})


@answering("POST")
def create(request: HttpRequest, registry: str, version: str) -> HttpResponse:
    """Refused: see `REFUSED`."""
    asking(request, UPDATE)
    registry_of(registry, version)
    return _refused(request, "create")


@answering("DELETE")
def delete(request: HttpRequest, registry: str, version: str, **named: str) -> HttpResponse:
    """Refused: see `REFUSED`."""
    del named
    asking(request, UPDATE)
    registry_of(registry, version)
    return _refused(request, "delete")


@answering("GET")
def my_data_usage(request: HttpRequest) -> HttpResponse:
    """Who looked at somebody's data, asked for by that person through a portal."""
    ask = asking(request, USAGE, PURPOSE)
    user, database = request.GET.get("userId", ""), request.GET.get("databaseId", "")
    if not user.isalnum() or not user.isascii() or database != "population":
        raise BadRequest("userId is the number of a person, databaseId the registry: population.")
    uses = uses_of(ask.look, number=user, asker=user, period=Period(limit=MOST))
    limits = ask.caller.agreement.by_minute()
    take_misses(ask.caller.actor, at=ask.at, limits=limits, count=int(not uses.known))
    if not uses.known:
        return answered(_NONE, status=404)
    return answered([_usage(each) for each in uses.found])


def _usage(use: Use) -> dict[str, Any]:
    return {
        "id": str(use.key),
        "readerId": use.receiver,
        "readerInstitutionId": use.receiver,
        "readerInstitutionName": use.receiver_vi,
        "readerApplicationName": use.system,
        "searchDateTime": use.at.isoformat(),
        "refrences": [{"ReferenceID": use.reference}] if use.reference else [],
    }


def _proposed(ask: Ask, registry: Registry, record: int, told: Mapping[str, Any]) -> list[str]:
    values = {name: value for name, value in told.items() if name != ID}
    return propose_changes(ask, register=registry.register, record_id=record, values=values)


def _refused(request: HttpRequest, operation: str) -> HttpResponse:
    text = REFUSED[operation]
    return problem(request, 403, ErrorCode.ACCESS_DENIED, text, "Giao diện này không được làm việc đó theo luật.")


def _number(request: HttpRequest, name: str) -> int:
    told = request.GET.get(name, "1")
    if not told.isascii() or not told.isdecimal() or len(told) > 9:
        raise BadRequest(f"{name} is a whole number.")
    return int(told)
