"""Cards in a folder as judges read them: the files of each card, and whom to trust; many good ones, a few forged."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.chip.cards import Issuing, content, issuing

from sosach.chip.der import whole
from sosach.chip.files.card import CardFiles
from sosach.chip.profiles import PROFILES
from sosach.chip.signing.ports import KeyKind

KINDS = (KeyKind.P256, KeyKind.P384, KeyKind.RSA2048, KeyKind.RSA3072)
"""What all five judges know; brainpool curves only some."""


@cache
def foreign(kind: KeyKind) -> Issuing:
    """Somebody who calls himself as the issuer does."""
    made: Issuing = issuing.__wrapped__(kind)
    return made


def card(number: int, issuer: Callable[[KeyKind], Issuing] = issuing) -> CardFiles:
    """A card by its number: profiles and kinds of signers in every combination, people by chance."""
    profile = list(PROFILES.values())[number % len(PROFILES)]
    return issuer(KINDS[number // len(PROFILES) % len(KINDS)]).card(content(number), profile)


def _flipped(file: bytes, place: int) -> bytes:
    return file[:place] + bytes((file[place] ^ 1,)) + file[place + 1 :]


def _bit_of_content(number: int) -> CardFiles:
    made = card(number)
    return replace(
        made, sod=_flipped(made.sod, made.sod.index(b"\x04\x20" if b"\x04\x20" in made.sod else b"\x04\x30") + 5)
    )


def _bit_of_signature(number: int) -> CardFiles:
    made = card(number)
    return replace(made, sod=_flipped(made.sod, len(made.sod) - 1))


def _group_of_another(number: int) -> CardFiles:
    made = card(number)
    return replace(made, groups={**made.groups, 13: card(number + 1000).groups[13]})


def _group_added(number: int) -> CardFiles:
    made = card(number)
    return replace(made, groups={**made.groups, 16: b"\x70\x00"})


def _foreign_authority(number: int) -> CardFiles:
    return card(number, foreign)


FORGERIES: dict[str, Callable[[int], CardFiles]] = {
    "bit-of-content": _bit_of_content,
    "bit-of-signature": _bit_of_signature,
    "group-of-another": _group_of_another,
    "group-added": _group_added,
    "foreign-authority": _foreign_authority,
}


def lay_out(folder: Path, count: int) -> None:
    """Write good cards and, for every kind of signer, one of every forgery; `trust` as PEM in one file and DER in many."""
    for number in range(count):
        _write(folder / "cards" / f"good-{number:04}", card(number))
    for name, forge in FORGERIES.items():
        for number in range(0, len(PROFILES) * len(KINDS), len(PROFILES)):
            _write(folder / "cards" / f"forged-{name}-{number}", forge(number))
    trust = folder / "trust"
    trust.mkdir()
    together = b""
    for kind in KINDS:
        issuer = issuing(kind)
        (trust / f"{kind}.der").write_bytes(issuer.authority.certificate)
        (trust / f"{kind}.crl").write_bytes(issuer.crl)
        alone = issuer.authority.read.public_bytes(Encoding.PEM)
        (trust / f"{issuer.authority.key_identifier.hex()}.pem").write_bytes(alone)
        together += alone
        together += x509.load_der_x509_crl(issuer.crl).public_bytes(Encoding.PEM)
    (trust / "all.pem").write_bytes(together)


def _write(folder: Path, files: CardFiles) -> None:
    folder.mkdir(parents=True)
    (folder / "sod.cms").write_bytes(whole(files.sod).body)
    for number, group in files.groups.items():
        (folder / f"dg{number}.bin").write_bytes(group)
