"""Estimates the weights from the data at hand, without labels: expectation and maximisation in the closed world.

Expectation: with the weights of the last round each candidate gets its probability against all others (`posterior.py`).
Maximisation: the share of true pairs that show a level is the probability-weighted share of pairs that show it. A prior
worth `PRIOR_PAIRS` pairs keeps small registers near the start values.
"""

import duckdb

from sosach.engine.match.candidates import MOST
from sosach.engine.match.levels import FEATURES
from sosach.engine.match.posterior import HAS, outside_mass, weigh
from sosach.engine.match.weights import Weights, bits_sql

SAMPLE = 40_000
ROUNDS = 25
PRIOR_PAIRS = 60.0
LEAST_PAIRS = 300
SETTLED = 0.0005

# Levels that say only that there is nothing to compare take no part in the shares.
_SILENT = "none"
# Levels that stand for the same thing seen with less data share one value: an unaccented name that agrees is as good as
# it can be, a year that agrees is as good as a year can be.
_TOGETHER = {"name": (("equal", "toneless"),), "birth": ()}


def rescore(con: duckdb.DuckDBPyConnection, weights: Weights, *, pairs: str, records: str, into: str) -> None:
    """Score stored pairs anew with other weights."""
    con.execute(
        f"""CREATE OR REPLACE TABLE {into} AS
        SELECT q.row, q.p_row, q.lid, q.lname, q.lbirth, q.lplace, q.lfit, q.wp, {bits_sql(weights)} AS bits
        FROM {pairs} q JOIN (SELECT row, w1, w2, we, wd, wy, wc, wf, wu FROM {records}) v ON v.row = q.row"""
    )


def estimate(con: duckdb.DuckDBPyConnection, start: Weights, *, pairs: str, records: str, count: int) -> Weights:
    """Weights that explain the pairs of (a sample of) the records best; the start values where there is too little."""
    share = max(1, round(count / SAMPLE))
    con.execute(f"CREATE OR REPLACE TABLE em_records AS SELECT * FROM {records} WHERE hash(row) % {share} = 0")
    con.execute(f"CREATE OR REPLACE TABLE em_start AS SELECT q.* FROM {pairs} q SEMI JOIN em_records USING (row)")
    weights = start
    for done in range(1, ROUNDS + 1):
        rescore(con, weights, pairs="em_start", records="em_records", into="em_pairs")
        weights = weigh(con, weights, records="em_records", pairs="em_pairs", into="em_weighed")
        shares = _shares(con, start, weights)
        if shares is None:
            weights = start
            break
        change = max(abs(shares[f][level] - weights.m[f][level]) for f in shares for level in shares[f])
        weights = weights.with_m(shares, f"estimated in {done} rounds")
        if change < SETTLED:
            break
    for table in ("em_records", "em_start", "em_pairs", "em_weighed"):
        con.execute(f"DROP TABLE IF EXISTS {table}")
    return weights


def _shares(con: duckdb.DuckDBPyConnection, start: Weights, weights: Weights) -> dict[str, dict[str, float]] | None:
    masses = " ".join(f"WHEN {number} THEN {outside_mass(weights, has)}" for number, has in enumerate(HAS))
    seen = con.execute(
        f"""SELECT lid, lname, lbirth, lplace, lfit, sum(pow(2, q.bits) / (w.listed + w.rest + CASE w.has {masses} END)),
               r.n2 BETWEEN 1 AND {MOST} AS rare
        FROM em_pairs q JOIN em_weighed w ON w.row = q.row JOIN em_records r ON r.row = q.row GROUP BY ALL"""
    ).fetchall()
    if sum(row[5] for row in seen) < LEAST_PAIRS:
        return None
    # Bearers of common names are listed only where date or place agree, which would hide how often they do not; those
    # of rare names are listed all.
    unbiased = [row for row in seen if row[6]]
    if sum(row[5] for row in unbiased) < LEAST_PAIRS:
        unbiased = seen
    shares = {}
    for place, (feature, levels) in enumerate(FEATURES.items()):
        sums = dict.fromkeys(levels, 0.0)
        for row in seen if feature == "name" else unbiased:
            sums[levels[row[place]]] += row[5]
        sums.pop(_SILENT, None)
        shares[feature] = _smoothed(feature, sums, start.m[feature])
    return shares


def _smoothed(feature: str, sums: dict[str, float], start: dict[str, float]) -> dict[str, float]:
    groups = {level: level for level in sums}
    for together in _TOGETHER.get(feature, ()):
        groups |= dict.fromkeys(together, together[0])
    prior: dict[str, float] = {}
    total: dict[str, float] = {}
    for level, group in groups.items():
        prior[group] = max(prior.get(group, 0.0), start[level])
        total[group] = total.get(group, 0.0) + sums[level]
    scale = sum(prior.values())
    whole = sum(total.values()) + PRIOR_PAIRS
    return {level: (total[group] + PRIOR_PAIRS * prior[group] / scale) / whole for level, group in groups.items()}
