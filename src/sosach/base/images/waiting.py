"""The process that waits with decoders loaded and forks one jailed child for each picture: `python -m …images.waiting`.

It reads no picture itself. Each child sees one picture and is gone afterwards, so that nobody's file meets anybody else's.
"""

import os
import socket
import sys
from contextlib import suppress

from sosach.base.images.developing import develop, warm_up
from sosach.base.images.jail import Wall, bits_of, close_the_jail, leave_the_world
from sosach.base.images.limits import MAX_BYTES
from sosach.base.images.refusals import PhotoRefusedError, Refusal
from sosach.base.images.wire import ENDED, READY, REQUEST, answer


def wait(control: socket.socket) -> None:
    """Fork a child for every descriptor that comes in, one after the other; ends with the parent."""
    warm_up()
    outer = leave_the_world()
    control.sendall(READY)
    while True:
        _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not descriptors:
            return
        reader, writer = os.pipe()  # the child tells its walls before it looks at the picture
        child = os.fork()
        if child == 0:
            _one_picture(descriptors[0], writer, outer)
        os.close(descriptors[0])
        os.close(writer)
        bits = int.from_bytes(os.read(reader, 1), "big")
        os.close(reader)
        _, status, used = os.wait4(child, 0)
        control.sendall(
            ENDED.pack(os.waitstatus_to_exitcode(status), used.ru_maxrss, used.ru_utime + used.ru_stime, bits)
        )


def _one_picture(descriptor: int, writer: int, outer: set[Wall]) -> None:
    """The whole life of a child; never returns."""
    status = 1
    try:
        os.dup2(descriptor, 0)
        os.dup2(writer, 1)
        walls = close_the_jail()
        os.write(1, bytes([bits_of(walls | outer)]))
        os.close(1)
        _write(0, _developed())
        status = 0
    finally:
        os._exit(status)  # not the interpreter's way out: nothing of the waiting process is to be tidied up here


def _developed() -> bytes:
    edge, codes, measure, length = REQUEST.unpack(_read(0, REQUEST.size))
    if length > MAX_BYTES:
        return answer(Refusal.TOO_LONG)
    content = _read(0, length)
    try:
        return answer(develop(content, edge=edge, codes=codes, measure=measure))
    except PhotoRefusedError as refused:
        return answer(refused.refusal)
    except MemoryError:
        return answer(Refusal.TOO_COSTLY)
    except Exception:  # noqa: BLE001 - a decoder may raise anything over a hostile file; this process ends either way
        return answer(Refusal.DAMAGED)


def _read(descriptor: int, length: int) -> bytes:
    chunks, left = [], length
    while left:
        chunk = os.read(descriptor, min(left, 1 << 20))
        if not chunk:
            raise EOFError
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


if __name__ == "__main__":
    with suppress(ConnectionError), socket.socket(fileno=int(sys.argv[1])) as own_end:
        wait(own_end)
