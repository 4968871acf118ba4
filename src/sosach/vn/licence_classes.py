"""Licence classes (hạng giấy phép lái xe) of two laws: which law a class belongs to, ages, validity, successors.

Legal source: Law 36/2024/QH15 art. 57, 59 (15 classes from 1 January 2025), art. 89 (old licences keep their rights;
what an old class becomes); Law 23/2008/QH12 for licences issued before. The same letter means different things: D was
10-30 seats and is now more than 29, B1 was a car and is now a three-wheeler. So a class goes with its law.
"""

import re
from calendar import isleap, monthrange
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import chain
from typing import Literal

from sosach.base.findings import Finding
from sosach.vn.digits import settle
from sosach.vn.folding import fold
from sosach.vn.identifiers.marks import LOOK_ALIKES
from sosach.vn.tables import table
from sosach.vn.test_values import is_test_value

Law = Literal["2008", "2024"]

UNKNOWN = "CLS-01"
LETTERS = "CLS-02"
OLD_CLASS_LATE = "CLS-03"
NEW_CLASS_EARLY = "CLS-04"
TWO_LAWS = "CLS-05"
OTHER_SPELLING = "CLS-06"
PLACEHOLDER = "CLS-07"

LAW_2024_FROM = date(2025, 1, 1)
AUTOMATIC = "B11"  # "B1 số tự động": B1 for automatic gearboxes, printed B11

_WORDS = re.compile(r"\b(?:HANG|CLASS|LOAI|GPLX|BANG)\b[\s:.]*")
_AUTOMATIC = re.compile(r"\bB\s*1[\s(.-]*(?:SO\s*TU\s*DONG|TU\s*DONG|STD|TD|AUTO|AT|SO TD)\b\)?")
_SPACED = re.compile(r"\b([ABCD])[\s.-]+([1-4])\b")
_BETWEEN = re.compile(r"[\s,;/+&|()\[\]]+|\bVA\b")
_AS_CLASS = str.maketrans({"I": "1", "L": "1", "Z": "2", "8": "B", "0": "D", "6": "G"})


@dataclass(frozen=True, slots=True)
class ClassReading:
    """One class cell as understood.

    Attributes:
        classes: the classes in the order given, without repetition; empty when unreadable.
        law: the law all of them belong to; None when neither the classes nor the date tell.
        findings: what is remarkable, worst first.
    """

    classes: tuple[str, ...] = ()
    law: Law | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class LicenceClass:
    """A class under one law.

    Attributes:
        name: the class.
        law: "2008" or "2024".
        min_age: youngest holder.
        years: years of validity from issue; None when unlimited or when it runs to an age.
        unlimited: never expires.
        until_age: age at which it ends, by sex ("M", "F"); empty for most.
        covers: classes whose vehicles it allows as well.
        late_age: age by sex from which on a class that runs to an age is issued for years instead.
        late_years: those years.
        max_age: oldest holder by sex; empty for most.
        restrictions: restriction codes that may stand beside it.
    """

    name: str
    law: Law
    min_age: int
    years: int | None
    unlimited: bool
    until_age: dict[str, int]
    covers: tuple[str, ...]
    late_age: dict[str, int] = field(default_factory=dict)
    late_years: int | None = None
    max_age: dict[str, int] = field(default_factory=dict)
    restrictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Successor:
    """What an old class becomes on exchange.

    Attributes:
        classes: new classes to choose from; empty when there is none (A4).
        restriction: restriction code printed with it (A.03, B.01), or None.
        certificate: certificate issued with it (tractors), or None.
    """

    classes: tuple[str, ...]
    restriction: str | None
    certificate: str | None


