"""A personalisation machine that is simulated: it writes virtual chips, and fails as real ones do, by a seed.

What it does wrong depends on the seed and the serial alone, so the same package gives the same report whatever the order.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sosach.chip.applet.chip import Chip
from sosach.chip.applet.reader import CardRefusesError
from sosach.chip.applet.reader_channel import UnprovedAnswerError
from sosach.chip.der import DerError
from sosach.chip.files.card import SOD
from sosach.chip.line.encoding import personalisation_key, write_chip
from sosach.chip.line.packing import package_digest, unpack, write_report
from sosach.chip.line.sheet import CardRecord, CardResult, Outcome, ProductionReport, Spoilage
from sosach.chip.signing.ports import Signer

_AT_THE_MACHINE = (Spoilage.CHIP_SILENT, Spoilage.PRINT_FAULT, Spoilage.BODY_DAMAGED)


@dataclass(frozen=True, slots=True, repr=False)
class Machine:
    """A machine.

    Attributes:
        machine_id: its name in reports.
        signer: signs its reports.
        private_key: opens the records meant for it (P-256, PKCS #8 DER).
        master: 32 bytes it shares with the maker of the chips.
    """

    machine_id: str
    signer: Signer
    private_key: bytes
    master: bytes


@dataclass(frozen=True, slots=True)
class Troubles:
    """Shares of cards, from 0 to 1.

    Attributes:
        spoils: given up.
        doubles: reported twice.
        silence: made, and missing from the report.
    """

    spoils: float = 0.0
    doubles: float = 0.0
    silence: float = 0.0


@dataclass(frozen=True, slots=True, repr=False)
class Production:
    """What comes out of the machine.

    Attributes:
        report: as it is sent to the issuer, signed.
        chips: the cards that were made, by serial; also those the report does not tell of.
    """

    report: bytes
    chips: Mapping[str, Chip]


def simulate(
    package: bytes,
    *,
    machine: Machine,
    issuer_key: bytes,
    at: datetime,
    seed: int = 0,
    troubles: Troubles = Troubles(),
) -> Production:
    """Work a package off.

    Raises:
        SosachError: STATE-04, not a package of this issuer for this machine; nothing is made.
    """
    job, records = unpack(package, issuer_key=issuer_key, private_key=machine.private_key)
    results: list[CardResult] = []
    chips: dict[str, Chip] = {}
    for record in records:
        result, chip = _make(record, machine=machine, spoiled=_happens(seed, "spoils", record.serial, troubles.spoils))
        if chip is not None:
            chips[record.serial] = chip
        if _happens(seed, "silence", record.serial, troubles.silence):
            continue
        results += [result] * (1 + _happens(seed, "doubles", record.serial, troubles.doubles))
    digest = package_digest(package)
    report = ProductionReport(
        report_id=f"{machine.machine_id}-{digest[:16]}-{seed}",
        job_id=job.job_id,
        package_digest=digest,
        machine_id=machine.machine_id,
        finished=at,
        results=tuple(results),
    )
    return Production(write_report(report, machine=machine.signer), chips)


def _make(record: CardRecord, *, machine: Machine, spoiled: bool) -> tuple[CardResult, Chip | None]:
    """One card: the chip that lies in the blank is written by commands, unless the card is spoiled before or a chip refuses."""
    chip_id = hashlib.sha256(f"chip {record.serial}".encode()).digest()[:8]
    if spoiled:
        return _given_up(record, chip_id, _AT_THE_MACHINE[chip_id[0] % len(_AT_THE_MACHINE)]), None
    chip = Chip(chip_id, personalisation_key(machine.master, chip_id))
    try:
        write_chip(chip.answer, record, master=machine.master)
    except (CardRefusesError, UnprovedAnswerError, DerError):
        return _given_up(record, chip_id, Spoilage.CHIP_REFUSED), None
    chip.reset()
    digest = hashlib.sha256(record.files[SOD]).hexdigest()
    return CardResult(record.serial, record.card_reference, Outcome.MADE, chip_id.hex(), digest), chip


def _given_up(record: CardRecord, chip_id: bytes, reason: Spoilage) -> CardResult:
    told = "" if reason is Spoilage.CHIP_SILENT else chip_id.hex()
    return CardResult(record.serial, record.card_reference, Outcome.SPOILED, told, reason=reason)


def _happens(seed: int, what: str, serial: str, share: float) -> bool:
    """Whether a trouble meets a card: a number drawn from seed, trouble and serial lies below its share."""
    drawn = hashlib.sha256(f"{seed} {what} {serial}".encode()).digest()[:6]
    return int.from_bytes(drawn) < share * 256**6
