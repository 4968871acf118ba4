"""What somebody applies with: papers in, classes passed, what is to be made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sosach.domain.licences.rules.classes import Group
from sosach.domain.licences.rules.procedures import Exam, HolderData


@dataclass(frozen=True, slots=True)
class PassedClass:
    """A class somebody passed the test of.

    Attributes:
        name: class of the 2024 law.
        passed_on: day of the test.
        restrictions: restriction codes to print.
    """

    name: str
    passed_on: date
    restrictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """An application about a licence that exists.

    Attributes:
        received_on: day the papers came in; the time limit runs from it.
        stated: what it says about the holder; must agree with the population register.
        groups: halves of the licence it is about; empty: all that hold a class.
        choices: old class → new one where the law leaves a choice (B2 → B or C1).
        exams: parts of the test passed for classes that have expired.
    """

    received_on: date
    stated: HolderData
    groups: frozenset[Group] = frozenset()
    choices: Mapping[str, str] = field(default_factory=dict)
    exams: frozenset[Exam] = frozenset()
