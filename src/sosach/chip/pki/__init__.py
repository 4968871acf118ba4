"""Authorities, document signers, revocation, master list, and the ceremonies at which they are made."""
