"""Charts of tables by day: the same values, drawn."""

from collections.abc import Sequence
from itertools import pairwise

from sosach.web.desk.figures.tables import Table
from sosach.web.frame.parts import Line, Lines

MOST_POINTS = 60  # more would be a smear; weeks are then enough
_AHEAD = {"tien-do": frozenset({2, 3, 4})}  # columns that are expected, not counted


def days_drawn(table: Table) -> Lines | None:
    """A chart of a table whose rows are days; None with fewer than two of them. A last column of sums is left out."""
    rows = [row for place, row in enumerate(table.rows) if place % _every(len(table.rows)) == 0]
    if table.rows and rows[-1] is not table.rows[-1]:
        rows.append(table.rows[-1])
    if len(rows) < 2 or not all(before[0].value < after[0].value for before, after in pairwise(rows)):
        return None
    last = len(table.heads) - (1 if table.total else 0)
    columns = range(1, max(last, 2))
    ahead = _AHEAD.get(table.name, frozenset())
    return Lines(
        title=table.title,
        points=[f"{row[0].value:%d/%m}" for row in rows],
        lines=[
            Line(str(table.heads[column]), _bridged([row[column].value for row in rows]), dashed=column in ahead)
            for column in columns
        ],
    )


def _bridged(values: Sequence[float | None]) -> list[float | None]:
    """Days nobody noted, between two that somebody did, on the straight line between these; the table leaves them empty.

    >>> _bridged([None, 10, None, 20, None])
    [None, 10, 15.0, 20, None]
    """
    drawn = list(values)
    known = [place for place, value in enumerate(values) if value is not None]
    for before, after in pairwise(known):
        first, last = values[before] or 0, values[after] or 0
        for place in range(before + 1, after):
            drawn[place] = first + (last - first) * (place - before) / (after - before)
    return drawn


def _every(rows: int) -> int:
    return max(1, -(-rows // MOST_POINTS))
