"""Charts as small SVG drawings: widths in per cent, text in CSS pixels, so that they are sharp on a phone and in print."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

from sosach.engine.report.numbers import share

_PLOT = 78  # per cent of the height of a column chart; the rest is for the labels below
_GAP = Decimal("0.2")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: its words, its size and the class of the style sheet that gives its colour."""

    label: str
    size: int
    style: str


def bar(part: int, whole: int, *, style: str = "fill") -> Markup:
    """Draw one bar as long as its share; the figure stands beside it, so the drawing is hidden from screen readers.

    >>> str(bar(1, 4))
    '<svg class="bar" aria-hidden="true"><rect class="track" width="100%" height="100%"/><rect class="fill" width="25.00%" height="100%"/></svg>'
    """
    return Markup(
        '<svg class="bar" aria-hidden="true"><rect class="track" width="100%" height="100%"/>'
        '<rect class="{}" width="{}%" height="100%"/></svg>'
    ).format(style, share(part, whole))


def stacked(parts: Sequence[Part], *, label: str) -> Markup:
    """Draw parts of a whole as one bar; parts of nothing are left out.

    Args:
        parts: from left to right.
        label: what the bar says, in words, for those who cannot see it.
    """
    whole = sum(part.size for part in parts)
    drawn, start = [], Decimal(0)
    for part in parts:
        width = Decimal(part.size) * 100 / whole if whole else Decimal(0)
        if part.size:
            drawn.append(_piece(part, start, width))
        start += width
    return Markup('<svg class="stacked" role="img" aria-label="{}">{}</svg>').format(label, Markup("").join(drawn))


def columns(labels: Sequence[str], series: Sequence[Sequence[Part]], *, label: str) -> Markup:
    """Draw stacked columns.

    Args:
        labels: one below each column.
        series: for each column its parts, the lowest first.
        label: what the chart says, in words.
    """
    highest = max((sum(part.size for part in parts) for parts in series), default=0) or 1
    slot = Decimal(100) / max(len(labels), 1)
    drawn: list[Markup] = []
    for number, (name, parts) in enumerate(zip(labels, series, strict=True)):
        drawn += _column(parts, left=slot * number + slot / 8, width=slot * 3 / 4, highest=highest)
        drawn.append(Markup('<text x="{}%" y="94%">{}</text>').format(_short(slot * number + slot / 2), name))
    floor = Markup('<line class="floor" x1="0" x2="100%" y1="{0}%" y2="{0}%"/>').format(_PLOT)
    return Markup('<svg class="columns" role="img" aria-label="{}">{}{}</svg>').format(
        label, Markup("").join(drawn), floor
    )


def in_words(parts: Iterable[Part], texts: Iterable[str]) -> str:
    """Say what a chart shows: `Match 10, Discrepancy 3`.

    >>> in_words([Part("Match", 10, "match")], ["10"])
    'Match 10'
    """
    return ", ".join(f"{part.label} {text}" for part, text in zip(parts, texts, strict=True))


def _piece(part: Part, start: Decimal, width: Decimal) -> Markup:
    shown = max(width - _GAP, Decimal("0.05"))
    return Markup('<rect class="{}" x="{}%" width="{}%" height="100%"><title>{}</title></rect>').format(
        part.style, _short(start), _short(shown), escape(part.label)
    )


def _column(parts: Sequence[Part], *, left: Decimal, width: Decimal, highest: int) -> Iterable[Markup]:
    top = Decimal(_PLOT)
    for part in parts:
        if not part.size:
            continue
        height = max(Decimal(part.size) * (_PLOT - 4) / highest, Decimal("0.7"))
        top -= height
        yield Markup('<rect class="{}" x="{}%" y="{}%" width="{}%" height="{}%"><title>{}</title></rect>').format(
            part.style, _short(left), _short(top), _short(width), _short(height), escape(part.label)
        )


def _short(value: Decimal) -> str:
    return f"{value:.2f}"
