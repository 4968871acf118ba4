"""Errors as `application/problem+json` (RFC 9457): one table from codes to statuses, and no value of anybody's in them."""

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from traceback import extract_tb
from typing import Any

from django.db import DataError, IntegrityError
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse

from sosach.base.errors import ErrorCode, InvalidValueError, SosachError
from sosach.domain.declarations.rules import AnswersError

_LOG = logging.getLogger("sosach.web")
MEDIA_TYPE = "application/problem+json"
# A record of another territory is, to the outside, no record: the answer is the same to the last byte.
STATUS = {
    ErrorCode.ACCESS_UNKNOWN: 401,
    ErrorCode.ACCESS_DENIED: 403,
    ErrorCode.ACCESS_OUTSIDE: 404,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.STATE_FORBIDS: 409,
    ErrorCode.CONFLICT: 409,
    ErrorCode.REQUEST_REPEATED: 409,
    ErrorCode.INPUT_INCOMPLETE: 422,
    ErrorCode.PICTURE_REFUSED: 422,
    ErrorCode.SERVER_BUSY: 503,
    ErrorCode.VALUE_INVALID: 422,
    ErrorCode.REQUEST_INVALID: 422,
    ErrorCode.ACCESS_TOO_FAST: 429,
    ErrorCode.AUDIT_UNAVAILABLE: 503,
    ErrorCode.DATABASE_DOWN: 503,
}
NOWHERE = "Nothing of that kind is within your reach.", "Không có bản ghi như vậy trong phạm vi được xem."


def problem(request: HttpRequest, status: int, code: ErrorCode, en: str, vi: str, **more: Any) -> HttpResponse:
    """An error in the language the caller prefers."""
    vietnamese = request.headers.get("Accept-Language", "").lower().startswith("vi")
    content = {
        "type": f"urn:sosach:error:{code.lower()}",
        "title": vi if vietnamese else en,
        "status": status,
        "code": code,
        "request": getattr(request, "sosach_id", ""),
        **more,
    }
    body = json.dumps(content, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type=MEDIA_TYPE)


def of_error(request: HttpRequest, error: SosachError) -> HttpResponse:
    """What the domain refused."""
    status = STATUS.get(error.code, 500)
    if status == 404:
        return problem(request, 404, ErrorCode.NOT_FOUND, *NOWHERE)
    if isinstance(error, InvalidValueError):
        text = f"A value fails {error.check}.", f"Một giá trị không đạt {error.check}."
        return problem(request, status, error.code, *text, check=error.check)
    more: dict[str, Any] = {"hint": error.hint_en} if error.hint_en else {}
    if isinstance(error, AnswersError):
        vi = request.headers.get("Accept-Language", "").lower().startswith("vi")
        more["errors"] = [
            {"field": f"answers.{one.question}", "kind": "answer", "message": one.vi if vi else one.en}
            for one in error.problems
        ]
    return problem(request, status, error.code, error.en, error.vi, **more)


def of_validation(request: HttpRequest, faults: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """Fields that are not as described; what stood in them is not said back."""
    errors = [{"field": _field(fault["loc"]), "kind": fault["type"], "message": _bare(fault)} for fault in faults]
    text = "The request is not as described.", "Yêu cầu không đúng mô tả."
    return problem(request, 422, ErrorCode.REQUEST_INVALID, *text, errors=errors)


def _field(place: Sequence[Any]) -> str:
    """Where a fault is: `body.births.0.sex`, `query.limit`."""
    names = [str(one) for one in place]
    return ".".join(names[1:] if names[:2] == ["body", "body"] else names)


def _bare(fault: Mapping[str, Any]) -> str:
    """The message of a fault; messages that may quote what was sent are left out."""
    return "" if fault["type"] in {"value_error", "assertion_error"} else str(fault["msg"])


def of_database(request: HttpRequest, failure: DatabaseFailure) -> HttpResponse:
    """What the database refused: a constraint is a conflict, all else means it is not there for us."""
    if isinstance(failure, IntegrityError):
        text = (
            "The record changed meanwhile, or the values contradict it.",
            "Bản ghi vừa thay đổi hoặc dữ liệu mâu thuẫn.",
        )
        return problem(request, 409, ErrorCode.CONFLICT, *text)
    if isinstance(failure, DataError):
        text = "A value does not fit its column.", "Một giá trị không vừa với cột của nó."
        return problem(request, 422, ErrorCode.INPUT_INCOMPLETE, *text)
    # the kind of failure only: messages of the server may quote values
    _LOG.error("request %s: %s %s", getattr(request, "sosach_id", ""), type(failure).__name__, _state(failure))
    text = "The register cannot be reached at present.", "Hiện không truy cập được cơ sở dữ liệu."
    response = problem(request, 503, ErrorCode.DATABASE_DOWN, *text)
    response["Retry-After"] = "5"
    return response


def story(failure: BaseException | None) -> str:
    """Kind of a failure and the places it came through, for the log; its message is left out, for it may quote values."""
    if failure is None:
        return "unknown"
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in extract_tb(failure.__traceback__)]
    return f"{type(failure).__name__} at {' < '.join(reversed(places[-12:]))}"


def _state(failure: DatabaseFailure) -> str:
    """The five characters by which PostgreSQL names what went wrong."""
    return str(getattr(failure.__cause__, "sqlstate", "") or "")
