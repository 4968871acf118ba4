"""EF.SOD: the digests of the groups under the signature of a document signer (Doc 9303-10 § 4.6.2, Doc 9303-12 § 8; RFC 5652).

Only digests, the time and the signature differ between cards, so a template of the signer's certificate holds all the rest
as bytes and the path of one card builds no objects. `write` says once what an EF.SOD is: the template is cut from what it
writes, and the verifier writes anew what it read and compares.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sosach.chip.der import (
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    SET,
    UTC_TIME,
    DerError,
    Node,
    explicit,
    integer,
    integer_of,
    octets,
    oid,
    oid_of,
    printable,
    sequence,
    set_of,
    tlv,
    whole,
)
from sosach.chip.files.card import CardFiles
from sosach.chip.files.index import LDS_NUMBERS, UNICODE
from sosach.chip.profiles import Lds
from sosach.chip.signing.ports import SignatureAlgorithm, Signer

TAG = b"\x77"
_SIGNED_DATA = oid("1.2.840.113549.1.7.2")
_LDS_OBJECT = oid("2.23.136.1.1.1")
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_DIGESTS = {
    "sha256": sequence(oid("2.16.840.1.101.3.4.2.1")),
    "sha384": sequence(oid("2.16.840.1.101.3.4.2.2")),
    "sha512": sequence(oid("2.16.840.1.101.3.4.2.3")),
}
_DIGEST_NAMES = {identifier: name for name, identifier in _DIGESTS.items()}
_ALGORITHMS = {algorithm.identifier: algorithm for algorithm in SignatureAlgorithm}
_VERSIONS = {Lds.V17: 0, Lds.V18: 1}
_CMS_VERSION = integer(3)
_SIGNER_VERSION = integer(1)
_X509_VERSION = explicit(0, integer(2))


@dataclass(frozen=True, slots=True)
class LdsObject:
    """What is signed: the LDSSecurityObject.

    Attributes:
        lds: version of the data structure.
        digest: name of the digest, as `hashlib` has it.
        hashes: digest of every group by its number.
    """

    lds: Lds
    digest: str
    hashes: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class SignerPart:
    """One signature of an EF.SOD.

    Attributes:
        identifier: issuer and serial number of the certificate, in DER.
        algorithm: how it was signed.
        content_digest: digest of the LDSSecurityObject, as the signed attributes have it.
        signed_at: when, as the signed attributes have it.
        signed: the bytes that were signed.
        signature: the signature.
    """

    identifier: bytes
    algorithm: SignatureAlgorithm
    content_digest: bytes
    signed_at: datetime
    signed: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SodParts:
    """An EF.SOD taken apart.

    Attributes:
        content: the LDSSecurityObject, in DER.
        certificates: every certificate in it.
        signers: every signature in it.
    """

    content: bytes
    certificates: tuple[bytes, ...]
    signers: tuple[SignerPart, ...]


def identifier_of(certificate: bytes) -> bytes:
    """Issuer and serial number of a certificate, as a signature names its signer (RFC 5652 § 10.2.4).

    Raises:
        DerError: it is no certificate of version 3.
    """
    parts = certificate_parts(certificate)
    return sequence(parts[3].raw, parts[1].raw)


def certificate_parts(certificate: bytes) -> tuple[Node, ...]:
    """The parts of what a certificate signs: version, serial number, algorithm, issuer, validity, subject, key, extensions.

    Raises:
        DerError: it is no certificate of version 3.
    """
    outer = whole(certificate, SEQUENCE).children()
    parts = outer[0].expect(SEQUENCE).children() if outer else ()
    if len(outer) != 3 or len(parts) != 8 or parts[0].raw != _X509_VERSION:
        raise DerError(0, "no certificate of version 3")
    parts[1].expect(INTEGER)
    return parts


def write_lds(lds: LdsObject) -> bytes:
    """The LDSSecurityObject of some digests."""
    hashes = (sequence(integer(number), octets(lds.hashes[number])) for number in sorted(lds.hashes))
    version = (sequence(printable(LDS_NUMBERS[lds.lds]), printable(UNICODE)),) if lds.lds is Lds.V18 else ()
    return sequence(integer(_VERSIONS[lds.lds]), _DIGESTS[lds.digest], sequence(*hashes), *version)


def read_lds(content: bytes) -> LdsObject:
    """The LDSSecurityObject of an EF.SOD.

    Raises:
        DerError: it is none, or not exactly what `write_lds` would write.
    """
    parts = whole(content, SEQUENCE).children()
    if len(parts) not in {3, 4} or parts[1].raw not in _DIGEST_NAMES:
        raise DerError(0, "no LDSSecurityObject")
    hashes = {}
    for entry in parts[2].expect(SEQUENCE).children():
        number, value = _two(entry)
        hashes[integer_of(number)] = value.expect(OCTET_STRING).body
    lds = LdsObject(Lds.V18 if len(parts) == 4 else Lds.V17, _DIGEST_NAMES[parts[1].raw], hashes)
    if write_lds(lds) != content:
        raise DerError(0, "LDSSecurityObject in another form than its one")
    return lds


def _two(node: Node) -> tuple[Node, Node]:
    parts = node.expect(SEQUENCE).children()
    if len(parts) != 2:
        raise DerError(node.start, "not two parts")
    return parts[0], parts[1]


def _attributes(content_digest: bytes, signed_at: datetime) -> bytes:
    """The signed attributes, as the SET OF that is signed (RFC 5652 § 5.4)."""
    return set_of(
        sequence(oid(_CONTENT_TYPE), set_of(_LDS_OBJECT)),
        sequence(oid(_SIGNING_TIME), set_of(tlv(UTC_TIME, _utc(signed_at)))),
        sequence(oid(_MESSAGE_DIGEST), set_of(octets(content_digest))),
    )


def _utc(moment: datetime) -> bytes:
    return moment.astimezone(UTC).strftime("%y%m%d%H%M%SZ").encode("ascii")


def write(parts: SodParts) -> bytes:
    """An EF.SOD in its one form."""
    digests = {_DIGESTS[signer.algorithm.digest] for signer in parts.signers}
    signed = sequence(
        _CMS_VERSION,
        set_of(*digests),
        sequence(_LDS_OBJECT, explicit(0, octets(parts.content))),
        explicit(0, *parts.certificates),
        set_of(*(_write_signer(signer) for signer in parts.signers)),
    )
    return tlv(TAG, sequence(_SIGNED_DATA, explicit(0, signed)))


def _write_signer(signer: SignerPart) -> bytes:
    attributes = _attributes(signer.content_digest, signer.signed_at)
    return sequence(
        _SIGNER_VERSION,
        signer.identifier,
        _DIGESTS[signer.algorithm.digest],
        b"\xa0" + attributes[1:],
        signer.algorithm.identifier,
        octets(signer.signature),
    )


def read(sod: bytes) -> SodParts:
    """Take an EF.SOD apart; what is in it besides its parts is passed over, and `write` will not write it again.

    Raises:
        DerError: it is no EF.SOD, not in DER, or by an algorithm we do not know.
    """
    _, wrapped = _two(whole(sod, TAG).only(SEQUENCE))
    parts = wrapped.expect(b"\xa0").only(SEQUENCE).children()
    if len(parts) < 5:
        raise DerError(0, "no signed data")
    _, content = _two(parts[2])
    certificates = tuple(node.raw for node in parts[3].expect(b"\xa0").children())
    signers = tuple(_read_signer(node) for node in parts[-1].expect(SET).children())
    return SodParts(content.expect(b"\xa0").only(OCTET_STRING).body, certificates, signers)


def _read_signer(node: Node) -> SignerPart:
    parts = node.expect(SEQUENCE).children()
    if len(parts) < 6 or parts[4].raw not in _ALGORITHMS:
        raise DerError(node.start, "no signature we know")
    attributes = parts[3].expect(b"\xa0")
    values = {}
    for attribute in attributes.children():
        name, value = _two(attribute)
        values[oid_of(name)] = value.expect(SET)
    if not {_MESSAGE_DIGEST, _SIGNING_TIME} <= set(values):
        raise DerError(attributes.start, "signed attributes are missing")
    return SignerPart(
        identifier=parts[1].raw,
        algorithm=_ALGORITHMS[parts[4].raw],
        content_digest=values[_MESSAGE_DIGEST].only(OCTET_STRING).body,
        signed_at=_moment(values[_SIGNING_TIME].only(UTC_TIME)),
        signed=SET + attributes.raw[1:],
        signature=parts[5].expect(OCTET_STRING).body,
    )


def _moment(node: Node) -> datetime:
    try:
        return datetime.strptime(node.body.decode("ascii"), "%y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except (UnicodeDecodeError, ValueError):
        raise DerError(node.inside, "no moment") from None


@dataclass(frozen=True, slots=True)
class _Shape:
    """Cards with the same groups: the bytes before each digest, and after the last."""

    plan: tuple[tuple[bytes, int], ...]
    end: bytes


@dataclass(frozen=True, slots=True)
class _Frame:
    """Cards whose signatures are equally long as well: the bytes around what differs."""

    head: bytes
    middle: bytes
    tail: bytes


class SodTemplate:
    """All of an EF.SOD that does not differ between the cards one document signer signs at one moment.

    Attributes:
        certificate: of the document signer, in DER.
        algorithm: how it signs.
        lds: version of the data structure.
        digest: name of the digest of the groups.
        signed_at: moment the signatures tell, for all cards of the template.
    """

    def __init__(
        self, *, certificate: bytes, algorithm: SignatureAlgorithm, lds: Lds, digest: str, signed_at: datetime
    ) -> None:
        self.certificate = certificate
        self.algorithm = algorithm
        self.lds = lds
        self.digest = digest
        self.signed_at = signed_at
        self._identifier = identifier_of(certificate)
        self._group_digest: Callable[[bytes], hashlib._Hash] = getattr(hashlib, digest)
        self._content_digest: Callable[[bytes], hashlib._Hash] = getattr(hashlib, algorithm.digest)
        self._attributes = _attributes(self._content_digest(b"").digest(), signed_at)[
            : -self._content_digest(b"").digest_size
        ]
        self._shape = cache(self._learn_shape)
        self._frame = cache(self._learn_frame)

    def sod(self, groups: Mapping[int, bytes], sign: Callable[[bytes], bytes]) -> bytes:
        """The EF.SOD of some groups."""
        shape = self._shape(tuple(groups))
        digest = self._group_digest
        pieces: list[bytes] = []
        for before, number in shape.plan:
            pieces += (before, digest(groups[number]).digest())
        pieces.append(shape.end)
        content = b"".join(pieces)
        content_digest = self._content_digest(content).digest()
        signature = sign(self._attributes + content_digest)
        frame = self._frame(len(content), len(signature))
        return b"".join((frame.head, content, frame.middle, content_digest, frame.tail, signature))

    def _learn_shape(self, groups: tuple[int, ...]) -> _Shape:
        """Cut the LDSSecurityObject at its digests."""
        size = self._group_digest(b"").digest_size
        marks = {number: bytes((0xFF - place,)) * size for place, number in enumerate(sorted(groups))}
        rest, plan = write_lds(LdsObject(self.lds, self.digest, marks)), []
        for number in sorted(groups):
            before, _, rest = rest.partition(marks[number])
            plan.append((before, number))
        return _Shape(tuple(plan), rest)

    def _learn_frame(self, content_size: int, signature_size: int) -> _Frame:
        """Cut an EF.SOD at its content, its digest and its signature."""
        content = b"\xff" * content_size
        content_digest = b"\xff" * self._content_digest(b"").digest_size
        signature = b"\xff" * signature_size
        signer = SignerPart(self._identifier, self.algorithm, content_digest, self.signed_at, b"", signature)
        head, _, rest = write(SodParts(content, (self.certificate,), (signer,))).partition(content)
        middle, found, tail = rest.removesuffix(signature).rpartition(content_digest)
        if not found:
            raise DerError(0, "template without a place for the digest")
        return _Frame(head, middle, tail)


def seal_with(files: CardFiles, template: SodTemplate, signer: Signer) -> CardFiles:
    """The files with their EF.SOD, signed by the document signer of the template."""
    return CardFiles(files.groups, files.com, files.card_access, template.sod(files.groups, signer.sign))