def explain(text: str, *, issued_on: date | None = None) -> ClassReading:
    """Read a class cell; total.

    Args:
        text: the cell as given, one class or several (`A1, B2`).
        issued_on: day of issue; decides the law of classes both laws have.

    >>> explain("A1, B2").classes, explain("A1, B2").law
    (('A1', 'B2'), '2008')
    >>> explain("D").law, explain("D", issued_on=date(2020, 5, 1)).law, explain("D", issued_on=date(2025, 5, 1)).law
    (None, '2008', '2024')
    >>> explain("B2", issued_on=date(2025, 5, 1)).findings
    (Finding(code='CLS-03', value='B2', proposed='B / C1'),)
    """
    if not text or text.isspace():
        return ClassReading()
    spelt = _spelt(text)
    pieces = [piece for piece in _BETWEEN.split(spelt) if piece.strip(".-:")]
    classes = _split(pieces)
    if not classes:
        return _unread(text, pieces)
    law, findings = _law(text, classes, issued_on)
    plain = " ".join(classes)
    if re.sub(r"[\s,;/+]+", " ", text.strip().upper()) != plain:
        findings = (*findings, Finding(OTHER_SPELLING, text, plain.replace(" ", ", ")))
    return ClassReading(classes, law, findings)


def law_on(day: date) -> Law:
    """The law under which a licence issued that day was issued.

    >>> law_on(date(2024, 12, 31)), law_on(date(2025, 1, 1))
    ('2008', '2024')
    """
    return "2024" if day >= LAW_2024_FROM else "2008"


@cache
def classes_of(law: Law) -> dict[str, LicenceClass]:
    """Every class of a law by its name.

    >>> classes_of("2024")["C"].years, classes_of("2008")["C"].min_age, classes_of("2008")["B1"].until_age
    (5, 21, {'F': 55, 'M': 60})
    """
    rows = table("licence_classes_new") if law == "2024" else table("licence_classes_old")
    return {_name(row["class"]): _licence_class(row, law) for row in rows}


def successor(old_class: str) -> Successor | None:
    """What a class of the 2008 law becomes on exchange; None for names that law does not know.

    >>> successor("D").classes, successor("E").classes, successor("B2").classes, successor("A1").restriction
    (('D2',), ('D',), ('B', 'C1'), 'A.03')
    """
    for row in table("licence_classes_old_to_new"):
        if _name(row["old_class"]) == old_class:
            new = tuple(name for name in row["new_class"].split(" or ") if name != "(none)")
            return Successor(new, row["restriction_code"] or None, row["extra_certificate"] or None)
    return None


def valid_until(kind: LicenceClass, *, issued_on: date, born_on: date, sex: str) -> date | None:
    """Last day a class issued that day is valid; None when unlimited.

    Years end on the day of the month of issue. A class with an oldest age ends on that birthday at the latest.

    >>> old, new = classes_of("2008"), classes_of("2024")
    >>> valid_until(new["B"], issued_on=date(2026, 3, 10), born_on=date(1990, 1, 1), sex="M")
    datetime.date(2036, 3, 10)
    >>> valid_until(old["B1"], issued_on=date(2020, 3, 10), born_on=date(1980, 5, 6), sex="F")
    datetime.date(2035, 5, 6)
    >>> valid_until(new["A"], issued_on=date(2026, 3, 10), born_on=date(1990, 1, 1), sex="M") is None
    True
    """
    if kind.unlimited:
        return None
    years = kind.years
    if kind.until_age:
        late = issued_on >= birthday(born_on, kind.late_age[sex])
        years = kind.late_years if late else None
    last = years_later(issued_on, years) if years else birthday(born_on, kind.until_age[sex])
    return min(last, birthday(born_on, kind.max_age[sex])) if kind.max_age else last


def birthday(born_on: date, age: int) -> date:
    """The day somebody reaches an age; born on 29 February: on 1 March of other years.

    >>> birthday(date(2008, 2, 29), 18), birthday(date(2008, 2, 29), 20)
    (datetime.date(2026, 3, 1), datetime.date(2028, 2, 29))
    """
    year = born_on.year + age
    if (born_on.month, born_on.day) == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return born_on.replace(year=year)


