"""Every single bit of every file of a card, turned over: not one such card is taken for genuine."""

import random

import pytest
from tests.chip.cards import issuing, small

from sosach.chip import der
from sosach.chip.files.card import SOD, CardFiles, from_identifiers
from sosach.chip.signing.ports import KeyKind
from sosach.chip.verifying.verdict import verify

FEWEST = 20_000  # bits of a card as small as they come


def places(files: dict[int, bytes]) -> list[tuple[int, int]]:
    """Every bit of every file."""
    return [(number, bit) for number, held in files.items() for bit in range(len(held) * 8)]


def unseen(kind: KeyKind, *, count: int | None) -> list[tuple[int, int]]:
    """Bits whose turning over the verifier did not see, of all or of some drawn by a seed."""
    issuer = issuing(kind)
    files = small(issuer).by_identifier()
    assert verify(from_identifiers(files), issuer.trust).genuine
    chosen = places(files)
    assert len(chosen) >= FEWEST
    if count is not None:
        chosen = random.Random(9303).sample(chosen, count)
    return [(number, bit) for number, bit in chosen if verify(turned(files, number, bit), issuer.trust).genuine]


def turned(files: dict[int, bytes], number: int, bit: int) -> CardFiles:
    """The card with one bit turned over."""
    held = bytearray(files[number])
    held[bit // 8] ^= 1 << bit % 8
    return from_identifiers({**files, number: bytes(held)})


@pytest.mark.parametrize("kind", [KeyKind.P256, KeyKind.RSA2048])
def test_a_sample_of_all_bits(kind: KeyKind) -> None:
    assert unseen(kind, count=1_000) == []


@pytest.mark.parametrize("kind", [KeyKind.P256, KeyKind.RSA2048])
def test_every_bit_no_signature_covers_in_the_certificate(kind: KeyKind) -> None:
    issuer = issuing(kind)
    files = small(issuer).by_identifier()
    content, algorithm, signature = der.whole(issuer.certificate).children()
    begins = files[SOD].index(issuer.certificate)
    frame = [*range(content.inside), *range(algorithm.start, signature.inside + 1)]
    bits = [(begins + byte) * 8 + bit for byte in frame for bit in range(8)]
    assert [bit for bit in bits if verify(turned(files, SOD, bit), issuer.trust).genuine] == []


@pytest.mark.heavy
@pytest.mark.parametrize("kind", [KeyKind.P256, KeyKind.RSA2048])
def test_every_bit(kind: KeyKind) -> None:
    assert unseen(kind, count=None) == []
