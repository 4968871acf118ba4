"""Reads of the population register: guarded looks, and `resolving` for use inside operations."""

from sosach.domain.population.queries.identities import masked_by_pin, person_by_pin, persons_by_old_number
from sosach.domain.population.queries.looks import looks_at
from sosach.domain.population.queries.records import column_history, household, open_petitions, record
from sosach.domain.population.queries.resolving import person_of_pin, persons_of_old_number, survivor_of
from sosach.domain.population.queries.search import search

__all__ = [
    "column_history",
    "household",
    "looks_at",
    "masked_by_pin",
    "open_petitions",
    "person_by_pin",
    "person_of_pin",
    "persons_by_old_number",
    "persons_of_old_number",
    "record",
    "search",
    "survivor_of",
]
