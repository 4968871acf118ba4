"""Forged cards, each made to break one rule and no other: what a forger with skill, or a thief with a key, would try."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID
from tests.chip.cards import AT, SMALL, Issuing, content, issuing, portrait, publics, revoked, small
from tests.chip.verifying.forging import (
    MADE,
    ORDER_P256,
    ORDER_P384,
    PROFILE,
    changed,
    evidence,
    high_s,
    reissued,
    sealed,
    usage,
    with_sod,
)

from sosach.chip import der
from sosach.chip.content import CardContent
from sosach.chip.files import face, index, protocols, sod, zone
from sosach.chip.files.card import build
from sosach.chip.pki import certificates
from sosach.chip.pki.authority import Authority
from sosach.chip.pki.names import SYNTHETIC
from sosach.chip.pki.revocation import crl
from sosach.chip.profiles import FaceCoding, PaceCurve
from sosach.chip.signing.ports import KeyKind, SignatureAlgorithm
from sosach.chip.signing.software import SoftwareSigner
from sosach.chip.verifying.evidence import Evidence, RegisterWord, Trust
from sosach.chip.verifying.verdict import Rule


def unsigned_attribute() -> Evidence:
    """Something unsigned hung onto the signature."""
    files = small()
    parts = list(der.whole(files.sod, sod.TAG).only(der.SEQUENCE).children())
    inner = list(parts[1].only(der.SEQUENCE).children())
    (signer,) = inner[4].children()
    longer = der.tlv(
        der.SEQUENCE, signer.body + der.explicit(1, der.sequence(der.oid("1.2.3"), der.set_of(der.integer(1))))
    )
    body = b"".join(node.raw for node in inner[:4]) + der.set_of(longer)
    return evidence(
        replace(files, sod=der.tlv(sod.TAG, der.sequence(parts[0].raw, der.explicit(0, der.sequence(body)))))
    )


def other_cms_version() -> Evidence:
    """The version of the frame, which nobody signs."""
    files = small()
    return evidence(replace(files, sod=files.sod.replace(b"\x02\x01\x03\x31", b"\x02\x01\x05\x31", 1)))


def second_certificate() -> Evidence:
    """A second certificate slipped in."""
    other = issuing(KeyKind.P384).certificate
    return evidence(with_sod(small(), lambda parts: replace(parts, certificates=(*parts.certificates, other))))


def second_signature() -> Evidence:
    """A second signature slipped in, the first of them good."""

    def change(parts: sod.SodParts) -> sod.SodParts:
        (good,) = parts.signers
        longer = good.signature + bytes(40)
        return replace(parts, signers=(good, replace(good, signature=longer)))

    return evidence(with_sod(small(), change))


def other_identifier() -> Evidence:
    """The signature names another certificate than the one that is there."""
    wrong = sod.identifier_of(issuing(KeyKind.P384).certificate)

    def change(parts: sod.SodParts) -> sod.SodParts:
        return replace(parts, signers=(replace(parts.signers[0], identifier=wrong),))

    return evidence(with_sod(small(), change))


def other_half() -> Evidence:
    """(r, n − s): verifies everywhere, and is a second EF.SOD."""

    def change(parts: sod.SodParts) -> sod.SodParts:
        (good,) = parts.signers
        return replace(parts, signers=(replace(good, signature=high_s(good.signature, ORDER_P256)),))

    return evidence(with_sod(small(), change))


def other_half_in_certificate() -> Evidence:
    """(r, n − s) in the signer's certificate."""
    outer = der.whole(issuing().certificate).children()
    signature = high_s(outer[2].body[1:], ORDER_P384)
    certificate = der.sequence(outer[0].raw, outer[1].raw, der.bits(signature))
    return evidence(with_sod(small(), lambda parts: replace(parts, certificates=(certificate,))))


def signed_by_another_key() -> Evidence:
    """The right certificate beside a forger's signature."""
    thief = replace(issuing(), signer=SoftwareSigner.make(KeyKind.P256))
    return evidence(sealed(small(), thief))


def signed_by_another_algorithm() -> Evidence:
    """The right key, by a digest that is not its own."""
    base = issuing()
    key, digest = base.signer._key, SignatureAlgorithm.ECDSA_SHA512
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    template = sod.SodTemplate(
        certificate=base.certificate, algorithm=digest, lds=PROFILE.lds, digest=PROFILE.digest, signed_at=AT
    )

    def sign(message: bytes) -> bytes:
        made = key.sign(message, ec.ECDSA(hashes.SHA512()))
        return made if decode_dss_signature(made)[1] <= ORDER_P256 // 2 else high_s(made, ORDER_P256)

    files = small()
    return evidence(replace(files, sod=template.sod(files.groups, sign)))


def digests_exchanged() -> Evidence:
    """The list of digests is another card's; the signature still fits the attributes."""
    files = changed(small(), 2, face.write(portrait(9), sex="F", coding=FaceCoding.ISO_19794))
    content_of_forgery = sod.read(sealed(files).sod).content
    return evidence(with_sod(files, lambda parts: replace(parts, content=content_of_forgery)))


