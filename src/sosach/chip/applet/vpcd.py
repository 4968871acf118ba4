"""A virtual chip in the slot of a virtual reader: the client's side of vsmartcard's vpcd, over TCP on this machine.

Two bytes of length, then a message; a message of one byte is a command to the card's power. A reader program then finds the
card behind PC/SC like any other. vpcd asks nobody who they are: for tests and trials on a closed machine, never for a counter.
"""

import socket
from typing import Protocol

from sosach.base.errors import ErrorCode, SosachError

PORT = 35963
_POWER_OFF, _POWER_ON, _RESET, _ATR = 0, 1, 2, 4


class Inserted(Protocol):
    """What lies in the slot: a `Chip`, or something that holds one after the other."""

    @property
    def atr(self) -> bytes:
        """What it says when power comes."""
        ...

    def reset(self) -> None:
        """The power went or came."""
        ...

    def answer(self, raw: bytes) -> bytes:
        """The answer to a command."""
        ...


def insert(host: str = "127.0.0.1", port: int = PORT) -> socket.socket:
    """A line to vpcd: from now on the reader sees a card.

    Raises:
        SosachError: LINK-01, nobody listens there.
    """
    try:
        line = socket.create_connection((host, port), timeout=5)
    except OSError:
        raise SosachError(
            ErrorCode.LINK_DOWN,
            vi=f"Không có đầu đọc ảo ở {host}:{port}",
            en=f"There is no virtual reader at {host}:{port}",
            hint_vi="Khởi động pcscd với vsmartcard-vpcd.",
            hint_en="Start pcscd with vsmartcard-vpcd.",
        ) from None
    line.settimeout(None)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def serve(chip: Inserted, line: socket.socket) -> None:
    """Answer until the reader goes away or the line is closed."""
    while (message := _received(line)) is not None:
        if len(message) != 1:
            _send(line, chip.answer(message))
        elif message[0] == _ATR:
            _send(line, chip.atr)
        elif message[0] in {_POWER_OFF, _POWER_ON, _RESET}:
            chip.reset()


def _received(line: socket.socket) -> bytes | None:
    head = _exactly(line, 2)
    return None if head is None else _exactly(line, int.from_bytes(head))


def _exactly(line: socket.socket, count: int) -> bytes | None:
    """So many bytes; None when the line ends before."""
    pieces = b""
    while len(pieces) < count:
        _acknowledge_at_once(line)
        try:
            piece = line.recv(count - len(pieces))
        except OSError:
            return None
        if not piece:
            return None
        pieces += piece
    return pieces


def _acknowledge_at_once(line: socket.socket) -> None:
    """Vpcd writes length and message in two pieces: a delayed acknowledgement would cost 40 ms at each. Linux forgets the option."""
    if hasattr(socket, "TCP_QUICKACK"):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _send(line: socket.socket, message: bytes) -> None:
    line.sendall(len(message).to_bytes(2) + message)
