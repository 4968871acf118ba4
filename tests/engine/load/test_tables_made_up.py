"""Tables made up by hypothesis, written in random formats and dialects: what goes in comes out, row by row."""

import atexit
import csv
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.corpus.cases import render

from sosach.base.registers import Register, column_names
from sosach.engine.load import LoadedRegister, load_register
from sosach.engine.load.headings import KEY_COLUMNS
from sosach.vn.tables import table

CON = duckdb.connect(config={"threads": 1})
CON.execute("SET enable_progress_bar = false").fetchall()
atexit.register(CON.close)

_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềểễệốồổỗộứừửữựAĂÂĐNTLP0123456789 .-/,;|'\"()&+_\\"
_CELL = st.text(alphabet=_LETTERS, max_size=14).map(lambda text: text.replace("\\", "") if '\\"' in text else text)
_LONG = st.text(alphabet=_LETTERS.replace("\\", ""), min_size=30, max_size=200)
_LINES = st.builds("{}\n{}".format, *[st.text(alphabet="abcđê 0123", min_size=1, max_size=9)] * 2)
_ANY_CELL = st.one_of(_CELL, _CELL, _CELL, _LONG, _LINES)


@dataclass(frozen=True)
class Table:
    register: Register
    columns: list[str]
    headings: list[str]
    rows: list[list[str]]

    def expected(self) -> list[tuple[str | None, ...]]:
        return [tuple(cell or None for cell in row) for row in self.rows if any(cell.strip() for cell in row)]


def _synonyms(register: Register, column: str) -> list[str]:
    return [row["heading"] for row in table("headings") if (row["register"], row["column"]) == (register.value, column)]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    register = draw(st.sampled_from(list(Register)))
    key = draw(st.sampled_from(KEY_COLUMNS[register]))
    others = [name for name in column_names(register) if name != key]
    columns = [key, *draw(st.lists(st.sampled_from(others), min_size=1, max_size=7, unique=True))]
    columns = draw(st.permutations(columns))
    headings = [draw(st.sampled_from(_synonyms(register, column))) for column in columns]
    rows = draw(st.lists(st.lists(_ANY_CELL, min_size=len(columns), max_size=len(columns)), min_size=1, max_size=9))
    # A first row of consecutive numbers is the row of column numbers of official forms, not data.
    rows = [
        row
        for at, row in enumerate(rows)
        if at or not all(cell.strip(" ()[].").isdecimal() for cell in row if cell.strip())
    ]
    return Table(register, list(columns), headings, [*rows, ["đủ"] * len(columns)])


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _load(folder: Path, made: Table, source: Path) -> tuple[LoadedRegister, list[tuple[str | None, ...]]]:
    loaded = load_register(CON, register=made.register, source=source, work=folder / "w", mapping=None, progress=None)
    cells = ", ".join(f'"{name}"' for name in made.columns)
    rows = CON.execute(f"SELECT row, {cells} FROM ({loaded.sql}) ORDER BY row").fetchall()
    assert [row[0] for row in rows] == list(range(len(rows)))
    return loaded, [row[1:] for row in rows]


def _text(made: Table, delimiter: str, newline: str, *, everything: bool) -> str:
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if everything else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows([made.headings, *made.rows])
    return out.getvalue()


def check_text(made: Table, delimiter: str, newline: str, encoding: str, everything: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    with _folder() as folder:
        source = folder / "a.csv"
        source.write_bytes(_text(made, delimiter, newline, everything=everything).encode(encoding))
        loaded, rows = _load(folder, made, source)
        assert rows == made.expected()
        assert loaded.files[0].delimiter == delimiter


def check_workbook(made: Table) -> None:
    with _folder() as folder:
        with xlsxwriter.Workbook(folder / "a.xlsx") as book:
            sheet = book.add_worksheet()
            for down, row in enumerate([made.headings, *made.rows]):
                for right, cell in enumerate(row):
                    sheet.write_string(down, right, cell)
        _, rows = _load(folder, made, folder / "a.xlsx")
        assert rows == made.expected()


def check_parquet(made: Table) -> None:
    with _folder() as folder:
        columns = zip(*made.rows, strict=True)
        pq.write_table(pa.table(dict(zip(made.columns, map(list, columns), strict=True))), folder / "a.parquet")
        _, rows = _load(folder, made, folder / "a.parquet")
        assert rows == [tuple(cell or None for cell in row) for row in made.rows]


def check_broken(made: Table, breaks: list[tuple[int, int, str]]) -> None:
    """Delimiters taken away and put in, stray quotes: as many rows as lines that hold something."""
    plain = [[cell.translate(_NO_SIGNS).replace("\n", " ") or "x" for cell in row] for row in made.rows]
    lines = [",".join(row) for row in plain]
    spoiled: set[int] = set()
    for line, place, what in breaks:
        at = line % len(lines)
        if at in spoiled:
            continue  # one damage a line: an open quote beside a missing delimiter is a cell over two lines
        spoiled.add(at)
        cut = place % (len(lines[at]) + 1)
        lines[at] = lines[at].replace(",", " ", 1) if what == "gone" else lines[at][:cut] + what + lines[at][cut:]
    with _folder() as folder:
        (folder / "a.csv").write_text(render([made.headings]) + "\n".join(lines), encoding="utf-8")
        _, rows = _load(folder, made, folder / "a.csv")
        assert len(rows) == len(lines)


_NO_SIGNS = {ord(char): None for char in ",;|\"\\'"}
_BREAKS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 99), st.sampled_from([",", ",,", '"', "gone"])), max_size=4
)
_TEXT = {
    "made": tables(),
    "delimiter": st.sampled_from([",", ";", "\t", "|"]),
    "newline": st.sampled_from(["\n", "\r\n"]),
    "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    "everything": st.booleans(),
}
_USUAL = settings(max_examples=75, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
_HEAVY = settings(max_examples=2_500, deadline=None, suppress_health_check=list(HealthCheck))

test_text = pytest.mark.slow(_USUAL(given(**_TEXT)(check_text)))
test_workbook = pytest.mark.slow(_USUAL(given(tables())(check_workbook)))
test_parquet = pytest.mark.slow(_USUAL(given(tables())(check_parquet)))
test_broken = pytest.mark.slow(_USUAL(given(tables(), _BREAKS)(check_broken)))

test_text_many = pytest.mark.heavy(_HEAVY(given(**_TEXT)(check_text)))
test_workbook_many = pytest.mark.heavy(_HEAVY(given(tables())(check_workbook)))
test_parquet_many = pytest.mark.heavy(_HEAVY(given(tables())(check_parquet)))
test_broken_many = pytest.mark.heavy(_HEAVY(given(tables(), _BREAKS)(check_broken)))
