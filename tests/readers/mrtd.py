"""The reader libmrtd (Ruben Undheim): Basic Access Control, secure messaging and reading of files are all its own.

It speaks to a contactless reader through one call of libnfc; a few lines of C put a function of ours in that call's place.
"""

import ctypes
import subprocess
from collections.abc import Callable
from pathlib import Path

_SHIM = """
int (*carry)(const void *, unsigned long, void *, unsigned long);
int nfc_initiator_transceive_bytes(void *d, const void *tx, unsigned long n, void *rx, unsigned long room, int t)
{ return carry(tx, n, rx, room); }
"""
_Carry = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong)
_APPLICATION = bytes.fromhex("00a4040c07a0000002471001")
_LARGEST = 65_536


class MrtdReader:
    """Reads cards through `transmit`."""

    def __init__(self, transmit: Callable[[bytes], bytes], folder: Path) -> None:
        self._transmit = transmit
        shim = folder / "carry.so"
        (folder / "carry.c").write_text(_SHIM, encoding="ascii")
        subprocess.run(["gcc", "-shared", "-fPIC", "-nostdlib", "-o", shim, folder / "carry.c"], check=True)
        placed = ctypes.CDLL(str(shim), mode=ctypes.RTLD_GLOBAL)
        self._carry = _Carry(self._carried)  # kept: the library calls it later
        ctypes.c_void_p.in_dll(placed, "carry").value = ctypes.cast(self._carry, ctypes.c_void_p).value
        self._library = ctypes.CDLL("libmrtd.so.0")

    def read(self, information: str, identifiers: list[int]) -> dict[int, bytes]:
        """The files of a card, opened by what its MRZ says."""
        if self._transmit(_APPLICATION) != b"\x90\x00":
            raise AssertionError("no application")
        encryption, authentication = ctypes.create_string_buffer(16), ctypes.create_string_buffer(16)
        counter = ctypes.c_uint64()
        self._library.mrtd_bac_randomize_rndifd_kifd()
        keys = (encryption, authentication, ctypes.byref(counter))
        if self._library.mrtd_bac_keyhandshake(None, information.encode("ascii"), *keys) != 0:
            raise AssertionError("BAC failed")
        files = {}
        for identifier in identifiers:
            room, size = ctypes.create_string_buffer(_LARGEST), ctypes.c_int()
            name = identifier.to_bytes(2)
            if self._library.mrtd_fileread_read(None, name, room, ctypes.byref(size), *keys) != 0:
                raise AssertionError(f"{identifier:04X} not read")
            files[identifier] = room.raw[: size.value]
        return files

    def _carried(self, command: int, length: int, answer: int, room: int) -> int:
        received = self._transmit(ctypes.string_at(command, length))
        if len(received) > room:
            return -1
        ctypes.memmove(answer, received, len(received))
        return len(received)
