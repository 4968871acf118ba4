"""Tables of the dashboard as plain values: a page draws them, and the same values are written out to take along."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sosach.web.frame import words
from sosach.web.frame.parts import Badge


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a table.

    Attributes:
        value: number, text, day or badge; None: not known.
        address: the list behind it; "" when there is none.
        share: the value is a share, shown as percent.
        bar: share of a bar drawn behind it, 0 to 1; None: no bar.
    """

    value: Any
    address: str = ""
    share: bool = False
    bar: float | None = None

    @property
    def shown(self) -> str:
        """As people read it."""
        if self.value is None:
            return "–"
        if isinstance(self.value, Badge):
            return self.value.text
        if self.share:
            return words.percent(self.value)
        if isinstance(self.value, int | float):
            return words.figure(self.value)
        return words.day(self.value) if hasattr(self.value, "isoformat") else str(self.value)

    @property
    def badge(self) -> Badge | None:
        """The badge, where the value is one."""
        return self.value if isinstance(self.value, Badge) else None

    @property
    def numeric(self) -> bool:
        """Whether it stands to the right."""
        return isinstance(self.value, int | float)

    @property
    def link(self) -> str:
        """The list behind it; nothing is behind a zero."""
        return self.address if self.value != 0 else ""

    @property
    def width(self) -> str:
        """Of its bar, in percent."""
        return f"{(self.bar or 0) * 100:.1f}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: of the file it is written to.
        title: what it shows.
        heads: of the columns; the first is that of the rows.
        rows: cells, as many as heads.
        total: the last line; empty: none.
        note: a sentence that explains it.
        facts: what it is about (campaign, place, day), told in files.
    """

    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()
    note: str = ""
    facts: Sequence[str] = field(default_factory=tuple)

    @property
    def lines(self) -> list[list[tuple[str, Cell]]]:
        """Rows, each cell with the head of its column: on a phone a row becomes a card."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]

    @property
    def foot(self) -> list[tuple[str, Cell]]:
        """The last line, each cell with the head of its column."""
        return list(zip(self.heads, self.total, strict=False))

    def short(self, rows: int) -> "Table":
        """The same with its first rows only; the total stays that of all."""
        return replace(self, rows=list(self.rows[:rows]))
