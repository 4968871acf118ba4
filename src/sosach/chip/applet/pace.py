"""PACE with generic mapping over an elliptic curve, the chip's side (Doc 9303 part 11, § 4.4)."""

from sosach.chip.applet.channel import ChipChannel
from sosach.chip.applet.ciphers import AUTHENTICATION, PACE_ECDH_GM, PASSWORD, suite_of
from sosach.chip.applet.commands import Command, data_object, object_list, objects
from sosach.chip.applet.memory import Answer, Life, Memory, Opened, PaceRun, Session
from sosach.chip.applet.points import STANDARD_CURVES, Affine, Curve
from sosach.chip.applet.words import RefusedError, Word
from sosach.chip.files.card import CARD_ACCESS

NONCE = 16
DYNAMIC = 0x7C
PROTOCOL, PASSWORD_REFERENCE, DOMAIN = 0x80, 0x83, 0x84
NONCE_HIDDEN, MAP_READER, MAP_CHIP = 0x80, 0x81, 0x82
KEY_READER, KEY_CHIP, TOKEN_READER, TOKEN_CHIP = 0x83, 0x84, 0x85, 0x86
_SEQUENCE, _SET, _OID, _INTEGER = 0x30, 0x31, 0x06, 0x02
_PUBLIC_KEY, _POINT = 0x7F49, 0x86


def offered(card_access: bytes) -> list[tuple[bytes, int]]:
    """PACE as an EF.CardAccess offers it: identifier (content bytes) and number of the curve.

    Raises:
        RefusedError: 6A80, not a set of security infos.
    """
    found = []
    for tag, info in object_list(objects(card_access).get(_SET, b"")):
        parts = object_list(info) if tag == _SEQUENCE else []
        if [part for part, _ in parts] == [_OID, _INTEGER, _INTEGER] and suite_of(parts[0][1], PACE_ECDH_GM):
            found.append((parts[0][1], int.from_bytes(parts[2][1])))
    return found


def choose(memory: Memory, session: Session, command: Command) -> Answer:
    """MSE:Set AT for PACE: protocol, password and, where several are offered, the curve."""
    wanted = objects(command.content)
    session.pace = session.agreeing = None
    if memory.life is not Life.LOCKED or CARD_ACCESS not in memory.files:
        raise RefusedError(Word.CONDITIONS)
    oid = wanted.get(PROTOCOL, b"")
    numbers = [number for known, number in offered(bytes(memory.files[CARD_ACCESS].content)) if known == oid]
    if DOMAIN in wanted:
        numbers = [number for number in numbers if number.to_bytes() == wanted[DOMAIN]]
    suite = suite_of(oid, PACE_ECDH_GM)
    if len(numbers) != 1 or numbers[0] not in STANDARD_CURVES or suite is None:
        raise RefusedError(Word.WRONG_VALUE)
    password = memory.passwords.get(int.from_bytes(wanted.get(PASSWORD_REFERENCE, b"")))
    if password is None:
        raise RefusedError(Word.NO_REFERENCE)
    session.pace = PaceRun(oid=oid, suite=suite, curve=STANDARD_CURVES[numbers[0]], password=password)
    return Answer()


def step(memory: Memory, session: Session, content: bytes) -> Answer:
    """GENERAL AUTHENTICATE: the next of PACE's four exchanges; anything out of order ends the run."""
    run, session.pace = session.pace, None
    if run is None:
        raise RefusedError(Word.CONDITIONS)
    outer = objects(content)
    if outer.keys() != {DYNAMIC}:
        raise RefusedError(Word.WRONG_VALUE)
    inner = objects(outer[DYNAMIC])
    if inner.keys() != ({run.awaits} if run.awaits else set()):
        raise RefusedError(Word.WRONG_VALUE)
    message = inner.get(run.awaits, b"")
    if run.awaits == TOKEN_READER:
        tag, value = TOKEN_CHIP, _finish(run, session, message)
    else:
        tag, value = _STEPS[run.awaits](run, memory, message)
        session.pace = run
    return Answer(data_object(DYNAMIC, data_object(tag, value)))


def _hide(run: PaceRun, memory: Memory, _: bytes) -> tuple[int, bytes]:
    """First exchange: a random number under the password."""
    run.nonce = memory.draw(NONCE)
    run.awaits = MAP_READER
    key = run.suite.derive(run.password, PASSWORD)
    return NONCE_HIDDEN, run.suite.encrypt(key, run.nonce)


def _map(run: PaceRun, memory: Memory, message: bytes) -> tuple[int, bytes]:
    """Second: a generator nobody knows without the number."""
    theirs = _point(run.curve, message)
    private = _scalar(run.curve, memory)
    shared = _multiple(run.curve, private, theirs)
    run.generator = _somewhere(
        run.curve.add(_multiple(run.curve, int.from_bytes(run.nonce), run.curve.generator), shared)
    )
    run.awaits = KEY_READER
    return MAP_CHIP, run.curve.encode(_multiple(run.curve, private, run.curve.generator))


def _agree(run: PaceRun, memory: Memory, message: bytes) -> tuple[int, bytes]:
    """Third: an agreement over that generator."""
    _point(run.curve, message)
    run.theirs = message
    run.private = _scalar(run.curve, memory)
    run.public = run.curve.encode(_multiple(run.curve, run.private, run.generator))
    if run.public == message:
        raise RefusedError(Word.NOT_PROVED)
    run.awaits = TOKEN_READER
    return KEY_CHIP, run.public


_STEPS = {0: _hide, MAP_READER: _map, KEY_READER: _agree}


def _finish(run: PaceRun, session: Session, token: bytes) -> bytes:
    """Fourth: each side's token over the other's key; with it the session's keys are in force."""
    x, _ = _multiple(run.curve, run.private, _point(run.curve, run.theirs))
    secret = x.to_bytes(run.curve.size)
    authentication = run.suite.derive(secret, AUTHENTICATION)
    if run.suite.token_mac(authentication, public_key_object(run.oid, run.public)) != token:
        raise RefusedError(Word.NOT_PROVED)
    session.close()
    session.coming = ChipChannel(run.suite, secret)
    session.opened = Opened.READER
    return run.suite.token_mac(authentication, public_key_object(run.oid, run.theirs))


def public_key_object(oid: bytes, point: bytes) -> bytes:
    """An ephemeral public key as the tokens are computed over."""
    return data_object(_PUBLIC_KEY, data_object(_OID, oid) + data_object(_POINT, point))


def _scalar(curve: Curve, memory: Memory) -> int:
    """A private key: 64 bits more than needed, so that the remainder favours no number."""
    return int.from_bytes(memory.draw(curve.size + 8)) % (curve.order - 1) + 1


def _point(curve: Curve, octets: bytes) -> Affine:
    point = curve.decode(octets)
    if point is None:
        raise RefusedError(Word.WRONG_VALUE)
    return point


def _multiple(curve: Curve, factor: int, point: Affine) -> Affine:
    return _somewhere(curve.multiply(factor, point))


def _somewhere(point: Affine | None) -> Affine:
    """Not the point at infinity.

    Raises:
        RefusedError: 6300, it is.
    """
    if point is None:
        raise RefusedError(Word.NOT_PROVED)
    return point
