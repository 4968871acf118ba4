"""A mistaken delete, undone by one command: back up, go on working, delete, restore to the moment before, compare."""

import os
import re
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from psycopg import Connection
from psycopg.errors import InsufficientPrivilege
from tests.site.conftest import Run

from sosach.base.errors import SosachError
from sosach.site.backups.contents import contents, read_contents
from sosach.site.backups.encryption import CHUNK, decrypt_folder, encrypt_folder
from sosach.site.backups.keeping import Kept, kept, waiting, warnings
from sosach.site.databases import DATABASE
from sosach.site.embedded import EmbeddedServer

Owner = Connection[tuple[object, ...]]


@pytest.mark.slow
@pytest.mark.usefixtures("up")
def test_the_moment_before_a_mistake_is_restored(sosach: Run, folder: Path) -> None:
    sosach("officer", "create", "first", "--unit", "38")
    sosach("audit", "seal")
    backup = folder / "backup"
    assert "verified" in sosach("db", "backup", str(backup), "--lang", "en").stdout
    sosach("officer", "create", "second", "--unit", "38", "--role", "admin")
    sosach("audit", "seal")
    state, back = EmbeddedServer(folder / "state"), EmbeddedServer(folder / "back")
    with state.address.connect(DATABASE) as database:
        before = contents(database)
        time.sleep(0.2)
        moment = datetime.now(UTC)
        time.sleep(0.2)
        database.execute("TRUNCATE access_officer CASCADE")
        database.execute("DELETE FROM audit_seal")
    told = sosach("db", "restore", str(backup), "--into", str(back.state), "--to", moment.isoformat(), "--lang", "en")
    assert "access_officer\t1\t2\t+1" in told.stdout
    assert before.root in told.stdout
    assert "roots agree" in told.stdout
    with back.address.connect(DATABASE) as database:
        after = contents(database)
    assert (after.rows, after.batches, after.checkpoint) == (before.rows, before.batches, before.checkpoint)
    # the restored installation works: with its own passwords, as every role, and writes
    listed = sosach("officer", "list", SOSACH_STATE=str(back.state))
    assert "second" in listed.stdout
    assert sosach("db", "status", SOSACH_STATE=str(back.state)).returncode == 0
    again = sosach("db", "restore", str(backup), "--into", str(back.state), check=False)
    assert again.returncode == 2
    assert "OUTPUT-03" in again.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("up")
def test_the_whole_drill_is_one_command(sosach: Run, folder: Path) -> None:
    before = sosach("db", "status", "--lang", "en")
    assert "Last backup\tnone yet" in before.stdout
    assert "There is no backup" in before.stdout
    sosach("officer", "create", "first", "--unit", "38")
    sosach("audit", "seal")
    backup = folder / "backup"
    first = sosach("db", "drill", str(backup), "--lang", "en")
    assert [line[:2] for line in first.stdout.splitlines()][:3] == ["1.", "2.", "3."]
    assert "the log is whole" in first.stdout
    assert "Backed up and verified" in first.stdout
    # what came later stands in the archived log, and a second drill takes the backup that is there
    sosach("officer", "create", "second", "--unit", "38")
    sosach("audit", "seal")
    again = sosach("db", "drill", str(backup), "--lang", "en")
    assert f"1. The backup: {backup}" in again.stdout
    assert "2 sealed batches" in again.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["backup", "state"], "the trial is cleared away"
    status = sosach("db", "status", "--lang", "en")
    told = dict(line.split("\t") for line in status.stdout.splitlines() if "\t" in line)
    assert told["Last backup"].endswith(f" ago: {backup}")
    assert [name for name in ("Log archived", "Last drill") if not re.fullmatch(r"\d+ (s|min) ago", told[name])] == []
    assert "⚠" not in status.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("up")
def test_a_drill_notices_what_is_missing(sosach: Run, folder: Path) -> None:
    sosach("officer", "create", "first", "--unit", "38")
    sosach("audit", "seal")
    backup = folder / "backup"
    sosach("db", "backup", str(backup))
    noted = read_contents(backup)
    replace(noted, checkpoint=noted.checkpoint.replace(noted.root, "A" * len(noted.root))).write(backup)
    refused = sosach("db", "drill", str(backup), check=False)
    assert (refused.returncode, refused.stderr[:5]) == (2, "DB-04")
    (left,) = folder.glob("backup-drill-*")
    assert not EmbeddedServer(left).running(), "kept for a look, but stopped"
    noted.write(backup)
    EmbeddedServer(folder / "state").stop()
    sosach("db", "up")
    other = sosach("db", "drill", str(folder / "none"), "--key", str(folder / "any.key"), check=False)
    assert (other.returncode, other.stderr[:8]) == (2, "INPUT-01")


NOW = datetime(2026, 11, 22, tzinfo=UTC)
WHOLE = Kept(NOW, "/backup", archives=True, archived_at=NOW, drill_at=NOW)


