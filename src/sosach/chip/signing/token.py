"""Keys in a token (PKCS#11), made there and never taken out. Needs the package python-pkcs11, which is optional."""

import hashlib
import os
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sosach.chip.signing.ports import KeyKind, SignatureAlgorithm
from sosach.chip.signing.public_keys import CURVES, RSA_BITS, PublicKey, key_id_of, kind_of, spki_of
from sosach.chip.signing.refusals import does_not_open, unusable
from sosach.chip.signing.software import NONCE

try:
    pkcs11: Any = import_module("pkcs11")  # optional: a type checker must not depend on its being there
except ImportError:
    pkcs11 = None

_OIDS = {
    KeyKind.P256: "06082a8648ce3d030107",
    KeyKind.P384: "06052b81040022",
    KeyKind.BRAINPOOL384: "06092b240303020801010b",
    KeyKind.BRAINPOOL512: "06092b240303020801010d",
}
_CURVES_BY_OID = {bytes.fromhex(oid): kind for kind, oid in _OIDS.items()}


class Token:
    """A token with somebody logged in. A process logs in once and opens no token before it forks."""

    def __init__(self, *, module: Path, label: str, pin: str) -> None:
        """Log in.

        Raises:
            SosachError: KEY-01 the package, the module or the token is missing, or the PIN is wrong.
        """
        if pkcs11 is None:
            raise unusable("python-pkcs11 is not installed", vi="chưa cài python-pkcs11")
        try:
            token = pkcs11.lib(str(module)).get_token(token_label=label)
            try:
                self.session: Any = token.open(user_pin=pin, rw=True)
            except pkcs11.exceptions.UserAlreadyLoggedIn:  # another part of this process: the login is shared
                self.session = token.open(rw=True)
        except (RuntimeError, pkcs11.exceptions.PKCS11Error) as failure:
            raise unusable(f"{type(failure).__name__} {failure}".strip()) from failure

    def close(self) -> None:
        """Log out."""
        self.session.close()

    def key(self, label: str, kind: str) -> Any:
        """A key by its label and class (`PRIVATE_KEY`, `PUBLIC_KEY`, `SECRET_KEY`).

        Raises:
            SosachError: KEY-01 there is none, or more than one.
        """
        try:
            return self.session.get_key(object_class=pkcs11.ObjectClass[kind], label=label)
        except pkcs11.exceptions.PKCS11Error as failure:
            raise unusable(f"{label}: {type(failure).__name__}") from failure

    def holds(self, label: str) -> bool:
        """Whether any object bears the label."""
        return any(True for _ in self.session.get_objects({pkcs11.Attribute.LABEL: label}))

    def labels(self) -> list[str]:
        """Labels of the secret keys."""
        wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY}
        return [str(found.label) for found in self.session.get_objects(wanted)]

    def destroy(self, label: str) -> None:
        """Destroy every object of a label: a key of a ceremony that was broken off, a wrapping key after rotation."""
        for found in list(self.session.get_objects({pkcs11.Attribute.LABEL: label})):
            found.destroy()


@cache
def opened_token(module: Path, label: str, pin: str) -> Token:
    """The one session of this process with a token; opened at the first use, which is after every fork.

    Raises:
        SosachError: KEY-01 it does not open.
    """
    return Token(module=module, label=label, pin=pin)


class TokenSigner:
    """A signing key of a token, found by its label."""

    def __init__(self, token: Token, label: str) -> None:
        """Find the key.

        Raises:
            SosachError: KEY-01 there is no such key, or of a kind that signs no documents.
        """
        public = _public_key(token.key(label, "PUBLIC_KEY"))
        self.label = label
        self.kind: KeyKind = kind_of(public)
        self.algorithm: SignatureAlgorithm = self.kind.algorithm
        self.key_id: str = key_id_of(public)
        self.public_key: bytes = spki_of(public)
        self._sign = token.key(label, "PRIVATE_KEY").sign
        self._digest = getattr(hashlib, self.algorithm.digest)
        self._order = CURVES[self.kind].group_order if self.kind in CURVES else 0
        self._half = self._order // 2
        self._mechanism = pkcs11.Mechanism.ECDSA if self._order else pkcs11.Mechanism.SHA256_RSA_PKCS

    @classmethod
    def make(cls, token: Token, label: str, kind: KeyKind) -> "TokenSigner":
        """Make a key pair in the token: sensitive, not extractable.

        Raises:
            SosachError: KEY-01 there is a key of that label, or the token cannot make one.
        """
        if token.holds(label):
            raise unusable(f"{label} exists already", vi=f"đã có {label}")
        try:
            _make_pair(token, label, kind)
        except pkcs11.exceptions.PKCS11Error as failure:
            raise unusable(f"{label}: {type(failure).__name__}") from failure
        return cls(token, label)

    def sign(self, message: bytes) -> bytes:
        """Sign; see `Signer`.

        Raises:
            SosachError: KEY-01 the token is gone or refuses.
        """
        order = self._order
        try:
            made = self._sign(self._digest(message).digest() if order else message, mechanism=self._mechanism)
        except pkcs11.exceptions.PKCS11Error as failure:
            raise unusable(f"{self.label}: {type(failure).__name__}") from failure
        if not order:
            return bytes(made)
        half = len(made) // 2
        second = int.from_bytes(made[half:])
        return encode_dss_signature(int.from_bytes(made[:half]), second if second <= self._half else order - second)


