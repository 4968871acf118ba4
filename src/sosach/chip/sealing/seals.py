"""Sealing: each picture under a data key of its own, which a key in the token wraps. Keep the four parts; drop `wrapped_key` to erase.

What is sealed opens only for the person, modality and version it was sealed for: both layers are bound to them (AES-256-GCM,
NIST SP 800-38D), so that a row moved to another person, or an older capture put back, is refused.
"""

import os
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sosach.chip.signing.ports import Wrapper
from sosach.chip.signing.refusals import does_not_open

FORM = "sosach-sealed-1"
DATA_KEY = 32  # bytes
NONCE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owner:
    """Whose it is: key of the person, modality (`face`, `finger-2`, `iris-left`), number of the capture."""

    person: str
    modality: str
    version: int

    def bound(self, layer: str) -> bytes:
        """Associated data: every part with its length, so that no two owners read the same."""
        parts = (FORM, layer, self.person, self.modality, str(self.version))
        return b"".join(len(part := text.encode()).to_bytes(2) + part for text in parts)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is kept. `header` says form and wrapping key (`sosach-sealed-1 kek/2026-11`)."""

    header: str
    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes

    @property
    def key_id(self) -> str:
        """Name of the key that wraps."""
        return self.header.partition(" ")[2]


def seal(plain: bytes, *, person: str, modality: str, version: int, wrapper: Wrapper) -> Sealed:
    """Seal under a data key made for this once; `modality` is `face`, `finger-2`, `iris-left` …, `version` the capture's."""
    owner = _Owner(person=person, modality=modality, version=version)
    key, nonce = os.urandom(DATA_KEY), os.urandom(NONCE)
    return Sealed(
        header=f"{FORM} {wrapper.key_id}",
        wrapped_key=wrapper.wrap(key, bound_to=owner.bound("key")),
        nonce=nonce,
        ciphertext=AESGCM(key).encrypt(nonce, plain, owner.bound("content")),
    )


def open_(sealed: Sealed, *, person: str, modality: str, version: int, wrapper: Wrapper) -> bytes:
    """What was sealed.

    Raises:
        SosachError: KEY-02 sealed by another key, for somebody or something else, erased, or altered.
    """
    owner = _Owner(person=person, modality=modality, version=version)
    key = _data_key(sealed, owner, wrapper)
    try:
        return AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, owner.bound("content"))
    except (InvalidTag, ValueError) as failure:
        raise does_not_open() from failure


def rewrap(sealed: Sealed, *, person: str, modality: str, version: int, old: Wrapper, new: Wrapper) -> Sealed:
    """The same under a newer wrapping key: rotation touches no picture.

    Raises:
        SosachError: KEY-02 it is not the old key's, or not that owner's.
    """
    owner = _Owner(person=person, modality=modality, version=version)
    wrapped = new.wrap(_data_key(sealed, owner, old), bound_to=owner.bound("key"))
    return replace(sealed, header=f"{FORM} {new.key_id}", wrapped_key=wrapped)


def _data_key(sealed: Sealed, owner: _Owner, wrapper: Wrapper) -> bytes:
    if sealed.header != f"{FORM} {wrapper.key_id}":
        raise does_not_open()
    key = wrapper.unwrap(sealed.wrapped_key, bound_to=owner.bound("key"))
    if len(key) != DATA_KEY:
        raise does_not_open()
    return key
