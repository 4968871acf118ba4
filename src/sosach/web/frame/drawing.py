"""Charts as SVG: points and lengths computed here, colours and letters left to the style sheet."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sosach.web.frame.parts import Bar, Line, Lines

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 84, 26, 14, 34
MOST_WORDS = 7  # along the axis; more would run into each other
SMALLEST = 1e-9  # of a value that is drawn: what is less cannot be divided into steps


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar with its length in percent of the longest."""

    bar: Bar
    percent: str


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line as the points of polylines; a gap begins a new one."""

    line: Line
    runs: Sequence[str]
    number: int


@dataclass(frozen=True, slots=True)
class DrawnLines:
    """A chart of lines: its grid, its words, its lines."""

    chart: Lines
    lines: Sequence[DrawnLine]
    grid: Sequence[tuple[str, float]]
    words: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, Sequence[float | None]]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def drawn_bars(bars: Sequence[Bar]) -> list[DrawnBar]:
    """Bars beside each other, the longest as long as there is room."""
    longest = max((bar.value for bar in bars), default=0) or 1
    return [DrawnBar(bar, f"{max(bar.value, 0) / longest * 100:.2f}") for bar in bars]


def drawn_lines(chart: Lines) -> DrawnLines:
    """Lines over one axis that begins at zero."""
    highest = max((value for line in chart.lines for value in line.values if value is not None), default=0)
    step = nice_step(highest)
    top = max(math.ceil(highest / step), 1) * step
    count = max(len(chart.points) - 1, 1)

    def x(place: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * place / count

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    every = math.ceil(len(chart.points) / MOST_WORDS) or 1
    return DrawnLines(
        chart=chart,
        lines=[
            DrawnLine(line, _runs([(x(i), None if v is None else y(v)) for i, v in enumerate(line.values)]), number)
            for number, line in enumerate(chart.lines, start=1)
        ],
        grid=[(f"{y(level * step):.1f}", level * step) for level in range(round(top / step) + 1)],
        words=[(f"{x(place):.1f}", word) for place, word in enumerate(chart.points) if place % every == 0],
        rows=[
            (point, [line.values[place] if place < len(line.values) else None for line in chart.lines])
            for place, point in enumerate(chart.points)
        ],
    )


def nice_step(highest: float, parts: int = 4) -> float:
    """A round distance between lines of the grid; 1 where there is nothing to see.

    >>> nice_step(100), nice_step(7), nice_step(2_814_839), nice_step(0), nice_step(5e-324)
    (50.0, 2.0, 1000000.0, 1.0, 1.0)
    """
    if highest < SMALLEST:
        return 1.0
    raw = highest / parts
    size = 10.0 ** math.floor(math.log10(raw))
    return next(step * size for step in (1, 2, 5, 10) if raw <= step * size)


def _runs(points: Sequence[tuple[float, float | None]]) -> list[str]:
    runs: list[list[str]] = [[]]
    for across, down in points:
        if down is None:
            runs.append([])
        else:
            runs[-1].append(f"{across:.1f},{down:.1f}")
    return [" ".join(run) for run in runs if run]
