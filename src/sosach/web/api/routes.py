"""Tables of addresses become routes: a look or a procedure each, described by the verb it calls."""

import hashlib
import inspect
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Header, Path, Router
from pydantic import Field, StringConstraints, create_model

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.budgets import take_misses
from sosach.domain.access.operations.idempotency import Asked, once
from sosach.domain.access.queries import Look
from sosach.domain.access.queries.officers import client_actor
from sosach.domain.access.rules.purposes import purposes
from sosach.domain.audit.rules import Actor, event
from sosach.web.api.opaque import ref_type
from sosach.web.api.shapes import (
    Body,
    Shown,
    Text,
    answer_of,
    body_of,
    given,
    inside_of,
    is_account,
    kind_of,
    outside,
    parameters,
    shown,
)

Verb = Callable[..., Any]
PurposeCode = StrEnum("PurposeCode", {code.upper().replace("-", "_"): code for code in purposes()})  # type: ignore[misc] # made of data
CASE = r"^[A-Za-z0-9][A-Za-z0-9./_-]{0,63}$"
KEY = r"^[A-Za-z0-9_-]{16,64}$"
IN_PATH = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Looking:
    """An address people's data are read at.

    Attributes:
        path: below the router; `{person}` is a reference.
        query: guarded query of the domain.
        method: GET where everything asked for stands in the path; POST where numbers or names are told in the body.
        fixed: arguments the address stands for.
        summary: one line for the description; the first of the query's docstring otherwise.
    """

    path: str
    query: Verb
    method: str = "GET"
    fixed: Mapping[str, Any] = field(default_factory=dict)
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """An address something is done at; always POST, always under an idempotency key.

    Attributes:
        path: below the router; `{person}` is a reference.
        operation: guarded operation of the domain.
        fixed: arguments the address stands for.
        gives: what the result is an id of, where its type does not say so (`entry_id`).
        summary: one line for the description; the first of the operation's docstring otherwise.
    """

    path: str
    operation: Verb
    fixed: Mapping[str, Any] = field(default_factory=dict)
    gives: str = ""
    summary: str = ""


class DoingBody(Body):
    """What every procedure may be told beside its own fields."""

    reason: Text = ""
    evidence: Annotated[
        dict[
            Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")],
            Annotated[str, StringConstraints(strict=True, max_length=128, pattern=r"^[^\u0000-\u001f\u007f]*$")],
        ],
        Field(
            max_length=20, description="Papers and messages it rests on: kind → reference, `case` → number of the case."
        ),
    ] = {}


class Receipt(Shown):
    """What a procedure answers: which act it is in the evidence log, and what came of it."""

    act: UUID
    event: str
    code: str


def register(router: Router, table: Sequence[Looking | Doing]) -> None:
    """Give every entry of a table its route."""
    for entry in table:
        if isinstance(entry, Looking):
            _add_look(router, entry)
        else:
            _add_procedure(router, entry)


def _add_look(router: Router, entry: Looking) -> None:
    query = entry.query
    path_names = _path_arguments(entry.path, query)
    name = _name(entry.path, query)
    body = (
        body_of(query, f"{name}Asked", without={*path_names.values(), *entry.fixed}) if entry.method == "POST" else None
    )
    names = _names(query)

    def view(request: HttpRequest, **told: Any) -> HttpResponse:
        look = look_of(request, told.pop("purpose"), told.pop("case"))
        arguments = dict(entry.fixed)
        if body is not None:
            arguments |= {names[one]: inside_of(getattr(told["body"], one)) for one in body.model_fields}
        with misses_charged(request) as missed:
            arguments |= {path_names[one]: told[one].key() for one in path_names}
            value = query(look, **arguments)
            missed.found = value is not None and value != [] and value != ()
            if value is None:
                raise SosachError(ErrorCode.NOT_FOUND, vi="Không có bản ghi này.", en="There is no such record.")
        return answered(shown(value))

    declared = [*_declared_path(path_names), *LOOK_HEADERS, *([_parameter("body", body)] if body else [])]
    _route(
        router, entry.method, entry.path, view, declared, answer_of(given(query)), name, entry.summary or _first(query)
    )


def _add_procedure(router: Router, entry: Doing) -> None:
    verb = entry.operation
    path_names = _path_arguments(entry.path, verb)
    name = _name(entry.path, verb)
    body = body_of(verb, f"{name}Told", without={*path_names.values(), *entry.fixed}, base=DoingBody)
    names = _names(verb)
    seconds = [one for one, (hint, _) in parameters(verb).items() if is_account(hint)]

    def view(request: HttpRequest, **told: Any) -> HttpResponse:
        sent, key = told["body"], told["key"]

        def do(act: UUID) -> dict[str, Any]:
            order = Order(request.auth, request.sosach_at, dict(sent.evidence), sent.reason, act)
            arguments = dict(entry.fixed) | {path_names[one]: told[one].key() for one in path_names}
            arguments |= {names[one]: inside_of(getattr(sent, one)) for one in body.model_fields if one in names}
            arguments |= {one: second_account(request, told["second"]) for one in seconds}
            return {"act": str(act), **_event_of(verb), "result": shown(verb(order, **arguments), entry.gives)}

        with misses_charged(request):
            return under_key(request, key, do)

    declared = [*_declared_path(path_names), KEY_HEADER, *SECOND_HEADER[: len(seconds)], _parameter("body", body)]
    result = create_model(f"{name}Receipt", __base__=Receipt, result=(answer_of(given(verb), entry.gives), ...))
    _route(router, "POST", entry.path, view, declared, result, name, entry.summary or _first(verb))


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


