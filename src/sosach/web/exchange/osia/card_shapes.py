"""Bodies of OSIA's enrolments and credentials: which members they have and what those may hold; anything else is refused."""

from typing import Annotated, Any, Literal

from pydantic import Field

from sosach.web.exchange.osia.shapes import DocumentData, Moment, Protected, Shape, Uri, Whole

_FINGERS = ("THUMB", "INDEX", "MIDDLE", "RING", "LITTLE")
_SUBTYPES = (
    "UNKNOWN",
    *(f"{hand}_{finger}" for hand in ("RIGHT", "LEFT") for finger in _FINGERS),
    *("PLAIN_RIGHT_FOUR_FINGERS", "PLAIN_LEFT_FOUR_FINGERS", "PLAIN_THUMBS", "UNKNOWN_PALM"),
    *(
        f"{hand}_{palm}"
        for hand in ("RIGHT", "LEFT")
        for palm in (
            "FULL_PALM",
            "WRITERS_PALM",
            "LOWER_PALM",
            "UPPER_PALM",
            "OTHER",
            "INTERDIGITAL",
            "THENAR",
            "HYPOTHENAR",
        )
    ),
    *(
        f"{hand}_{fingers}"
        for hand in ("RIGHT", "LEFT")
        for fingers in (
            *("INDEX_AND_MIDDLE", "MIDDLE_AND_RING", "RING_AND_LITTLE"),
            *("INDEX_AND_MIDDLE_AND_RING", "MIDDLE_AND_RING_AND_LITTLE"),
        )
    ),
    *("RIGHT_INDEX_AND_LEFT_INDEX", "EYE_UNDEF", "EYE_RIGHT", "EYE_LEFT", "EYE_BOTH"),
    *("PORTRAIT", "LEFT_PROFILE", "RIGHT_PROFILE"),
)
_LARGEST = 2**63 - 1
SubType = Annotated[str, Field(pattern=f"^({'|'.join(_SUBTYPES)})$")]
_Impression = Literal[
    "LIVE_SCAN_PLAIN",
    "LIVE_SCAN_ROLLED",
    "NONLIVE_SCAN_PLAIN",
    "NONLIVE_SCAN_ROLLED",
    "LATENT_IMPRESSION",
    "LATENT_TRACING",
    "LATENT_PHOTO",
    "LATENT_LIFT",
    "LIVE_SCAN_SWIPE",
    "LIVE_SCAN_VERTICAL_ROLL",
    "LIVE_SCAN_PALM",
    "NONLIVE_SCAN_PALM",
    "LATENT_PALM_IMPRESSION",
    "LATENT_PALM_TRACING",
    "LATENT_PALM_PHOTO",
    "LATENT_PALM_LIFT",
    "LIVE_SCAN_OPTICAL_CONTACTLESS_PLAIN",
    "OTHER",
    "UNKNOWN",
]


class Missing(Shape):
    """A finger, or another part, that is not there."""

    biometric_sub_type: SubType = ""
    presence: Literal["BANDAGED", "AMPUTATED", "DAMAGED"] = "DAMAGED"


class BiometricData(Protected):
    """One picture or template: in base64, or where its file is."""

    biometric_type: Literal["FACE", "FINGER", "IRIS", "SIGNATURE", "UNKNOWN"]
    biometric_sub_type: SubType = ""
    instance: str = ""
    image: str = ""
    image_ref: Uri = ""
    capture_date: Moment = ""
    capture_device: str = ""
    impression_type: _Impression = "UNKNOWN"
    width: Whole = 0
    height: Whole = 0
    bitdepth: Whole = 0
    mime_type: str = ""
    resolution: Whole = 0
    compression: Literal["NONE", "WSQ", "JPEG", "JPEG2000", "PNG"] = "NONE"
    missing: list[Missing] = Field(default_factory=list)
    metadata: str = ""
    comment: str = ""
    template: str = ""
    template_ref: Uri = ""
    template_format: str = ""
    quality: Annotated[Whole, Field(ge=-_LARGEST - 1, le=_LARGEST)] = 0
    quality_format: str = ""
    algorithm: str = ""
    vendor: str = ""


class RequestedBiometric(BiometricData):
    """The same, in a request for a credential: it may say which encounter it is of."""

    encounter_id: str = ""


class EnrollmentShape(Protected):
    """An enrolment; its id and status are told by us, and what is sent of them is not read."""

    enrollment_id: str = ""
    status: Literal["FINALIZED", "IN_PROGRESS"] = "IN_PROGRESS"
    enrollment_type: str = ""
    enrollment_flags: Any = None
    request_data: Any = None
    contextual_data: Any = None
    biographic_data: Any = None
    biometric_data: list[BiometricData] = Field(default_factory=list)
    document_data: list[DocumentData] = Field(default_factory=list)


class Address(Shape):
    """Where a credential is to be sent."""

    address1: str = ""
    address2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    others: dict[str, Any] = Field(default_factory=dict)


class RequestData(Shape):
    """What is asked for."""

    priority: Whole
    credential_profile_id: str
    credential_profile_version: str = ""
    credential_profile_subtype: str = ""
    number_of_pages: Whole = 0
    request_type: Literal["FIRST_ISSUANCE", "RENEWAL", "REPLACEMENT", "OTHER"]
    request_type_other: str = ""
    valid_from_date: Moment = ""
    valid_to_date: Moment = ""
    credential_number: str = ""
    issuing_authority: str = ""
    delivery_office: str = ""
    delivery_address: Address = Address.model_construct()
    parent_credential_id: str = ""
    others: dict[str, Any] = Field(default_factory=dict)


class CredentialRequestShape(Protected):
    """A request for a credential; its id, and what was made of it, are told by us."""

    credential_request_id: str = ""
    status: Literal["PENDING", "ISSUED", "CANCELLED", "FAILED"] = "PENDING"
    request_data: RequestData
    person_id: str
    biographic_data: dict[str, Any]
    biometric_data: list[RequestedBiometric] = Field(default_factory=list)
    credential_ids: list[str] = Field(default_factory=list)


class CredentialShape(Shape):
    """A credential, as somebody would have it; most of it is told by us."""

    credential_id: str = ""
    status: Literal["NEW", "ACTIVE", "SUSPENDED", "REVOKED", "OTHER"] = "NEW"
    status_other: str = ""
    credential_number: str = ""
    person_id: str = ""
    credential_profile_id: str = ""
    credential_profile_version: str = ""
    credential_profile_subtype: str = ""
    number_of_pages: Whole = 0
    issued_date: Moment = ""
    expiry_date: Moment = ""
    serial_number: str = ""
    issuing_authority: str = ""
    issuing_place: str = ""
    others: dict[str, Any] = Field(default_factory=dict)


class StatusShape(Shape):
    """Which status a credential is to have."""

    status: str
    reason: str = ""
    requester: str = ""
    comment: str = ""
