"""How the chip proves to be itself: active authentication, and chip authentication (Doc 9303 part 11, § 6)."""

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from sosach.chip.applet.channel import ChipChannel
from sosach.chip.applet.ciphers import CHIP_AUTHENTICATION_ECDH, suite_of
from sosach.chip.applet.commands import Command, data_object, objects
from sosach.chip.applet.memory import DG14, Answer, Memory, Opened, Session
from sosach.chip.applet.words import RefusedError, Word

ACTIVE_CHALLENGE = 8
DYNAMIC, EPHEMERAL, PROTOCOL = 0x7C, 0x80, 0x80


def internal_authenticate(memory: Memory, session: Session, command: Command) -> Answer:
    """Active authentication: the reader's eight bytes signed, r and s side by side (BSI TR-03111 plain format)."""
    if session.opened is not Opened.READER or not session.application:
        raise RefusedError(Word.SECURITY)
    if memory.active is None:
        raise RefusedError(Word.NO_REFERENCE)
    if command.parameters:
        raise RefusedError(Word.PARAMETERS)
    if len(command.content) != ACTIVE_CHALLENGE:
        raise RefusedError(Word.LENGTH)
    r, s = decode_dss_signature(memory.active.sign(command.content, ECDSA(SHA256())))
    size = (memory.active.curve.key_size + 7) // 8
    return Answer(r.to_bytes(size) + s.to_bytes(size))


def choose(memory: Memory, session: Session, command: Command) -> Answer:
    """MSE:Set AT for chip authentication: one of the protocols EF.DG14 names."""
    session.agreeing = session.pace = None
    if session.opened is not Opened.READER or not session.application:
        raise RefusedError(Word.SECURITY)
    oid = objects(command.content).get(PROTOCOL, b"")
    suite = suite_of(oid, CHIP_AUTHENTICATION_ECDH)
    named = DG14 in memory.files and data_object(0x06, oid) in memory.files[DG14].content
    if suite is None or memory.agreement is None or not named:
        raise RefusedError(Word.WRONG_VALUE)
    session.agreeing = suite
    return Answer()


def agree(memory: Memory, session: Session, content: bytes) -> Answer:
    """GENERAL AUTHENTICATE: agree on new keys with the reader's ephemeral one; they hold from the next command on."""
    suite, session.agreeing = session.agreeing, None
    if suite is None or memory.agreement is None:
        raise RefusedError(Word.CONDITIONS)
    theirs = objects(objects(content).get(DYNAMIC, b"")).get(EPHEMERAL)
    if theirs is None:
        raise RefusedError(Word.WRONG_VALUE)
    session.coming = ChipChannel(suite, _shared(memory.agreement, theirs))
    return Answer(data_object(DYNAMIC, b""))


def _shared(private: EllipticCurvePrivateKey, theirs: bytes) -> bytes:
    """The shared secret.

    Raises:
        RefusedError: 6300, no point of the curve.
    """
    try:
        public = EllipticCurvePublicKey.from_encoded_point(private.curve, theirs)
    except ValueError:
        raise RefusedError(Word.NOT_PROVED) from None
    return private.exchange(ECDH(), public)
