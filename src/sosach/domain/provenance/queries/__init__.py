"""Reads of sources and journal: what a record's values are, where each comes from, and what was raised about it."""

from sosach.domain.provenance.queries.facts import entry_of, fact_of, facts_of, history_of, values_of
from sosach.domain.provenance.queries.looks import (
    Origin,
    Raised,
    Step,
    column_history,
    full_history,
    origins,
    raised_about,
    refused_rows,
    twins,
)

__all__ = [
    "Origin",
    "Raised",
    "Step",
    "column_history",
    "entry_of",
    "fact_of",
    "facts_of",
    "full_history",
    "history_of",
    "origins",
    "raised_about",
    "refused_rows",
    "twins",
    "values_of",
]
