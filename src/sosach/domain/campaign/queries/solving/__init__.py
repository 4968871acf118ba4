"""Looks at what is open about a case and which answers it may get."""

from sosach.domain.campaign.queries.solving.looks import (
    CaseFixes,
    Waiting,
    asked_of,
    case_fixes,
    solutions_of,
    waiting,
)
from sosach.domain.campaign.queries.solving.matters import matters_of

__all__ = ["CaseFixes", "Waiting", "asked_of", "case_fixes", "matters_of", "solutions_of", "waiting"]
