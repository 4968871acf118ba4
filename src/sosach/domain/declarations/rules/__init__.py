"""Rules of declarations: the catalogue of kinds, how answers are read, time limits, risk, receipts. Plain Python."""

from sosach.domain.declarations.rules.answers import AnswersError, Checked, Problem, Read, check, read
from sosach.domain.declarations.rules.kinds import (
    DIRECT,
    PHOTOS,
    Choice,
    Claim,
    Kind,
    Photo,
    Question,
    Step,
    kind_of,
    kinds,
)
from sosach.domain.declarations.rules.limits import LEGAL_NOTICE_DAYS, due_on, objecting_until
from sosach.domain.declarations.rules.receipts import Receipt, verify_receipt
from sosach.domain.declarations.rules.risk import Known, risk_of
from sosach.domain.declarations.rules.terms import TERMS

__all__ = [
    "DIRECT",
    "LEGAL_NOTICE_DAYS",
    "PHOTOS",
    "TERMS",
    "AnswersError",
    "Checked",
    "Choice",
    "Claim",
    "Kind",
    "Known",
    "Photo",
    "Problem",
    "Question",
    "Read",
    "Receipt",
    "Step",
    "check",
    "due_on",
    "kind_of",
    "kinds",
    "objecting_until",
    "read",
    "risk_of",
    "verify_receipt",
]
