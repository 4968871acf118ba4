"""How a row of `<register>.parquet` of a cleaning run becomes a record: each subject declares it in its rules.

Columns of the file are named as in the reference (`docs/reference/README.md`). What a declaration cannot say by naming
columns, it computes with a pure function over the distinct values of one column (`Computed`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# In the place of a column of the file:
PERSON = "#person"  # id of the person the run has linked the row to (decision `link`), if the register has it
LINKED = "#linked"  # the word `linked` where there is such a person
RECORD = "#record"  # id of the record (dependents only)
SOURCE_ROW = "#source_row"  # id of the source row (dependents only)
POSITION = "#position"  # place in the list, from 0 (`Spread` only)
PREFIX = "$"  # in `Listed.item`: "$column" stands for a column of the file


class Refusal(StrEnum):
    """Why a row of a run does not become a record. A column or constraint may follow after a colon."""

    MISSING = "missing"  # a value without which there is no record
    NO_PLACE = "no_place"  # neither commune nor province: it would lie on nobody's desk
    ONE_KEY_TWO_RECORDS = "one_key_two_records"  # rows with one number that differ in who or what they are
    AMBIGUOUS = "ambiguous"  # several records of the register may be meant
    CONSTRAINT = "constraint"  # a rule of the table is broken
    OUTSIDE = "outside"  # it lies outside the territory of whoever takes the run in


class Phase(StrEnum):
    """What an import of one register does, in this order."""

    PLANNING = "planning"  # which record each row is about
    RECORDS = "records"  # records, their source rows and what hangs on them
    RAISED = "raised"  # findings, candidates, duplicates
    SETTLING = "settling"  # records of several rows, or with decisions, one by one


@dataclass(frozen=True, slots=True)
class Computed:
    """A column made by a pure function from others, once for each distinct value.

    Attributes:
        name: how declarations call it; not a column of the file.
        of: columns of the file; the first has to say something, the others may be "".
        by: the function; None says nothing.
        matching: no column of the record is made of it; it only tells which record a row is about, or what it claims.
    """

    name: str
    of: tuple[str, ...]
    by: Callable[..., str | None]
    matching: bool = False


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """Where one column of a record comes from.

    Attributes:
        column: column of the record (its name in the database: `owner_person_id`).
        said: columns of the file; the first that says something counts.
        words: values of the file → values of the column.
        closed: a value that is not in `words` says nothing; otherwise it stands for itself.
        constant: value where nothing is said.
        folded: False for columns that follow from folded ones (search keys).
        field: canonical column of the register (`base.registers`) that a finding about this value names.
        reads: brings the proposal of a finding into the form of the column; None when it means nothing there.
    """

    column: str
    said: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    constant: str | None = None
    folded: bool = True
    field: str = ""
    reads: Callable[[str], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A member of a list among the values of a source row (`{"parts": [...]}`), or the one thing under a key.

    Attributes:
        under: key of the list.
        item: the member as JSON; text that begins with `$` stands for a column of the file (`$a|b`: the first that
            says something).
        needs: columns of the file that must say something.
        alone: the item itself stands under the key; a folded column of that name holds it, too.
    """

    under: str
    item: Mapping[str, Any]
    needs: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """Rows of a table made from the members of a list (`Listed`), one per member.

    Attributes:
        table: its name in the database.
        under: key of the list.
        only: key → value a member must have.
        columns: column → path in the member, or `RECORD`, `SOURCE_ROW`, `POSITION` alone.
        constants: column → value where nothing is said.
    """

    table: str
    under: str
    only: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A value that only one record may hold: where several claim it, none gets it, and a person decides.

    Attributes:
        by: columns of the file, or computed ones, that make the value; rows that leave one empty claim nothing.
        withhold: columns of the record that are not told then.
        flag: column of the record that is set then; "" when there is none.
        against: SQL of what is held in the register: `value` as `by` makes it, and `holder`, the record that holds it or NULL.
    """

    by: tuple[str, ...]
    withhold: tuple[str, ...] = ()
    flag: str = ""
    against: str = ""


@dataclass(frozen=True, slots=True)
class Dependent:
    """A row of a table that hangs on a new record (an ownership, a plate, a class); left out where a constraint refuses it.

    Attributes:
        table: its name in the database.
        columns: column → columns of the file (the first that says something), or of `PERSON`, `RECORD`, `SOURCE_ROW`.
        constants: column → fixed value; lists and mappings are JSON.
        needs: columns of this table without which no row is made.
        words: column of this table → values of the file → its values.
    """

    table: str
    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportColumns:
    """How the rows of one register become records. `commune_code` and `province_code` come by themselves.

    Attributes:
        columns: of the record.
        key: columns that say which record it is; all of them told, or none counts.
        same: columns in which rows with one key have to agree, as far as they tell them, to be about one record.
        required: columns without which there is no record.
        computed: columns of the file that are computed first.
        lists: lists among the values of a source row.
        key_if: columns of the file that must say something for the key to count.
        claimed: values only one record may hold.
        linking: column → value (`PERSON`: the person's id) that links a record to a person: what a judgement `same` changes.
        together: a column and those that belong to it (kind and colour to a number): told as a whole, or not at all.
        dependents: rows made beside a new record.
        spreads: rows made from lists beside a new record.
        merges: what several rows of one run say about a new record may be folded first and taken in as one; else such
            records are settled one by one.
        before: SQL run for every portion before its records are written: changes columns of `import_row`; `{at}` as below.
        after: SQL run for every portion when its records are there; reads `import_row` (`r_subject`, `r_person`, `r_fresh`
            and the columns of the record); `{at}` is when the source was taken in.
    """

    columns: tuple[ImportColumn, ...]
    key: tuple[str, ...]
    same: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    computed: tuple[Computed, ...] = ()
    lists: tuple[Listed, ...] = ()
    key_if: tuple[str, ...] = ()
    claimed: tuple[Claimed, ...] = ()
    linking: Mapping[str, Any] = field(default_factory=dict)
    together: tuple[str, ...] = ()
    dependents: tuple[Dependent, ...] = ()
    spreads: tuple[Spread, ...] = ()
    merges: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def by_field(self, name: str) -> ImportColumn | None:
        """The column that a finding about a canonical column is about."""
        return next((column for column in self.columns if column.field == name), None)

    def by_column(self, name: str) -> ImportColumn | None:
        """The declaration of a column of the record."""
        return next((column for column in self.columns if column.column == name), None)
