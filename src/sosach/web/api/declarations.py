"""Declarations that programs hand in: the state's app, a province's one-stop shop. Photos come by the pages."""

from collections.abc import Mapping

from django.conf import settings
from ninja import Router

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.declarations.operations import declare, receipt_signer
from sosach.domain.declarations.operations.recording import DECLARERS
from sosach.domain.declarations.rules import Receipt
from sosach.web.api.routes import Doing, register

router = Router(tags=["Declarations"])


def declare_for(order: Order, *, person_id: int, kind: str, answers: Mapping[str, str]) -> Receipt:
    """Hand in what a person declares, with the person's signature kept by the caller; a signed receipt comes back.

    Args:
        order: the program, its evidence, the act that stands for the client's key.
        person_id: who declares.
        kind: code of the catalogue of declarations.
        answers: code of the question → as typed; what has to be mended is named by the question.
    """
    return declare(
        order,
        kind=kind,
        answers=answers,
        key=order.act,
        signer=receipt_signer(settings.SOSACH_RECEIPT_KEY),
        person_id=person_id,
    )


# What the routes read off a verb of the domain: who may, where, and as what the log knows it.
declare_for.sosach_roles = DECLARERS - {Role.CITIZEN}  # type: ignore[attr-defined] # as the gate marks its verbs
declare_for.sosach_nationwide = False  # type: ignore[attr-defined] # as above
declare_for.sosach_event = "declarations.submitted"  # type: ignore[attr-defined] # as above

register(router, (Doing("/persons/{person}/declarations", declare_for, name="DeclarationsDeclare"),))
