"""Estimates the weights from the data at hand, without labels: expectation and maximisation in the closed world.

Expectation: with the weights of the last round each candidate gets its probability against all others (`posterior.py`).
Maximisation: the share of true pairs that show a level is the probability-weighted share of pairs that show it. Records
settled by their number count as pairs of probability one: without them the rest would look far worse than records are.
A prior worth `PRIOR_PAIRS` pairs keeps small registers near the start values.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt

from sosach.engine.match.candidates import MOST
from sosach.engine.match.levels import FEATURES, SAME_COMMUNE, code
from sosach.engine.match.posterior import Columns, Floats, World, chances, outside_class, read_world
from sosach.engine.match.weights import CONTEXTS, HAS, KIND_OF_NUMBER, OUTSIDE, SHARING, Shares, Weights

SAMPLE = 40_000
ROUNDS = 40
PRIOR_PAIRS = 60.0
PRIOR_NUMBERS = 200.0
LEAST_PAIRS = 300
LEAST_OUTSIDE = 0.002
OUTSIDE_ROUNDS = 30
SETTLED = 0.0005

# Levels that stand for the same thing seen with less data share one value: an unaccented name that agrees is as good as
# it can be.
_TOGETHER = ("equal", "toneless")
_NUMBERED = len(HAS) - 1


@dataclass(frozen=True, slots=True)
class Settled:
    """Records settled by their number, counted by what they show; `count` is scaled down to the sample of the others."""

    columns: Columns

    @property
    def count(self) -> Floats:
        """How many records each line stands for."""
        return np.asarray(self.columns["count"])


def estimate(con: duckdb.DuckDBPyConnection, start: Weights, *, count: int) -> Weights:
    """Weights that explain the pairs of (a sample of) the `count` open records best; the start values where there is too little."""
    one_in = max(1, round(count / SAMPLE))
    world, settled = read_world(con, one_in=one_in), _settled(con, one_in)
    weights = start
    if len(world.pairs["of"]) + settled.count.sum() < LEAST_PAIRS:
        return start
    for done in range(1, ROUNDS + 1):
        _, inside, probability = chances(world, weights)
        m = _shares(world, settled, start, probability)
        change = max(abs(m[f][c][level] - weights.m[f][c][level]) for f in m for c in m[f] for level in m[f][c])
        weights = weights.changed(
            m=m,
            wrong=_wrong(world, settled, start, probability),
            sharing=_sharing(world, probability),
            outside=_outside(world, settled, weights, inside),
            source=f"estimated in {done} rounds",
        )
        if change < SETTLED:
            break
    return weights


def _settled(con: duckdb.DuckDBPyConnection, one_in: int) -> Settled:
    """Sure records by what they show; `known` tells whether anybody bears the name in its tones."""
    columns = con.execute(
        f"""SELECT has, form, known, lid, lname, lbirth, lplace, n2 <= {MOST} AS rare, count(*) / {one_in} AS count
        FROM sure GROUP BY ALL ORDER BY ALL"""
    ).fetchnumpy()
    return Settled(columns)


def _shares(world: World, settled: Settled, start: Weights, probability: Floats) -> Shares:
    """New m of every feature and context."""
    r, of = world.records, world.pairs["of"]
    # Bearers of common names are listed only where date or place agree, which would hide how often they do not; those
    # of rare names are listed all.
    rare = ((r["n2"] > 0) & (r["n2"] <= MOST))[of]
    led = world.pairs["lid"] < code("id", "partial")
    context = world.contexts()
    m: Shares = {}
    for feature in FEATURES:
        m[feature] = {}
        table = _settled_table(settled, feature)
        unbiased = led if feature == "name" else rare
        for number, name in enumerate(CONTEXTS[feature]):
            levels = start.m[feature][name]
            if not levels:
                m[feature][name] = {}
                continue
            mine = context[feature] % len(CONTEXTS[feature]) == number
            for which in (mine & unbiased, mine):
                sums = _sums(world, feature, which, probability)
                if (sums + table[number]).sum() >= LEAST_PAIRS:
                    break
            if feature == "place":
                unexamined = _sums(world, feature, which & (context[feature] >= len(CONTEXTS[feature])), probability)
                sums = _with_unexamined(sums - unexamined, unexamined + table[number])
            else:
                sums += table[number]
            prior = _prior(feature, name, m[feature], start)
            m[feature][name] = _smoothed({level: sums[code(feature, level)] for level in levels}, prior)
    return m


def _sums(world: World, feature: str, which: npt.NDArray[np.bool_], probability: Floats) -> Floats:
    """Probability of some pairs together, by level."""
    levels = world.pairs[f"l{feature}"][which]
    return np.bincount(levels, probability[which], minlength=len(FEATURES[feature])).astype(np.float64)


def _with_unexamined(examined: Floats, unexamined: Floats) -> Floats:
    """Sums by level of place: where nobody compared the addresses, they agree as often as where somebody did."""
    commune = unexamined[code("place", "commune")]
    same = examined[: len(SAME_COMMUNE)]
    sums = examined + unexamined
    sums[: len(SAME_COMMUNE)] = same * (1 + commune / max(same.sum(), 1.0))
    return sums


def _prior(feature: str, context: str, done: dict[str, dict[str, float]], start: Weights) -> dict[str, float]:
    """Records without a number are thought to be like those with one, until they show otherwise."""
    twin = context.removesuffix(", no number") if feature == "birth" else "number"
    return done[twin] if context.endswith("no number") else start.m[feature][context]


def _settled_table(settled: Settled, feature: str) -> Floats:
    """Counts by context and level of the settled records that tell about a feature."""
    table = np.zeros((len(CONTEXTS[feature]), len(FEATURES[feature])))
    c = settled.columns
    context = {"id": "has", "name": "known", "birth": "form"}.get(feature)
    if feature == "fit":
        return table
    tells = np.ones(len(c["count"]), dtype=bool) if feature == "name" else np.array(c["rare"], dtype=bool)
    if feature == "birth":
        tells &= c["form"] < 2
    at = c[context][tells] if context else np.zeros(int(tells.sum()), dtype=np.int8)
    np.add.at(table, (at, c[f"l{feature}"][tells]), c["count"][tells])
    return table


def _smoothed(sums: dict[str, float], prior: dict[str, float]) -> dict[str, float]:
    groups = {level: level for level in sums}
    if _TOGETHER[0] in sums:
        groups |= dict.fromkeys((level for level in _TOGETHER if level in sums), _TOGETHER[0])
    total: dict[str, float] = dict.fromkeys(groups.values(), 0.0)
    for level, group in groups.items():
        total[group] += sums[level]
    scale = sum(prior[group] for group in total)
    whole = sum(total.values()) + PRIOR_PAIRS
    return {
        level: float((total[group] + PRIOR_PAIRS * prior[group] / scale) / whole) for level, group in groups.items()
    }


def _wrong(world: World, settled: Settled, start: Weights, probability: Floats) -> dict[str, float]:
    """Share of the numbers of each kind that lead to somebody else."""
    wrong = {}
    for number, has in enumerate(HAS[:-1]):
        records = np.sum(world.records["has"] == number) + settled.count[settled.columns["has"] == number].sum()
        led = (world.records["has"][world.pairs["of"]] == number) & (world.pairs["lid"] == code("id", has))
        others = np.sum(1 - probability[led])
        wrong[has] = float((others + PRIOR_NUMBERS * start.wrong[has]) / (records + PRIOR_NUMBERS))
    return wrong


def _sharing(world: World, probability: Floats) -> dict[str, dict[str, float]]:
    """Share of other people of the commune at the record's address or hamlet."""
    same = world.namesakes()
    near = world.pairs["lplace"] <= code("place", "commune")
    # only those of another birth date are somebody else for sure: one person may stand twice in the register
    another = np.isin(world.pairs["lbirth"], (code("birth", "part"), code("birth", "conflict")))
    sharing = {}
    for (name, levels), which in zip(SHARING.items(), (same, ~same), strict=True):
        mine = which & near & another & world.records["examined"][world.pairs["of"]]
        sums = np.bincount(world.pairs["lplace"][mine], 1 - probability[mine], minlength=len(SAME_COMMUNE))
        whole = sums[: len(SAME_COMMUNE)].sum() + PRIOR_PAIRS
        sharing[name] = {
            level: float((sums[code("place", level)] + PRIOR_PAIRS * share) / whole) for level, share in levels.items()
        }
    return sharing


def _outside(world: World, settled: Settled, weights: Weights, inside: Floats) -> dict[str, float]:
    """Per class of record the share without a person: the share that, taken as prior, comes out as the mean chance."""
    classes = outside_class(world)
    kinds = np.array(KIND_OF_NUMBER)[settled.columns["has"]]
    outside = {}
    for number, name in enumerate(OUTSIDE):
        mine, expected = inside[classes == number], world.expected[classes == number]
        sure = settled.count[kinds == number].sum()
        share = weights.outside[name]
        for _ in range(OUTSIDE_ROUNDS if len(mine) + sure >= LEAST_PAIRS else 0):
            mass = weights.persons * share / (1 - share) * expected
            mean = float(np.sum(mass / (mine + mass)) / (len(mine) + sure))
            share = min(max(mean, LEAST_OUTSIDE), 1 - LEAST_OUTSIDE)
        outside[name] = share
    return outside
