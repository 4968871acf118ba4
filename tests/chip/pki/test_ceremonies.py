"""Ceremonies leave a log nobody alters unseen, keys that were not confirmed are destroyed, and the house adds up."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.chip.soft_token import LIBRARY, NEEDED, PIN, soft_token
from typer.testing import CliRunner

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.pki import SYNTHETIC, revoked_on
from sosach.chip.pki.ceremony import Present
from sosach.chip.pki.house import CSCA, LOG, House, serial_of
from sosach.chip.pki.opening import KeyPlace, open_house
from sosach.chip.pki.steps import (
    add_signer,
    current_revocations,
    found_authority,
    issue_master_list,
    issue_revocations,
)
from sosach.chip.signing import FileKeys, KeyKind, TokenKeys
from sosach.chip.signing.public_keys import spki_of_certificate
from sosach.cli import card_pki
from sosach.cli.card_pki import pki

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
LATER = AT + timedelta(days=4 * 365)
PRESENT = Present(leader="Trần Thị Chủ", custodian="Lê Văn Giữ", witnesses=("Phạm Thị Một", "Võ Văn Hai"))


def honest(_name: str, fingerprint: str) -> str:
    return fingerprint[:8].upper() + " "


@pytest.fixture(params=["files", pytest.param("token", marks=NEEDED)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A founded house, with keys in files or in a token."""
    folder = tmp_path / "pki"
    if request.param == "files":
        yield founded(House(folder, FileKeys(folder / "keys", passphrase=b"secret")))
        return
    with soft_token(tmp_path / "soft") as token:
        yield founded(House(folder, TokenKeys(token)))


@pytest.fixture
def quick(tmp_path: Path) -> House:
    """A founded house with keys in files."""
    return founded(House(tmp_path, FileKeys(tmp_path / "keys", passphrase=b"secret")))


def founded(house: House) -> House:
    found_authority(house, PRESENT, kind=KeyKind.P384, issuer=SYNTHETIC, at=AT, confirm=honest)
    return house


def test_a_house_is_founded_signs_revokes_lists_and_goes_on(house: House) -> None:
    assert add_signer(house, PRESENT, kind=KeyKind.P256, at=AT) == "card-ds-1"
    assert add_signer(house, PRESENT, kind=KeyKind.RSA2048, at=AT) == "card-ds-2"
    assert issue_revocations(house, PRESENT, at=AT) == ["card-csca-1-crl-1.crl"]
    assert issue_master_list(house, PRESENT, at=AT) == "master-list-1.ml"
    again = found_authority(house, PRESENT, kind=KeyKind.BRAINPOOL512, issuer=SYNTHETIC, at=LATER, confirm=honest)
    assert again == "card-csca-2"
    assert (house.folder / "card-csca-2-link.cer").exists()
    assert issue_revocations(house, PRESENT, revoke=["card-ds-1"], at=LATER) == [
        "card-csca-1-crl-2.crl",
        "card-csca-2-crl-1.crl",
    ]
    assert [[entry.serial for entry in revoked_on(one)] for one in current_revocations(house)] == [
        [serial_of(house.certificate("card-ds-1"))],
        [],
    ]
    assert issue_master_list(house, PRESENT, at=LATER) == "master-list-2.ml"
    assert house.faults() == []


def test_a_revocation_stays_on_every_later_list(quick: House) -> None:
    label = add_signer(quick, PRESENT, kind=KeyKind.P256, at=AT)
    for _ in range(2):
        issue_revocations(quick, PRESENT, revoke=[label], at=AT)
    issue_revocations(quick, PRESENT, at=AT + timedelta(days=90))
    (found,) = current_revocations(quick)
    assert [(entry.serial, entry.at) for entry in revoked_on(found)] == [(serial_of(quick.certificate(label)), AT)]
    assert x509.load_der_x509_crl(found).extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 3


@pytest.mark.parametrize("lost", [(2,), (1, 2)])
def test_a_list_that_is_lost_gives_no_signer_back_and_no_number(quick: House, lost: tuple[int, ...]) -> None:
    label = add_signer(quick, PRESENT, kind=KeyKind.P256, at=AT)
    for revoke in ([], [label]):
        issue_revocations(quick, PRESENT, revoke=revoke, at=AT)
    for number in lost:
        (quick.folder / f"card-csca-1-crl-{number}.crl").unlink()
    assert issue_revocations(quick, PRESENT, at=AT) == ["card-csca-1-crl-3.crl"]
    (found,) = current_revocations(quick)
    told = x509.load_der_x509_crl(found)
    assert [entry.serial_number for entry in told] == [serial_of(quick.certificate(label))]
    assert told.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 3
    assert quick.faults() == [f"card-csca-1-crl-{number}.crl: missing" for number in lost]


