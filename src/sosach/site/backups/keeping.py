"""What stands between an installation and a lost disk: its last backup, its archived log, its last drill; and how old they are."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from sosach.site.backups.making import ARCHIVE, LAST
from sosach.site.databases import is_embedded, state_folder
from sosach.site.fitness import Fault
from sosach.site.roles import Connection

DRILL = "last-drill.json"
LOG_OLD = timedelta(minutes=5)  # the log is archived every minute; a few may fail
BACKUP_OLD = timedelta(days=7)
DRILL_OLD = timedelta(days=183)
_SEGMENT = 24  # letters of the name of a piece of the log
_NEVER = Fault("chưa có", "none yet")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept, and since when.

    Attributes:
        backup_at: moment of the last backup of this installation; None: none was made here.
        backup: its folder.
        archives: whether the log is archived.
        archived_at: when its newest piece was archived.
        waiting: pieces that wait for the archive.
        waiting_since: since when the first of them waits.
        timeout: after how many seconds a piece that is not full is archived; 0: only when it is full.
        drill_at: when a backup of this installation was last restored to see whether it can be.
    """

    backup_at: datetime | None = None
    backup: str = ""
    archives: bool = False
    archived_at: datetime | None = None
    waiting: int = 0
    waiting_since: datetime | None = None
    timeout: int = 60
    drill_at: datetime | None = None


def kept(database: Connection) -> Kept:
    """Look what is kept: in the state folder, and at the server."""
    backup, drill = _told(LAST), _told(DRILL)
    mode, timeout, last = _row(
        database,
        "SELECT current_setting('archive_mode'), (SELECT setting::int FROM pg_settings WHERE name = 'archive_timeout'), "
        "last_archived_time FROM pg_stat_archiver",
    )
    archives = str(mode) != "off"
    archived_at = last if isinstance(last, datetime) else None
    if is_embedded():
        link = state_folder() / ARCHIVE
        archives, archived_at = link.is_symlink(), _newest(link)
    pieces, since = waiting(database) if archives else (0, None)
    return Kept(
        backup_at=_moment(backup),
        backup=backup.get("folder", ""),
        archives=archives,
        archived_at=archived_at,
        waiting=pieces,
        waiting_since=since,
        timeout=int(str(timeout)),
        drill_at=_moment(drill),
    )


def waiting(database: Connection) -> tuple[int, datetime | None]:
    """Pieces of the log that wait for the archive, and since when."""
    try:
        with database.transaction():
            count, first = _row(
                database,
                "SELECT count(*), min(modification) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'",
            )
    except psycopg.errors.InsufficientPrivilege:  # an account without pg_monitor sees the last failure only
        failed, first = _row(
            database,
            "SELECT coalesce(last_failed_time > last_archived_time, failed_count > 0), last_archived_time "
            "FROM pg_stat_archiver",
        )
        count = int(bool(failed))
        first = first if failed else None
    return int(str(count)), first if isinstance(first, datetime) else None


def warnings(seen: Kept, *, at: datetime) -> list[Fault]:
    """What an administrator has to do about it, in words.

    >>> now = datetime(2026, 11, 22, tzinfo=UTC)
    >>> whole = Kept(now, "/b", True, now, drill_at=now)
    >>> warnings(whole, at=now + timedelta(days=1))
    []
    >>> warnings(whole, at=now + timedelta(days=9))[0].en
    'The last backup is 9 days old: make a new one with `sosach db backup`.'
    """
    return [*_of_backups(seen, at), *_of_the_log(seen, at)]


def _of_backups(seen: Kept, at: datetime) -> Iterator[Fault]:
    if seen.backup_at is None:
        yield Fault(
            "Chưa có bản sao lưu nào: nếu hỏng đĩa thì mất hết. Chạy `sosach db backup`.",
            "There is no backup: a broken disk takes everything. Run `sosach db backup`.",
        )
        return
    if at - seen.backup_at > BACKUP_OLD:
        days = (at - seen.backup_at).days
        yield Fault(
            f"Bản sao lưu gần nhất đã {days} ngày: tạo bản mới bằng `sosach db backup`.",
            f"The last backup is {days} days old: make a new one with `sosach db backup`.",
        )
    if seen.drill_at is None or at - seen.drill_at > DRILL_OLD:
        yield Fault(
            "Sáu tháng qua chưa diễn tập khôi phục: chạy `sosach db drill`.",
            "No backup was restored to try it within six months: run `sosach db drill`.",
        )


def _of_the_log(seen: Kept, at: datetime) -> Iterator[Fault]:
    if not seen.archives:
        if seen.backup_at is not None:
            yield Fault(
                "Nhật ký ghi không được lưu: chỉ khôi phục được đúng lúc sao lưu.",
                "The log is not archived: nothing after the backup can be restored.",
            )
    elif seen.waiting_since is not None and at - seen.waiting_since > LOG_OLD:
        minutes = int((at - seen.waiting_since).total_seconds() // 60)
        yield Fault(
            f"{seen.waiting} đoạn nhật ký chờ lưu đã {minutes} phút: xem thư mục lưu có còn đó, còn chỗ và ghi được không.",
            f"{seen.waiting} pieces of the log have waited {minutes} minutes for the archive: "
            "see whether its folder is there, has room and can be written.",
        )
    elif not 0 < seen.timeout <= LOG_OLD.total_seconds():
        yield Fault(
            f"archive_timeout = {seen.timeout}: phần nhật ký chưa đầy có thể lâu không được lưu; đặt 60.",
            f"archive_timeout = {seen.timeout}: a piece of the log that is not full may stay unarchived for long; set 60.",
        )


def ago(moment: datetime | None, lang: str, *, at: datetime) -> str:
    """How long ago something was, in words.

    >>> now = datetime(2026, 11, 22, tzinfo=UTC)
    >>> [ago(now - timedelta(seconds=s), "en", at=now) for s in (5, 300, 7200, 200000)]
    ['5 s ago', '5 min ago', '2 h ago', '2 days ago']
    >>> ago(None, "vi", at=now), ago(now, "vi", at=now)
    ('chưa có', '0 giây trước')
    """
    if moment is None:
        return str(getattr(_NEVER, lang))
    seconds = max(0, int((at - moment).total_seconds()))
    seconds_word, *words = {"vi": ("giây", "phút", "giờ", "ngày"), "en": ("s", "min", "h", "days")}[lang]
    found = f"{seconds} {seconds_word}"
    for size, word in zip((60, 3600, 86_400), words, strict=True):
        if seconds >= 2 * size:
            found = f"{seconds // size} {word}"
    return f"{found} trước" if lang == "vi" else f"{found} ago"


def note_drill(at: datetime, *, backup: Path, seconds: float) -> None:
    """Keep when a backup was restored to try it, and how long that took."""
    told = {"at": at.isoformat(), "folder": str(backup), "seconds": round(seconds, 1)}
    (state_folder() / DRILL).write_text(json.dumps(told), encoding="utf-8")


def _told(name: str) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((state_folder() / name).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _moment(told: dict[str, str]) -> datetime | None:
    return datetime.fromisoformat(told["at"]) if "at" in told else None


def _newest(archive: Path) -> datetime | None:
    """When the newest piece came into an archive; None when there is none, or its disk is away."""
    try:
        times = [file.stat().st_mtime for file in archive.iterdir() if len(file.name) == _SEGMENT]
    except OSError:
        return None
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _row(database: Connection, statement: str) -> tuple[object, ...]:
    found = database.execute(statement).fetchone()
    if found is None:
        raise LookupError("a question about the server without answer")
    return found
