"""Blocks of lines examined with array operations: which of them break a rule of their layout."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sosach.engine.load.records import LONGEST_LINE, Dialect

_NEWLINE, _RETURN, _BACKSLASH = 10, 13, 92
_REPLACEMENT = "\ufffd".encode()

Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of UTF-8, the last one ended.

    Attributes:
        text: the bytes.
        ends: position of the LF of each line.
        starts: position of the first byte of each line.
        suspicious: indexes of lines that must be looked at one by one; all others are sound rows.
    """

    text: bytes
    ends: Places
    starts: Places
    suspicious: Places


def scan(text: bytes, dialect: Dialect, width: int, *, lossy: bool) -> Block:
    """Find the lines of a block that are not plainly sound rows of `width` cells.

    Args:
        text: whole lines, the last byte is LF.
        dialect: how cells are written.
        width: cells of a row.
        lossy: the text was decoded from another encoding, so U+FFFD stands for a byte that could not be.
    """
    codes = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(codes == _NEWLINE)
    starts = np.concatenate((np.zeros(1, dtype=np.intp), ends[:-1] + 1))
    bad = ends - starts > LONGEST_LINE
    _flag_cells(codes, ends, bad, dialect, width, starts)
    if dialect.escape == "\\":
        _flag(bad, ends, np.flatnonzero(codes == _BACKSLASH))
    if b"\0" in text or b"\r" in text or b"\x1a" in text:
        _flag(bad, ends, np.flatnonzero((codes == 0) | (codes == _RETURN) | (codes == 26)))
    if lossy and _REPLACEMENT in text:
        _flag_where(bad, text, starts, ends, lambda line: _REPLACEMENT in line)
    if not _is_utf8(text):
        _flag_where(bad, text, starts, ends, lambda line: not _is_utf8(line))
    return Block(text, ends, starts, np.flatnonzero(bad))


def blank_at_most(width: int) -> int:
    """Bytes up to which a line may be a row without any filled cell; such lines are looked at one by one."""
    return 4 * width if width > 1 else 2


def _flag(bad: Flags, ends: Places, places: Places) -> None:
    """Mark the lines that hold these places."""
    bad[np.searchsorted(ends, places)] = True


def _flag_where(bad: Flags, text: bytes, starts: Places, ends: Places, test: Callable[[bytes], bool]) -> None:
    for at, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if test(text[start:end]):
            bad[at] = True


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _flag_cells(codes: Bytes, ends: Places, bad: Flags, dialect: Dialect, width: int, starts: Places) -> None:
    """Mark lines with quotes out of place, a wrong number of cells, or no filled cell at all."""
    between = codes == ord(dialect.delimiter)
    quotes = np.flatnonzero(codes == ord(dialect.quote))
    if quotes.size:
        inside = _flag_quotes(codes, ends, bad, quotes, between)
        between &= ~inside
    places = np.flatnonzero(between)
    before = np.searchsorted(places, ends)
    count = np.diff(before, prepend=0)
    bad |= count != width - 1
    bad |= (ends - starts) <= blank_at_most(width)  # perhaps nothing but delimiters, spaces and empty quotes


def _flag_quotes(codes: Bytes, ends: Places, bad: Flags, quotes: Places, between: Flags) -> Flags:
    """Mark lines whose quotes do not open behind and close before a delimiter; returns which bytes are quoted."""
    line = np.searchsorted(ends, quotes)
    per_line = np.bincount(line, minlength=ends.size)
    odd = per_line % 2 == 1
    bad |= odd
    first = np.cumsum(per_line) - per_line
    opening = (np.arange(quotes.size) - first[line]) % 2 == 0
    left = np.where(quotes > 0, quotes - 1, 0)
    right = quotes + 1  # the last byte is LF, so there is one
    is_quote = np.zeros(codes.size, dtype=np.bool_)
    is_quote[quotes] = True
    edge_left = between[left] | (codes[left] == _NEWLINE) | (quotes == 0)
    opens_well = edge_left | (is_quote[left] & ~_first_of_line(quotes, line, first))
    closes_well = between[right] | (codes[right] == _NEWLINE) | is_quote[right]
    bad[line[np.where(opening, ~opens_well, ~closes_well)]] = True
    is_quote[quotes[odd[line]]] = False  # an open quote must not turn the lines below inside out
    return np.bitwise_xor.accumulate(is_quote)


def _first_of_line(quotes: Places, line: Places, first: Places) -> Flags:
    """Which quotes are the first of their line."""
    return np.asarray(np.arange(quotes.size) == first[line], dtype=np.bool_)
