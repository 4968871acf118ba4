"""PACE with generic mapping over an elliptic curve, the reader's side (Doc 9303 part 11, § 4.4)."""

from sosach.chip.applet.ciphers import AUTHENTICATION, PACE_ECDH_GM, PASSWORD, suite_of
from sosach.chip.applet.commands import CHAINED, data_object, objects
from sosach.chip.applet.pace import (
    DOMAIN,
    DYNAMIC,
    KEY_CHIP,
    KEY_READER,
    MAP_CHIP,
    MAP_READER,
    NONCE_HIDDEN,
    PASSWORD_REFERENCE,
    PROTOCOL,
    TOKEN_CHIP,
    TOKEN_READER,
    offered,
    public_key_object,
)
from sosach.chip.applet.passwords import Password
from sosach.chip.applet.points import STANDARD_CURVES, Affine, Curve
from sosach.chip.applet.reader import Reader
from sosach.chip.applet.reader_channel import ReaderChannel, UnprovedAnswerError
from sosach.chip.applet.words import RefusedError


def open_by_pace(reader: Reader, password: Password, card_access: bytes) -> bool:
    """Open a chip by the first protocol its EF.CardAccess offers that we speak; False when it offers none.

    Raises:
        CardRefusesError: the chip knows another password.
        UnprovedAnswerError: the chip did not prove that it knows it, or answered nonsense.
    """
    try:
        known = [(oid, number) for oid, number in offered(card_access) if number in STANDARD_CURVES]
    except RefusedError:
        known = []
    if not known:
        return False
    oid, number = known[0]
    suite, curve = suite_of(oid, PACE_ECDH_GM), STANDARD_CURVES[number]
    if suite is None:
        return False
    reader.channel = None
    wanted = ((PROTOCOL, oid), (PASSWORD_REFERENCE, password.reference.to_bytes()), (DOMAIN, number.to_bytes()))
    reader.ask(0x22, 0xC1A4, b"".join(data_object(tag, value) for tag, value in wanted))
    hidden = _exchange(reader, b"", NONCE_HIDDEN)
    nonce = suite.decrypt(suite.derive(password.secret, PASSWORD), hidden)
    generator = _mapped(reader, curve, int.from_bytes(nonce))
    private = _scalar(reader, curve)
    public = curve.encode(_somewhere(curve.multiply(private, generator)))
    theirs = _exchange(reader, data_object(KEY_READER, public), KEY_CHIP)
    if theirs == public:
        raise UnprovedAnswerError("our own key")
    x, _ = _somewhere(curve.multiply(private, _point(curve, theirs)))
    secret = x.to_bytes(curve.size)
    key = suite.derive(secret, AUTHENTICATION)
    token = data_object(TOKEN_READER, suite.token_mac(key, public_key_object(oid, theirs)))
    if _exchange(reader, token, TOKEN_CHIP, last=True) != suite.token_mac(key, public_key_object(oid, public)):
        raise UnprovedAnswerError("the chip does not know the password")
    reader.channel = ReaderChannel(suite, secret)
    return True


def _mapped(reader: Reader, curve: Curve, nonce: int) -> Affine:
    """The generator both sides map the chip's number to."""
    private = _scalar(reader, curve)
    public = curve.encode(_somewhere(curve.multiply(private, curve.generator)))
    theirs = _point(curve, _exchange(reader, data_object(MAP_READER, public), MAP_CHIP))
    shared = _somewhere(curve.multiply(private, theirs))
    return _somewhere(curve.add(_somewhere(curve.multiply(nonce, curve.generator)), shared))


def _exchange(reader: Reader, message: bytes, answer: int, *, last: bool = False) -> bytes:
    """One GENERAL AUTHENTICATE; all but the last are links of a chain."""
    cla = 0 if last else CHAINED
    raw = reader.ask(0x86, 0, data_object(DYNAMIC, message), expected=256, cla=cla)
    try:
        return objects(objects(raw)[DYNAMIC])[answer]
    except (RefusedError, KeyError):
        raise UnprovedAnswerError("not an answer of PACE") from None


def _scalar(reader: Reader, curve: Curve) -> int:
    return int.from_bytes(reader.draw(curve.size + 8)) % (curve.order - 1) + 1


def _point(curve: Curve, octets: bytes) -> Affine:
    return _somewhere(curve.decode(octets))


def _somewhere(point: Affine | None) -> Affine:
    if point is None:
        raise UnprovedAnswerError("no point of the curve")
    return point
