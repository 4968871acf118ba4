"""OSIA data access 1.3: attributes of people of the register, comparisons that give none away, papers."""

from typing import Any

from django.http import HttpResponse
from django.urls import path

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.exchange.operations.disclosing import confirm
from sosach.domain.exchange.operations.seeking import seek_people, verify_conditions
from sosach.domain.exchange.rules.identities import Expression, Operator
from sosach.domain.exchange.rules.questions import MATCHES
from sosach.web.exchange.osia.answers import Asked, Operation, listed, malformed, resource, told
from sosach.web.exchange.osia.papers import read_document
from sosach.web.exchange.osia.people import POPULATION, attributes_of, person_of
from sosach.web.exchange.osia.shapes import Attributes, OrderExpressions

_OURS = {"names", "offset", "limit"}
_NO_SUCH, _OTHER = 0, 1


def query_persons(asked: Asked) -> HttpResponse:
    """Numbers or attributes of people of whom everything told is true."""
    sought = {name: value for name, value in asked.request.GET.items() if name not in _OURS}
    names, begin = asked.request.GET.getlist("names"), max(asked.number("offset", 0), 0)
    end = begin + max(asked.number("limit", 100), 0)
    people = seek_people(asked.ask(), told=sought)[begin:end] if sought else []
    if not people:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không tìm thấy ai.", en="No record found.")
    if names:
        return told(attributes_of(asked.ask(), people, names))
    return told([row["pin"] for row in attributes_of(asked.ask(), people, ["pin"]) if isinstance(row["pin"], str)])


def read_attributes(asked: Asked) -> HttpResponse:
    """Attributes of one person."""
    names = asked.request.GET.getlist("attributeNames")
    if not names:
        raise malformed("Thiếu tham số attributeNames.", "The parameter attributeNames is missing.")
    (row,) = attributes_of(asked.ask(), [person_of(asked.ask(), asked.place["uin"])], names)
    return told(row)


def match_attributes(asked: Asked) -> HttpResponse:
    """Which attributes are not as told; what they are, is not said."""
    attributes = listed(Attributes, asked.document({}))
    person, agreed = person_of(asked.ask(), asked.place["uin"]), asked.caller.agreement.may_match(POPULATION)
    known = {name: value for name, value in attributes.items() if name in agreed}
    same: Any = known and confirm(asked.ask(), register=POPULATION, record_id=person, question=MATCHES, told=known)
    wrong = {
        name: _NO_SUCH if name not in known else _OTHER for name in attributes if not (name in known and same[name])
    }
    return told([{"attributeName": name, "errorCode": code} for name, code in wrong.items()])


def verify_attributes(asked: Asked) -> HttpResponse:
    """Whether all conditions are met."""
    shapes = listed(OrderExpressions, asked.document([]))
    conditions = [Expression(one.attribute_name, Operator(one.operator), one.value) for one in shapes]
    person = person_of(asked.ask(), asked.place["uin"])
    return told(verify_conditions(asked.ask(), person_id=person, conditions=conditions))


def _in(action: str) -> tuple[str, ...]:
    """The register of the population answers, and stands for the register of civil status, too."""
    return (f"pr.{action}", f"cr.{action}")


_PERSON = "v1/persons/<str:uin>"
urlpatterns = [
    path("v1/persons", resource(get=Operation("queryPersonList", _in("person.read"), query_persons))),
    path(_PERSON, resource(get=Operation("readPersonAttributes", _in("person.read"), read_attributes))),
    path(f"{_PERSON}/match", resource(post=Operation("matchPersonAttributes", _in("person.match"), match_attributes))),
    path(
        f"{_PERSON}/verify", resource(post=Operation("verifyPersonAttributes", _in("person.verify"), verify_attributes))
    ),
    path(f"{_PERSON}/document", resource(get=Operation("readDocument", _in("document.read"), read_document))),
]
