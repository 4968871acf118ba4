"""Whatever comes over the line: a chip answers with a status word, in every stage of its life; a reader says that it cannot read."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chip.applet.cards import MASTER, NUMBER, RECORD, by_mrz, empty, opened, personalised

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.applet.chip import Chip
from sosach.chip.applet.ciphers import AES_256
from sosach.chip.applet.commands import Command, data_object
from sosach.chip.applet.inspection import inspect
from sosach.chip.applet.reader import Reader
from sosach.chip.applet.reader_channel import ReaderChannel, encode
from sosach.chip.line.encoding import personalisation_key

INSTRUCTIONS = (0x22, 0x44, 0x82, 0x84, 0x86, 0x88, 0xA4, 0xB0, 0xB1, 0xCA, 0xD6, 0xD7, 0xDA, 0xE0, 0x00)
PARAMETERS = (0, 0x040C, 0x020C, 0x000C, 0xC1A4, 0x41A4, 0x9F7F, 0x0201, 0x0203, 0x8100, 0x9E00, 0x0101, 0x7FFF)
TAGS = (0x53, 0x54, 0x62, 0x7C, 0x80, 0x81, 0x83, 0x84, 0x85, 0x87, 0x97, 0x8E, 0x99, 0x06)
IDENTIFIERS = st.sampled_from(
    [bytes.fromhex(h) for h in ("04007f00070202040202", "04007f00070202030202", "0101", "a0000002471001")]
)


def _objects(inner: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.lists(st.builds(data_object, st.sampled_from(TAGS), inner), max_size=3).map(b"".join)


CONTENTS = st.recursive(st.binary(max_size=70) | IDENTIFIERS, _objects, max_leaves=4)
COMMANDS = st.builds(
    Command,
    st.sampled_from((0x00, 0x0C, 0x10, 0x1C, 0x80, 0x04)),
    st.sampled_from(INSTRUCTIONS) | st.integers(0, 255),
    st.integers(0, 255),
    st.integers(0, 255),
    CONTENTS,
    st.none() | st.sampled_from((1, 8, 256, 300, 65_536)),
)
LIKELY = st.builds(
    lambda ins, parameters, content, expected: Command(0, ins, parameters >> 8, parameters & 0xFF, content, expected),
    st.sampled_from(INSTRUCTIONS),
    st.sampled_from(PARAMETERS),
    CONTENTS,
    st.none() | st.sampled_from((1, 8, 256, 65_536)),
)
WIRE = st.binary(max_size=40) | st.builds(encode, COMMANDS) | st.builds(encode, LIKELY)
_READY = personalised()


def locked() -> Chip:
    """One personalised chip for all: it is locked, so nothing a command does outlasts its power."""
    _READY.reset()
    return _READY


def total(chip: Chip, raw: bytes) -> None:
    assert chip.answer(raw)[-2] & 0xF0 in {0x60, 0x90}


@pytest.mark.parametrize("make", [empty, locked], ids=["empty", "locked"])
@settings(max_examples=60, deadline=None)
@given(wires=st.lists(WIRE, min_size=1, max_size=12))
def test_over_a_plain_line(make: Callable[[], Chip], wires: list[bytes]) -> None:
    chip = make()
    for raw in wires:
        total(chip, raw)


def _by_reader() -> tuple[Chip, ReaderChannel | None]:
    chip = locked()
    return chip, opened(chip).channel


def _by_machine() -> tuple[Chip, ReaderChannel | None]:
    chip = empty()
    machine = Reader(chip.answer)
    machine.prove(AES_256, personalisation_key(MASTER, NUMBER))
    return chip, machine.channel


@pytest.mark.parametrize("opening", [_by_reader, _by_machine], ids=["reader", "machine"])
@settings(max_examples=50, deadline=None)
@given(commands=st.lists(LIKELY | COMMANDS, min_size=1, max_size=12), noise=st.binary(max_size=30))
def test_within_a_session(
    opening: Callable[[], tuple[Chip, ReaderChannel | None]], commands: list[Command], noise: bytes
) -> None:
    chip, channel = opening()
    assert channel is not None
    for command in commands:
        total(chip, channel.protect(command))
    total(chip, b"\x0c\xb0\x00\x00" + bytes([len(noise)]) + noise)


@settings(max_examples=80, deadline=None)
@given(noise=st.data(), pace=st.booleans())
def test_a_reader_of_anything(noise: st.DataObject, *, pace: bool) -> None:
    """Something that is no card answers, now like one, now anything: the reader refuses it and nothing else happens."""
    chip = locked()

    def answer(command: bytes) -> bytes:
        if noise.draw(st.booleans(), label="like a card"):
            return chip.answer(command)
        wrong = noise.draw(CONTENTS | st.just(RECORD.files[0x011C]) | st.binary(max_size=3))
        return wrong + noise.draw(st.sampled_from((b"\x90\x00", b"\x62\x82", b"\x6a\x82", b"")))

    try:
        inspect(answer, by_mrz(), pace=pace)
    except SosachError as refused:
        assert refused.code is ErrorCode.CARD_UNREADABLE  # noqa: PT017 - it may also read well, by chance
