"""SELECT and READ BINARY: which file a reader may see, and how it is cut into answers."""

from sosach.chip.applet.commands import DATA, OFFSET, Command, data_object, objects
from sosach.chip.applet.memory import APPLICATION, DG3, DG4, Answer, Life, Memory, Opened, Session
from sosach.chip.applet.words import RefusedError, Word
from sosach.chip.files.card import CARD_ACCESS, GROUP

MASTER_FILE = 0x3F00
_MOST = 65_000  # bytes of one answer: with its protection it still fits the 65,535 of a line
_UNDER_TERMINAL_AUTHENTICATION = {DG3, DG4}


def select(memory: Memory, session: Session, command: Command) -> Answer:
    """SELECT by name of the application, by identifier of a file, or the card itself."""
    if command.p2 & 0xF3:
        raise RefusedError(Word.PARAMETERS)
    if command.p1 == 0x04:
        session.application = command.content == APPLICATION
        session.selected = None
        if not session.application:
            raise RefusedError(Word.NOT_FOUND)
        return Answer()
    if command.p1 == 0x00 and command.content in {b"", MASTER_FILE.to_bytes(2)}:
        session.application, session.selected = False, None
        return Answer()
    if command.p1 not in {0x00, 0x02} or len(command.content) != 2:
        raise RefusedError(Word.PARAMETERS)
    identifier = int.from_bytes(command.content)
    if session.opened is Opened.MACHINE:
        _created(memory, identifier)
    else:
        _readable(memory, session, identifier)
    session.selected = identifier
    return Answer()


def read_binary(memory: Memory, session: Session, command: Command) -> Answer:
    """READ BINARY with the offset in the parameters; a short identifier selects the file as well."""
    identifier: int | None
    if command.p1 & 0x80:
        if command.p1 & 0x60:
            raise RefusedError(Word.PARAMETERS)
        identifier, offset = _of_short(command.p1 & 0x1F), command.p2
    else:
        identifier, offset = session.selected, command.parameters
    content, word = _piece(memory, session, identifier, offset, command.expected)
    session.selected = identifier
    return Answer(content, word)


def read_binary_odd(memory: Memory, session: Session, command: Command) -> Answer:
    """READ BINARY with an odd instruction: the offset is an object of any length, and so is the answer."""
    identifier: int | None
    if command.parameters == 0:
        identifier = session.selected
    elif command.parameters < 0x1F:
        identifier = _of_short(command.parameters)
    else:
        identifier = command.parameters
    offset = objects(command.content).get(OFFSET)
    if offset is None or not 1 <= len(offset) <= 4 or command.expected is None:
        raise RefusedError(Word.WRONG_VALUE)
    room = command.expected - len(data_object(DATA, bytes(command.expected))) + command.expected
    content, word = _piece(memory, session, identifier, int.from_bytes(offset), max(room, 1))
    session.selected = identifier
    return Answer(data_object(DATA, content), word)


def _piece(
    memory: Memory, session: Session, identifier: int | None, offset: int, expected: int | None
) -> tuple[bytes, Word]:
    """Up to so many bytes from an offset, and whether the file ended before."""
    if identifier is None:
        raise RefusedError(Word.NO_FILE_SELECTED)
    content = _readable(memory, session, identifier)
    if expected is None:
        raise RefusedError(Word.LENGTH)
    if offset > len(content) or (offset == len(content) and content):
        raise RefusedError(Word.OFFSET)
    piece = content[offset : offset + min(expected, _MOST)]
    short = len(piece) < expected and len(piece) < _MOST and expected not in {256, 65_536}
    return piece, Word.END_OF_FILE if short else Word.DONE


def _readable(memory: Memory, session: Session, identifier: int) -> bytes:
    """The content of a file this reader may read.

    Raises:
        RefusedError: 6985 before the chip is locked; 6982 to a reader that proved nothing, and for fingerprints and irises,
            which ask for terminal authentication; 6A82 where no such file is.
    """
    if memory.life is not Life.LOCKED:
        raise RefusedError(Word.CONDITIONS)
    if (identifier == CARD_ACCESS) == session.application:
        raise RefusedError(Word.NOT_FOUND)
    if session.application and session.opened is not Opened.READER:
        raise RefusedError(Word.SECURITY)
    if identifier not in memory.files:
        raise RefusedError(Word.NOT_FOUND)
    if identifier in _UNDER_TERMINAL_AUTHENTICATION:
        raise RefusedError(Word.SECURITY)
    return bytes(memory.files[identifier].content)


def _created(memory: Memory, identifier: int) -> None:
    if identifier not in memory.files:
        raise RefusedError(Word.NOT_FOUND)


def _of_short(short: int) -> int:
    """The identifier of a short one: all files of the card and of its application share the upper byte.

    Raises:
        RefusedError: 6A86, no short identifier.
    """
    if not 1 <= short <= 0x1E:
        raise RefusedError(Word.PARAMETERS)
    return GROUP + short
