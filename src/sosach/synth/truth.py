"""The truth beside the registers: who each record means, whether that can be decided, what was planted, what is double."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sosach.base.registers import Register
from sosach.synth.dirt.plant import Planted
from sosach.synth.drafts import Facts
from sosach.synth.draws import Bools, Ints
from sosach.synth.holders import World
from sosach.synth.households import NOBODY
from sosach.synth.places import coded
from sosach.synth.write import TableFile

_LINKS = pa.schema(
    [("register", pa.string()), ("record_id", pa.string()), ("row", pa.int32()), ("pin", pa.string()), ("population_row", pa.int32()),
     ("decidable", pa.bool_())]
)  # fmt: skip
_PLANTED = pa.schema(
    [("register", pa.string()), ("record_id", pa.string()), ("row", pa.int32()), ("pattern", pa.string()), ("field", pa.string()),
     ("original", pa.string()), ("planted", pa.string())]
)  # fmt: skip
_DUPLICATES = pa.schema(
    [
        ("register", pa.string()),
        ("group_id", pa.string()),
        ("record_id", pa.string()),
        ("row", pa.int32()),
        ("pattern", pa.string()),
    ]
)


class TruthFiles:
    """`links.parquet`, `planted.parquet` and `duplicates.parquet`, written as the registers are."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._links = TableFile(folder / "links.parquet", _LINKS)
        self._planted = TableFile(folder / "planted.parquet", _PLANTED)
        self._duplicates = TableFile(folder / "duplicates.parquet", _DUPLICATES)

    def add_planted(self, register: Register, records: pa.Array, start: int, planted: Planted) -> None:
        """What was planted in a chunk that starts with row `start`; ordered by row."""
        row = np.array(planted.row, dtype=np.int32)
        order = np.argsort(row, kind="stable")
        columns = {
            "register": pa.array([register.value] * len(row), pa.string()),
            "record_id": records.take(pa.array(row)),
            "row": pa.array(row + np.int32(start)),
            "pattern": pa.array(planted.pattern, pa.string()),
            "field": pa.array(planted.column, pa.string()),
            "original": pa.array(planted.original, pa.string()),
            "planted": pa.array(planted.planted, pa.string()),
        }
        self._planted.add(pa.table(columns, schema=_PLANTED).take(pa.array(order)))

    def add_links(self, register: Register, world: World, records: pa.Array, facts: Facts, decided: Bools) -> None:
        """Whom each record of a register means."""
        people = world.people
        original = people.original[np.where(facts.person == NOBODY, 0, facts.person)]
        absent = (facts.person == NOBODY) | (original >= people.registered)
        columns = {
            "register": coded(np.zeros(len(original), dtype=np.int32), [register.value]).cast(pa.string()),
            "record_id": records,
            "row": pa.array(np.arange(len(original), dtype=np.int32)),
            "pin": pc.utf8_lpad(pa.array(people.pin[original], mask=absent).cast(pa.string()), 12, padding="0"),
            "population_row": pa.array(original.astype(np.int32), mask=absent),
            "decidable": pa.array(decided),
        }
        self._links.add(pa.table(columns, schema=_LINKS))

    def add_duplicates(self, register: Register, records: pa.Array, source: Ints, twice: Ints, pattern: str) -> None:
        """Records that show the same thing.

        Args:
            register: theirs.
            records: all record ids.
            source: the thing each record shows.
            twice: the things shown more than once.
            pattern: code under which they were planted.
        """
        rows = np.flatnonzero(np.isin(source, twice))
        rows = rows[np.lexsort((rows, source[rows]))]
        columns = {
            "register": pa.array([register.value] * len(rows), pa.string()),
            "group_id": pa.array(
                [f"{register.value[0].upper()}{group}" for group in source[rows].tolist()], pa.string()
            ),
            "record_id": records.take(pa.array(rows)),
            "row": pa.array(rows.astype(np.int32)),
            "pattern": pa.array([pattern] * len(rows), pa.string()),
        }
        self._duplicates.add(pa.table(columns, schema=_DUPLICATES))

    def close(self) -> dict[str, int]:
        """Finish the files; returns their rows."""
        files = {"links": self._links, "planted": self._planted, "duplicates": self._duplicates}
        for file in files.values():
            file.close()
        return {name: file.rows for name, file in files.items()}
