"""The room a run works in: its folder, its DuckDB connection, the tables of finished stages, the lock."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self

import duckdb

from sosach.base.errors import ErrorCode, SosachError
from sosach.engine.arrow_store import store, store_rows
from sosach.engine.settings import Settings

HIDDEN = ".sosach"


class Workspace:
    """Folder, connection and tables of one run; a context manager that holds the lock of the output folder.

    Every table of a stage is one Parquet file `out/.sosach/<stage>/<table>.parquet`, visible to SQL under its name, so
    each can be looked at, and a killed run goes on behind the last finished stage.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.out = settings.out
        self.work = settings.out / HIDDEN
        self._lock: IO[str] | None = None
        self._con: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> Self:
        """Lock the folder and open the connection.

        Raises:
            SosachError: the folder cannot be written, is in use, or holds something that is not a run of ours.
        """
        self._prepare_folder()
        self._con = self._connect()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection and free the folder."""
        if self._con is not None:
            self._con.close()
            self._con = None
        if self._lock is not None:
            self._lock.close()

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection of this run."""
        if self._con is None:
            message = "the workspace is not open"
            raise RuntimeError(message)
        return self._con

    def _prepare_folder(self) -> None:
        if self.out.is_dir() and any(self.out.iterdir()) and not self._is_ours():
            raise SosachError(
                ErrorCode.OUTPUT_FOREIGN,
                vi=f"Thư mục {self.out} đã có tệp khác, không phải kết quả của Sosach.",
                en=f"The folder {self.out} holds other files, not a run of Sosach.",
                hint_vi="Hãy chọn một thư mục mới cho --out.",
                hint_en="Choose a new folder for --out.",
            )
        try:
            self.work.mkdir(parents=True, exist_ok=True)
            lock = (self.work / "lock").open("w", encoding="utf-8")
        except OSError as error:
            raise SosachError(
                ErrorCode.OUTPUT_UNWRITABLE,
                vi=f"Không ghi được vào thư mục {self.out}: {error.strerror}.",
                en=f"Cannot write to {self.out}: {error.strerror}.",
                hint_vi="Kiểm tra quyền ghi và dung lượng đĩa.",
                hint_en="Check permissions and free space.",
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise SosachError(
                ErrorCode.OUTPUT_IN_USE,
                vi=f"Một lượt chạy khác đang dùng thư mục {self.out}.",
                en=f"Another run is using {self.out}.",
                hint_vi="Chờ lượt đó xong hoặc chọn thư mục khác.",
                hint_en="Wait for it or choose another folder.",
            ) from error
        self._lock = lock

    def _is_ours(self) -> bool:
        return self.work.is_dir() or (self.out / "manifest.json").is_file()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        spill = self.work / "spill"
        shutil.rmtree(spill, ignore_errors=True)
        spill.mkdir()
        con = duckdb.connect(
            config={
                "threads": self.settings.threads,
                "memory_limit": f"{self.settings.memory_mb}MB",
                "temp_directory": str(spill),
                "preserve_insertion_order": True,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        con.execute("SET enable_progress_bar = false")
        return con

    # tables -----------------------------------------------------------------------------------------------------

    def path(self, stage: str, table: str) -> Path:
        """File of a stage's table; its folder exists afterwards."""
        folder = self.work / stage
        folder.mkdir(exist_ok=True)
        return folder / f"{table}.parquet"

    def save(self, stage: str, table: str, sql: str) -> int:
        """Write the rows of a query as a table of the stage and show it under its name; returns the row count."""
        path = self.path(stage, table)
        rows = store(self.con, sql, path)
        self.show(table, path)
        return rows

    def write_rows(self, sql: str, path: Path) -> int:
        """Write the rows of a query to a Parquet file in the order of its column `row`, which counts them from 0."""
        with self.in_order():
            return store_rows(self.con, sql, path)

    @contextmanager
    def in_order(self) -> Iterator[None]:
        """While it lasts, the left side of a join streams through it: its rows come out nearly as they went in.

        Nearly: each thread works through its own stretch of the input. Where the order matters it is to be made.
        """
        self.con.execute("SET disabled_optimizers = 'build_side_probe_side,join_order'")
        try:
            yield
        finally:
            self.con.execute("SET disabled_optimizers = ''")

    def show(self, table: str, path: Path) -> None:
        """Make a Parquet file visible as a view."""
        self.con.execute(f"CREATE OR REPLACE VIEW {table} AS SELECT * FROM read_parquet('{quoted(path)}')")

    def count(self, table: str) -> int:
        """Rows of a table."""
        row = self.con.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(row[0]) if row else 0

    def drop(self, tables: Sequence[str]) -> None:
        """Free temporary tables."""
        for table in tables:
            self.con.execute(f"DROP TABLE IF EXISTS {table}")

    # what is finished ----------------------------------------------------------------------------------------------

    def read_note(self, name: str) -> dict[str, Any] | None:
        """The JSON note of that name, None when it is missing or was cut off."""
        try:
            note = json.loads((self.work / f"{name}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return note if isinstance(note, dict) else None

    def write_note(self, name: str, note: dict[str, Any]) -> None:
        """Write a JSON note so that it is there wholly or not at all, also after a power cut."""
        write_whole(self.work / f"{name}.json", json.dumps(note, ensure_ascii=False, indent=1, default=str))


def write_whole(path: Path, text: str) -> None:
    """Replace a file's content in one step, on disk when the function returns."""
    fresh = path.with_name(path.name + ".part")
    with fresh.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)


def quoted(path: Path | str) -> str:
    """A path or text for use between single quotes in SQL.

    >>> quoted("l'an")
    "l''an"
    """
    return str(path).replace("'", "''")
