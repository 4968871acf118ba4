"""A reader around libeac3 (OpenPACE, Frank Morgner): PACE and the cryptography of secure messaging are the library's own.

What is written here is the frame it leaves to its callers: the objects of PACE's commands and of protected messages.
"""

import ctypes
from collections.abc import Callable

_MRZ, _CAN = 1, 2
_PACE = 0
_PIECE = 200
_APPLICATION = bytes.fromhex("a0000002471001")


class _Bytes(ctypes.Structure):
    _fields_ = (
        ("length", ctypes.c_size_t),
        ("data", ctypes.POINTER(ctypes.c_ubyte)),
        ("max", ctypes.c_size_t),
        ("flags", ctypes.c_ulong),
    )


_Buffer = ctypes.POINTER(_Bytes)
_GIVES_BYTES = (
    "BUF_MEM_create_init",
    "PACE_STEP3A_generate_mapping_data",
    "PACE_STEP3B_generate_ephemeral_key",
    "PACE_STEP3D_compute_authentication_token",
    "EAC_encrypt",
    "EAC_decrypt",
    "EAC_authenticate",
    "EAC_add_iso_pad",
    "EAC_remove_iso_pad",
)


class RefusedError(Exception):
    """The chip answered with another word than 9000."""


class EacReader:
    """Reads cards through `transmit`."""

    def __init__(self, transmit: Callable[[bytes], bytes]) -> None:
        self._transmit = transmit
        self._library = ctypes.CDLL("libeac.so.3")
        for name in _GIVES_BYTES:
            getattr(self._library, name).restype = _Buffer
        for name in ("EAC_CTX_new", "PACE_SEC_new"):
            getattr(self._library, name).restype = ctypes.c_void_p
        self._library.EAC_init()
        self._context = ctypes.c_void_p()

    def read(self, password: str, identifiers: list[int], *, can: bool = False) -> dict[int, bytes]:
        """EF.CardAccess and the files of a card, opened by the 90 characters of its MRZ or by its CAN."""
        access = self._card_access()
        self._context = ctypes.c_void_p(self._library.EAC_CTX_new())
        try:
            if self._library.EAC_CTX_init_ef_cardaccess(access, ctypes.c_size_t(len(access)), self._context) != 1:
                raise AssertionError("EF.CardAccess not understood")
            self._pace(password, access, _CAN if can else _MRZ)
            self._secure(0xA4, 0x04, 0x0C, _APPLICATION)
            return {0x011C: access} | {identifier: self._file(identifier) for identifier in identifiers}
        finally:
            self._library.EAC_CTX_clear_free(self._context)

    def _card_access(self) -> bytes:
        self._plain("00a4000c023f00")
        self._plain("00a4020c02011c")
        return self._plain("00b0000000")

    def _plain(self, command: str) -> bytes:
        answer = self._transmit(bytes.fromhex(command))
        if answer[-2:] != b"\x90\x00":
            raise RefusedError(answer[-2:].hex())
        return answer[:-2]

    def _pace(self, password: str, access: bytes, kind: int) -> None:
        lib, context = self._library, self._context
        secret = ctypes.c_void_p(lib.PACE_SEC_new(password.encode(), ctypes.c_size_t(len(password)), kind))
        if not secret:
            raise AssertionError("libeac does not take the password")
        oid = access[access.index(b"\x06\x0a") + 2 :][:10]
        choice = b"\x80\x0a" + oid + b"\x83\x01" + bytes([kind])
        self._plain((b"\x00\x22\xc1\xa4" + bytes([len(choice)]) + choice).hex())
        hidden = self._step(b"", 0x80)
        _right(lib.PACE_STEP2_dec_nonce(context, secret, self._buffer(hidden)))
        mapping = lib.PACE_STEP3A_generate_mapping_data(context)
        _right(lib.PACE_STEP3A_map_generator(context, self._buffer(self._step(_tlv(0x81, _of(mapping)), 0x82))))
        key = lib.PACE_STEP3B_generate_ephemeral_key(context)
        theirs = self._buffer(self._step(_tlv(0x83, _of(key)), 0x84))
        _right(lib.PACE_STEP3B_compute_shared_secret(context, theirs))
        _right(lib.PACE_STEP3C_derive_keys(context))
        token = lib.PACE_STEP3D_compute_authentication_token(context, theirs)
        proof = self._step(_tlv(0x85, _of(token)), 0x86, last=True)
        _right(lib.PACE_STEP3D_verify_authentication_token(context, self._buffer(proof)))
        _right(lib.EAC_CTX_set_encryption_ctx(context, _PACE))
        _right(lib.EAC_reset_ssc(context))

    def _step(self, message: bytes, wanted: int, *, last: bool = False) -> bytes:
        body = _tlv(0x7C, message)
        answer = self._plain((bytes([0 if last else 0x10, 0x86, 0, 0, len(body)]) + body + b"\0").hex())
        inner = dict(_parts(dict(_parts(answer))[0x7C]))
        return inner[wanted]

    def _file(self, identifier: int) -> bytes:
        self._secure(0xA4, 0x02, 0x0C, identifier.to_bytes(2))
        content = self._secure(0xB0, 0, 0, expected=6)
        wide = content[1] & 0x7F if content[1] & 0x80 else 0
        size = 2 + wide + (int.from_bytes(content[2 : 2 + wide]) if wide else content[1])
        while len(content) < size:
            at = len(content)
            content += self._secure(0xB0, at >> 8, at & 0xFF, expected=min(_PIECE, size - at))
        return content[:size]

    def _secure(self, ins: int, p1: int, p2: int, content: bytes = b"", expected: int | None = None) -> bytes:
        lib, context = self._library, self._context
        _right(lib.EAC_increment_ssc(context))
        body = b""
        if content:
            padded = lib.EAC_add_iso_pad(context, self._buffer(content))
            body += _tlv(0x87, b"\x01" + _of(lib.EAC_encrypt(context, padded)))
        if expected is not None:
            body += bytes([0x97, 1, expected & 0xFF])
        header = _of(lib.EAC_add_iso_pad(context, self._buffer(bytes([0x0C, ins, p1, p2]))))
        body += _tlv(0x8E, self._mac(header + body))
        answer = self._transmit(bytes([0x0C, ins, p1, p2, len(body)]) + body + b"\0")
        _right(lib.EAC_increment_ssc(context))
        return self._opened(answer)

    def _opened(self, answer: bytes) -> bytes:
        lib, context = self._library, self._context
        parts = _parts(answer[:-2])
        told = dict(parts)
        covered = b"".join(_tlv(tag, value) for tag, value in parts if tag != 0x8E)
        covered_buffer = lib.EAC_add_iso_pad(context, self._buffer(covered))
        if 0x8E not in told or lib.EAC_verify_authentication(context, covered_buffer, self._buffer(told[0x8E])) != 1:
            raise AssertionError(f"answer not proved: {answer[-2:].hex()}")
        if told[0x99] != b"\x90\x00":
            raise RefusedError(told[0x99].hex())
        if 0x87 not in told:
            return b""
        plain = lib.EAC_decrypt(context, self._buffer(told[0x87][1:]))
        return _of(lib.EAC_remove_iso_pad(plain))

    def _mac(self, message: bytes) -> bytes:
        padded = self._library.EAC_add_iso_pad(self._context, self._buffer(message))
        return _of(self._library.EAC_authenticate(self._context, padded))

    def _buffer(self, content: bytes) -> ctypes._Pointer:
        return self._library.BUF_MEM_create_init(content, ctypes.c_size_t(len(content)))


def _of(buffer: ctypes._Pointer) -> bytes:
    if not buffer:
        raise AssertionError("libeac gave nothing")
    return ctypes.string_at(buffer.contents.data, buffer.contents.length)


def _right(answer: int) -> None:
    if answer != 1:
        raise AssertionError("libeac refused")


def _tlv(tag: int, value: bytes) -> bytes:
    size = len(value)
    length = bytes([size]) if size < 0x80 else bytes([0x81, size]) if size < 0x100 else b"\x82" + size.to_bytes(2)
    return bytes([tag]) + length + value


def _parts(content: bytes) -> list[tuple[int, bytes]]:
    found = []
    while content:
        wide = content[1] & 0x7F if content[1] & 0x80 else 0
        size = int.from_bytes(content[2 : 2 + wide]) if wide else content[1]
        found.append((content[0], content[2 + wide : 2 + wide + size]))
        content = content[2 + wide + size :]
    return found
