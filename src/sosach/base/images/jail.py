"""The walls of the child that decodes pictures of strangers: no network, no files, bounded memory and time.

Each wall is built where the system offers it and the others stand without it. On Linux all of them stand for an ordinary user
except the empty network of its own, which needs the right to make one; the filter of system calls forbids sockets anyway.
"""

import ctypes
import os
import platform
import resource
import signal
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from sosach.base.images.limits import MEMORY, SECONDS


class Wall(StrEnum):
    """What holds the child in."""

    LIMITS = "limits"  # memory, processor, time, no new file descriptor, no byte written to a file, no process
    USER = "user"  # not the administrator
    NETWORK = "network"  # a network of its own without any device
    NO_NEW_RIGHTS = "no_new_rights"  # no program it starts could have more rights
    CALLS = "calls"  # only the system calls decoding needs


_WALLS: Final = tuple(Wall)
NOBODY: Final = 65_534
_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_FILTER = 2

# Numbers of the calls decoding needs (Linux: syscall_64.tbl, asm-generic/unistd.h). Files: read, write, close, lseek, fstat.
# Memory: mmap, mprotect, munmap, mremap, brk, madvise. Waiting: futex, sched_yield, rt_sigprocmask, rt_sigreturn. Asking:
# getpid, gettid, clock_gettime, gettimeofday, getrusage, getrandom. Ending: exit, exit_group.
_CALLS: Final = {
    "x86_64": (
        0xC000003E,
        (0, 1, 3, 5, 8, 9, 10, 11, 12, 14, 15, 24, 25, 28, 39, 60, 96, 98, 186, 202, 228, 231, 318),
    ),
    "aarch64": (
        0xC00000B7,
        (57, 62, 63, 64, 80, 93, 94, 98, 113, 124, 135, 139, 165, 169, 172, 178, 214, 215, 216, 222, 226, 233, 278),
    ),
}
_MAPPING: Final = {"x86_64": (9, 10), "aarch64": (222, 226)}  # mmap, mprotect
_LOAD, _EQUALS, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # refused calls answer EPERM
_EXECUTABLE = 4  # PROT_EXEC
_OTHER_NUMBERS = 0x40000000  # the x32 calls of x86-64
_DESCRIPTORS = 1024  # more than the waiting process ever has open


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("k", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("first", ctypes.POINTER(_Instruction)))


def bits_of(walls: set[Wall]) -> int:
    """Walls as bits, in the order they are declared."""
    return sum(1 << place for place, wall in enumerate(_WALLS) if wall in walls)


def walls_of(bits: int) -> frozenset[Wall]:
    """The walls some bits stand for."""
    return frozenset(wall for place, wall in enumerate(_WALLS) if bits >> place & 1)


def leave_the_world() -> set[Wall]:
    """For the process that waits with the decoders loaded: another user, another network. Its children inherit both."""
    walls = set()
    if _unshared():
        walls.add(Wall.NETWORK)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    if os.geteuid() != 0:
        walls.add(Wall.USER)
    _control(_PR_SET_DUMPABLE, 0)  # others of that user cannot look into it
    if _control(_PR_SET_NO_NEW_PRIVS, 1):
        walls.add(Wall.NO_NEW_RIGHTS)
    return walls


def close_the_jail() -> set[Wall]:
    """For the child of one picture: nothing is left but descriptors 0 and 1, memory to work in and a few seconds."""
    os.closerange(2, _DESCRIPTORS)
    _control(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    return {Wall.LIMITS} | ({Wall.CALLS} if _filter_calls() else set())


def _unshared() -> bool:
    """A network of its own; an ordinary user may make one inside a user space of its own, where that is permitted."""
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    if unshare is None:
        return False
    return bool(unshare(_CLONE_NEWNET) == 0 or unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def _control(option: int, value: int) -> bool:
    prctl: Callable[..., int] | None = getattr(ctypes.CDLL(None), "prctl", None)
    return prctl is not None and prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0


def _filter_calls() -> bool:
    """Refuse every system call but those listed, and memory that is to be executed; an allow-list cannot forget one."""
    machine = platform.machine()
    prctl: Callable[..., int] | None = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is None or machine not in _CALLS:
        return False
    instructions = _instructions(machine)
    program = _Program(len(instructions), (_Instruction * len(instructions))(*instructions))
    return prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_FILTER), ctypes.byref(program), 0, 0) == 0


def _instructions(machine: str) -> list[_Instruction]:
    architecture, allowed = _CALLS[machine]
    steps = [
        (_LOAD, 0, 0, 4),  # the architecture the call is made in
        (_EQUALS, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # number of the call
        (_AT_LEAST, 0, 1, _OTHER_NUMBERS),
        (_RETURN, 0, 0, _KILL),
    ]
    for call in _MAPPING[machine]:
        steps += [
            (_EQUALS, 0, 4, call),
            (_LOAD, 0, 0, 32),  # low half of the third argument: what the memory is for
            (_ANY_BIT, 0, 1, _EXECUTABLE),
            (_RETURN, 0, 0, _REFUSE),
            (_RETURN, 0, 0, _ALLOW),
        ]
    for call in allowed:
        steps += [(_EQUALS, 0, 1, call), (_RETURN, 0, 0, _ALLOW)]
    return [_Instruction(*step) for step in (*steps, (_RETURN, 0, 0, _REFUSE))]
