"""Records of a delimited text: cutting lines into fields by the rules, and by force where the rules are broken."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LONGEST_LINE = 2_000_000  # bytes or characters; what is longer is damage
LONGEST_FIELD = 64 << 10
MOST_JOINED = 50  # lines one quoted cell may span
_MOST_JOINED_UNSURE = 30  # the same while the number of columns is still unknown

csv.field_size_limit(1 << 30)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are written: what stands between them, around them, and before a quote inside one."""

    delimiter: str
    quote: str = '"'
    escape: str = '"'


class Cut(NamedTuple):
    """Fields cut from one or more physical lines.

    Attributes:
        fields: their texts, quotes removed.
        lines: physical lines used.
        regular: False when quotes had to be taken literally.
    """

    fields: list[str]
    lines: int
    regular: bool


def cut_record(lines: Iterator[str], dialect: Dialect, width: int | None) -> Cut:
    """The record at the beginning of some lines, joined with following ones while a quoted cell is open.

    A quote that never closes, or closes so that the number of fields is wrong, belongs to the text of one broken line.

    Args:
        lines: physical lines without their ends, read only as far as needed; at least one.
        dialect: how cells are written.
        width: expected number of fields; None: whatever comes.
    """
    line = next(lines)
    if dialect.quote not in line:
        return Cut(_plain(line, dialect), 1, regular=True)
    joined = _until_closed(line, lines, dialect)
    fields = _strict("\n".join(joined), dialect) if joined else None
    if fields is not None and (len(joined) == 1 or _spans(joined, fields, dialect, width)):
        return Cut(fields, len(joined), regular=True)
    return Cut(_forced(line, dialect, width), 1, regular=False)


def _until_closed(line: str, more: Iterator[str], dialect: Dialect) -> list[str]:
    """The line and those after it up to where every quote is closed; nothing when that is too far away."""
    joined, size, quotes = [line], len(line), _quotes(line, dialect)
    while quotes % 2:
        following = next(more, None)
        if following is None or len(joined) == MOST_JOINED or size > LONGEST_LINE:
            return []
        joined.append(following)
        size += len(following)
        quotes += _quotes(following, dialect)
    return joined


def _spans(lines: Sequence[str], fields: Sequence[str], dialect: Dialect, width: int | None) -> bool:
    """Whether a quoted cell really spans these lines, rather than a stray quote having swallowed whole rows.

    Each line is judged as if the quote that stays open in it were not there: does it hold all delimiters of a row?
    """
    if width is None:
        return len(lines) <= _MOST_JOINED_UNSURE
    if len(fields) != width or width == 1:
        return len(fields) == width
    first, *middle, last = (line.split(dialect.quote) for line in lines)
    pieces = (first[0::2] + first[-1:], *middle, last[:1] + last[1::2])
    return any(sum(piece.count(dialect.delimiter) for piece in line) < width - 1 for line in pieces)


def _plain(line: str, dialect: Dialect) -> list[str]:
    if dialect.escape == "\\" and "\\" in line:
        return _strict(line, dialect) or line.split(dialect.delimiter)
    return line.split(dialect.delimiter)


def _quotes(text: str, dialect: Dialect) -> int:
    escaped = text.count(f"\\{dialect.quote}") if dialect.escape == "\\" else 0
    return text.count(dialect.quote) - escaped


def _reader(text: str, dialect: Dialect, *, strict: bool) -> Iterator[list[str]]:
    """Python's reader over a text whose only line ends are LF."""
    lines = [f"{line}\n" for line in text.split("\n")] if "\n" in text else [text]
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        escapechar="\\" if dialect.escape == "\\" else None,
        strict=strict,
    )


def _strict(text: str, dialect: Dialect) -> list[str] | None:
    """Fields by the rules; None where text follows a closing quote or a quote stays open."""
    try:
        rows = list(_reader(text, dialect, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _forced(line: str, dialect: Dialect, width: int | None) -> list[str]:
    """Fields of one line whose quotes do not fit: the reading that gives the expected number wins."""
    literal = [field.strip().strip(dialect.quote) for field in line.split(dialect.delimiter)]
    try:
        lenient = next(_reader(line, dialect, strict=False), [])
    except csv.Error:
        return literal
    lenient = [field.removesuffix("\n") for field in lenient]
    return lenient if len(lenient) == width and len(literal) != width else literal


def write_record(fields: Sequence[str], dialect: Dialect) -> bytes:
    """One line of UTF-8, every filled cell quoted, for the strict reader."""
    quote = dialect.quote
    between = f"{quote}{dialect.delimiter}{quote}"
    line = between.join(fields)
    if line.count(quote) != 2 * (len(fields) - 1):
        line = between.join(field.replace(quote, quote * 2) for field in fields)
    return f"{quote}{line}{quote}\n".encode("utf-8", errors="replace")
