"""Parquet files: odd types, damaged bytes, wrong names."""

import io
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
from tests.engine.corpus.cases import (
    ANY_REFUSAL,
    COLUMNS,
    EMPTY,
    TABLES,
    UNREADABLE,
    VEHICLE_HEADINGS,
    Case,
    all_cells,
    file,
    vehicles,
)

from sosach.base.registers import Register

_COLUMNS = TABLES[Register.VEHICLES][2]
_ROWS = vehicles(20)
_CELLS = all_cells(_ROWS, _COLUMNS)


def parquet(table: pa.Table, **options: object) -> bytes:
    """Bytes of a Parquet file."""
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def _table(**replaced: pa.Array) -> pa.Table:
    columns = dict(zip(_COLUMNS, map(list, zip(*_ROWS, strict=True)), strict=True))
    return pa.table({name: replaced.get(name, pa.array(cells)) for name, cells in columns.items()})


def _case(name: str, content: bytes, **expected: object) -> Case:
    return Case(f"parquet/{name}", file("a.parquet", content), **expected)  # type: ignore[arg-type] # fields of Case


def kinds() -> Iterator[Case]:
    """Every type a column may have: first value and the text it must become."""
    tests: dict[str, tuple[pa.Array, str | None, str | None]] = {
        "int64": (pa.array([1099000123] * 20), "1099000123", None),
        "int8": (pa.array([7] * 20, pa.int8()), "7", None),
        "uint64": (pa.array([18446744073709551615] * 20, pa.uint64()), "18446744073709551615", None),
        "double whole": (pa.array([109900000123.0] * 20), "109900000123", None),
        "double": (pa.array([1.25] * 20), "1.25", None),
        "float": (pa.array([0.5] * 20, pa.float32()), "0.5", None),
        "nan": (pa.array([float("nan")] * 20), "nan", None),
        "infinite": (pa.array([float("inf")] * 20), "inf", None),
        "decimal": (pa.array([Decimal("12.30")] * 20), "12.30", None),
        "decimal whole": (pa.array([Decimal(109900000123)] * 20, pa.decimal128(38, 0)), "109900000123", None),
        "date": (pa.array([date(1965, 2, 3)] * 20), "1965-02-03", None),
        "timestamp midnight": (pa.array([datetime(1965, 2, 3)] * 20), "1965-02-03", None),  # noqa: DTZ001 - no zone is the case
        "timestamp": (pa.array([datetime(1965, 2, 3, 4, 5, 6)] * 20), "1965-02-03 04:05:06", None),  # noqa: DTZ001 - no zone is the case
        "timestamp zone": (pa.array([datetime(1965, 2, 3, tzinfo=UTC)] * 20), None, None),
        "nanoseconds": (pa.array([datetime(1965, 2, 3)] * 20, pa.timestamp("ns")), "1965-02-03", None),  # noqa: DTZ001 - no zone is the case
        "time": (pa.array([time(4, 5)] * 20), "04:05:00", None),
        "bool": (pa.array([True] * 20), "true", None),
        "dictionary": (pa.array(["Đỏ"] * 20).dictionary_encode(), "Đỏ", None),
        "binary": (pa.array(["Đỏ".encode()] * 20), "Đỏ", None),
        "broken binary": (pa.array([b"\xff\xfe"] * 20), "\\xFF\\xFE", None),
        "large string": (pa.array(["Đỏ"] * 20, pa.large_string()), "Đỏ", None),
        "list": (pa.array([["a", "b"]] * 20), '["a","b"]', "SRC-15"),
        "struct": (pa.array([{"x": 1}] * 20), '{"x":1}', "SRC-15"),
        "null type": (pa.nulls(20), None, None),
        "empty text": (pa.array([""] * 20), None, None),
        "some missing": (pa.array([None, "x"] * 10), None, None),
    }
    for name, (array, text, code) in tests.items():
        cells = {} if name == "timestamp zone" else {(0, "owner_name"): text}
        found = frozenset({code}) if code else frozenset()
        yield _case(f"type/{name}", parquet(_table(owner_name=array)), rows=20, findings=found, cells=cells)


def layouts() -> Iterator[Case]:
    """Row groups, compression, versions, headings."""
    yield _case("sound", parquet(_table()), rows=20, clean=True, cells=_CELLS)
    for codec in ("none", "snappy", "gzip", "zstd", "lz4", "brotli"):
        yield _case(f"codec/{codec}", parquet(_table(), compression=codec), rows=20, clean=True, cells=_CELLS)
    yield _case("row groups", parquet(_table(), row_group_size=3), rows=20, clean=True, cells=_CELLS)
    yield _case("version 1", parquet(_table(), version="1.0"), rows=20, clean=True, cells=_CELLS)
    yield _case(
        "vietnamese headings",
        parquet(_table().rename_columns(list(VEHICLE_HEADINGS))),
        rows=20,
        clean=True,
        cells=_CELLS,
    )
    odd = ["Biển \"số\" 'xe'", *VEHICLE_HEADINGS[1:]]
    yield _case("odd heading", parquet(_table().rename_columns(odd)), rows=20, cells={(1, "brand"): "HONDA"})
    mixed = pa.table({"PLATE": ["29A1-12345"], "plate ": ["29A1-99999"]})
    yield _case("two spellings", parquet(mixed), rows=1, cells={(0, "plate"): "29A1-99999"})
    yield _case("no rows", parquet(_table().slice(0, 0)), errors=EMPTY)
    yield _case("no columns", parquet(pa.table({})), errors=ANY_REFUSAL)
    yield _case("foreign columns", parquet(pa.table({"a": [1], "b": [2]})), errors=COLUMNS)
    yield _case("inner names", parquet(pa.table({"plate": ["29A1-12345"], "file_row_number": [99], "row": [7]})), rows=1, cells={(0, "plate"): "29A1-12345"})  # fmt: skip
    yield Case("parquet/named csv", file("a.csv", parquet(_table())), rows=20, clean=True, cells=_CELLS)
    inside = [*range(8), 0, *range(8, 20)]
    repeated = _table().take(inside).to_pydict()
    for name in _COLUMNS:
        repeated[name][8] = name
    yield _case("heading inside", parquet(pa.table(repeated)), rows=21, findings=frozenset({"SRC-09"}))


def damage() -> Iterator[Case]:
    """Cut off at many places, bytes overwritten, magic broken."""
    sound = parquet(_table())
    for offset in range(3, len(sound), len(sound) // 16):
        yield _case(f"cut/{offset}", sound[:offset], errors=ANY_REFUSAL)
    chance = random.Random(5)
    for number in range(40):
        damaged = bytearray(sound)
        for _ in range(chance.choice((1, 5, 50))):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        yield _case(f"flip/{number}", bytes(damaged), rows=20, errors=ANY_REFUSAL)
    yield _case("only magic", b"PAR1PAR1", errors=UNREADABLE)
    yield _case("encrypted footer", b"PARE" + sound[4:], errors=UNREADABLE)
    yield _case("text named parquet", b"a;b\n1;2\n", errors=COLUMNS)
    latin = _table(owner_name=pa.array([b"Nguy\xd4n"] * 20).view(pa.binary())).cast(_utf8_schema(), safe=False)
    yield _case("text that is no UTF-8", parquet(latin), rows=20, errors=UNREADABLE)


def _utf8_schema() -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in _COLUMNS])


def parquets() -> Iterator[Case]:
    """All Parquet files."""
    for family in (kinds, layouts, damage):
        yield from family()
