"""Cards through PC/SC: libpcsclite called as any program calls it."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

_SYSTEM, _SHARED, _T1, _RESET, _LEAVE = 2, 2, 2, 1, 0
_LONGEST = 65_548


class _Request(ctypes.Structure):
    _fields_ = (("protocol", ctypes.c_ulong), ("length", ctypes.c_ulong))


class Card:
    """A connected card: `transmit` carries a command, `reset` takes its power for a moment."""

    def __init__(self, library: ctypes.CDLL, handle: ctypes.c_long) -> None:
        self.commands = 0
        self._library = library
        self._handle = handle
        self._request = _Request(_T1, ctypes.sizeof(_Request))
        self._room = ctypes.create_string_buffer(_LONGEST)

    def transmit(self, command: bytes) -> bytes:
        self.commands += 1
        length = ctypes.c_ulong(_LONGEST)
        _good(
            self._library.SCardTransmit(
                self._handle,
                ctypes.byref(self._request),
                command,
                ctypes.c_ulong(len(command)),
                None,
                self._room,
                ctypes.byref(length),
            )
        )
        return self._room.raw[: length.value]

    def reset(self) -> None:
        active = ctypes.c_ulong()
        _good(
            self._library.SCardReconnect(
                self._handle,
                ctypes.c_ulong(_SHARED),
                ctypes.c_ulong(_T1),
                ctypes.c_ulong(_RESET),
                ctypes.byref(active),
            )
        )


@contextmanager
def connected() -> Iterator[Card | None]:
    """The card in the first slot that holds one; None while none does."""
    library = ctypes.CDLL("libpcsclite.so.1")
    context, handle, active = ctypes.c_long(), ctypes.c_long(), ctypes.c_ulong()
    if library.SCardEstablishContext(ctypes.c_ulong(_SYSTEM), None, None, ctypes.byref(context)):
        yield None
        return
    names, room = ctypes.create_string_buffer(4_096), ctypes.c_ulong(4_096)
    found = None
    if not library.SCardListReaders(context, None, names, ctypes.byref(room)):
        for name in filter(None, names.raw[: room.value].split(b"\0")):
            answer = library.SCardConnect(
                context,
                name,
                ctypes.c_ulong(_SHARED),
                ctypes.c_ulong(_T1),
                ctypes.byref(handle),
                ctypes.byref(active),
            )
            if not answer:
                found = Card(library, handle)
                break
    try:
        yield found
    finally:
        if found is not None:
            library.SCardDisconnect(handle, ctypes.c_ulong(_LEAVE))
        library.SCardReleaseContext(context)


def _good(answer: int) -> None:
    if answer:
        raise OSError(f"PC/SC answered {answer & 0xFFFFFFFF:08X}")
