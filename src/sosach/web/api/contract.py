"""What every address has in common: why one looks, under which key one acts, what a miss costs."""

import hashlib
import inspect
import json
from collections.abc import Callable
from enum import StrEnum
from types import TracebackType
from typing import Annotated, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Header
from pydantic import StringConstraints, WithJsonSchema

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations.budgets import take_misses
from sosach.domain.access.operations.idempotency import Asked, once
from sosach.domain.access.queries import Look
from sosach.domain.access.queries.officers import client_actor
from sosach.domain.access.rules.purposes import purposes
from sosach.domain.audit.rules import Actor

PurposeCode = StrEnum("PurposeCode", {code.upper().replace("-", "_"): code for code in purposes()})  # type: ignore[misc] # made of data
Case = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9./_-]{0,63}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
SecondKey = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{8,128}$")]


def parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    """A parameter of a view that is made, not written."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


PurposeHeader = Annotated[
    PurposeCode,
    WithJsonSchema({"type": "string", "enum": list(purposes())}),
    Header(alias="X-Sosach-Purpose", description="Why you look; the person can read it in the log."),
]
CaseHeader = Annotated[
    Case | None, Header(alias="X-Sosach-Case", description="Number of the case it belongs to; some purposes need it.")
]
KeyHeader = Annotated[
    Key,
    Header(
        alias="Idempotency-Key", description="Made by you before the first try; repeat it until you have the answer."
    ),
]
LOOK_HEADERS = (parameter("purpose", PurposeHeader), parameter("case", CaseHeader, None))
KEY_HEADER = parameter("key", KeyHeader)


def second_header(*, required: bool) -> list[inspect.Parameter]:
    """The header by which a second person approves: with a key of an account of the own."""
    told = "Key of the second person's account: what changes an owner takes two."
    default: Any = ... if required else None
    annotation: Any = SecondKey if required else SecondKey | None
    return [parameter("second", annotation, Header(default, alias="X-Sosach-Second-Key", description=told))]


def second_account(request: HttpRequest, key: str | None) -> Actor | None:
    """The second person where the law asks for two: another account, proved by its own key.

    Raises:
        SosachError: ACCESS-03, nobody is known by the key.
    """
    if key is None:
        return None
    found = client_actor(key, at=request.sosach_at)
    if found is None:
        raise SosachError(
            ErrorCode.ACCESS_UNKNOWN, vi="Khóa thứ hai không hợp lệ.", en="Nobody is known by the second key."
        )
    return found


def look_of(request: HttpRequest, purpose: Any, case: str | None) -> Look:
    """Why somebody looks.

    Raises:
        SosachError: STATE-04, the purpose needs a case.
    """
    why = purposes()[str(purpose.value)]
    if why.case and not case:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Mục đích này cần số vụ việc.",
            en="This purpose needs the number of a case.",
            hint_vi="Gửi X-Sosach-Case.",
            hint_en="Send X-Sosach-Case.",
        )
    return Look(request.auth, why.code, request.sosach_at, case or "")


def under_key(request: HttpRequest, key: str, do: Callable[[UUID], Any], *, status: int = 200) -> HttpResponse:
    """Do something once per idempotency key and answer it."""
    act = uuid4()
    content = f"{request.method} {request.path}\n".encode() + _canonical(request.body)
    asked = Asked(request.auth, key, hashlib.sha256(content).hexdigest(), request.sosach_at, act)
    got = once(asked, lambda: do(act))
    response = answered(got.answer, status=status, in_order=True)
    response["Idempotent-Replayed"] = "true" if got.repeated else "false"
    return response


def _canonical(body: bytes) -> bytes:
    """The body without what does not matter: order of fields, white space."""
    return json.dumps(json.loads(body or b"{}"), sort_keys=True, separators=(",", ":")).encode()


def answered(content: Any, *, status: int = 200, in_order: bool = False) -> HttpResponse:
    """An answer in JSON, letters as they are; `in_order`: fields by name, so that a repeated answer is the same to the byte."""
    how = {"ensure_ascii": False, "sort_keys": in_order}
    return JsonResponse(content, safe=False, status=status, json_dumps_params=how)


class MissesCharged:
    """Charges the account for looking up what is not there.

    Attributes:
        found: set to False where nothing was found without an error.
        count: look-ups that found nothing.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.found = True
        self.count = 1

    def __enter__(self) -> "MissesCharged":  # noqa: PYI034 - nobody inherits from it
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Charge where nothing was found."""
        del kind, trace
        nothing = isinstance(error, SosachError) and error.code in {ErrorCode.NOT_FOUND, ErrorCode.ACCESS_OUTSIDE}
        if nothing or (error is None and not self.found):
            take_misses(self._request.auth, at=self._request.sosach_at, limits=settings.SOSACH_LIMITS, count=self.count)
