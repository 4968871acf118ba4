"""A station with a virtual reader, in namespaces of its own: cards are made, put into the reader, and read by programs nobody here wrote.

Run as `unshare --net --mount python -m tests.readers.station COUNT FACE [altered]`; prints one JSON line for every card and
reader. With `altered`, one bit of every chip's EF.DG13 is another than was sent to the machine. vpcd
listens on every address of its machine: in a network namespace there is none but the loopback, and nobody else on it.
"""

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from tests.chip.line.made import AT, records
from tests.readers.eac import EacReader
from tests.readers.eac import RefusedError as EacRefusedError
from tests.readers.mrtd import MrtdReader
from tests.readers.pcsc import Card, connected

from sosach.chip.applet.chip import Chip
from sosach.chip.applet.passwords import mrz_information
from sosach.chip.applet.vpcd import insert, serve
from sosach.chip.files import zone
from sosach.chip.line.machine import Machine, simulate
from sosach.chip.line.packing import pack
from sosach.chip.line.sheet import CardRecord, JobSheet
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.software import SoftwareSigner

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
PORT = 35963
_FINGERS = 0x0103
_CARD_ACCESS = 0x011C
_CLOSELY, _EACH = 16, 25
"""Cards looked at closely: so many first ones, then one of so many, which meets every profile and every age in its turn."""


class Slot:
    """Holds one chip after the other; the reader knows a new one by its reset."""

    def __init__(self, chip: Chip) -> None:
        self.chip = chip

    @property
    def atr(self) -> bytes:
        return self.chip.atr

    def reset(self) -> None:
        self.chip.reset()

    def answer(self, raw: bytes) -> bytes:
        return self.chip.answer(raw)


def made(count: int, face: int) -> list[tuple[CardRecord, Chip]]:
    """Cards over all profiles, personalised by the simulated machine out of its package."""
    cards = records(count, face=face)
    key = generate_private_key(SECP256R1())
    issuer, signer = SoftwareSigner.make(KeyKind.P256), SoftwareSigner.make(KeyKind.P256)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    sheet = JobSheet("J1", AT, "all", count, issuer.key_id)
    package = pack(sheet, cards, issuer=issuer, machine_key=public)
    machine = Machine("M1", signer, private, bytes(32))
    chips = simulate(package, machine=machine, issuer_key=issuer.public_key, at=AT).chips
    return [(card, chips[card.serial]) for card in cards]


@contextmanager
def virtual_reader(folder: Path) -> Iterator[None]:
    """The daemon of PC/SC with vsmartcard's reader, closed to everybody else."""
    _loopback_up()
    Path("/run/pcscd").mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run/pcscd"], check=True)
    config = folder / "reader"
    text = f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{PORT:#x}\nLIBPATH {DRIVER}\nCHANNELID {PORT:#x}\n'
    config.write_text(text, encoding="ascii")
    daemon = subprocess.Popen(
        ["pcscd", "--foreground", "--config", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        daemon.terminate()
        daemon.wait(60)


def _loopback_up() -> None:
    """The loopback of a new network namespace is down: flags up and running."""
    with socket.socket() as line:
        fcntl.ioctl(line, 0x8914, struct.pack("16sH14s", b"lo", 0x41, b""))


def _inserted() -> socket.socket:
    for _ in range(1_200):
        try:
            return insert(port=PORT)
        except Exception:  # noqa: BLE001 - the daemon needs a moment to start
            time.sleep(0.05)
    raise SystemExit("no virtual reader")


@contextmanager
def _card() -> Iterator[Card]:
    for _ in range(1_200):
        with connected() as card:
            if card is not None:
                yield card
                return
        time.sleep(0.05)
    raise SystemExit("no card in the reader")


def _read_by(reader: EacReader | MrtdReader, record: CardRecord, *, closely: bool) -> str:
    """What is wrong with a reader's reading; "" when every file is byte-equal, and closely: when what is closed stays so."""
    printed = zone.read(record.files[0x0101])
    information = printed if isinstance(reader, EacReader) else mrz_information(printed)
    wanted = [identifier for identifier in record.files if identifier not in {_FINGERS, _CARD_ACCESS}]
    files = reader.read(information, wanted)
    if isinstance(reader, EacReader):
        wanted.append(_CARD_ACCESS)
    differing = [f"{identifier:04X}" for identifier in wanted if files.get(identifier) != record.files[identifier]]
    if not differing and closely and isinstance(reader, EacReader):
        return _left_open(reader, record, information)
    return f"differing: {differing}" if differing else ""


def _left_open(reader: EacReader, record: CardRecord, information: str) -> str:
    """What a card shows that it should not, or does not open with its CAN; "" when all is well."""
    if _FINGERS in record.files and not _refused(reader, information, _FINGERS, "6982"):
        return "fingerprints were not refused"
    if not _refused(reader, information, 0x010B, "6a82"):
        return "EF.DG11 was found"
    opened = reader.read(record.secrets.can, [0x0101], can=True)
    return "" if opened[0x0101] == record.files[0x0101] else "CAN"


def _refused(reader: EacReader, information: str, identifier: int, word: str) -> bool:
    try:
        reader.read(information, [identifier])
    except EacRefusedError as refusal:
        return str(refusal) == word
    return False


def main(count: int, face: int, *, altered: bool) -> None:
    """Make cards, read each by both readers, tell."""
    cards = made(count, face)
    if altered:
        for _, chip in cards:
            chip._memory.files[0x010D].content[-1] ^= 1
    with tempfile.TemporaryDirectory() as name, virtual_reader(Path(name)):
        slot = Slot(cards[0][1])
        threading.Thread(target=serve, args=(slot, _inserted()), daemon=True).start()
        with _card() as card:
            readers = {"libeac3": EacReader(card.transmit), "libmrtd0": MrtdReader(card.transmit, Path(name))}
            for number, (record, chip) in enumerate(cards):
                slot.chip, closely = chip, number < _CLOSELY or number % _EACH == 0
                for title, reader in readers.items():
                    card.reset()
                    card.commands = 0
                    begun = time.perf_counter()
                    fault = _read_by(reader, record, closely=closely)
                    seconds = time.perf_counter() - begun
                    told = {"serial": record.serial, "reader": title, "fault": fault, "seconds": seconds}
                    sys.stdout.write(json.dumps(told | {"commands": card.commands}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    os.umask(0o077)
    main(int(sys.argv[1]), int(sys.argv[2]), altered="altered" in sys.argv)
