"""What one broken file of the corpus is, and the sound tables they are all made from."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sosach.base.errors import ErrorCode
from sosach.base.registers import Register
from sosach.vn.encodings.tables import TCVN3, VISCII

UNREADABLE = frozenset({ErrorCode.INPUT_UNREADABLE})
EMPTY = frozenset({ErrorCode.INPUT_EMPTY})
COLUMNS = frozenset({ErrorCode.INPUT_COLUMNS})
ANY_REFUSAL = UNREADABLE | EMPTY | COLUMNS

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One input and what loading it must give.

    Attributes:
        name: unique, says what is broken.
        write: writes the input into an empty folder and returns the path to load.
        register: what it is loaded as.
        rows: exact number of rows; None: it must be refused.
        errors: codes with which it may be refused; with `rows` given, both outcomes are right.
        findings: codes that must be among the findings.
        clean: there must be no finding at all.
        cells: (row, column) → text that must be read.
    """

    name: str
    write: Callable[[Path], Path]
    register: Register = Register.VEHICLES
    rows: int | None = None
    errors: frozenset[ErrorCode] = frozenset()
    findings: frozenset[str] = frozenset()
    clean: bool = False
    cells: Mapping[tuple[int, str], str | None] = field(default_factory=dict)


VEHICLE_HEADINGS: Row = ("Biển số", "Loại xe", "Nhãn hiệu", "Số khung", "Số máy", "Họ và tên chủ xe", "Số CCCD", "Ngày sinh", "Địa chỉ", "Ngày đăng ký")  # fmt: skip
PERSON_HEADINGS: Row = ("Số định danh cá nhân", "Họ và tên", "Ngày sinh", "Giới tính", "Nơi thường trú", "Mã xã")
LICENCE_HEADINGS: Row = ("Số GPLX", "Hạng", "Ngày cấp", "Họ và tên", "Ngày sinh", "Số CCCD", "Địa chỉ")

_NAMES = ("Nguyễn Văn An", "Trần Thị Bưởi", "Lê Hữu Đức", "Phạm Ngọc Hường", "Võ Thành Lợi", "Đặng Quốc Khánh")
_STREETS = (
    "đường Lê Lợi, phường Hà Đông",
    "thôn Đồng Tâm, xã Ứng Hòa",
    "tổ 3, phường Bồ Đề",
    "ấp Mỹ Thạnh, xã Tân Phú",
)


def vehicles(count: int) -> list[Row]:
    """Sound vehicle rows, the same for every call."""
    return [
        (
            f"{29 + n % 20}A1-{12000 + n:05d}",
            "Mô tô hai bánh",
            "HONDA",
            f"RLHJA39{n:010d}",
            f"JA39E{n:07d}",
            _NAMES[n % 6],
            f"001099{n:06d}",
            f"{1 + n % 28:02d}/{1 + n % 12:02d}/{1960 + n % 40}",
            f"Số {n}, {_STREETS[n % 4]}",
            f"{1 + n % 28:02d}/{1 + n % 12:02d}/2015",
        )
        for n in range(count)
    ]


def persons(count: int) -> list[Row]:
    """Sound rows of the population register."""
    return [
        (
            f"001099{n:06d}",
            _NAMES[n % 6],
            f"{1 + n % 28:02d}/05/1999",
            ("Nam", "Nữ")[n % 2],
            f"Số {n} {_STREETS[n % 4]}",
            "00004",
        )
        for n in range(count)
    ]


def licences(count: int) -> list[Row]:
    """Sound rows of the licence register."""
    return [
        (
            f"01020{n:07d}",
            "A1",
            "05/06/2018",
            _NAMES[n % 6],
            f"{1 + n % 28:02d}/05/1999",
            f"001099{n:06d}",
            _STREETS[n % 4],
        )
        for n in range(count)
    ]


TABLES: dict[Register, tuple[Row, Callable[[int], list[Row]], tuple[str, ...]]] = {
    Register.VEHICLES: (VEHICLE_HEADINGS, vehicles, ("plate", "vehicle_kind", "brand", "chassis_number", "engine_number", "owner_name", "owner_id_number", "owner_birth_date", "owner_address", "registered_on")),
    Register.POPULATION: (PERSON_HEADINGS, persons, ("pin", "full_name", "birth_date", "sex", "permanent_address", "commune_code")),
    Register.LICENCES: (LICENCE_HEADINGS, licences, ("licence_number", "class", "issued_on", "full_name", "birth_date", "id_number", "address")),
}  # fmt: skip


def all_cells(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> dict[tuple[int, str], str | None]:
    """What must be read when nothing is lost: every cell of every row."""
    return {(at, name): cell or None for at, row in enumerate(rows) for name, cell in zip(columns, row, strict=True)}


def render(rows: Sequence[Sequence[str]], *, delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, newline: str = "\n") -> str:  # fmt: skip
    """Delimited text of a table."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=newline).writerows(rows)  # type: ignore[arg-type] # a constant of csv
    return out.getvalue()


def encode(text: str, encoding: str) -> bytes:
    """Bytes in any of the encodings, the Vietnamese ones without codec included."""
    if encoding in {"tcvn3", "viscii"}:
        table = TCVN3 if encoding == "tcvn3" else VISCII
        codes = {letter: code for code, letter in table.items()}
        known = {letter: codes.get(letter, codes.get(letter.lower())) for letter in set(text) if ord(letter) > 127}
        return bytes(known.get(letter) or ord(letter) for letter in text)
    if encoding == "cp1258":
        return b"".join(_cp1258(letter) for letter in text)
    boms = {
        "utf-16-le-bom": codecs.BOM_UTF16_LE,
        "utf-16-be-bom": codecs.BOM_UTF16_BE,
        "utf-32-le-bom": codecs.BOM_UTF32_LE,
    }
    return boms.get(encoding, b"") + text.encode(encoding.removesuffix("-bom"))


def _cp1258(letter: str) -> bytes:
    """Windows-1258 writes vowel and tone apart."""
    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        for base, tone in ((b, t) for b in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for t in "\u0300\u0309\u0303\u0301\u0323"):
            if letter == unicodedata.normalize("NFC", base + tone):
                return (base + tone).encode("cp1258")
        raise


def file(name: str, content: bytes) -> Callable[[Path], Path]:
    """Writes one file."""

    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return write


def text_case(name: str, text: str | bytes, **expected: object) -> Case:
    """A case of one CSV file."""
    content = text if isinstance(text, bytes) else text.encode()
    return Case(f"text/{name}", file("tệp dữ liệu.csv", content), **expected)  # type: ignore[arg-type] # fields of Case
