"""OSIA third-party services 1.2: yes or no about what somebody says of themselves, and attributes under an agreement."""

from typing import Any

from django.http import HttpResponse
from django.urls import path

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.exchange.operations.disclosing import confirm
from sosach.domain.exchange.operations.seeking import seek_people
from sosach.domain.exchange.rules.attribute_sets import SETS, scope_of
from sosach.domain.exchange.rules.questions import MATCHES
from sosach.web.exchange.osia.answers import Asked, Operation, forbidden, resource, shaped, told
from sosach.web.exchange.osia.people import POPULATION, attributes_of, contacts_of, person_of
from sosach.web.exchange.osia.shapes import AttributeSet, IdentifyRequest, OutputAttributeSet

# A token is the partner's own number for a person.
_BY_NUMBER = {"uin", "token"}
_ALL_MATCH, _NOT_ALL = 0, 1


def verify(asked: Asked) -> HttpResponse:
    """Whether everything told of a person is true: all of it, in one answer."""
    given = _comparable(shaped(AttributeSet, asked.document()))
    proof = asked.flag("verificationProofRequired", default=True)
    ask = asked.ask()
    person = _person(asked)
    same = confirm(ask, register=POPULATION, record_id=person, question=MATCHES, told=given)
    if not (isinstance(same, dict) and all(same.values())):
        return told({"verificationCode": _NOT_ALL, "verificationMessage": "At least one attribute does not match."})
    answer = {"verificationCode": _ALL_MATCH, "verificationMessage": "All attributes match."}
    # under this number the answer stands in the sealed log, where an auditor can look it up
    return told(answer | ({"verificationProof": str(ask.act)} if proof else {}))


def read_attribute_set(asked: Asked) -> HttpResponse:
    """A set of attributes, by its name."""
    names = _set(asked, asked.place["set"])
    (row,) = attributes_of(asked.ask(), [_person(asked)], names)
    return told({"biographicData": row})


def read_attributes(asked: Asked) -> HttpResponse:
    """Attributes, each by its name."""
    wished = shaped(OutputAttributeSet, asked.document())
    if wished.output_biometric_data or wished.output_credential_data:
        raise _not_held()
    person = _person(asked)
    answer: dict[str, Any] = {}
    if wished.output_biographic_data:
        (answer["biographicData"],) = attributes_of(asked.ask(), [person], wished.output_biographic_data)
    if wished.output_contact_data:
        answer["contactData"] = contacts_of(asked.ask(), person, wished.output_contact_data)
    return told(answer)


def identify(asked: Asked) -> HttpResponse:
    """People of whom everything told is true, with a set of their attributes; answered at once."""
    asked.word("transactionId")
    wanted = shaped(IdentifyRequest, asked.document())
    given, name = _comparable(wanted.attribute_set), wanted.output_attribute_set_name
    if scope_of(name) not in asked.caller.scopes:
        raise forbidden("Không có phạm vi cho bộ thuộc tính này.", "The scope of the set was not granted.")
    people = seek_people(asked.ask(), told=given)
    rows = attributes_of(asked.ask(), people, _set(asked, name)) if people else []
    return told([{"biographicData": row} for row in rows])


def read_identify_result(asked: Asked) -> HttpResponse:
    """Nothing: every request was answered at once, so that no task ever waits."""
    asked.word("transactionId")
    raise SosachError(ErrorCode.NOT_FOUND, vi="Không có tác vụ này.", en="There is no such task.")


def _person(asked: Asked) -> int:
    """Whom the address means.

    Raises:
        SosachError: REQUEST-01 without transaction; STATE-01, nobody, or another kind of number.
    """
    asked.word("transactionId")
    if asked.request.GET.get("identifierType", "uin") not in _BY_NUMBER:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có số này.", en="There is no such number.")
    return person_of(asked.ask(), asked.place["identifier"])


def _comparable(given: AttributeSet) -> dict[str, Any]:
    """Attributes that can be compared.

    Raises:
        SosachError: ACCESS-01, biometric data, credentials or encrypted data; REQUEST-01, values that are no plain ones.
    """
    if given.biometric_data or given.credential_data or "encryption" in given.model_fields_set:
        raise _not_held()
    attributes = given.biographic_data | given.contact_data
    if not all(isinstance(value, str | int | float | bool) for value in attributes.values()):
        raise forbidden("Chỉ đối chiếu được giá trị đơn.", "Only plain values can be compared.")
    return attributes


def _set(asked: Asked, name: str) -> tuple[str, ...]:
    """What a set holds, of what was agreed.

    Raises:
        SosachError: STATE-01, there is no such set.
    """
    if name not in SETS:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có bộ thuộc tính này.", en="There is no such set.")
    agreed = asked.caller.agreement.may_tell(POPULATION)
    return tuple(each for each in SETS[name] if each in agreed)


def _not_held() -> SosachError:
    return forbidden(
        "Sổ này không giữ dữ liệu sinh trắc học, giấy tờ, dữ liệu mã hóa.",
        "This register holds no biometric data, credentials or encrypted data.",
    )


urlpatterns = [
    path("v1/verify/<str:identifier>", resource(post=Operation("verify", ("id.verify",), verify))),
    path(
        "v1/attributes/<str:set>/<str:identifier>",
        resource(get=Operation("readAttributeSet", ("id.{set}.read",), read_attribute_set)),
    ),
    path("v1/attributes/<str:identifier>", resource(post=Operation("readAttributes", ("id.read",), read_attributes))),
    path("v1/identify", resource(post=Operation("identify", ("id.identify",), identify))),
    path(
        "v1/identify/<str:task>",
        resource(get=Operation("readIdentifyResult", ("id.identify",), read_identify_result)),
    ),
]
