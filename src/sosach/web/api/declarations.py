"""Declarations that programs hand in: the state's app, a province's one-stop shop. Photos come by the pages."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID, uuid5

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field, StringConstraints

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import event
from sosach.domain.declarations.operations import declare, receipt_signer
from sosach.domain.declarations.operations.recording import DECLARERS
from sosach.domain.declarations.rules import Receipt
from sosach.web.api.asking import Body, Text
from sosach.web.api.contract import KeyHeader, MissesCharged, answered
from sosach.web.api.identity import Key
from sosach.web.api.opaque import read_reference
from sosach.web.api.opening import Opening
from sosach.web.api.routes import Receipt as Done
from sosach.web.api.showing import answer_of, shown

router = Router(tags=["Declarations"])
EVENT = "declarations.submitted"
# Names what an account has under a key of its own; drawn once, changed never.
ACTS = UUID("5d0c1f6e-3a3b-4f0c-9d55-2f4f4d1c7a10")
OPENING = Opening(roles=DECLARERS - {Role.CITIZEN}, records={"person": "person"})
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class DeclarationTold(Body):
    """What a person declares."""

    kind: Code = Field(description="Code of the catalogue of declarations.")
    answers: dict[Code, Text] = Field(
        max_length=40,
        description="Code of the question → as typed.",
        json_schema_extra={"additionalProperties": False},
    )


class DeclarationReceipt(Done):
    """A declaration is taken in: stored, signed for, on the desk of its commune."""

    result: answer_of(Receipt)  # type: ignore[valid-type] # made of the domain's record


@router.post(
    "/persons/{uuid:person}/declarations",
    response=DeclarationReceipt,
    operation_id="DeclarationsDeclare",
    summary="Hand in what a person declares; a signed receipt comes back",
    auth=Key(OPENING),
)
def hand_in(request: HttpRequest, person: UUID, body: DeclarationTold, key: KeyHeader) -> HttpResponse:
    """The person has to live in the account's territory. What the registers know of the numbers is not told.

    Declarations are kept once per key by themselves: the same key and declaration give the same receipt. `errors` names the
    questions whose answers have to be mended.
    """
    act = uuid5(ACTS, f"{request.auth.key} {key}")
    with MissesCharged(request):
        receipt = declare(
            Order(request.auth, request.sosach_at, act=act),
            kind=body.kind,
            answers=body.answers,
            key=act,
            signer=receipt_signer(settings.SOSACH_RECEIPT_KEY),
            person_id=read_reference("person", person),
        )
    response = answered({"act": str(act), **_EVENT, "result": shown(receipt)}, in_order=True)
    response["Idempotent-Replayed"] = "false" if receipt.submitted_at == request.sosach_at else "true"
    return response


_EVENT: Mapping[str, Any] = {"event": EVENT, "code": event(EVENT).code}
