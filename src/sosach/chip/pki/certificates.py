"""Certificates: authority, link to the next authority, document signer, signer of master lists (Doc 9303-12 § 7.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier

from sosach.chip import der
from sosach.chip.pki.authority import Authority, extension, extension_of, moment, signed
from sosach.chip.pki.names import Issuer
from sosach.chip.pki.periods import AUTHORITY_MONTHS, DOCUMENT_MONTHS, SIGNER_MONTHS, months_later, signs_until
from sosach.chip.signing.ports import Signer
from sosach.chip.signing.public_keys import spki_of_certificate
from sosach.chip.signing.refusals import unusable

DOCUMENT_TYPES = "2.23.136.1.1.6.2"
NAME_CHANGE = "2.23.136.1.1.6.1"
MASTER_LIST_SIGNING = "2.23.136.1.1.3"
TWIN_SIGNING = "1.0.18013.5.1.2"  # ISO/IEC 18013-5 table B.3
TWIN_MONTHS = 15  # the same table: 457 days at most
ID_CARD = "ID"  # as line 1 of the card's machine-readable zone begins


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """Whom a certificate is for, and how long."""

    name: x509.Name
    public_key: bytes
    begins: datetime
    signs_until: datetime
    ends: datetime


def csca(signer: Signer, issuer: Issuer, *, at: datetime) -> bytes:
    """The certificate of an authority, signed by itself: it signs for five years, and outlives every card signed under it."""
    subject = _authority(issuer.name(), signer.public_key, at)
    identifier = x509.SubjectKeyIdentifier(bytes.fromhex(signer.key_id))
    own = extension(x509.AuthorityKeyIdentifier(identifier.digest, None, None))
    return _certificate(subject, issuer.name(), signer, [own, *_of_authority(subject, issuer, identifier)])


def link_certificate(old: Authority, new: bytes, issuer: Issuer, *, at: datetime) -> bytes:
    """The new authority's key, vouched for by the old one: who trusts the old one may then trust the new (Doc 9303-12 § 4.5).

    Raises:
        SosachError: KEY-03 the old key is past its period of use.
    """
    old.require(at)
    read = x509.load_der_x509_certificate(new)
    identifier = read.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    subject = _Subject(
        name=read.subject,
        public_key=spki_of_certificate(new),
        begins=at,
        signs_until=signs_until(new),
        ends=min(read.not_valid_after_utc, old.read.not_valid_after_utc),
    )
    extensions = [_vouching(old), *_of_authority(subject, issuer, identifier)]
    if read.subject != old.read.subject:
        extensions.append(extension_of(NAME_CHANGE, b"\x05\x00"))
    return _certificate(subject, old.read.subject, old.signer, extensions)


def document_signer(
    authority: Authority, key: Signer, issuer: Issuer, *, name: str, at: datetime, types: Sequence[str] = (ID_CARD,)
) -> bytes:
    """The certificate of a document signer: three months of signing, for documents of some types only.

    Raises:
        SosachError: KEY-03 the authority is past its period of use; KEY-01 it ends before the documents would.
    """
    subject = _signer(authority, key, issuer, name=name, at=at)
    listed = der.sequence(der.integer(0), der.set_of(*map(der.printable, types)))
    extensions = [
        *_of_signer(authority, subject, issuer, key),
        extension_of(DOCUMENT_TYPES, listed),
    ]
    return _certificate(subject, authority.read.subject, authority.signer, extensions)


def master_list_signer(authority: Authority, key: Signer, issuer: Issuer, *, name: str, at: datetime) -> bytes:
    """The certificate of who signs master lists.

    Raises:
        SosachError: KEY-03 the authority is past its period of use; KEY-01 it ends too early.
    """
    subject = _signer(authority, key, issuer, name=name, at=at)
    use = x509.ExtendedKeyUsage([ObjectIdentifier(MASTER_LIST_SIGNING)])
    extensions = [*_of_signer(authority, subject, issuer, key), extension(use, critical=True)]
    return _certificate(subject, authority.read.subject, authority.signer, extensions)


def twin_signer(authority: Authority, key: Signer, issuer: Issuer, *, name: str, at: datetime) -> bytes:
    """The certificate of who signs mobile documents and other digital twins (ISO/IEC 18013-5 annex B.1.4).

    Raises:
        SosachError: KEY-03 the authority is past its period of use; KEY-01 it ends too early.
    """
    subject = replace(_signer(authority, key, issuer, name=name, at=at), ends=months_later(at, TWIN_MONTHS))
    use = x509.ExtendedKeyUsage([ObjectIdentifier(TWIN_SIGNING)])
    extensions = [*_of_signer(authority, subject, issuer, key), extension(use, critical=True)]
    return _certificate(subject, authority.read.subject, authority.signer, extensions)


def _authority(name: x509.Name, public_key: bytes, at: datetime) -> _Subject:
    ends = months_later(at, AUTHORITY_MONTHS + SIGNER_MONTHS + DOCUMENT_MONTHS)
    until = months_later(at, AUTHORITY_MONTHS)
    return _Subject(name=name, public_key=public_key, begins=at, signs_until=until, ends=ends)


def _signer(authority: Authority, key: Signer, issuer: Issuer, *, name: str, at: datetime) -> _Subject:
    authority.require(at)
    ends = months_later(at, SIGNER_MONTHS + DOCUMENT_MONTHS)
    if ends > authority.read.not_valid_after_utc:
        raise unusable("the authority ends before the documents would", vi="chứng thư CSCA hết hạn trước giấy tờ")
    return _Subject(
        name=issuer.name(name),
        public_key=key.public_key,
        begins=at,
        signs_until=months_later(at, SIGNER_MONTHS),
        ends=ends,
    )


def _of_authority(subject: _Subject, issuer: Issuer, identifier: x509.SubjectKeyIdentifier) -> list[bytes]:
    return [
        extension(identifier),
        extension(_key_usage(authority=True), critical=True),
        extension(x509.BasicConstraints(ca=True, path_length=0), critical=True),
        *_of_all(subject, issuer),
    ]


def _of_signer(authority: Authority, subject: _Subject, issuer: Issuer, key: Signer) -> list[bytes]:
    return [
        _vouching(authority),
        extension(x509.SubjectKeyIdentifier(bytes.fromhex(key.key_id))),
        extension(_key_usage(authority=False), critical=True),
        *_of_all(subject, issuer),
    ]


def _of_all(subject: _Subject, issuer: Issuer) -> list[bytes]:
    places = [
        x509.DistributionPoint([x509.UniformResourceIdentifier(place)], None, None, None)
        for place in issuer.revocations
    ]
    return [
        extension(x509.PrivateKeyUsagePeriod(subject.begins, subject.signs_until)),
        extension(x509.SubjectAlternativeName(issuer.alternative())),
        extension(x509.IssuerAlternativeName(issuer.alternative())),
        extension(x509.CRLDistributionPoints(places)),
    ]


def _vouching(authority: Authority) -> bytes:
    return extension(x509.AuthorityKeyIdentifier(authority.key_identifier, None, None))


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate(subject: _Subject, issuer: x509.Name, signer: Signer, extensions: Iterable[bytes]) -> bytes:
    content = der.sequence(
        der.explicit(0, der.integer(2)),
        der.integer(x509.random_serial_number()),
        signer.algorithm.identifier,
        issuer.public_bytes(),
        der.sequence(moment(subject.begins), moment(subject.ends)),
        subject.name.public_bytes(),
        subject.public_key,
        der.explicit(3, der.sequence(*extensions)),
    )
    return signed(content, signer)
