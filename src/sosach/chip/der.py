"""Tag, length, value: written in the one canonical form (DER), read in no other.

Standard: ITU-T X.690 § 10, 11 (DER); ISO/IEC 7816-4 § 5.2.2 for the tags of chip files, which number `5F01` and on in two bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

INTEGER = b"\x02"
BIT_STRING = b"\x03"
OCTET_STRING = b"\x04"
OID = b"\x06"
UTF8 = b"\x0c"
PRINTABLE = b"\x13"
UTC_TIME = b"\x17"
SEQUENCE = b"\x30"
SET = b"\x31"

_LONGEST_LENGTH = 4  # bytes that say a length; files of chips hold up to 64 kB
_SHORT = tuple(bytes((size,)) for size in range(0x80))


class DerError(ValueError):
    """Bytes that are not what they should be, or not in their one canonical form.

    Attributes:
        offset: where, counted from the start of what was read.
        what: what is wrong there.
    """

    def __init__(self, offset: int, what: str) -> None:
        super().__init__(f"{what} at {offset}")
        self.offset = offset
        self.what = what


def length(size: int) -> bytes:
    """The length of a body, in as few bytes as will do.

    >>> length(5).hex(), length(200).hex(), length(20_000).hex()
    ('05', '81c8', '824e20')
    """
    if size < 0x80:
        return _SHORT[size]
    said = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(said),)) + said


def tlv(tag: bytes, body: bytes) -> bytes:
    """One element.

    >>> tlv(OCTET_STRING, b"ab").hex()
    '04026162'
    """
    return tag + length(len(body)) + body


def sequence(*parts: bytes) -> bytes:
    """A SEQUENCE of elements."""
    return tlv(SEQUENCE, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """A SET OF, its elements in the order of their encodings (X.690 § 11.6)."""
    return tlv(SET, b"".join(sorted(parts)))


def explicit(number: int, *parts: bytes) -> bytes:
    """Elements inside a context tag, constructed: EXPLICIT, or IMPLICIT over a SEQUENCE."""
    return tlv(bytes((0xA0 | number,)), b"".join(parts))


def implicit(number: int, body: bytes) -> bytes:
    """A primitive value whose own tag is replaced by a context tag."""
    return tlv(bytes((0x80 | number,)), body)


def integer(value: int) -> bytes:
    """An INTEGER.

    >>> integer(0).hex(), integer(128).hex(), integer(-1).hex()
    ('020100', '02020080', '0201ff')
    """
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return tlv(INTEGER, value.to_bytes(size, "big", signed=True))


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER.

    >>> oid("2.23.136.1.1.1").hex()
    '0606678108010101'
    """
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return tlv(OID, b"".join(_arc(arc) for arc in (first * 40 + second, *rest)))


def _arc(arc: int) -> bytes:
    said = [arc & 0x7F]
    while arc := arc >> 7:
        said.append(0x80 | (arc & 0x7F))
    return bytes(reversed(said))


def octets(body: bytes) -> bytes:
    """An OCTET STRING."""
    return tlv(OCTET_STRING, body)


def bits(body: bytes) -> bytes:
    """A BIT STRING of whole bytes."""
    return tlv(BIT_STRING, b"\x00" + body)


def utf8(text: str) -> bytes:
    """A UTF8String."""
    return tlv(UTF8, text.encode())


def printable(text: str) -> bytes:
    """A PrintableString; what stands in it was checked before.

    Raises:
        UnicodeEncodeError: a letter beyond ASCII.
    """
    return tlv(PRINTABLE, text.encode("ascii"))


