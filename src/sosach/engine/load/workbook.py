"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS): their sheets with recognised headings, cell by cell as text."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook, PasswordError

from sosach.base.errors import SosachError
from sosach.engine.load.cells import Cell, cell_text
from sosach.engine.load.faults import unreadable, unreadable_os
from sosach.engine.load.footer import read_footer
from sosach.engine.load.loaded import SourceFile
from sosach.engine.load.parts import Part, Reading, in_order
from sosach.engine.load.sheets import Sheet, choose_sheets
from sosach.engine.load.sources import Source
from sosach.engine.load.sql import identifier
from sosach.engine.load.workbook_errors import error_cells
from sosach.engine.load.workbook_locks import is_locked

_BATCH = 20_000
_LARGEST_UNPACKED = 4 << 30
_STEEPEST = 400  # unpacked bytes for each packed one, beyond which a workbook is a trap
_UNSUSPICIOUS = 256 << 20


def load_workbook(source: Source, reading: Reading) -> list[Part]:
    """Read the sheets of a workbook that hold the register, one part for each.

    Raises:
        SosachError: INPUT_UNREADABLE (damaged, with a password, a zip bomb) or INPUT_COLUMNS.
    """
    _refuse_bomb(source.path)
    parts: list[Part] = []
    with _spoken(source.path), source.path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
        sheets, notes = choose_sheets(book, source, reading)
        for number, sheet in enumerate(sheets):
            part = _load_sheet(sheet, source, reading, first_row=reading.first_row + sum(p.rows for p in parts))
            if number == 0:
                part.notes = (*notes, *part.notes)
            parts.append(part)
    return parts


@contextmanager
def _spoken(path: Path) -> Iterator[None]:
    """Turn whatever the reader of workbooks throws, its panics included, into an error a person can act on."""
    try:
        yield
    except (SosachError, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except PasswordError as error:
        raise _locked(path) from error
    except OSError as error:
        raise unreadable_os(path, error) from error
    except Exception as error:
        raise (_locked(path) if is_locked(path) else _damaged(path)) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a panic of the Rust reader is no Exception
            raise _damaged(path) from error
        raise


def _locked(path: Path) -> SosachError:
    return unreadable(
        path,
        vi="tệp được đặt mật khẩu",
        en="it is protected by a password",
        hint_vi="Mở tệp bằng Excel, bỏ mật khẩu rồi lưu lại.",
        hint_en="Open it in Excel, remove the password and save it.",
    )


def _damaged(path: Path) -> SosachError:
    return unreadable(
        path,
        vi="tệp Excel bị hỏng",
        en="the workbook is damaged",
        hint_vi="Mở tệp bằng Excel (chọn “Mở và sửa chữa”) rồi lưu lại.",
        hint_en="Open it in Excel (“Open and Repair”) and save it.",
    )


def _refuse_bomb(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            packed = sum(entry.compress_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged(path) from error
    if unpacked > _LARGEST_UNPACKED or (unpacked > _UNSUSPICIOUS and unpacked > _STEEPEST * max(packed, 1)):
        raise unreadable(
            path,
            vi=f"giải nén ra tới {unpacked >> 20} MB, vượt giới hạn an toàn",
            en=f"it unpacks to {unpacked >> 20} MB, beyond what is safe",
            hint_vi="Xuất dữ liệu dưới dạng CSV hoặc chia thành nhiều tệp.",
            hint_en="Export as CSV or split it into several files.",
        )


class _Columns:
    """Texts of recognised columns, collected row by row and written in batches."""

    def __init__(self, names: list[str], target: Path) -> None:
        self.schema = pa.schema([(name, pa.string()) for name in names])
        self._writer = pq.ParquetWriter(target, self.schema, compression="lz4", use_dictionary=True)
        self._rows: list[list[str | None]] = []
        self.count = 0

    def add(self, row: list[str | None]) -> None:
        self._rows.append(row)
        self.count += 1
        if len(self._rows) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            arrays = [pa.array(column, type=pa.string()) for column in zip(*self._rows, strict=True)]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self.schema))
            self._rows.clear()

    def close(self) -> None:
        self.flush()
        self._writer.close()


def _load_sheet(sheet: Sheet, source: Source, reading: Reading, *, first_row: int) -> Part:
    wanted = in_order(reading.register, sheet.heading)
    spare = [(at, sheet.heading.fallbacks[name]) for name, at in wanted if name in sheet.heading.fallbacks]
    parquet = reading.new_parquet()
    out = _Columns([name for name, _ in wanted], parquet)
    errors = error_cells(source.path, sheet.name)
    left = sheet.sheet.start[1] if sheet.sheet.start else 0
    blank = 0
    try:
        for line, cells in enumerate(sheet.sheet.iter_rows()):
            if line < sheet.heading.first_data_row:
                continue
            faults = errors.get(line)
            whole = [faults.get(left + at, cell) for at, cell in enumerate(cells)] if faults else cells
            row = _row(_filled(whole, spare), wanted, reading, first_row + out.count)
            if row is None:
                blank += 1
                continue
            out.add(row)
            if out.count % _BATCH == 0:
                reading.progress(first_row + out.count)
    finally:
        out.close()
    file = SourceFile(
        path=source.path,
        bytes=source.bytes,
        rows=out.count,
        format="workbook",
        blank=blank,
        above=max(sheet.heading.first_data_row - 1, 0),
        filled=read_footer(parquet).filled(),
    )
    columns = {name: identifier(name) for name, _ in wanted}
    return Part(file, parquet, columns, sheet.heading.matches, out.count)


def _filled(cells: Sequence[Cell], spare: list[tuple[int, list[int]]]) -> Sequence[Cell]:
    """The cells of a row, empty ones filled from those they fall back on."""
    if not spare:
        return cells
    filled = list(cells)
    for at, others in spare:
        if at < len(filled) and filled[at] in {"", None}:
            filled[at] = next((filled[other] for other in others if filled[other : other + 1] not in ([], [""])), "")
    return filled


def _row(
    cells: Sequence[Cell], wanted: list[tuple[str, int]], reading: Reading, number: int
) -> list[str | None] | None:
    """Texts of one row; None when the whole row is blank."""
    row: list[str | None] = []
    for name, at in wanted:
        cell = cells[at] if at < len(cells) else ""
        if type(cell) is str and not cell.startswith("#"):  # the ordinary case, by far
            row.append(cell or None)
            continue
        text, code = cell_text(cell, name)
        row.append(text or None)
        if code:
            reading.sink.add(number, code, field=name, value=text)
    filled = any(cell.strip() if isinstance(cell, str) else cell is not None for cell in cells)
    return row if filled else None
