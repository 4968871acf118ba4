"""A card read as at a border: opened, every file read, the chip asked to prove that it is no copy."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.applet.ciphers import AES_128
from sosach.chip.applet.commands import data_object
from sosach.chip.applet.passwords import BY_MRZ, Password
from sosach.chip.applet.proving import ACTIVE_CHALLENGE, DYNAMIC, EPHEMERAL, PROTOCOL
from sosach.chip.applet.reader import CardRefusesError, Reader, Transmit
from sosach.chip.applet.reader_channel import ReaderChannel, UnprovedAnswerError
from sosach.chip.applet.reader_pace import open_by_pace
from sosach.chip.applet.words import RefusedError, Word
from sosach.chip.der import DerError, oid, whole
from sosach.chip.files import index, protocols
from sosach.chip.files.card import CARD_ACCESS, COM, GROUP, SOD, CardFiles, from_identifiers

_MASTER_FILE = 0x3F00
_GROUPS = {tag: number for number, tag in index.TAGS.items()}


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """What a reader got off a card.

    Attributes:
        files: the files it could read.
        refused: numbers of the groups EF.COM lists and the chip kept to itself, with its status word.
        active: active authentication succeeded; None when the card has none.
        agreement: chip authentication succeeded; None when the card has none.
        opened_by: "PACE" or "BAC".
    """

    files: CardFiles
    refused: Mapping[int, int]
    active: bool | None
    agreement: bool | None
    opened_by: str

    @property
    def chip_authentic(self) -> bool | None:
        """The chip proved itself in every way its files offer; None when they offer none."""
        proofs = [proof for proof in (self.active, self.agreement) if proof is not None]
        return all(proofs) if proofs else None


def inspect(
    transmit: Transmit,
    password: Password,
    *,
    pace: bool = True,
    draw: Callable[[int], bytes] = secrets.token_bytes,
) -> Reading:
    """Read a card; by PACE where it offers it and `pace` is left on, otherwise by BAC with the MRZ.

    Raises:
        SosachError: CARD-01, it cannot be opened with this password, or does not answer as a card does.
    """
    reader = Reader(transmit, draw=draw)
    try:
        return _inspect(reader, password, pace=pace)
    except CardRefusesError as refusal:
        raise _unreadable(f"{refusal.word:04X}") from refusal
    except (UnprovedAnswerError, RefusedError, ValueError, LookupError) as fault:  # whatever reading nonsense raises
        raise _unreadable(str(fault)) from fault


def _inspect(reader: Reader, password: Password, *, pace: bool) -> Reading:
    files: dict[int, bytes] = {}
    reader.ask(0xA4, 0x000C, _MASTER_FILE.to_bytes(2))
    files[CARD_ACCESS] = reader.read(CARD_ACCESS)
    by_pace = pace and open_by_pace(reader, password, files[CARD_ACCESS])
    reader.select_application()
    if not by_pace:
        if password.reference != BY_MRZ:
            raise CardRefusesError(Word.NO_REFERENCE)
        reader.open_by_mrz(password)
    files[COM], files[SOD] = reader.read(COM), reader.read(SOD)
    refused = {}
    for number in _listed(files[COM]):
        try:
            files[GROUP + number] = reader.read(GROUP + number)
        except CardRefusesError as refusal:
            refused[number] = refusal.word
    active = _proves_actively(reader, files.get(GROUP + 15))
    agreement = _agrees(reader, files.get(GROUP + 14))
    return Reading(from_identifiers(files), refused, active, agreement, "PACE" if by_pace else "BAC")


def _listed(com: bytes) -> list[int]:
    """Numbers of the groups EF.COM lists, in its order; tags no card of ours has are left to the verifier."""
    tags = whole(com, b"\x60").children()[-1].body
    return [_GROUPS[tag] for tag in tags if tag in _GROUPS]


def _proves_actively(reader: Reader, group: bytes | None) -> bool | None:
    """Active authentication: the key of DG15 signs a number of ours."""
    if group is None:
        return None
    key = _public_key(protocols.active_key(group))
    challenge = reader.draw(ACTIVE_CHALLENGE)
    size = (key.curve.key_size + 7) // 8
    try:
        answer = reader.ask(0x88, 0, challenge, expected=256)
        pair = int.from_bytes(answer[:size]), int.from_bytes(answer[size:])
        key.verify(encode_dss_signature(*pair), challenge, ECDSA(SHA256()))
    except (CardRefusesError, InvalidSignature):
        return False
    return True


def _agrees(reader: Reader, group: bytes | None) -> bool | None:
    """Chip authentication: only who has the private half of DG14's key can speak on under the keys agreed on."""
    spki = protocols.agreement_key(group) if group is not None else b""
    if not spki:
        return None
    theirs = _public_key(spki)
    ours = generate_private_key(theirs.curve)
    point = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    wanted = data_object(PROTOCOL, whole(oid(protocols.AGREEMENT_AES)).body)
    try:
        reader.ask(0x22, 0x41A4, wanted)
        reader.ask(0x86, 0, data_object(DYNAMIC, data_object(EPHEMERAL, point)), expected=256)
        reader.channel = ReaderChannel(AES_128, ours.exchange(ECDH(), theirs))
        reader.read(COM)
    except (CardRefusesError, UnprovedAnswerError):
        return False
    return True


def _public_key(spki: bytes) -> EllipticCurvePublicKey:
    """A key of the card.

    Raises:
        DerError: none on an elliptic curve.
    """
    try:
        key = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        raise DerError(0, "no public key") from None
    if not isinstance(key, EllipticCurvePublicKey):
        raise DerError(0, "no key on an elliptic curve")
    return key


def _unreadable(why: str) -> SosachError:
    return SosachError(
        ErrorCode.CARD_UNREADABLE,
        vi=f"Không đọc được chip ({why})",
        en=f"The chip cannot be read ({why})",
        hint_vi="Kiểm tra dòng MRZ hoặc sáu số in trên thẻ, rồi đọc lại.",
        hint_en="Check the MRZ or the six digits printed on the card, then read again.",
    )
