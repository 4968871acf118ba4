"""Looks at what is open about a case, which answers it may get, what can be answered at once, and how far officers agree."""

from sosach.domain.campaign.queries.solving.batches import (
    BatchSeen,
    SafeCase,
    SafeGroup,
    batch_seen,
    batches,
    safe_groups,
)
from sosach.domain.campaign.queries.solving.looks import (
    CaseFixes,
    Waiting,
    asked_of,
    case_fixes,
    solutions_of,
    waiting,
)
from sosach.domain.campaign.queries.solving.matters import matters_of
from sosach.domain.campaign.queries.solving.opinions import (
    AgreementLine,
    BlindCase,
    By,
    Disagreement,
    agreement,
    disagreements,
    next_opinion,
)

__all__ = [
    "AgreementLine",
    "BatchSeen",
    "BlindCase",
    "By",
    "CaseFixes",
    "Disagreement",
    "SafeCase",
    "SafeGroup",
    "Waiting",
    "agreement",
    "asked_of",
    "batch_seen",
    "batches",
    "case_fixes",
    "disagreements",
    "matters_of",
    "next_opinion",
    "safe_groups",
    "solutions_of",
    "waiting",
]
