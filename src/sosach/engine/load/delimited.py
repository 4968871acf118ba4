"""CSV and other delimited text: DuckDB reads what is sound, after a repair where something is not."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from sosach.engine.load.dialect import Layout, find_layout
from sosach.engine.load.encoding import decode_sample, detect, read_sample, utf8_chunks
from sosach.engine.load.faults import columns_not_recognised
from sosach.engine.load.footer import read_footer
from sosach.engine.load.headings import Heading, has_key_column
from sosach.engine.load.loaded import SourceFile
from sosach.engine.load.parts import Part, Reading, filled_from, in_order, rows_lost
from sosach.engine.load.records import LONGEST_LINE
from sosach.engine.load.repair import Repairer, data_lines
from sosach.engine.load.sources import Source
from sosach.engine.load.sql import COPY_OPTIONS, identifier, literal, pattern
from sosach.engine.load.tally import Tally

_LONGEST_REPAIRED = 8_000_000  # bytes of a line the repair may write


@dataclass(frozen=True, slots=True)
class _Text:
    """A text file whose layout is known."""

    source: Source
    encoding: str
    cr_only: bool
    bom: bool
    layout: Layout
    heading: Heading


def load_delimited(source: Source, reading: Reading) -> Part:
    """Read one text file.

    Raises:
        SosachError: INPUT_UNREADABLE, INPUT_COLUMNS or ROWS_LOST.
    """
    text = _examine(source, reading)
    parquet = reading.new_parquet()
    rows = _fast(text, reading, parquet)
    blank = 0
    if rows is None:
        rows, blank = _repaired(text, reading, parquet)
    file = SourceFile(
        path=source.path,
        bytes=source.bytes,
        rows=rows,
        format="csv",
        encoding=text.encoding,
        delimiter=text.layout.dialect.delimiter,
        blank=blank,
        above=text.layout.titles,
        filled=read_footer(parquet).filled(),
    )
    columns = {name: identifier(name) for name, _ in in_order(reading.register, text.heading)}
    return Part(file, parquet, columns, text.heading.matches, rows)


def _examine(source: Source, reading: Reading) -> _Text:
    sample = read_sample(source.path, gzipped=source.gzipped)
    encoding = detect(source.path, sample)
    head = decode_sample(sample, encoding)
    layout = find_layout(head, reading.register, reading.mapping)
    heading = layout.heading
    if heading is None or not has_key_column(reading.register, heading):
        raise columns_not_recognised(
            source.path,
            register=reading.register,
            headings=heading.matches if heading else (),
            first_row=layout.first_row,
            has_heading=heading is not None,
        )
    cr_only = b"\r" in sample and b"\n" not in sample
    bom = sample.startswith(b"\xef\xbb\xbf")
    return _Text(source, encoding, cr_only=cr_only, bom=bom, layout=layout, heading=heading)


def _fast(text: _Text, reading: Reading, parquet: Path) -> int | None:
    """Let DuckDB read the file as it is, strictly; None when it is not sound or its rows differ from its lines."""
    layout, source = text.layout, text.source
    direct = text.encoding == "utf-8" and not source.gzipped and not text.cr_only and layout.plain_top
    if not direct or layout.dialect.escape == "\\" or (text.bom and layout.above == 0):
        return None
    tally = Tally(source.path, layout.dialect, layout.width)
    tally.start()
    try:
        rows = _copy(text, reading, source.path, parquet, skip=layout.above, longest=LONGEST_LINE)
    except duckdb.Error:
        tally.give_up()
        return None
    tally.join()
    return rows if tally.plain and rows == tally.lines - layout.above else None


def _repaired(text: _Text, reading: Reading, parquet: Path) -> tuple[int, int]:
    """Write a sound copy, let DuckDB read that; returns rows and blank lines."""
    layout = text.layout
    copy = parquet.with_suffix(".csv")
    repairer = Repairer(
        layout.dialect,
        layout.width,
        first_row=reading.first_row,
        sink=reading.sink,
        lossy=text.encoding != "utf-8",
    )
    chunks = utf8_chunks(text.source.path, encoding=text.encoding, gzipped=text.source.gzipped)
    lines = data_lines(chunks, skip=layout.above, cr_only=text.cr_only)
    try:
        repairer.copy(lines, copy, lambda rows: reading.progress(reading.first_row + rows))
        rows = _copy(text, reading, copy, parquet, skip=0, longest=_LONGEST_REPAIRED)
    except duckdb.Error as error:
        raise rows_lost(text.source.path, expected=repairer.rows, found=-1) from error
    finally:
        copy.unlink(missing_ok=True)
    if rows != repairer.rows:
        raise rows_lost(text.source.path, expected=repairer.rows, found=rows)
    return rows, repairer.blank


def _copy(text: _Text, reading: Reading, path: Path, parquet: Path, *, skip: int, longest: int) -> int:
    """Strict read by DuckDB of the recognised columns into Parquet; returns the rows."""
    layout = text.layout
    dialect = layout.dialect
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(layout.width))
    cells = filled_from(reading.register, text.heading, [f"c{at}" for at in range(len(text.heading.matches))])
    wanted = ", ".join(f"{cell} AS {identifier(name)}" for name, cell in cells.items())
    done = reading.con.execute(
        f"COPY (SELECT {wanted} FROM read_csv({pattern(path)}, auto_detect = false, header = false, skip = {skip},"
        f" delim = {literal(dialect.delimiter)}, quote = {literal(dialect.quote)}, escape = {literal(dialect.quote)},"
        f" columns = {{{columns}}}, nullstr = '', strict_mode = true, max_line_size = {longest},"
        f" hive_partitioning = false, compression = 'none')) TO {literal(parquet)} ({COPY_OPTIONS})"
    ).fetchall()
    return int(done[0][0])
