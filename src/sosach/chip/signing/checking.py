"""Signatures of our own keys, looked at again: strictly, and the lower half demanded."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sosach.chip.signing.public_keys import kind_of
from sosach.chip.signing.software import HASHES


def is_signed(message: bytes, signature: bytes, *, public_key: bytes) -> bool:
    """Whether a signature is the key's (SubjectPublicKeyInfo in DER), in the one form `Signer` makes."""
    key = load_der_public_key(public_key)
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return False
    digest = HASHES[kind_of(key).algorithm.digest]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), digest)
            return True
        first, second = decode_dss_signature(signature)
        key.verify(signature, message, ec.ECDSA(digest))
    except (InvalidSignature, ValueError):
        return False
    return second <= key.curve.group_order // 2 and encode_dss_signature(first, second) == signature
