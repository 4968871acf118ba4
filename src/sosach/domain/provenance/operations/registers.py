"""What a subject tells this one about its register, so that sources and corrections reach it without knowing it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.provenance.models import Folded
from sosach.domain.provenance.rules import SUBJECTS, ImportColumns


@dataclass(frozen=True, slots=True)
class Register:
    """One register of record.

    Attributes:
        model: table of its records.
        columns: how rows of cleaning runs become records; None when they never do.
        settle: brings what hangs on a record (ownerships, plates, classes) up to date with its journal and sources.
        check: refuses changes no correction may make, and gives them in the form of the columns.
        correctors: roles that decide corrections.
        commune_only: whether only the commune decides corrections (population: the commune's chief).
        correction_days: working days within which a proposed correction is decided; 0: no limit by law.
        decided: what the journal made of a record, in canonical columns (`base.registers`): the record and the columns its
            journal has set → one mapping for every row the record is, columns left out standing as they were given.
    """

    model: type[Folded]
    columns: ImportColumns | None = None
    settle: Callable[[Order, Any], None] | None = None
    check: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    correctors: frozenset[Role] = frozenset({Role.CHIEF})
    commune_only: bool = False
    correction_days: int = 0
    decided: Callable[[Any, frozenset[str]], Sequence[Mapping[str, str]]] | None = None

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
