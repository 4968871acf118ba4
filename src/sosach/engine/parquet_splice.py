"""Puts columns of several Parquet files with the same rows side by side in one file, without reading a single value.

A Parquet file is its column chunks, which stand for themselves, and a footer that says where each of them lies. So a
file can be put together from chunks of others: their bytes are copied, and a footer is written for the new places.
The footer is a Thrift structure in the compact protocol: fields of a known type under a number.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

MAGIC = b"PAR1"
_BUFFER = 1 << 22

# Types of the compact protocol.
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12

# Field number → (type, value); a list is (type of its elements, values).
Fields = dict[int, tuple[int, Any]]

# Numbers of the fields this module touches, by the structure they stand in (parquet.thrift).
_SCHEMA, _ROWS, _GROUPS, _ORDERS = 2, 3, 4, 7  # FileMetaData
_NAME, _CHILDREN = 4, 5  # SchemaElement
_CHUNKS, _GROUP_BYTES, _GROUP_ROWS, _GROUP_OFFSET, _GROUP_STORED, _GROUP_NUMBER = 1, 2, 3, 5, 6, 7  # RowGroup
_CHUNK_OFFSET, _CHUNK_META = 2, 3  # ColumnChunk
_PATH, _PLAIN_BYTES, _STORED_BYTES, _DATA_AT, _DICTIONARY_AT = 3, 6, 7, 9, 11  # ColumnMetaData

# type, encodings, codec, number of values, statistics, statistics of encodings: what holds wherever the chunk lies
_KEPT = (1, 2, _PATH, 4, 5, _PLAIN_BYTES, _STORED_BYTES, _DATA_AT, _DICTIONARY_AT, 12, 13)


class _Decoder:
    """Reads a structure of the compact protocol."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def fields(self) -> Fields:
        """The fields of the structure that begins here."""
        found: Fields = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._signed()
            found[number] = (head & 15, self._value(head & 15))
        return found

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def _signed(self) -> int:
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)

    def _bytes(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]

    def _value(self, kind: int) -> Any:
        if kind in {_TRUE, _FALSE}:
            return kind == _TRUE
        if kind in {_I16, _I32, _I64}:
            return self._signed()
        if kind == _BINARY:
            return self._bytes(self._unsigned())
        if kind == _STRUCT:
            return self.fields()
        if kind in {_LIST, _SET}:
            return self._list()
        if kind in {_BYTE, _DOUBLE}:
            return self._bytes(1 if kind == _BYTE else 8)
        message = f"type {kind} does not occur in a Parquet footer"
        raise ValueError(message)

    def _list(self) -> tuple[int, list[Any]]:
        head = self._byte()
        count = head >> 4 if head >> 4 < 15 else self._unsigned()
        kind = head & 15
        if kind in {_TRUE, _FALSE}:
            return kind, [self._byte() == _TRUE for _ in range(count)]
        return kind, [self._value(kind) for _ in range(count)]


class _Encoder:
    """Writes a structure of the compact protocol."""

    def __init__(self) -> None:
        self.data = bytearray()

    def fields(self, fields: Fields) -> None:
        """Write the fields in the order of their numbers, and the end of the structure."""
        last = 0
        for number, (known, value) in sorted(fields.items()):
            kind = known if known not in {_TRUE, _FALSE} else _TRUE if value else _FALSE
            if 0 < number - last < 16:
                self.data.append((number - last) << 4 | kind)
            else:
                self.data.append(kind)
                self._signed(number)
            if kind not in {_TRUE, _FALSE}:
                self._value(kind, value)
            last = number
        self.data.append(0)

    def _unsigned(self, value: int) -> None:
        while value > 127:
            self.data.append(value & 127 | 128)
            value >>= 7
        self.data.append(value)

    def _signed(self, value: int) -> None:
        self._unsigned(value << 1 if value >= 0 else (-value << 1) - 1)

    def _value(self, kind: int, value: Any) -> None:
        if kind in {_I16, _I32, _I64}:
            self._signed(value)
        elif kind == _BINARY:
            self._unsigned(len(value))
            self.data += value
        elif kind == _STRUCT:
            self.fields(value)
        elif kind in {_LIST, _SET}:
            self._list(*value)
        else:
            self.data += value

    def _list(self, kind: int, values: list[Any]) -> None:
        if len(values) < 15:
            self.data.append(len(values) << 4 | kind)
        else:
            self.data.append(0xF0 | kind)
            self._unsigned(len(values))
        for value in values:
            if kind in {_TRUE, _FALSE}:
                self.data.append(_TRUE if value else _FALSE)
            else:
                self._value(kind, value)


@dataclass(frozen=True, slots=True)
class Taken:
    """A column of one of the files and its name in the new file."""

    file: Path
    column: str
    name: str


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a file: its schema elements, and where its chunks stand among all chunks of a row group."""

    elements: list[Fields]
    chunks: range


class _Source:
    """A file columns are taken from."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self.path = path
        self.stream = stream
        self.footer, self.end = _read_footer(path, stream)
        self.groups: list[Fields] = self.footer[_GROUPS][1][1]
        self.columns = self._columns()

    @property
    def shape(self) -> list[int]:
        """Rows of each row group."""
        return [group[_GROUP_ROWS][1] for group in self.groups]

    def _columns(self) -> dict[str, _Column]:
        """Columns by name. The schema is a tree, written out from the root down; its leaves are the chunks."""
        elements: list[Fields] = self.footer[_SCHEMA][1][1]
        found: dict[str, _Column] = {}
        at, chunk = 1, 0
        while at < len(elements):
            first, first_chunk, open_ = at, chunk, 1
            while open_:
                children = elements[at].get(_CHILDREN, (_I32, 0))[1]
                open_ += children - 1
                chunk += 0 if children else 1
                at += 1
            name = elements[first][_NAME][1].decode()
            found[name] = _Column(elements[first:at], range(first_chunk, chunk))
        return found


