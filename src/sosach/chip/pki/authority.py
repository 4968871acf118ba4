"""An authority at work: its certificate and its key, which must belong together; what it signs is written here.

Standard: RFC 5280; signatures over certificates and lists are made through `Signer`, so that they are low-s like all others.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509

from sosach.chip import der
from sosach.chip.pki.periods import require_period
from sosach.chip.signing.ports import Signer
from sosach.chip.signing.public_keys import spki_of_certificate
from sosach.chip.signing.refusals import unusable

_LAST_UTC_YEAR = 2049  # RFC 5280 § 4.1.2.5


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate and the key it speaks of: an authority, or a signer of lists.

    Raises:
        SosachError: KEY-01 the key is another one.
    """

    certificate: bytes
    signer: Signer

    def __post_init__(self) -> None:
        """Refuse a pair that does not belong together."""
        if spki_of_certificate(self.certificate) != self.signer.public_key:
            raise unusable("key and certificate do not belong together", vi="khóa và chứng thư không thuộc về nhau")

    @property
    def read(self) -> x509.Certificate:
        """The certificate, read."""
        return x509.load_der_x509_certificate(self.certificate)

    @property
    def key_identifier(self) -> bytes:
        """Subject key identifier in the certificate."""
        return self.read.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest

    def require(self, at: datetime) -> None:
        """Let it sign at a moment.

        Raises:
            SosachError: KEY-03 outside its period of use.
        """
        require_period(self.certificate, at=at)


def signed(content: bytes, signer: Signer) -> bytes:
    """Content, algorithm, signature: the frame of certificates and revocation lists."""
    return der.sequence(content, signer.algorithm.identifier, der.bits(signer.sign(content)))


def moment(at: datetime) -> bytes:
    """A time as certificates write it: two digits of the year until 2049, then four."""
    told = at.astimezone(UTC)
    if told.year <= _LAST_UTC_YEAR:
        return der.tlv(der.UTC_TIME, f"{told:%y%m%d%H%M%SZ}".encode())
    return der.tlv(b"\x18", f"{told:%Y%m%d%H%M%SZ}".encode())


def extension(kind: x509.ExtensionType, *, critical: bool = False) -> bytes:
    """An extension, in DER."""
    return extension_of(kind.oid.dotted_string, kind.public_bytes(), critical=critical)


def extension_of(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    """An extension from its number and value, in DER."""
    flag = b"\x01\x01\xff" if critical else b""
    return der.sequence(der.oid(oid), flag, der.octets(value))
