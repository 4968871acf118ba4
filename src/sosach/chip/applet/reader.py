"""A reader of our own: opens a chip by BAC or PACE and reads its files. Quality read-back needs no reader device for it."""

import secrets
from collections.abc import Callable

from sosach.chip.applet.ciphers import AUTHENTICATION, ENCRYPTION, MAC_SIZE, TRIPLE_DES, Suite
from sosach.chip.applet.commands import DATA, FARTHEST, OFFSET, Command, data_object, objects
from sosach.chip.applet.memory import APPLICATION
from sosach.chip.applet.passwords import Password
from sosach.chip.applet.reader_channel import ReaderChannel, UnprovedAnswerError, encode
from sosach.chip.applet.words import RefusedError, Word

Transmit = Callable[[bytes], bytes]
"""Carries one command to a chip and its answer back: `Chip.answer`, or a line to a device."""
_HALF = 8
_MOST = 4_096
_HEAD = 6


class CardRefusesError(Exception):
    """The chip refused what was asked; `word` is its status word."""

    def __init__(self, word: int) -> None:
        super().__init__(f"{word:04X}")
        self.word = word


class Reader:
    """One conversation with a chip; `draw` gives random bytes."""

    def __init__(self, transmit: Transmit, *, draw: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self.channel: ReaderChannel | None = None
        self.draw = draw
        self._transmit = transmit

    def ask(
        self, ins: int, parameters: int, content: bytes = b"", expected: int | None = None, *, cla: int = 0
    ) -> bytes:
        """The data of a good answer.

        Raises:
            CardRefusesError: another status word than 9000 or 6282.
            UnprovedAnswerError: within a session, an answer the chip did not protect.
        """
        command = Command(cla, ins, parameters >> 8, parameters & 0xFF, content, expected)
        if self.channel is None:
            raw = self._transmit(encode(command))
            answer, word = raw[:-2], int.from_bytes(raw[-2:])
        else:
            answer, word = self.channel.unprotect(self._transmit(self.channel.protect(command)))
        if word not in {Word.DONE, Word.END_OF_FILE}:
            raise CardRefusesError(word)
        return answer

    def select_application(self) -> None:
        """The travel document's application, where the files of the card lie."""
        self.ask(0xA4, 0x040C, APPLICATION)

    def read(self, identifier: int) -> bytes:
        """A whole file: its first bytes tell how long it is.

        Raises:
            CardRefusesError: not there, or not for this reader.
            UnprovedAnswerError: an answer the chip did not protect, or one that is no file.
        """
        self.ask(0xA4, 0x020C, identifier.to_bytes(2))
        content = self.ask(0xB0, 0, expected=_HEAD)
        size = _whole_size(content)
        while len(content) < size:
            piece = self._piece(len(content), min(size - len(content), _MOST))
            if not piece:
                raise UnprovedAnswerError("the file ends before its length")
            content += piece
        return content[:size]

    def _piece(self, offset: int, count: int) -> bytes:
        """Bytes of the selected file from an offset on."""
        if offset <= FARTHEST:
            return self.ask(0xB0, offset, expected=count)
        told = self.ask(0xB1, 0, data_object(OFFSET, offset.to_bytes(3)), expected=count + _HEAD)
        try:
            return objects(told)[DATA]
        except (RefusedError, KeyError):
            raise UnprovedAnswerError("no object of data") from None

    def open_by_mrz(self, password: Password) -> None:
        """Basic Access Control (Doc 9303 part 11, § 4.3); the application must be selected."""
        self.prove(TRIPLE_DES, password.secret[: TRIPLE_DES.key_size])

    def prove(self, suite: Suite, secret: bytes) -> None:
        """Prove a key both sides know, have the chip prove it, and agree on a session.

        Raises:
            CardRefusesError: the chip knows another key.
            UnprovedAnswerError: the chip did not prove that it knows it.
        """
        self.channel = None
        theirs = self.ask(0x84, 0, expected=_HALF)
        ours, our_half = self.draw(_HALF), self.draw(suite.key_size)
        encryption, authentication = suite.derive(secret, ENCRYPTION), suite.derive(secret, AUTHENTICATION)
        hidden = suite.encrypt(encryption, ours + theirs + our_half)
        size = len(hidden) + MAC_SIZE
        answer = self.ask(0x82, 0, hidden + suite.mac(authentication, hidden), expected=size)
        hidden, mac = answer[:-MAC_SIZE], answer[-MAC_SIZE:]
        if len(answer) != size or suite.mac(authentication, hidden) != mac:
            raise UnprovedAnswerError("the chip does not know the key")
        plain = suite.decrypt(encryption, hidden)
        if plain[: 2 * _HALF] != theirs + ours:
            raise UnprovedAnswerError("an answer to another question")
        shared = bytes(one ^ other for one, other in zip(our_half, plain[2 * _HALF :], strict=True))
        self.channel = ReaderChannel(suite, shared, int.from_bytes(theirs[-4:] + ours[-4:]))


def _whole_size(head: bytes) -> int:
    """Bytes of a file from its first ones: tag, length and what they announce.

    Raises:
        UnprovedAnswerError: no file of a card begins like that.
    """
    if len(head) < 2:
        raise UnprovedAnswerError("no file")
    if head[1] < 0x80:
        return 2 + head[1]
    wide = head[1] & 0x7F
    if not 1 <= wide <= 3 or len(head) < 2 + wide:
        raise UnprovedAnswerError("no file")
    return 2 + wide + int.from_bytes(head[2 : 2 + wide])
