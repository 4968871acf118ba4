"""Many dates at once: those written day, month, year are taken apart by Arrow, all others go to `dates.explain` one by one."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from sosach.engine.standardise.reading import FINDINGS_TYPE, Row, read_each
from sosach.vn import dates

COLUMNS: dict[str, pa.DataType] = {
    "y": pa.int16(),
    "m": pa.int8(),
    "d": pa.int8(),
    "iso": pa.string(),
    "unlimited": pa.bool_(),
}


def read_dates(raw: pa.Array, read: Callable[[str], Row]) -> pa.Table:
    """Read dates of a column written day first into a table of `raw`, the columns of `COLUMNS` and `findings`, in any order.

    Args:
        raw: text, no nulls.
        read: reads one date into a tuple of the columns and, last, its findings.
    """
    plain = pc.match_substring_regex(raw, f"^(?:{dates.PLAIN_DMY.pattern})$")
    parts = [_taken_apart(raw.filter(plain))]
    others = raw.filter(pc.invert(plain))
    if len(others):
        parts.append(read_each(others, read, COLUMNS))
    return pa.concat_tables(parts)


def _taken_apart(raw: pa.Array) -> pa.Table:
    pieces = pc.split_pattern_regex(raw, "[/.-]")
    day, month = (pc.utf8_lpad(pc.list_element(pieces, place), 2, "0") for place in (0, 1))
    year = pc.list_element(pieces, 2)
    columns = {
        "raw": raw,
        "y": year.cast(COLUMNS["y"]),
        "m": month.cast(COLUMNS["m"]),
        "d": day.cast(COLUMNS["d"]),
        "iso": pc.binary_join_element_wise(year, month, day, "-"),
        "unlimited": pa.repeat(pa.scalar(value=False), len(raw)),
        "findings": pa.array([[]] * len(raw), FINDINGS_TYPE),
    }
    return pa.table(columns)
