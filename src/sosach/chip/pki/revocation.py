"""Revocation lists: at least every 90 days, also when there is nothing on them (Doc 9303-12 § 7.1.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip import der
from sosach.chip.pki.authority import Authority, extension, moment, signed
from sosach.chip.pki.periods import MOST_CRL_DAYS


@dataclass(frozen=True, slots=True, order=True)
class Revoked:
    """A certificate that counts no more, and since when."""

    serial: int
    at: datetime


def crl(
    authority: Authority, revoked: Iterable[Revoked], *, number: int, at: datetime, days: int = MOST_CRL_DAYS
) -> bytes:
    """A revocation list, in DER; `number` grows with each.

    An authority goes on signing lists after it signs no more certificates, for as long as cards under it run.

    Raises:
        SosachError: STATE-04 it would hold longer than 90 days, or is dated before what it revokes.
    """
    entries = sorted(revoked)
    if not 0 < days <= MOST_CRL_DAYS or any(entry.at > at for entry in entries):
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi=f"Danh sách thu hồi có hiệu lực tối đa {MOST_CRL_DAYS} ngày và không ghi trước ngày thu hồi",
            en=f"A revocation list holds for {MOST_CRL_DAYS} days at most and is not dated before a revocation on it",
        )
    lines = [der.sequence(der.integer(entry.serial), moment(entry.at)) for entry in entries]
    told = (
        extension(x509.AuthorityKeyIdentifier(authority.key_identifier, None, None)),
        extension(x509.CRLNumber(number)),
    )
    content = der.sequence(
        der.integer(1),
        authority.signer.algorithm.identifier,
        authority.read.subject.public_bytes(),
        moment(at),
        moment(at + timedelta(days=days)),
        der.sequence(*lines) if lines else b"",
        der.explicit(0, der.sequence(*told)),
    )
    return signed(content, authority.signer)


def revoked_on(found: bytes) -> list[Revoked]:
    """What a list says is revoked."""
    read = x509.load_der_x509_crl(found)
    return [Revoked(entry.serial_number, entry.revocation_date_utc) for entry in read]
