"""Packages and reports: what is sent arrives whole, at the right machine, from the right sender, or not at all."""

import base64
import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, BrainpoolP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from tests.chip.line.made import AT, records

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.line.envelopes import proved, signed
from sosach.chip.line.packing import pack, package_digest, read_report, require_machine_keys, unpack, write_report
from sosach.chip.line.sheet import CardResult, JobSheet, Outcome, ProductionReport, Spoilage
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.software import SoftwareSigner

RECORDS = records(3)
SHEET = JobSheet(job_id="LO-2026-000001", created=AT, profile="VN-CC-2024", count=3, signer_id="ab12")
ISSUER = SoftwareSigner.make(KeyKind.P256)
REPORT = ProductionReport(
    report_id="M1-1",
    job_id=SHEET.job_id,
    package_digest="00" * 32,
    machine_id="M1",
    finished=AT,
    results=(
        CardResult("PH1", "VN24000000000001", Outcome.MADE, "0011223344556677", "ff" * 32),
        CardResult("PH2", "VN24000000000002", Outcome.SPOILED, reason=Spoilage.PRINT_FAULT),
    ),
)


def pair() -> tuple[bytes, bytes]:
    """A machine's private and public key."""
    key = generate_private_key(SECP256R1())
    return (
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )


PRIVATE, PUBLIC = pair()
PACKAGE = pack(SHEET, RECORDS, issuer=ISSUER, machine_key=PUBLIC)


def refused(package: bytes, *, issuer_key: bytes = ISSUER.public_key, private_key: bytes = PRIVATE) -> None:
    with pytest.raises(SosachError) as caught:
        unpack(package, issuer_key=issuer_key, private_key=private_key)
    assert caught.value.code is ErrorCode.INPUT_INCOMPLETE


@pytest.mark.parametrize("kind", [KeyKind.P256, KeyKind.P384, KeyKind.RSA2048])
def test_what_is_packed_is_unpacked(kind: KeyKind) -> None:
    issuer = SoftwareSigner.make(kind)
    package = pack(SHEET, RECORDS, issuer=issuer, machine_key=PUBLIC)
    assert unpack(package, issuer_key=issuer.public_key, private_key=PRIVATE) == (SHEET, RECORDS)


def test_cards_and_reports_of_real_size_arrive() -> None:
    """64 kB in every group a chip can hold, and a report that tells of five hundred cards twice."""
    files = RECORDS[0].files | {0x0100 + number: bytes(0xFFFF) for number in range(2, 16)}
    large = replace(RECORDS[0], files=files)
    sheet = replace(SHEET, count=1)
    package = pack(sheet, (large,), issuer=ISSUER, machine_key=PUBLIC)
    assert unpack(package, issuer_key=ISSUER.public_key, private_key=PRIVATE) == (sheet, (large,))
    results = tuple(replace(REPORT.results[0], serial=f"VN{number:014d}") for number in range(500)) * 2
    report = replace(REPORT, results=results)
    assert read_report(write_report(report, machine=ISSUER), machine_key=ISSUER.public_key) == report
    with pytest.raises(SosachError):
        pack(sheet, (replace(large, files=files | {0x0102: bytes(0x10000)}),), issuer=ISSUER, machine_key=PUBLIC)


def test_nothing_of_a_person_stands_in_the_clear() -> None:
    for record in RECORDS:
        for told in (record.card_reference.encode(), record.printed["full_name"].encode(), record.serial.encode()):
            assert told not in PACKAGE


def test_another_machine_and_another_issuer_are_refused() -> None:
    refused(PACKAGE, private_key=pair()[0])
    refused(PACKAGE, issuer_key=SoftwareSigner.make(KeyKind.P256).public_key)
    refused(PACKAGE, issuer_key=SoftwareSigner.make(KeyKind.RSA2048).public_key)


def test_missing_swapped_doubled_and_altered_cards_are_refused() -> None:
    first, one, two, three = PACKAGE.splitlines()
    other = pack(SHEET, RECORDS, issuer=ISSUER, machine_key=PUBLIC).splitlines()[1]
    middle = len(one) // 2
    altered = one[:middle] + (b"A" if one[middle : middle + 1] != b"A" else b"B") + one[middle + 1 :]
    for lines in (
        [first, one, two],
        [first, two, one, three],
        [first, one, one, two, three],
        [first, other, two, three],
    ):
        refused(b"\n".join(lines) + b"\n")
    refused(b"\n".join([first, altered, two, three]) + b"\n")
    refused(b"")
    refused(b"\n".join([one, first, two, three]))


