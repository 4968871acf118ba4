"""What may be published of counts: numbers below five are hidden, and others with them, so that no difference tells them.

Rows with a small total are put together into one, columns likewise; then every number from 1 to 4 is hidden, and further
ones until no hidden number can be worked out from the totals. Zero is published: it is about nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LEAST = 5
OTHERS = "*"  # rows or columns put together because their totals are small
Table = Mapping[str, Mapping[str, int]]
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Published:
    """A table as it may be published.

    Attributes:
        rows: names in their order; `*` stands for those put together.
        columns: likewise.
        cells: row, column → count; None where it is hidden.
        row_totals: row → total.
        column_totals: column → total.
        total: of everything; None where even that is small: then nothing is published. Where no cell could be shown
            without telling another, the total alone is.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Cell, int | None]
    row_totals: Mapping[str, int]
    column_totals: Mapping[str, int]
    total: int | None


def protect(table: Table, *, least: int = LEAST) -> Published:
    """The table as it may be published.

    >>> told = protect({"A": {"done": 90, "left": 3}, "B": {"done": 40, "left": 7}, "C": {"done": 8, "left": 9}})
    >>> [[told.cells[row, column] for column in told.columns] for row in told.rows]
    [[None, None], [40, 7], [None, None]]
    """
    every = sorted({column for told in table.values() for column in told})
    whole = {row: {column: told.get(column, 0) for column in every} for row, told in table.items()}
    columns = _merged(_turned(_merged(whole, least)), least)
    cells = {(row, column): count for column, told in columns.items() for row, count in told.items()}
    total = sum(cells.values())
    if 0 < total < least:
        return Published((), (), {}, {}, {}, None)
    hidden = _hidden(cells, least)
    if hidden is None:
        return Published((), (), {}, {}, {}, total)
    names = list(_turned(columns))
    return Published(
        rows=tuple(names),
        columns=tuple(columns),
        cells={cell: None if cell in hidden else count for cell, count in cells.items()},
        row_totals={row: sum(cells[row, column] for column in columns) for row in names},
        column_totals={column: sum(told.values()) for column, told in columns.items()},
        total=total,
    )


def can_change(cell: Cell, hidden: Mapping[Cell, int]) -> bool:
    """Whether a hidden number could be another one with the same totals: nobody can work it out.

    One more in the cell has to be made up for by one less elsewhere in its row, one more there in another row, and so
    on until the column is even again; or the other way round. Hidden numbers are at least 1, which everybody knows.
    """
    return _path(cell, hidden, up=True) or (hidden[cell] > 1 and _path(cell, hidden, up=False))


def _path(cell: Cell, hidden: Mapping[Cell, int], *, up: bool) -> bool:
    """Whether a chain of hidden cells, alternately one less and one more, leads from the row of a cell back to its column."""
    row, column = cell
    seen_rows, seen_columns = {row}, set()
    waiting = [row]
    while waiting:
        at = waiting.pop()
        for other_row, other in hidden:
            # one step: this cell gives (or takes) one …
            if other_row != at or (other_row, other) == cell or other in seen_columns:
                continue
            if up and hidden[other_row, other] <= 1:
                continue
            if other == column:
                return True
            seen_columns.add(other)
            # … and another one of its column takes (or gives) it
            for next_row, next_column in hidden:
                if next_column == other and next_row not in seen_rows and (up or hidden[next_row, next_column] > 1):
                    seen_rows.add(next_row)
                    waiting.append(next_row)
    return False


def _hidden(cells: Mapping[Cell, int], least: int) -> set[Cell] | None:
    """The cells to hide; None where hiding all of them would not be enough."""
    hidden = {cell for cell, count in cells.items() if 0 < count < least}
    while True:
        values = {cell: cells[cell] for cell in hidden}
        known = [cell for cell in hidden if not can_change(cell, values)]
        if not known:
            return hidden
        told = min(known, key=lambda cell: (not _is_alone(cell, hidden), cell))
        shown = {cell: count for cell, count in cells.items() if count and cell not in hidden}
        if not shown:
            return None
        hidden.add(_further(told, shown, hidden))


def _further(told: Cell, shown: Mapping[Cell, int], hidden: set[Cell]) -> Cell:
    """The number to hide for the sake of one that could be worked out.

    One of its row while it is alone there, else of its column: best one that closes a ring with numbers hidden already,
    then the smallest.
    """
    row, column = told
    in_row = [cell for cell in shown if cell[0] == row]
    in_column = [cell for cell in shown if cell[1] == column]
    beside = (in_row or in_column) if _is_alone(told, hidden, place=0) else (in_column or in_row)
    rows, columns = ({cell[place] for cell in hidden} for place in (0, 1))
    rank = {cell: (not (cell[0] in rows and cell[1] in columns), shown[cell], cell) for cell in beside or shown}
    return min(rank, key=lambda cell: rank[cell])


def _is_alone(cell: Cell, hidden: set[Cell], *, place: int | None = None) -> bool:
    """Whether a hidden number is the only one of its row (place 0) or column (place 1), or of either."""
    places = (0, 1) if place is None else (place,)
    return any(sum(other[at] == cell[at] for other in hidden) == 1 for at in places)


def _merged(table: dict[str, dict[str, int]], least: int) -> dict[str, dict[str, int]]:
    """Lines with small totals put together, with the next smallest if those alone are small, too."""
    small = [name for name, told in table.items() if 0 < sum(told.values()) < least]
    if not small:
        return table
    rest = sorted((name for name in table if name not in small), key=lambda name: (sum(table[name].values()), name))
    rest = [name for name in rest if sum(table[name].values())]
    while rest and (len(small) == 1 or sum(sum(table[name].values()) for name in small) < least):
        small.append(rest.pop(0))
    together: dict[str, int] = {}
    for name in small:
        for other, count in table[name].items():
            together[other] = together.get(other, 0) + count
    return {name: told for name, told in table.items() if name not in small} | {OTHERS: together}


def _turned(table: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    turned: dict[str, dict[str, int]] = {}
    for row, told in table.items():
        for column, count in told.items():
            turned.setdefault(column, {})[row] = count
    return turned
