"""Whose name authorities and signers bear, and what their certificates say besides (Doc 9303-12 § 7)."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID

COUNTRY = "VN"  # ISO 3166-1, two letters, in names
STATE = "VNM"  # the letters of Doc 9303-3, in alternative names


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who issues; the name stays the same over all generations of its keys, so that link certificates are self-issued.

    Attributes:
        organisation: who it is.
        common_name: what its authority is called.
        email: where questions go.
        page: where it says more.
        revocations: addresses under which its revocation list is found.
    """

    organisation: str
    common_name: str
    email: str
    page: str
    revocations: tuple[str, ...]

    def name(self, common_name: str = "") -> x509.Name:
        """Distinguished name of the authority, or of one of its signers."""
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, COUNTRY),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.organisation),
                x509.NameAttribute(NameOID.COMMON_NAME, common_name or self.common_name),
            ]
        )

    def alternative(self) -> list[x509.GeneralName]:
        """Alternative name: e-mail, page, and the state by its letters (Doc 9303-12 table 5)."""
        state = x509.Name([x509.NameAttribute(NameOID.LOCALITY_NAME, STATE)])
        return [
            x509.RFC822Name(self.email),
            x509.UniformResourceIdentifier(self.page),
            x509.DirectoryName(state),
        ]


SYNTHETIC = Issuer(
    organisation="Sosach - synthetic",
    common_name="CSCA Sosach synthetic",
    email="csca@sosach.example",
    page="https://sosach.example/csca",
    revocations=("https://sosach.example/crl/VNM.crl",),
)
"""The issuer of demonstrations and tests: nobody can take it for a real one."""
