"""What an ID card says of a person, before it becomes files of a chip, a printed face or a digital credential.

Legal source: Law 26/2023/QH15 art. 18, 22; Circular 16/2024/TT-BCA art. 6 (what the chip stores).
"""

import re
from dataclasses import dataclass
from datetime import date

from sosach.base.errors import ErrorCode, SosachError

_PIN = re.compile(r"[0-9]{12}")
_OLD_ID = re.compile(r"(?:[0-9]{9})?")
_REFERENCE = re.compile(r"[0-9A-Z]{16}")
_TEXTS = (
    *("full_name", "nationality", "ethnicity", "religion", "origin", "residence", "birth_place", "marks"),
    *("father", "mother", "spouse"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Finger:
    """One fingerprint.

    Attributes:
        position: 1 right thumb … 5 right little finger, 6 left thumb … 10 left little finger (ISO/IEC 19794-4 table 5).
        picture: grey levels at 500 pixels an inch, compressed by WSQ.
    """

    position: int
    picture: bytes


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CardContent:
    """The twenty personal fields of a card; `docs/reference/card-chip.md` says where each stands.

    Attributes:
        pin: 12 digits.
        full_name: as on the birth certificate, with its marks.
        birth: day of birth.
        sex: "M" or "F".
        nationality: in words, "Việt Nam".
        ethnicity: in words, "Kinh".
        religion: in words, "Không".
        origin: place of origin (quê quán).
        residence: place of residence (nơi cư trú).
        birth_place: place where the birth was registered.
        marks: identifying features.
        issued: day of issue.
        expires: last day of validity; None when the card does not expire.
        father: full name, "" when not known.
        mother: full name, "" when not known.
        spouse: full name, "" without.
        old_id: 9 digits of the former card, "" without.
        reference: 16 digits and capital letters: the serial number of the blank.
        portrait: JPEG; b"" under six years of age.
        fingers: fingerprints, none under six years of age.
    """

    pin: str
    full_name: str
    birth: date
    sex: str
    nationality: str = "Việt Nam"
    ethnicity: str
    religion: str
    origin: str
    residence: str
    birth_place: str
    marks: str
    issued: date
    expires: date | None
    father: str = ""
    mother: str = ""
    spouse: str = ""
    old_id: str = ""
    reference: str
    portrait: bytes = b""
    fingers: tuple[Finger, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no card can say.

        Raises:
            SosachError: STATE-04 naming the field.
        """
        for field, right in (
            ("pin", _PIN.fullmatch(self.pin)),
            ("full_name", self.full_name.strip()),
            ("sex", self.sex in {"M", "F"}),
            ("old_id", _OLD_ID.fullmatch(self.old_id)),
            ("reference", _REFERENCE.fullmatch(self.reference)),
            ("issued", self.issued >= self.birth),
            ("expires", self.expires is None or self.expires > self.issued),
            ("fingers", all(1 <= finger.position <= 10 for finger in self.fingers)),
            *((name, getattr(self, name).isprintable()) for name in _TEXTS),  # a line break would break readers
        ):
            if not right:
                raise SosachError(
                    ErrorCode.INPUT_INCOMPLETE,
                    vi=f"Nội dung thẻ sai ở trường {field}",
                    en=f"The content of the card is wrong in the field {field}",
                )
