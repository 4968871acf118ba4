"""Certificates, lists and master lists as OpenSSL's strict check wants them, and what they say."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.pki import (
    SYNTHETIC,
    Authority,
    Revoked,
    crl,
    csca,
    document_signer,
    link_certificate,
    master_list,
    master_list_signer,
    require_room,
    revoked_on,
    signs_until,
)
from sosach.chip.pki.periods import months_later
from sosach.chip.signing import KeyKind, SoftwareSigner

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
LATER = AT + timedelta(days=4 * 365)
NEEDED = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
PAIRS = [
    (KeyKind.P384, KeyKind.P256),
    (KeyKind.P384, KeyKind.P384),
    (KeyKind.P384, KeyKind.RSA2048),
    (KeyKind.RSA3072, KeyKind.RSA3072),
    (KeyKind.BRAINPOOL512, KeyKind.BRAINPOOL384),
]


def founded(kind: KeyKind = KeyKind.P384, at: datetime = AT) -> Authority:
    signer = SoftwareSigner.make(kind)
    return Authority(csca(signer, SYNTHETIC, at=at), signer)


def pem(folder: Path, name: str, *certificates: bytes) -> Path:
    """Certificates as a file OpenSSL reads."""
    file = folder / name
    kind = x509.load_der_x509_crl if name.endswith(".crl") else x509.load_der_x509_certificate
    file.write_bytes(b"".join(kind(one).public_bytes(Encoding.PEM) for one in certificates))
    return file


def openssl(*arguments: object, at: datetime = AT) -> str:
    """What `openssl verify` says, strictly, at a moment."""
    moment = ["-attime", str(int(at.timestamp()) + 60)]
    command = ["openssl", "verify", "-x509_strict", "-check_ss_sig", *moment, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@NEEDED
@pytest.mark.parametrize(("authority_kind", "kind"), PAIRS)
def test_openssl_finds_nothing_wrong(tmp_path: Path, authority_kind: KeyKind, kind: KeyKind) -> None:
    authority = founded(authority_kind)
    key = SoftwareSigner.make(kind)
    signer = document_signer(authority, key, SYNTHETIC, name="CARD-DS-1", at=AT)
    trusted = pem(tmp_path, "csca.pem", authority.certificate)
    leaf = pem(tmp_path, "ds.pem", signer)
    empty = pem(tmp_path, "empty.crl", crl(authority, [], number=1, at=AT))
    assert openssl("-CAfile", trusted, trusted).endswith(": OK\n")
    assert openssl("-CAfile", trusted, "-crl_check", "-CRLfile", empty, leaf).endswith(": OK\n")
    revoked = [Revoked(x509.load_der_x509_certificate(signer).serial_number, AT)]
    listed = pem(tmp_path, "listed.crl", crl(authority, revoked, number=2, at=AT))
    assert "certificate revoked" in openssl("-CAfile", trusted, "-crl_check", "-CRLfile", listed, leaf)
    old = AT + timedelta(days=91)
    assert "CRL has expired" in openssl("-CAfile", trusted, "-crl_check", "-CRLfile", empty, leaf, at=old)


@NEEDED
def test_a_link_leads_from_the_old_authority_to_the_new(tmp_path: Path) -> None:
    old, new = founded(), founded(KeyKind.BRAINPOOL512, LATER)
    link = link_certificate(old, new.certificate, SYNTHETIC, at=LATER)
    signer = document_signer(new, SoftwareSigner.make(KeyKind.P256), SYNTHETIC, name="CARD-DS-1", at=LATER)
    trusted, between, leaf = (
        pem(tmp_path, name, one) for name, one in (("old.pem", old.certificate), ("link.pem", link), ("ds.pem", signer))
    )
    assert openssl("-CAfile", trusted, "-untrusted", between, leaf, at=LATER).endswith(": OK\n")
    assert "error" in openssl("-CAfile", trusted, leaf, at=LATER)


@NEEDED
def test_a_master_list_is_verified_and_holds_every_authority(tmp_path: Path) -> None:
    authority, other = founded(), founded(KeyKind.RSA3072)
    key = SoftwareSigner.make(KeyKind.P384)
    lister = Authority(master_list_signer(authority, key, SYNTHETIC, name="CARD-MLS-1", at=AT), key)
    file, content = tmp_path / "list.ml", tmp_path / "content"
    listed = [authority.certificate, other.certificate]
    file.write_bytes(master_list(listed, lister, authority.certificate, at=AT))
    trusted = pem(tmp_path, "csca.pem", authority.certificate)
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", file, "-CAfile", trusted, "-purpose", "any"]
    moment = ["-attime", str(int(AT.timestamp()) + 60), "-x509_strict", "-out", content]
    done = subprocess.run([*command, *moment], capture_output=True, text=True, check=False)
    assert "Verification successful" in done.stderr
    assert all(one in content.read_bytes() for one in listed)
    parsed = subprocess.run(
        ["openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", file],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "2.23.136.1.1.2" in parsed.stdout


def extensions(certificate: bytes) -> dict[str, bool]:
    """Number → critical."""
    return {one.oid.dotted_string: one.critical for one in x509.load_der_x509_certificate(certificate).extensions}


def test_extensions_are_those_of_the_standard() -> None:
    authority = founded()
    everywhere = {f"2.5.29.{one}": False for one in (14, 16, 17, 18, 31, 35)} | {"2.5.29.15": True}
    signer = document_signer(authority, SoftwareSigner.make(KeyKind.P256), SYNTHETIC, name="CARD-DS-1", at=AT)
    lister = master_list_signer(authority, SoftwareSigner.make(KeyKind.P256), SYNTHETIC, name="CARD-MLS-1", at=AT)
    assert extensions(authority.certificate) == everywhere | {"2.5.29.19": True}
    assert extensions(signer) == everywhere | {"2.23.136.1.1.6.2": False}
    assert extensions(lister) == everywhere | {"2.5.29.37": True}
    types = x509.load_der_x509_certificate(signer).extensions.get_extension_for_oid(
        x509.ObjectIdentifier("2.23.136.1.1.6.2")
    )
    assert types.value == x509.UnrecognizedExtension(types.oid, bytes.fromhex("3009020100310413024944"))


def test_certificates_outlive_what_was_signed_under_them() -> None:
    authority = founded()
    signer = document_signer(authority, SoftwareSigner.make(KeyKind.P256), SYNTHETIC, name="CARD-DS-1", at=AT)
    assert signs_until(authority.certificate) == datetime(2031, 11, 22, 8, tzinfo=UTC)
    assert signs_until(signer) == datetime(2027, 2, 22, 8, tzinfo=UTC)
    last_day = signs_until(authority.certificate)
    last = document_signer(authority, SoftwareSigner.make(KeyKind.P256), SYNTHETIC, name="CARD-DS-9", at=last_day)
    longest_card = months_later(signs_until(last), 25 * 12)
    assert x509.load_der_x509_certificate(last).not_valid_after_utc >= longest_card
    assert authority.read.not_valid_after_utc >= longest_card


def test_an_authority_past_its_period_certifies_nobody() -> None:
    authority, key = founded(), SoftwareSigner.make(KeyKind.P256)
    for wrong in (AT - timedelta(seconds=1), months_later(AT, 5 * 12) + timedelta(seconds=1)):
        with pytest.raises(SosachError) as refused:
            document_signer(authority, key, SYNTHETIC, name="CARD-DS-1", at=wrong)
        assert refused.value.code is ErrorCode.SIGNER_SPENT
    with pytest.raises(SosachError) as refused:
        link_certificate(authority, founded().certificate, SYNTHETIC, at=months_later(AT, 61))
    assert refused.value.code is ErrorCode.SIGNER_SPENT


def test_a_key_that_is_not_the_certificates_is_refused() -> None:
    with pytest.raises(SosachError) as refused:
        Authority(founded().certificate, SoftwareSigner.make(KeyKind.P384))
    assert refused.value.code is ErrorCode.KEY_UNUSABLE


def test_a_signer_signs_so_many_documents_and_so_long() -> None:
    signer = document_signer(founded(), SoftwareSigner.make(KeyKind.P256), SYNTHETIC, name="CARD-DS-1", at=AT)
    require_room(signer, used=0, wanted=100_000, at=AT)
    require_room(signer, used=99_999, wanted=1, at=signs_until(signer))
    for used, wanted, at in (
        (0, 100_001, AT),
        (100_000, 1, AT),
        (0, 1, signs_until(signer) + timedelta(seconds=1)),
        (0, 1, AT - timedelta(seconds=1)),
    ):
        with pytest.raises(SosachError) as refused:
            require_room(signer, used=used, wanted=wanted, at=at)
        assert refused.value.code is ErrorCode.SIGNER_SPENT


def test_a_revocation_list_keeps_what_it_says_and_how_long() -> None:
    authority = founded()
    entries = [Revoked(7, AT), Revoked(5, AT)]
    made = crl(authority, entries, number=4, at=AT)
    assert revoked_on(made) == sorted(entries)
    read = x509.load_der_x509_crl(made)
    assert read.next_update_utc == AT + timedelta(days=90)
    assert read.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 4
    for wrong in ({"days": 91}, {"days": 0}, {"at": AT - timedelta(seconds=1)}):
        with pytest.raises(SosachError) as refused:
            crl(authority, entries, number=5, **({"at": AT} | wrong))
        assert refused.value.code is ErrorCode.INPUT_INCOMPLETE


@pytest.mark.parametrize(
    ("begin", "months", "end"),
    [((2026, 11, 30), 3, (2027, 2, 28)), ((2024, 2, 29), 12, (2025, 2, 28)), ((2026, 10, 1), 3, (2027, 1, 1))],
)
def test_months_end_on_days_there_are(begin: tuple[int, int, int], months: int, end: tuple[int, int, int]) -> None:
    assert months_later(datetime(*begin, tzinfo=UTC), months) == datetime(*end, tzinfo=UTC)
