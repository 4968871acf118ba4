"""Proves that the columns of the registers are what sources and journal say, and rebuilds them where they are not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.provenance.models import Folded
from sosach.domain.provenance.operations.folding import batches, drifted, plain_columns, raised_of, refold_many
from sosach.domain.provenance.operations.journal import set_values
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import Entry, Matter, SourceFact, fold

MOST_TOLD = 1_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A column, or the state of something raised, that is not what sources and journal say.

    Attributes:
        record: id of the record.
        column: column, or kind and id of what is raised (`finding:12`).
        stands: what the register holds.
        should: what it should hold.
    """

    record: int
    column: str
    stands: Any
    should: Any


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found.

    Attributes:
        records: how many were folded anew.
        differing: how many differ.
        differences: the first thousand differences.
    """

    records: int
    differing: int
    differences: tuple[Difference, ...]


@operation("provenance.folds_verified", roles=frozenset({Role.STEWARD, Role.SYSTEM, Role.AUDITOR}))
def verify_folds(order: Order, *, register: Register, record_ids: Iterable[int] | None = None) -> Done[Verified]:
    """Fold records anew from sources and journal and compare; nothing is changed.

    Args:
        order: who, when.
        register: which.
        record_ids: records; None: all of them.
    """
    del order
    records, differing, told = 0, 0, list[Difference]()
    for batch in batches(register, record_ids if record_ids is not None else all_keys(register)):
        raised = raised_of(register.name, [record.pk for record, _, _ in batch])
        for record, facts, entries in batch:
            found = [*_columns(record, facts, entries), *_states(record, raised[record.pk], entries)]
            records += 1
            differing += bool(found)
            told += found[: MOST_TOLD - len(told)]
    return Done(
        Verified(records, differing, tuple(told)), [Subject("register", register.name)], {"differing": differing}
    )


@operation("provenance.folds_rebuilt", roles=frozenset({Role.STEWARD, Role.SYSTEM}))
def rebuild(order: Order, *, register: Register, record_ids: Iterable[int] | None = None) -> Done[int]:
    """Make records anew from sources and journal, with all that hangs on them; how many."""
    done = refold_many(order, register, record_ids if record_ids is not None else all_keys(register))
    return Done(done, [Subject("register", register.name)], {"records": done})


def all_keys(register: Register) -> Iterator[int]:
    """Ids of all records of a register, in order."""
    last = 0
    while keys := list(register.model.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:10_000]):
        yield from keys
        last = keys[-1]


def _columns(record: Folded, facts: list[SourceFact], entries: list[Entry]) -> list[Difference]:
    stands = plain_columns(record)
    set_values(record, fold(facts, entries))
    should = plain_columns(record)
    return [Difference(record.pk, name, stands[name], should[name]) for name in stands if stands[name] != should[name]]


def _states(record: Folded, raised: list[tuple[Matter, Any]], entries: list[Entry]) -> list[Difference]:
    return [
        Difference(record.pk, f"{matter.kind}:{matter.key}", row.state, should)
        for matter, row, should in drifted(raised, entries)
    ]
