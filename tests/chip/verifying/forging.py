"""Forged cards, each made to break one rule and no other: what a forger with skill, or a thief with a key, would try."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import NameOID
from tests.chip.cards import AT, Issuing, content, issuing, portrait, publics, revoked, small

from sosach.chip import der
from sosach.chip.content import CardContent
from sosach.chip.files import face, index, protocols, sod, zone
from sosach.chip.files.card import CardFiles, build
from sosach.chip.pki import certificates
from sosach.chip.pki.authority import Authority
from sosach.chip.pki.names import SYNTHETIC
from sosach.chip.pki.revocation import crl
from sosach.chip.profiles import PROFILES, FaceCoding, PaceCurve
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.software import SoftwareSigner
from sosach.chip.verifying.evidence import Evidence, RegisterWord, Trust
from sosach.chip.verifying.verdict import Rule

PROFILE = PROFILES["VN-CC-2024"]
ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ORDER_P384 = int("F" * 48 + "C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16)
MADE = AT - timedelta(days=30)


def evidence(files: CardFiles, trust: Trust | None = None, *, active: bool = True, chip: bool = True) -> Evidence:
    """A card as it stands before a verifier who asked chip and register, too."""
    word = RegisterWord(active, hashlib.sha256(files.sod).digest())
    return Evidence(files, trust or issuing().trust, word, chip)


def sealed(files: CardFiles, issuer: Issuing | None = None, *, at: datetime = AT) -> CardFiles:
    """Files signed anew, as somebody with the signer's key would."""
    by = issuer or issuing()
    template = by.template(PROFILE)
    moved = sod.SodTemplate(
        certificate=by.certificate,
        algorithm=by.signer.algorithm,
        lds=template.lds,
        digest=template.digest,
        signed_at=at,
    )
    return sod.seal_with(files, moved, by.signer)


def reissued(
    *,
    issuer: Issuing | None = None,
    by: SoftwareSigner | None = None,
    without: Iterable[str] = (),
    put: Mapping[x509.ExtensionType, bool] | None = None,
    ends: datetime | None = None,
    country: str = "VN",
) -> Issuing:
    """The issuer with a document signer certificate that differs from the right one in some points; always low-s."""
    base = issuer or issuing()
    by = by or base.authority.signer  # type: ignore[assignment]  # the signer of tests is in software
    assert by is not None
    good = x509.load_der_x509_certificate(base.certificate)
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, country), *list(good.subject)[1:]])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(good.issuer)
        .serial_number(x509.random_serial_number())
        .public_key(load_der_public_key(base.signer.public_key))  # type: ignore[arg-type]  # an EC key
        .not_valid_before(good.not_valid_before_utc)
        .not_valid_after(ends or good.not_valid_after_utc)
    )
    changed = {each.oid for each in put or {}} | {x509.ObjectIdentifier(oid) for oid in without}
    for each in good.extensions:
        if each.oid not in changed:
            builder = builder.add_extension(each.value, critical=each.critical)
    for value, critical in (put or {}).items():
        builder = builder.add_extension(value, critical=critical)
    while True:
        made = builder.sign(by._key, hashes.SHA384())  # type: ignore[arg-type]  # an EC key
        if decode_dss_signature(made.signature)[1] <= ORDER_P384 // 2:
            return replace(base, certificate=made.public_bytes(Encoding.DER))


def changed(files: CardFiles, group: int, value: bytes) -> CardFiles:
    """The files with one group put in place of another."""
    return CardFiles({**files.groups, group: value}, files.com, files.card_access, files.sod)


def with_sod(files: CardFiles, change: Callable[[sod.SodParts], sod.SodParts]) -> CardFiles:
    """The files with an EF.SOD written anew from altered parts."""
    return replace(files, sod=sod.write(change(sod.read(files.sod))))


def high_s(signature: bytes, order: int) -> bytes:
    """The other signature that verifies."""
    first, second = decode_dss_signature(signature)
    return encode_dss_signature(first, order - second)


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
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return evidence(sealed(small(), reissued(put={usage: True})))


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


def signer_expired() -> Evidence:
    """The signer's certificate has run out."""
    return evidence(sealed(small(), reissued(ends=AT + timedelta(minutes=1))))


def signed_too_late() -> Evidence:
    """Signed after the key's three months, with a certificate that is still valid."""
    late = AT + timedelta(days=80)
    issuer = issuing()
    fresh = crl(issuer.authority, [], number=3, at=late)
    return evidence(sealed(small(), at=late), Trust(issuer.trust.cscas, (fresh,), late + timedelta(hours=1)))


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


def two_people(**other: object) -> Evidence:
    """Zone of one person, texts of another, signed together."""
    said = replace(content(1), birth=content(1).birth)
    forged = replace(said, **other) if other else replace(said, full_name="Trần Thị Khác")
    files = build(said, PROFILE, publics(PROFILE))
    return evidence(sealed(changed(files, 1, zone.write(forged))))


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
    Rule.SIGNED: (signed_by_another_key,),
    Rule.NAMES_CONTENT: (digests_exchanged,),
    Rule.CHAIN: (foreign_authority, signer_signed_by_signer),
    Rule.COUNTRY: (of_another_country,),
    Rule.SIGNS_DOCUMENTS: (other_key_usage, unknown_critical_extension),
    Rule.DOCUMENT_TYPE: (signer_of_passports, signer_without_type),
    Rule.VALID_NOW: (signer_expired,),
    Rule.SIGNED_IN_TIME: (signed_too_late, signed_in_future),
    Rule.REVOCATIONS_FRESH: (stale_list,),
    Rule.NOT_REVOKED: (signer_revoked,),
    Rule.UNCHANGED: (other_face, edited_texts),
    Rule.COVERED: (group_added,),
    Rule.COMPLETE: (group_withheld,),
    Rule.LISTED: (other_index,),
    Rule.OPENED: (other_opening,),
    Rule.ZONE_SOUND: (wrong_check_digit,),
    Rule.SAME_PERSON: (two_people,),
    Rule.NOT_EXPIRED: (expired_card,),
    Rule.CHIP_ANSWERED: (clone,),
    Rule.IN_FORCE: (reported_lost,),
    Rule.AS_ISSUED: (never_issued,),
}
"""For each rule the forgeries that it alone refuses."""
ALL = [(rule, make) for rule, makes in FORGERIES.items() for make in makes]
