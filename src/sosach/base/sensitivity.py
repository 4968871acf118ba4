"""How sensitive a stored value is, and the law that lets us hold it: stands beside the definition of every column."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Field = TypeVar("Field")


class Sensitivity(StrEnum):
    """Classes of stored values (Law 91/2025 on personal data; Decree 356/2025 art. 3 and 4)."""

    PUBLIC = "public"  # published anyway: names of units, catalogues
    INTERNAL = "internal"  # about our own work: keys, times, states
    BASIC = "basic"  # basic personal data: name, PIN, plate, address (Decree 356/2025 art. 3)
    SENSITIVE = "sensitive"  # sensitive personal data: religion, blood group, card images (Decree 356/2025 art. 4)
    SECRET = "secret"  # noqa: S105 - the name of a class, not a password; keys and password hashes  # nosec B105


PERSONAL = frozenset({Sensitivity.BASIC, Sensitivity.SENSITIVE})


def classed(field: Field, sensitivity: Sensitivity, *, legal: str = "") -> Field:
    """Write the class (and the law, for personal data) on a column; returns the column.

    Args:
        field: a column of a model.
        sensitivity: its class.
        legal: id of the law in `vn/data/legal.toml` that has it recorded; needed for personal data.

    Raises:
        ValueError: personal data without a law.
    """
    if sensitivity in PERSONAL and not legal:
        raise ValueError("a column of personal data needs the law that has it recorded")
    field.sensitivity = sensitivity  # type: ignore[attr-defined] # any column object takes attributes
    field.legal = legal  # type: ignore[attr-defined] # as above
    return field


@dataclass(frozen=True, slots=True)
class Withheld:
    """Stands where a value would stand that is not shown to whoever looks: named, never silently missing.

    Attributes:
        sensitivity: class of the value.
    """

    sensitivity: Sensitivity

    def __str__(self) -> str:
        """As a screen shows it."""
        return "▒▒▒"
