"""The virtual chip: takes one command after the other and always answers with a status word."""

import secrets
from collections.abc import Callable, Mapping

from sosach.chip.applet import opening, pace, personalising, proving, reading_files
from sosach.chip.applet.channel import ChipChannel
from sosach.chip.applet.commands import CHAINED, PROTECTED, Command, parse_command
from sosach.chip.applet.memory import Answer, Life, Memory, Session
from sosach.chip.applet.words import RefusedError, Word

_ATR = bytes.fromhex("3b80800101")  # contactless, no history: says nothing of its holder


def _manage(memory: Memory, session: Session, command: Command) -> Answer:
    """MANAGE SECURITY ENVIRONMENT: PACE or chip authentication."""
    if command.parameters == 0xC1A4:
        return pace.choose(memory, session, command)
    if command.parameters == 0x41A4:
        return proving.choose(memory, session, command)
    raise RefusedError(Word.PARAMETERS)


def _general_authenticate(memory: Memory, session: Session, command: Command) -> Answer:
    if command.parameters:
        raise RefusedError(Word.PARAMETERS)
    if session.agreeing is not None:
        return proving.agree(memory, session, command.content)
    return pace.step(memory, session, command.content)


_INSTRUCTIONS: Mapping[int, Callable[[Memory, Session, Command], Answer]] = {
    0x22: _manage,
    0x44: personalising.activate,
    0x82: opening.external_authenticate,
    0x84: opening.get_challenge,
    0x86: _general_authenticate,
    0x88: proving.internal_authenticate,
    0xA4: reading_files.select,
    0xB0: reading_files.read_binary,
    0xB1: reading_files.read_binary_odd,
    0xCA: personalising.get_data,
    0xD6: personalising.update_binary,
    0xD7: personalising.update_binary_odd,
    0xDA: personalising.put_data,
    0xE0: personalising.create_file,
}
_CHAINABLE = {0x86}


class Chip:
    """A chip of an ID card: empty as its maker delivers it, personalised by commands, then locked.

    Made with its own number (eight bytes) and the personalisation key it shares with the machine (32 bytes); `draw` gives
    random bytes, another source is for worked examples only.
    """

    def __init__(
        self, chip_id: bytes, personalisation_key: bytes, *, draw: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._memory = Memory(chip_id=chip_id, draw=draw, personalisation_key=personalisation_key)
        self._session = Session()

    @property
    def life(self) -> Life:
        """Where it is in its life."""
        return self._memory.life

    @property
    def atr(self) -> bytes:
        """What it says when power comes."""
        return _ATR

    def reset(self) -> None:
        """The power went or the reader reset it."""
        self._session = Session()

    def answer(self, raw: bytes) -> bytes:
        """The answer to a command: data, and two bytes of status. Total, whatever the bytes."""
        session = self._session
        try:
            command, channel = self._opened(raw)
        except RefusedError as refusal:
            session.close()
            return refusal.word.to_bytes(2)
        try:
            answer = _instruction(command)(self._memory, session, command)
        except RefusedError as refusal:
            answer = Answer(word=refusal.word)
        if session.coming is not None:
            session.channel, session.coming = session.coming, None  # from the next command on
        if channel is None:
            return answer.content + answer.word.to_bytes(2)
        return channel.close(answer.content, answer.word, odd=bool(command.ins & 1))

    def _opened(self, raw: bytes) -> tuple[Command, ChipChannel | None]:
        """The command, and the channel it came through; a plain one ends the session (Doc 9303 part 11, § 9.8.3).

        Raises:
            RefusedError: not a command, of another class, or wrongly protected; the session is over.
        """
        command = parse_command(raw)
        protection = command.cla & PROTECTED
        if command.cla & ~(PROTECTED | CHAINED) or protection not in {0, PROTECTED}:
            raise RefusedError(Word.CLASS)
        channel = self._session.channel
        if not protection:
            if channel is not None:
                self._session.close()
            return command, None
        if channel is None:
            raise RefusedError(Word.PROTECTION_WRONG)
        return channel.open(command), channel


def _instruction(command: Command) -> Callable[[Memory, Session, Command], Answer]:
    """What does a command.

    Raises:
        RefusedError: 6D00, unknown; 6883, a chain of parts where none is taken.
    """
    run = _INSTRUCTIONS.get(command.ins)
    if run is None:
        raise RefusedError(Word.INSTRUCTION)
    if command.cla & CHAINED and command.ins not in _CHAINABLE:
        raise RefusedError(Word.CHAINING)
    return run