def _read_footer(path: Path, stream: IO[bytes]) -> tuple[Fields, int]:
    """The footer and where it begins."""
    size = stream.seek(-8, 2) + 8
    length, magic = struct.unpack("<i4s", stream.read(8))
    if magic != MAGIC:
        message = f"{path.name} is no Parquet file"
        raise ValueError(message)
    begin = stream.seek(size - 8 - length)
    return _Decoder(stream.read(length)).fields(), begin


def _write_footer(stream: IO[bytes], footer: Fields) -> None:
    encoder = _Encoder()
    encoder.fields(footer)
    stream.write(encoder.data + struct.pack("<i4s", len(encoder.data), MAGIC))


def reorder(path: Path, numbers: Sequence[int]) -> None:
    """Put the row groups of a file in another order: `numbers` says which is to come first, second …, by its number.

    Only the footer is written anew: readers take the groups in the order it names them.
    """
    with path.open("r+b") as stream:
        footer, begin = _read_footer(path, stream)
        kind, groups = footer[_GROUPS][1]
        ordered = [group for _, group in sorted(zip(numbers, groups, strict=True), key=lambda pair: pair[0])]
        for place, group in enumerate(ordered):
            if _GROUP_NUMBER in group:
                group[_GROUP_NUMBER] = (_I16, place)
        footer[_GROUPS] = (_LIST, (kind, ordered))
        stream.seek(begin)
        _write_footer(stream, footer)
        stream.truncate()


def splice(target: Path, columns: Sequence[Taken]) -> int:
    """Write a Parquet file of these columns, in this order; returns its rows.

    Raises:
        ValueError: the files do not hold the same rows in the same row groups, or one lacks a column.
    """
    paths = list(dict.fromkeys(one.file for one in columns))
    streams = {path: path.open("rb") for path in paths}
    try:
        sources = {path: _Source(path, stream) for path, stream in streams.items()}
        if any(source.shape != sources[paths[0]].shape for source in sources.values()):
            message = f"the parts of {target.name} do not hold the same rows"
            raise ValueError(message)
        with target.open("wb") as out:
            out.write(MAGIC)
            footer = _body(out, sources, columns)
            _write_footer(out, footer)
    finally:
        for stream in streams.values():
            stream.close()
    return int(footer[_ROWS][1])


def _body(out: IO[bytes], sources: dict[Path, _Source], columns: Sequence[Taken]) -> Fields:
    """Copy the column chunks; returns the footer for their new places."""
    for one in columns:
        if one.column not in sources[one.file].columns:
            message = f"{one.file.name} has no column {one.column}"
            raise ValueError(message)
    footer = dict(sources[columns[0].file].footer)
    elements = [footer[_SCHEMA][1][1][0] | {_CHILDREN: (_I32, len(columns))}]
    orders = []
    for one in columns:
        column = sources[one.file].columns[one.column]
        elements += [column.elements[0] | {_NAME: (_BINARY, one.name.encode())}, *column.elements[1:]]
        orders += sources[one.file].footer[_ORDERS][1][1][column.chunks.start : column.chunks.stop]
    groups = [_group(out, sources, columns, number) for number in range(len(footer[_GROUPS][1][1]))]
    footer[_SCHEMA] = (_LIST, (_STRUCT, elements))
    footer[_GROUPS] = (_LIST, (_STRUCT, groups))
    footer[_ORDERS] = (_LIST, (_STRUCT, orders))
    return footer


def _group(out: IO[bytes], sources: dict[Path, _Source], columns: Sequence[Taken], number: int) -> Fields:
    chunks = []
    begin = out.tell()
    for one in columns:
        source = sources[one.file]
        given = source.groups[number][_CHUNKS][1][1]
        chunks += [_chunk(out, source, given[at], one.name) for at in source.columns[one.column].chunks]
    group = dict(sources[columns[0].file].groups[number])
    group[_CHUNKS] = (_LIST, (_STRUCT, chunks))
    group[_GROUP_BYTES] = (_I64, sum(chunk[_CHUNK_META][1][_PLAIN_BYTES][1] for chunk in chunks))
    group[_GROUP_OFFSET] = (_I64, begin)
    group[_GROUP_STORED] = (_I64, out.tell() - begin)
    if _GROUP_NUMBER in group:
        group[_GROUP_NUMBER] = (_I16, number)
    return group


def _chunk(out: IO[bytes], source: _Source, chunk: Fields, name: str) -> Fields:
    """Copy the pages of a column chunk; what else the file says about it (indexes, filters) is left behind."""
    meta: Fields = chunk[_CHUNK_META][1]
    first = min(meta[field][1] for field in (_DATA_AT, _DICTIONARY_AT) if field in meta)
    shift = out.tell() - first
    source.stream.seek(first)
    left = meta[_STORED_BYTES][1]
    while left:
        data = source.stream.read(min(left, _BUFFER))
        if not data:
            message = f"{source.path.name} is cut off"
            raise ValueError(message)
        out.write(data)
        left -= len(data)
    kept = {field: meta[field] for field in _KEPT if field in meta}
    kept[_PATH] = (_LIST, (_BINARY, [name.encode(), *meta[_PATH][1][1][1:]]))
    for field in (_DATA_AT, _DICTIONARY_AT):
        if field in kept:
            kept[field] = (_I64, kept[field][1] + shift)
    return {_CHUNK_OFFSET: (_I64, 0), _CHUNK_META: (_STRUCT, kept)}
