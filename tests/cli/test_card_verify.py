"""`sosach card verify`: what it says of good and forged cards, of folders of them, and of what is no card at all."""

import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.chip.cards import issuing, small
from tests.chip.verifying.forgeries import FORGERIES
from tests.chip.verifying.test_mutations import elements, replaced
from typer.testing import CliRunner, Result

from sosach.base.errors import SosachError
from sosach.chip.files.card import SOD, from_identifiers
from sosach.chip.files.folder import NAMES, read_card, write_folder
from sosach.chip.verifying.verdict import Rule
from sosach.chip.verifying.wording import FAULTS
from sosach.cli.main import app

AT = "2026-11-21"


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the authority and its list."""
    folder = tmp_path_factory.mktemp("trust")
    (folder / "csca.cer").write_bytes(issuing().authority.certificate)
    (folder / "ds.cer").write_bytes(issuing().certificate)
    (folder / "csca.crl").write_bytes(issuing().crl)
    return folder


def run(*arguments: str | Path) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(app, ["card", "verify", *map(str, arguments)])


def test_what_the_library_warns_of_is_refused_and_no_line_for_people(tmp_path: Path, trusted: Path) -> None:
    files = dict(small().by_identifier())
    found = elements(files[SOD])
    country = next(each for each in found if files[SOD][each[1] : each[2]] == b"VN")
    files[SOD] = replaced(files[SOD], found, country, b"VNVN")
    write_folder(from_identifiers(files), tmp_path / "card")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        result = run(tmp_path / "card", "--trust", trusted, "--at", AT)
    assert (result.exit_code, [str(each.message) for each in told]) == (1, [])


def test_a_good_card_in_both_languages(tmp_path: Path, trusted: Path) -> None:
    write_folder(small(), tmp_path / "card")
    vi = run(tmp_path / "card", "--trust", trusted, "--at", AT)
    assert (vi.exit_code, vi.stdout.splitlines()[0]) == (0, "card: TỆP THẬT")
    assert "chip có phải bản gốc không" in vi.stdout
    assert "sổ đăng ký" in vi.stdout
    en = run(tmp_path / "card", "--trust", trusted, "--at", AT, "--lang", "en")
    assert (en.exit_code, en.stdout.splitlines()[0]) == (0, "card: GENUINE FILES")


def test_a_forged_card_is_named_with_its_fault(tmp_path: Path, trusted: Path) -> None:
    (make, *_) = FORGERIES[Rule.UNCHANGED]
    write_folder(make().files, tmp_path / "card")
    for lang, word in (("vi", "KHÔNG CHẤP NHẬN"), ("en", "REFUSED")):
        told = run(tmp_path / "card", "--trust", trusted, "--at", AT, "--lang", lang)
        assert told.exit_code == 1
        first, second = told.stdout.splitlines()
        assert first == f"card: {word}"
        assert second.split(None, 1) == ["unchanged", FAULTS[Rule.UNCHANGED][lang == "en"]]


def test_a_folder_of_cards_is_counted(tmp_path: Path, trusted: Path) -> None:
    write_folder(small(), tmp_path / "cards" / "a")
    write_folder(replace(small(), com=b""), tmp_path / "cards" / "b")
    with zipfile.ZipFile(tmp_path / "cards" / "c.zip", "w") as held:
        for file in (tmp_path / "cards" / "a").iterdir():
            held.write(file, f"c/{file.name}")
    told = run(tmp_path / "cards", "--trust", trusted, "--at", AT, "--lang", "en")
    assert told.exit_code == 1
    assert told.stdout.splitlines()[-1] == "3 cards: 2 with genuine files, 1 refused"


def test_trust_by_single_files_in_pem(tmp_path: Path, trusted: Path) -> None:
    pem = x509.load_der_x509_certificate((trusted / "csca.cer").read_bytes()).public_bytes(Encoding.PEM)
    (tmp_path / "csca.pem").write_bytes(pem)
    write_folder(small(), tmp_path / "card")
    known = ("--trust", tmp_path / "csca.pem", "--at", AT)
    assert run(tmp_path / "card", *known, "--crl", trusted / "csca.crl").exit_code == 0
    assert "revocations-fresh" in run(tmp_path / "card", *known).stdout, "no list, no acceptance"
    assert "revocations-fresh" in run(tmp_path / "card", "--trust", trusted, "--at", "2027-06-01").stdout


def test_what_is_no_card_or_no_certificate(tmp_path: Path, trusted: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK")
    (tmp_path / "x.cer").write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    write_folder(small(), tmp_path / "card")
    for place, trust, code in (
        ("nowhere", trusted, "INPUT-01"),
        ("x.zip", trusted, "INPUT-02"),
        ("empty", trusted, "INPUT-02"),
        ("card", tmp_path / "x.cer", "INPUT-02"),
        ("card", tmp_path / "nowhere", "INPUT-01"),
    ):
        told = run(tmp_path / place, "--trust", trust)
        assert isinstance(told.exception, SosachError)
        assert told.exception.code == code
        assert all((told.exception.vi, told.exception.en))


def test_files_come_back_as_they_were_written(tmp_path: Path) -> None:
    files = small()
    write_folder(files, tmp_path / "card")
    assert read_card(tmp_path / "card") == files
    assert {file.name for file in (tmp_path / "card").iterdir()} == set(NAMES)
    (tmp_path / "card" / "DG2.bin").write_bytes(bytes(70_000))
    with pytest.raises(SosachError, match="too large"):
        read_card(tmp_path / "card")


def test_every_rule_has_its_sentence_in_both_languages() -> None:
    assert set(FAULTS) == set(Rule)
    assert len({sentence for pair in FAULTS.values() for sentence in pair}) == 2 * len(Rule)
