"""Rules on who signed: a document signer of Viet Nam for ID cards, under a trusted authority, in time, not revoked (Doc 9303-12)."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

from sosach.chip import der
from sosach.chip.pki.certificates import DOCUMENT_TYPES, ID_CARD
from sosach.chip.verifying.evidence import Evidence, signed_by

COUNTRY = "VN"
_UNDERSTOOD = {ExtensionOID.KEY_USAGE, ExtensionOID.BASIC_CONSTRAINTS}


def chain(card: Evidence) -> bool:
    """A trusted authority signed the signer's certificate, and was allowed to sign certificates."""
    return signed_by(card.certificate, card.authority)


def country(card: Evidence) -> bool:
    """Signer and authority are of Viet Nam: authorities of other countries may be trusted too, but not with our cards."""
    return all(_countries(name) == [COUNTRY] for name in (card.certificate.subject, card.authority.subject))


def _countries(name: x509.Name) -> list[str]:
    return [str(part.value).upper() for part in name.get_attributes_for_oid(NameOID.COUNTRY_NAME)]


def signs_documents(card: Evidence) -> bool:
    """The signer may sign documents, is no authority itself, and nothing critical is said that we do not understand."""
    extensions = card.certificate.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    unknown = [each for each in extensions if each.critical and each.oid not in _UNDERSTOOD]
    authority = any(isinstance(each.value, x509.BasicConstraints) and each.value.ca for each in extensions)
    return usage.digital_signature and not usage.key_cert_sign and not authority and not unknown


def document_type(card: Evidence) -> bool:
    """The signer is one of ID cards: its list of document types names "ID" (Doc 9303-12 § 7.1.1.6)."""
    found = card.certificate.extensions.get_extension_for_oid(x509.ObjectIdentifier(DOCUMENT_TYPES)).value
    if not isinstance(found, x509.UnrecognizedExtension):
        return False
    version, types = der.whole(found.value, der.SEQUENCE).children()
    return der.integer_of(version) == 0 and ID_CARD in [der.text_of(each) for each in types.expect(der.SET).children()]


def valid_now(card: Evidence) -> bool:
    """Signer's and authority's certificates are valid at the moment asked about."""
    return all(
        each.not_valid_before_utc <= card.trust.at <= each.not_valid_after_utc
        for each in (card.certificate, card.authority)
    )


def signed_in_time(card: Evidence) -> bool:
    """The card was signed while the signer's key was in use, and not in the future (Doc 9303-12 § 4.4)."""
    period = card.certificate.extensions.get_extension_for_class(x509.PrivateKeyUsagePeriod).value
    if period.not_before is None or period.not_after is None:
        return False
    return _utc(period.not_before) <= card.signer.signed_at <= min(_utc(period.not_after), card.trust.at)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)  # the library leaves out that all times in certificates are UTC


def revocations_fresh(card: Evidence) -> bool:
    """There is a revocation list of the authority, and it is not out of date."""
    ends = card.revocations.next_update_utc
    return ends is not None and card.trust.at <= ends


def not_revoked(card: Evidence) -> bool:
    """The signer is not on the newest revocation list."""
    return card.revocations.get_revoked_certificate_by_serial_number(card.certificate.serial_number) is None
