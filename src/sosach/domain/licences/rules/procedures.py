"""Procedures of the register: their time limits, the tests they need, ages, and data that must agree with the population register.

Legal source: Law 36/2024/QH15 art. 57, 59, 62; Circular 12/2025/TT-BCA art. 18, 21 (from 1 July 2026 Circular 108/2026/TT-BCA).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sosach.vn.licence_classes import LicenceClass, birthday, years_later
from sosach.vn.names import keys
from sosach.vn.working_days import add_working_days


class Procedure(StrEnum):
    """Procedures with a time limit."""

    ISSUE = "issue"
    ADD_CLASS = "add_class"
    EXCHANGE = "exchange"
    REISSUE = "reissue"
    CONVERT_PAPER = "convert_paper"
    ELECTRONIC = "issue_electronic"
    REVOKE = "revoke"


WORKING_DAYS = dict.fromkeys(Procedure, 7) | {Procedure.ELECTRONIC: 3, Procedure.REVOKE: 3}


class ExchangeReason(StrEnum):
    """Why a licence is exchanged."""

    EXPIRING = "expiring"  # before or after its end
    OLD_LAW = "old_law"  # classes of the 2008 law into those of today
    DATA_CHANGED = "data_changed"  # name, birth date, nationality or residence differ from the population register
    DAMAGED = "damaged"


class RevokeReason(StrEnum):
    """Why a licence is revoked."""

    FRAUD = "fraud"
    WRONG_ISSUE = "wrong_issue"


class Exam(StrEnum):
    """Parts of the test."""

    THEORY = "theory"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class HolderData:
    """What a licence and an application say about the holder.

    Attributes:
        full_name: name.
        birth_date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
        commune_code: commune of residence; "" when not told.
        nationality: code or word as the population register has it; "" when not told.
    """

    full_name: str
    birth_date: str
    commune_code: str = ""
    nationality: str = ""


def due_on(procedure: Procedure, received_on: date) -> date:
    """Last day of the time limit.

    >>> due_on(Procedure.REVOKE, date(2026, 11, 20))  # Friday; Tuesday 24 November is a day off
    datetime.date(2026, 11, 26)
    """
    return add_working_days(received_on, WORKING_DAYS[procedure])


def exams_needed(expires_on: date | None, *, day: date) -> frozenset[Exam]:
    """What has to be passed before a class is given again.

    >>> end = date(2025, 6, 30)
    >>> [len(exams_needed(end, day=date(2025 + year, 6, 30))) for year in (0, 1)], len(exams_needed(end, day=date(2025, 7, 1)))
    ([0, 2], 1)
    """
    if expires_on is None or day <= expires_on:
        return frozenset()
    return frozenset(Exam) if day >= years_later(expires_on, 1) else frozenset({Exam.THEORY})


def old_enough(kind: LicenceClass, born_on: date, day: date) -> bool:
    """Whether somebody has the age a class needs."""
    return day >= birthday(born_on, kind.min_age)


def young_enough(kind: LicenceClass, born_on: date, sex: str, day: date) -> bool:
    """Whether somebody is not beyond the oldest age of a class."""
    return sex not in kind.max_age or day < birthday(born_on, kind.max_age[sex])


def first_day(birth_date: str) -> date | None:
    """The first day a birth date known to year or month may be; None when nothing is known.

    >>> first_day("1965"), first_day("1965-03"), first_day("")
    (datetime.date(1965, 1, 1), datetime.date(1965, 3, 1), None)
    """
    if not birth_date:
        return None
    parts = [int(part) for part in birth_date.split("-")]
    return date(*(*parts, 1, 1)[:3])


def differences(stated: HolderData, registered: HolderData) -> tuple[str, ...]:
    """What an application says otherwise than the population register: names of items. Items not told are not compared.

    >>> here = HolderData("Nguyễn Thị Hoà", "1990-05-01", "00004")
    >>> differences(HolderData("NGUYỄN THỊ HÒA", "1990-05-02"), here)
    ('birth_date',)
    """
    pairs = {
        "full_name": (keys(stated.full_name).k1, keys(registered.full_name).k1),
        "birth_date": (stated.birth_date, registered.birth_date),
        "residence": (stated.commune_code, registered.commune_code),
        "nationality": (stated.nationality, registered.nationality),
    }
    told = {item: pair for item, pair in pairs.items() if pair[0] or item in {"full_name", "birth_date"}}
    return tuple(item for item, (here, there) in told.items() if here != there)
