"""Chips for the tests: an empty one, and one personalised by the machine's own commands."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.chip.line.made import record

from sosach.chip.applet.chip import Chip
from sosach.chip.applet.passwords import Password
from sosach.chip.applet.reader import CardRefusesError, Reader
from sosach.chip.files import zone
from sosach.chip.line.encoding import personalisation_key, write_chip
from sosach.chip.line.sheet import CardRecord
from sosach.chip.profiles import PROFILES

MASTER = b"m" * 32
NUMBER = b"CHIP0001"
RECORD = record(1, PROFILES["VN-CC-2024"])
APPLICATION = bytes.fromhex("00a4040c07a0000002471001")


def empty() -> Chip:
    """As the maker delivers it."""
    return Chip(NUMBER, personalisation_key(MASTER, NUMBER))


def personalised(card: CardRecord = RECORD) -> Chip:
    """Written and locked, and out of the machine."""
    chip = empty()
    write_chip(chip.answer, card, master=MASTER)
    chip.reset()
    return chip


def by_mrz(card: CardRecord = RECORD) -> Password:
    """What a reader at a counter scans."""
    return Password.of_zone(zone.read(card.files[0x0101]))


def opened(chip: Chip, card: CardRecord = RECORD) -> Reader:
    """A reader that opened the application by BAC."""
    reader = Reader(chip.answer)
    reader.select_application()
    reader.open_by_mrz(by_mrz(card))
    return reader


@contextmanager
def refused(word: int) -> Iterator[None]:
    """What is inside is refused with this status word."""
    with pytest.raises(CardRefusesError) as caught:
        yield
    assert f"{caught.value.word:04X}" == f"{word:04X}"
