"""The results as tables, shown on the terminal and written as a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from data_sets import DataSet
from measuring import Cost
from quality import LEAST_IN_BIN, THRESHOLDS, Bin, Quality
from rich.console import Console
from rich.table import Table as RichTable
from sizes import spelt

NAMES = {
    "floor": "floor: read both, join on the number as typed",
    "cascade": "plain SQL cascade",
    "splink-wide": "Splink 5, wide blocking",
    "splink-tight": "Splink 5, tight blocking",
    "sosach:matching": "**Sosach**, matching alone",
    "sosach": "**Sosach**, complete run",
}
PLAIN = {contender: name.replace("**", "") for contender, name in NAMES.items()}
REFERENCE = "sosach:matching"


@dataclass(frozen=True, slots=True)
class Result:
    """What one contender did with one data set: the cost of each round, the quality of its links."""

    contender: str
    data: DataSet
    costs: tuple[Cost, ...]
    quality: Quality

    @property
    def seconds(self) -> float:
        """Median of the rounds."""
        return median(cost.seconds for cost in self.costs)

    @property
    def cpu_seconds(self) -> float:
        """Median of the rounds."""
        return median(cost.cpu_seconds for cost in self.costs)

    @property
    def peak_mb(self) -> int:
        """The highest of the rounds."""
        return max(cost.peak_mb for cost in self.costs)

    @property
    def spread(self) -> float:
        """Slowest round against the fastest, as a share above it."""
        seconds = [cost.seconds for cost in self.costs]
        return max(seconds) / min(seconds) - 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; the first column is left-aligned."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(results: Sequence[Result]) -> list[Table]:
    """All tables, in the order to read them."""
    own = [result for result in results if result.data.model == "synth" and result.contender in NAMES]
    other = [result for result in results if result.data.model == "other" and result.contender in NAMES]
    parts = [result for result in results if result.data.model == "synth" and result.contender not in NAMES]
    sizes = sorted({result.data.size for result in own})
    found = [_size_table([result for result in own if result.data.size == size]) for size in sizes]
    if len(sizes) > 1:
        found.append(_growth_table(own, sizes))
    found.append(_part_table(parts))
    if other:
        found.append(_quality_table(other))
    found += [_threshold_table(own), _calibration_table(own + other)]
    return [table for table in found if table.rows]


def _size_table(results: Sequence[Result]) -> Table:
    data = results[0].data
    seconds = {result.contender: result.seconds for result in results}
    rows = tuple(
        (
            NAMES[result.contender],
            *_cost_cells(result),
            _ratio(result.seconds, seconds.get(REFERENCE)),
            _ratio(result.seconds, seconds.get("floor")),
            *_quality_cells(result.quality),
        )
        for result in results
    )
    heads = ("", "seconds", "CPU s", "peak MB", "× Sosach", "× floor", *_QUALITY_HEADS)
    return Table(f"{spelt(data.size)}: {data.vehicles:,} vehicles, {data.persons:,} persons", heads, rows)


_QUALITY_HEADS = ("precision", "recall", "F1", "equals linked", "calibration", "worst bin")


def _quality_cells(quality: Quality) -> tuple[str, ...]:
    gap, worst = quality.gap, quality.worst
    return (
        f"{quality.precision:.4f}",
        f"{quality.recall:.4f}",
        f"{quality.f1:.4f}",
        f"{quality.equal_linked} of {quality.equal}",
        "–" if gap is None else f"{gap:.3f}",
        "–" if worst is None else f"{worst.predicted:.2f} → {worst.observed:.2f} ({worst.count:,})",
    )


def _quality_table(results: Sequence[Result]) -> Table:
    data = results[0].data
    rows = tuple(
        (NAMES[result.contender], f"{result.seconds:.1f}", *_quality_cells(result.quality))
        for result in results
        if result.contender != REFERENCE
    )
    title = f"Another error model: {data.vehicles:,} vehicles, {data.persons:,} persons"
    return Table(title, ("", "seconds", *_QUALITY_HEADS), rows)


def _growth_table(results: Sequence[Result], sizes: Sequence[int]) -> Table:
    steps = list(pairwise(sizes))
    seconds = {(result.contender, result.data.size): result.seconds for result in results}
    rows = []
    for contender in dict.fromkeys(result.contender for result in results):
        cells = (_ratio(seconds.get((contender, big), 0.0), seconds.get((contender, small))) for small, big in steps)
        rows.append((NAMES[contender], *cells))
    heads = ("", *(f"{spelt(small)} → {spelt(big)} (rows × {big / small:g})" for small, big in steps))
    return Table("Growth of the seconds from one size to the next", heads, tuple(rows))


def _part_table(parts: Sequence[Result]) -> Table:
    rows = tuple(
        (
            PLAIN[part.contender.partition(":")[0]],
            spelt(part.data.size),
            part.contender.partition(":")[2],
            *_cost_cells(part),
        )
        for part in parts
    )
    heads = ("", "size", "part", "seconds", "CPU s", "peak MB")
    return Table("Where the seconds go", heads, rows)


def _cost_cells(result: Result) -> tuple[str, ...]:
    seconds = f"{result.seconds:.2f}" if result.seconds < 10 else f"{result.seconds:.1f}"
    return (seconds, f"{result.cpu_seconds:.1f}", f"{result.peak_mb:,}")


def _threshold_table(results: Sequence[Result]) -> Table:
    rows = []
    for result in _with_probability(results):
        cells = (f"{at.precision:.4f} / {at.recall:.4f}" for at in result.quality.thresholds)
        rows.append((NAMES[result.contender], spelt(result.data.size), *cells))
    heads = ("", "size", *(f"≥ {threshold:g}" for threshold in THRESHOLDS))
    return Table("Precision / recall if everything from a probability is linked", heads, tuple(rows))


def _calibration_table(results: Sequence[Result]) -> Table:
    """Of the largest set of each model: predicted → observed per bin."""
    rows = []
    for model in ("synth", "other"):
        mine = [result for result in _with_probability(results) if result.data.model == model]
        largest = max((result.data.size for result in mine), default=0)
        for result in mine:
            if result.data.size == largest:
                label = f"{model}, {spelt(largest)}"
                rows.append((NAMES[result.contender], label, *_bin_cells(result.quality.bins)))
    heads = ("", "set", *(f"{number / 10:.1f}–{(number + 1) / 10:.1f}" for number in range(10)))
    return Table("Calibration of the best candidate: predicted → observed (records)", heads, tuple(rows))


def _bin_cells(bins: Iterable[Bin]) -> list[str]:
    filled = {b.number: f"{b.predicted:.2f} → {b.observed:.2f} ({b.count:,})" for b in bins if b.count}
    return [filled.get(number, "–") for number in range(10)]


def _with_probability(results: Sequence[Result]) -> Iterable[Result]:
    return (result for result in results if result.quality.bins and result.contender != REFERENCE)


def _ratio(value: float, base: float | None) -> str:
    return f"{value / base:.1f}" if base and value else "–"


def show(found: Sequence[Table], console: Console) -> None:
    """Print the tables."""
    for table in found:
        shown = RichTable(title=table.title, title_justify="left", title_style="bold")
        for number, head in enumerate(table.heads):
            shown.add_column(head, justify="right" if number else "left", no_wrap=False)
        for row in table.rows:
            shown.add_row(row[0].replace("**", ""), *row[1:])
        console.print(shown)


def page(found: Sequence[Table], results: Sequence[Result], facts: Sequence[tuple[str, str]]) -> str:
    """The page docs/reference/benchmarks.md."""
    parts = [_INTRODUCTION, *(f"* {name}: {value}" for name, value in facts), ""]
    for table in found:
        line = "|".join(("---", *("---:" for _ in table.heads[1:])))
        parts += [f"## {table.title}", "", f"| {' | '.join(table.heads)} |", f"|{line}|"]
        parts += [f"| {' | '.join(row)} |" for row in table.rows] + [""]
    return "\n".join([*parts, _READING.format(noise=_noise(results), least=LEAST_IN_BIN)])


def _noise(results: Sequence[Result]) -> str:
    results = [result for result in results if result.contender in NAMES]
    rounds = max(len(result.costs) for result in results)
    if rounds == 1:
        return "Each contender ran once, so nothing is known about the noise; trust differences below a third only after `--repeat 3`."
    worst = max(results, key=lambda result: result.spread)
    usual = median(result.spread for result in results)
    name = PLAIN[worst.contender]
    return (
        f"{rounds} rounds, medians shown. The slowest round of a contender took {usual:.0%} more than its fastest in the median, "
        f"{worst.spread:.0%} at worst ({name}, {spelt(worst.data.size)}). Differences below that mean nothing."
    )


_INTRODUCTION = """# Benchmarks

