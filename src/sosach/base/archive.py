"""ZIP containers written in one pass with ISA-L's deflate; no clock inside, so the same parts give the same bytes."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Final, Self

from isal import isal_zlib

_LIMIT: Final = 0xFFFFFFFF
_DEFLATED: Final = 8
_UTF8_NAMES: Final = 0x800
_VERSION: Final = 20
_DATE: Final = 0x21  # 1 January 1980, the first day a ZIP knows
_RAW: Final = -15
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


@dataclass(frozen=True, slots=True)
class _Entry:
    name: bytes
    crc: int
    packed: int
    size: int
    offset: int


@dataclass(frozen=True, slots=True)
class Packed:
    """A part deflated once, to be put into many files."""

    name: bytes
    crc: int
    size: int
    data: bytes


def pack(name: str, content: bytes) -> Packed:
    """Deflate a part that goes into many files as it is.

    Raises:
        ValueError: the part is 4 GiB or more.
    """
    if len(content) > _LIMIT:
        raise ValueError(f"{name} is too large for a ZIP of the plain kind")
    deflate = isal_zlib.compressobj(level=1, wbits=_RAW)
    data = deflate.compress(content) + deflate.flush()
    return Packed(name.encode(), isal_zlib.crc32(content), len(content), data)


class ZipWriter:
    """Adds compressed parts to a seekable file; leaving the `with` block writes the directory.

    Parts and file stay below 4 GiB: a sheet of a workbook cannot be larger in practice.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._entries: list[_Entry] = []

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the directory, unless something went wrong."""
        if kind is None:
            self._write_directory()

    def add(self, name: str, chunks: Iterable[bytes | memoryview]) -> None:
        """Add one part, streamed.

        Raises:
            ValueError: the part is 4 GiB or more.
        """
        offset = self._file.tell()
        encoded = name.encode()
        self._file.write(bytes(_LOCAL.size) + encoded)
        deflate = isal_zlib.compressobj(level=1, wbits=_RAW)
        crc = size = 0
        for chunk in chunks:
            crc = isal_zlib.crc32(chunk, crc)
            size += len(chunk)
            self._file.write(deflate.compress(chunk))
        self._file.write(deflate.flush())
        end = self._file.tell()
        entry = _Entry(encoded, crc, end - offset - _LOCAL.size - len(encoded), size, offset)
        if max(size, end) > _LIMIT:
            raise ValueError(f"{name} is too large for a ZIP of the plain kind")
        self._file.seek(offset)
        self._file.write(_LOCAL.pack(b"PK\x03\x04", *self._common(entry), len(encoded), 0))
        self._file.seek(end)
        self._entries.append(entry)

    def add_packed(self, part: Packed) -> None:
        """Add a part that is deflated already."""
        entry = _Entry(part.name, part.crc, len(part.data), part.size, self._file.tell())
        head = _LOCAL.pack(b"PK\x03\x04", *self._common(entry), len(part.name), 0)
        self._file.write(head + part.name + part.data)
        self._entries.append(entry)

    @staticmethod
    def _common(entry: _Entry) -> tuple[int, ...]:
        return _VERSION, _UTF8_NAMES, _DEFLATED, 0, _DATE, entry.crc, entry.packed, entry.size

    def _write_directory(self) -> None:
        start = self._file.tell()
        for entry in self._entries:
            lengths = (len(entry.name), 0, 0, 0, 0, 0)
            head = _CENTRAL.pack(b"PK\x01\x02", _VERSION, *self._common(entry), *lengths, entry.offset)
            self._file.write(head + entry.name)
        size = self._file.tell() - start
        count = len(self._entries)
        self._file.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, size, start, 0))
