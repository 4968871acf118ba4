"""From scores to probabilities in a closed world: the best candidate against all others, listed or not.

For a record the chances stand in the ratio of their weights: each listed candidate 2^bits; the namesakes nobody listed,
counted by what is known of them (in its commune or elsewhere, of its birth year or not); those hidden behind another
spelling or a name beyond recognition; and the chance that the person is not in the register. This keeps the probability
honest and keeps two equally likely persons out of `link`: neither can have more than half.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sosach.engine.match.levels import FEATURES, SAME_COMMUNE, code
from sosach.engine.match.sure import FORM_SQL
from sosach.engine.match.weights import HAS, KIND_OF_NUMBER, Weights

TOP = 5
# Names with more bearers stand outside as often as inside.
RARE = 6
LEAST_NAMES = 200
LEAST_EXPECTED = 0.05
Floats = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[Any]]
_NO_NUMBER = len(HAS) - 1
_FORM = {"date": 0, "year": 1, "nothing": 2}


@dataclass(frozen=True, slots=True)
class World:
    """Records and their listed pairs as columns; `of` tells for each pair the place of its record.

    Attributes:
        records: row, has, known, form, placed, examined (whether addresses were compared), n2, n_here, n_year, wc, wy, and how many of its namesakes are listed at
            all, in its communes, of its birth year (`listed`, `listed_here`, `listed_year`).
        pairs: p_row, of, lid, lname, lbirth, lplace, lfit, surprise.
        numbered: share of the persons that have a number, by the kinds of `weights.KIND_OF_NUMBER`.
        expected: how often a name stands outside the register against how often it stands inside, for each record.
    """

    records: Columns
    pairs: Columns
    numbered: tuple[float, float, float]
    expected: Floats

    def contexts(self) -> dict[str, npt.NDArray[np.int8]]:
        """The context of each pair per feature (see `weights.CONTEXTS`)."""
        of, records = self.pairs["of"], self.records
        unnumbered = (records["has"] == _NO_NUMBER).astype(np.int8)
        return {
            "id": records["has"][of],
            "name": records["known"][of],
            "birth": (np.minimum(records["form"], 1) + 2 * unnumbered)[of],
            "place": (unnumbered + 2 * ~records["examined"])[of],
            "fit": np.zeros(len(of), dtype=np.int8),
        }

    def namesakes(self) -> npt.NDArray[np.bool_]:
        """Which pairs are of one name, tones aside."""
        return np.asarray(self.pairs["lname"] < code("name", "near"))


def read_world(con: duckdb.DuckDBPyConnection, *, one_in: int = 1) -> World:
    """The records of `open` (or one in so many) and their `pairs`."""
    sample = f"hash(row) % {one_in} = 0" if one_in > 1 else "true"
    records = con.execute(
        f"""SELECT row, has, known, {FORM_SQL} AS form, commune IS NOT NULL AS placed, n2, n_name, n_here, n_year,
                   coalesce(wc, 0) AS wc, coalesce(wy, 0) AS wy, row IN (SELECT row FROM examined) AS examined
            FROM open v WHERE {sample} ORDER BY row"""
    ).fetchnumpy()
    pairs = con.execute(
        f"SELECT row, p_row, lid, lname, lbirth, lplace, lfit, surprise FROM pairs WHERE {sample} ORDER BY row, p_row"
    ).fetchnumpy()
    shares = con.execute(
        "SELECT coalesce(avg((pin IS NOT NULL)::INT), 0), coalesce(avg((old IS NOT NULL)::INT), 0) FROM mp"
    ).fetchall()[0]
    pairs["of"] = np.searchsorted(records["row"], pairs.pop("row"))
    same = pairs["lname"] < code("name", "near")
    count = len(records["row"])
    for name, which in {
        "listed": same,
        "listed_here": same & (pairs["lplace"] <= code("place", "commune")),
        "listed_year": same & (pairs["lbirth"] <= code("birth", "year")),
    }.items():
        records[name] = np.bincount(pairs["of"][which], minlength=count)
    return World(
        records, pairs, (float(shares[0]), float(shares[1]), 0.0), _expected(con)[np.minimum(records["n_name"], RARE)]
    )


def _expected(con: duckdb.DuckDBPyConnection) -> Floats:
    """By bearers of a name (0 to `RARE`): how often it stands outside against how often inside (Good and Turing).

    Of the names that one person bears, most are borne by nobody in another crowd as large: (r + 1) names(r + 1) / names(r)
    bearers are to be expected where r are seen. Scaled so that all known names together stand outside as often as inside.
    """
    rows = con.execute("SELECT n, names FROM f_bearers ORDER BY n").fetchall()
    counts = {int(bearers): int(names) for bearers, names in rows}
    expected = np.ones(RARE + 1)
    for bearers in range(1, RARE):
        if counts.get(bearers, 0) >= LEAST_NAMES:
            found = (bearers + 1) * counts.get(bearers + 1, 0) / counts[bearers] / bearers
            expected[bearers] = min(max(found, LEAST_EXPECTED), 1.0)
    borne = sum(bearers * names for bearers, names in counts.items())
    outside = sum(bearers * names * expected[min(bearers, RARE)] for bearers, names in counts.items())
    expected[1:] *= borne / max(outside, 1)
    return expected


def scores(world: World, weights: Weights) -> Floats:
    """Bits of each pair."""
    bits = world.pairs["surprise"].astype(np.float64)
    for feature, context in world.contexts().items():
        bits += weights.table(feature)[context, world.pairs[f"l{feature}"]]
    bits += weights.shared()[(~world.namesakes()).astype(np.int8), world.pairs["lplace"]]
    return bits


def unlisted(world: World, weights: Weights) -> Floats:
    """Weight, for each record, of all persons of the register that are not listed."""
    r, m, total = world.records, weights.m, weights.persons
    unnumbered = (r["has"] == _NO_NUMBER).astype(np.int8)
    number = _unlike_number(weights, world.numbered)[r["has"]]
    place = [m["place"][form] for form in ("number", "no number")]
    here = np.array([sum(p[level] for level in SAME_COMMUNE) for p in place])[unnumbered] * np.exp2(r["wc"])
    else_ = np.array([p["province"] + p["other"] for p in place])[unnumbered]
    here, else_ = np.where(r["placed"], here, 1.0), np.where(r["placed"], else_, 1.0)
    suffix = ("", ", no number")
    undated = np.array([1 - m["birth"][f"date{s}"]["equal"] - m["birth"][f"date{s}"]["swapped"] for s in suffix])
    year = np.array([m["birth"][f"year{s}"]["year"] for s in suffix])[unnumbered]
    dated, aged = r["form"] == _FORM["date"], r["form"] == _FORM["year"]
    birth = np.where(dated, undated[unnumbered], np.where(aged, 1 - year, 1.0))
    left_here = np.maximum(r["n_here"] - r["listed_here"], 0)
    left_else = np.maximum(r["n2"] - r["n_here"] - (r["listed"] - r["listed_here"]), 0)
    # those of the birth year whom nobody listed live elsewhere: of its commune they are listed all
    left_year = np.where(aged, np.clip(r["n_year"] - r["listed_year"], 0, left_else), 0)
    same = np.array([m["name"]["known"]["equal"], m["name"]["other tones"]["tone"], 0.0])[r["known"]]
    each = same * total / np.maximum(r["n2"], 1)
    near = (
        left_here * here * birth + (left_else - left_year) * else_ * birth + left_year * else_ * year * np.exp2(r["wy"])
    ) * each
    spelt = np.array([m["name"][known]["near"] + m["name"][known]["part"] for known in m["name"]])[r["known"]]
    lost = np.array([m["name"][known]["different"] for known in m["name"]])[r["known"]]
    other = total * (lost + spelt * np.where(dated, birth, else_))
    return np.asarray((near + other) * number)


def _unlike_number(weights: Weights, numbered: tuple[float, float, float]) -> Floats:
    """By `has`: chance that the number of the true person shows as it does with somebody it does not lead to."""
    unlike = [
        1 - numbered[KIND_OF_NUMBER[at]] * (1 - weights.m["id"][has]["conflict"]) for at, has in enumerate(HAS[:-1])
    ]
    return np.array([*unlike, 1.0])


def outside_class(world: World) -> npt.NDArray[np.int64]:
    """Place of each record in `weights.OUTSIDE`."""
    return np.asarray(np.array(KIND_OF_NUMBER)[world.records["has"]] + 3 * (world.records["known"] == 2))


def outside_mass(world: World, weights: Weights) -> Floats:
    """Weight of "not in the register" for each record, against one listed candidate's 2^bits."""
    share = np.array(list(weights.outside.values()))[outside_class(world)]
    return np.asarray(weights.persons * share / (1 - share) * world.expected)