@pytest.mark.parametrize(
    ("seen", "word"),
    [
        (replace(WHOLE, backup_at=None), "no backup"),
        (replace(WHOLE, backup_at=NOW - timedelta(days=8)), "8 days old"),
        (replace(WHOLE, archives=False), "not archived"),
        (
            replace(WHOLE, waiting=3, waiting_since=NOW - timedelta(minutes=6)),
            "3 pieces of the log have waited 6 minutes",
        ),
        (replace(WHOLE, timeout=0), "archive_timeout = 0"),
        (replace(WHOLE, drill_at=NOW - timedelta(days=200)), "sosach db drill"),
    ],
)
def test_what_is_old_is_told_in_words(seen: Kept, word: str) -> None:
    (warning,) = warnings(seen, at=NOW)
    assert word in warning.en
    assert warning.vi != warning.en
    assert not warnings(WHOLE, at=NOW)
    assert not warnings(replace(WHOLE, waiting=1, waiting_since=NOW - timedelta(minutes=1)), at=NOW)


@pytest.mark.slow
@pytest.mark.usefixtures("up")
def test_an_archive_that_is_away_is_told(sosach: Run, folder: Path) -> None:
    backup = folder / "backup"
    sosach("db", "backup", str(backup))
    state = EmbeddedServer(folder / "state")
    (backup / "wal").rename(folder / "away")
    with state.address.connect(DATABASE) as database:
        database.execute("SELECT pg_create_restore_point('x'), pg_switch_wal()")
        deadline = time.monotonic() + 120
        os.environ["SOSACH_STATE"], before = str(state.state), os.environ["SOSACH_STATE"]
        try:
            seen = kept(database)
            while not seen.waiting and time.monotonic() < deadline:
                seen = kept(database)
        finally:
            os.environ["SOSACH_STATE"] = before
    assert (seen.archives, seen.archived_at) == (True, None)
    assert seen.waiting >= 1
    assert seen.waiting_since is not None
    assert "have waited 5 minutes" in warnings(seen, at=seen.waiting_since + timedelta(seconds=301))[-1].en
    (folder / "away").rename(backup / "wal")


def test_an_account_without_the_right_sees_the_last_failure_only(owner: Owner) -> None:
    assert waiting(owner)[0] >= 0
    owner.execute("SET ROLE sosach_web")
    with pytest.raises(InsufficientPrivilege):
        owner.execute("SELECT * FROM pg_ls_archive_statusdir()")
    assert waiting(owner) == (0, None)  # nothing failed here


@pytest.mark.slow
@pytest.mark.usefixtures("up")
def test_an_encrypted_backup_opens_with_its_key_alone(sosach: Run, folder: Path) -> None:
    public, private, other = keys(folder, "a")[0], keys(folder, "a")[1], keys(folder, "b")[1]
    public, private = keys(folder, "c")
    sosach("officer", "create", "canary.in.the.backup")
    backup = folder / "backup"
    wrong = sosach("db", "backup", str(folder / "open"), "--key", str(private), check=False)
    assert (wrong.returncode, (folder / "open").exists()) == (2, False)  # nothing is copied before the key is looked at
    sosach("db", "backup", str(backup), "--key", str(public))
    assert not (backup / "base").exists()
    found = subprocess.run(
        ["grep", "-rc", "canary.in.the.backup", str(backup)], capture_output=True, text=True, check=False
    )
    assert {line.rsplit(":", 1)[1] for line in found.stdout.split()} == {"0"}
    for told in ((), ("--key", str(other))):
        refused = sosach("db", "restore", str(backup), "--into", str(folder / f"no{len(told)}"), *told, check=False)
        assert refused.returncode == 2
        assert "DB-04" in refused.stderr
    sosach("db", "restore", str(backup), "--into", str(folder / "back"), "--key", str(private))
    assert "canary" in sosach("officer", "list", SOSACH_STATE=str(folder / "back")).stdout


@pytest.mark.slow
@pytest.mark.usefixtures("up")
def test_a_damaged_backup_is_refused(sosach: Run, folder: Path) -> None:
    backup = folder / "backup"
    sosach("db", "backup", str(backup))
    victim = max((backup / "base" / "base").rglob("*"), key=lambda path: path.stat().st_size)
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    refused = sosach("db", "restore", str(backup), "--into", str(folder / "back"), check=False)
    assert refused.returncode == 2
    assert "DB-04" in refused.stderr
    assert not EmbeddedServer(folder / "back").running()


def keys(folder: Path, name: str) -> tuple[Path, Path]:
    """Public and private key files."""
    key = X25519PrivateKey.generate()
    public, private = folder / f"{name}.pub", folder / f"{name}.key"
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return public, private


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, 3 * CHUNK + 5])
def test_what_is_encrypted_comes_back_whole_or_not_at_all(tmp_path: Path, size: int) -> None:
    public, private = keys(tmp_path, "a")
    source = tmp_path / "source"
    (source / "deep").mkdir(parents=True)
    (source / "deep" / "file").write_bytes(bytes(size))
    file = tmp_path / "sealed"
    encrypt_folder(source, file, public)
    decrypt_folder(file, tmp_path / "back", private)
    assert (tmp_path / "back" / "deep" / "file").read_bytes() == bytes(size)
    whole = file.read_bytes()
    altered = whole[:60] + bytes([whole[60] ^ 1]) + whole[61:]
    for number, broken in enumerate((whole[:-1], whole[: len(whole) // 2], altered, b"")):
        file.write_bytes(broken)
        with pytest.raises(SosachError, match="does not open"):
            decrypt_folder(file, tmp_path / f"broken{number}", private)