class TokenWrapper:
    """A wrapping key of a token (AES-256-GCM), found by its label, which is its name."""

    def __init__(self, token: Token, label: str) -> None:
        """Find the key.

        Raises:
            SosachError: KEY-01 there is no such key.
        """
        key = token.key(label, "SECRET_KEY")
        self.key_id: str = label
        self._encrypt, self._decrypt = key.encrypt, key.decrypt

    @classmethod
    def make(cls, token: Token, label: str) -> "TokenWrapper":
        """Make the key in the token: sensitive, not extractable.

        Raises:
            SosachError: KEY-01 there is a key of that label, or the token cannot make one.
        """
        if token.holds(label):
            raise unusable(f"{label} exists already", vi=f"đã có {label}")
        flags = pkcs11.MechanismFlag
        try:
            token.session.generate_key(
                pkcs11.KeyType.AES, 256, store=True, label=label, template=_never_out(),
                capabilities=flags.ENCRYPT | flags.DECRYPT,
            )  # fmt: skip
        except pkcs11.exceptions.PKCS11Error as failure:
            raise unusable(f"{label}: {type(failure).__name__}") from failure
        return cls(token, label)

    def wrap(self, key: bytes, *, bound_to: bytes) -> bytes:
        """Wrap a data key; see `Wrapper`.

        Raises:
            SosachError: KEY-01 the token is gone or refuses.
        """
        nonce = os.urandom(NONCE)
        try:
            return nonce + bytes(self._encrypt(key, **_gcm(nonce, bound_to)))
        except pkcs11.exceptions.PKCS11Error as failure:
            raise unusable(f"{self.key_id}: {type(failure).__name__}") from failure

    def unwrap(self, wrapped: bytes, *, bound_to: bytes) -> bytes:
        """The data key; see `Wrapper`. Tokens answer a wrong tag with errors of several names."""
        try:
            return bytes(self._decrypt(wrapped[NONCE:], **_gcm(wrapped[:NONCE], bound_to)))
        except _gone() as failure:
            raise unusable(f"{self.key_id}: {type(failure).__name__}") from failure
        except pkcs11.exceptions.PKCS11Error as failure:
            raise does_not_open() from failure


def _gcm(nonce: bytes, bound_to: bytes) -> dict[str, Any]:
    return {"mechanism": pkcs11.Mechanism.AES_GCM, "mechanism_param": pkcs11.GCMParams(nonce, bound_to)}


def _gone() -> tuple[type[Exception], ...]:
    """What a token says when it is not there any more, which is no word on what it should open."""
    told = pkcs11.exceptions
    return (told.DeviceError, told.DeviceRemoved, told.SessionClosed, told.SessionHandleInvalid, told.UserNotLoggedIn)


def _never_out() -> dict[Any, bool]:
    kinds = pkcs11.Attribute
    return {kinds.SENSITIVE: True, kinds.EXTRACTABLE: False}


def _make_pair(token: Token, label: str, kind: KeyKind) -> None:
    flags = pkcs11.MechanismFlag
    wanted = {
        "store": True,
        "label": label,
        "private_template": _never_out(),
        "capabilities": flags.SIGN | flags.VERIFY,
    }
    if kind in CURVES:
        curve = {pkcs11.Attribute.EC_PARAMS: bytes.fromhex(_OIDS[kind])}
        token.session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True).generate_keypair(**wanted)
    else:
        token.session.generate_keypair(pkcs11.KeyType.RSA, RSA_BITS[kind], **wanted)


def _public_key(found: Any) -> PublicKey:
    names = pkcs11.Attribute
    if found.key_type == pkcs11.KeyType.RSA:
        modulus, exponent = (int.from_bytes(found[name]) for name in (names.MODULUS, names.PUBLIC_EXPONENT))
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    kind = _CURVES_BY_OID.get(bytes(found[names.EC_PARAMS]))
    if found.key_type != pkcs11.KeyType.EC or kind is None:
        raise unusable("keys of this kind sign no documents", vi="loại khóa này không ký giấy tờ")
    point = bytes(found[names.EC_POINT])
    coordinates = 2 * ((CURVES[kind].key_size + 7) // 8)
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVES[kind], b"\x04" + point[-coordinates:])
