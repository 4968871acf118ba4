"""A class as a person holds it, the two groups of classes, and the number they share.

Legal source: Circular 12/2025/TT-BCA art. 18 (from 1 July 2026 Circular 108/2026/TT-BCA): one number per person; classes without
and classes with an end of validity stand on one card or on two with the same number. Law 36/2024/QH15 art. 57, 59, 89(2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sosach.base.errors import InvalidValueError
from sosach.vn.identifiers import licence_number
from sosach.vn.licence_classes import Law, LicenceClass, classes_of


class Group(StrEnum):
    """The two halves of a licence; each has its own card, or both share one, and each has its own points."""

    UNLIMITED = "unlimited"  # A1 A B1, and A1 A2 A3 of the old law: valid for life
    LIMITED = "limited"  # the others


class NumberForm(StrEnum):
    """What kind of number a licence has."""

    PET = "pet"  # 12 digits, one per person
    LEGACY = "legacy"  # of a paper licence before 2013: by province, may stand on two people's papers
    NONE = "none"  # not readable in the source


@dataclass(frozen=True, slots=True)
class ClassFact:
    """A class as it stands on a licence.

    Attributes:
        name: the class.
        law: law it belongs to; the same letter means different things.
        issued_on: day of issue; None when a source does not tell.
        expires_on: last day of validity; None when unlimited, or when a source does not tell.
        passed_on: day the test was passed.
        restrictions: restriction codes printed with it.
    """

    name: str
    law: Law
    issued_on: date | None
    expires_on: date | None
    passed_on: date | None = None
    restrictions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For the journal."""
        return {
            "class": self.name,
            "law": self.law,
            "issued_on": _text(self.issued_on),
            "expires_on": _text(self.expires_on),
            "passed_on": _text(self.passed_on),
            "restrictions": list(self.restrictions),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "ClassFact":
        """From the journal."""
        return cls(
            name=told["class"],
            law=told["law"],
            issued_on=day_of(told.get("issued_on")),
            expires_on=day_of(told.get("expires_on")),
            passed_on=day_of(told.get("passed_on")),
            restrictions=tuple(told.get("restrictions") or ()),
        )

    @property
    def kind(self) -> LicenceClass:
        """The class in its law."""
        return classes_of(self.law)[self.name]

    @property
    def group(self) -> Group:
        """The half of the licence it belongs to."""
        return group_of(self.law, self.name)

    def in_force(self, day: date) -> bool:
        """Whether it is valid on a day; a class with an end nobody knows is."""
        return self.expires_on is None or day <= self.expires_on


def group_of(law: Law, name: str) -> Group:
    """The half of a licence a class belongs to.

    Raises:
        InvalidValueError: CLS-01, the law does not know the class.

    >>> group_of("2024", "B1"), group_of("2008", "B1")
    (<Group.UNLIMITED: 'unlimited'>, <Group.LIMITED: 'limited'>)
    """
    kind = classes_of(law).get(name)
    if kind is None:
        raise InvalidValueError("CLS-01", name)
    return Group.UNLIMITED if kind.unlimited else Group.LIMITED


def groups_of(facts: Iterable[ClassFact]) -> frozenset[Group]:
    """The halves classes belong to."""
    return frozenset(fact.group for fact in facts)


def covered(facts: Iterable[ClassFact]) -> frozenset[tuple[Law, str]]:
    """Every class whose vehicles somebody may drive with these classes.

    >>> sorted(name for _, name in covered([ClassFact("C", "2024", None, None)]))
    ['B', 'C', 'C1']
    """
    return frozenset((fact.law, name) for fact in facts for name in (fact.name, *fact.kind.covers))


def number_form(number: str) -> NumberForm:
    """What kind of number it is.

    Raises:
        InvalidValueError: LNO-…, it can be no licence number.

    >>> number_form("010212345678"), number_form("AB123456")
    (<NumberForm.PET: 'pet'>, <NumberForm.LEGACY: 'legacy'>)
    """
    if licence_number.validate(number) != number:
        raise InvalidValueError("LNO-10", number)
    return NumberForm(licence_number.explain(number).facts["form"])


def new_number(*, province: str, sex: str, born_in: int, passed_in: int, serial: int) -> str:
    """A number of 12 digits as plastic cards have them since 2012: province, sex and century, year of passing, serial.

    >>> new_number(province="01", sex="F", born_in=2004, passed_in=2026, serial=42)
    '013260000042'
    """
    century = 2 * (born_in // 100 - 19) + (sex == "F")
    return f"{province}{century}{passed_in % 100:02}{serial:07}"


def day_of(text: str | None) -> date | None:
    """A day as the journal holds it."""
    return date.fromisoformat(text) if text else None


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
