"""A sample of a register's rows that costs the same however large the register is."""

_LONGEST_RUN = 2_048  # rows DuckDB reads at once


def sampled(rows: int, wanted: int) -> str:
    """SQL condition on `row` that keeps about `wanted` rows: runs of neighbours, evenly spread from first to last.

    Runs, because Parquet is read in pages: single rows far apart would cost as much as all of them.

    >>> sampled(100, 200)
    'true'
    >>> sampled(1_000_000, 4_000)
    'row BETWEEN 0 AND 1999 OR row BETWEEN 998000 AND 999999'
    """
    if rows <= wanted:
        return "true"
    runs = max(2, wanted // _LONGEST_RUN + 1)
    length = wanted // runs
    starts = (number * (rows - length) // (runs - 1) for number in range(runs))
    return " OR ".join(f"row BETWEEN {start} AND {start + length - 1}" for start in starts)
