"""Facts, judgements and state in plain Python: the fold, what is judged, and how a cleaning run becomes records."""

from sosach.domain.provenance.rules.fold import SOURCE, Entry, EntryKind, SourceFact, Value, active, fold, history
from sosach.domain.provenance.rules.importing import PERSON, RECORD, Dependent, ImportColumn, ImportColumns, Refusal
from sosach.domain.provenance.rules.matters import (
    GONE,
    OPEN,
    VERDICTS,
    Matter,
    MatterKind,
    Verdict,
    state_of,
    verdicts,
)

__all__ = [
    "GONE",
    "OPEN",
    "PERSON",
    "RECORD",
    "SOURCE",
    "VERDICTS",
    "Dependent",
    "Entry",
    "EntryKind",
    "ImportColumn",
    "ImportColumns",
    "Matter",
    "MatterKind",
    "Refusal",
    "SourceFact",
    "Value",
    "Verdict",
    "active",
    "fold",
    "history",
    "state_of",
    "verdicts",
]
