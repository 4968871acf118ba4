"""Power cuts: a file system on a loop device is shut down under a writing server; what was acknowledged has to be there.

Needs root, loop devices and `xfs_io` (package xfsprogs). Models the loss of every page the system had not flushed; not a
disk that lies about flushes. Kill -9 alone proves nothing: with fsync=off it loses nothing either.

    python benchmarks/registers/power_cut.py --cycles 20 --file-system ext4

The negative control runs with synchronous_commit=off and has to lose writes, or the bench itself is blind.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from sosach.site.embedded import EmbeddedServer

WRITERS = 4
IMAGE_MB = 1536
TOOLS = ("xfs_io", "mount", "umount")
CONTROL = {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_writer_flush_after": "0"}


@dataclass
class Figures:
    """What a series of cuts gave."""

    cycles: int = 0
    acknowledged: int = 0
    lost: int = 0
    cuts_with_loss: int = 0
    unacknowledged_kept: int = 0
    slowest_start: float = 0.0


class Disk:
    """A file system in a file that can lose its power."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._image, self.mounted = folder / "disk.img", folder / "mounted"
        self.mounted.mkdir()
        with self._image.open("wb") as image:
            image.truncate(IMAGE_MB << 20)
        subprocess.run([f"mkfs.{kind}", "-q", str(self._image)], check=True)

    def mount(self) -> None:
        """Switch on."""
        subprocess.run(["mount", "-o", "loop", str(self._image), str(self.mounted)], check=True)

    def cut(self) -> None:
        """Lose the power: whatever was not flushed is gone."""
        subprocess.run(["xfs_io", "-x", "-c", "shutdown", str(self.mounted)], check=True)

    def unmount(self) -> None:
        """Take it away; who still holds a file gets a moment to let go."""
        for _ in range(100):
            if subprocess.run(["umount", str(self.mounted)], check=False, capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise TimeoutError("the disk is still in use")


class Writers:
    """Commit numbered rows and remember which were acknowledged."""

    def __init__(self, server: EmbeddedServer, start: int) -> None:
        self.acknowledged: list[set[int]] = [set() for _ in range(WRITERS)]
        self._server, self._start = server, start
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def run(self, seconds: float, then: Disk) -> set[int]:
        """Write for some seconds, then cut the power while they go on; numbers that were acknowledged."""
        for thread in self._threads:
            thread.start()
        time.sleep(seconds)
        then.cut()
        _kill(self._server)
        for thread in self._threads:
            thread.join()
        return set().union(*self.acknowledged)

    def _write(self, writer: int) -> None:
        number = self._start + writer
        try:
            with self._server.address.connect("postgres") as connection:
                while True:
                    connection.execute("INSERT INTO written VALUES (%s, repeat('x', 200))", [number])
                    self.acknowledged[writer].add(number)
                    number += WRITERS
        except psycopg.Error:
            return  # the power is gone


def _kill(server: EmbeddedServer) -> None:
    """The machine is off: nothing of the server runs on."""
    data = server.data.resolve()
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and Path(process.cwd()).is_relative_to(data):
                os.kill(process.pid, signal.SIGKILL)
        except (psutil.Error, ProcessLookupError, OSError):
            continue
    while server.running():
        time.sleep(0.01)


def series(kind: str, cycles: int, seconds: float, config: dict[str, str]) -> Figures:
    """Cut the power again and again, and look every time."""
    figures = Figures()
    folder = Path(tempfile.mkdtemp(prefix="sosach-power-"))
    folder.chmod(0o711)
    disk = Disk(folder, kind)
    try:
        disk.mount()
        state = folder / "state"
        server = EmbeddedServer(state, config={"shared_buffers": "64MB", **config})
        server.account.own(disk.mounted / "data")
        state.mkdir(mode=0o711)
        (state / "data").symlink_to(disk.mounted / "data")  # the socket stays on a disk that keeps its power
        server.start()
        with server.address.connect("postgres") as connection:
            connection.execute("CREATE TABLE written (number bigint PRIMARY KEY, filling text)")
        start = 0
        for _ in range(cycles):
            start = _cycle(server, disk, seconds, start, figures)
        server.stop()
    finally:
        _kill(server)
        disk.unmount()
        shutil.rmtree(folder)
    return figures


def _cycle(server: EmbeddedServer, disk: Disk, seconds: float, start: int, figures: Figures) -> int:
    acknowledged = Writers(server, start).run(seconds, disk)
    disk.unmount()
    disk.mount()
    began = time.monotonic()
    server.start()
    figures.slowest_start = max(figures.slowest_start, time.monotonic() - began)
    with server.address.connect("postgres") as connection:
        rows = connection.execute("SELECT number FROM written WHERE number >= %s", [start]).fetchall()
        there = {int(str(number)) for (number,) in rows}
        whole = connection.execute("SELECT count(*) FROM written WHERE length(filling) = 200").fetchone()
        every = connection.execute("SELECT count(*) FROM written").fetchone()
    if whole != every:
        raise RuntimeError("rows came back damaged")
    lost = len(acknowledged - there)
    figures.cycles += 1
    figures.acknowledged += len(acknowledged)
    figures.lost += lost
    figures.cuts_with_loss += lost > 0
    figures.unacknowledged_kept += len(there - acknowledged)
    return max(acknowledged | there | {start}) + WRITERS + 1


def main() -> int:
    """Run both series; 0 when the safe one lost nothing and the control lost something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--control", type=int, default=5, help="cycles of the negative control")
    parser.add_argument("--seconds", type=float, default=1.5, help="of writing before each cut")
    parser.add_argument("--file-system", choices=("ext4", "xfs"), default="ext4")
    told = parser.parse_args()
    missing = [tool for tool in (*TOOLS, f"mkfs.{told.file_system}") if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        print(f"needs root and {', '.join(missing) or 'nothing else'}", file=sys.stderr)
        return 2
    safe = series(told.file_system, told.cycles, told.seconds, {})
    print(f"{told.file_system}, as shipped: {safe}", flush=True)
    control = series(told.file_system, told.control, told.seconds, CONTROL)
    print(f"{told.file_system}, synchronous_commit=off (has to lose): {control}", flush=True)
    return 0 if safe.lost == 0 and control.lost > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
