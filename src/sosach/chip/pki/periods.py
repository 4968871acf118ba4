"""How long keys sign and certificates hold, and what one document signer may sign.

Doc 9303-12 § 4.3 and table 3: a document signer signs for three months at most, and its certificate outlives the last document it
signed; an authority signs for three to five years and its certificate outlives all of its signers.
"""

from calendar import monthrange
from datetime import UTC, datetime

from cryptography import x509

from sosach.base.errors import ErrorCode, SosachError

MOST_DOCUMENTS = 100_000
SIGNER_MONTHS = 3
AUTHORITY_MONTHS = 5 * 12
DOCUMENT_MONTHS = 25 * 12  # the longest a card runs, from just before one age of renewal to the next, is below this
MOST_CRL_DAYS = 90


def months_later(at: datetime, months: int) -> datetime:
    """The same day some months later, or the last day of a shorter month."""
    years, month = divmod(at.month - 1 + months, 12)
    year = at.year + years
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def signs_until(certificate: bytes) -> datetime:
    """End of the period in which the certificate's key may sign."""
    return _signs(certificate)[1]


def signs_from(certificate: bytes) -> datetime:
    """Begin of the period in which the certificate's key may sign."""
    return _signs(certificate)[0]


def _signs(certificate: bytes) -> tuple[datetime, datetime]:
    """Period of use of the certificate's key, within the certificate's own."""
    read = x509.load_der_x509_certificate(certificate)
    period = read.extensions.get_extension_for_class(x509.PrivateKeyUsagePeriod).value
    first, last = period.not_before, period.not_after
    return (
        first.replace(tzinfo=UTC) if first else read.not_valid_before_utc,
        last.replace(tzinfo=UTC) if last else read.not_valid_after_utc,
    )


def require_period(certificate: bytes, *, at: datetime) -> None:
    """Let an authority or a signer sign at a moment.

    Raises:
        SosachError: KEY-03 outside its period of use.
    """
    first, last = _signs(certificate)
    if not first <= at <= last:
        raise SosachError(
            ErrorCode.SIGNER_SPENT,
            vi=f"Khóa này chỉ được ký từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}",
            en=f"This key signs from {first:%Y-%m-%d} to {last:%Y-%m-%d} only",
            hint_vi="Tạo khóa mới: sosach card pki signer (thẻ), twins (giấy tờ điện tử), ceremony (CSCA)",
            hint_en="Make a new one: sosach card pki signer (cards), twins (digital credentials), ceremony (authority)",
        )


def require_room(certificate: bytes, *, used: int, wanted: int, at: datetime) -> None:
    """Let a document signer sign some more documents: 100,000 in all or three months, whichever comes first.

    Count `wanted` as used, under a lock and committed, before the first of them is signed: a crash then wastes
    signatures and never makes too many.

    Raises:
        SosachError: KEY-03 outside its period of use, or more than it may still sign.
    """
    require_period(certificate, at=at)
    if used + wanted > MOST_DOCUMENTS:
        left = max(0, MOST_DOCUMENTS - used)
        raise SosachError(
            ErrorCode.SIGNER_SPENT,
            vi=f"Khóa ký chỉ còn được ký {left} giấy tờ, cần {wanted}",
            en=f"The signer may sign {left} documents more, {wanted} are wanted",
            hint_vi="Chia nhỏ lô thẻ, hoặc tạo khóa ký mới: sosach card pki signer",
            hint_en="Make smaller jobs, or a new signer: sosach card pki signer",
        )