@dataclass(frozen=True, slots=True)
class Node:
    """One element that was read.

    Attributes:
        data: the bytes it stands in.
        tag: its tag.
        start: where its tag begins.
        inside: where its body begins.
        end: where it ends.
    """

    data: bytes
    tag: bytes
    start: int
    inside: int
    end: int

    @property
    def body(self) -> bytes:
        """What it holds."""
        return self.data[self.inside : self.end]

    @property
    def raw(self) -> bytes:
        """All of it, tag and length too."""
        return self.data[self.start : self.end]

    def children(self) -> tuple["Node", ...]:
        """The elements it holds, which fill it wholly.

        Raises:
            DerError: they do not.
        """
        return tuple(_elements(self.data, self.inside, self.end))

    def expect(self, tag: bytes) -> "Node":
        """Itself, when it carries this tag.

        Raises:
            DerError: another tag.
        """
        if self.tag != tag:
            raise DerError(self.start, f"tag {self.tag.hex()} where {tag.hex()} belongs")
        return self

    def only(self, tag: bytes) -> "Node":
        """The single element it holds, of this tag.

        Raises:
            DerError: another one, or not exactly one.
        """
        inner = self.children()
        if len(inner) != 1:
            raise DerError(self.inside, f"{len(inner)} elements where one belongs")
        return inner[0].expect(tag)


def element(data: bytes, at: int = 0, end: int | None = None) -> Node:
    """Read one element that may be followed by others.

    Raises:
        DerError: no element, one that runs past the end, or a length that is not in its shortest form.
    """
    end = len(data) if end is None else end
    inside = at + 1
    if at < end and data[at] & 0x1F == 0x1F:
        inside += 1
        if inside > end or data[at + 1] & 0x80:
            raise DerError(at, "tag of more than two bytes")
    if inside >= end:
        raise DerError(at, "no element")
    size, body = _length(data, inside, end)
    if body + size > end:
        raise DerError(inside, "element longer than what holds it")
    return Node(data, data[at:inside], at, body, body + size)


def _length(data: bytes, at: int, end: int) -> tuple[int, int]:
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    if not 1 <= count <= _LONGEST_LENGTH or at + 1 + count > end:
        raise DerError(at, "indefinite or overlong length")
    said = data[at + 1 : at + 1 + count]
    size = int.from_bytes(said, "big")
    if said[0] == 0 or size < 0x80:
        raise DerError(at, "length not in its shortest form")
    return size, at + 1 + count


def _elements(data: bytes, at: int, end: int) -> Iterator[Node]:
    while at < end:
        node = element(data, at, end)
        yield node
        at = node.end


def whole(data: bytes, tag: bytes | None = None) -> Node:
    r"""Read bytes that are one element and nothing after it.

    Raises:
        DerError: they are not, or it carries another tag.

    >>> whole(bytes.fromhex("02 01 05")).body
    b'\x05'
    """
    node = element(data)
    if node.end != len(data):
        raise DerError(node.end, "bytes after the end")
    return node if tag is None else node.expect(tag)


def integer_of(node: Node) -> int:
    """The value of an INTEGER.

    Raises:
        DerError: none, or not in its shortest form.
    """
    body = node.expect(INTEGER).body
    value = int.from_bytes(body, "big", signed=True)
    if integer(value) != node.raw:
        raise DerError(node.start, "number not in its shortest form")
    return value


def oid_of(node: Node) -> str:
    """The arcs of an OBJECT IDENTIFIER, with dots between.

    Raises:
        DerError: none, or not in its shortest form.

    >>> oid_of(whole(oid("1.2.840.113549.1.7.2")))
    '1.2.840.113549.1.7.2'
    """
    arcs, arc = [], 0
    for byte in node.expect(OID).body:
        arc = arc << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2) if arcs else 0
    dotted = ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:]))) if arcs else "0.0"
    if oid(dotted) != node.raw:
        raise DerError(node.start, "object identifier not in its shortest form")
    return dotted


def text_of(node: Node) -> str:
    """The text of a UTF8String or a PrintableString.

    Raises:
        DerError: neither, or letters it may not hold.
    """
    if node.tag not in {UTF8, PRINTABLE}:
        raise DerError(node.start, f"tag {node.tag.hex()} where text belongs")
    try:
        return node.body.decode("utf-8" if node.tag == UTF8 else "ascii")
    except UnicodeDecodeError as wrong:
        raise DerError(node.inside + wrong.start, "letters the text may not hold") from None
