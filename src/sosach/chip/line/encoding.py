"""How a machine writes a chip: the commands that make an empty one a card, under the chip's personalisation key."""

import hmac

from sosach.chip.applet.ciphers import AES_256
from sosach.chip.applet.commands import DATA, FARTHEST, OFFSET, data_object
from sosach.chip.applet.passwords import mrz_information
from sosach.chip.applet.personalising import ACTIVE, AGREEMENT, CAN, MRZ
from sosach.chip.applet.reader import Reader, Transmit
from sosach.chip.files import zone
from sosach.chip.files.card import GROUP
from sosach.chip.line.sheet import CardRecord

_PIECE = 4_000
_OWN_NUMBER = 0x9F7F


def personalisation_key(master: bytes, chip_id: bytes) -> bytes:
    """The key of one chip out of the master key its maker shares with the machine."""
    return hmac.digest(master, b"sosach personalisation" + chip_id, "sha256")


def chip_number(transmit: Transmit) -> bytes:
    """The own number of an empty chip.

    Raises:
        CardRefusesError: it does not tell.
    """
    return Reader(transmit).ask(0xCA, _OWN_NUMBER, expected=256)


def write_chip(transmit: Transmit, record: CardRecord, *, master: bytes) -> None:
    """Write a record into an empty chip and lock it.

    Raises:
        CardRefusesError: the chip refused; it is no card.
        UnprovedAnswerError: something else than the chip answered.
        DerError: DG1 holds no machine-readable zone, so nobody could open the card.
    """
    machine = Reader(transmit)
    machine.prove(AES_256, personalisation_key(master, chip_number(transmit)))
    for identifier, content in record.files.items():
        control = data_object(0x80, len(content).to_bytes(2)) + data_object(0x83, identifier.to_bytes(2))
        machine.ask(0xE0, 0, data_object(0x62, control))
        for start in range(0, len(content), _PIECE):
            _write(machine, start, content[start : start + _PIECE])
    printed = mrz_information(zone.read(record.files[GROUP + 1]))
    secrets = record.secrets
    for tag, value in (
        (MRZ, printed.encode("ascii")),
        (CAN, secrets.can.encode("ascii")),
        (ACTIVE, secrets.active),
        (AGREEMENT, secrets.agreement),
    ):
        if value:
            machine.ask(0xDA, tag, value)
    machine.ask(0x44, 0)


def _write(machine: Reader, start: int, piece: bytes) -> None:
    """Bytes of the selected file from an offset on."""
    if start <= FARTHEST:
        machine.ask(0xD6, start, piece)
    else:
        machine.ask(0xD7, 0, data_object(OFFSET, start.to_bytes(3)) + data_object(DATA, piece))
