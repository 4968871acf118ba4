"""What pages are put together of, as plain values: a page hands them to the tags of `templatetags/frame.py`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of a list of answers: question, answer, where to change it.

    Attributes:
        label: what was asked.
        value: what was answered; None or "" shows as not given.
        change: address of the question; "" when it cannot be changed.
        badge: a badge beside the value.
        note: a line below it.
    """

    label: str
    value: Any
    change: str = ""
    badge: "Badge | None" = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in a word.

    Attributes:
        text: the word.
        tone: plain, good, warn, bad, info; the word alone must say it, the tone only helps.
    """

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: a link to a page beside this one.

    Attributes:
        label: its word.
        address: where it leads.
        current: whether this is it.
        count: how many are behind it; None: not told.
    """

    label: str
    address: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """An entry of a timeline.

    Attributes:
        at: moment or day, or as text.
        title: what happened.
        text: more about it.
        by: who.
        badge: state it led to.
        address: where more is told.
    """

    at: Any
    title: str
    text: str = ""
    by: str = ""
    badge: Badge | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """A line of a comparison: one field as several sources have it; the first is what the others are compared with.

    Attributes:
        label: the field.
        values: as each source has it, in the order of the heads.
        proposal: which of them is proposed (its index); None: none.
        key: name of the field, for forms.
    """

    label: str
    values: Sequence[str]
    proposal: int | None = None
    key: str = ""

    def differs(self) -> bool:
        """Whether two sources that tell something tell different things."""
        return len({value for value in self.values if value}) > 1

    def cells(self) -> list[list[tuple[str, bool]]]:
        """Every value in pieces; True where it differs from the first.

        >>> Side("Tên", ("NGUYỄN AN", "NGUYỄN ÁN")).cells()[1]
        [('NGUYỄN ', False), ('Á', True), ('N', False)]
        """
        first = next((value for value in self.values if value), "")
        return [_pieces(first, value) for value in self.values]


def _pieces(first: str, value: str) -> list[tuple[str, bool]]:
    if not value or value == first:
        return [(value, False)] if value else []
    found: list[tuple[str, bool]] = []
    for kind, _, _, start, end in SequenceMatcher(None, first, value, autojunk=False).get_opcodes():
        if start < end:
            found.append((value[start:end], kind != "equal"))
    return found


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a list goes on.

    Attributes:
        newer: address of the page before; "" on the first.
        older: address of the page after; "" on the last.
        first: number of the first row shown; None: not told.
        last: number of the last row shown.
        total: of all rows; None: not counted.
    """

    newer: str = ""
    older: str = ""
    first: int | None = None
    last: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart.

    Attributes:
        label: whose.
        value: how much.
        address: the list behind it; "" when there is none.
        tone: as of a badge.
    """

    label: str
    value: float
    address: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart.

    Attributes:
        label: whose.
        values: one for each point of the axis; None: nothing known there.
        tone: as of a badge.
        dashed: expected, not counted.
    """

    label: str
    values: Sequence[float | None]
    tone: str = "info"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """A chart of lines over one axis.

    Attributes:
        title: what it shows.
        points: words along the axis (days, as a rule).
        lines: what is drawn.
        unit: of the values, in a word.
    """

    title: str
    points: Sequence[str]
    lines: Sequence[Line]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the keyboard and what it does on the page.

    Attributes:
        key: as JavaScript names it (`a`, `Enter`, `/`).
        text: what it does.
    """

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way to a page; the last has no address."""

    label: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Sorting:
    """How a list is sorted, from the query of its address (`?xep=plate`, `?xep=-plate`).

    Attributes:
        by: name of the column; "" for the usual order.
        down: whether from the end.
        others: the rest of the query, kept by the links.
    """

    by: str = ""
    down: bool = False
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Any, *, allowed: Iterable[str], usual: str = "") -> "Sorting":
        """Read from `request.GET`; what is not allowed is the usual order."""
        told = query.get("xep", "") or usual
        by = told.removeprefix("-")
        kept = {name: values for name, values in query.lists() if name not in {"xep", "trang"}}
        return cls(by, told.startswith("-"), kept) if by in set(allowed) else cls(others=kept)

    def address(self, column: str) -> str:
        """The query that sorts by a column, and the other way round where it does already."""
        turned = f"-{column}" if self.by == column and not self.down else column
        return "?" + urlencode([("xep", turned), *((k, v) for k, vs in self.others.items() for v in vs)])

    def state(self, column: str) -> str:
        """`aria-sort` of a column."""
        if self.by != column:
            return "none"
        return "descending" if self.down else "ascending"
