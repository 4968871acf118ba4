"""The independent count of a text file's lines, made beside DuckDB's read of the same file."""

import threading
from pathlib import Path

import numpy as np

from sosach.engine.load.encoding import CHUNK
from sosach.engine.load.records import LONGEST_LINE, Dialect
from sosach.engine.load.repair import BLANKS
from sosach.engine.load.scan import blank_at_most

_NEWLINE, _RETURN = 10, 13


class Tally(threading.Thread):
    """Counts lines and looks for what DuckDB reads otherwise than we do.

    Attributes:
        lines: lines of the file, the last one counted also without its end.
        plain: nothing odd was found: no blank line, no row without a filled cell, no NUL, one kind of line end.
    """

    def __init__(self, path: Path, dialect: Dialect, width: int) -> None:
        super().__init__(daemon=True)
        self.lines = 0
        self.plain = True
        self._path = path
        self._width = width
        self._empty = BLANKS + dialect.delimiter.encode() + dialect.quote.encode()
        self._returns: bool | None = None
        self._stopped = False

    def give_up(self) -> None:
        """The count is not needed any more."""
        self._stopped = True
        self.join()

    def run(self) -> None:
        """Count until the end, or until the file turns out not to be plain."""
        rest = b""
        try:
            with self._path.open("rb") as stream:
                while self.plain and not self._stopped and (chunk := stream.read(CHUNK)):
                    block = rest + chunk
                    cut = block.rfind(b"\n") + 1
                    rest = block[cut:]
                    self._count(block[:cut])
                    self.plain = self.plain and len(rest) <= LONGEST_LINE
            if self.plain and rest:
                end = b"\r\n" if self._returns and not rest.endswith(b"\r") else b"\n"
                self._count(rest + end)
        except OSError:
            self.plain = False

    def _count(self, block: bytes) -> None:
        """Count whole lines."""
        if not block:
            return
        codes = np.frombuffer(block, dtype=np.uint8)
        ends = np.flatnonzero(codes == _NEWLINE)
        self.lines += ends.size
        lengths = np.diff(ends, prepend=-1) - 1
        short = ends[lengths <= blank_at_most(self._width) + 1]  # one more for CR
        blank = any(not block[block.rfind(b"\n", 0, end) + 1 : end].strip(self._empty) for end in short.tolist())
        returns = block.count(b"\r") if b"\r" in block else 0
        ended = int(np.count_nonzero(codes[np.maximum(ends - 1, 0)] == _RETURN)) if returns else 0
        even = returns == ended and returns in {0, ends.size} and self._returns in {None, returns > 0}
        self._returns = returns > 0
        self.plain = even and not blank and b"\0" not in block and b"\x1a" not in block
