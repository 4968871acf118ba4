"""Commands as a chip gets them (ISO/IEC 7816-3 and -4), and the data objects inside them."""

from dataclasses import dataclass

from sosach.chip.applet.words import RefusedError, Word

CHAINED = 0x10
PROTECTED = 0x0C
OFFSET, DATA = 0x54, 0x53
"""Objects of commands with an odd instruction, which reach beyond the 32,767 bytes two parameters can count."""
FARTHEST = 0x7FFF


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        cla: class byte.
        ins: instruction.
        p1: first parameter.
        p2: second parameter.
        content: data field.
        expected: how many bytes of answer are asked at most; None when none.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    content: bytes = b""
    expected: int | None = None

    @property
    def parameters(self) -> int:
        """Both parameters as one number."""
        return self.p1 << 8 | self.p2


def parse_command(raw: bytes) -> Command:
    """The command in these bytes, with short or extended lengths.

    Raises:
        RefusedError: 6700, lengths that contradict each other.
    """
    if len(raw) < 4:
        raise RefusedError(Word.LENGTH)
    content, expected = _body(raw[4:])
    return Command(raw[0], raw[1], raw[2], raw[3], content, expected)


def _body(body: bytes) -> tuple[bytes, int | None]:
    """Data field and expected length: the seven cases of ISO/IEC 7816-3 § 12.1.3."""
    if not body:
        return b"", None
    if len(body) == 1:
        return b"", body[0] or 256
    if body[0]:
        return _split(body[1:], body[0], wide=1)
    if len(body) == 3:
        return b"", int.from_bytes(body[1:]) or 65_536
    count = int.from_bytes(body[1:3])
    if not count:
        raise RefusedError(Word.LENGTH)
    return _split(body[3:], count, wide=2)


def _split(rest: bytes, count: int, *, wide: int) -> tuple[bytes, int | None]:
    """The first `count` bytes, and the expected length in `wide` bytes behind them if it is there."""
    tail = rest[count:]
    if len(rest) < count or len(tail) not in {0, wide}:
        raise RefusedError(Word.LENGTH)
    return rest[:count], (int.from_bytes(tail) or 256**wide) if tail else None


def object_list(content: bytes) -> list[tuple[int, bytes]]:
    """The data objects of a field, tag and value, in their order.

    Raises:
        RefusedError: 6A80, not whole.
    """
    found = []
    at = 0
    while at < len(content):
        tag, at = _tag(content, at)
        size, at = _size(content, at)
        if at + size > len(content):
            raise RefusedError(Word.WRONG_VALUE)
        found.append((tag, content[at : at + size]))
        at += size
    return found


def objects(content: bytes) -> dict[int, bytes]:
    """The data objects of a field by tag.

    Raises:
        RefusedError: 6A80, not whole, or a tag twice.
    """
    found = object_list(content)
    if len(dict(found)) < len(found):
        raise RefusedError(Word.WRONG_VALUE)
    return dict(found)


def data_object(tag: int, value: bytes) -> bytes:
    """A data object: tag of one or two bytes, length, value.

    >>> data_object(0x87, b"ab").hex(), data_object(0x7F49, b"").hex()
    ('87026162', '7f4900')
    """
    size = len(value)
    length = size.to_bytes() if size < 0x80 else _long_length(size)
    return tag.to_bytes((tag.bit_length() + 7) // 8) + length + value


def _long_length(size: int) -> bytes:
    width = (size.bit_length() + 7) // 8
    return bytes([0x80 | width]) + size.to_bytes(width)


def _tag(content: bytes, at: int) -> tuple[int, int]:
    wide = 2 if content[at] & 0x1F == 0x1F else 1
    if at + wide > len(content):
        raise RefusedError(Word.WRONG_VALUE)
    return int.from_bytes(content[at : at + wide]), at + wide


def _size(content: bytes, at: int) -> tuple[int, int]:
    if at >= len(content):
        raise RefusedError(Word.WRONG_VALUE)
    first = content[at]
    if first < 0x80:
        return first, at + 1
    wide = first & 0x7F
    if not 1 <= wide <= 3 or at + 1 + wide > len(content):
        raise RefusedError(Word.WRONG_VALUE)
    return int.from_bytes(content[at + 1 : at + 1 + wide]), at + 1 + wide
