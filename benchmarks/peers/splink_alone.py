"""Splink 5 alone, tuned as a competent user would: five comparisons, term frequencies, two blockings.

u comes from random pairs, m from EM over two blocks; every pair from `SHOWN_AT` is kept, the best candidate of a record taken;
two best candidates with equal weight link nobody. The result can be judged at any threshold above `SHOWN_AT`.
"""

from pathlib import Path

import duckdb
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from cpu import Parts
from peers.normalise import connect, prepare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

LINKED_AT = 0.5  # of the thresholds shown the one with its best F1
SHOWN_AT = 0.02
RANDOM_PAIRS = 1e7  # the manual: "often adequate whilst testing", 1e9 is best; 1e6 costs a sixth and was as good at 20k
EM_PAIRS = 2e6
SEED = 1

WIDE = (
    ("pin",),
    ("old_id",),
    ("name", "b_year"),
    ("name", "commune"),
    ("b_date", "sur"),
    ("b_date", "given_name"),
    ("b_date", "commune"),
)
TIGHT = (
    ("pin",),
    ("old_id",),
    ("name", "b_date"),
    ("name", "commune"),
    ("b_date", "sur", "given_name"),
    ("b_date", "commune"),
)


def run_wide(data: Path, out: Path) -> dict[str, dict[str, float]]:
    """Write `links.parquet` into `out`, with blocking that finds nearly everybody; returns what its parts cost."""
    return _run(data, out, WIDE)


def run_tight(data: Path, out: Path) -> dict[str, dict[str, float]]:
    """Write `links.parquet` into `out`, with blocking that keeps the pairs few; returns what its parts cost."""
    return _run(data, out, TIGHT)


def _run(data: Path, out: Path, blocking: tuple[tuple[str, ...], ...]) -> dict[str, dict[str, float]]:
    parts = Parts()
    with connect(out) as con:
        with parts.part("normalise"):
            prepare(con, data)
            for table, key in (("v", "row"), ("p", "p_row")):
                con.execute(f"""
                    CREATE TABLE splink_{table} AS
                    SELECT {key} AS unique_id, pin, old_id, name, sur, given_name, b_year, b_month, b_day, b_date, commune FROM {table}""")
            con.execute("DROP TABLE v")
        linker = _linker(con, blocking)
        _train(linker, parts)
        with parts.part("predict"):
            scored = linker.inference.predict(threshold_match_probability=SHOWN_AT)
            _keep_best(con, scored.physical_name, out)
    return parts.costs


def _linker(con: duckdb.DuckDBPyConnection, blocking: tuple[tuple[str, ...], ...]) -> Linker:
    api = DuckDBAPI(con)
    tables = [api.register(f"splink_{table}", dataset_display_name=table) for table in ("v", "p")]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=_comparisons(),
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in blocking],
        retain_matching_columns=False,
    )
    return Linker(tables, settings, log_level=None)


def _train(linker: Linker, parts: Parts) -> None:
    """Prior from sure rules, u from random pairs, m from pairs with equal numbers and from pairs with equal names and birth dates."""
    with parts.part("estimate u"):
        linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    with parts.part("estimate prior and m"):
        sure = [block_on("pin"), block_on("old_id", "name"), block_on("name", "b_date", "commune")]
        linker.training.estimate_probability_two_random_records_match(sure, recall=0.95)
        for columns in (("pin",), ("name", "b_date")):
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns), max_pairs=EM_PAIRS)


def _comparisons() -> list[comparisons.CustomComparison]:
    return [_name(), _birth(), _pin(), _old_id(), _commune()]


def _name() -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            levels.NullLevel("name"),
            levels.ExactMatchLevel("name", term_frequency_adjustments=True),
            levels.DamerauLevenshteinLevel("name", 1),
            levels.JaroWinklerLevel("name", 0.92),
            levels.CustomLevel("sur_l = sur_r AND given_name_l = given_name_r", "surname and given name equal"),
            levels.ElseLevel(),
        ],
    )


def _birth() -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        output_column_name="b_date",
        comparison_levels=[
            levels.CustomLevel("b_year_l IS NULL OR b_year_r IS NULL", "no year").configure(is_null_level=True),
            levels.CustomLevel("b_date_l = b_date_r", "equal"),
            levels.CustomLevel(
                "b_year_l = b_year_r AND b_month_l = b_day_r AND b_day_l = b_month_r", "day and month swapped"
            ),
            levels.CustomLevel("b_year_l = b_year_r AND (b_date_l IS NULL OR b_date_r IS NULL)", "only years, equal"),
            levels.CustomLevel(
                "(b_year_l = b_year_r)::INT + (b_month_l = b_month_r)::INT + (b_day_l = b_day_r)::INT = 2", "two parts"
            ),
            levels.CustomLevel("b_year_l = b_year_r", "same year"),
            levels.ElseLevel(),
        ],
    )


def _pin() -> comparisons.CustomComparison:
    """Starting values of m, since EM sees too few wrong digits in small registers to set them."""
    return comparisons.CustomComparison(
        output_column_name="pin",
        comparison_levels=[
            levels.NullLevel("pin"),
            levels.ExactMatchLevel("pin").configure(m_probability=0.97),
            levels.DamerauLevenshteinLevel("pin", 1).configure(m_probability=0.015),
            levels.ElseLevel().configure(m_probability=0.015),
        ],
    )


def _old_id() -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        output_column_name="old_id",
        comparison_levels=[
            levels.NullLevel("old_id"),
            levels.ExactMatchLevel("old_id").configure(m_probability=0.97),
            levels.DamerauLevenshteinLevel("old_id", 1).configure(m_probability=0.015),
            levels.ElseLevel().configure(m_probability=0.015),
        ],
    )


def _commune() -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        output_column_name="commune",
        comparison_levels=[
            levels.NullLevel("commune"),
            levels.ExactMatchLevel("commune", term_frequency_adjustments=True),
            levels.ElseLevel(),
        ],
    )


def _keep_best(con: duckdb.DuckDBPyConnection, scored: str, out: Path) -> None:
    """Write the best candidate of each record; of two that weigh the same, none is linked."""
    con.execute(f"""
        COPY (
            WITH pairs AS (
                SELECT CASE WHEN source_dataset_l = 'v' THEN unique_id_l ELSE unique_id_r END AS row,
                       CASE WHEN source_dataset_l = 'v' THEN unique_id_r ELSE unique_id_l END AS p_row,
                       match_weight, match_probability FROM {scored}
            ), best AS (
                SELECT row, arg_max(p_row, match_weight) AS p_row, max(match_weight) AS weight,
                       max(match_probability) AS probability, max(match_weight, 2) AS two
                FROM pairs GROUP BY row
            )
            SELECT row, coalesce(p.pin, p.given) AS pin, probability,
                   len(two) = 2 AND two[1] - two[2] < 1e-9 AS tied, probability >= {LINKED_AT} AND NOT tied AS linked
            FROM best JOIN p USING (p_row)
        ) TO '{out}/links.parquet' (FORMAT parquet)""")