Sosach beside what one would use instead, on the same data, in one run, one contender after another, each in a process of its own.
Written by `benchmarks/run.py --write`; how to read it and how to add a contender stands in `benchmarks/README.md`.
"""

_READING = """## How to read this

* **seconds** run from after the imports until the links are written; reading, normalising, training and matching are all inside.
  *Matching alone* is reading, standardising and matching of the complete run; the *complete run* also profiles, checks every rule,
  judges, and writes all outputs, work lists and the report, which no other contender does. **× Sosach** compares with matching alone.
* **peak MB** is resident memory of the process and its children, sampled twenty times a second; for matching alone, within those
  stages. Of a part of a peer it is the highest until its end.
* **recall** counts decidable records only: those for which what they retain fits one person. Mistyped names, dates and numbers count as
  lost there: who links such a record rightly gains nothing in recall, who links it wrongly loses in precision, which counts every link.
* **equals linked**: records that fit two persons equally, and how many of them were linked. Each is a guess, right or wrong.
* **calibration**: mean of |predicted − observed| over the ten probability bins with {least} or more best candidates; 0 would be perfect. Small
  sets fill only the uppermost bin, so read this at the largest size. **worst bin**: predicted → observed (records). Cascades give no probabilities.
* Sosach links from probability 0.9, its setting; Splink from 0.5, where its F1 is the best of the
  thresholds shown. Of Splink's pairs the best of each record counts;
  ties link nobody. The table of thresholds shows what other choices would have given.
* Of Splink's time, *estimate u* hardly grows with the data: it compares ten million random pairs, which Splink's manual
  calls adequate for trying out (it advises a hundred times more). A tenth of them would save most of that time at little loss of quality
  on small sets, so at small sizes subtract that part from Splink; read ratios at the largest size.
* Noise: {noise} The files were in the page cache for everybody.
* Registers of our own generator are not real registers. The second error model shares only the tables of communes with it, yet was
  also written by us. Nobody here has seen real data.
"""
