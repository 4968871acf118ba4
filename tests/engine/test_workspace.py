"""The room a run works in: whose folder it is, one run at a time, tables and notes that are there wholly or not at all."""

import os
from pathlib import Path

import duckdb
import pytest
from tests.engine.running import settings

from sosach.base.errors import ErrorCode, SosachError
from sosach.engine.workspace import HIDDEN, Workspace, quoted, write_whole


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder whose name needs care in SQL and on disks."""
    return tmp_path / "kết quả l'an 1"


def open_room(out: Path) -> Workspace:
    return Workspace(settings({}, out))


def refusal(out: Path) -> SosachError:
    with pytest.raises(SosachError) as caught, open_room(out):
        pass
    assert str(out) in caught.value.vi
    assert str(out) in caught.value.en
    return caught.value


def test_the_folder_is_made_and_can_be_used_again(out: Path) -> None:
    for _ in range(2):
        with open_room(out) as room:
            assert room.con.execute("SELECT 42").fetchone() == (42,)
    assert (out / HIDDEN).is_dir()


def test_one_run_at_a_time(out: Path) -> None:
    with open_room(out):
        error = refusal(out)
        assert error.code == ErrorCode.OUTPUT_IN_USE
        assert error.hint_vi
        assert error.hint_en
    with open_room(out):
        pass


def test_a_refused_run_does_not_free_the_folder(out: Path) -> None:
    with open_room(out):
        refusal(out)
        assert refusal(out).code == ErrorCode.OUTPUT_IN_USE


@pytest.mark.parametrize("name", ["luận văn.docx", ".hidden", "report.html"])
def test_a_folder_of_something_else_is_left_alone(out: Path, name: str) -> None:
    out.mkdir()
    (out / name).write_text("mine", "utf-8")
    assert refusal(out).code == ErrorCode.OUTPUT_FOREIGN
    assert [path.name for path in out.iterdir()] == [name]


def test_a_finished_run_may_be_replaced(out: Path) -> None:
    out.mkdir()
    (out / "manifest.json").write_text("{}", "utf-8")
    (out / "report.html").write_text("old", "utf-8")
    with open_room(out):
        pass


def test_a_file_in_the_way_cannot_be_written_into(out: Path) -> None:
    out.write_text("a file", "utf-8")
    assert refusal(out).code == ErrorCode.OUTPUT_UNWRITABLE
    assert refusal(out / "below").code == ErrorCode.OUTPUT_UNWRITABLE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert refusal(locked / "out").code == ErrorCode.OUTPUT_UNWRITABLE


def test_there_is_no_connection_outside(out: Path) -> None:
    room = open_room(out)
    with pytest.raises(RuntimeError):
        room.con.execute("SELECT 1")
    with room:
        pass
    with pytest.raises(RuntimeError):
        room.con.execute("SELECT 1")


def test_a_saved_table_is_visible_now_and_in_the_next_run(out: Path) -> None:
    with open_room(out) as room:
        assert room.save("stage", "numbers", "SELECT i FROM range(5) t(i)") == 5
        assert room.count("numbers") == 5
        path = room.path("stage", "numbers")
        assert path == out / HIDDEN / "stage" / "numbers.parquet"
    with open_room(out) as room:
        room.show("numbers", path)
        assert room.count("numbers") == 5


def test_a_failing_query_leaves_the_table_as_it_was(out: Path) -> None:
    with open_room(out) as room:
        room.save("stage", "numbers", "SELECT i FROM range(5) t(i)")
        with pytest.raises(duckdb.Error):
            room.save("stage", "numbers", "SELECT error('broken') FROM range(9) t(i)")
        assert room.count("numbers") == 5


def test_dropping_what_is_not_there_is_no_error(out: Path) -> None:
    with open_room(out) as room:
        room.con.execute("CREATE TABLE here AS SELECT 1 AS i")
        room.drop(("here", "nowhere"))
        with pytest.raises(duckdb.CatalogException):
            room.count("here")


def test_spilled_rows_of_a_killed_run_are_cleared(out: Path) -> None:
    left = out / HIDDEN / "spill" / "duckdb_temp_block-1.block"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    with open_room(out):
        assert not left.exists()


@pytest.mark.parametrize("text", [None, "", '{"cut o', "[1, 2]", "\udcff"])
def test_a_note_that_is_missing_or_cut_off_counts_as_none(out: Path, text: str | None) -> None:
    with open_room(out) as room:
        if text is not None:
            (out / HIDDEN / "load.json").write_bytes(text.encode("utf-8", "surrogateescape"))
        assert room.read_note("load") is None


def test_a_note_comes_back_as_written(out: Path) -> None:
    note = {"fingerprint": "ab", "record": {"rows": {"Xã": 1}, "seconds": 0.5}}
    with open_room(out) as room:
        room.write_note("load", note)
        assert room.read_note("load") == note


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    for text in ("first", "second"):
        write_whole(tmp_path / "manifest.json", text)
        assert (tmp_path / "manifest.json").read_text("utf-8") == text
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_quotes_are_doubled() -> None:
    assert quoted(Path("l'an/d''or")) == "l''an/d''''or"
