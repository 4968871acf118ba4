"""Keys a chip proves itself with, made for one card when its job is prepared."""

import secrets

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from sosach.chip.files.card import ChipPublics
from sosach.chip.line.sheet import ChipSecrets
from sosach.chip.profiles import Profile


def make_chip_keys(profile: Profile) -> tuple[ChipSecrets, ChipPublics]:
    """Fresh secrets as the profile asks for them, and their public halves for the files of the card.

    The secrets go into the record for the machine and nowhere else.
    """
    active = _pair() if profile.active else (b"", b"")
    agreement = _pair() if profile.agreement else (b"", b"")
    can = f"{secrets.randbelow(1_000_000):06d}"
    return ChipSecrets(active[0], agreement[0], can), ChipPublics(active[1], agreement[1])


def _pair() -> tuple[bytes, bytes]:
    """Private key as PKCS #8, public as SubjectPublicKeyInfo."""
    key = generate_private_key(SECP256R1())
    return (
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )
