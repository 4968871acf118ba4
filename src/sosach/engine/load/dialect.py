"""The layout of a text file: its delimiter and quotes, its heading row, how many columns its rows have."""

import re
from collections import Counter
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sosach.base.registers import Register
from sosach.engine.load.headings import SEARCHED_ROWS, Heading, find_heading
from sosach.engine.load.records import MOST_JOINED, Dialect, cut_record

DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_RECORDS = 200
_QUOTED_SHARE = 0.3  # of cells in single quotes, from which the single quote is the quote


@dataclass(frozen=True, slots=True)
class Layout:
    """How one text file is laid out.

    Attributes:
        dialect: delimiter, quote, escape.
        heading: None when no heading row was found.
        above: physical lines before the first data line.
        titles: lines above the heading row that are not empty.
        width: number of cells of a data row.
        first_row: the first line that is not empty, cut.
        plain_top: nothing above the data spans lines or breaks quotes, so that lines can simply be skipped.
    """

    dialect: Dialect
    heading: Heading | None
    above: int
    titles: int
    width: int
    first_row: tuple[str, ...]
    plain_top: bool


@dataclass(frozen=True, slots=True)
class _Records:
    """Records of the sample that are not blank, with the physical line behind each."""

    rows: list[list[str]]
    ends: list[int]
    plain: list[bool]


def find_layout(text: str, register: Register, mapping: Table[str, str]) -> Layout:
    """Judge every delimiter, with the quote that goes with it, by the headings it yields and by how even the rows are.

    Args:
        text: the beginning of the file, lines ended by LF.
        register: whose headings are looked for.
        mapping: as `Mapping.for_register` gives it.
    """
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    lines = lines[: _SNIFFED_RECORDS * 3]
    best: tuple[tuple[int, float, int], Layout] | None = None
    for delimiter in DELIMITERS:
        quote = "'" if _single_quoted(lines, delimiter) else '"'
        dialect = replace(Dialect(delimiter, quote), escape=_escape(text, Dialect(delimiter, quote)))
        layout, score = _layout(lines, dialect, register, mapping)
        if best is None or score > best[0]:
            best = score, layout
    if best is None:  # unreachable: there are delimiters
        raise AssertionError
    return best[1]


def _single_quoted(lines: Sequence[str], delimiter: str) -> bool:
    cells = [cell.strip() for line in lines[:100] for cell in line.split(delimiter) if cell.strip()]
    quoted = sum(1 for cell in cells if len(cell) > 1 and cell[0] == cell[-1] == "'")
    return quoted > len(cells) * _QUOTED_SHARE


def _escape(text: str, dialect: Dialect) -> str:
    r"""Backslash where quotes inside cells are written `\"`; a cell may also simply end with a backslash."""
    quote = re.escape(dialect.quote)
    inner = len(re.findall(rf"\\{quote}(?![{re.escape(dialect.delimiter)}\n{quote}]|$)", text))
    return "\\" if inner and inner >= text.count(dialect.quote * 2) else dialect.quote


def _layout(
    lines: Sequence[str], dialect: Dialect, register: Register, mapping: Table[str, str]
) -> tuple[Layout, tuple[int, float, int]]:
    records = _records(lines, dialect)
    rows = records.rows
    heading = find_heading(register, rows[:SEARCHED_ROWS], mapping)
    start = heading.first_data_row if heading else 0
    widths = Counter(len(row) for row in rows[start:])
    usual, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    named = _named_width(heading) if heading else 0
    width = max(named, usual if times * 2 > len(rows) - start else 0, 1)
    evenness = times / max(len(rows) - start, 1) if usual > 1 else 0.0
    layout = Layout(
        dialect=dialect,
        heading=heading,
        above=records.ends[start - 1] if start else 0,
        titles=max(start - 1, 0),
        width=width,
        first_row=tuple(rows[0]) if rows else (),
        plain_top=all(records.plain[:start]),
    )
    return layout, (len(heading.columns) if heading else 0, round(evenness, 2), usual)


def _named_width(heading: Heading) -> int:
    """Columns up to the last heading that is not empty or mapped by position."""
    filled = [at for at, match in enumerate(heading.matches) if match.heading.strip() or match.column]
    return max(filled, default=-1) + 1


def _records(lines: Sequence[str], dialect: Dialect) -> _Records:
    found = _Records([], [], [])
    at = 0
    while at < len(lines) and len(found.rows) < _SNIFFED_RECORDS:
        cut = cut_record(iter(lines[at : at + MOST_JOINED]), dialect, None)
        at += cut.lines
        if any(field.strip() for field in cut.fields):
            found.rows.append(cut.fields)
            found.ends.append(at)
            found.plain.append(cut.lines == 1 and cut.regular)
    return found
