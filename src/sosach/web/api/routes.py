"""Tables of addresses become routes: a look or a procedure each, described by the verb it calls."""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints, create_model

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries.release import released
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import event
from sosach.domain.provenance.rules import SUBJECTS
from sosach.web.api.asking import (
    AskedDays,
    AskedLimit,
    AskedNumber,
    AskedSwitch,
    Body,
    Limit,
    Text,
    body_of,
    inside_of,
    inside_of_column,
    taken,
)
from sosach.web.api.contract import (
    KEY_HEADER,
    LOOK_HEADERS,
    MissesCharged,
    answered,
    look_of,
    parameter,
    second_account,
    second_header,
    under_key,
)
from sosach.web.api.identity import Key
from sosach.web.api.names import given, is_account, kind_of, outside, parameters, subject_of
from sosach.web.api.opaque import ref_type
from sosach.web.api.opening import Opening
from sosach.web.api.paging import Paged, about, next_cursor, resumed
from sosach.web.api.showing import Shown, answer_of, shown

Verb = Callable[..., Any]
IN_PATH = re.compile(r"{(\w+)}")
USUAL_PAGE = 50
CursorText = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[A-Za-z0-9_-]*$")]


@dataclass(frozen=True, slots=True)
class Looking:
    """An address people's data are read at.

    Attributes:
        path: below the router; `{person}` is a reference.
        query: guarded query of the domain.
        method: POST where numbers or names are asked for, which never stand in an address.
        fixed: arguments the address stands for.
        paged: how the list is turned over; None: there is one page.
        summary: one line for the description; the first of the query's docstring otherwise.
        name: of the operation in the description; subject and verb otherwise.
        renamed: names in the path → arguments that are called otherwise; the name in the path says of what kind they are.
        roles: who may do it here, where the verb itself is for more than this register.
    """

    path: str
    query: Verb
    method: str = "GET"
    fixed: Mapping[str, Any] = field(default_factory=dict)
    paged: Paged | None = None
    summary: str = ""
    name: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    roles: frozenset[Role] | None = None


@dataclass(frozen=True, slots=True)
class Doing:
    """An address something is done at; always POST, always under an idempotency key.

    Attributes:
        path: below the router; `{person}` is a reference.
        operation: guarded operation of the domain.
        fixed: arguments the address stands for.
        gives: what the result is an id of, where its type does not say so (`entry_id`).
        summary: one line for the description; the first of the operation's docstring otherwise.
        name: of the operation in the description; subject and verb otherwise.
        renamed: names in the path → arguments that are called otherwise; the name in the path says of what kind they are.
        roles: who may do it here, where the verb itself is for more than this register.
    """

    path: str
    operation: Verb
    fixed: Mapping[str, Any] = field(default_factory=dict)
    gives: str = ""
    summary: str = ""
    name: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    roles: frozenset[Role] | None = None


