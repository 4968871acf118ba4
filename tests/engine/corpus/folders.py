"""Folders: formats mixed, files to leave out, one bad file among good ones, paths that lead nowhere."""

import gzip
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
from tests.engine.corpus.books import book, put
from tests.engine.corpus.cases import COLUMNS, EMPTY, TABLES, UNREADABLE, VEHICLE_HEADINGS, Case, render, vehicles
from tests.engine.corpus.columnar import parquet

from sosach.base.errors import ErrorCode
from sosach.base.registers import Register

_COLUMNS = TABLES[Register.VEHICLES][2]
_ROWS = vehicles(30)
_TEXT = render([VEHICLE_HEADINGS, *_ROWS[:10]]).encode()
_BOOK = book(lambda workbook: put(workbook, [VEHICLE_HEADINGS, *_ROWS[10:20]]))
_PARQUET = parquet(pa.table(dict(zip(_COLUMNS, map(list, zip(*_ROWS[20:], strict=True)), strict=True))))
_MISSING = frozenset({ErrorCode.INPUT_MISSING})


def _case(name: str, files: Mapping[str, bytes], **expected: object) -> Case:
    def write(folder: Path) -> Path:
        for file, content in files.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder

    return Case(f"folder/{name}", write, **expected)  # type: ignore[arg-type] # fields of Case


def mixtures() -> Iterator[Case]:
    """Several files, in the order of their names."""
    cells = {(at, "plate"): _ROWS[at][0] for at in (0, 9, 10, 19, 20, 29)}
    yield _case(
        "mixed formats", {"1.csv": _TEXT, "2.xlsx": _BOOK, "3.parquet": _PARQUET}, rows=30, clean=True, cells=cells
    )
    yield _case("other order", {"b.csv": _TEXT, "a.xlsx": _BOOK}, rows=20, cells={(0, "plate"): _ROWS[10][0], (10, "plate"): _ROWS[0][0]})  # fmt: skip
    other = render([("Plate", "Owner"), *((row[0], row[5]) for row in _ROWS)], delimiter=";").encode("utf-16")
    yield _case("other headings", {"1.csv": _TEXT, "2.txt": other}, rows=40, cells={(10, "owner_name"): _ROWS[0][5], (10, "brand"): None})  # fmt: skip
    left_out = {"~$x.xlsx": b"x", ".DS_Store": b"x", "a.csv.lock": b"", "Thumbs.db": b"x", ".hidden.csv": b"x", "ghi chú.docx": b"x", "con/x.csv": _TEXT, "a.csv.part": b""}  # fmt: skip
    yield _case("files left out", {"a.csv": _TEXT, **left_out}, rows=10, clean=True)
    yield _case("packed", {"1.csv.gz": gzip.compress(_TEXT, mtime=0), "2.csv": _TEXT}, rows=20, clean=True)
    yield _case(
        "many files",
        {f"xã {number:03d}.csv": _TEXT for number in range(70)},
        rows=700,
        cells={(699, "plate"): _ROWS[9][0]},
    )
    yield _case("one without rows", {"1.csv": _TEXT, "2.csv": _TEXT.split(b"\n")[0]}, rows=10, clean=True)
    yield _case("one of zero bytes", {"1.csv": _TEXT, "2.csv": b""}, rows=10, clean=True)
    short = _TEXT.replace(b"HONDA,", b"", 1)
    yield _case("damage in the second", {"1.csv": _TEXT, "2.csv": short}, rows=20, findings=frozenset({"SRC-01"}))
    yield _case("no end of line", {"1.csv": _TEXT.rstrip(), "2.csv": _TEXT.rstrip()}, rows=20, clean=True)
    yield _case("quotes in names", {'l\'an "1".csv': _TEXT, "l'an 2.parquet": _PARQUET, "[a]*?.csv": _TEXT}, rows=30)


def refused() -> Iterator[Case]:
    """Folders and paths that cannot be read: the error names the file."""
    yield _case("empty", {}, errors=EMPTY)
    yield _case("only a subfolder", {"con/a.csv": _TEXT}, errors=EMPTY)
    yield _case("only hidden files", {".a.csv": _TEXT}, errors=EMPTY)
    yield _case("one picture", {"1.csv": _TEXT, "2.csv": b"\xff\xd8\xff\xe0abc"}, errors=UNREADABLE)
    yield _case("one cut workbook", {"1.csv": _TEXT, "2.xlsx": _BOOK[:900]}, errors=UNREADABLE)
    yield _case("one without headings", {"1.csv": _TEXT, "2.csv": _TEXT.split(b"\n", 1)[1]}, errors=COLUMNS)
    yield _case("all without rows", {"1.csv": _TEXT.split(b"\n")[0], "2.csv": b""}, errors=EMPTY)
    yield Case("path/missing", lambda folder: folder / "không có.csv", errors=_MISSING)
    yield Case("path/loop", _loop, errors=_MISSING | UNREADABLE)
    yield Case("path/broken link", _broken_link, errors=_MISSING)
    yield Case("path/loop in a folder", lambda folder: _loop(folder).parent, errors=EMPTY)
    yield Case("path/too long", lambda folder: folder / ("x" * 5_000), errors=_MISSING | UNREADABLE)
    yield Case("path/fifo folder", _pipe, errors=EMPTY | UNREADABLE)


def _loop(folder: Path) -> Path:
    (folder / "a.csv").symlink_to(folder / "b.csv")
    (folder / "b.csv").symlink_to(folder / "a.csv")
    return folder / "a.csv"


def _broken_link(folder: Path) -> Path:
    (folder / "a.csv").symlink_to(folder / "gone.csv")
    return folder / "a.csv"


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "a.csv")
    return folder


def folders() -> Iterator[Case]:
    """All folders and paths."""
    for family in (mixtures, refused):
        yield from family()
