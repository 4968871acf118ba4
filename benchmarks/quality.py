"""How right the links of one contender are: precision, recall, calibration, guesses between equals."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

BINS = 10
LEAST_IN_BIN = 200
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Bin:
    """One probability bin: best candidates in it, their mean predicted probability, the share that is right."""

    number: int
    count: int
    predicted: float
    observed: float


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """Precision and recall when everything from that probability is linked."""

    threshold: float
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Judged links.

    Attributes:
        links: links made.
        precision: share of the links that are right.
        recall: share of the decidable records that are linked rightly.
        found: share of all records whose person is in the register that are linked rightly.
        equal: records that fit two persons equally.
        equal_linked: how many of them were linked nevertheless.
        bins: calibration of the best candidate; empty without probabilities.
        thresholds: what other thresholds would give; empty without probabilities.
    """

    links: int
    precision: float
    recall: float
    found: float
    equal: int
    equal_linked: int
    bins: tuple[Bin, ...]
    thresholds: tuple[AtThreshold, ...]

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def gap(self) -> float | None:
        """Mean of |predicted − observed| over the bins that hold enough to tell; None without probabilities."""
        gaps = [abs(b.predicted - b.observed) for b in self.telling]
        return sum(gaps) / len(gaps) if gaps else None

    @property
    def worst(self) -> Bin | None:
        """The bin furthest off among those that hold enough to tell."""
        return max(self.telling, key=lambda b: abs(b.predicted - b.observed), default=None)

    @property
    def telling(self) -> tuple[Bin, ...]:
        """The bins with at least `LEAST_IN_BIN` records."""
        return tuple(b for b in self.bins if b.count >= LEAST_IN_BIN)


def judged(links: Path, truth: Path) -> Quality:
    """Judge `links` (row, pin, probability, tied, linked: the best candidate per record) by `truth` (see data_sets).

    `tied` candidates have an equal beside them and are linked at no threshold. A link is right when its PIN is the person's, or stands in the population register as that person's.
    """
    with duckdb.connect(config={"threads": 2}) as con:
        con.execute(f"""
            CREATE TABLE ev AS
            SELECT t.pin IS NOT NULL AS inside, t.decidable, t.equal, coalesce(l.linked, false) AS linked, l.tied, l.probability,
                   coalesce(l.pin = t.pin OR l.pin = t.given, false) AS correct
            FROM read_parquet('{truth}') t LEFT JOIN read_parquet('{links}') l USING (row)""")
        totals = con.execute("""
            SELECT count(*) FILTER (linked), count(*) FILTER (linked AND correct), count(*) FILTER (linked AND correct AND decidable),
                   count(*) FILTER (decidable), count(*) FILTER (inside), count(*) FILTER (equal), count(*) FILTER (equal AND linked)
            FROM ev""").fetchall()[0]
        bins, thresholds = _bins(con), _thresholds(con, totals[3])
    linked, correct, decided, decidable, inside, equal, equal_linked = totals
    return Quality(
        links=linked,
        precision=_share(correct, linked),
        recall=_share(decided, decidable),
        found=_share(correct, inside),
        equal=equal,
        equal_linked=equal_linked,
        bins=bins,
        thresholds=thresholds,
    )


def _bins(con: duckdb.DuckDBPyConnection) -> tuple[Bin, ...]:
    rows = con.execute(f"""
        SELECT least(floor(probability * {BINS}), {BINS - 1})::INT AS bin, count(*), avg(probability), avg(correct::INT)
        FROM ev WHERE probability IS NOT NULL GROUP BY bin ORDER BY bin""").fetchall()
    return tuple(Bin(*row) for row in rows)


def _thresholds(con: duckdb.DuckDBPyConnection, decidable: int) -> tuple[AtThreshold, ...]:
    found = []
    for threshold in THRESHOLDS:
        linked, correct, decided = con.execute(f"""
            SELECT count(*), count(*) FILTER (correct), count(*) FILTER (correct AND decidable)
            FROM ev WHERE probability >= {threshold} AND NOT tied""").fetchall()[0]
        found.append(AtThreshold(threshold, _share(correct, linked), _share(decided, decidable)))
    return tuple(found)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