class DoingBody(Body):
    """What every procedure may be told beside its own fields."""

    reason: Text = ""
    evidence: Annotated[
        dict[
            Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")],
            Annotated[str, StringConstraints(strict=True, max_length=128, pattern=r"^[^\u0000-\u001f\u007f]*$")],
        ],
        Field(
            max_length=20,
            description="Papers and messages it rests on: kind → reference; `case` → number of the case. A vehicle: "
            "sale_contract, gift, inheritance, invoice, decision, withdrawal_certificate, commitment. A licence: decision, "
            "health_check, test, ledger.",
            json_schema_extra={"additionalProperties": False},
        ),
    ] = Field(default_factory=dict)


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
    query, paged = entry.query, entry.paged
    in_path, names, name = _path_arguments(entry, query), _names(query), entry.name or _name(query)
    leave_out = {*in_path.values(), *entry.fixed, *([paged.argument, "limit"] if paged else [])}
    asked_type = body_of(query, f"{name}Asked", without=leave_out)
    if paged and entry.method == "POST":
        asked_type = create_model(
            f"{name}Asked", __base__=asked_type, cursor=(CursorText | None, None), limit=(Limit, USUAL_PAGE)
        )

    def view(request: HttpRequest, **told: Any) -> HttpResponse:
        look = look_of(request, told.pop("purpose"), told.pop("case"))
        sent = told.get("body")
        asked = {one: getattr(sent, one) for one in asked_type.model_fields} if sent is not None else dict(told)
        cursor, limit = (asked.pop("cursor", None), asked.pop("limit", USUAL_PAGE)) if paged else (None, 0)
        which = about(request, asked)
        with MissesCharged(request) as missed:
            arguments = dict(entry.fixed) | {in_path[one]: inside_of(told[one]) for one in in_path}
            arguments |= {
                names[one]: inside_of(value, names[one]) for one, value in asked.items() if one not in in_path
            }
            if paged:
                arguments |= {**resumed(paged, cursor, which), "limit": limit}
            value = query(look, **arguments)
            listed = paged.items(value) if paged else value
            missed.found = listed is not None and listed not in ([], ())
            if value is None:
                raise SosachError(ErrorCode.NOT_FOUND, vi="Không có bản ghi này.", en="There is no such record.")
        if paged:
            return answered({"items": shown(listed), "next": next_cursor(paged, value, limit, which)})
        return answered(shown(value))

    post = entry.method == "POST"
    declared = [parameter("body", asked_type)] if post else _declared_query(query, leave_out, paged)
    route = Route(
        entry.method,
        entry.path,
        name,
        entry.summary or _first(query),
        _look_answer(entry, name),
        Opening(entry.roles or query.sosach_roles),  # type: ignore[attr-defined] # guarded
    )
    _route(router, route, view, [*_declared_path(in_path), *LOOK_HEADERS, *declared])


def _look_answer(entry: Looking, name: str) -> Any:
    if entry.paged is None:
        return answer_of(_certain(given(entry.query)))
    items: Any = list[answer_of(entry.paged.of)]  # type: ignore[misc] # made here
    return create_model(f"{name}Page", __base__=Shown, items=(items, ...), next=(str | None, ...))


def _certain(hint: Any) -> Any:
    """The type without None: what is not there is answered as a problem."""
    rest = [one for one in get_args(hint) if one is not type(None)]
    return rest[0] if type(None) in get_args(hint) and len(rest) == 1 else hint


def _add_procedure(router: Router, entry: Doing) -> None:
    verb = entry.operation
    in_path, names, name = _path_arguments(entry, verb), _names(verb), entry.name or _name(verb)
    body = body_of(verb, f"{name}Told", without={*in_path.values(), *entry.fixed}, base=DoingBody)
    kind = SUBJECTS.get(subject_of(verb), "")
    seconds = {one: hint for one, (hint, _) in parameters(verb).items() if is_account(hint)}

    def view(request: HttpRequest, **told: Any) -> HttpResponse:
        sent, key = told["body"], told["key"]

        def do(act: UUID) -> dict[str, Any]:
            order = Order(request.auth, request.sosach_at, dict(sent.evidence), sent.reason, act)
            arguments = dict(entry.fixed) | {in_path[one]: inside_of(told[one]) for one in in_path}
            own = [one for one in body.model_fields if one in names]
            arguments |= {names[one]: inside_of(getattr(sent, one), names[one]) for one in own}
            arguments |= {one: second_account(request, told["second"]) for one in seconds}
            if arguments.keys() >= {"column", "value"}:
                arguments["value"] = inside_of_column(arguments["value"], arguments["column"])
            opening.reach(request)
            done = released(verb(order, **arguments), actor=order.actor, purpose="", kind=kind)
            return {"act": str(act), **_event_of(verb), "result": shown(done, entry.gives)}

        with MissesCharged(request):
            return under_key(request, key, do)

    opening = _opening(entry, verb, in_path)
    header = second_header(required=any(hint_is_needed(hint) for hint in seconds.values())) if seconds else []
    result = create_model(f"{name}Receipt", __base__=Receipt, result=(answer_of(given(verb), entry.gives), ...))
    route = Route("POST", entry.path, name, entry.summary or _first(verb), result, opening)
    _route(router, route, view, [*_declared_path(in_path), KEY_HEADER, *header, parameter("body", body)])


