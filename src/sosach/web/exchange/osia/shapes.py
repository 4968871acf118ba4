"""Bodies of OSIA's requests: which members they have and what those may hold; anything else is refused."""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def _is_uri(text: str) -> str:
    if not _URI.fullmatch(text):
        raise ValueError("no address")
    return text


def _is_moment(text: str) -> str:
    if not _MOMENT.fullmatch(text):
        raise ValueError("no moment")
    datetime.fromisoformat(text.upper().replace(":60", ":59"))  # a leap second is a moment, too
    return text


def _is_base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    return text


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 2.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _no_whole(value: Any) -> Any:
    if type(value) is int:
        raise ValueError("whole numbers are sent as text")
    return value


def _each_once(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise ValueError("each once")
    return values


Uri = Annotated[str, AfterValidator(_is_uri)]
Moment = Annotated[str, AfterValidator(_is_moment)]
Base64 = Annotated[str, AfterValidator(_is_base64)]
Whole = Annotated[int, BeforeValidator(_whole)]
Groups = Annotated[list[str], Field(min_length=1), AfterValidator(_each_once)]
# A JSON integer is two kinds of value at once in the standard's description, which therefore lets none through: such numbers are
# sent as text, and compared as numbers with numbers.
Scalar = Annotated[str | float | bool, BeforeValidator(_no_whole)]
Attributes = TypeAdapter(dict[str, Scalar], config=ConfigDict(strict=True))


class Shape(BaseModel):
    """A body, or a part of one: no member it does not know, none of another kind, none that is null."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    def told(self) -> dict[str, Any]:
        """Members that were sent, by their names on the wire."""
        return self.model_dump(exclude_unset=True, by_alias=True)


class Encryption(Shape):
    """How a part of the data is encrypted."""

    type: Literal["JWE", "PKCS7"]
    scope: str


class Integrity(Shape):
    """What was hashed and how it is signed."""

    id: str = ""
    type: Literal["NONE", "JWS", "PKCS7"] = "NONE"
    scope: str
    alg: str
    encrypted: bool = False
    follow_ref: bool = False
    hash: str
    signature: str = ""
    signature_ref: Uri = ""


class Protected(Shape):
    """Something that may be encrypted and hashed. A member that is not sent has a value nobody reads (`told`)."""

    encryption: Encryption = Encryption.model_construct()
    integrity: list[Integrity] = []


class DocumentPart(Protected):
    """Pages of a document."""

    pages: Annotated[list[Whole], Field(min_length=1)] = []
    data: str = ""
    data_ref: Uri = ""
    width: Whole = 0
    height: Whole = 0
    mime_type: str = ""
    capture_date: Moment = ""
    capture_device: str = ""


class DocumentData(Shape):
    """A document."""

    document_type: Literal["ID_CARD", "PASSPORT", "INVOICE", "BIRTH_CERTIFICATE", "FORM", "OTHER"]
    document_type_other: str = ""
    instance: str = ""
    parts: Annotated[list[DocumentPart], Field(min_length=1)]
    integrity: list[Integrity] = []


class PersonShape(Shape):
    """A person as it is filed."""

    person_id: str = ""
    status: Literal["ACTIVE", "INACTIVE"]
    physical_status: Literal["DEAD", "ALIVE"]


class IdentityShape(Protected):
    """An identity as it is filed."""

    identity_id: str = ""
    identity_type: str
    status: Literal["CLAIMED", "VALID", "INVALID", "REVOKED"]
    created_date: Moment = ""
    updated_date: Moment = ""
    galleries: Groups = []
    client_data: Base64 = ""
    contextual_data: Any = None
    biographic_data: Any = None
    biometric_data: list[Any] = []
    document_data: list[DocumentData] = []


class OrderExpression(Shape):
    """A condition on an attribute of the register."""

    attribute_name: str
    operator: Literal["<", ">", "=", ">=", "<="]
    value: Scalar


class ExpressionShape(OrderExpression):
    """A condition on an attribute of what was filed: it may also be another value."""

    operator: Literal["<", ">", "=", ">=", "<=", "!="]  # type: ignore[assignment] # one word more than above


OrderExpressions, Expressions = TypeAdapter(list[OrderExpression]), TypeAdapter(list[ExpressionShape])


class AttributeSet(Protected):
    """What is told of a person to have it compared."""

    biographic_data: dict[str, Any] = {}
    biometric_data: list[Any] = []
    credential_data: list[Any] = []
    contact_data: dict[str, Any] = {}


class OutputAttributeSet(Shape):
    """Which attributes are wished for."""

    output_biographic_data: list[str] = []
    output_biometric_data: list[Any] = []
    output_credential_data: list[Any] = []
    output_contact_data: list[str] = []


class IdentifyRequest(Shape):
    """Who is looked for, and which set is to be told."""

    attribute_set: AttributeSet
    output_attribute_set_name: str


@cache
def members() -> frozenset[str]:
    """Every member a body may have."""

    def below(shape: type[Shape]) -> Iterator[type[Shape]]:
        for one in shape.__subclasses__():
            yield one
            yield from below(one)

    return frozenset(to_camel(name) for shape in below(Shape) for name in shape.model_fields)
