"""What opens a chip: the line printed for machines, or the six digits on its face (Doc 9303 part 11, § 9.7.2 and 9.7.3)."""

from dataclasses import dataclass
from typing import Self

from sosach.chip.applet.ciphers import password_key

BY_MRZ, BY_CAN = 1, 2
_ZONE = 90


@dataclass(frozen=True, slots=True, repr=False)
class Password:
    """A password and the number PACE refers to it by.

    Attributes:
        reference: 1 the MRZ, 2 the CAN.
        secret: what keys are derived from.
    """

    reference: int
    secret: bytes

    @classmethod
    def of_zone(cls, zone: str) -> Self:
        """By the 90 characters of the MRZ, as a reader at a counter scans them."""
        return cls(BY_MRZ, password_key(mrz_information(zone)))

    @classmethod
    def of_can(cls, can: str) -> Self:
        """By the six digits."""
        return cls(BY_CAN, can.encode("ascii"))


def mrz_information(zone: str) -> str:
    """Number, birth and expiry, each with its check digit, out of the 90 characters of a TD1.

    Raises:
        ValueError: not 90 characters.

    >>> mrz_information("I<UTOD231458907" + "<" * 15 + "7408122F1204159UTO" + "<" * 11 + "6" + "ERIKSSON<<ANNA<MARIA" + "<" * 10)
    'D23145890774081221204159'
    """
    if len(zone) != _ZONE:
        raise ValueError("a TD1 has 90 characters")
    return zone[5:15] + zone[30:37] + zone[38:45]
