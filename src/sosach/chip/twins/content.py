"""What a digital twin says: the identity and the driving licence, as elements of ISO mdoc and as claims of SD-JWT VC.

A twin says what its purpose needs and no more: the identity leaves out ethnicity, religion, parents, marks and fingerprints,
which the chip of the card holds; the licence leaves out everything but who may drive what. Each value is disclosed on its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from sosach.base.errors import ErrorCode, SosachError

COUNTRY = "VN"
DISTINGUISHING_SIGN = "VN"  # Vienna Convention on Road Traffic 1968, annex 3
AUTHORITY = "Bộ Công an"
ADULT = 18
LONGEST = 150  # characters of a text (ISO 18013-5 table 5)
_SEXES = {"M": 1, "F": 2}  # ISO/IEC 5218
_UNKNOWN_SEX = 0
_NEVER = date(9999, 12, 31)  # `expiry_date` has to be there, and these cards end with nobody's birthday


class Kind(StrEnum):
    """Of what a twin is one."""

    IDENTITY = "identity"
    LICENCE = "licence"


class Form(StrEnum):
    """The two formats, by their names in OpenID4VCI."""

    MDOC = "mso_mdoc"
    SD_JWT = "dc+sd-jwt"


DOCTYPES: Mapping[Kind, str] = {
    Kind.IDENTITY: "org.iso.23220.photoID.1",  # ISO/IEC TS 23220-4 annex C
    Kind.LICENCE: "org.iso.18013.5.1.mDL",  # ISO/IEC 18013-5 § 7.1
}
TYPES: Mapping[Kind, str] = {
    Kind.IDENTITY: "urn:sosach:identity:1",
    Kind.LICENCE: "urn:sosach:driving-licence:1",
}
Elements = Mapping[str, Mapping[str, Any]]


class Content(Protocol):
    """What both kinds of twin can be asked."""

    @property
    def kind(self) -> Kind:
        """Of what it is a twin."""
        ...

    @property
    def expires(self) -> date | None:
        """Last day of what it is a twin of; None: no end."""
        ...

    def elements(self, today: date) -> Elements:
        """Namespace → element → value; dates are days."""
        ...

    def claims(self, today: date) -> Mapping[str, Any]:
        """Claim → value, each to be disclosed on its own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who a twin is about.

    Attributes:
        pin: personal number, 12 digits.
        full_name: as in the register.
        birth: date of birth.
        sex: "M", "F" or "".
        portrait: JPEG.

    Raises:
        SosachError: STATE-04 a name, a portrait or a number is missing: ISO mdoc has no document without them.
    """

    pin: str
    full_name: str
    birth: date
    sex: str
    portrait: bytes

    def __post_init__(self) -> None:
        """Nothing that has to be there is missing or too long."""
        if not (self.full_name.strip() and len(self.full_name) <= LONGEST and self.portrait.startswith(b"\xff\xd8")):
            raise _incomplete()
        if not (len(self.pin) == len("000000000000") and self.pin.isascii() and self.pin.isdecimal()):
            raise _incomplete()

    @property
    def family_name(self) -> str:
        """The first word of a Vietnamese name."""
        return self.full_name.split()[0]

    @property
    def given_name(self) -> str:
        """The words after it; the same word where there is only one."""
        return " ".join(self.full_name.split()[1:]) or self.family_name

    def is_adult(self, today: date) -> bool:
        """Whether the eighteenth birthday has come; of the 29th of February it comes on the 1st of March."""
        return (today.year - self.birth.year, today.month, today.day) >= (ADULT, self.birth.month, self.birth.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The identity, as the active card has it.

    Attributes:
        holder: who.
        nationality: ISO 3166-1, two letters.
        residence: address.
        birth_place: where born.
        issued: day of issue of the card.
        expires: last day of the card; None: no expiry.
        document_number: reference of the card.
    """

    holder: Holder
    nationality: str
    residence: str
    birth_place: str
    issued: date
    expires: date | None
    document_number: str
    kind: Kind = Kind.IDENTITY

    def elements(self, today: date) -> Elements:
        """ISO/IEC TS 23220-2 for what every document has, 23220-4 annex C for the person's own number."""
        who = self.holder
        return {
            "org.iso.23220.1": {
                "family_name": who.family_name,
                "given_name": who.given_name,
                "birth_date": who.birth,
                "portrait": who.portrait,
                "issue_date": self.issued,
                "expiry_date": self.expires or _NEVER,
                "issuing_authority": AUTHORITY,
                "issuing_country": COUNTRY,
                "age_over_18": who.is_adult(today),
                "sex": _SEXES.get(who.sex, _UNKNOWN_SEX),
                "nationality": self.nationality,
                "document_number": self.document_number,
                **_told({"resident_address": self.residence, "birthplace": self.birth_place}),
            },
            "org.iso.23220.photoID.1": {"person_id": who.pin},
        }

    def claims(self, today: date) -> Mapping[str, Any]:
        """Names of claims as the registry of JWT claims and the profiles of personal identification data have them."""
        who = self.holder
        return {
            "family_name": who.family_name,
            "given_name": who.given_name,
            "birthdate": who.birth.isoformat(),
            "age_equal_or_over": {str(ADULT): who.is_adult(today)},
            "sex": _SEXES.get(who.sex, _UNKNOWN_SEX),
            "nationalities": [self.nationality],
            "personal_administrative_number": who.pin,
            "document_number": self.document_number,
            "date_of_issuance": self.issued.isoformat(),
            "issuing_authority": AUTHORITY,
            "issuing_country": COUNTRY,
            **({"date_of_expiry": self.expires.isoformat()} if self.expires else {}),
            **({"address": {"formatted": self.residence}} if self.residence else {}),
            **({"place_of_birth": {"locality": self.birth_place}} if self.birth_place else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Privilege:
    """A class of vehicles the holder may drive.

    Attributes:
        name: class, as the law calls it (`B`, `C1`, `A2`).
        law: year of the law that calls it so: `B1` of 2008 is another class than that of 2024.
        issued: day of issue; None: not known.
        expires: last day; None: for life.
    """

    name: str
    law: str
    issued: date | None
    expires: date | None

    @property
    def origin(self) -> str:
        """Name and law."""
        return f"{self.name}/{self.law}"

    def element(self) -> dict[str, Any]:
        """ISO 18013-5 § 7.2.4."""
        days = {"issue_date": self.issued, "expiry_date": self.expires}
        return {"vehicle_category_code": self.name} | {name: day for name, day in days.items() if day is not None}

    def claim(self) -> dict[str, str]:
        """The same in JSON."""
        return {name: value if isinstance(value, str) else value.isoformat() for name, value in self.element().items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Driving:
    """The driving licence: classes in force.

    Attributes:
        holder: who.
        licence_number: number.
        issued: day of the latest issue.
        privileges: at least one.

    Raises:
        SosachError: STATE-04 no class.
    """

    holder: Holder
    licence_number: str
    issued: date
    privileges: tuple[Privilege, ...]
    kind: Kind = Kind.LICENCE

    def __post_init__(self) -> None:
        """Who may drive nothing has nothing to show."""
        if not self.privileges or not self.licence_number:
            raise _incomplete()

    @property
    def expires(self) -> date | None:
        """The first day on which one of the classes ends; None: all are for life."""
        return min((each.expires for each in self.privileges if each.expires), default=None)

    def elements(self, today: date) -> Elements:
        """ISO/IEC 18013-5 table 5: everything mandatory there, the age, and nothing of the rest."""
        who = self.holder
        return {
            "org.iso.18013.5.1": {
                "family_name": who.family_name,
                "given_name": who.given_name,
                "birth_date": who.birth,
                "issue_date": self.issued,
                "expiry_date": self.expires or _NEVER,
                "issuing_country": COUNTRY,
                "issuing_authority": AUTHORITY,
                "document_number": self.licence_number,
                "portrait": who.portrait,
                "driving_privileges": [each.element() for each in self.privileges],
                "un_distinguishing_sign": DISTINGUISHING_SIGN,
                "age_over_18": who.is_adult(today),
            }
        }

    def claims(self, today: date) -> Mapping[str, Any]:
        """The same as claims; the portrait stays in the mdoc."""
        who = self.holder
        return {
            "family_name": who.family_name,
            "given_name": who.given_name,
            "birthdate": who.birth.isoformat(),
            "age_equal_or_over": {str(ADULT): who.is_adult(today)},
            "document_number": self.licence_number,
            "date_of_issuance": self.issued.isoformat(),
            "issuing_authority": AUTHORITY,
            "issuing_country": COUNTRY,
            "driving_privileges": [each.claim() for each in self.privileges],
            **({"date_of_expiry": self.expires.isoformat()} if self.expires else {}),
        }


def names(kind: Kind, form: Form) -> Iterator[tuple[str, ...]]:
    """Paths of everything a twin may say, for the metadata of the issuer."""
    sample = _SAMPLES[kind]
    if form is Form.MDOC:
        for namespace, values in sample.elements(_NEVER).items():
            yield from ((namespace, name) for name in values)
    else:
        yield from ((name,) for name in sample.claims(_NEVER))


def _told(values: Mapping[str, str]) -> dict[str, str]:
    """Texts that are there, cut to the length the standard allows."""
    return {name: value[:LONGEST] for name, value in values.items() if value}


def _incomplete() -> SosachError:
    return SosachError(
        ErrorCode.INPUT_INCOMPLETE,
        vi="Chưa đủ dữ liệu để cấp giấy tờ điện tử: thiếu họ tên, số, ảnh chân dung hoặc hạng xe còn được lái.",
        en="A digital credential needs a name, a number, a portrait, and of a licence a class in force.",
        hint_vi="Hỏi công an xã nơi cấp thẻ.",
        hint_en="Ask the police of the commune where the card was issued.",
    )


_SOMEBODY = Holder(pin="0" * 12, full_name="A B", birth=date(2000, 1, 1), sex="F", portrait=b"\xff\xd8")
_SAMPLES: Mapping[Kind, Content] = {
    Kind.IDENTITY: Identity(
        holder=_SOMEBODY,
        nationality=COUNTRY,
        residence="-",
        birth_place="-",
        issued=_NEVER,
        expires=_NEVER,
        document_number="-",
    ),
    Kind.LICENCE: Driving(
        holder=_SOMEBODY,
        licence_number="-",
        issued=_NEVER,
        privileges=(Privilege(name="B", law="2024", issued=_NEVER, expires=_NEVER),),
    ),
}
