"""Rules on the form of EF.SOD: what else can be said in it, or said in another form, is where forgeries hide."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from sosach.chip.files import sod
from sosach.chip.signing.public_keys import PublicKey
from sosach.chip.verifying.evidence import Evidence, public_key


def canonical(card: Evidence) -> bool:
    """EF.SOD is, byte for byte, what its parts written anew are: nothing besides them, nothing in another form."""
    return sod.write(card.parts) == card.files.sod


def one_signer(card: Evidence) -> bool:
    """There is one certificate and one signature, and the signature names the certificate."""
    certificates, signers = card.parts.certificates, card.parts.signers
    if len(certificates) != 1 or len(signers) != 1:
        return False
    return signers[0].identifier == sod.identifier_of(certificates[0])


def low_s(card: Evidence) -> bool:
    """ECDSA signatures are in the lower half of their curve, in DER: (r, n − s) would be a second EF.SOD of the same card."""
    in_certificate = card.certificate.signature
    return _is_low(card.signer.signature, public_key(card.certificate)) and _is_low(
        in_certificate, public_key(card.authority)
    )


def _is_low(signature: bytes, key: PublicKey) -> bool:
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return True
    return decode_dss_signature(signature)[1] <= key.curve.group_order // 2
