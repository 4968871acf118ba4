"""What values were read as, as a table: their columns, and their findings as lists."""

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sosach.base.findings import Finding

FINDINGS_TYPE = pa.list_(pa.struct([("code", pa.string()), ("proposed", pa.string())]))

# The columns one value gives, and last its findings.
Row = tuple[object, ...]


def read_each(raw: pa.Array, read: Callable[[str], Row], columns: dict[str, pa.DataType]) -> pa.Table:
    """Values read one by one, at least one of them: `raw`, the columns and `findings`."""
    *read_columns, findings = zip(*map(read, raw.to_pylist()), strict=True)
    arrays = {name: pa.array(column, columns[name]) for name, column in zip(columns, read_columns, strict=True)}
    return pa.table({"raw": raw, **arrays, "findings": _listed(findings)})


def _listed(column: Sequence[object]) -> pa.Array:
    """Findings of each value, put together from the few values that have any."""
    offsets = [0]
    codes: list[str] = []
    proposed: list[str | None] = []
    for findings in cast("Sequence[tuple[Finding, ...]]", column):
        for finding in findings:
            codes.append(finding.code)
            proposed.append(finding.proposed)
        offsets.append(len(codes))
    return _lists(pa.array(offsets, pa.int32()), pa.array(codes, pa.string()), pa.array(proposed, pa.string()))


def findings_told(told: Sequence[tuple[str, npt.NDArray[np.bool_], pa.Array | None]]) -> pa.Array:
    """Findings as lists, from (code, which values have it, the proposal for each value); in that order for each value."""
    rows = np.concatenate([np.flatnonzero(holds) for _, holds, _ in told])
    said, proposed = [], []
    for code, holds, proposals in told:
        number = int(np.count_nonzero(holds))
        said.append(pa.repeat(pa.scalar(code), number))
        proposed.append(pa.nulls(number, pa.string()) if proposals is None else proposals.filter(pa.array(holds)))
    counts = np.bincount(rows, minlength=len(told[0][1]))
    places = pa.array(np.argsort(rows, kind="stable"))
    return _lists(
        pa.array(np.concatenate(([0], np.cumsum(counts))), pa.int32()),
        pa.concat_arrays(said).take(places),
        pa.concat_arrays(proposed).take(places),
    )


def _lists(offsets: pa.Array, codes: pa.Array, proposed: pa.Array) -> pa.Array:
    pairs = pa.StructArray.from_arrays([codes, proposed], ["code", "proposed"])
    return pa.ListArray.from_arrays(offsets, pairs)
