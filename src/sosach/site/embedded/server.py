"""Starts, finds and stops one embedded PostgreSQL: one server per state folder, whoever asks and however it died."""

import fcntl
import hashlib
import os
import stat
import subprocess  # nosec B404 - programs of PostgreSQL and ourselves, by whole path, without a shell
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from sosach.base.errors import ErrorCode, SosachError
from sosach.site.embedded.account import Account, require_reach, server_account
from sosach.site.embedded.binaries import readable, version
from sosach.site.embedded.config import BASE, FILE, config_text
from sosach.site.secret_files import kept_secret, to_disk

OWNER = "sosach_owner"
PORT = 5432  # a name of the socket only: the server listens to no network
START_SECONDS = 900  # recovery of a large log on a slow machine takes minutes, and is no failure
ORPHAN_SECONDS = 60  # what a killed server leaves behind ends by itself, soon
LONGEST_SOCKET = 100  # of a path; the system allows 107
SHORT = Path("/tmp")  # noqa: S108 - for sockets of long paths: a folder of our own, refused when it is somebody else's  # nosec B108
_ENVIRON = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


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

    def connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        """A connection with all rights to one of the server's databases; each statement is a transaction."""
        return psycopg.connect(
            host=str(self.socket),
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=database,
            autocommit=True,
        )


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
        self._config = BASE | (config or {})
        self._account = server_account()
        self._socket = socket_folder(self.state, self._account)

    @property
    def account(self) -> Account:
        """As whom it runs."""
        return self._account

    @property
    def address(self) -> Address:
        """Where the server answers once it runs."""
        return Address(self.socket, PORT, OWNER, self._password())

    @property
    def socket(self) -> Path:
        """Folder of the socket: of the running server, else of the one that would start."""
        try:
            told = (self.data / "postmaster.pid").read_text("utf-8").splitlines()[4]
        except (OSError, IndexError):
            return self._socket
        return Path(told) if told and self.running() else self._socket

    @property
    def programs(self) -> Path:
        """Folder of the programs of PostgreSQL the account can run."""
        return readable(self._account, self.state)

    def start(self) -> Address:
        """Start the server unless it runs already; it goes on when this process ends.

        Raises:
            SosachError: DB-01 PostgreSQL does not start, with the end of its log; DB-02 its version does not fit;
                DB-03 a folder belongs to somebody else or cannot be reached.
        """
        with self._alone():
            if not self.running():
                self._prepare()
                self._launch()
        return self.address

    def stop(self) -> bool:
        """Stop the server in good order; whether it ran.

        Raises:
            SosachError: DB-01, it does not end.
        """
        with self._alone():
            process = self._process()
            if process is None:
                return False
            process.send_signal(2)  # PostgreSQL's fast shutdown: running work is rolled back, everything is written
            if not _ended(process, START_SECONDS):
                raise self._failure("PostgreSQL không dừng.", "PostgreSQL does not stop.")
        return True

    def running(self) -> bool:
        """Whether our server runs: the process named in the data folder is a PostgreSQL that works in it."""
        return self._process() is not None

    def log_tail(self, lines: int = 20) -> str:
        """The end of what the server said last."""
        files = [self.state / "start.log", *(self.data / "log").glob("*.log")]
        there = sorted((file for file in files if file.is_file()), key=lambda file: file.stat().st_mtime)
        told = [line for file in there[-2:] for line in file.read_text("utf-8", "replace").splitlines()]
        return "\n".join(told[-lines:])

    def run(self, program: str, *arguments: str, environ: dict[str, str] | None = None) -> str:
        """Run one of PostgreSQL's programs as the server's account; what it printed.

        Raises:
            SosachError: DB-01, it failed; with the end of what it said.
        """
        done = subprocess.run(  # noqa: S603 - our own program, arguments of our own making  # nosec B603
            [self.programs / "bin" / program, *arguments],
            check=False,
            cwd="/",
            env=_ENVIRON | (environ or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **self._account.process(),  # type: ignore[call-overload] # arguments by name
        )
        if done.returncode != 0:
            said = "\n".join((done.stderr or done.stdout).splitlines()[-20:])
            raise SosachError(
                ErrorCode.DATABASE_DOWN,
                vi=f"{program} báo lỗi {done.returncode}:\n{said}",
                en=f"{program} failed with {done.returncode}:\n{said}",
            )
        return str(done.stdout)

    def _process(self) -> psutil.Process | None:
        """The server's main process; the number in the file alone proves nothing, numbers are used again."""
        try:
            lines = (self.data / "postmaster.pid").read_text("utf-8").splitlines()
            process = psutil.Process(int(lines[0]))
            ours = Path(process.cwd()) == self.data.resolve() and process.status() != psutil.STATUS_ZOMBIE
            ours = ours and "postgres" in Path(process.exe()).name
        except (OSError, ValueError, IndexError, psutil.Error):
            return None
        return process if ours else None

    def _prepare(self) -> None:
        require_reach(self._account, self.data / "PG_VERSION")
        self._own_socket()
        self._account.own(self.data)
        made = self.data / "PG_VERSION"
        if not made.is_file():
            self._initialise()
        self._same_major(made.read_text("ascii").strip())
        settings = self._config | {"unix_socket_directories": '"{}"'.format(str(self._socket).replace('"', '""'))}
        self._write(self.data / FILE, config_text(settings))
        self._write(self.state / "start.log", "")

    def _same_major(self, made_by: str) -> None:
        found = version(self.programs)
        if found.split(".")[0] != made_by:
            raise SosachError(
                ErrorCode.DATABASE_UNFIT,
                vi=f"Dữ liệu trong {self.data} thuộc PostgreSQL {made_by}, chương trình là {found}.",
                en=f"The data in {self.data} are of PostgreSQL {made_by}, the programs are {found}.",
                hint_vi="Dùng đúng chương trình (SOSACH_POSTGRES) hoặc thư mục SOSACH_STATE khác; nâng cấp bằng pg_upgrade.",
                hint_en="Use the right programs (SOSACH_POSTGRES) or another SOSACH_STATE; pg_upgrade brings data along.",
            )

    def _initialise(self) -> None:
        password_file = self._socket / "password"
        self._write(password_file, self._password(), mode=0o600)
        builtin = int(version(self.programs).split(".")[0]) >= 17
        locale = (
            ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
            if builtin
            else ("--locale=C.UTF-8",)
        )
        scram = ("-A", "scram-sha-256", f"--pwfile={password_file}")
        try:
            self.run("initdb", "-D", str(self.data), "-U", OWNER, *scram, *locale, "-k", "-E", "UTF8")
        finally:
            password_file.unlink(missing_ok=True)
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as stream:
            stream.write(f"\ninclude '{FILE}'\n")
            to_disk(stream)

    def _launch(self) -> None:
        """Start the main process without a shell between, and wait until it answers.

        It and all its children hold a lock for as long as any of them lives: what a killed server left behind is
        waited for, wherever it runs; two servers on one folder would destroy it.
        """
        with (self.state / "running.lock").open("w") as held, (self.state / "start.log").open("ab") as log:
            self._wait_for_orphans(held.fileno())
            # nobody runs here: files of a killed server would stop ours if its number is used again
            for left in (self.data / "postmaster.pid", *self._socket.glob(".s.PGSQL.*")):
                left.unlink(missing_ok=True)
            main = subprocess.Popen(  # noqa: S603 - our own program, arguments of our own making  # nosec B603
                [self.programs / "bin" / "postgres", "-D", str(self.data)],
                cwd=self.data,
                env=_ENVIRON,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(held.fileno(),),
                **self._account.process(),  # type: ignore[call-overload] # arguments by name
            )
        self._await_ready(main)

    def _wait_for_orphans(self, lock: int) -> None:
        deadline = time.monotonic() + ORPHAN_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise self._failure(
                        f"Thư mục {self.data} đang do một máy chủ khác dùng.", f"Another server works in {self.data}."
                    ) from None
                time.sleep(0.1)
            else:
                return

    def _await_ready(self, main: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if main.poll() is not None:
                raise self._failure("PostgreSQL không khởi động.", "PostgreSQL does not start.")
            try:
                lines = (self.data / "postmaster.pid").read_text("utf-8").splitlines()
            except FileNotFoundError:
                lines = []
            if len(lines) > 7 and lines[0] == str(main.pid) and lines[7].strip() == "ready":
                main.returncode = 0  # it goes on without us: nothing to wait for, nothing to warn of
                return
            time.sleep(0.02)
        raise self._failure("PostgreSQL khởi động quá lâu.", "PostgreSQL takes too long to start.")

    def _failure(self, vi: str, en: str) -> SosachError:
        tail = self.log_tail()
        return SosachError(ErrorCode.DATABASE_DOWN, vi=f"{vi}\n{tail}", en=f"{en}\n{tail}")

    def _own_socket(self) -> None:
        """Make the folder of the socket, or refuse one that is not ours: whoever owns it could play the server."""
        try:
            self._socket.mkdir(mode=0o700)
            self._account.take(self._socket)
        except FileExistsError:
            found = self._socket.lstat()
            if (
                not stat.S_ISDIR(found.st_mode)
                or found.st_uid != self._account.uid
                or stat.S_IMODE(found.st_mode) & 0o077
            ):
                raise SosachError(
                    ErrorCode.DATABASE_RIGHTS,
                    vi=f"{self._socket} không phải thư mục riêng của tài khoản chạy cơ sở dữ liệu.",
                    en=f"{self._socket} is not a folder of the database's own account, closed to others.",
                    hint_vi="Ai đó đã tạo nó; xem lại rồi xóa.",
                    hint_en="Somebody else made it; look into it, then remove it.",
                ) from None

    def _write(self, file: Path, text: str, mode: int = 0o644) -> None:
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as stream:
            stream.write(text)
            to_disk(stream)
        self._account.take(file)

    def _password(self) -> str:
        self._make_state()
        return kept_secret(self.state / "owner.password")

    def _make_state(self) -> None:
        if self.state.is_dir() and os.access(self.state, os.W_OK):
            return
        try:
            self.state.mkdir(parents=True, mode=0o711, exist_ok=True)
            if not os.access(self.state, os.W_OK):
                raise PermissionError(13, "not writable")
        except OSError as refused:
            raise SosachError(
                ErrorCode.DATABASE_RIGHTS,
                vi=f"Không tạo hoặc không ghi được thư mục {self.state}: {refused.strerror}.",
                en=f"The folder {self.state} cannot be made or written: {refused.strerror}.",
                hint_vi="Đặt SOSACH_STATE vào thư mục tài khoản này ghi được.",
                hint_en="Set SOSACH_STATE to a folder this account can write.",
            ) from refused

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two who start at once get one server: the second waits and finds it running."""
        self._make_state()
        with (self.state / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def socket_folder(state: Path, account: Account) -> Path:
    """Where the socket lies: below the state folder, or for long paths in a short one of the account's own."""
    inside = state / "socket"
    if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET and "," not in str(inside):
        return inside
    short = hashlib.blake2b(os.fsencode(state), digest_size=6).hexdigest()
    return SHORT / f"sosach-{account.uid}-{short}"


def _ended(process: psutil.Process, seconds: float) -> bool:
    """Wait for a process that need not be our child; one that only waits to be reaped by somebody else has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False
