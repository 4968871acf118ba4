"""Lists a page at a time: the domain says where a page ended, callers get a sealed cursor for it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from sosach.web.api.opaque import open_cursor, seal_cursor


@dataclass(frozen=True, slots=True)
class Paged:
    """How a list of the domain is turned over.

    Attributes:
        of: what one entry of the list is, for the description.
        argument: of the query, where to go on.
        ended: place at which a page ended, as JSON has it; None: it was the last one. Gets what the query gave, and the limit.
        resumed: that place as the query takes it.
        items: what of it is the list; all of it by default.
    """

    of: Any
    argument: str
    ended: Callable[[Any, int], Any]
    resumed: Callable[[Any], Any]
    items: Callable[[Any], Any] = lambda given: given


def about(request: HttpRequest, asked: dict[str, Any]) -> str:
    """Which list a cursor is for: of whom, where, asked how."""
    told = json.dumps(asked, sort_keys=True, default=str)
    return f"{request.auth.kind} {request.auth.key} {request.path} {hashlib.sha256(told.encode()).hexdigest()}"


def resumed(paged: Paged, cursor: str | None, which: str) -> dict[str, Any]:
    """The argument of the query for a cursor; none for the first page.

    Raises:
        SosachError: STATE-04, the cursor is of another list.
    """
    return {} if cursor is None else {paged.argument: paged.resumed(open_cursor(cursor, about=which))}


def next_cursor(paged: Paged, given: Any, limit: int, which: str) -> str | None:
    """A cursor for what comes after."""
    place = paged.ended(given, limit)
    return None if place is None else seal_cursor(place, about=which)
