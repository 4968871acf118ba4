"""What a check says about one value or one record."""

from dataclasses import dataclass, field
from enum import StrEnum

from sosach.base.errors import InvalidValueError


class Severity(StrEnum):
    """How bad: an error stops a record from being clean, a warning asks for a look, an info only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about one value.

    Attributes:
        code: code of the check (`PIN-02`), listed in the catalogue.
        value: the value as it was given.
        proposed: the value it probably should be, or None. Never applied by itself.
    """

    code: str
    value: str
    proposed: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One raw value as understood: the answer of every `explain` function.

    Attributes:
        key: the canonical form used to compare, None when nothing usable remains. Never repaired by guessing.
        display: the form shown to people, None with the key.
        facts: what the value itself says (`{"province": "01", "sex": "M"}`), all text.
        findings: what is remarkable about it, worst first; empty for a plain value.
    """

    key: str | None
    display: str | None
    facts: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def proposed(self) -> str | None:
        """The first proposal among the findings."""
        return next((f.proposed for f in self.findings if f.proposed is not None), None)


def require(reading: Reading, value: str) -> str:
    """Return the key of a reading that has one.

    Raises:
        InvalidValueError: there is no key; carries the code of the first finding.
    """
    if reading.key is None:
        raise InvalidValueError(reading.findings[0].code if reading.findings else "EMPTY", value)
    return reading.key
