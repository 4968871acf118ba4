"""What a subject tells this one about its register, so that sources and corrections reach it without knowing it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.provenance.models import Folded
from sosach.domain.provenance.rules import SUBJECTS, ImportColumns, SourceFact


@dataclass(frozen=True, slots=True)
class Register:
    """One register of record.

    Attributes:
        model: table of its records.
        columns: how rows of cleaning runs become records; None when they never do.
        settle: brings what hangs on a record (ownerships, plates, classes) up to date with its journal and sources.
        settle_new: the same for many records at once that sources alone made just now and on which nothing hangs yet; saves
            nothing of the records themselves. None: they are settled one by one.
        check: refuses changes no correction may make, and gives them in the form of the columns.
        refuse_taken: refuses changes to a record that would give it what another record has.
        correctors: roles that decide corrections.
        commune_only: whether only the commune decides corrections (population: the commune's chief).
        correction_days: working days within which a proposed correction is decided; 0: no limit by law.
        owning: whether the person a record names owns something by it, so that naming one takes two people.
        decided: what the journal made of a record, in canonical columns (`base.registers`): the record and the columns its
            journal has set → one mapping for every row the record is, columns left out standing as they were given.
        person_says: what the population register says of the person a record names: column → value; empty where it names
            nobody. Taking it over changes nobody's rights.
        respelt: of the changes to a record, those columns that stand as another spelling of the same: a correction may set
            them although `check` would refuse.
    """

    model: type[Folded]
    columns: ImportColumns | None = None
    settle: Callable[[Order, Any], None] | None = None
    settle_new: Callable[[Order, Sequence[tuple[Any, Sequence[SourceFact]]]], None] | None = None
    check: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    refuse_taken: Callable[[Any, Mapping[str, Any]], None] | None = None
    correctors: frozenset[Role] = frozenset({Role.CHIEF})
    commune_only: bool = False
    correction_days: int = 0
    owning: bool = False
    decided: Callable[[Any, frozenset[str]], Sequence[Mapping[str, str]]] | None = None
    person_says: Callable[[Any], Mapping[str, Any]] | None = None
    respelt: Callable[[Any, Mapping[str, Any]], frozenset[str]] | None = None

    @property
    def name(self) -> str:
        """Its name among the registers."""
        return self.model.REGISTER

    @property
    def subject(self) -> str:
        """Kind of subject in the evidence log."""
        return SUBJECTS[self.name]

    @property
    def table(self) -> str:
        """Its table in the database."""
        return str(self.model._meta.db_table)  # noqa: SLF001 - Django's documented way to the table

    def checked(self, record: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Changes a correction may make to a record, in the form of its columns.

        Raises:
            SosachError: STATE-04, no such column, or one that changes by its procedures only; STATE-03 another record has it.
            InvalidValueError: not a value of the column.
        """
        if set(changes) - set(self.model.FOLDED):
            raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Không có mục này.", en="There is no such column.")
        same = self.respelt(record, changes) if self.respelt is not None else frozenset[str]()
        rest = {column: value for column, value in changes.items() if column not in same}
        told = self.check(rest) if self.check is not None and rest else rest
        if self.refuse_taken is not None:
            self.refuse_taken(record, told)
        return {column: changes[column] for column in changes if column in same} | dict(told)