def _opening(entry: Doing, verb: Verb, in_path: Mapping[str, str]) -> Opening:
    """Who may begin a procedure, with which records."""
    known = entry.fixed.get("register")
    return Opening(
        roles=entry.roles or verb.sosach_roles,  # type: ignore[attr-defined] # guarded
        nationwide=verb.sosach_nationwide,  # type: ignore[attr-defined] # guarded
        records={one: kind for one, kind in _kinds(in_path).items() if kind},
        register=known.name if known is not None else "",
    )


def hint_is_needed(hint: Any) -> bool:
    """Whether an account has to be told."""
    return isinstance(hint, type)


@dataclass(frozen=True, slots=True)
class Route:
    """What the description says of an address."""

    method: str
    path: str
    name: str
    summary: str
    answer: Any
    opening: Opening


def _route(router: Router, route: Route, view: Verb, declared: Sequence[inspect.Parameter]) -> None:
    head = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)
    view.__signature__ = inspect.Signature([head, *declared])  # type: ignore[attr-defined] # the description is made from it
    view.__name__ = route.name
    view.__doc__ = None
    # only UUIDs are records: `/vehicles/temporary` is another address than `/vehicles/{vehicle}`
    path = IN_PATH.sub(r"{uuid:\1}", route.path)
    add = router.api_operation(
        [route.method],
        path,
        response={200: route.answer},
        operation_id=route.name,
        summary=route.summary,
        auth=Key(route.opening),
    )
    add(view)


def _declared_path(names: Mapping[str, str]) -> list[inspect.Parameter]:
    told = Path(..., description="Reference of the record.")
    return [parameter(one, ref_type(kind) if kind else UUID, told) for one, kind in _kinds(names).items()]


def _kinds(names: Mapping[str, str]) -> dict[str, str | None]:
    """Names in a path → kinds of the records they stand for; None for what is no record."""
    return {one: one if argument == "record_id" else kind_of(argument) for one, argument in names.items()}


def _declared_query(query: Verb, without: set[str], paged: Paged | None) -> list[inspect.Parameter]:
    """What a GET asks for beside its path: codes and switches, nothing of people."""
    told = [
        parameter(outside(name), _asked_for(name, hint), Query(default))
        for name, (hint, default) in parameters(query).items()
        if name not in without
    ]
    if paged:
        told += [
            parameter("cursor", CursorText | None, Query(None, description="`next` of the page before.")),
            parameter("limit", AskedLimit, Query(USUAL_PAGE)),
        ]
    return told


def _asked_for(name: str, hint: Any) -> Any:
    by_name = {"limit": AskedLimit, "days": AskedDays}
    return by_name.get(name) or {int: AskedNumber, bool: AskedSwitch}.get(hint) or taken(name, hint)


def _path_arguments(entry: Looking | Doing, verb: Verb) -> dict[str, str]:
    """Names in a path → arguments of the verb."""
    names = {**_names(verb), **entry.renamed}
    return {one: names[one] for one in IN_PATH.findall(entry.path)}


def _names(verb: Verb) -> dict[str, str]:
    return {outside(name): name for name in parameters(verb)}


def _name(verb: Verb) -> str:
    return "".join(word.title() for word in [subject_of(verb), *verb.__name__.split("_")])


def _event_of(verb: Verb) -> dict[str, str]:
    name = str(getattr(verb, "sosach_event", ""))
    return {"event": name, "code": event(name).code if name else ""}


def _first(verb: Verb) -> str:
    return (inspect.getdoc(verb) or "").partition("\n")[0].rstrip(".")
