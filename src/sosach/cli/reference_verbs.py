"""Verbs and looks of the registers: every function behind one of the two gates, with what its gate was told."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import sosach.domain
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import EventKind, event

ROOMS = ("operations", "queries")


@dataclass(frozen=True, slots=True)
class Verb:
    """One function behind a gate.

    Attributes:
        subject: folder of `domain` it lives in.
        name: its name in code.
        event: audit event it leaves.
        roles: roles that may.
        nationwide: whether it reaches beyond the territory of whoever asks.
        summary: first line of its docstring.
        function: the function itself, gate included.
    """

    subject: str
    name: str
    event: EventKind
    roles: frozenset[Role]
    nationwide: bool
    summary: str
    function: Callable[..., Any]


def modules() -> list[Any]:
    """Every module of the rooms that write and read, in order of their names."""
    names = [found.name for found in pkgutil.walk_packages(sosach.domain.__path__, "sosach.domain.")]
    return [
        importlib.import_module(name) for name in sorted(names) if name.split(".")[3:4] and name.split(".")[3] in ROOMS
    ]


@cache
def verbs() -> tuple[Verb, ...]:
    """Every verb and look, by subject and code of its event; Django has to be set up."""
    found = [
        _verb(module.__name__.split(".")[2], function)
        for module in modules()
        for function in vars(module).values()
        if hasattr(function, "sosach_event") and function.__module__ == module.__name__
    ]
    return tuple(sorted(found, key=lambda verb: (verb.subject, verb.event.code, verb.name)))


def _verb(subject: str, function: Any) -> Verb:
    return Verb(
        subject=subject,
        name=function.__name__,
        event=event(function.sosach_event),
        roles=function.sosach_roles,
        nationwide=function.sosach_nationwide,
        summary=(inspect.getdoc(function) or "").partition("\n")[0],
        function=function,
    )
