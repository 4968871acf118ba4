"""The line to a virtual reader, with a socket in the reader's place."""

import socket
import threading
from collections.abc import Iterator

import pytest
from tests.chip.applet.cards import APPLICATION, personalised

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.applet.vpcd import insert, serve


def sent(line: socket.socket, message: bytes) -> None:
    """As vpcd does it: length and message apart."""
    line.sendall(len(message).to_bytes(2))
    line.sendall(message)


def received(line: socket.socket) -> bytes:
    size = int.from_bytes(line.recv(2, socket.MSG_WAITALL))
    return line.recv(size, socket.MSG_WAITALL)


@pytest.fixture
def reader() -> Iterator[socket.socket]:
    """The reader's end of a line whose other end a personalised chip serves."""
    with socket.create_server(("127.0.0.1", 0)) as slot:
        line = insert(port=slot.getsockname()[1])
        served = threading.Thread(target=serve, args=(personalised(), line))
        served.start()
        theirs, _ = slot.accept()
        with theirs, line:
            yield theirs
        served.join(60)
        assert not served.is_alive(), "the chip leaves when the reader goes"


def test_a_reader_powers_asks_and_resets(reader: socket.socket) -> None:
    sent(reader, b"\x01")
    sent(reader, b"\x04")
    assert received(reader).hex() == "3b80800101"
    sent(reader, APPLICATION)
    assert received(reader) == b"\x90\x00"
    sent(reader, bytes.fromhex("00b0810004"))
    assert received(reader) == b"\x69\x82"
    sent(reader, b"\x02")
    sent(reader, bytes.fromhex("00b0810004"))
    assert received(reader) == b"\x6a\x82", "after a reset the application is not selected"
    sent(reader, b"\x00")
    sent(reader, b"\x09")
    sent(reader, b"\x04")
    assert received(reader).hex() == "3b80800101"


def test_long_answers_and_commands_in_pieces(reader: socket.socket) -> None:
    reader.sendall(b"\x00")
    reader.sendall(len(APPLICATION).to_bytes(2)[1:] + APPLICATION[:5])
    reader.sendall(APPLICATION[5:])
    assert received(reader) == b"\x90\x00"


def test_without_a_reader_the_refusal_says_what_to_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(SosachError) as caught:
        insert(port=port)
    assert caught.value.code is ErrorCode.LINK_DOWN
    assert "vpcd" in caught.value.text("en")
