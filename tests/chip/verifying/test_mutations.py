"""Files nobody would write: bytes and whole elements altered, doubled, moved and cut. The verifier answers each, quickly, and takes none."""

import random
import time

import pytest
from tests.chip.cards import SMALL, Issuing, issuing

from sosach.chip import der
from sosach.chip.files.card import SOD, from_identifiers
from sosach.chip.profiles import PROFILES
from sosach.chip.signing.ports import KeyKind
from sosach.chip.verifying.evidence import Trust
from sosach.chip.verifying.verdict import verify

DG3 = 0x0103
DEEPEST = 12
# Lengths without end, times and texts that are none, numbers in two forms, an element cut off.
ODD = tuple(
    bytes.fromhex(told)
    for told in ("80", "84ffffffff", "82ffff", "a080", "3080", "0600", "0500", "170d5a5a5a5a5a5a5a5a5a5a5a5a5a", "0c02c328", "02020001")
)  # fmt: skip


class Chance:
    """Alters by a seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def bytes_of(self, held: bytes) -> bytes:
        """Some bytes are others, gone, doubled, or odd ones stand between them."""
        made = bytearray(held)
        for _ in range(self.draw.choice((1, 1, 2, 8))):
            at = self.draw.randrange(len(made) + 1)
            piece = self.draw.choice((b"", self.draw.choice(ODD), self.draw.randbytes(self.draw.randrange(20))))
            made[at : at + self.draw.choice((0, 1, len(piece), 20))] = piece
        return bytes(made)

    def element_of(self, held: bytes) -> bytes:
        """One element holds something else, and all around it say its length rightly."""
        found = elements(held)
        if not found:
            return self.bytes_of(held)
        start, inside, end = self.draw.choice(found)
        other = self.draw.choice(found)
        content = held[inside:end]
        made = self.draw.choice((b"", content * 2, held[other[0] : other[2]], self.draw.randbytes(40), b"\0" * 5_000))
        return replaced(held, found, (start, inside, end), made)

    def of(self, held: bytes) -> bytes:
        """One of both, and never what it was."""
        made = self.draw.choice((self.bytes_of, self.element_of))(held)
        return made if made != held else held + b"\0"


def elements(held: bytes) -> list[tuple[int, int, int]]:
    """Where elements begin, where their content does, where they end: as far as lengths can be followed."""
    found: list[tuple[int, int, int]] = []

    def walk(at: int, end: int, depth: int) -> None:
        while at + 2 <= end and depth < DEEPEST:
            head = at + (2 if held[at] & 0x1F == 0x1F else 1)
            wide = held[head] & 0x7F if head < end and held[head] & 0x80 else 0
            inside = head + 1 + wide
            if head >= end or inside > end:
                return
            size = int.from_bytes(held[head + 1 : inside]) if wide else held[head]
            if inside + size > end:
                return
            found.append((at, inside, inside + size))
            if held[at] & 0x20:
                walk(inside, inside + size, depth + 1)
            at = inside + size

    walk(0, len(held), 0)
    return found


def replaced(held: bytes, found: list[tuple[int, int, int]], which: tuple[int, int, int], content: bytes) -> bytes:
    """The whole with other content in one element."""
    start, _, end = which
    made = tag_of(held, start) + der.length(len(content)) + content
    around = [each for each in found if each[1] <= start and end <= each[2]]
    for outer, inside, over in sorted(around, reverse=True):
        inner = held[inside:start] + made + held[end:over]
        made, start, end = tag_of(held, outer) + der.length(len(inner)) + inner, outer, over
    return held[:start] + made + held[end:]


def tag_of(held: bytes, at: int) -> bytes:
    return held[at : at + (2 if held[at] & 0x1F == 0x1F else 1)]


def altered(chance: Chance, issuer: Issuing, files: dict[int, bytes]) -> tuple[dict[int, bytes], Trust]:
    """A card with other files, or one before a verifier with another authority or list."""
    trust, told = issuer.trust, dict(files)
    which = chance.draw.randrange(8)
    name = SOD if which < 4 else chance.draw.choice([each for each in files if each != DG3])
    if which < 6:
        told[name] = chance.of(files[name])
    elif which == 6:
        trust = Trust((chance.of(trust.cscas[0]),), trust.crls, trust.at)
    else:
        trust = Trust(trust.cscas, (chance.of(trust.crls[0]),), trust.at)
    return told, trust


def taken(count: int, seed: int) -> tuple[list[int], float]:
    """Which of so many altered cards were taken for genuine, and seconds of work the costliest took."""
    chance, genuine, longest = Chance(seed), [], 0.0
    cards = [
        (issuer, issuer.card(SMALL, profile).by_identifier())
        for issuer in (issuing(KeyKind.P256), issuing(KeyKind.RSA2048))
        for profile in PROFILES.values()
    ]
    assert all(verify(from_identifiers(files), issuer.trust).genuine for issuer, files in cards)
    for number in range(count):
        issuer, files = chance.draw.choice(cards)
        told, trust = altered(chance, issuer, files)
        before = time.process_time()
        if verify(from_identifiers(told), trust).genuine:
            genuine.append(number)
        longest = max(longest, time.process_time() - before)
    return genuine, longest


def test_elements_are_replaced_whole() -> None:
    held = der.sequence(der.integer(1), der.sequence(der.integer(2), der.integer(3)))
    found = elements(held)
    assert len(found) == 5
    inner = next(each for each in found if held[each[0] : each[2]] == der.integer(2))
    assert replaced(held, found, inner, b"\7" * 200) == der.sequence(
        der.integer(1), der.sequence(der.tlv(der.INTEGER, b"\7" * 200), der.integer(3))
    )


def test_no_altered_card_is_taken() -> None:
    assert taken(300, seed=1)[0] == []


@pytest.mark.heavy
def test_a_hundred_thousand_altered_cards() -> None:
    genuine, longest = taken(100_000, seed=2)
    assert genuine == []
    assert longest < 2  # seconds of processor: bounded, whatever the lengths promise
