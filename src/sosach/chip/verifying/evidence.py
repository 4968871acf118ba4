"""What a verifier has before it: the files of a card, whom it trusts, what the register and the chip said; read when asked for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cached_property, lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from sosach.base.errors import SosachError
from sosach.chip import der
from sosach.chip.files import sod, texts, zone
from sosach.chip.files.card import CardFiles
from sosach.chip.signing.ports import SignatureAlgorithm
from sosach.chip.signing.public_keys import PublicKey, kind_of

REFUSED = (
    SosachError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    UserWarning,  # cryptography warns of what it would rather not read
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.ExtensionNotFound,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""Whatever reading a forged file may raise; each means: not shown to be right."""

_HERE = timezone(timedelta(hours=7))
_IDENTIFIERS = {algorithm.identifier for algorithm in SignatureAlgorithm}


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom a verifier believes, and the moment it asks about.

    Attributes:
        cscas: certificates of authorities, in DER; links between them count when an authority here signed them.
        crls: revocation lists, in DER.
        at: the moment, with a time zone.
    """

    cscas: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class RegisterWord:
    """What the register of cards says of one card.

    Attributes:
        active: the card is in force: handed over, and not held, lost, replaced, expired, revoked or destroyed.
        sod_digest: SHA-256 of the EF.SOD that was issued.
    """

    active: bool
    sod_digest: bytes


@dataclass(frozen=True)
class Evidence:
    """Everything one verdict is about.

    Attributes:
        files: what was read off the card.
        trust: whom to believe.
        register: what the register said; None: it was not asked.
        chip_authentic: whether the chip proved that it holds its key; None: it was not asked.
    """

    files: CardFiles
    trust: Trust
    register: RegisterWord | None = None
    chip_authentic: bool | None = None

    @property
    def today(self) -> date:
        """The day in Viet Nam."""
        return self.trust.at.astimezone(_HERE).date()

    @cached_property
    def parts(self) -> sod.SodParts:
        """EF.SOD taken apart."""
        return sod.read(self.files.sod)

    @cached_property
    def signer(self) -> sod.SignerPart:
        """The first signature; that there is no other is a rule of its own."""
        return self.parts.signers[0]

    @cached_property
    def content(self) -> sod.LdsObject:
        """What was signed."""
        return sod.read_lds(self.parts.content)

    @cached_property
    def certificate(self) -> x509.Certificate:
        """The certificate of the document signer."""
        return load(self.parts.certificates[0])

    @cached_property
    def zone(self) -> str:
        """The 90 characters of DG1."""
        return zone.read(self.files.groups[1])

    @cached_property
    def texts(self) -> texts.Texts:
        """The texts of DG13."""
        return texts.read(self.files.groups[13])

    @cached_property
    def authority(self) -> x509.Certificate:
        """The trusted authority the signer's certificate names; whether that one really signed it is a rule of its own.

        Raises:
            LookupError: none is trusted under this name and key identifier.
        """
        wanted = self.certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
        for anchor in anchors(self.trust.cscas):
            if anchor.subject == self.certificate.issuer and key_identifier(anchor) == wanted:
                return anchor
        raise LookupError("no such authority")

    @cached_property
    def revocations(self) -> x509.CertificateRevocationList:
        """The newest whole list of the authority at the moment asked about; the authority has to be one that may sign lists.

        Raises:
            LookupError: there is none, or it may not (RFC 5280 § 6.3.3 (f)).
        """
        if not self.authority.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign:
            raise LookupError("the authority may not sign revocation lists")
        key = public_key(self.authority)
        lists = [
            found
            for found in map(_load_list, self.trust.crls)
            if found is not None
            and found.issuer == self.authority.subject
            and found.last_update_utc <= self.trust.at
            and found.is_signature_valid(key)
        ]
        if not lists:
            raise LookupError("no revocation list")
        return max(lists, key=lambda found: found.last_update_utc)


@lru_cache(maxsize=64)
def _load_list(written: bytes) -> x509.CertificateRevocationList | None:
    """A revocation list that tells all it knows; None for a difference to another list, or one of some certificates only."""
    try:
        found = x509.load_der_x509_crl(written)
        partial = any(
            each.critical for each in found.extensions
        )  # RFC 5280 § 5.2: what makes a list partial is critical
    except REFUSED:
        return None
    return None if partial else found


@lru_cache(maxsize=256)
def load(certificate: bytes) -> x509.Certificate:
    """A certificate, when it is in the one form all of ours are in: what its signature does not cover says nothing else.

    Raises:
        ValueError: it is not: its serial number, how it says that it was signed, or the bits of the signature.
    """
    parts = sod.certificate_parts(certificate)
    signed, algorithm, signature = der.whole(certificate).children()
    if algorithm.raw != parts[2].raw or algorithm.raw not in _IDENTIFIERS:
        raise ValueError("signed by two algorithms, or by one we do not know")
    if der.sequence(signed.raw, algorithm.raw, der.bits(signature.body[1:])) != certificate:
        raise ValueError("not in the one form")
    if der.integer_of(parts[1]) <= 0:
        raise ValueError("no serial number")
    return x509.load_der_x509_certificate(certificate)


def key_identifier(certificate: x509.Certificate) -> bytes:
    """Subject key identifier a certificate states."""
    return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


def public_key(certificate: x509.Certificate) -> PublicKey:
    """The key of a certificate, of a kind that is strong enough to sign documents.

    Raises:
        SosachError: KEY-01 it is not.
    """
    key = certificate.public_key()
    kind_of(key)  # type: ignore[arg-type]  # refuses every other kind
    return key  # type: ignore[return-value]


def signed_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether an authority signed a certificate, by a key that is strong enough, and may sign certificates."""
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
    public_key(authority)
    certificate.verify_directly_issued_by(authority)
    return basic.ca and usage.key_cert_sign


@lru_cache(maxsize=16)
def anchors(cscas: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    """Authorities that are trusted: those that signed themselves, and those one of them vouches for by a link certificate."""
    waiting = [read for certificate in cscas if (read := _read(certificate)) is not None and _is_authority(read)]
    trusted = [each for each in waiting if _holds(each, each)]
    waiting = [each for each in waiting if each not in trusted]
    while linked := [each for each in waiting if any(_holds(each, anchor) for anchor in trusted)]:
        trusted += linked
        waiting = [each for each in waiting if each not in linked]
    return tuple(trusted)


def _read(certificate: bytes) -> x509.Certificate | None:
    """A certificate among those to trust; None when it is in another form than ours, which makes it nobody's authority here."""
    try:
        return load(certificate)
    except REFUSED:
        return None


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except REFUSED:
        return False


def _holds(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        return signed_by(certificate, authority)
    except REFUSED:
        return False
