"""The profile of a register: fullness, lengths, what a spreadsheet did to the columns, nothing personal shown."""

from pathlib import Path

import duckdb
import pytest
from tests.engine.corpus.cases import render

from sosach.base.registers import Register
from sosach.engine.load import load_register
from sosach.engine.profile import ColumnProfile, masked, profile_register


def _profile(tmp_path: Path, register: Register, rows: list[tuple[str, ...]]) -> dict[str, ColumnProfile]:
    (tmp_path / "a.csv").write_text(render(rows), encoding="utf-8")
    con = duckdb.connect()
    loaded = load_register(
        con, register=register, source=tmp_path / "a.csv", work=tmp_path / "w", mapping=None, progress=None
    )
    return {column.column: column for column in profile_register(con, loaded)}


def test_counts_and_lengths(tmp_path: Path) -> None:
    rows = [
        ("pin", "full_name", "status"),
        *((f"001099{n:06d}", "Đỗ An" if n % 2 else "Nguyễn Văn Bưởi", "") for n in range(90)),
    ]
    profile = _profile(tmp_path, Register.POPULATION, rows)
    name = profile["full_name"]
    assert (name.filled, name.distinct, name.shortest, name.longest) == (90, 2, 5, 15)
    assert profile["status"] == ColumnProfile("status", 0, 0, 0, 0, 0, (), {})
    assert (profile["pin"].distinct, profile["pin"].sampled) == (90, 90)
    assert list(profile) == ["pin", "full_name", "status"]


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("pin", "1.09900E+11", "scientific"),
        ("pin", "1,099E+11", "scientific"),
        ("pin", "109900000123.0", "dot_zero"),
        ("pin", "1099000123", "lost_zeros"),
        ("old_id", "12345678", "lost_zeros"),
        ("full_name", "Nguyá»…n VÄƒn A", "mojibake"),
        ("full_name", "NguyÔn V¨n A", "legacy"),
        ("full_name", "Nguy\ufffdn", "replaced"),
    ],
)
def test_damage_is_counted(tmp_path: Path, column: str, value: str, kind: str) -> None:
    rows = [("full_name", column) if column != "full_name" else ("pin", "full_name")]
    rows += [("Trần Thị Bưởi", value) if column != "full_name" else ("001099000001", value)] * 3
    rows += [("Trần Thị Bưởi", "001099000001") if column != "full_name" else ("001099000002", "Trần Thị Bưởi")] * 2
    profile = _profile(tmp_path, Register.POPULATION, rows)[column]
    assert profile.damage == {kind: 3}
    assert profile.sampled == 5


def test_plates_turned_into_dates(tmp_path: Path) -> None:
    rows = [
        ("plate", "owner_name"),
        ("29-Feb-01", "An"),
        ("01/02/2029", "An"),
        ("29A1-123.45", "An"),
        ("30A-123.45", "An"),
    ]
    assert _profile(tmp_path, Register.VEHICLES, rows)["plate"].damage == {"date": 2}


def test_examples_show_shape_only(tmp_path: Path) -> None:
    rows = [("pin", "full_name"), ("001099000123", "Nguyễn Văn An")]
    profile = _profile(tmp_path, Register.POPULATION, rows)
    assert profile["pin"].examples_masked == ("001*********",)
    assert profile["full_name"].examples_masked == ("N***** V** A*",)
    assert masked("29A1-123.45") == "29A1-123.45"
