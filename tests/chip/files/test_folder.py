"""Files of a card out of a ZIP, from disk or sent over the line: what is damaged, closed or far too large is refused in words."""

import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from tests.chip.cards import small

from sosach.base.errors import SosachError
from sosach.chip.files.card import LARGEST
from sosach.chip.files.folder import NAMES, read_card, read_zip

WORDS = {name: name.encode() * 40 for name in NAMES}
LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def zipped(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    told = BytesIO()
    with zipfile.ZipFile(told, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return told.getvalue()


def written(archive: bytes, *, local: int, central: int, value: bytes) -> bytes:
    """Another value in the headers of every entry."""
    made = bytearray(archive)
    for mark, offset in ((LOCAL, local), (CENTRAL, central)):
        at = made.find(mark)
        while at >= 0:
            made[at + offset : at + offset + len(value)] = value
            at = made.find(mark, at + 1)
    return bytes(made)


def spoiled() -> bytes:
    """A byte of a content is another: its sum does not fit."""
    content = b"\x77" * 400
    archive = zipped({"EF.SOD.bin": content}, zipfile.ZIP_STORED)
    return archive.replace(content, b"\x76" + content[1:])


def broken_stream() -> bytes:
    """Blocks of a kind there is none of."""
    archive = bytearray(zipped({"EF.SOD.bin": b"abc" * 200}))
    start = archive.index(b"EF.SOD.bin") + len("EF.SOD.bin")
    archive[start] = 0xFF
    return bytes(archive)


def lying(size: int) -> bytes:
    """More than it says it is: the sizes in both headers are a small one."""
    archive = zipped({"EF.SOD.bin": bytes(50_000_000)})
    return written(archive, local=22, central=24, value=size.to_bytes(4, "little"))


BAD = {
    "nothing": b"",
    "no ZIP": b"no zip",
    "cut off": zipped(WORDS)[:-40],
    "content cut out": zipped(WORDS)[:60] + zipped(WORDS)[600:],
    "sum": spoiled(),
    "stream": broken_stream(),
    "password": written(zipped(WORDS), local=6, central=8, value=b"\x01\x00"),
    "unknown packing": written(zipped(WORDS), local=8, central=10, value=b"\x63\x00"),
    "unbounded packing": zipped(WORDS, zipfile.ZIP_LZMA),
    "less than it is": lying(500),
}


@pytest.mark.parametrize("archive", BAD.values(), ids=BAD)
def test_what_is_no_zip_is_refused_in_words(archive: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(archive)
    with pytest.raises(SosachError, match=r"INPUT-02: .*x\.zip is no card: no ZIP that can be read") as on_disk:
        read_card(tmp_path / "x.zip")
    with pytest.raises(SosachError, match="INPUT-02: sent is no card: no ZIP that can be read"):
        read_zip(BytesIO(archive), called="sent")
    assert "không phải tệp ZIP đọc được" in on_disk.value.vi


def test_a_file_no_chip_holds_does_not_fill_the_memory() -> None:
    archives = zipped({"EF.SOD.bin": bytes(50_000_000)}), lying(LARGEST)
    for archive, words in zip(archives, ("too large", "no ZIP"), strict=True):
        tracemalloc.start()
        try:
            with pytest.raises(SosachError, match=words):
                read_zip(BytesIO(archive), called="bomb")
            assert tracemalloc.get_traced_memory()[1] < 5_000_000
        finally:
            tracemalloc.stop()


def test_a_zip_of_other_things_is_no_card(tmp_path: Path) -> None:
    with pytest.raises(SosachError, match="no file of a chip"):
        read_zip(BytesIO(zipped({"letter.txt": b"x"})), called="sent")
    (tmp_path / "x.zip").write_bytes(zipped({"DG1.bin": b"x"}))
    with pytest.raises(SosachError, match=r"no EF\.SOD"):
        read_card(tmp_path / "x.zip")


def test_a_disk_that_refuses_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "EF.SOD.bin").write_bytes(b"x")

    def refusing(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(SosachError, match="cannot be read"):
        read_card(tmp_path)
    monkeypatch.setattr(zipfile, "ZipFile", refusing)
    with pytest.raises(SosachError, match="no ZIP that can be read"):
        read_zip(tmp_path / "x.zip", called="x")


def test_the_files_are_those_of_the_card() -> None:
    files = small().by_identifier()
    held = {f"card/{name}": files[identifier] for name, identifier in NAMES.items()}
    found = read_zip(BytesIO(zipped(held | {"card/other.txt": b"x"})), called="sent")
    assert found == files
