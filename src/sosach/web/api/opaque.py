"""Names for records and places in lists that tell nothing: references instead of ids, sealed cursors instead of keys."""

import base64
import hashlib
import json
import secrets
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from sosach.base.errors import ErrorCode, SosachError

_NONCE = 12


class Ref:
    """A reference as a caller sends it; `key()` is the id it stands for.

    One block of AES over kind and id: the same record has the same reference for ever, neighbours look unrelated, and a
    made-up reference is one in 2^64 to mean anything.
    """

    KIND: ClassVar[str] = ""

    def __init__(self, told: UUID) -> None:
        self.told = told

    def key(self) -> int:
        """The id.

        Raises:
            SosachError: STATE-01, it stands for no record of that kind.
        """
        return read_reference(self.KIND, self.told)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """A UUID outside, a `Ref` inside."""
        return core_schema.no_info_after_validator_function(cls, core_schema.uuid_schema())


@cache
def ref_type(kind: str) -> type[Ref]:
    """The type of references to records of a kind (`person`, `vehicle` …)."""
    return type(f"{kind.title()}Ref", (Ref,), {"KIND": kind})


def reference(kind: str, key: int) -> UUID:
    """The reference of a record."""
    block = _kind(kind) + key.to_bytes(8, "big")
    return UUID(bytes=_cipher().encryptor().update(block))


def read_reference(kind: str, told: UUID) -> int:
    """The id a reference stands for.

    Raises:
        SosachError: STATE-01, it stands for no record of that kind.
    """
    block = _cipher().decryptor().update(told.bytes)
    if not secrets.compare_digest(block[:8], _kind(kind)) or block[8] & 0x80:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có bản ghi này.", en="There is no such record.")
    return int.from_bytes(block[8:], "big")


def seal_cursor(place: Any, *, about: str) -> str:
    """A place in a list as a text that tells nothing and holds for this list and caller only.

    Args:
        place: key of the last row shown, as JSON has it.
        about: which list, of whom, asked how.
    """
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(_key("cursor")).encrypt(nonce, json.dumps(place).encode(), about.encode())
    return base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode()


def open_cursor(text: str, *, about: str) -> Any:
    """The place a cursor names.

    Raises:
        SosachError: STATE-04, it was not made for this list.
    """
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return json.loads(AESGCM(_key("cursor")).decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()))
    except (ValueError, InvalidTag) as wrong:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Con trỏ không thuộc danh sách này.",
            en="The cursor does not belong to this list.",
            hint_vi="Bắt đầu lại từ trang đầu.",
            hint_en="Begin again with the first page.",
        ) from wrong


def _kind(kind: str) -> bytes:
    return hashlib.sha256(kind.encode()).digest()[:8]


@cache
def _cipher() -> Cipher[modes.ECB]:
    # one block only, and the same record must have the same reference: there is nothing for a mode to hide
    return Cipher(algorithms.AES(_key("reference")), modes.ECB())  # noqa: S305 # nosec B305


@cache
def _key(use: str) -> bytes:
    return hashlib.blake2b(use.encode(), key=settings.SOSACH_REFERENCE_KEY.encode()[:64], digest_size=32).digest()
