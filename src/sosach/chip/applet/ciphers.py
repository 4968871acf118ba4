"""Keys and ciphers between chip and reader (ICAO Doc 9303 part 11, § 9.6–9.8): Triple-DES as in BAC, and AES.

Triple-DES and SHA-1 are what the specification prescribes for BAC; every reader in use still has to speak it.
"""

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

ENCRYPTION, AUTHENTICATION, PASSWORD = 1, 2, 3
MAC_SIZE = 8


@dataclass(frozen=True, slots=True)
class Suite:
    """One set of ciphers.

    Attributes:
        name: as in the object identifiers.
        key_size: bytes of a key.
        block: bytes of a block.
    """

    name: str
    key_size: int
    block: int

    def derive(self, secret: bytes, purpose: int) -> bytes:
        """A key of one purpose from a shared secret (§ 9.7.1)."""
        text = secret + purpose.to_bytes(4)
        digest = hashlib.sha256(text) if self.key_size > 16 else hashlib.sha1(text, usedforsecurity=False)
        return digest.digest()[: self.key_size]

    def encrypt(self, key: bytes, plain: bytes, counter: bytes = b"") -> bytes:
        """Whole blocks in CBC; with a counter, AES starts from its encryption (§ 9.8.6)."""
        encryptor = Cipher(self._algorithm(key), modes.CBC(self._start(key, counter))).encryptor()
        return encryptor.update(plain) + encryptor.finalize()

    def decrypt(self, key: bytes, hidden: bytes, counter: bytes = b"") -> bytes:
        """The reverse of `encrypt`."""
        decryptor = Cipher(self._algorithm(key), modes.CBC(self._start(key, counter))).decryptor()
        return decryptor.update(hidden) + decryptor.finalize()

    def mac(self, key: bytes, message: bytes) -> bytes:
        """Eight bytes of authentication over a message padded first (§ 9.8.7)."""
        return self._mac(key, pad(message, self.block))

    def token_mac(self, key: bytes, message: bytes) -> bytes:
        """The same over a public key in PACE, which CMAC takes as it is (§ 9.8.7)."""
        return self.mac(key, message) if self is TRIPLE_DES else self._mac(key, message)

    def _mac(self, key: bytes, message: bytes) -> bytes:
        if self is TRIPLE_DES:
            return _retail_mac(key, message)
        cmac = CMAC(AES(key))
        cmac.update(message)
        return cmac.finalize()[:MAC_SIZE]

    def _start(self, key: bytes, counter: bytes) -> bytes:
        """Zero, or the encrypted counter: one block of CBC from zero is that block alone."""
        if not counter or self is TRIPLE_DES:
            return bytes(self.block)
        return self.encrypt(key, counter)

    def _algorithm(self, key: bytes) -> CipherAlgorithm:
        return TripleDES(key + key[:8]) if self is TRIPLE_DES else AES(key)


TRIPLE_DES = Suite("3DES-CBC-CBC", 16, 8)
AES_128 = Suite("AES-CBC-CMAC-128", 16, 16)
AES_192 = Suite("AES-CBC-CMAC-192", 24, 16)
AES_256 = Suite("AES-CBC-CMAC-256", 32, 16)
SUITES = {1: TRIPLE_DES, 2: AES_128, 3: AES_192, 4: AES_256}
"""By the last arc of the object identifiers of PACE and chip authentication."""

PACE_ECDH_GM = bytes.fromhex("04007f000702020402")
CHIP_AUTHENTICATION_ECDH = bytes.fromhex("04007f000702020302")


def suite_of(oid: bytes, protocol: bytes) -> Suite | None:
    """The ciphers an object identifier (its content bytes) names within a protocol; None when it names no such.

    >>> suite_of(PACE_ECDH_GM + bytes([2]), PACE_ECDH_GM).name
    'AES-CBC-CMAC-128'
    """
    return SUITES.get(oid[-1]) if oid[:-1] == protocol else None


def pad(message: bytes, block: int) -> bytes:
    """ISO/IEC 9797-1 padding 2: 80, then zeros up to a whole block.

    >>> pad(b"ab", 8).hex()
    '6162800000000000'
    """
    return message + b"\x80" + bytes(-(len(message) + 1) % block)


def unpad(padded: bytes) -> bytes | None:
    """What was padded; None when it was not.

    >>> unpad(pad(b"ab", 8)), unpad(b"ab")
    (b'ab', None)
    """
    bare = padded.rstrip(b"\0")
    return bare[:-1] if bare.endswith(b"\x80") else None


def password_key(mrz_information: str) -> bytes:
    """The secret of BAC and of PACE with the MRZ: SHA-1 over number, birth and expiry with their check digits (§ 9.7.2)."""
    return hashlib.sha1(mrz_information.encode("ascii"), usedforsecurity=False).digest()


def _retail_mac(key: bytes, message: bytes) -> bytes:
    """ISO/IEC 9797-1 MAC algorithm 3 with DES over whole blocks."""
    first, second = key[:8], key[8:16]
    chain = _single(first, message, encrypt=True)[-8:]
    return _single(first, _single(second, chain, encrypt=False), encrypt=True)


def _single(key: bytes, blocks: bytes, *, encrypt: bool) -> bytes:
    """Single DES, as Triple-DES with one key three times."""
    cipher = Cipher(TripleDES(key * 3), modes.CBC(bytes(8)))
    context = cipher.encryptor() if encrypt else cipher.decryptor()
    return context.update(blocks) + context.finalize()
