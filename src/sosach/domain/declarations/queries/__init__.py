"""Looks at declarations: the own ones, claims about the own vehicle, the desk's queue and case."""

from sosach.domain.declarations.queries.cases import Case, Meeting, declaration_case, photo
from sosach.domain.declarations.queries.comparing import Comparison
from sosach.domain.declarations.queries.own import Claimed, Mine, mine, my_declaration, notices_to_me
from sosach.domain.declarations.queries.queues import Filter, Place, counts, queue
from sosach.domain.declarations.queries.showing import PLAIN, Line, PhotoShown, Said

__all__ = [
    "PLAIN",
    "Case",
    "Claimed",
    "Comparison",
    "Filter",
    "Line",
    "Meeting",
    "Mine",
    "PhotoShown",
    "Place",
    "Said",
    "counts",
    "declaration_case",
    "mine",
    "my_declaration",
    "notices_to_me",
    "photo",
    "queue",
]
