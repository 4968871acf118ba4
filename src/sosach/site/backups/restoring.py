"""Restores a backup into an empty state folder, to its end or to a moment, and gives the server its own passwords."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from psycopg import sql

from sosach.base.errors import ErrorCode, SosachError
from sosach.site.backups.encryption import decrypt_folder
from sosach.site.backups.making import ARCHIVE, BASE, PUBLIC, SEALED, WAL, flush_archive, verify_copy
from sosach.site.databases import DbRole, is_embedded, role_name, role_passwords, state_folder
from sosach.site.embedded import EmbeddedServer

RESTORED_LOG = "restored-log"
_CLOSED = "local all all scram-sha-256\n"
# The socket lies in a folder nobody else can enter; open only until the passwords are set.
_OPEN = "local all all trust\n"


def restore_backup(folder: Path, into: Path, *, to: datetime | None = None, key: Path | None = None) -> EmbeddedServer:
    """Restore and start; the server answers at the new state folder afterwards.

    Args:
        folder: the backup.
        into: new state folder.
        to: moment to restore to; None: as far as the log goes.
        key: private key of an encrypted backup.

    Raises:
        SosachError: OUTPUT-03 the new folder holds something; INPUT-01 there is no backup; DB-04 it is damaged;
            DB-01 the server does not reach the moment, with the end of its log.
    """
    if into.exists() and any(into.iterdir()):
        raise SosachError(ErrorCode.OUTPUT_FOREIGN, vi=f"{into} không trống.", en=f"{into} is not empty.")
    into.mkdir(parents=True, exist_ok=True)
    into.chmod(0o711)
    if keeps_the_log(folder):
        flush_archive()
    data = into / "data"
    _unpack(folder, data, key)
    verify_copy(data)
    # without hot standby nobody is let in before the moment is reached
    recovery = {"recovery_target_action": "promote", "hot_standby": "off"}
    if to is not None:
        recovery["recovery_target_time"] = to.astimezone(UTC).isoformat(" ")
    server = EmbeddedServer(into, config=recovery | _restore_command(folder, into))
    _prepare_data(server)
    server.start()
    _set_passwords(server)
    server.stop()
    shutil.rmtree(into / RESTORED_LOG, ignore_errors=True)
    if (folder / PUBLIC).is_file():
        shutil.copy(folder / PUBLIC, into / PUBLIC)
    plain = EmbeddedServer(into)
    plain.start()
    return plain


def keeps_the_log(folder: Path) -> bool:
    """Whether the installation runs and keeps its log in this backup, so that it can be restored up to now."""
    archive = state_folder() / ARCHIVE
    ours = is_embedded() and archive.is_symlink() and archive.resolve() == (folder / WAL).resolve()
    return ours and EmbeddedServer(state_folder()).running()


def _unpack(folder: Path, data: Path, key: Path | None) -> None:
    if (folder / BASE).is_dir():
        shutil.copytree(folder / BASE, data, symlinks=True)
    elif (folder / SEALED).is_file():
        if key is None:
            raise SosachError(
                ErrorCode.BACKUP_UNUSABLE,
                vi="Bản sao lưu được mã hóa: cần --key.",
                en="The backup is encrypted: it needs --key.",
            )
        decrypt_folder(folder / SEALED, data, key)
    else:
        raise SosachError(
            ErrorCode.INPUT_MISSING, vi=f"Không có bản sao lưu trong {folder}.", en=f"There is no backup in {folder}."
        )


def _restore_command(folder: Path, into: Path) -> dict[str, str]:
    """The archived log, copied to where the server can read it: it runs in its data folder."""
    log = into / RESTORED_LOG
    if (folder / WAL).is_dir():
        shutil.copytree(folder / WAL, log, ignore=shutil.ignore_patterns(".*"))
    else:
        log.mkdir()
    return {"restore_command": f'cp "../{RESTORED_LOG}/%f" "%p"'}


def _prepare_data(server: EmbeddedServer) -> None:
    """Give copy and log to the server's account; leave out what belonged to the process it was copied from."""
    (server.data / "recovery.signal").touch()
    (server.data / "pg_hba.conf").write_text(_OPEN, encoding="ascii")
    for left in ("postmaster.pid", "postmaster.opts", "standby.signal"):
        (server.data / left).unlink(missing_ok=True)
    server.account.own(server.data)
    server.account.own(server.state / RESTORED_LOG)
    for folder in (server.data, server.state / RESTORED_LOG):
        for path in folder.rglob("*"):
            server.account.take(path)


def _set_passwords(server: EmbeddedServer) -> None:
    """The state folder is new, so are its passwords; then the door is closed."""
    passwords = role_passwords(server.state)
    wanted = {role_name(role): passwords[role] for role in DbRole} | {server.address.user: server.address.password}
    with server.address.connect("postgres") as database:
        known = {str(name) for (name,) in database.execute("SELECT rolname FROM pg_roles").fetchall()}
        for name in sorted(known & set(wanted)):
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(wanted[name]))
            database.execute(statement)
        (server.data / "pg_hba.conf").write_text(_CLOSED, encoding="ascii")
        database.execute("SELECT pg_reload_conf()")
