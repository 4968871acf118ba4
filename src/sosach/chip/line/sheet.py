"""What a personalisation machine is told of a job and of each card, and what it reports of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class JobSheet:
    """One job for the machine.

    Attributes:
        job_id: its number at the issuer.
        created: when the package was made, with a time zone.
        profile: name of the profile of its cards.
        count: how many cards.
        signer_id: the document signer whose signature the cards carry.
    """

    job_id: str
    created: datetime
    profile: str
    count: int
    signer_id: str


@dataclass(frozen=True, slots=True, repr=False)
class ChipSecrets:
    """What a chip holds and never tells; it exists here, in the package encrypted to the machine, and in the chip.

    Attributes:
        active: private key of active authentication, PKCS #8 DER; b"" without.
        agreement: private key of chip authentication, PKCS #8 DER; b"" without.
        can: six digits printed on the card with which PACE may be opened; "" without.
    """

    active: bytes = b""
    agreement: bytes = b""
    can: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class CardRecord:
    """One card of a job.

    Attributes:
        serial: number of the blank it is to be made on.
        card_reference: the 16 characters the chip tells of itself.
        files: elementary files by identifier, as `CardFiles.by_identifier` gives them.
        secrets: keys of the chip.
        printed: values printed on the face, by name of the field.
    """

    serial: str
    card_reference: str
    files: Mapping[int, bytes]
    secrets: ChipSecrets = field(default_factory=ChipSecrets)
    printed: Mapping[str, str] = field(default_factory=dict)


class Outcome(StrEnum):
    """What became of one card at the machine."""

    MADE = "made"
    SPOILED = "spoiled"


class Spoilage(StrEnum):
    """Why a machine gave a card up."""

    CHIP_SILENT = "chip_silent"  # the chip never answered
    CHIP_REFUSED = "chip_refused"  # it refused a command
    PRINT_FAULT = "print_fault"  # the face is not as it should be
    BODY_DAMAGED = "body_damaged"  # scratched, bent, badly laminated


@dataclass(frozen=True, slots=True)
class CardResult:
    """What the machine says of one card; the same card may turn up twice, or not at all.

    Attributes:
        serial: number of the blank.
        card_reference: as in the record.
        outcome: made or spoiled.
        chip_id: the chip's own number, 16 hexadecimal digits; "" when it never answered.
        sod_digest: SHA-256 of the EF.SOD written, hexadecimal; "" when spoiled.
        reason: why spoiled, one of `Spoilage`; "" otherwise.
    """

    serial: str
    card_reference: str
    outcome: Outcome
    chip_id: str = ""
    sod_digest: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProductionReport:
    """What a machine reports of a job.

    Attributes:
        report_id: its own name, so that a second delivery of it is known.
        job_id: the job.
        package_digest: SHA-256 of the package it worked from, hexadecimal.
        machine_id: which machine.
        finished: when, with a time zone.
        results: card by card, in the order of work.
    """

    report_id: str
    job_id: str
    package_digest: str
    machine_id: str
    finished: datetime
    results: tuple[CardResult, ...]
