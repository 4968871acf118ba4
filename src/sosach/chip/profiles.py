"""Profiles of cards: which layout of texts, which coding of the face, which protocols a chip carries."""

from dataclasses import dataclass
from enum import StrEnum

from sosach.base.errors import ErrorCode, SosachError


class Lds(StrEnum):
    """Versions of the logical data structure (Doc 9303-10 § 4.6): what EF.COM and EF.SOD say of themselves."""

    V17 = "1.7"
    V18 = "1.8"


class FaceCoding(StrEnum):
    """How the face is coded: issuers may use either until 2030, then only the second (Doc 9303-10 § 4.7.2)."""

    ISO_19794 = "19794-5"
    ISO_39794 = "39794-5"


class PaceCurve(StrEnum):
    """Curves of PACE with standardised parameters (TR-03110-3 table 4)."""

    P256 = "P-256"
    BRAINPOOL256 = "brainpoolP256r1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of card.

    Attributes:
        name: as jobs and packages write it.
        lds: version of the data structure.
        face: coding of the face in DG2.
        texts: layout of the texts in DG13, by name (`files/texts.py`).
        digest: of the groups in EF.SOD, by its name in `hashlib`.
        pace: curve of PACE.
        active: the chip proves itself by active authentication (DG15).
        agreement: the chip proves itself by chip authentication (DG14).
    """

    name: str
    lds: Lds
    face: FaceCoding
    texts: str
    digest: str
    pace: PaceCurve
    active: bool
    agreement: bool


_REGISTERED = (
    Profile(
        name="VN-CC-2024",
        lds=Lds.V18,
        face=FaceCoding.ISO_19794,
        texts="VN-CC-2024",
        digest="sha256",
        pace=PaceCurve.P256,
        active=True,
        agreement=True,
    ),
    Profile(
        name="VN-CC-2024-39794",
        lds=Lds.V18,
        face=FaceCoding.ISO_39794,
        texts="VN-CC-2024",
        digest="sha384",
        pace=PaceCurve.BRAINPOOL256,
        active=False,
        agreement=True,
    ),
    Profile(
        name="VN-CCCD-2021",
        lds=Lds.V17,
        face=FaceCoding.ISO_19794,
        texts="VN-CCCD-2021",
        digest="sha256",
        pace=PaceCurve.P256,
        active=True,
        agreement=True,
    ),
    Profile(
        name="VN-CCCD-2021-39794",
        lds=Lds.V17,
        face=FaceCoding.ISO_39794,
        texts="VN-CCCD-2021",
        digest="sha256",
        pace=PaceCurve.BRAINPOOL256,
        active=True,
        agreement=False,
    ),
)
PROFILES: dict[str, Profile] = {profile.name: profile for profile in _REGISTERED}
"""Every registered profile by its name."""
DEFAULT = "VN-CC-2024"


def profile_named(name: str) -> Profile:
    """A registered profile.

    Raises:
        SosachError: STATE-01 there is none of this name.

    >>> profile_named("VN-CCCD-2021").lds
    <Lds.V17: '1.7'>
    """
    found = PROFILES.get(name)
    if found is None:
        raise SosachError(
            ErrorCode.NOT_FOUND,
            vi=f"Không có cấu hình thẻ “{name}”",
            en=f"There is no profile of cards “{name}”",
            hint_vi=f"Có: {', '.join(PROFILES)}.",
            hint_en=f"There are: {', '.join(PROFILES)}.",
        )
    return found
