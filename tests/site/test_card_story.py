"""The demonstration of one card: the whole story over the registers, its documents, and what judges say of them."""

from pathlib import Path

import pytest
from django.core.management import call_command
from typer.testing import CliRunner

from sosach.chip.line.packing import unpack
from sosach.cli import demo_card
from sosach.cli.card_judges import Say, judged
from sosach.cli.main import app
from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Card
from sosach.domain.idcards.states.cards import CardState
from sosach.site.management.administrator import administrator
from sosach.site.management.card_story import Story
from sosach.synth import faces

PROGRAMS = {"OpenSSL": "openssl", "GnuTLS": "certtool", "NSS": "cmsutil"}


def told(out: Path, profile: str, number: int) -> list[str]:
    shots = {"face": faces.face(number)} | {f"finger-{each}": faces.finger(number, each) for each in range(1, 11)}
    lines: list[str] = []
    story = Story(out=out, shots=shots, profile=profile, say=lambda _, en: lines.append(en))
    story.tell()
    package, keys = (out / "package.jose").read_bytes(), story._keys
    job, (record,) = unpack(package, issuer_key=keys.sender.public_key, private_key=keys.machine.private_key)
    assert (job.profile, job.signer_id) == (profile, keys.signer.key_id)
    assert record.printed["full_name"] == "NGUYỄN THỊ MINH CHÂU"
    assert {"qr", "mrz"} <= record.printed.keys()
    return lines


@pytest.mark.slow
@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("profile", ["VN-CC-2024", "VN-CCCD-2021-39794"])
def test_a_card_goes_from_its_application_to_its_holder(profile: str, tmp_path: Path) -> None:
    lines = told(tmp_path, profile, 41)
    assert "handed over: active" in lines[-1]
    assert "chip authentic ✓" in lines[-2]
    with acting(administrator()):
        (card,) = Card.objects.filter(blank__delivery__supplier="Nhà in giả định")
    assert card.state == CardState.ACTIVE
    left = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}
    assert {
        "card/EF.SOD.bin",
        "card/DG2.bin",
        "trust/csca.cer",
        "trust/revoked.crl",
        "face.pdf",
        "package.jose",
    } <= left
    assert "card/DG3.bin" not in left, "no reader may read fingerprints"
    first = list(judged(tmp_path / "card", tmp_path / "trust"))
    assert {each.judge for each in first} == {"sosach card verify", *PROGRAMS}
    assert not [each for each in first if each.says is Say.REFUSES]
    assert first[0].says is Say.ACCEPTS
    _altered(tmp_path)


def _altered(out: Path) -> None:
    """One bit of a group: every judge that was asked refuses."""
    group = out / "card" / "DG13.bin"
    content = group.read_bytes()
    group.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert {each.says for each in judged(out / "card", out / "trust")} <= {Say.REFUSES, Say.ABSENT}


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_the_command_tells_the_story_and_names_judges_that_are_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the database of the tests, and with no program to be found."""
    asked: list[tuple[str, ...]] = []

    def in_process(name: str, *, role: str, **options: object) -> None:
        assert role == "jobs"
        call_command(name, **options)

    monkeypatch.setenv("SOSACH_STATE", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(demo_card, "apart", lambda *words: asked.append(words))
    monkeypatch.setattr(demo_card, "in_site", in_process)
    done = CliRunner().invoke(app, ["demo-card", "--out", str(tmp_path / "out"), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert [words[:2] for words in asked] == [("db", "up"), ("db", "down")]
    verdicts = (tmp_path / "out" / "verdicts.txt").read_text(encoding="utf-8")
    assert verdicts in done.output
    told = [line.split(maxsplit=1) for line in verdicts.replace("sosach card verify", "own").splitlines()]
    assert [name for name, _ in told] == ["own", *PROGRAMS]
    assert told[0][1] == "accepts"
    assert all(words.startswith("not asked: this machine lacks") for _, words in told[1:])
