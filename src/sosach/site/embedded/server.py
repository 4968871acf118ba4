"""Starts, finds and stops one embedded PostgreSQL: one server per state folder, whoever asks and however it died."""

import fcntl
import hashlib
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

import psutil

from sosach.site.embedded.account import server_account
from sosach.site.embedded.binaries import readable

OWNER = "sosach_owner"
PORT = 5432  # a name of the socket only: the server listens to no network
START_SECONDS = 900  # recovery of a large log on a slow machine takes minutes, and is no failure
_CONFIG = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_connections": "100",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "5min",
    "jit": "off",
    "restart_after_crash": "on",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "idle_in_transaction_session_timeout": "60s",
    "log_parameter_max_length_on_error": "0",
    "log_parameter_max_length": "0",
    "logging_collector": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "10MB",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server answers.

    Attributes:
        socket: folder of its Unix socket.
        port: number in the socket's name.
        user: account of the database with all rights.
        password: its password.
    """

    socket: Path
    port: int
    user: str
    password: str


class EmbeddedServer:
    """One server per state folder."""

    def __init__(self, state: Path, *, config: dict[str, str] | None = None) -> None:
        """Say where the server lives.

        Args:
            state: folder of data, programs and password; made when missing.
            config: settings of PostgreSQL over ours.
        """
        self.state = state.absolute()
        self.data = self.state / "data"
        self._config = _CONFIG | (config or {})
        self._account = server_account()
        short = hashlib.blake2b(str(self.data).encode(), digest_size=6).hexdigest()
        # Unix sockets allow about 100 characters of path, so it does not lie in the state folder.
        self.socket = Path(gettempdir()) / f"sosach-{self._account.uid}-{short}"

    @property
    def address(self) -> Address:
        """Where the server answers once it runs."""
        return Address(self.socket, PORT, OWNER, self._password())

    def start(self) -> Address:
        """Start the server unless it runs already; it goes on when this process ends.

        Raises:
            subprocess.CalledProcessError: PostgreSQL does not start; its log says why.
        """
        with self._alone():
            if not self.running():
                self._prepare()
                self._control("-w", "-t", str(START_SECONDS), "-l", str(self.state / "start.log"), "start")
        return self.address

    def stop(self) -> bool:
        """Stop the server in good order; whether it ran."""
        with self._alone():
            if not self.running():
                return False
            self._control("-w", "-t", str(START_SECONDS), "-m", "fast", "stop")
        return True

    def running(self) -> bool:
        """Whether our server runs: the process named in the data folder is a PostgreSQL that was started for it."""
        return self._process() is not None

    def _process(self) -> psutil.Process | None:
        """The server's main process; the number in the file alone proves nothing, numbers are used again."""
        try:
            lines = (self.data / "postmaster.pid").read_text("utf-8").splitlines()
            process = psutil.Process(int(lines[0]))
            ours = str(self.data) in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, IndexError, psutil.Error):
            return None
        return process if ours else None

    def _prepare(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        self._account.own(self.data)
        self._account.own(self.socket)
        if not (self.data / "PG_VERSION").is_file():
            self._initialise()
        # nobody runs here, as `running` saw: a file left by a killed server would stop ours if its number is used again
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        log = self.state / "start.log"
        log.touch()
        if self._account.drops:
            os.chown(log, self._account.uid, self._account.gid)

    def _initialise(self) -> None:
        password_file = self.socket / "password"
        password_file.write_text(self._password(), "utf-8")
        if self._account.drops:
            os.chown(password_file, self._account.uid, self._account.gid)
        password_file.chmod(0o600)
        try:
            self._run(
                "initdb",
                "-D",
                str(self.data),
                "-U",
                OWNER,
                "-A",
                "scram-sha-256",
                f"--pwfile={password_file}",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "-k",
                "-E",
                "UTF8",
            )
        finally:
            password_file.unlink()

    def _control(self, *arguments: str) -> None:
        settings = self._config | {"unix_socket_directories": str(self.socket), "unix_socket_permissions": "0700"}
        options = " ".join(f"-c {name}={value!r}" for name, value in settings.items())
        self._run("pg_ctl", "-D", str(self.data), "-o", options, *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        folder = readable(self._account, self.state)
        subprocess.run(  # noqa: S603 - our own program, arguments of our own making
            [folder / "bin" / program, *arguments],
            check=True,
            cwd=self.socket,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            **self._account.process(),  # type: ignore[call-overload] # arguments by name
        )

    def _password(self) -> str:
        file = self.state / "owner.password"
        if not file.is_file():
            self.state.mkdir(parents=True, exist_ok=True)
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as stream:
                stream.write(secrets.token_urlsafe(24))
        return file.read_text("utf-8")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two who start at once get one server: the second waits and finds it running."""
        self.state.mkdir(parents=True, exist_ok=True)
        with (self.state / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
