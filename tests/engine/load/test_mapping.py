"""The mapping file: both formats, and an error that names the line for every mistake."""

from pathlib import Path

import duckdb
import pytest

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.engine.load import LoadedRegister, Mapping, load_register, read_mapping


def _file(tmp_path: Path, text: str, name: str = "mapping.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def _load(tmp_path: Path, text: str, mapping: Mapping | None) -> tuple[LoadedRegister, list[tuple[str | None, ...]]]:
    con = duckdb.connect()
    source = _file(tmp_path, text, "a.csv")
    loaded = load_register(
        con, register=Register.VEHICLES, source=source, work=tmp_path / "w", mapping=mapping, progress=None
    )
    return loaded, con.execute(f"SELECT plate, owner_name, brand FROM ({loaded.sql}) ORDER BY row").fetchall()


def test_toml_by_register_and_for_all(tmp_path: Path) -> None:
    mapping = read_mapping(_file(tmp_path, '"Tên" = "full_name"\n[vehicles]\n"Cột A" = "plate"\n"Cột B" = ""\n'))
    assert mapping.for_register(Register.VEHICLES) == {"Cột A": "plate"}
    assert mapping.for_register(Register.LICENCES) == {"Tên": "full_name"}


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv(tmp_path: Path, delimiter: str) -> None:
    text = "\ufeffHeading,Column,Register\nCột A,PLATE,vehicles\nTên,full_name,\n".replace(",", delimiter)
    mapping = read_mapping(_file(tmp_path, text, "m.csv"))
    assert mapping.for_register(Register.VEHICLES) == {"Cột A": "plate"}
    assert mapping.for_register(Register.POPULATION) == {"Tên": "full_name"}


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("m.toml", "x = ", "TOML"),
        ("m.toml", '[cars]\n"A" = "plate"', "[cars]"),
        ("m.toml", '[vehicles]\n"A" = "plat"', "did you mean “plate”"),
        ("m.toml", '[vehicles]\n"A" = "pin"', "no column “pin”"),
        ("m.toml", '[vehicles]\n"A" = 3', "“A” must equal"),
        ("m.toml", '[vehicles]\n"A" = "plate"\n"B" = "plate"', "both “A” and “B”"),
        ("m.toml", "", "maps nothing"),
        ("m.csv", "a,b\n1,2\n", "heading,column"),
        ("m.csv", "heading,column,register\nA,plate,cars\n", "[cars]"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, name: str, text: str, part: str) -> None:
    with pytest.raises(SosachError) as caught:
        read_mapping(_file(tmp_path, text, name))
    assert caught.value.code is ErrorCode.INPUT_MAPPING
    assert part in caught.value.en
    assert caught.value.hint_vi


def test_missing_and_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(SosachError) as missing:
        read_mapping(tmp_path / "none.toml")
    assert missing.value.code is ErrorCode.INPUT_MISSING
    (tmp_path / "m.toml").write_bytes(b'"\xff" = "plate"')
    with pytest.raises(SosachError) as broken:
        read_mapping(tmp_path / "m.toml")
    assert broken.value.code is ErrorCode.INPUT_MAPPING


def test_mapping_wins_over_recognition(tmp_path: Path) -> None:
    mapping = Mapping({Register.VEHICLES: {"số  BIỂN mới": "plate", "Biển số": "-"}})
    loaded, rows = _load(tmp_path, "Biển số,Số biển mới,Chủ xe\ncũ,29A1-12345,An\n", mapping)
    assert rows == [("29A1-12345", "An", None)]
    assert [(match.column, match.how) for match in loaded.headings] == [
        (None, "ignored"),
        ("plate", "mapping"),
        ("owner_name", "synonym"),
    ]


def test_positions_for_files_without_headings(tmp_path: Path) -> None:
    mapping = Mapping({Register.VEHICLES: {"#1": "plate", "#3": "owner_name"}})
    _, rows = _load(tmp_path, "29A1-12345,Đỏ,An\n29A1-12346,Đen,Bình\n", mapping)
    assert rows == [("29A1-12345", "An", None), ("29A1-12346", "Bình", None)]


def test_positions_beside_headings(tmp_path: Path) -> None:
    mapping = Mapping({Register.VEHICLES: {"#3": "brand"}})
    _, rows = _load(tmp_path, "Biển số,Chủ xe,Gì đó\n29A1-12345,An,HONDA\n", mapping)
    assert rows == [("29A1-12345", "An", "HONDA")]


def test_heading_that_is_nowhere(tmp_path: Path) -> None:
    with pytest.raises(SosachError) as caught:
        _load(tmp_path, "Biển số,Chủ xe\n29A1-12345,An\n", Mapping({Register.VEHICLES: {"Hãng": "brand"}}))
    assert caught.value.code is ErrorCode.INPUT_MAPPING
    assert "“Hãng”" in caught.value.vi


def test_the_template_in_the_error_can_be_filled_in(tmp_path: Path) -> None:
    with pytest.raises(SosachError) as caught:
        _load(tmp_path, 'Cột "A",Cột B,Chủ\n29A1-12345,An,x\n', None)
    template = caught.value.hint_vi[caught.value.hint_vi.index("# record_id") :]
    filled = template.replace('"#1" = ""', '"#1" = "plate"').replace('"#2" = ""', '"#2" = "owner_name"')
    mapping = read_mapping(_file(tmp_path, filled))
    _, rows = _load(tmp_path, "29A1-12345,An,x\n", mapping)
    assert rows == [("29A1-12345", "An", None)]


def test_the_template_lists_headings(tmp_path: Path) -> None:
    with pytest.raises(SosachError) as caught:
        _load(tmp_path, "Loại xe,Màu sơn,Xe của ai\nMô tô,Đỏ,An\n", None)
    assert caught.value.code is ErrorCode.INPUT_COLUMNS
    assert '"Xe của ai" = ""' in caught.value.hint_vi
    assert "“Loại xe” → vehicle_kind" in caught.value.hint_vi
    assert "owner_name (Tên chủ xe)" in caught.value.hint_vi
