"""A mistaken delete, undone by one command: back up, go on working, delete, restore to the moment before, compare."""

import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from tests.site.conftest import Run

from sosach.base.errors import SosachError
from sosach.site.backups.contents import contents
from sosach.site.backups.encryption import CHUNK, decrypt_folder, encrypt_folder
from sosach.site.databases import DATABASE
from sosach.site.embedded import EmbeddedServer


@pytest.mark.slow
def test_the_moment_before_a_mistake_is_restored(sosach: Run, folder: Path) -> None:
    sosach("db", "up")
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
def test_an_encrypted_backup_opens_with_its_key_alone(sosach: Run, folder: Path) -> None:
    public, private, other = keys(folder, "a")[0], keys(folder, "a")[1], keys(folder, "b")[1]
    public, private = keys(folder, "c")
    sosach("db", "up")
    sosach("officer", "create", "canary.in.the.backup")
    backup = folder / "backup"
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
def test_a_damaged_backup_is_refused(sosach: Run, folder: Path) -> None:
    sosach("db", "up")
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
    for number, broken in enumerate((whole[:-1], whole[: len(whole) // 2], whole[:60] + b"x" + whole[61:], b"")):
        file.write_bytes(broken)
        with pytest.raises(SosachError, match="does not open"):
            decrypt_folder(file, tmp_path / f"broken{number}", private)
