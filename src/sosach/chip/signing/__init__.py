"""Keys that sign and keys that wrap: in software or in a token they never leave."""

from sosach.chip.signing.ports import KeyKind, SignatureAlgorithm, Signer, Wrapper
from sosach.chip.signing.software import SoftwareSigner, SoftwareWrapper
from sosach.chip.signing.token import Token, TokenSigner, TokenWrapper

__all__ = [
    "KeyKind",
    "SignatureAlgorithm",
    "Signer",
    "SoftwareSigner",
    "SoftwareWrapper",
    "Token",
    "TokenSigner",
    "TokenWrapper",
    "Wrapper",
]
