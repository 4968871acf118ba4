"""Keys that seal what leaves on paper or in workbooks and comes back: of this installation, one for each use."""

import hashlib

from django.conf import settings


def key_for(use: str) -> bytes:
    """The key of a use; 32 bytes. With another reference key, forms and lists that are out come back as strangers."""
    secret = settings.SOSACH_REFERENCE_KEY.encode()[:64]
    return hashlib.blake2b(f"campaign {use}".encode(), key=secret, digest_size=32).digest()
