"""What a check is: one entry of the catalogue. The entries themselves are data of `vn`, the rules code beside them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sosach.base.decisions import Criterion
from sosach.base.findings import Severity
from sosach.base.registers import Register


class Scope(StrEnum):
    """What a check must see: one value, one record, a whole register, or two registers."""

    FIELD = "field"
    ROW = "row"
    SET = "set"
    CROSS = "cross"


class Fix(StrEnum):
    """What may happen to the value: nothing, a question, a proposal, or a change of form that loses nothing."""

    NONE = "none"
    ASK = "ask"
    PROPOSE = "propose"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class LegalSource:
    """A legal text or technical standard with the days between which it holds (`valid_to` None: still in force)."""

    id: str
    vi: str
    en: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Check:
    """One entry of the closed catalogue.

    Attributes:
        code: stable code, never reused (`PIN-02`).
        slug: short English name (`lost_zeros`).
        severity: error, warning or info.
        scope: field, row, set or cross.
        registers: the registers it applies to.
        field: what it is about: a value kind (`pin`, `name`, `plate`) or a canonical column.
        criterion: the one of the four criteria a finding breaks; None for those that break none.
        title: one line, by language (`vi`, `en`).
        explanation: a sentence a clerk understands, by language; `{value}`, `{proposed}` and `{other}` are filled in.
        fix: what may happen to the value.
        legal: sources.
        patterns: codes of the dirty-data patterns it covers.
    """

    code: str
    slug: str
    severity: Severity
    scope: Scope
    registers: tuple[Register, ...]
    field: str
    criterion: Criterion | None
    title: dict[str, str]
    explanation: dict[str, str]
    fix: Fix
    legal: tuple[LegalSource, ...]
    patterns: tuple[str, ...]