def test_a_key_that_a_witness_does_not_confirm_is_destroyed(tmp_path: Path) -> None:
    house = House(tmp_path, FileKeys(tmp_path / "keys", passphrase=b"secret"))

    def second_errs(name: str, fingerprint: str) -> str:
        return "00000000" if name == PRESENT.witnesses[1] else fingerprint[:8]

    with pytest.raises(SosachError) as refused:
        found_authority(house, PRESENT, kind=KeyKind.P384, issuer=SYNTHETIC, at=AT, confirm=second_errs)
    assert refused.value.code is ErrorCode.STATE_FORBIDS
    assert house.labels(CSCA) == []
    assert not list((tmp_path / "keys").iterdir())
    assert [line.step for line in house.log.read()] == ["open", "key", "broken off"]
    assert house.faults() == ["the end of the log is not sealed"]
    founded(house)
    assert house.faults() == []


@pytest.mark.parametrize(
    "present",
    [
        Present(leader="A", custodian="B", witnesses=("C",)),
        Present(leader="A", custodian="B", witnesses=("C", "C")),
        Present(leader="A", custodian="b", witnesses=("B", "C")),
        Present(leader="A", custodian="B", witnesses=("C", "  a ")),
        Present(leader="", custodian="B", witnesses=("C", "D")),
    ],
)
def test_too_few_people_or_one_in_two_roles_are_refused(tmp_path: Path, present: Present) -> None:
    house = House(tmp_path, FileKeys(tmp_path / "keys", passphrase=b"secret"))
    with pytest.raises(SosachError) as refused:
        found_authority(house, present, kind=KeyKind.P384, issuer=SYNTHETIC, at=AT, confirm=honest)
    assert refused.value.code is ErrorCode.INPUT_INCOMPLETE
    assert not list(tmp_path.iterdir())


def test_no_signer_before_an_authority(tmp_path: Path) -> None:
    house = House(tmp_path, FileKeys(tmp_path / "keys", passphrase=b"secret"))
    with pytest.raises(SosachError) as refused:
        add_signer(house, PRESENT, kind=KeyKind.P256, at=AT)
    assert refused.value.code is ErrorCode.NOT_FOUND


def test_a_label_of_a_key_left_by_a_crash_is_passed_over(quick: House) -> None:
    quick.keys.make("card-ds-1", KeyKind.P256)
    assert add_signer(quick, PRESENT, kind=KeyKind.P256, at=AT) == "card-ds-2"


def rewritten(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    def alter(folder: Path) -> None:
        lines = (folder / LOG).read_bytes().splitlines(keepends=True)
        (folder / LOG).write_bytes(b"".join(change(lines)))

    return alter


def forged(folder: Path) -> None:
    """Another witness, and every later hash made to fit: only the seal tells."""
    lines = [json.loads(line) for line in (folder / LOG).read_bytes().splitlines()]
    lines[0]["facts"]["witnesses"] = "Ai Đó; Người Khác"
    written: list[bytes] = []
    for line in lines:
        if written:
            line["previous"] = hashlib.sha256(written[-1]).hexdigest()
        written.append(json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    (folder / LOG).write_bytes(b"\n".join(written) + b"\n")


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (rewritten(lambda lines: [lines[0].replace(b"Hai", b"Ba"), *lines[1:]]), "line 2: does not follow"),
        (rewritten(lambda lines: [*lines[:1], *lines[2:]]), "line 2: does not follow"),
        (rewritten(lambda lines: [lines[1], lines[0], *lines[2:]]), "line 1: does not follow"),
        (rewritten(lambda lines: lines[:-1]), "not sealed"),
        (rewritten(lambda lines: lines[:5]), "card-ds-1.cer: the log does not name it"),
        (rewritten(lambda lines: [*lines, b"no JSON\n"]), "does not follow"),
        (forged, "the seal is not an authority's"),
        (lambda folder: (folder / "card-ds-1.cer").write_bytes(b"another"), "card-ds-1.cer: altered"),
        (lambda folder: (folder / "card-ds-1.cer").unlink(), "card-ds-1.cer: missing"),
        (lambda folder: (folder / "card-ds-9.cer").write_bytes(b"smuggled"), "card-ds-9.cer: the log does not name it"),
    ],
)
def test_whatever_is_altered_in_the_house_is_found(quick: House, alter: Callable[[Path], None], told: str) -> None:
    add_signer(quick, PRESENT, kind=KeyKind.P256, at=AT)
    assert quick.faults() == []
    alter(quick.folder)
    assert any(told in fault for fault in quick.faults()), quick.faults()


def test_half_a_line_left_by_a_crash_is_dropped_by_the_next(quick: House) -> None:
    with (quick.folder / LOG).open("ab") as stream:
        stream.write(b'{"number":99')
    assert quick.faults()
    add_signer(quick, PRESENT, kind=KeyKind.P256, at=AT)
    assert quick.faults() == []


