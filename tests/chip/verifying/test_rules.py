"""Every rule of the verifier: a forgery it alone refuses, so that a verifier without the rule would accept it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chip.cards import AT, Issuing, content, issuing, revoked, small
from tests.chip.verifying.forgeries import ALL, FORGERIES
from tests.chip.verifying.forging import MADE, evidence, sealed, usage

from sosach.chip.files.card import CardFiles, from_identifiers
from sosach.chip.pki import certificates
from sosach.chip.pki.authority import Authority
from sosach.chip.pki.names import SYNTHETIC
from sosach.chip.pki.revocation import crl
from sosach.chip.profiles import PROFILES, Profile
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.software import SoftwareSigner
from sosach.chip.verifying import verdict
from sosach.chip.verifying.evidence import Evidence, RegisterWord, Trust
from sosach.chip.verifying.verdict import RULES, Rule, Verdict, verify

KINDS = [KeyKind.P256, KeyKind.P384, KeyKind.RSA2048, KeyKind.BRAINPOOL384]


def judged(card: Evidence) -> Verdict:
    """The verdict on what stands before the verifier."""
    return verify(card.files, card.trust, register=card.register, chip_authentic=card.chip_authentic)


def test_every_rule_has_a_forgery_of_its_own() -> None:
    assert set(FORGERIES) == set(RULES) == set(Rule)


@pytest.mark.parametrize(("rule", "make"), ALL, ids=[f"{rule}:{make.__name__}" for rule, make in ALL])
def test_a_forgery_is_refused_by_its_rule_and_by_no_other(rule: Rule, make: Callable[[], Evidence]) -> None:
    assert judged(make()) == Verdict((rule,), ())


@pytest.mark.parametrize("rule", Rule)
def test_a_verifier_without_this_rule_accepts_the_forgery(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    without = {each: test for each, test in RULES.items() if each is not rule}
    monkeypatch.setattr(verdict, "RULES", without)
    assert all(judged(make()).accepted for make in FORGERIES[rule]), "the mutant is caught by the test above"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_no_good_card_is_refused(profile: Profile, kind: KeyKind) -> None:
    issuer = issuing(kind)
    for seed in range(12):
        files = issuer.card(content(seed), profile)
        assert judged(evidence(files, issuer.trust)) == Verdict((), ())
        unread = replace(files, groups={number: group for number, group in files.groups.items() if number != 3})
        assert judged(evidence(unread, issuer.trust)).accepted, "readers have no right to the fingers"
        assert from_identifiers(files.by_identifier()) == files


def test_what_was_not_asked_is_not_accepted() -> None:
    files, trust = small(), issuing().trust
    word = RegisterWord(active=True, sod_digest=hashlib.sha256(files.sod).digest())
    bare = verify(files, trust)
    assert (bare.genuine, bare.accepted) == (True, False)
    assert bare.unasked == (Rule.CHIP_ANSWERED, Rule.IN_FORCE, Rule.AS_ISSUED)
    assert not verify(files, trust, register=word).accepted
    assert not verify(files, trust, chip_authentic=True).accepted
    assert verify(files, trust, register=word, chip_authentic=True).accepted


def test_nothing_read_is_no_good_card() -> None:
    nothing = CardFiles({}, b"", b"", b"")
    assert len(verify(nothing, issuing().trust).faults) == len(Rule) - 3


def test_without_a_revocation_list_nothing_is_accepted() -> None:
    trust = replace(issuing().trust, crls=())
    assert judged(evidence(small(), trust)).faults == (Rule.REVOCATIONS_FRESH, Rule.NOT_REVOKED)


def test_a_revocation_list_nobody_signed_counts_for_nothing() -> None:
    issuer, thief = issuing(), SoftwareSigner.make(KeyKind.P384)
    theirs = Authority(certificates.csca(thief, SYNTHETIC, at=MADE), thief)
    trust = replace(issuer.trust, crls=(crl(theirs, [], number=9, at=AT),))
    assert Rule.REVOCATIONS_FRESH in judged(evidence(small(), trust)).faults


def test_a_list_of_differences_does_not_hide_who_is_revoked() -> None:
    issuer = issuing()
    serial = x509.load_der_x509_certificate(issuer.certificate).serial_number
    key: Any = issuer.authority.signer
    partial = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.authority.read.subject)
        .last_update(AT + timedelta(minutes=1))
        .next_update(AT + timedelta(days=9))
        .add_extension(x509.DeltaCRLIndicator(1), critical=True)
        .sign(key._key, hashes.SHA384())
        .public_bytes(Encoding.DER)
    )
    trust = replace(issuer.trust, crls=(revoked(issuer, serial), partial))
    assert judged(evidence(small(), trust)).faults == (Rule.NOT_REVOKED,)


def test_a_list_from_later_does_not_speak_of_an_earlier_moment() -> None:
    issuer = issuing()
    serial = x509.load_der_x509_certificate(issuer.certificate).serial_number
    before = replace(issuer.trust, at=AT - timedelta(minutes=1), crls=(issuer.crl, revoked(issuer, serial)))
    files = sealed(small(), at=AT - timedelta(minutes=2))
    assert judged(evidence(files, before)).accepted
    assert judged(evidence(files, replace(before, at=AT))).faults == (Rule.NOT_REVOKED,)


def test_a_card_under_a_new_authority_is_trusted_over_its_link_only() -> None:
    old, new = issuing(), issuing(KeyKind.P256, KeyKind.BRAINPOOL512)
    link = certificates.link_certificate(old.authority, new.authority.certificate, SYNTHETIC, at=MADE)
    files = small(new)
    over_link = Trust((old.authority.certificate, link), (old.crl, new.crl), AT + timedelta(hours=1))
    assert judged(evidence(files, over_link)).accepted
    for cscas in ((link,), (old.authority.certificate,), ()):
        assert Rule.CHAIN in judged(evidence(files, replace(over_link, cscas=cscas))).faults


@pytest.mark.parametrize(
    "instead",
    [x509.BasicConstraints(ca=False, path_length=None), usage(digital_signature=True, crl_sign=True)],
    ids=["no authority", "may not certify"],
)
def test_a_trusted_certificate_that_may_not_certify_is_no_authority(instead: x509.ExtensionType) -> None:
    made = with_extension(issuing(), instead)
    assert Rule.CHAIN in judged(evidence(small(), replace(issuing().trust, cscas=(made,)))).faults


def test_lists_of_an_authority_that_may_not_sign_lists_count_for_nothing() -> None:
    for allowed in ({"key_cert_sign": True, "crl_sign": True}, {"key_cert_sign": True}):
        trust = replace(issuing().trust, cscas=(with_extension(issuing(), usage(**allowed)),))
        told = () if "crl_sign" in allowed else (Rule.REVOCATIONS_FRESH, Rule.NOT_REVOKED)
        assert judged(evidence(small(), trust)).faults == told


def with_extension(issuer: Issuing, instead: x509.ExtensionType) -> bytes:
    """The authority's certificate, made anew with another extension in place of its own."""
    good, key = issuer.authority.read, issuer.authority.signer
    builder = (
        x509.CertificateBuilder(good.issuer, good.subject, good.public_key(), good.serial_number)
        .not_valid_before(good.not_valid_before_utc)
        .not_valid_after(good.not_valid_after_utc)
    )
    for each in good.extensions:
        value = instead if each.oid == instead.oid else each.value
        builder = builder.add_extension(value, critical=each.critical)
    return builder.sign(cast("Any", key)._key, hashes.SHA384()).public_bytes(Encoding.DER)


def test_a_document_signer_is_no_authority_when_put_among_them() -> None:
    issuer = issuing()
    trust = replace(issuer.trust, cscas=(issuer.certificate,))
    assert Rule.CHAIN in judged(evidence(small(), trust)).faults


@settings(deadline=None, max_examples=50)
@given(
    sod=st.one_of(st.binary(max_size=60), st.binary(max_size=40).map(lambda rest: b"\x77\x20\x30\x1e" + rest)),
    group=st.binary(max_size=60),
    number=st.sampled_from([1, 2, 13, 14, 15]),
)
def test_there_is_a_verdict_on_anything(sod: bytes, group: bytes, number: int) -> None:
    files, trust = small(), issuing().trust
    assert not verify(replace(files, sod=sod), trust).genuine
    assert not verify(replace(files, groups={**files.groups, number: group}), trust).genuine
    assert not verify(replace(files, com=group), trust).genuine
    assert not verify(replace(files, card_access=group), trust).genuine
    assert not verify(files, replace(trust, cscas=(group,))).genuine
    assert not verify(files, replace(trust, crls=(group,))).genuine


def test_the_rules_are_in_their_order() -> None:
    assert tuple(RULES) == tuple(Rule)