def chances(world: World, weights: Weights) -> tuple[Floats, Floats, Floats]:
    """Score of each pair; weight of each record's persons, listed or not; probability of each pair."""
    bits = scores(world, weights)
    weight = np.exp2(bits)
    inside = np.bincount(world.pairs["of"], weight, minlength=len(world.records["row"])) + unlisted(world, weights)
    whole = inside + outside_mass(world, weights)
    return bits, inside, weight / whole[world.pairs["of"]]


def judge_pairs(con: duckdb.DuckDBPyConnection, world: World, weights: Weights, *, shown_from: float) -> None:
    """Make table `judged`: the first `TOP` candidates of each record with rank, probability and how many fit as well.

    Columns: row, p_row, rank, probability, rivals, lid, lname, lbirth, lplace, and `disputed`: the number is one
    namesake's and the birth date another's, so that the record names two persons. Candidates below `shown_from` are left out.
    """
    bits, _, probability = chances(world, weights)
    kept = probability >= shown_from
    pairs = {name: world.pairs[name][kept] for name in ("p_row", *(f"l{feature}" for feature in FEATURES))}
    pairs |= {"row": world.records["row"][world.pairs["of"][kept]], "bits": bits[kept].astype(np.float32)}
    pairs |= {"probability": probability[kept], "disputed": _disputed(world)[kept]}
    con.register("chances", pa.table(pairs))
    con.execute(
        f"""
        CREATE OR REPLACE TABLE judged AS
        SELECT row, p_row, (row_number() OVER (PARTITION BY row ORDER BY bits DESC, hash(p_row)))::TINYINT AS rank, probability,
               (count(*) OVER (PARTITION BY row ORDER BY bits RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) - 1)::INTEGER AS rivals,
               lid, lname, lbirth, lplace, disputed
        FROM chances QUALIFY rank <= {TOP}"""
    )
    con.unregister("chances")


def _disputed(world: World) -> npt.NDArray[np.bool_]:
    """Which pairs are contradicted by another: number of one namesake, birth date of another."""
    pairs, of, same = world.pairs, world.pairs["of"], world.namesakes()
    count = len(world.records["row"])
    owner = same & np.isin(pairs["lid"], (code("id", "pin"), code("id", "old_id")))
    dated = same & (pairs["lbirth"] == code("birth", "equal"))
    denied = np.isin(pairs["lbirth"], (code("birth", "part"), code("birth", "conflict")))
    owned = np.bincount(of[owner], minlength=count)[of] > 0
    other_dated = np.bincount(of[dated], minlength=count)[of] > 0
    return np.asarray((owned & ~owner) | (other_dated & denied & owner))