def test_the_command_holds_a_ceremony_and_shows_the_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "passphrase").write_text("a long passphrase\n")
    place = ["--folder", str(tmp_path / "pki"), "--passphrase-file", str(tmp_path / "passphrase")]
    people = ["--leader", "Chủ", "--custodian", "Giữ", "--witness", "Một", "--witness", "Hai"]

    twins = str(tmp_path / "twins")
    numbers = count(0x0A << 120)
    monkeypatch.setattr(x509, "random_serial_number", lambda: next(numbers))

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(pki, [*place, *arguments])

    def reads_the_screen(text: str) -> str:
        return text.partition(": ")[2][:8]

    monkeypatch.setattr(card_pki.typer, "prompt", lambda _text: "00000000")
    assert isinstance(run("ceremony", *people).exception, SosachError)
    assert run("show").exit_code == 1
    monkeypatch.setattr(card_pki.typer, "prompt", reads_the_screen)
    for arguments, made in (
        (["ceremony"], "card-csca-1"),
        (["signer"], "card-ds-1"),
        (["crl", "--revoke", "card-ds-1"], "card-csca-1-crl-1.crl"),
        (["master-list"], "master-list-1.ml"),
        (["twins", "--out", twins, "--out-passphrase-file", str(tmp_path / "passphrase")], f"{twins}/root.pem"),
        (["ceremony", "--kind", "brainpoolP512r1", "--lang", "en"], "card-csca-2"),
    ):
        assert run(*arguments, *people).output.splitlines()[-1] == made
    said = run("show", "--lang", "en")
    assert said.exit_code == 0
    assert [line.split("\t")[0] for line in said.output.splitlines()[:5]] == [
        "card-csca-1",
        "card-csca-2",
        "card-ds-1",
        "card-mls-1",
        "card-twins-1",
    ]
    serials = [line.split("\t")[3] for line in said.output.splitlines()[:5]]
    assert all(len(each) == 32 and each.startswith("0a") for each in serials)  # whole bytes
    chain, root = (x509.load_pem_x509_certificate(Path(twins, name).read_bytes()) for name in ("chain.pem", "root.pem"))
    chain.verify_directly_issued_by(root)
    kept = FileKeys(Path(twins), passphrase=b"a long passphrase").open("twins")
    assert spki_of_certificate(chain.public_bytes(Encoding.DER)) == kept.public_key
    assert "Revocation list holds until" in said.output


def test_help_needs_no_folder_and_a_step_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOSACH_CARD_PKI", raising=False)
    assert CliRunner().invoke(pki, ["crl", "--help"]).exit_code == 0
    for step in (["show"], ["master-list", "--leader", "A", "--custodian", "B", "--witness", "C"]):
        refused = CliRunner().invoke(pki, step)
        assert (refused.exit_code, "SOSACH_CARD_PKI" in refused.output) == (2, True)


def test_the_command_takes_the_issuer_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "passphrase").write_text("a long passphrase\n")
    wrong, right = tmp_path / "wrong.json", tmp_path / "right.json"
    wrong.write_text('{"organisation": "Cơ quan"}')
    right.write_text(json.dumps(asdict(SYNTHETIC) | {"organisation": "Cơ quan thử"}))
    place = ["--folder", str(tmp_path / "pki"), "--passphrase-file", str(tmp_path / "passphrase"), "ceremony"]
    people = ["--leader", "Chủ", "--custodian", "Giữ", "--witness", "Một", "--witness", "Hai"]
    monkeypatch.setattr(card_pki.typer, "prompt", lambda text: text.partition(": ")[2][:8])
    for file, code in ((tmp_path / "none", ErrorCode.INPUT_MISSING), (wrong, ErrorCode.INPUT_INCOMPLETE)):
        refused = CliRunner().invoke(pki, [*place, *people, "--issuer", str(file)]).exception
        assert isinstance(refused, SosachError)
        assert refused.code is code
    assert CliRunner().invoke(pki, [*place, *people, "--issuer", str(right)]).exit_code == 0
    made = x509.load_der_x509_certificate((tmp_path / "pki" / "card-csca-1.cer").read_bytes())
    assert "Cơ quan thử" in made.subject.rfc4514_string()


@NEEDED
def test_a_house_opens_with_its_keys_in_a_token(tmp_path: Path) -> None:
    (tmp_path / "pin").write_text(f"{PIN}\n")
    place = KeyPlace(module=LIBRARY, label="card", pin_file=tmp_path / "pin")
    with soft_token(tmp_path / "soft"):
        house = founded(open_house(tmp_path / "pki", place))
        assert add_signer(house, PRESENT, kind=KeyKind.P256, at=AT) == "card-ds-1"
        again = open_house(tmp_path / "pki", place)
        assert again.keys.open("card-ds-1").sign(b"card")
        assert not (tmp_path / "pki" / "keys").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"passphrase_file": Path("/nowhere/passphrase")},
        {"module": Path("/nowhere.so")},
        {"module": Path("/nowhere.so"), "pin_file": Path("/nowhere/pin")},
    ],
)
def test_keys_that_are_nowhere_are_told(tmp_path: Path, wrong: dict[str, Path]) -> None:
    with pytest.raises(SosachError) as refused:
        open_house(tmp_path, KeyPlace(**wrong))
    assert refused.value.code is ErrorCode.KEY_UNUSABLE
