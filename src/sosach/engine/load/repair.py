"""Broken text files: copies the sound lines of a file as they are, mends the layout of the others, and says so.

Every line that is not blank gives exactly one row, in its place; lines that one quoted cell spans share a row.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sosach.engine.load import findings as codes
from sosach.engine.load.encoding import decode_broken
from sosach.engine.load.findings import FindingSink
from sosach.engine.load.records import LONGEST_FIELD, LONGEST_LINE, MOST_JOINED, Dialect, cut_record, write_record
from sosach.engine.load.scan import Block, scan

_LONGEST_HELD = 8 * LONGEST_LINE  # an open quote waits for the next block as long as there is less than this behind it
_LONGEST_UNENDED = 256 << 20  # a line without end is cut here, whatever its length
BLANKS = b" \t\x1a\0\r\x0b\x0c"
_STRAY = b"\0\r\x1a"
_REPLACEMENT = "\ufffd".encode()
_SHOWN = 4 * codes.LONGEST_VALUE  # bytes of a line that a remark may show
_DAMAGE = str.maketrans({"\0": None, "\x1a": None, "\r": " "})


@dataclass(frozen=True, slots=True)
class _Short:
    """A row with too few cells; the next one may be its second half."""

    row: int
    cells: int
    raw: str


@dataclass(slots=True)
class Repairer:
    """Writes a sound copy of a text file: UTF-8, LF, the same delimiter and quote, `width` cells in every row.

    Attributes:
        dialect: how cells are written in the file; in the copy quotes are doubled.
        width: cells of a row.
        first_row: row number in the register of the first data line.
        sink: where remarks go.
        lossy: the stream was decoded from an encoding other than UTF-8.
        rows: rows written so far.
        blank: blank lines left out so far.
    """

    dialect: Dialect
    width: int
    first_row: int
    sink: FindingSink
    lossy: bool = False
    rows: int = 0
    blank: int = 0
    _short: _Short | None = field(default=None, repr=False)

    def copy(self, chunks: Iterable[bytes], target: Path, progress: Callable[[int], None]) -> None:
        """Copy a UTF-8 stream of data lines (no headings) ended by LF; `progress` hears the rows written so far."""
        rest = b""
        with target.open("wb") as out:
            for chunk in chunks:
                rest += chunk
                cut = rest.rfind(b"\n") + 1
                if cut:
                    done = self._block(rest[:cut], out, last=False)
                    rest = rest[done:]
                elif len(rest) > _LONGEST_UNENDED:
                    rest = rest[: 2 * LONGEST_LINE]
                progress(self.rows)
            if rest:
                self._block(rest if rest.endswith(b"\n") else rest + b"\n", out, last=True)
            self._settle(None)
        progress(self.rows)

    def _block(self, text: bytes, out: IO[bytes], *, last: bool) -> int:
        """Copy one block; returns how many bytes of it are done."""
        block = scan(text, self.dialect, self.width, lossy=self.lossy)
        at = 0
        for index in block.suspicious.tolist():
            if index < at:
                continue  # already used up by a quoted cell that spans lines
            self._copy_sound(block, at, index, out)
            if not last and self._must_wait(block, index):
                return int(block.starts[index])
            at = index + self._mend(block, index, out)
        self._copy_sound(block, at, block.ends.size, out)
        return len(text)

    def _copy_sound(self, block: Block, first: int, stop: int, out: IO[bytes]) -> None:
        if stop > first:
            self._settle(None)
            out.write(block.text[block.starts[first] : block.ends[stop - 1] + 1])
            self.rows += stop - first

    def _must_wait(self, block: Block, index: int) -> bool:
        """Whether an open quote may be closed by lines of the next block."""
        line = block.text[block.starts[index] : block.ends[index]]
        few = index + MOST_JOINED > block.ends.size and len(block.text) - int(block.starts[index]) < _LONGEST_HELD
        return few and line.count(self.dialect.quote.encode()) % 2 == 1

    def _mend(self, block: Block, index: int, out: IO[bytes]) -> int:
        """Write the row of a suspicious line; returns how many lines it took."""
        raw = block.text[block.starts[index] : block.ends[index]]
        if not raw.strip(BLANKS):
            self.blank += 1
            return 1
        if self._is_plain(raw):
            self._write_plain(raw, out)
            return 1
        if b"\r" in raw and self._split_at_returns(raw, out):
            return 1
        cut = cut_record(_lines(block, index), self.dialect, self.width)
        used = block.text[block.starts[index] : block.ends[index + cut.lines - 1]]
        self._write(cut.fields, used, out, regular=cut.regular)
        return cut.lines

    def _is_plain(self, raw: bytes) -> bool:
        """Whether nothing is wrong with a line but the number of its cells, by far the commonest damage."""
        quoted = self.dialect.quote.encode() in raw or (self.dialect.escape == "\\" and b"\\" in raw)
        if quoted or len(raw) > LONGEST_LINE or raw.translate(None, _STRAY) != raw:
            return False
        filled = raw.translate(None, BLANKS + self.dialect.delimiter.encode())
        return bool(_text(filled).strip()) and not self._has_bad_bytes(raw)

    def _write_plain(self, raw: bytes, out: IO[bytes]) -> None:
        """Write a line without quotes as it stands, cut or filled up to the number of cells."""
        between = self.dialect.delimiter.encode()
        row, cells = self.first_row + self.rows, raw.count(between) + 1
        shown = _text(raw[:_SHOWN])[: codes.LONGEST_VALUE]
        if cells < self.width:
            self._settle(_Short(row, cells, shown))
            out.write(raw + between * (self.width - cells) + b"\n")
        else:
            pieces = raw.split(between, self.width) if cells > self.width else [raw]
            self._settle(None)
            if cells > self.width and pieces[-1].translate(None, BLANKS + between):
                self.sink.add(row, codes.TOO_MANY, value=shown, other=str(cells - self.width))
            out.write(between.join(pieces[: self.width]) + b"\n")
        self.rows += 1

    def _split_at_returns(self, raw: bytes, out: IO[bytes]) -> bool:
        """A line with lone CRs whose pieces are whole rows: the file mixes line ends."""
        pieces = [piece for piece in raw.split(b"\r") if piece.strip()]
        cuts = [cut_record(iter([_text(piece)]), self.dialect, self.width) for piece in pieces]
        if len(pieces) < 2 or any(len(cut.fields) != self.width or not cut.regular for cut in cuts):
            return False
        for piece, cut in zip(pieces, cuts, strict=True):
            self._write(cut.fields, piece, out, regular=True)
        return True

    def _write(self, fields: list[str], raw: bytes, out: IO[bytes], *, regular: bool) -> None:
        """Write one row with what could be read and remark on the rest."""
        if not any(field.strip() for field in fields):
            self.blank += 1
            return
        row = self.first_row + self.rows
        stray = len(raw) != len(raw.translate(None, _STRAY))
        shown = _text(raw[:_SHOWN])[: codes.LONGEST_VALUE]
        if stray:
            shown = shown.translate(_DAMAGE)
            fields = [field if field.isprintable() else field.translate(_DAMAGE) for field in fields]
            self.sink.add(row, codes.CONTROL, value=shown)
        if self._has_bad_bytes(raw):
            self.sink.add(row, codes.BAD_BYTES, value=shown)
        if not regular:
            self.sink.add(row, codes.QUOTES, value=shown)
        self._remark_width(row, fields, shown)
        if len(raw) > LONGEST_LINE:
            self.sink.add(row, codes.CUT, value=shown)
            fields = [field[:LONGEST_FIELD] for field in fields]
        out.write(write_record(fields[: self.width] + [""] * (self.width - len(fields)), self.dialect))
        self.rows += 1

    def _has_bad_bytes(self, raw: bytes) -> bool:
        if self.lossy:
            return _REPLACEMENT in raw
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            return True
        return False

    def _remark_width(self, row: int, fields: list[str], shown: str) -> None:
        if len(fields) < self.width:
            self._settle(_Short(row, len(fields), shown))
            return
        self._settle(None)
        if any(field.strip() for field in fields[self.width :]):
            self.sink.add(row, codes.TOO_MANY, value=shown, other=str(len(fields) - self.width))

    def _settle(self, short: _Short | None) -> None:
        """Remark on the short row before this one: half of a row broken in two, or simply short."""
        before, self._short = self._short, short
        if before is None:
            return
        if short and short.row == before.row + 1 and before.cells + short.cells in {self.width, self.width + 1}:
            joined = (
                before.raw + ("" if before.cells + short.cells > self.width else self.dialect.delimiter) + short.raw
            )
            for half, other in ((before, short), (short, before)):
                self.sink.add(half.row, codes.BROKEN_IN_TWO, value=half.raw, proposed=joined, other=str(other.row + 1))
            self._short = None
        else:
            self.sink.add(before.row, codes.TOO_FEW, value=before.raw, other=str(self.width - before.cells))


def _lines(block: Block, first: int) -> Iterator[str]:
    return (_text(block.text[block.starts[at] : block.ends[at]]) for at in range(first, block.ends.size))


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return decode_broken(raw)


def data_lines(chunks: Iterable[bytes], *, skip: int, cr_only: bool) -> Iterator[bytes]:
    """The stream with lines ended by LF and without its first lines.

    Args:
        chunks: UTF-8, cut anywhere.
        skip: lines of titles and headings to leave out.
        cr_only: the file ends its lines with a lone CR.
    """
    left = skip
    for chunk in _unix_ends(chunks, cr_only=cr_only):
        piece = chunk
        while left and (end := piece.find(b"\n") + 1):
            piece = piece[end:]
            left -= 1
        if not left:
            yield piece


def _unix_ends(chunks: Iterable[bytes], *, cr_only: bool) -> Iterator[bytes]:
    held = b""
    for chunk in chunks:
        piece = held + chunk
        held = b"\r" if piece.endswith(b"\r") else b""
        piece = piece[: len(piece) - len(held)]
        if b"\r" in piece:
            piece = piece.replace(b"\r\n", b"\n")
            piece = piece.replace(b"\r", b"\n") if cr_only else piece
        yield piece
    yield b"\n" if held else b""
