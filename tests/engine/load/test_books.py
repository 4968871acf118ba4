"""Workbooks as offices send them: the old XLS, ODS, and files locked by a password; made with LibreOffice, kept in `books`."""

import struct
from pathlib import Path

import duckdb
import pytest

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.engine.load import LoadedRegister, load_register
from sosach.engine.load.workbook_locks import is_locked

BOOKS = Path(__file__).parent / "books"
_SECTOR = 512
_NONE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def _load(con: duckdb.DuckDBPyConnection, source: Path, work: Path) -> LoadedRegister:
    return load_register(con, register=Register.VEHICLES, source=source, work=work, mapping=None, progress=None)


@pytest.mark.parametrize("name", ["plain.xls", "plain.ods"])
def test_old_and_open_formats_are_read_like_xlsx(name: str, tmp_path: Path) -> None:
    con = duckdb.connect()
    loaded = _load(con, BOOKS / name, tmp_path)
    found = con.execute(
        f"SELECT plate, chassis_number, owner_name, registered_on, manufactured_year FROM ({loaded.sql}) ORDER BY row"
    ).fetchall()
    assert found == [
        ("29A1-123.45", "RLHJC001", "Nguyễn Văn Bưởi", "02/03/2019", "2018"),
        ("30A-123.45", "0012345", "Đỗ Thị Ổi", "05/04/2020", "2020"),
    ]
    assert loaded.findings is None


def _encrypted_xlsx() -> bytes:
    """A compound file whose directory names the two streams of an encrypted XLSX; their content is noise."""

    def entry(name: str, kind: int, child: int = _NONE, start: int = _END, size: int = 0, right: int = _NONE) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, _NONE, right, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6sIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, bytes(6), 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    header += struct.pack("<I", _NONE) * 108
    fat = struct.pack("<4I", _FAT, _END, *(range(3, 5))) + struct.pack("<I", _NONE) * 124
    directory = entry("Root Entry", 5, child=1) + entry("EncryptionInfo", 2, right=2, start=2, size=_SECTOR)
    directory += entry("EncryptedPackage", 2, start=2, size=4096) + bytes(128)
    return header.ljust(_SECTOR, b"\xff") + fat + directory + bytes(range(256)) * 16


@pytest.mark.parametrize("name", ["locked.xls", "locked.ods", "locked.xlsx"])
def test_a_password_is_named_as_the_reason(name: str, tmp_path: Path) -> None:
    source = BOOKS / name
    if not source.exists():
        source = tmp_path / name
        source.write_bytes(_encrypted_xlsx())
    with pytest.raises(SosachError) as caught:
        _load(duckdb.connect(), source, tmp_path / "work")
    assert caught.value.code is ErrorCode.INPUT_UNREADABLE
    assert "mật khẩu" in caught.value.vi
    assert "password" in caught.value.en


def test_damage_is_not_taken_for_a_password(tmp_path: Path) -> None:
    for name in ("plain.xls", "plain.ods"):
        whole = (BOOKS / name).read_bytes()
        assert not is_locked(BOOKS / name)
        (tmp_path / name).write_bytes(whole[: len(whole) // 2])
        assert not is_locked(tmp_path / name)
    (tmp_path / "noise.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3_000))
    assert not is_locked(tmp_path / "noise.xls")
