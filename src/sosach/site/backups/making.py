"""Makes a backup: a whole copy that is verified, and an archive of the log from then on."""

import json
import os
import shutil
import subprocess  # nosec B404 - programs of PostgreSQL and ourselves, by whole path, without a shell
import time
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.site.backups.contents import Contents, contents
from sosach.site.backups.encryption import encrypt_folder, public_key
from sosach.site.databases import DATABASE, DbRole, connection_settings, is_embedded, state_folder
from sosach.site.embedded import EmbeddedServer
from sosach.site.embedded.account import require_reach
from sosach.site.embedded.binaries import installed
from sosach.site.preparing import owner_connection

BASE, WAL, SEALED, PUBLIC = "base", "wal", "base.tar.enc", "seal.pub"
ARCHIVE = "archive"  # link in the state folder: where the embedded server keeps its log for good
LAST = "last-backup.json"  # in the state folder: which backup is the newest, and of when
ARCHIVE_SECONDS = 120


def make_backup(folder: Path, key: Path | None = None) -> Contents:
    """Copy the running server into a new folder.

    With a key the copy is encrypted to it and complete in itself. Without, the embedded server keeps its log in the
    folder from now on, so that every later moment can be restored; the folder belongs on another disk.

    Raises:
        SosachError: OUTPUT-03 the folder holds something; DB-04 the copy is not whole; DB-03 a folder cannot be reached.
    """
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()):
        raise SosachError(
            ErrorCode.OUTPUT_FOREIGN, vi=f"{folder} không trống.", en=f"{folder} is not empty.",
            hint_vi="Chọn thư mục mới.", hint_en="Choose a new folder.",
        )  # fmt: skip
    if key is not None:
        public_key(key)  # before anything is copied in the open
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    if is_embedded() and key is None:
        _keep_log_in(folder / WAL)
    with owner_connection() as database:
        told = contents(database)
    try:
        _copy(folder / BASE)
        verify_copy(folder / BASE)
        told.write(folder)
        public = state_folder() / PUBLIC
        if public.is_file():
            shutil.copy(public, folder / PUBLIC)
        if key is not None:
            encrypt_folder(folder / BASE, folder / SEALED, key)
    finally:
        if key is not None:  # whoever asked for a closed copy is never left an open one
            shutil.rmtree(folder / BASE, ignore_errors=True)
    note = {"at": told.at, "folder": str(folder)}
    (state_folder() / LAST).write_text(json.dumps(note), encoding="utf-8")
    return told


def verify_copy(copy: Path) -> None:
    """Check every file of a copy against its manifest, and that its log can be read.

    Raises:
        SosachError: DB-04.
    """
    _run("pg_verifybackup", "--quiet", str(copy))


def flush_archive() -> None:
    """Close the present piece of the embedded server's log and wait until the archive has it.

    Raises:
        SosachError: DB-04, the archive does not take it.
    """
    with owner_connection(DATABASE) as database:
        # one byte back: when nothing was written since the last piece, the answer is the start of the next one
        found = database.execute("SELECT pg_walfile_name(pg_switch_wal() - 1)").fetchone()
        wanted = str(found[0]) if found else ""
        deadline = time.monotonic() + ARCHIVE_SECONDS
        while time.monotonic() < deadline:
            last = database.execute("SELECT coalesce(max(last_archived_wal), '') FROM pg_stat_archiver").fetchone()
            if last is not None and str(last[0])[:24] >= wanted:
                return
            time.sleep(0.1)
    raise SosachError(
        ErrorCode.BACKUP_UNUSABLE,
        vi="Kho nhật ký không nhận được phần cuối; xem dung lượng và quyền của thư mục sao lưu.",
        en="The archive does not take the end of the log; look at space and rights of the backup folder.",
    )


def _keep_log_in(archive: Path) -> None:
    server = EmbeddedServer(state_folder())
    require_reach(server.account, archive)
    server.account.own(archive)
    fresh = server.state / f"{ARCHIVE}.{os.getpid()}"
    fresh.symlink_to(archive)
    fresh.rename(server.state / ARCHIVE)


def _copy(target: Path) -> None:
    settings = connection_settings(DbRole.OWNER)
    where = {"--host": settings["HOST"], "--port": settings["PORT"], "--username": settings["USER"]}
    told = [f"{name}={value}" for name, value in where.items() if value]
    _run(
        "pg_basebackup", f"--pgdata={target}", "--format=plain", "--wal-method=stream", "--checkpoint=fast",
        "--manifest-checksums=SHA256", "--no-password", *told, password=settings["PASSWORD"],
    )  # fmt: skip


def _run(program: str, *arguments: str, password: str = "") -> None:
    """Run one of PostgreSQL's programs as ourselves."""
    done = subprocess.run(  # noqa: S603 - our own program, arguments of our own making  # nosec B603
        [installed() / "bin" / program, *arguments],
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGPASSWORD": password},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        said = "\n".join((done.stderr or done.stdout).splitlines()[-20:])
        raise SosachError(ErrorCode.BACKUP_UNUSABLE, vi=f"{program} báo lỗi:\n{said}", en=f"{program} failed:\n{said}")
