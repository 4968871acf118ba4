"""OSIA UIN management 1.2: the unique identity number is the PIN."""

from django.http import HttpResponse
from django.urls import path

from sosach.domain.exchange.operations.numbering import generate_number
from sosach.web.exchange.osia.answers import Asked, Operation, listed, resource, told
from sosach.web.exchange.osia.shapes import Attributes


def generate_uin(asked: Asked) -> HttpResponse:
    """A PIN for a person the attributes describe; the same transaction gets the same one."""
    order, attributes = asked.order(), listed(Attributes, asked.document({}))
    number = generate_number(order, caller=asked.caller, transaction=asked.transaction, attributes=attributes)
    return told(number)


urlpatterns = [
    # the standard knows no conflict here: somebody the register has already is a bad request
    path("v1/uin", resource(post=Operation("generateUIN", ("uin.generate",), generate_uin, {409: 400}))),
]
