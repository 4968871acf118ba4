"""Dates read many at once mean exactly what `dates.explain` says of each."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosach.engine.standardise.kinds import KINDS, Kind
from sosach.vn import dates

TEXTS = st.one_of(
    st.from_regex(dates.PLAIN_DMY, fullmatch=True),
    st.from_regex(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}\n?", fullmatch=True),
    st.dates().map(str),
    st.text("0123456789/.- \n", max_size=12),
)


@pytest.mark.parametrize("kind", [KINDS[name] for name in ("birth_dmy", "event_dmy", "expiry_dmy")])
@given(texts=st.lists(TEXTS, min_size=1, unique=True))
def test_any_dates(kind: Kind, texts: list[str]) -> None:
    assert kind.many
    said = {row.pop("raw"): row for row in kind.many(pa.array(texts)).to_pylist()}
    assert set(said) == set(texts)
    for text, meant in said.items():
        row: dict[str, Any] = dict(zip((*kind.columns, "findings"), kind.read(text), strict=True))
        row["findings"] = [{"code": one.code, "proposed": one.proposed} for one in row["findings"]]
        assert meant == row, text
