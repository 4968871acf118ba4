"""The data tracker's three addresses: a portal of citizens anywhere asks who looked at somebody's data.

By the interface of the Estonian personal-data usage monitor 2.1.0; what the log knows comes from `domain/exchange/queries/usage.py`.
"""

import re
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.db import Error as DatabaseFailure
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from sosach.domain.access.operations.budgets import take_misses
from sosach.domain.exchange.operations.disclosing import Ask
from sosach.domain.exchange.queries.partners import Caller
from sosach.domain.exchange.queries.usage import MOST, Period, Use, kept_since, uses_of
from sosach.web.api.contract import answered
from sosach.web.exchange.answering import answering
from sosach.web.exchange.xroad.clients import caller_here
from sosach.web.exchange.xroad.messages import Fault
from sosach.web.frame import clock

SCOPE, PURPOSE = "tracker.read", "data-subject"
ASKER = "X-Road-UserId"
# RFC 3339, with the letters it lets be small.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


@answering("GET")
def find_usage(request: HttpRequest) -> HttpResponse:
    """Looks at somebody's data, the latest first."""
    ask = Ask(_caller(request), clock.now())
    asker, subject = request.headers.get(ASKER), _once(request, "userCode")
    if asker is None or subject is None:
        raise BadRequest(f"{ASKER} and userCode are needed.")
    period = Period(
        since=_moment(request, "periodStart"),
        until=_moment(request, "periodEnd"),
        offset=_whole(request, "offset", 0),
        limit=_whole(request, "limit", MOST),
    )
    found = uses_of(ask.look, number=subject, asker=asker, period=period)
    limits = ask.caller.agreement.by_minute()
    take_misses(ask.caller.actor, at=ask.at, limits=limits, count=int(not found.known))
    vietnamese = not request.headers.get("Accept-Language", "vi").lower().startswith("en")
    return answered(
        {"totalUsages": found.total, "usages": [_usage(each, vietnamese=vietnamese) for each in found.found]}
    )


@answering("GET")
def usage_period(request: HttpRequest) -> HttpResponse:
    """Since when looks are recorded; until now, since no end is told."""
    ask = Ask(_caller(request), clock.now())
    return answered({"periodStart": kept_since(ask.look).isoformat()})


@answering("GET")
def heartbeat(request: HttpRequest) -> HttpResponse:
    """Whether the register answers; says nothing about anybody, hence to anybody."""
    del request
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseFailure:
        return answered({"status": "FAIL", "message": "The register cannot be reached at present."})
    return answered({"status": "OK", "message": "The register answers."})


def _caller(request: HttpRequest) -> Caller:
    """Who asks: by a token, a certificate, or as a member of X-Road through our own security server.

    Raises:
        BadRequest: the security server names no client.
        SosachError: as `caller_of`.
    """
    try:
        return caller_here(request, scope=SCOPE, purpose=PURPOSE)
    except Fault as fault:
        raise BadRequest(fault.message) from None


def _usage(use: Use, *, vietnamese: bool) -> dict[str, Any]:
    return {
        "logtime": use.at.isoformat(),
        "action": use.vi if vietnamese else use.en,
        "receiverCode": use.receiver,
        "receiverName": use.receiver_vi if vietnamese else use.receiver_en,
        "receiverSystem": use.system,
    }


def _once(request: HttpRequest, name: str) -> str | None:
    """A parameter that may come once.

    Raises:
        BadRequest: it came several times.
    """
    told = request.GET.getlist(name)
    if len(told) > 1:
        raise BadRequest(f"{name} came several times.")
    return str(told[0]) if told else None


def _whole(request: HttpRequest, name: str, default: int) -> int:
    told = _once(request, name)
    if told is None:
        return default
    if not _WHOLE.fullmatch(told) or not -(2**31) <= int(told) < 2**31:
        raise BadRequest(f"{name} is no whole number of 32 bits.")
    return int(told)


def _moment(request: HttpRequest, name: str) -> datetime | None:
    told = _once(request, name)
    if told is None:
        return None
    # to the microsecond, which is what the log keeps; a leap second is the one before it
    text = re.sub(r"(\.\d{1,6})\d*", r"\1", told.upper()) if _MOMENT.fullmatch(told) else ""
    text = re.sub(r"^(.{17})60", r"\g<1>59", text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"{name} is no moment with its time zone (2026-11-22T09:00:00Z).") from None


urlpatterns: list[URLPattern | URLResolver] = [
    path("v2/findUsage", find_usage),
    path("v2/usagePeriod", usage_period),
    path("v2/heartbeat", heartbeat),
]
