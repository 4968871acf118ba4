"""How every operation of OSIA is asked and answered: method, token and scope, parameters, JSON, errors as the standard has them."""

import base64
import hashlib
import json
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import DataError, IntegrityError
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel, TypeAdapter, ValidationError

from sosach.base.errors import ErrorCode, InvalidValueError, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.budgets import BudgetSpentError
from sosach.domain.access.operations.idempotency import Asked as Claim
from sosach.domain.access.operations.idempotency import once
from sosach.domain.access.queries import Look
from sosach.domain.exchange.operations.disclosing import Ask
from sosach.domain.exchange.queries.partners import Caller
from sosach.domain.exchange.rules.identities import LONGEST_KEY
from sosach.web.exchange.identity import caller_of
from sosach.web.exchange.osia.shapes import members
from sosach.web.problems import story

T = TypeVar("T")
B = TypeVar("B", bound=BaseModel)
_LOG = logging.getLogger("sosach.web")
LONGEST_REFERENCE = 64
# The numbers OSIA's errors carry: one per code of ours, in the order of the list of errors, never reused.
NUMBERS = {
    ErrorCode.REQUEST_INVALID: 1001,
    ErrorCode.INPUT_INCOMPLETE: 1002,
    ErrorCode.VALUE_INVALID: 1003,
    ErrorCode.REQUEST_REPEATED: 1004,
    ErrorCode.PICTURE_REFUSED: 1005,
    ErrorCode.NOT_FOUND: 1011,
    ErrorCode.ACCESS_OUTSIDE: 1011,
    ErrorCode.STATE_FORBIDS: 1012,
    ErrorCode.CONFLICT: 1013,
    ErrorCode.ACCESS_DENIED: 1021,
    ErrorCode.ACCESS_UNKNOWN: 1022,
    ErrorCode.ACCESS_TOO_FAST: 1024,
    ErrorCode.SERVER_BUSY: 1031,
    ErrorCode.AUDIT_UNAVAILABLE: 1032,
    ErrorCode.DATABASE_DOWN: 1033,
    ErrorCode.SERVER_FAULT: 1034,
}
UNKNOWN_ATTRIBUTE, NO_VALUE = 1023, 1025  # of one attribute within an answer
STATUS = {
    ErrorCode.REQUEST_INVALID: 400,
    ErrorCode.INPUT_INCOMPLETE: 400,
    ErrorCode.VALUE_INVALID: 400,
    ErrorCode.REQUEST_REPEATED: 400,
    ErrorCode.PICTURE_REFUSED: 400,
    ErrorCode.ACCESS_UNKNOWN: 401,
    ErrorCode.ACCESS_DENIED: 403,
    ErrorCode.STATE_FORBIDS: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.ACCESS_OUTSIDE: 404,
    ErrorCode.CONFLICT: 409,
    ErrorCode.ACCESS_TOO_FAST: 429,
    ErrorCode.SERVER_BUSY: 503,
}


