"""Pictures of strangers, cleaned by jailed children: a small pool of waiting processes, started at the first picture."""

import atexit
import os
import queue
import socket
import subprocess  # nosec B404  # starts this interpreter with our own module, no shell
import sys
import threading
import time
from contextlib import suppress
from typing import Final

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.images.jail import Wall, walls_of
from sosach.base.images.kinds import READ, kind_of
from sosach.base.images.limits import EDGE, MAX_BYTES, MAX_EDGE, SECONDS, CleanPhoto
from sosach.base.images.refusals import PhotoRefusedError, Refusal, refusal_of_kind
from sosach.base.images.wire import ENDED, MOST_ANSWER, READY, REQUEST, Ended, read_answer

PATIENCE: Final = 10
"""Seconds somebody waits for a free child before being asked to come again."""

_START = 20  # seconds to load the decoders, on a busy machine
_GRACE = 2  # seconds the kernel has to end a child before we end it together with the process that waits for it


class _Waiting:
    """One waiting process, as its parent sees it; used by one thread at a time."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-m", "sosach.base.images.waiting", str(theirs.fileno())]
        # Nothing of our environment goes along: it names databases and keys.
        environ = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONUTF8": "1"}
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 # nosec B603 - our own module
                command,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environ,
                cwd="/",
                start_new_session=True,
            )
        self._control.settimeout(_START)
        self.last: Ended | None = None
        self.walls: frozenset[Wall] = frozenset()
        try:
            ready = self._control.recv(1)
        except OSError:
            ready = b""
        if ready != READY:
            self.end()
            raise _busy()

    def develop(self, request: bytes, content: bytes) -> bytes:
        """Have a child work on a picture; gives what it answered, whatever that is.

        Raises:
            OSError: the waiting process is gone or does not answer.
        """
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                socket.send_fds(self._control, [b"p"], [theirs.fileno()])
            received = _conversation(ours, request, content)
        self._control.settimeout(SECONDS + 2 * _GRACE)
        told = b""
        while len(told) < ENDED.size:
            part = self._control.recv(ENDED.size - len(told))
            if not part:
                raise ConnectionError("the waiting process is gone")
            told += part
        status, kibibytes, seconds, bits = ENDED.unpack(told)
        self.last, self.walls = Ended(status, kibibytes * 1024, seconds), walls_of(bits)
        return received

    def end(self) -> None:
        """End the process; a child of it ends with it."""
        self._control.close()
        self._process.kill()
        self._process.wait()


def _conversation(ours: socket.socket, request: bytes, content: bytes) -> bytes:
    """Send the picture, read until the child closes its end; no longer than a child may live."""
    deadline = time.monotonic() + SECONDS + _GRACE
    received = bytearray()
    with suppress(OSError):  # a child that ended early, or too late: what it said so far is judged
        ours.settimeout(SECONDS + _GRACE)
        ours.sendall(request)
        ours.sendall(content)
        while len(received) <= MOST_ANSWER and (left := deadline - time.monotonic()) > 0:
            ours.settimeout(left)
            part = ours.recv(1 << 18)
            if not part:
                break
            received += part
    return bytes(received)


class PhotoJail:
    """Waiting processes, as many as pictures are worked on at once.

    Args:
        size: how many; each picture may hold half a gigabyte for a moment.
    """

    def __init__(self, size: int = 2) -> None:
        self._size = size
        self._free: queue.LifoQueue[_Waiting | None] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._owner = 0  # a forked copy of this process must not speak through its parent's sockets

    def clean(self, content: bytes, *, edge: int = EDGE, codes: bool = False, measure: bool = False) -> CleanPhoto:
        """The picture written anew as an upright JPEG without metadata, `edge` pixels at its longer side at most.

        Args:
            content: the file as it came; what it is called and said to be does not matter.
            edge: longer side in pixels.
            codes: read QR codes as well.
            measure: say what the picture is like.

        Raises:
            PhotoRefusedError: INPUT-07, it is not taken; the text says why and what to do.
            SosachError: SERVER-02, too many pictures at once.
            ValueError: an edge out of bounds.
        """
        photo, _ = self.clean_and_measure(content, edge=edge, codes=codes, measure=measure)
        if isinstance(photo, Refusal):
            raise PhotoRefusedError(photo)
        return photo

    def clean_and_measure(
        self, content: bytes, *, edge: int = EDGE, codes: bool = False, measure: bool = False
    ) -> tuple[CleanPhoto | Refusal, Ended | None]:
        """As `clean`, with a refusal as a value, and what the child cost; no cost when no child was asked.

        Raises:
            SosachError: SERVER-02, too many pictures at once.
            ValueError: an edge out of bounds.
        """
        if not 0 < edge <= MAX_EDGE:
            raise ValueError(f"an edge of {edge} pixels")
        if (refusal := _refused_unseen(content)) is not None:
            return refusal, None
        request = REQUEST.pack(edge, codes, measure, len(content))
        for _ in range(2):  # a waiting process that ended since the last picture is no fault of this one
            waiting = self._taken()
            try:
                received = waiting.develop(request, content)
            except OSError:
                waiting.end()
                self._free.put(None)
                continue
            self._free.put(waiting)
            result = read_answer(received)
            whole = result is not None and waiting.last is not None and waiting.last.status == 0
            return (result if result is not None and whole else Refusal.TOO_COSTLY), waiting.last
        return Refusal.TOO_COSTLY, None

    def walls(self) -> frozenset[Wall]:
        """The walls that stood around the last picture; none before the first."""
        waiting = self._taken()
        self._free.put(waiting)
        return waiting.walls

    def close(self) -> None:
        """End the waiting processes; the next picture starts them anew."""
        with self._lock, suppress(queue.Empty):
            while True:
                waiting = self._free.get_nowait()
                if waiting is not None and self._owner == os.getpid():
                    waiting.end()
        self._owner = 0

    def _taken(self) -> _Waiting:
        with self._lock:
            if self._owner != os.getpid():
                self._free = queue.LifoQueue()
                for _ in range(self._size):
                    self._free.put(None)
                self._owner = os.getpid()
        try:
            waiting = self._free.get(timeout=PATIENCE)
        except queue.Empty:
            raise _busy() from None
        if waiting is not None:
            return waiting
        try:
            return _Waiting()
        except BaseException:
            self._free.put(None)
            raise


def _refused_unseen(content: bytes) -> Refusal | None:
    """Why a file is refused before any child sees it."""
    if not content:
        return Refusal.EMPTY
    if len(content) > MAX_BYTES:
        return Refusal.TOO_LONG
    kind = kind_of(content)
    return None if kind in READ else refusal_of_kind(kind)


def _busy() -> SosachError:
    return SosachError(
        ErrorCode.SERVER_BUSY,
        vi="Hệ thống đang xử lý quá nhiều ảnh cùng lúc.",
        en="Too many photos are being worked on at the same time.",
        hint_vi="Chờ khoảng một phút rồi gửi lại; những gì đã nhập vẫn còn.",
        hint_en="Wait about a minute and send it again; what you entered is still there.",
    )


JAIL: Final = PhotoJail()
"""The jail of this process."""

atexit.register(JAIL.close)


def clean_photo(content: bytes, *, edge: int = EDGE, codes: bool = False, measure: bool = False) -> CleanPhoto:
    """`PhotoJail.clean` of this process's jail.

    Raises:
        PhotoRefusedError: INPUT-07, it is not taken; the text says why and what to do.
        SosachError: SERVER-02, too many pictures at once.
    """
    return JAIL.clean(content, edge=edge, codes=codes, measure=measure)
