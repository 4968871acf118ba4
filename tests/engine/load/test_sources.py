"""Inputs as files: fingerprints, refusals by the system, what is left out and said."""

from pathlib import Path

import pytest

from sosach.base.errors import ErrorCode, SosachError
from sosach.engine.load import input_fingerprint
from sosach.engine.load.sources import find_sources


def test_fingerprint_follows_content_and_order_only(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "a.csv").write_bytes(b"a" * 1_000)
        (folder / "b.csv").write_bytes(b"b" * 10)
    assert input_fingerprint(one) == input_fingerprint(two)
    assert len(input_fingerprint(one)) == 64
    (two / ".DS_Store").write_bytes(b"x")
    assert input_fingerprint(one) == input_fingerprint(two)
    (two / "b.csv").write_bytes(b"b" * 9 + b"c")
    assert input_fingerprint(one) != input_fingerprint(two)
    (two / "a.csv").rename(two / "c.csv")
    (two / "b.csv").write_bytes(b"b" * 10)
    assert input_fingerprint(one) != input_fingerprint(two)


def test_fingerprint_of_many_pieces(tmp_path: Path) -> None:
    big = tmp_path / "a.csv"
    big.write_bytes(bytes(range(256)) * (70 << 10))  # 17.5 MB: two pieces
    first = input_fingerprint(big)
    with big.open("r+b") as stream:
        stream.seek(17 << 20)
        stream.write(b"!")
    assert input_fingerprint(big) != first


def test_left_out_files_are_named(tmp_path: Path) -> None:
    for name in ("a.csv", "~$a.xlsx", "ghi chú.docx", "b.csv"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "con").mkdir()
    (tmp_path / "empty.csv").touch()
    files, notes = find_sources(tmp_path)
    assert [file.path.name for file in files] == ["a.csv", "b.csv"]
    assert {note.file for note in notes} == {"~$a.xlsx", "ghi chú.docx", "con", "empty.csv"}
    assert all(note.vi and note.en for note in notes)


@pytest.mark.parametrize(
    ("error", "words"), [(PermissionError(13, "denied"), "permission denied"), (OSError(5, "I/O error"), "I/O error")]
)
def test_the_system_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str) -> None:
    (tmp_path / "a.csv").write_bytes(b"x")

    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SosachError) as caught:
        find_sources(tmp_path / "a.csv")
    assert caught.value.code is ErrorCode.INPUT_UNREADABLE
    assert words in caught.value.en
