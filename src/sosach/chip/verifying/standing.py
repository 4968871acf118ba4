"""Rules no file can answer: this very chip is the one that was made, and the register still counts the card."""

import hashlib

from sosach.chip.verifying.evidence import Evidence


def chip_answered(card: Evidence) -> bool:
    """The chip proved that it holds the private key of DG14 or DG15: a copy of the files cannot."""
    return card.chip_authentic is True


def in_force(card: Evidence) -> bool:
    """The register says the card is in force."""
    return card.register is not None and card.register.active


def as_issued(card: Evidence) -> bool:
    """EF.SOD is the one the register keeps the digest of."""
    return card.register is not None and hashlib.sha256(card.files.sod).digest() == card.register.sod_digest
