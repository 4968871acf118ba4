"""Rules on the signature: the signer signed the attributes, and the attributes name what is in EF.SOD."""

import hashlib

from cryptography.hazmat.primitives.asymmetric import ec, padding

from sosach.chip.signing.public_keys import kind_of
from sosach.chip.signing.software import HASHES
from sosach.chip.verifying.evidence import Evidence, public_key


def signed(card: Evidence) -> bool:
    """The signature over the signed attributes is the certificate's, by the algorithm of its key."""
    key, signer = public_key(card.certificate), card.signer
    if kind_of(key).algorithm is not signer.algorithm:
        return False
    digest = HASHES[signer.algorithm.digest]
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signer.signature, signer.signed, ec.ECDSA(digest))
    else:
        key.verify(signer.signature, signer.signed, padding.PKCS1v15(), digest)
    return True


def names_content(card: Evidence) -> bool:
    """The digest in the signed attributes is that of the LDSSecurityObject."""
    return hashlib.new(card.signer.algorithm.digest, card.parts.content).digest() == card.signer.content_digest