def test_a_signed_sheet_over_damaged_cards_is_refused() -> None:
    """The issuer's own fault: the sheet names lines that no machine can open, or counts others."""
    lines = [b"no card", b"neither"]
    sheet = {"job_id": "J", "created": AT.isoformat(), "profile": "p", "signer_id": "s", "count": 2}
    cards = [hashlib.sha256(line).hexdigest() for line in lines]
    whole = signed(sheet | {"cards": cards}, kind="sosach-job+jws", signer=ISSUER)
    refused(b"\n".join([whole, *lines]))
    refused(signed(sheet | {"cards": []}, kind="sosach-job+jws", signer=ISSUER))
    refused(signed({"cards": []}, kind="sosach-job+jws", signer=ISSUER))


def test_a_report_is_no_package() -> None:
    line = write_report(REPORT, machine=ISSUER).strip()
    refused(line)
    with pytest.raises(SosachError):
        read_report(PACKAGE.splitlines()[0], machine_key=ISSUER.public_key)
    assert proved(line, kind="sosach-report+jws", public_key=ISSUER.public_key)["job_id"] == SHEET.job_id


def test_jobs_that_contradict_themselves_are_not_packed() -> None:
    bare = replace(RECORDS[0], files={k: v for k, v in RECORDS[0].files.items() if k != 0x011D})
    for sheet, cards in (
        (replace(SHEET, count=4), RECORDS),
        (SHEET, (RECORDS[0], RECORDS[0], RECORDS[1])),
        (replace(SHEET, count=1), (bare,)),
    ):
        with pytest.raises(SosachError):
            pack(sheet, cards, issuer=ISSUER, machine_key=PUBLIC)


def test_reports_are_read_as_written_and_from_their_machine_only() -> None:
    machine = SoftwareSigner.make(KeyKind.P256)
    text = write_report(REPORT, machine=machine)
    assert read_report(text, machine_key=machine.public_key) == REPORT
    with pytest.raises(SosachError):
        read_report(text, machine_key=ISSUER.public_key)
    with pytest.raises(SosachError):
        read_report(text.replace(b".", b"", 1), machine_key=machine.public_key)
    with pytest.raises(SosachError):
        read_report(signed({}, kind="sosach-report+jws", signer=machine), machine_key=machine.public_key)


@pytest.mark.parametrize(
    "wrong",
    [
        {"job_id": 7},
        {"job_id": "9" * 5_000},
        {"report_id": None},
        {"finished": 0},
        {"results": 1},
        {"results": ["x"]},
        {"results": [{"serial": ["a"], "card_reference": "a", "outcome": "made"}]},
        {"results": [{"serial": "a", "card_reference": "a", "outcome": "eaten"}]},
        {"results": [{"serial": "a", "outcome": "made"}]},
        {"results": [{"serial": "a", "card_reference": "a", "outcome": "made", "more": "b"}]},
    ],
)
def test_whatever_a_machine_signs_is_a_report_or_refused(wrong: dict[str, object]) -> None:
    machine = SoftwareSigner.make(KeyKind.P256)
    told = proved(
        write_report(REPORT, machine=machine).strip(), kind="sosach-report+jws", public_key=machine.public_key
    )
    with pytest.raises(SosachError) as caught:
        read_report(signed(told | wrong, kind="sosach-report+jws", signer=machine), machine_key=machine.public_key)
    assert caught.value.code is ErrorCode.INPUT_INCOMPLETE


def test_nests_without_end_are_refused() -> None:
    nest = base64.urlsafe_b64encode(b"[" * 100_000).rstrip(b"=")
    for line in (nest + b".e30.AA", b"e30." + nest + b".AA"):
        refused(line)
        with pytest.raises(SosachError):
            read_report(line, machine_key=ISSUER.public_key)


def test_keys_without_a_name_in_jose_do_not_sign_packages() -> None:
    with pytest.raises(SosachError):
        pack(SHEET, RECORDS, issuer=SoftwareSigner.make(KeyKind.BRAINPOOL384), machine_key=PUBLIC)


def spki(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def test_a_machine_has_keys_that_packages_and_reports_can_use() -> None:
    good, other = (
        spki(generate_private_key(SECP256R1()).public_key()),
        spki(generate_private_key(SECP384R1()).public_key()),
    )
    rsa = spki(generate_rsa(65_537, 2_048).public_key())
    for report in (good, other, rsa):
        require_machine_keys(transport=good, report=report)
    useless = (
        b"",
        good[:-1],
        spki(generate_private_key(BrainpoolP256R1()).public_key()),
        spki(generate_rsa(3, 1_024).public_key()),  # noqa: S505 - to be refused
    )
    edwards = spki(Ed25519PrivateKey.generate().public_key())
    for transport, report in [
        (other, good),
        (rsa, good),
        *((good, each) for each in (*useless, edwards)),
        (edwards, good),
    ]:
        with pytest.raises(SosachError) as caught:
            require_machine_keys(transport=transport, report=report)
        assert caught.value.code is ErrorCode.INPUT_INCOMPLETE


def test_a_digest_names_the_package() -> None:
    assert package_digest(PACKAGE) != package_digest(PACKAGE + b"\n")
