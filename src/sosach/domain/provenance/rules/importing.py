"""How a row of `<register>.parquet` of a cleaning run becomes columns of a record: each subject declares it in its rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# Stands in `said` for the id of the person the run has linked the row to (its decision `link`), if the register has it.
PERSON = "#person"
# Stands in `Dependent.columns` for the id of the record.
RECORD = "#record"


class Refusal(StrEnum):
    """Why a row of a run does not become a record. A column, constraint or group may follow after a colon."""

    MISSING = "missing"  # a value without which there is no record
    NO_PLACE = "no_place"  # neither commune nor province: it would lie on nobody's desk
    ONE_KEY_TWO_RECORDS = "one_key_two_records"  # two rows with one number that differ in who or what they are
    AMBIGUOUS = "ambiguous"  # several records of the register may be meant
    CONSTRAINT = "constraint"  # a rule of the table is broken


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """Where one column of a record comes from.

    Attributes:
        column: column of the record (its name in the database).
        said: columns of `<register>.parquet`; the first that says something counts. `PERSON` is the linked person.
        words: values of the file → values of the column; words that stand here alone are understood when `closed`.
        closed: a value that is not in `words` says nothing.
        field: canonical column of the register (`base.registers`) a finding about this value names.
        reads: brings the proposal of a finding into the form of the column; None when it means nothing there.
    """

    column: str
    said: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    field: str = ""
    reads: Callable[[str], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Dependent:
    """A row of a table that hangs on the record (an ownership, a plate, a class), made for each row that says it.

    Attributes:
        table: its name in the database.
        columns: column → columns of the file (first that says something), `PERSON` or `RECORD`.
        constants: column → fixed value.
        needs: columns of this table without which no row is made.
    """

    table: str
    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str | int | bool] = field(default_factory=dict)
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportColumns:
    """How the rows of one register become records.

    Attributes:
        columns: of the record; `commune_code` and `province_code` come by themselves.
        key: columns of the record that say which one it is; all of them told, or none counts.
        same: columns in which two rows with one key have to agree, as far as both tell them, to be about one record.
        required: columns without which there is no record.
        link: column that holds the id of the linked person; "" when the register has none.
        dependents: rows made beside a new record.
    """

    columns: tuple[ImportColumn, ...]
    key: tuple[str, ...]
    same: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    link: str = ""
    dependents: tuple[Dependent, ...] = ()

    def by_field(self, name: str) -> ImportColumn | None:
        """The column a finding about a canonical column is about."""
        return next((column for column in self.columns if column.field == name), None)

    def by_column(self, name: str) -> ImportColumn | None:
        """The declaration of a column of the record."""
        return next((column for column in self.columns if column.column == name), None)
