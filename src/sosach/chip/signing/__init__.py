"""Keys that sign and keys that wrap: in software or in a token they never leave."""

from sosach.chip.signing.checking import is_signed
from sosach.chip.signing.keeping import FileKeys, Keys, TokenKeys
from sosach.chip.signing.ports import KeyKind, SignatureAlgorithm, Signer, Wrapper
from sosach.chip.signing.software import SoftwareSigner, SoftwareWrapper
from sosach.chip.signing.token import Token, TokenSigner, TokenWrapper

__all__ = [
    "FileKeys",
    "KeyKind",
    "Keys",
    "SignatureAlgorithm",
    "Signer",
    "SoftwareSigner",
    "SoftwareWrapper",
    "Token",
    "TokenKeys",
    "TokenSigner",
    "TokenWrapper",
    "Wrapper",
    "is_signed",
]
