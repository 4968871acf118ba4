"""What a steward types about partners, and what the citizen sees the moment an agency has looked."""

import csv
import io
import json
import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import override_settings
from joserfc.jwk import ECKey, OKPKey
from tests.architecture.tree import ROOT
from tests.domain.vehicles.town import DAY
from tests.web.exchange.agency import agency
from tests.web.exchange.test_identity import ask
from tests.web.portal.people import PINS, Town, as_person, seen
from typer.testing import CliRunner, Result

from sosach.base.errors import SosachError
from sosach.cli.partner import partner
from sosach.domain.exchange.operations.disclosing import Ask, confirm, disclose, find_by
from sosach.domain.exchange.queries.partners import Asked, admitted, standing_of
from sosach.web.frame import clock

HOWTO = ROOT / "docs" / "howto" / "make-an-agreement.md"


def typed(*words: str) -> Result:
    """`sosach partner …`, in this process and its transaction."""
    found = CliRunner().invoke(partner, list(words))
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The agreement of the page, word by word."""
    monkeypatch.setenv("SOSACH_DB_ROLE", "web")
    block = re.search(r"```toml\n(.*?)```", HOWTO.read_text("utf-8"), re.DOTALL)
    assert block is not None
    file = tmp_path / "thue.toml"
    file.write_text(block[1], "utf-8")
    return file


@pytest.mark.usefixtures("db")
def test_the_example_of_the_page_is_taken_in_listed_suspended_and_told_of(example: Path, tmp_path: Path) -> None:
    assert "12/TT-2026, phiên bản 1" in typed("agree", str(example)).stdout
    assert "12/TT-2026, version 2" in typed("agree", str(example), "--lang", "en").stdout
    (line,) = typed("list", "--lang", "en").stdout.splitlines()
    assert line.split("\t") == [
        "thue", "Test tax agency", "12/TT-2026 (2)", "2028-10-31", "signature thue-2026", "answered",
    ]  # fmt: skip
    typed("suspend", "thue", "--reason", "kiểm tra")
    assert "tạm dừng: kiểm tra" in typed("list").stdout
    with pytest.raises(SosachError):
        typed("suspend", "thue", "--reason", "again")
    typed("resume", "thue")
    month = f"{clock.now() + timedelta(hours=7):%Y-%m}"
    typed("statement", "thue", "--month", month, "--out", str(tmp_path))
    assert (tmp_path / f"thue-{month}.pdf").read_bytes().startswith(b"%PDF")
    assert "Mục đích" in (tmp_path / f"thue-{month}.csv").read_text("utf-8-sig")


@pytest.mark.usefixtures("db")
def test_keys_are_added_from_files_of_both_forms_and_ended(example: Path, tmp_path: Path) -> None:
    typed("agree", str(example))
    pem, jwk, bad = (tmp_path / name for name in ("new.pem", "new.json", "bad.pem"))
    raw = ECKey.generate_key("P-256").public_key
    pem.write_bytes(raw.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    jwk.write_text(json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=False)))
    bad.write_text("{}")
    typed("key", "thue", "--add", str(pem), "--name", "k-2")
    typed("key", "thue", "--add", str(jwk), "--name", "k-3")
    typed("key", "thue", "--certificate", ":".join(["AB"] * 32))
    typed("key", "thue", "--member", "VN/GOV/THUE/TRA-CUU")
    typed("key", "thue", "--end", "thue-2026")
    standing = standing_of("thue", at=clock.now())
    assert standing is not None
    assert set(standing.keys) == {"k-2", "k-3"}
    listed = typed("list").stdout
    assert "certificate abab" in listed
    assert "member VN/GOV/THUE/TRA-CUU" in listed
    for wrong in (
        ("--add", str(bad), "--name", "k-4"),
        ("--add", str(pem)),
        ("--add", str(tmp_path / "none"), "--name", "k-4"),
        ("--certificate", "abc"),
        ("--end", "nothing"),
        (),
        ("--end", "k-2", "--member", "x"),
    ):
        with pytest.raises(SosachError):
            typed("key", "thue", *wrong)


@pytest.mark.usefixtures("db")
def test_a_file_that_is_none_is_refused_whole(example: Path, tmp_path: Path) -> None:
    told = tomllib.loads(example.read_text("utf-8"))
    faults = [
        {name: part for name, part in told.items() if name != "partner"},
        {name: part for name, part in told.items() if name != "agreement"},
        told | {"keys": []},
        told | {"partner": {"key": "thue"}},
        told | {"key": [{"kid": "k", "pem": "none"}]},
        told | {"certificate": ["abc"]},
    ]
    for content in faults:
        file = tmp_path / "wrong.json"
        file.write_text(json.dumps(content, default=str), "utf-8")
        with pytest.raises(SosachError):
            typed("agree", str(file))
    assert typed("list").stdout == ""
    with pytest.raises(SosachError):
        typed("agree", str(tmp_path / "none.toml"))


@pytest.mark.usefixtures("db")
def test_the_citizen_sees_at_once_which_agency_looked_why_and_for_which_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: DAY + timedelta(days=1))
    Town.founded()
    bank = agency(
        "ngan-hang",
        attributes={"population": ["full_name"]},
        questions=["is_alive"],
        state_body=False,
        approval="C06-1/2026",
        consent=True,
        purposes=["consented-check"],
    )
    page = "/cong-dan/luot-xem/"
    assert "Cơ quan ngan-hang" not in seen(as_person(PINS["an"]), page)
    now = DAY + timedelta(days=1)
    standing = standing_of(bank.key, at=now)
    assert standing is not None
    caller = admitted(standing, Asked("registers", reference="HS-2026/77", consent="CN-1"))
    person = find_by(Ask(caller, now), register="population", key="pin", value=PINS["an"])
    assert person is not None
    assert disclose(Ask(caller, now), register="population", record_ids=[person])[0]["full_name"]
    assert confirm(Ask(caller, now), register="population", record_id=person, question="is_alive", told={}) is True
    shown = seen(as_person(PINS["an"]), page)
    assert shown.count("Cơ quan ngan-hang</td>") == 3
    for text in ("Cung cấp dữ liệu theo thỏa thuận", "Trả lời có/không theo thỏa thuận", "HS-2026/77"):
        assert text in shown
    assert "Xác thực theo sự đồng ý của chính công dân" in shown
    assert "Cơ quan ngan-hang" not in seen(as_person(PINS["binh"]), page)


@pytest.mark.usefixtures("db")
def test_the_month_on_paper_holds_counts_and_no_number_of_anybody(tmp_path: Path, example: Path) -> None:
    del example
    police = agency("csgt", attributes={"population": ["pin"]})
    with override_settings(ROOT_URLCONF="tests.web.exchange.asking"):
        for _ in range(3):
            ask(police.headers())
        ask(police.headers(scope="other"))
    month = f"{clock.now() + timedelta(hours=7):%Y-%m}"
    typed("statement", "csgt", "--month", month, "--out", str(tmp_path), "--lang", "en")
    written = (tmp_path / f"csgt-{month}.csv").read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written)))
    assert rows[1][2:] == ["Number looked up", "3", "0", "3"]
    assert ["scope not granted", "", "Refused", "1", "", ""] in rows
    assert not re.search(r"\d{9,}", written)
    for wrong in ("2026-13", "soon"):
        with pytest.raises(SosachError):
            typed("statement", "csgt", "--month", wrong, "--out", str(tmp_path))