class UnsupportedFormatError(SosachError):
    """A format nobody draws up here (415)."""

    def __init__(self) -> None:
        vi, en = "Không lập được ở định dạng này.", "No paper is drawn up in this format."
        super().__init__(ErrorCode.REQUEST_INVALID, vi=vi, en=en)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an interface.

    Attributes:
        name: what the standard calls it.
        scopes: one of these the token must carry; `{…}` stands for a part of the address.
        run: answers.
        told: status as it would be → status the standard has for it here.
    """

    name: str
    scopes: tuple[str, ...]
    run: "Callable[[Asked], HttpResponse]"
    told: Mapping[int, int] = field(default_factory=dict)


class Asked:
    """One request to one operation.

    Args:
        request: as it came.
        caller: who asks, on the strength of which agreement.
        at: when.
        place: parts of the address.
    """

    def __init__(self, request: HttpRequest, caller: Caller, at: datetime, place: Mapping[str, str]) -> None:
        self.request, self.caller, self.at, self.place = request, caller, at, place

    @cached_property
    def transaction(self) -> str:
        """The id the partner gave the transaction.

        Raises:
            SosachError: REQUEST-01, there is none.
        """
        return self.word("transactionId")

    def word(self, name: str) -> str:
        """A parameter that must be there.

        Raises:
            SosachError: REQUEST-01.
        """
        if "\x00" in self.request.GET.get(name, "\x00"):  # no text of the database holds that character
            raise malformed(f"Thiếu tham số {name}.", f"The parameter {name} is missing.")
        return str(self.request.GET[name])

    def key(self, name: str) -> str:
        """An id in the address.

        Raises:
            SosachError: REQUEST-01, it is longer than any id.
        """
        key = self.place[name]
        if not 0 < len(key) <= LONGEST_KEY or "\x00" in key:
            raise malformed("Mã quá dài.", f"An id has at most {LONGEST_KEY} characters.")
        return key

    def number(self, name: str, default: int) -> int:
        """A whole number.

        Raises:
            SosachError: REQUEST-01.
        """
        told = self.request.GET.get(name, str(default))
        digits = told.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 4000):
            raise malformed(f"{name} phải là số nguyên.", f"{name} is no whole number.")
        return int(told)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Whether something is wished for.

        Raises:
            SosachError: REQUEST-01.
        """
        told = self.request.GET.get(name, str(default).lower())
        if told not in {"true", "false"}:
            raise malformed(f"{name} phải là true hoặc false.", f"{name} is true or false.")
        return told == "true"

    def document(self, default: Any = None) -> Any:
        """The body, as JSON has it.

        Args:
            default: what counts where there is none; the standard lets every body be left out.

        Raises:
            SosachError: REQUEST-01, another kind of content, or no JSON.
        """
        if not self.request.body:
            return default
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in {"application/json", "application/merge-patch+json"}:
            raise malformed("Nội dung phải là application/json.", "The body must be application/json.")
        try:
            found = json.loads(self.request.body, parse_constant=_no_number)
        except (ValueError, RecursionError):
            found = None
        if found is None:  # no body of the standard is null
            raise malformed("Nội dung không phải JSON.", "The body is not JSON.")
        return found

    def once(self, order: Order, do: Callable[[], Any]) -> Any:
        """Do what is asked, or answer as before: the same request under the same transaction is done once.

        Raises:
            SosachError: whatever `do` raises; then nothing was done, and the transaction is free again.
        """
        told = sorted(self.request.GET.lists())
        whole = (self.caller.actor.key, self.request.method, self.request.path, json.dumps(told), self.transaction)
        digest = hashlib.sha256(self.request.body).hexdigest()
        key = hashlib.sha256("\x1f".join((*map(str, whole), digest)).encode("utf-8", "surrogatepass")).hexdigest()
        claim = Claim(order.actor, key, digest, order.at, order.act)
        return once(claim, lambda: [do()]).answer[0]  # in a list: no answer is an answer, too

    def order(self, reason: str = "") -> Order:
        """A verb of the partner, under its transaction."""
        return Order(self.caller.actor, self.at, {"case": self.transaction[:LONGEST_REFERENCE]}, reason)

    def look(self) -> Look:
        """A look of the partner, under its transaction."""
        return Look(self.caller.actor, self.caller.purpose, self.at, self.transaction[:LONGEST_REFERENCE])

    def ask(self, act: UUID | None = None) -> Ask:
        """A question to the registers."""
        return Ask(self.caller, self.at, act or uuid4())


def resource(**operations: Operation) -> Callable[..., HttpResponse]:
    """The view of an address: one operation per method (named in small letters), 405 for all others."""
    allowed = ", ".join(sorted(method.upper() for method in operations))

    @csrf_exempt
    def view(request: HttpRequest, **place: str) -> HttpResponse:
        operation = operations.get((request.method or "").lower())
        if operation is None:
            text = f"Allowed here: {allowed}."
            return HttpResponse(
                _error(NUMBERS[ErrorCode.REQUEST_INVALID], text), "application/json", 405, headers={"Allow": allowed}
            )
        return answered(request, operation, place)

    view.sosach_operations = operations  # the reference page and the tests read it
    return view


def answered(request: HttpRequest, operation: Operation, place: Mapping[str, str]) -> HttpResponse:
    """Answer a request, or say why not."""

    def answer() -> HttpResponse:
        caller = _caller(request, operation, place)
        transaction = request.GET.get("transactionId", "").replace("\x00", "")[:LONGEST_REFERENCE]
        # where the token names no case, the log has the partner's transaction, so that both sides find it again
        known = replace(caller, reference=caller.reference or transaction)
        return operation.run(Asked(request, known, request.sosach_at, place))

    return refusing(request, answer, operation.told)


def refusing(
    request: HttpRequest, answer: Callable[[], HttpResponse], told: Mapping[int, int] = MappingProxyType({})
) -> HttpResponse:
    """An answer, or why there is none, as OSIA has it."""
    try:
        return answer()
    except Exception as failure:  # noqa: BLE001 - the outermost loop of a standard whose errors have a shape of their own
        return refused(request, _told_of(request, failure), told)