def under_key(request: HttpRequest, key: str, do: Callable[[UUID], dict[str, Any]]) -> HttpResponse:
    """Do something once per idempotency key and answer it."""
    act = uuid4()
    content = request.method.encode() + b" " + request.path.encode() + b"\n" + _canonical(request.body)
    asked = Asked(request.auth, key, hashlib.sha256(content).hexdigest(), request.sosach_at, act)
    got = once(asked, lambda: do(act))
    response = answered(got.answer)
    response["Idempotent-Replayed"] = "true" if got.repeated else "false"
    return response


def _canonical(body: bytes) -> bytes:
    """The body without what does not matter: order of fields, white space."""
    return json.dumps(json.loads(body or b"{}"), sort_keys=True, separators=(",", ":")).encode()


def answered(content: Any) -> HttpResponse:
    """An answer in JSON, letters as they are."""
    return JsonResponse(content, safe=False, json_dumps_params={"ensure_ascii": False})


@dataclass
class misses_charged:  # noqa: N801 - read as a statement: with misses_charged(request)
    """Charges the account for looking up what is not there.

    Attributes:
        request: of the account.
        found: set to False where nothing was found without an error.
        count: look-ups that found nothing.
    """

    request: HttpRequest
    found: bool = True
    count: int = 1

    def __enter__(self) -> "misses_charged":
        """Begin."""
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Charge where nothing was found."""
        nothing = isinstance(error, SosachError) and error.code in {ErrorCode.NOT_FOUND, ErrorCode.ACCESS_OUTSIDE}
        if nothing or (error is None and not self.found):
            take_misses(self.request.auth, at=self.request.sosach_at, limits=settings.SOSACH_LIMITS, count=self.count)


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


LOOK_HEADERS = (
    _parameter(
        "purpose",
        PurposeCode,
        Header(..., alias="X-Sosach-Purpose", description="Why you look; the person can read it in the log."),
    ),
    _parameter(
        "case",
        Annotated[str, StringConstraints(pattern=CASE)] | None,
        Header(None, alias="X-Sosach-Case", description="Number of the case it belongs to; some purposes need it."),
    ),
)
KEY_HEADER = _parameter(
    "key",
    Annotated[str, StringConstraints(pattern=KEY)],
    Header(
        ...,
        alias="Idempotency-Key",
        description="Made by you before the first try; repeat it until you have the answer.",
    ),
)

SECOND_HEADER = (
    _parameter(
        "second",
        Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{8,128}$")] | None,
        Header(
            None,
            alias="X-Sosach-Second-Key",
            description="Key of the second person's account: what changes an owner takes two.",
        ),
    ),
)


def _declared_path(names: Mapping[str, str]) -> list[inspect.Parameter]:
    from_name = {one: ref_type(_kind(argument)) for one, argument in names.items()}
    return [_parameter(one, kind, Path(..., description="Reference of the record.")) for one, kind in from_name.items()]


def _kind(argument: str) -> str:
    return kind_of(argument) or argument


def _path_arguments(path: str, verb: Verb) -> dict[str, str]:
    """Names in a path → arguments of the verb."""
    names = _names(verb)
    return {one: names[one] for one in IN_PATH.findall(path)}


def _names(verb: Verb) -> dict[str, str]:
    return {outside(name): name for name in parameters(verb)}


def _name(path: str, verb: Verb) -> str:
    words = [*IN_PATH.sub("", path).strip("/").split("/"), verb.__name__]
    return "".join(word.title() for part in dict.fromkeys(words) for word in re.split(r"\W|_", part))


def _event_of(verb: Verb) -> dict[str, str]:
    name = getattr(verb, "sosach_event", "")
    return {"event": name, "code": event(name).code if name else ""}


def _first(verb: Verb) -> str:
    return (inspect.getdoc(verb) or "").partition("\n")[0].rstrip(".")


def _route(
    router: Router,
    method: str,
    path: str,
    view: Verb,
    declared: Sequence[inspect.Parameter],
    answer: Any,
    name: str,
    summary: str,
) -> None:
    head = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)
    view.__signature__ = inspect.Signature([head, *declared])  # type: ignore[attr-defined] # what the description is made from
    view.__name__ = name
    view.__doc__ = None
    router.api_operation([method], path, response={200: answer}, operation_id=name, summary=summary)(view)
