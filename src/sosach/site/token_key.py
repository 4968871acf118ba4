"""The sealing key in a token (PKCS#11): made there, never taken out. Needs the package python-pkcs11, which is optional."""

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.audit.rules.sealing import key_id_of

try:
    pkcs11: Any = import_module("pkcs11")  # optional: a type checker must not depend on its being there
except ImportError:
    pkcs11 = None

MODULE, TOKEN, PIN_FILE = "SOSACH_PKCS11_MODULE", "SOSACH_PKCS11_TOKEN", "SOSACH_PKCS11_PIN_FILE"
LABEL = "sosach-seal"
CURVE = b"\x13\x0cedwards25519"  # its name, as DER: what tokens have called it since PKCS#11 3.0
POINT = 32  # bytes of an Ed25519 public key, at the end of its encoding


class TokenKey:
    """An Ed25519 key in a token; the pair is made at the first use."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        """Open the token the environment names.

        Raises:
            SosachError: DB-03 the package, the module or the token is missing, or the PIN is wrong.
        """
        if pkcs11 is None:
            raise _unusable("python-pkcs11 is not installed")
        try:
            pin = Path(environ[PIN_FILE]).read_text("utf-8").strip()
            token = pkcs11.lib(environ[MODULE]).get_token(token_label=environ[TOKEN])
            self._session = token.open(user_pin=pin, rw=True)
            self._private, public = self._pair()
        except (KeyError, OSError, RuntimeError, pkcs11.exceptions.PKCS11Error) as failure:
            raise _unusable(f"{type(failure).__name__} {failure}".strip()) from failure
        self.public_key: bytes = bytes(public[pkcs11.Attribute.EC_POINT])[-POINT:]

    @property
    def key_id(self) -> str:
        """Name of the key."""
        return key_id_of(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature, made in the token."""
        return bytes(self._private.sign(message, mechanism=pkcs11.Mechanism.EDDSA))

    def close(self) -> None:
        """Log out of the token; a process is logged in to it once."""
        self._session.close()

    def _pair(self) -> tuple[Any, Any]:
        kinds = pkcs11.ObjectClass
        try:
            private = self._session.get_key(object_class=kinds.PRIVATE_KEY, label=LABEL)
            return private, self._session.get_key(object_class=kinds.PUBLIC_KEY, label=LABEL)
        except pkcs11.exceptions.NoSuchKey:
            curve = self._session.create_domain_parameters(
                pkcs11.KeyType.EC_EDWARDS,
                {pkcs11.Attribute.EC_PARAMS: CURVE},
                local=True,
            )
            made = curve.generate_keypair(
                mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label=LABEL,
                capabilities=pkcs11.MechanismFlag.SIGN | pkcs11.MechanismFlag.VERIFY,
            )  # fmt: skip
            return made[1], made[0]


def _unusable(why: str) -> SosachError:
    return SosachError(
        ErrorCode.DATABASE_RIGHTS,
        vi=f"Không dùng được thiết bị giữ khóa: {why}",
        en=f"The token that holds the key cannot be used: {why}",
        hint_vi="Xem docs/operations/sealing.md",
        hint_en="See docs/operations/sealing.md",
    )
