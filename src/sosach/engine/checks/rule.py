"""What a rule of the batch engine is: where it looks, when it speaks, and what it says.

A rule is data. Its SQL is written against short aliases: `s` the standardised record, `r` the record as given,
`p` the person a record is linked to (or a relative), `g` a group of records sharing a key, `h` what the scan carries.
`{as_of}` stands for the day of the run. A condition that is NULL does not hold.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from sosach.base.registers import Register

_REFERENCE = re.compile(r"\b([a-z])\.([a-z_0-9]+)\b")


class Stage(StrEnum):
    """When a rule can run: with the registers alone, or after records are linked to persons."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """All records that share a key with so many others, or with others that differ; many set rules look at one family.

    Attributes:
        name: name of the temporary table (rows) and, with `_groups`, of the table of groups.
        register: the register the findings belong to.
        stage: when it can be made.
        scan: a FROM clause; aliases as the expressions use them.
        key: text that names the group.
        where: which records take part.
        mark: what is hashed to find records that share the key; by default the key. Narrower columns are faster.
        narrow: a smaller FROM clause that is enough for `row`, `mark`, `where` and `differs`; by default the scan.
        row: the row of the record, over `narrow`.
        keeps: further columns of each record: name → expression.
        counts: figures of each group: name → aggregate over the kept columns.
        least: so many records make a group.
        differs: a number of 32 bits, over the scan and over the kept columns alike: records that differ in it make a
            group however few they are.
        needs: tables that must exist.
    """

    name: str
    register: Register
    stage: Stage
    scan: str
    key: str
    where: str
    mark: str = ""
    narrow: str = ""
    row: str = "s.row"
    keeps: dict[str, str] = field(default_factory=dict)
    counts: dict[str, str] = field(default_factory=dict)
    least: int = 2
    differs: str = ""
    needs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A relation that many row rules look at in one scan.

    Attributes:
        name: unique name.
        register: the register the findings belong to.
        stage: when it can be scanned.
        scan: a FROM clause; aliases as the rules use them.
        keys: what the scan keeps of a row to find it again: name → expression; always has `row`.
        back: alias → JOIN clause from the kept keys (alias `h`) back to the values.
        needs: tables that must exist.
        families: families whose tables the scan reads.
        at_once: everything its rules say is fetched in one pass: good where all `back` joins are cheap.
    """

    name: str
    register: Register
    stage: Stage
    scan: str
    keys: dict[str, str]
    back: dict[str, str]
    needs: frozenset[str]
    families: tuple[Family, ...] = ()
    at_once: bool = False

    def joins(self, aliases: Collection[str]) -> str:
        """The JOIN clauses from what the scan keeps back to the values of some aliases."""
        return " ".join(clause for alias, clause in self.back.items() if alias in aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """A rule about one record: a condition and three values.

    Attributes:
        code: code of the check in the catalogue.
        source: where it looks.
        when: cheap condition over the scan.
        also: further condition, checked only where `when` holds; may use every alias of `source.back`.
        column: canonical column the finding is about.
        value: the value as given; by default the raw cell of `column`.
        proposed: what it probably should be.
        other: the value it contradicts.
    """

    code: str
    source: Source
    when: str
    also: str = "TRUE"
    column: str
    value: str = ""
    proposed: str = "NULL"
    other: str = "NULL"

    @property
    def register(self) -> Register:
        """The register the findings belong to."""
        return self.source.register

    @property
    def stage(self) -> Stage:
        """When the rule can run."""
        return self.source.stage

    @property
    def needs(self) -> frozenset[str]:
        """Tables that must exist."""
        return self.source.needs

    @property
    def said(self) -> tuple[str, str, str]:
        """Expressions of value, proposed and other."""
        return (self.value or f"r.{self.column}", self.proposed, self.other)

    @property
    def speaks_of(self) -> frozenset[str]:
        """The aliases whose values the rule speaks of, or looks at once more."""
        return frozenset(alias for expression in (*self.said, self.also) for alias, _ in references(expression))

    @property
    def sql(self) -> str:
        """The rule alone, as one SELECT (row, field, value, proposed, other)."""
        value, proposed, other = self.said
        keys = ", ".join(f"{expression} AS {name}" for name, expression in self.source.keys.items())
        return (
            f"SELECT h.row, '{self.column}' AS field, CAST({value} AS VARCHAR) AS value, "
            f"CAST({proposed} AS VARCHAR) AS proposed, CAST({other} AS VARCHAR) AS other "
            f"FROM (SELECT {keys} FROM {self.source.scan} WHERE {self.when}) h {self.source.joins(self.speaks_of)} WHERE {self.also}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRule:
    """A rule about records that share a key.

    Attributes:
        code: code of the check in the catalogue.
        family: whose groups it looks at.
        when: condition over the group (`g`, with `g.n` records) and the record (`s`, the kept columns).
        column: canonical column the finding is about.
        value: by default the key itself.
        proposed: what it probably should be.
        other: by default the record that shares the key.
        duplicates: the records of such a group are the same thing and go into the groups of duplicates.
    """

    code: str
    family: Family
    when: str
    column: str
    value: str = "s.key"
    proposed: str = "NULL"
    other: str = "CASE WHEN s.row = g.first_row THEN g.last_record ELSE g.first_record END"
    duplicates: bool = False

    @property
    def register(self) -> Register:
        """The register the findings belong to."""
        return self.family.register

    @property
    def stage(self) -> Stage:
        """When the rule can run."""
        return self.family.stage

    @property
    def needs(self) -> frozenset[str]:
        """Tables that must exist."""
        return self.family.needs

    @property
    def sql(self) -> str:
        """The rule alone, as one SELECT (row, field, value, proposed, other) over the tables of its family."""
        return (
            f"SELECT s.row, '{self.column}' AS field, CAST({self.value} AS VARCHAR) AS value, "
            f"CAST({self.proposed} AS VARCHAR) AS proposed, CAST({self.other} AS VARCHAR) AS other "
            f"FROM {self.family.name} s JOIN {self.family.name}_groups g ON g.key = s.key WHERE {self.when}"
        )


Rule = RowRule | SetRule


def references(sql: str) -> set[tuple[str, str]]:
    """The columns an expression names, as (alias, column).

    >>> sorted(references("s.plate = r.plate AND year(s.registered_on) < 1945"))
    [('r', 'plate'), ('s', 'plate'), ('s', 'registered_on')]
    """
    return {(match[1], match[2]) for match in _REFERENCE.finditer(sql)}


def flatten(sql: str) -> str:
    """The same expression over a table that holds `s.plate` as `s_plate`.

    >>> flatten("s.plate = r.plate")
    's_plate = r_plate'
    """
    return _REFERENCE.sub(r"\1_\2", sql)
