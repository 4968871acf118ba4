"""Secure messaging, the chip's end: commands come in protected, answers go out protected (Doc 9303 part 11, § 9.8)."""

from sosach.chip.applet.ciphers import AUTHENTICATION, ENCRYPTION, MAC_SIZE, Suite, pad, unpad
from sosach.chip.applet.commands import PROTECTED, Command, data_object, objects
from sosach.chip.applet.words import RefusedError, Word

HIDDEN, HIDDEN_ODD, EXPECTED, STATUS, MAC = 0x87, 0x85, 0x97, 0x99, 0x8E
PADDED = b"\x01"


class ChipChannel:
    """The keys of one session and how many messages it has seen."""

    def __init__(self, suite: Suite, secret: bytes, counter: int = 0) -> None:
        self._suite = suite
        self._encryption = suite.derive(secret, ENCRYPTION)
        self._authentication = suite.derive(secret, AUTHENTICATION)
        self._counter = counter

    def open(self, command: Command) -> Command:
        """The command inside a protected one.

        Raises:
            RefusedError: 6987 or 6988; the session is over then.
        """
        counter = self._next()
        covered, mac = command.content[: -MAC_SIZE - 2], command.content[-MAC_SIZE:]
        if command.content[-MAC_SIZE - 2 : -MAC_SIZE] != bytes([MAC, MAC_SIZE]):
            raise RefusedError(Word.PROTECTION_MISSING)
        header = pad(bytes([command.cla, command.ins, command.p1, command.p2]), self._suite.block)
        if self._suite.mac(self._authentication, counter + header + covered) != mac:
            raise RefusedError(Word.PROTECTION_WRONG)
        inside = _proved(covered)
        return Command(
            command.cla & ~PROTECTED,
            command.ins,
            command.p1,
            command.p2,
            self._content(inside, counter),
            _expected(inside.get(EXPECTED)),
        )

    def close(self, content: bytes, word: Word, *, odd: bool) -> bytes:
        """An answer, protected; `odd` when the instruction was, whose objects carry no sign of padding."""
        counter = self._next()
        body = b""
        if content:
            hidden = self._suite.encrypt(self._encryption, pad(content, self._suite.block), counter)
            body = data_object(HIDDEN_ODD, hidden) if odd else data_object(HIDDEN, PADDED + hidden)
        body += data_object(STATUS, word.to_bytes(2))
        mac = self._suite.mac(self._authentication, counter + body)
        return body + data_object(MAC, mac) + word.to_bytes(2)

    def _content(self, inside: dict[int, bytes], counter: bytes) -> bytes:
        hidden = inside.get(HIDDEN_ODD, b"")
        if HIDDEN in inside:
            if hidden or inside[HIDDEN][:1] != PADDED:
                raise RefusedError(Word.PROTECTION_WRONG)
            hidden = inside[HIDDEN][1:]
        elif HIDDEN_ODD not in inside:
            return b""
        if not hidden or len(hidden) % self._suite.block:
            raise RefusedError(Word.PROTECTION_WRONG)
        plain = unpad(self._suite.decrypt(self._encryption, hidden, counter))
        if plain is None:
            raise RefusedError(Word.PROTECTION_WRONG)
        return plain

    def _next(self) -> bytes:
        self._counter = (self._counter + 1) % 256**self._suite.block
        return self._counter.to_bytes(self._suite.block)


def _proved(covered: bytes) -> dict[int, bytes]:
    """The objects a right MAC covers: only those a command may carry."""
    try:
        inside = objects(covered)
    except RefusedError:
        raise RefusedError(Word.PROTECTION_WRONG) from None
    if not inside.keys() <= {HIDDEN, HIDDEN_ODD, EXPECTED}:
        raise RefusedError(Word.PROTECTION_WRONG)
    return inside


def _expected(value: bytes | None) -> int | None:
    if value is None:
        return None
    if len(value) not in {1, 2}:
        raise RefusedError(Word.PROTECTION_WRONG)
    return int.from_bytes(value) or 256 ** len(value)
