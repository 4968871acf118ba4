"""A card's files on disk: a folder or a ZIP with one file for each, named as the standard names them."""

import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.files.card import CARD_ACCESS, COM, GROUP, SOD, CardFiles, from_identifiers
from sosach.chip.files.index import TAGS

NAMES = {"EF.CardAccess.bin": CARD_ACCESS, "EF.COM.bin": COM, "EF.SOD.bin": SOD} | {
    f"DG{number}.bin": GROUP + number for number in TAGS
}
"""File name → identifier on the chip."""
_LARGEST = 0xFFFF
_SOD_NAME = "EF.SOD.bin"


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
    found = dict(_in_folder(place) if place.is_dir() else _in_zip(place))
    if SOD not in found:
        raise _no_card(place, f"không có {_SOD_NAME}", f"it holds no {_SOD_NAME}")
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
        raise _no_card(place, "không có thẻ nào", "it holds no card")
    return found


def _in_folder(folder: Path) -> Iterator[tuple[int, bytes]]:
    for name, identifier in NAMES.items():
        file = folder / name
        if file.is_file():
            if file.stat().st_size > _LARGEST:
                raise _no_card(folder, f"{name} quá lớn", f"{name} is too large")
            yield identifier, file.read_bytes()


def _in_zip(file: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with closing(zipfile.ZipFile(file)) as held:
            entries = {entry.filename.rpartition("/")[2]: entry for entry in held.infolist()}
            for name, identifier in NAMES.items():
                if name in entries:
                    if entries[name].file_size > _LARGEST:
                        raise _no_card(file, f"{name} quá lớn", f"{name} is too large")
                    yield identifier, held.read(entries[name])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as failure:
        raise _no_card(file, str(failure), str(failure)) from failure


def _no_card(place: Path, vi: str, en: str) -> SosachError:
    return SosachError(
        ErrorCode.INPUT_UNREADABLE,
        vi=f"{place} không phải thẻ: {vi}",
        en=f"{place} is no card: {en}",
        hint_vi=f"Cần thư mục hoặc tệp ZIP có {', '.join(NAMES)}.",
        hint_en=f"A folder or a ZIP is needed, with {', '.join(NAMES)}.",
    )
