"""What a personalisation machine does to an empty chip: create files, write them, hand over keys, lock.

CREATE FILE, UPDATE BINARY, PUT DATA and ACTIVATE FILE of ISO/IEC 7816-4 and -9. Once locked, a chip knows none of them.
"""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key

from sosach.chip.applet.ciphers import password_key
from sosach.chip.applet.commands import DATA, OFFSET, Command, objects
from sosach.chip.applet.memory import DG1, Answer, ElementaryFile, Life, Memory, Opened, Session
from sosach.chip.applet.passwords import BY_CAN, BY_MRZ
from sosach.chip.applet.words import RefusedError, Word
from sosach.chip.files.card import COM, SOD

MRZ, CAN, ACTIVE, AGREEMENT = 0x0201, 0x0202, 0x0203, 0x0204
_FILE_CONTROL, _SIZE, _IDENTIFIER = 0x62, 0x80, 0x83
_NEEDED = {COM, SOD, DG1}
_MRZ_INFORMATION = 24


def create_file(memory: Memory, session: Session, command: Command) -> Answer:
    """CREATE FILE: an identifier and a size; the new file is selected."""
    _allowed(memory, session)
    control = objects(objects(command.content).get(_FILE_CONTROL, b""))
    size, identifier = control.get(_SIZE, b""), control.get(_IDENTIFIER, b"")
    if len(size) != 2 or len(identifier) != 2 or identifier[0] != 1 or not 1 <= identifier[1] <= 0x1E:
        raise RefusedError(Word.WRONG_VALUE)
    if not int.from_bytes(size):
        raise RefusedError(Word.NO_SPACE)
    session.selected = int.from_bytes(identifier)
    if session.selected in memory.files:
        raise RefusedError(Word.EXISTS)
    memory.files[session.selected] = ElementaryFile(int.from_bytes(size))
    return Answer()


def update_binary(memory: Memory, session: Session, command: Command) -> Answer:
    """UPDATE BINARY with the offset in the parameters."""
    _allowed(memory, session)
    if command.p1 & 0x80:
        raise RefusedError(Word.PARAMETERS)
    return _write(memory, session, command.parameters, command.content)


def update_binary_odd(memory: Memory, session: Session, command: Command) -> Answer:
    """UPDATE BINARY with an odd instruction: offset and content are objects."""
    _allowed(memory, session)
    parts = objects(command.content)
    if command.parameters or parts.keys() != {OFFSET, DATA} or not 1 <= len(parts[OFFSET]) <= 4:
        raise RefusedError(Word.WRONG_VALUE)
    return _write(memory, session, int.from_bytes(parts[OFFSET]), parts[DATA])


def put_data(memory: Memory, session: Session, command: Command) -> Answer:
    """PUT DATA: what the chip holds and never tells; the first word is the last."""
    _allowed(memory, session)
    if command.parameters == MRZ:
        _keep_password(memory, BY_MRZ, _mrz_secret(command.content))
    elif command.parameters == CAN:
        if len(command.content) != 6 or not command.content.isdigit():
            raise RefusedError(Word.WRONG_VALUE)
        _keep_password(memory, BY_CAN, command.content)
    elif command.parameters == ACTIVE and memory.active is None:
        memory.active = _key(command.content)
    elif command.parameters == AGREEMENT and memory.agreement is None:
        memory.agreement = _key(command.content)
    else:
        raise RefusedError(Word.NO_REFERENCE)
    return Answer()


def activate(memory: Memory, session: Session, command: Command) -> Answer:
    """ACTIVATE FILE on the card: it is personalised, nothing is written any more, the personalisation key is forgotten."""
    _allowed(memory, session)
    if command.parameters or command.content:
        raise RefusedError(Word.PARAMETERS)
    whole = all(len(file.content) == file.size for file in memory.files.values())
    if not whole or not memory.files.keys() >= _NEEDED or BY_MRZ not in memory.passwords:
        raise RefusedError(Word.CONDITIONS)
    memory.life = Life.LOCKED
    memory.personalisation_key = b""
    session.opened = Opened.NOBODY
    session.selected = None
    return Answer()


def get_data(memory: Memory, session: Session, command: Command) -> Answer:
    """GET DATA: the chip's own number, to the machine and to a reader that opened it; it would tell a passer-by whose pocket this is."""
    if command.parameters != 0x9F7F:
        raise RefusedError(Word.NO_REFERENCE)
    if memory.life is Life.LOCKED and session.opened is not Opened.READER:
        raise RefusedError(Word.SECURITY)
    return Answer(memory.chip_id)


def _allowed(memory: Memory, session: Session) -> None:
    if memory.life is Life.LOCKED:
        raise RefusedError(Word.INSTRUCTION)
    if session.opened is not Opened.MACHINE:
        raise RefusedError(Word.SECURITY)


def _write(memory: Memory, session: Session, offset: int, content: bytes) -> Answer:
    """Append to the selected file, without a gap and within its size."""
    file = memory.files.get(session.selected or 0)
    if file is None:
        raise RefusedError(Word.NO_FILE_SELECTED)
    if offset != len(file.content):
        raise RefusedError(Word.OFFSET)
    if not content or offset + len(content) > file.size:
        raise RefusedError(Word.NO_SPACE)
    file.content += content
    return Answer()


def _keep_password(memory: Memory, reference: int, secret: bytes) -> None:
    if reference in memory.passwords:
        raise RefusedError(Word.EXISTS)
    memory.passwords[reference] = secret


def _mrz_secret(content: bytes) -> bytes:
    if len(content) != _MRZ_INFORMATION or not content.isascii():
        raise RefusedError(Word.WRONG_VALUE)
    return password_key(content.decode("ascii"))


def _key(content: bytes) -> EllipticCurvePrivateKey:
    """A private key on an elliptic curve.

    Raises:
        RefusedError: 6A80, something else.
    """
    try:
        key = load_der_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise RefusedError(Word.WRONG_VALUE) from None
    if not isinstance(key, EllipticCurvePrivateKey):
        raise RefusedError(Word.WRONG_VALUE)
    return key
