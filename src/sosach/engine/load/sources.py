"""The files of an input: finding them, telling their format by content, hashing them."""

import gzip
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.engine.load.faults import unreadable, unreadable_os
from sosach.engine.load.loaded import Note

SUFFIXES = (
    ".csv",
    ".tsv",
    ".txt",
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".xls",
    ".ods",
    ".parquet",
    ".pq",
    ".csv.gz",
    ".tsv.gz",
    ".txt.gz",
)
_IGNORED_NAMES = {"thumbs.db", "desktop.ini", ".ds_store", "_success", "_metadata", "_common_metadata"}
_IGNORED_ENDINGS = (".tmp", ".part", ".crdownload", ".lock", ".swp", ".bak", ".md5", ".sha256", ".crc")
_HASH_PIECE = 16 << 20

_OTHER_KINDS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"GIF8", "GIF"),
    (b"BM\x00", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"%PDF", "PDF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"BZh", "BZip2"),
    (b"\xfd7zXZ", "XZ"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"SQLite format 3", "SQLite"),
    (b"MZ\x90", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"{\\rtf", "RTF"),
    (b"OggS", "Ogg"),
)


class Format(StrEnum):
    """How a file is read."""

    CSV = "csv"
    WORKBOOK = "workbook"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read; `gzipped` text is unpacked on the way."""

    path: Path
    format: Format
    bytes: int
    gzipped: bool = False


def find_sources(source: Path) -> tuple[list[Source], list[Note]]:
    """The readable files of an input, by name, and remarks about those left out.

    Raises:
        SosachError: INPUT_MISSING, INPUT_EMPTY or INPUT_UNREADABLE.
    """
    try:
        if source.is_dir():
            paths, notes = _folder(source)
        elif source.is_file():
            paths, notes = [source], []
        elif source.exists():
            raise unreadable(source, vi="không phải tệp thường", en="it is no regular file")
        else:
            raise _missing(source)
        found = [_source(path) for path in paths]
    except OSError as error:
        raise unreadable_os(source, error) from error
    return found, notes


def _missing(source: Path) -> SosachError:
    return SosachError(
        ErrorCode.INPUT_MISSING,
        vi=f"Không tìm thấy tệp hoặc thư mục “{source}”.",
        en=f"There is no file or folder “{source}”.",
        hint_vi="Kiểm tra lại đường dẫn, kể cả dấu và khoảng trắng trong tên.",
        hint_en="Check the path, including accents and spaces in the name.",
    )


def _folder(folder: Path) -> tuple[list[Path], list[Note]]:
    paths: list[Path] = []
    notes: list[Note] = []
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        reason = _left_out(path)
        if reason is None:
            paths.append(path)
        else:
            notes.append(Note(path.name, vi=f"Bỏ qua: {reason[0]}.", en=f"Left out: {reason[1]}."))
    if not paths:
        names = ", ".join(note.file for note in notes[:10])
        raise SosachError(
            ErrorCode.INPUT_EMPTY,
            vi=f"Thư mục “{folder}” không có tệp CSV, Excel hay Parquet nào"
            + (f" (chỉ có: {names})." if names else "."),
            en=f"The folder “{folder}” holds no CSV, Excel or Parquet file" + (f" (only: {names})." if names else "."),
            hint_vi="Đặt các tệp dữ liệu trực tiếp trong thư mục này.",
            hint_en="Put the files directly into this folder.",
        )
    return paths, notes


def _left_out(path: Path) -> tuple[str, str] | None:
    """Why an entry of a folder is not read, in both languages; None when it is."""
    name = path.name.lower()
    if name.startswith((".", "~$", "~")) or name in _IGNORED_NAMES or name.endswith(_IGNORED_ENDINGS):
        return "tệp ẩn, tệp tạm hoặc tệp khóa", "hidden, temporary or lock file"
    if not path.is_file():
        return "thư mục con, liên kết hỏng hoặc tệp đặc biệt", "subfolder, broken link or special file"
    if not name.endswith(SUFFIXES):
        return "đuôi tệp không phải dữ liệu", "its extension is none of ours"
    if path.stat().st_size == 0:
        return "tệp rỗng (0 byte)", "empty (0 bytes)"
    return None


def _source(path: Path) -> Source:
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head:
        raise SosachError(
            ErrorCode.INPUT_EMPTY,
            vi=f"Tệp “{path.name}” rỗng (0 byte).",
            en=f"The file “{path.name}” is empty (0 bytes).",
            hint_vi="Xuất lại tệp từ phần mềm nguồn.",
            hint_en="Export the file again.",
        )
    gzipped = head.startswith(b"\x1f\x8b")
    if gzipped:
        head = _gzip_head(path)
    return Source(path, _format(path, head), size, gzipped)


def _gzip_head(path: Path) -> bytes:
    """The first bytes inside a gzip file; what is broken further on is found when it is read."""
    try:
        with gzip.open(path) as stream:
            return stream.read(4096)
    except (OSError, EOFError, ValueError) as error:
        raise unreadable(path, vi="tệp nén gzip bị hỏng", en="the gzip file is damaged") from error


def _format(path: Path, head: bytes) -> Format:
    if head.startswith(b"PAR1"):
        return Format.PARQUET
    if head.startswith(b"PARE"):
        raise unreadable(path, vi="tệp Parquet được mã hóa", en="the Parquet file is encrypted")
    if head.startswith(b"PK\x03\x04"):
        return _zip_format(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Format.WORKBOOK
    _refuse_other_kinds(path, head)
    return Format.CSV


def _zip_format(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise unreadable(
            path, vi="tệp Excel (zip) bị hỏng hoặc bị cắt cụt", en="the workbook (zip) is damaged or cut off"
        ) from error
    if any(name.startswith("xl/") for name in names) or "content.xml" in names:
        return Format.WORKBOOK
    raise unreadable(
        path,
        vi="đây là tệp nén zip, không phải bảng tính",
        en="this is a zip archive, not a workbook",
        hint_vi="Giải nén rồi đưa thư mục đã giải nén vào.",
        hint_en="Unpack it and give the unpacked folder.",
    )


def _refuse_other_kinds(path: Path, head: bytes) -> None:
    for magic, kind in _OTHER_KINDS:
        if head.startswith(magic):
            raise unreadable(
                path, vi=f"nội dung là {kind}, không phải bảng dữ liệu", en=f"its content is {kind}, not a table"
            )
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:300].lower()
    if start.startswith((b"<?xml", b"<html", b"<!doctype", b"<table", b"<meta", b"<style", b"<head")):
        raise unreadable(
            path,
            vi="nội dung là trang web hoặc XML được đặt đuôi bảng tính",
            en="its content is a web page or XML under a table's name",
            hint_vi="Mở tệp bằng Excel rồi chọn “Lưu thành” .xlsx hoặc .csv (UTF-8).",
            hint_en="Open it in Excel and save it as .xlsx or .csv (UTF-8).",
        )


def input_fingerprint(source: Path) -> str:
    """Hash over the content of an input: same bytes in the same order of files, same text of 64 hexadecimal digits.

    Raises:
        SosachError: the input is missing or cannot be read.
    """
    files, _ = find_sources(source)
    whole = blake2b(digest_size=32)
    for file in files:
        whole.update(f"{file.bytes};".encode())
        try:
            for digest in _piece_digests(file.path):
                whole.update(digest)
        except OSError as error:
            raise unreadable_os(file.path, error) from error
    return whole.hexdigest()


def _piece_digests(path: Path) -> Iterator[bytes]:
    """Digests of pieces of 16 MB, in order; hashing frees the interpreter lock, so two threads use both cores."""

    def digest(offset: int) -> bytes:
        with path.open("rb", buffering=0) as stream:
            stream.seek(offset)
            piece = bytearray(_HASH_PIECE)
            filled, view = 0, memoryview(piece)
            while filled < _HASH_PIECE and (got := stream.readinto(view[filled:])):
                filled += got
            return blake2b(view[:filled], digest_size=32).digest()

    offsets = range(0, max(path.stat().st_size, 1), _HASH_PIECE)
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield from pool.map(digest, offsets)