def foreign_authority() -> Evidence:
    """A forger's authority of the same name, its key identifier copied too."""
    return evidence(sealed(small(), reissued(by=SoftwareSigner.make(KeyKind.P384))))


def signer_signed_by_signer() -> Evidence:
    """A document signer that made a document signer of its own."""
    base = issuing(KeyKind.P384)
    thief = replace(base, signer=SoftwareSigner.make(KeyKind.P256))
    forged = reissued(issuer=replace(thief, certificate=issuing().certificate), by=base.signer)
    return evidence(sealed(small(), forged))


def of_another_country() -> Evidence:
    """A document signer of a country that is trusted for its own cards."""
    abroad = replace(SYNTHETIC, organisation="Elsewhere")
    top = SoftwareSigner.make(KeyKind.P384)
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "UT"), *list(abroad.name())[1:]])

    class Elsewhere(type(abroad)):  # type: ignore[misc]  # the issuer of another country
        def name(self, common_name: str = "") -> x509.Name:
            del common_name
            return name

    issuer = Elsewhere(**{field: getattr(abroad, field) for field in abroad.__slots__})
    authority = Authority(certificates.csca(top, issuer, at=MADE), top)
    signer = SoftwareSigner.make(KeyKind.P256)
    certificate = certificates.document_signer(authority, signer, issuer, name="DS", at=MADE)
    them = Issuing(authority, signer, certificate, crl(authority, [], number=1, at=MADE))
    ours = issuing().trust
    trust = Trust((*ours.cscas, authority.certificate), (*ours.crls, them.crl), ours.at)
    return evidence(sealed(small(), them), trust)


def other_key_usage() -> Evidence:
    """A certificate made for encryption."""
    return evidence(sealed(small(), reissued(put={usage(key_encipherment=True): True})))


def signer_may_certify() -> Evidence:
    """A signer whose key may sign certificates as well."""
    return evidence(sealed(small(), reissued(put={usage(digital_signature=True, key_cert_sign=True): True})))


def signer_is_authority() -> Evidence:
    """A signer that calls itself an authority."""
    return evidence(sealed(small(), reissued(put={x509.BasicConstraints(ca=True, path_length=None): True})))


def unknown_critical_extension() -> Evidence:
    """Something critical that we do not understand."""
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    return evidence(sealed(small(), reissued(put={odd: True})))


def signer_of_passports() -> Evidence:
    """A signer of the right authority, for passports."""
    types = der.sequence(der.integer(0), der.set_of(der.printable("P")))
    listed = x509.UnrecognizedExtension(x509.ObjectIdentifier(certificates.DOCUMENT_TYPES), types)
    return evidence(sealed(small(), reissued(put={listed: False})))


def signer_without_type() -> Evidence:
    """A signer of the right authority, for nothing in particular."""
    return evidence(sealed(small(), reissued(without=[certificates.DOCUMENT_TYPES])))


def types_in_another_version() -> Evidence:
    """A list of document types in a version nobody knows."""
    types = der.sequence(der.integer(1), der.set_of(der.printable("ID")))
    listed = x509.UnrecognizedExtension(x509.ObjectIdentifier(certificates.DOCUMENT_TYPES), types)
    return evidence(sealed(small(), reissued(put={listed: False})))


def signer_not_valid_yet() -> Evidence:
    """The signer's certificate begins later."""
    return evidence(sealed(small(), reissued(begins=AT + timedelta(days=1))))


def signer_expired() -> Evidence:
    """The signer's certificate has run out."""
    return evidence(sealed(small(), reissued(ends=AT + timedelta(minutes=1))))


def signed_too_late() -> Evidence:
    """Signed after the key's three months, with a certificate that is still valid."""
    late = AT + timedelta(days=80)
    issuer = issuing()
    fresh = crl(issuer.authority, [], number=3, at=late)
    return evidence(sealed(small(), at=late), Trust(issuer.trust.cscas, (fresh,), late + timedelta(hours=1)))


def signed_too_early() -> Evidence:
    """Signed before the key came into use."""
    return evidence(sealed(small(), at=MADE - timedelta(days=1)))


def signed_in_future() -> Evidence:
    """Signed at a moment that has not come."""
    return evidence(sealed(small(), at=AT + timedelta(days=2)))


def stale_list() -> Evidence:
    """The only revocation list is older than it may be."""
    trust = issuing().trust
    return evidence(small(), replace(trust, at=MADE + timedelta(days=91)))


def signer_revoked() -> Evidence:
    """The signer is on the list; an older list without it lies beside."""
    issuer = issuing()
    serial = x509.load_der_x509_certificate(issuer.certificate).serial_number
    return evidence(small(), replace(issuer.trust, crls=(revoked(issuer, serial), issuer.crl)))


def other_face() -> Evidence:
    """Another portrait."""
    return evidence(changed(small(), 2, face.write(portrait(9), sex="M", coding=FaceCoding.ISO_19794)))


def edited_texts() -> Evidence:
    """A letter changed in the texts, where the zone does not say the same."""
    files = small()
    return evidence(changed(files, 13, files.groups[13].replace("Hà Nội".encode(), "Hà Nộx".encode(), 1)))