def _told_of(request: HttpRequest, failure: Exception) -> SosachError:
    """What is said of a failure; of a defect of ours and of the database the log has the story, without values."""
    if isinstance(failure, SosachError):
        return failure
    if isinstance(failure, ValidationError):
        named = ", ".join(sorted({_place(one["loc"]) for one in failure.errors(include_input=False)})[:5])
        return malformed(f"Không đúng mô tả: {named}.", f"Not as described: {named}.")
    if isinstance(failure, IntegrityError):
        vi, en = "Bản ghi vừa thay đổi, hoặc dữ liệu mâu thuẫn.", "The record changed meanwhile, or contradicts it."
        return SosachError(ErrorCode.CONFLICT, vi=vi, en=en)
    if isinstance(failure, DataError | UnicodeEncodeError):  # halves of characters, which JSON can spell
        return malformed("Có giá trị không lưu được.", "A value cannot be kept.")
    _LOG.error("request %s failed: %s", getattr(request, "sosach_id", ""), story(failure))
    if isinstance(failure, DatabaseFailure):
        vi, en = "Hiện không truy cập được cơ sở dữ liệu.", "The register cannot be reached at present."
        return SosachError(ErrorCode.DATABASE_DOWN, vi=vi, en=en)
    vi, en = "Máy chủ gặp lỗi; không có gì được thực hiện.", "The server failed; nothing was done."
    return SosachError(ErrorCode.SERVER_FAULT, vi=vi, en=en)


def _place(place: Sequence[int | str]) -> str:
    """Where a fault is; members the standard does not know are not said back."""
    return ".".join(str(one) for one in place if isinstance(one, int) or one in members()) or "body"


def _caller(request: HttpRequest, operation: Operation, place: Mapping[str, str]) -> Caller:
    """Who asks; where the standard knows several scopes, the one the token says to carry."""
    scopes = [scope.format(**place) for scope in operation.scopes]
    said = _said_scopes(request) if len(scopes) > 1 else frozenset[str]()
    return caller_of(request, scope=next((scope for scope in scopes if scope in said), scopes[0]))


def _said_scopes(request: HttpRequest) -> frozenset[str]:
    """Scopes a token says to carry; nothing is believed by it: `caller_of` asks for the one that is chosen."""
    middle = request.headers.get("Authorization", "").partition(".")[2].partition(".")[0]
    try:
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (ValueError, RecursionError):
        return frozenset()
    told = claims.get("scope") if isinstance(claims, dict) else None
    return frozenset(told.split()) if isinstance(told, str) else frozenset()


def refused(request: HttpRequest, error: SosachError, told: Mapping[int, int]) -> HttpResponse:
    """An error as OSIA has it: a number and a sentence; what was sent is not said back."""
    status = 415 if isinstance(error, UnsupportedFormatError) else STATUS.get(error.code, 500)
    vietnamese = request.headers.get("Accept-Language", "").lower().startswith("vi")
    text = error.vi if vietnamese else error.en
    if isinstance(error, InvalidValueError):
        text = f"Một giá trị không đạt {error.check}." if vietnamese else f"A value fails {error.check}."
    number = NUMBERS.get(error.code, NUMBERS[ErrorCode.SERVER_FAULT])
    response = HttpResponse(_error(number, text), "application/json", told.get(status, status))
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="sosach"'
    if isinstance(error, BudgetSpentError):
        response["Retry-After"] = str(math.ceil(error.wait.total_seconds()))
    return response


def told(value: Any, *, status: int = 200) -> HttpResponse:
    """A JSON answer."""
    return HttpResponse(json.dumps(value, ensure_ascii=False), "application/json", status)


def done(status: int) -> HttpResponse:
    """An answer without content."""
    response = HttpResponse(status=status)
    del response["Content-Type"]
    return response


def malformed(vi: str, en: str) -> SosachError:
    """REQUEST-01."""
    return SosachError(ErrorCode.REQUEST_INVALID, vi=vi, en=en)


def forbidden(vi: str, en: str) -> SosachError:
    """ACCESS-01."""
    return SosachError(ErrorCode.ACCESS_DENIED, vi=vi, en=en)


def of_attribute(number: int, message: str) -> dict[str, Any]:
    """What stands in an answer in place of an attribute's value."""
    return {"code": number, "message": message}


def shaped(shape: type[B], value: Any) -> B:
    """A body in its shape.

    Raises:
        pydantic.ValidationError: it is another.
    """
    return shape.model_validate(value)


def listed(adapter: TypeAdapter[T], value: Any) -> T:
    """A body in its shape, where it is no object.

    Raises:
        pydantic.ValidationError: it is another.
    """
    return adapter.validate_python(value)


def _error(number: int, message: str) -> str:
    return json.dumps(of_attribute(number, message), ensure_ascii=False)


def _no_number(text: str) -> Any:
    raise ValueError(text)
