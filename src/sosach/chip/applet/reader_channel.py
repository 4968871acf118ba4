"""Secure messaging, the reader's end: commands go out protected, answers come in protected (Doc 9303 part 11, § 9.8)."""

from sosach.chip.applet.channel import EXPECTED, HIDDEN, HIDDEN_ODD, MAC, PADDED, STATUS
from sosach.chip.applet.ciphers import AUTHENTICATION, ENCRYPTION, MAC_SIZE, Suite, pad, unpad
from sosach.chip.applet.commands import PROTECTED, Command, data_object, objects
from sosach.chip.applet.words import RefusedError


class UnprovedAnswerError(Exception):
    """An answer that is not protected as the session demands: not the chip's, or altered on its way."""


class ReaderChannel:
    """The keys of one session and how many messages it has seen."""

    def __init__(self, suite: Suite, secret: bytes, counter: int = 0) -> None:
        self._suite = suite
        self._encryption = suite.derive(secret, ENCRYPTION)
        self._authentication = suite.derive(secret, AUTHENTICATION)
        self._counter = counter

    def protect(self, command: Command) -> bytes:
        """A command as it goes over the line: always with extended lengths where it does not fit short ones."""
        counter = self._next()
        cla = command.cla | PROTECTED
        body = b""
        if command.content:
            hidden = self._suite.encrypt(self._encryption, pad(command.content, self._suite.block), counter)
            body = data_object(HIDDEN_ODD, hidden) if command.ins & 1 else data_object(HIDDEN, PADDED + hidden)
        if command.expected is not None:
            wide = 1 if command.expected <= 256 else 2
            body += data_object(EXPECTED, (command.expected % 256**wide).to_bytes(wide))
        header = pad(bytes([cla, command.ins, command.p1, command.p2]), self._suite.block)
        body += data_object(MAC, self._suite.mac(self._authentication, counter + header + body))
        room = 65_536 if (command.expected or 0) > 200 or len(body) > 255 else 256
        return encode(Command(cla, command.ins, command.p1, command.p2, body, room))

    def unprotect(self, answer: bytes) -> tuple[bytes, int]:
        """Content and status word of an answer.

        Raises:
            UnprovedAnswerError: plain, altered, or not whole.
        """
        counter = self._next()
        try:
            parts = objects(answer[:-2])
        except RefusedError:
            raise UnprovedAnswerError(answer[-2:].hex()) from None
        mac = parts.get(MAC)
        if mac is None or list(parts)[-1] != MAC or STATUS not in parts or parts[STATUS] != answer[-2:]:
            raise UnprovedAnswerError(answer[-2:].hex())
        if self._suite.mac(self._authentication, counter + answer[: -2 - MAC_SIZE - 2]) != mac:
            raise UnprovedAnswerError("another MAC")
        hidden = parts.get(HIDDEN, b"\x01")[1:] + parts.get(HIDDEN_ODD, b"")
        if len(hidden) % self._suite.block:
            raise UnprovedAnswerError("no whole blocks")
        plain = unpad(self._suite.decrypt(self._encryption, hidden, counter)) if hidden else b""
        if plain is None:
            raise UnprovedAnswerError("no padding")
        return plain, int.from_bytes(parts[STATUS])

    def _next(self) -> bytes:
        self._counter += 1
        return self._counter.to_bytes(self._suite.block)


def encode(command: Command) -> bytes:
    """A command as bytes: short lengths where they do, extended ones otherwise.

    >>> encode(Command(0, 0xB0, 0, 0, expected=256)).hex(), encode(Command(0, 0xA4, 4, 12, b"ab")).hex()
    ('00b0000000', '00a4040c026162')
    >>> encode(Command(0, 0xB0, 0, 0, expected=65_536)).hex()
    '00b00000000000'
    """
    head = bytes([command.cla, command.ins, command.p1, command.p2])
    size, expected = len(command.content), command.expected
    if size < 256 and (expected or 0) <= 256:
        data = bytes([size]) + command.content if size else b""
        return head + data + (b"" if expected is None else (expected % 256).to_bytes())
    data = b"\0" + size.to_bytes(2) + command.content if size else b""
    tail = b"" if expected is None else (expected % 65_536).to_bytes(2)
    return head + data + (tail if size or not tail else b"\0" + tail)