def group_added() -> Evidence:
    """Fingerprints added to a card that was signed without."""
    said = replace(content(1), fingers=(), portrait=portrait(8))
    files = issuing().card(said, PROFILE)
    return evidence(changed(files, 3, small().groups[3]))


def group_withheld() -> Evidence:
    """The face left out, so that nobody compares it."""
    files = small()
    return evidence(replace(files, groups={number: group for number, group in files.groups.items() if number != 2}))


def other_index() -> Evidence:
    """EF.COM says that there are no keys to challenge."""
    files = small()
    return evidence(replace(files, com=index.write((1, 2, 3, 13, 14), lds=PROFILE.lds)))


def other_opening() -> Evidence:
    """EF.CardAccess asks for another curve than the one that was signed."""
    return evidence(replace(small(), card_access=protocols.card_access(PaceCurve.BRAINPOOL256)))


def wrong_check_digit() -> Evidence:
    """A zone that was signed with a wrong check digit."""
    files = small()
    text = zone.read(files.groups[1])
    wrong = text[:59] + str((int(text[59]) + 1) % 10) + text[60:]
    return evidence(sealed(changed(files, 1, files.groups[1].replace(text.encode(), wrong.encode()))))


def two_people(**other: Any) -> Evidence:
    """Zone of one person, texts of another, signed together."""
    said = content(1)
    files = build(said, PROFILE, publics(PROFILE))
    return evidence(sealed(changed(files, 1, zone.write(replace(said, **other)))))


def two_names() -> Evidence:
    """Another name in the zone."""
    return two_people(full_name="Trần Thị Khác")


def two_numbers() -> Evidence:
    """Another number in the zone."""
    return two_people(pin="001190999999")


def two_births() -> Evidence:
    """Another day of birth in the zone."""
    return two_people(birth=content(1).birth - timedelta(days=1))


def two_sexes() -> Evidence:
    """The other sex in the zone."""
    return two_people(sex="F" if content(1).sex == "M" else "M")


def two_ends() -> Evidence:
    """A longer life in the zone."""
    return two_people(expires=date(2099, 1, 1))


def an_end_and_none() -> Evidence:
    """A zone that says the card never ends."""
    return evidence(sealed(changed(small(), 1, zone.write(replace(SMALL, expires=None)))))


def expired_card() -> Evidence:
    """A good card the day after its last."""
    issuer = issuing()
    said: CardContent = replace(content(1), expires=(AT + timedelta(days=1)).date())
    at = AT + timedelta(days=2)
    return evidence(issuer.card(said, PROFILE), replace(issuer.trust, at=at))


def clone() -> Evidence:
    """All files of a good card on a chip that does not hold its key."""
    return evidence(small(), chip=False)


def reported_lost() -> Evidence:
    """A good card the register counts no more."""
    return evidence(small(), active=False)


def never_issued() -> Evidence:
    """A card signed with the signer's key that the register does not know."""
    card = evidence(small())
    return replace(card, register=RegisterWord(active=True, sod_digest=bytes(32)))


FORGERIES: dict[Rule, tuple[Callable[[], Evidence], ...]] = {
    Rule.CANONICAL: (unsigned_attribute, other_cms_version),
    Rule.ONE_SIGNER: (second_certificate, second_signature, other_identifier),
    Rule.LOW_S: (other_half, other_half_in_certificate),
    Rule.SIGNED: (signed_by_another_key, signed_by_another_algorithm),
    Rule.NAMES_CONTENT: (digests_exchanged,),
    Rule.CHAIN: (foreign_authority, signer_signed_by_signer),
    Rule.COUNTRY: (of_another_country,),
    Rule.SIGNS_DOCUMENTS: (other_key_usage, signer_may_certify, signer_is_authority, unknown_critical_extension),
    Rule.DOCUMENT_TYPE: (signer_of_passports, signer_without_type, types_in_another_version),
    Rule.VALID_NOW: (signer_expired, signer_not_valid_yet),
    Rule.SIGNED_IN_TIME: (signed_too_late, signed_too_early, signed_in_future),
    Rule.REVOCATIONS_FRESH: (stale_list,),
    Rule.NOT_REVOKED: (signer_revoked,),
    Rule.UNCHANGED: (other_face, edited_texts),
    Rule.COVERED: (group_added,),
    Rule.COMPLETE: (group_withheld,),
    Rule.LISTED: (other_index,),
    Rule.OPENED: (other_opening,),
    Rule.ZONE_SOUND: (wrong_check_digit,),
    Rule.SAME_PERSON: (two_names, two_numbers, two_births, two_sexes, two_ends, an_end_and_none),
    Rule.NOT_EXPIRED: (expired_card,),
    Rule.CHIP_ANSWERED: (clone,),
    Rule.IN_FORCE: (reported_lost,),
    Rule.AS_ISSUED: (never_issued,),
}
"""For each rule the forgeries that it alone refuses."""
ALL = [(rule, make) for rule, makes in FORGERIES.items() for make in makes]
