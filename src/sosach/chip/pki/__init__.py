"""Authorities, document signers, revocation, master list, and the ceremonies at which they are made."""

from sosach.chip.pki.authority import Authority
from sosach.chip.pki.certificates import csca, document_signer, link_certificate, master_list_signer, twin_signer
from sosach.chip.pki.master_list import master_list
from sosach.chip.pki.names import SYNTHETIC, Issuer
from sosach.chip.pki.periods import MOST_DOCUMENTS, require_period, require_room, signs_from, signs_until
from sosach.chip.pki.revocation import Revoked, crl, revoked_on

__all__ = [
    "MOST_DOCUMENTS",
    "SYNTHETIC",
    "Authority",
    "Issuer",
    "Revoked",
    "crl",
    "csca",
    "document_signer",
    "link_certificate",
    "master_list",
    "master_list_signer",
    "require_period",
    "require_room",
    "revoked_on",
    "signs_from",
    "signs_until",
    "twin_signer",
]