def years_later(day: date, years: int) -> date:
    """The same day of the month years later; 28 February where there is no 29th.

    >>> years_later(date(2024, 2, 29), 5)
    datetime.date(2029, 2, 28)
    """
    return day.replace(year=day.year + years, day=min(day.day, monthrange(day.year + years, day.month)[1]))


def _name(printed: str) -> str:
    return AUTOMATIC if "auto" in printed else printed


def _licence_class(row: dict[str, str], law: Law) -> LicenceClass:
    validity = row.get("validity_years") or row["validity"]
    ages = re.search(r"until age (\d+) F / (\d+) M", validity)
    late = re.search(r"issued after (\d+) F / (\d+) M then (\d+) years", validity)
    oldest = re.search(r"(\d+) M / (\d+) F", row.get("max_age", ""))
    years = re.fullmatch(r"(\d+)(?: years)?", validity)
    covers = re.search(r"includes ([A-E0-9 ]+)", row["vehicles"])
    return LicenceClass(
        name=_name(row["class"]),
        law=law,
        min_age=int(row["min_age"]),
        years=int(years[1]) if years else None,
        unlimited=validity == "unlimited",
        until_age={"F": int(ages[1]), "M": int(ages[2])} if ages else {},
        covers=tuple(covers[1].split()) if covers else (),
        late_age={"F": int(late[1]), "M": int(late[2])} if late else {},
        late_years=int(late[3]) if late else None,
        max_age={"F": int(oldest[2]), "M": int(oldest[1])} if oldest else {},
        restrictions=tuple(row.get("restriction_codes", "").split()),
    )


@cache
def _token() -> re.Pattern[str]:
    names = sorted({*classes_of("2008"), *classes_of("2024")}, key=lambda name: (-len(name), name))
    return re.compile("|".join(names))


def _spelt(text: str) -> str:
    upper = fold(settle(text).upper().translate(LOOK_ALIKES))
    return _SPACED.sub(r"\1\2", _AUTOMATIC.sub(AUTOMATIC, _WORDS.sub(" ", upper))).strip()


def _split(pieces: list[str]) -> tuple[str, ...]:
    """Classes of every piece, also of pieces written together (A1B2); empty when a piece is none."""
    found: list[str] = []
    for piece in pieces:
        bare = re.sub("[.-]", "", piece)
        tokens = _token().findall(bare)
        if "".join(tokens) != bare:
            return ()
        found += tokens
    return tuple(dict.fromkeys(found))


def _unread(text: str, pieces: list[str]) -> ClassReading:
    if is_test_value(text):
        return ClassReading(findings=(Finding(PLACEHOLDER, text),))
    mended = _split([piece.translate(_AS_CLASS) for piece in pieces])
    if mended:
        return ClassReading(findings=(Finding(LETTERS, text, ", ".join(mended)),))
    return ClassReading(findings=(Finding(UNKNOWN, text),))


def _law(text: str, classes: tuple[str, ...], issued_on: date | None) -> tuple[Law | None, tuple[Finding, ...]]:
    only_old = [name for name in classes if name not in classes_of("2024")]
    only_new = [name for name in classes if name not in classes_of("2008")]
    if only_old and only_new:
        return None, (Finding(TWO_LAWS, text),)
    by_class: Law | None = "2008" if only_old else "2024" if only_new else None
    by_date = law_on(issued_on) if issued_on else None
    if by_date == "2024" and by_class == "2008":
        becomes = dict.fromkeys(chain.from_iterable(new.classes for name in only_old if (new := successor(name))))
        return by_class, (Finding(OLD_CLASS_LATE, text, " / ".join(becomes) or None),)
    if by_date == "2008" and by_class == "2024":
        return by_class, (Finding(NEW_CLASS_EARLY, text),)
    return by_class or by_date, ()
