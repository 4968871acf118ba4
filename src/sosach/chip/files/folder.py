"""A card's files on disk: a folder or a ZIP with one file for each, named as the standard names them."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.files.card import CARD_ACCESS, COM, GROUP, LARGEST, SOD, CardFiles, from_identifiers
from sosach.chip.files.index import TAGS

NAMES = {"EF.CardAccess.bin": CARD_ACCESS, "EF.COM.bin": COM, "EF.SOD.bin": SOD} | {
    f"DG{number}.bin": GROUP + number for number in TAGS
}
"""File name → identifier on the chip."""
_SOD_NAME = "EF.SOD.bin"
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The only ways of packing whose unpacking can be stopped at a size: the others of ZIP fill the memory first."""
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,  # what is encrypted
    ValueError,
    OSError,
)
"""Whatever reading a ZIP that is damaged, or none, may raise."""


def write_folder(files: CardFiles, folder: Path) -> None:
    """Write the files of a card into a folder, which is made when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    held = files.by_identifier()
    for name, identifier in NAMES.items():
        if held.get(identifier):
            (folder / name).write_bytes(held[identifier])


def read_card(place: Path) -> CardFiles:
    """The files of the card in a folder or a ZIP; other files in it are passed over.

    Raises:
        SosachError: INPUT-01 it does not exist; INPUT-02 it is no card.
    """
    if not place.exists():
        raise SosachError(ErrorCode.INPUT_MISSING, vi=f"Không có {place}", en=f"There is no {place}")
    found = dict(_in_folder(place)) if place.is_dir() else read_zip(place, called=str(place))
    if SOD not in found:
        raise _no_card(str(place), f"không có {_SOD_NAME}", f"it holds no {_SOD_NAME}")
    return from_identifiers(found)


def cards_in(place: Path) -> list[Path]:
    """The cards at a place: itself, or the folders and ZIPs in it, by name.

    Raises:
        SosachError: INPUT-01 it does not exist; INPUT-02 it holds no card.
    """
    if not place.is_dir() or (place / _SOD_NAME).is_file():
        return [place]
    found = sorted(each for each in place.iterdir() if each.suffix == ".zip" or (each / _SOD_NAME).is_file())
    if not found:
        raise _no_card(str(place), "không có thẻ nào", "it holds no card")
    return found


def _in_folder(folder: Path) -> Iterator[tuple[int, bytes]]:
    for name, identifier in NAMES.items():
        file = folder / name
        if file.is_file():
            try:
                with file.open("rb") as held:
                    yield identifier, _bounded(held, name, str(folder))
            except OSError as failure:
                raise _no_card(str(folder), f"{name} không đọc được", f"{name} cannot be read") from failure


def read_zip(held: Path | IO[bytes], *, called: str) -> dict[int, bytes]:
    """The files of a chip in a ZIP, in whatever folder, by identifier; other files in it are passed over.

    Args:
        held: the ZIP.
        called: what to call it when it is none.

    Raises:
        SosachError: INPUT-02 no ZIP that can be read, nothing of a chip in it, or a file larger than a chip holds.
    """
    found: dict[int, bytes] = {}
    try:
        with zipfile.ZipFile(held) as archive:
            entries = {entry.filename.rpartition("/")[2]: entry for entry in archive.infolist()}
            for name in filter(entries.__contains__, NAMES):
                if entries[name].compress_type not in _PACKED:
                    raise NotImplementedError(name)
                with archive.open(entries[name]) as entry:
                    found[NAMES[name]] = _bounded(entry, name, called)
    except _DAMAGED as failure:
        raise _no_card(
            called,
            "không phải tệp ZIP đọc được (hỏng, có mật khẩu hoặc nén theo cách lạ)",
            "no ZIP that can be read (damaged, with a password, or packed in an unusual way)",
        ) from failure
    if not found:
        raise _no_card(called, "không có tệp nào của chip", "it holds no file of a chip")
    return found


def _bounded(held: IO[bytes], name: str, called: str) -> bytes:
    """All of a file, as far as a chip could hold it: what it promises of its size is not believed."""
    content = held.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _no_card(called, f"{name} quá lớn", f"{name} is too large")
    return content


def _no_card(place: str, vi: str, en: str) -> SosachError:
    return SosachError(
        ErrorCode.INPUT_UNREADABLE,
        vi=f"{place} không phải thẻ: {vi}",
        en=f"{place} is no card: {en}",
        hint_vi=f"Cần thư mục hoặc tệp ZIP có {', '.join(NAMES)}.",
        hint_en=f"A folder or a ZIP is needed, with {', '.join(NAMES)}.",
    )
