"""OSIA credential management 1.3: a credential request is an application for an ID card, a credential is a card."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import path

from sosach.chip.profiles import PROFILES, Profile
from sosach.domain.exchange.operations import credentials as verbs
from sosach.domain.exchange.operations.finalizing import capture_sent
from sosach.domain.exchange.queries import credentials as looks
from sosach.domain.exchange.rules.card_requests import (
    PROFILE_VERSION,
    applicant_of,
    capture_of,
    unmapped,
    wanted_of,
)
from sosach.domain.exchange.rules.credentials import ALWAYS, Change, status_of_request
from sosach.domain.exchange.rules.identities import Expression, Operator, meets
from sosach.domain.idcards.queries.holders import STATED
from sosach.web.exchange.osia.answers import Asked, Operation, done, listed, malformed, resource, shaped, told
from sosach.web.exchange.osia.card_shapes import CredentialRequestShape, CredentialShape, StatusShape
from sosach.web.exchange.osia.keys import opened_body
from sosach.web.exchange.osia.shapes import Expressions
from sosach.web.exchange.osia.taking_in import take_in

_OURS = ("credentialRequestId", "status", "credentialIds", "encryption")
_FIXED = (
    "expiryDate",
    "issuingAuthority",
    "issuingPlace",
    "others",
)  # of a credential: what the standard lets be changed
LONGEST_REASON = 500


def create_request(asked: Asked) -> HttpResponse:
    """Request a card for somebody, with pictures where they were taken already."""
    order = asked.order()
    wished, items = _wished(asked)
    capture = capture_of(items) if items else None

    def do() -> None:
        application = verbs.request_card(order, asked=wished)
        if capture is not None:
            capture_sent(order, application_id=application, capture=capture, features=wished.applicant.features)

    take_in(asked, order, do)
    return done(201)


def read_request(asked: Asked) -> HttpResponse:
    """A request, and how far it is; pictures are the register's by now."""
    look, names = asked.look(), asked.request.GET.getlist("attributes")
    found = looks.card_request(look, key=asked.key("wish"))
    content = dict(found.row.content)
    if names:
        attributes = content["biographicData"]
        content["biographicData"] = {name: attributes[name] for name in names if name in attributes}
    status = status_of_request(found.state, seen=bool(found.serials))
    ours = {"credentialRequestId": found.row.request_key, "status": str(status), "credentialIds": list(found.serials)}
    return told(ours | content)


def update_request(asked: Asked) -> HttpResponse:
    """Ask for something else; pictures are taken anew by their own way."""
    order = asked.order()
    wished, items = _wished(asked)
    if items:
        raise unmapped("Ảnh không sửa qua yêu cầu thẻ.", "Pictures are not changed by way of a request.")
    take_in(asked, order, lambda: verbs.change_request(order, asked=wished))
    return done(204)


def cancel_request(asked: Asked) -> HttpResponse:
    """Ask for no card after all."""
    order, key = asked.order(), asked.key("wish")
    asked.once(order, lambda: verbs.cancel_request(order, key=key))
    return done(204)


def find_credentials(asked: Asked) -> HttpResponse:
    """Cards that meet all conditions."""
    names = asked.request.GET.getlist("attributes")
    return told([_narrowed(one, names) for one in looks.credentials(asked.look(), conditions=_conditions(asked))])


def read_credential(asked: Asked) -> HttpResponse:
    """A card."""
    names = asked.request.GET.getlist("attributes")
    return told(_narrowed(looks.credential(asked.look(), serial=asked.key("credential")), names))


def update_credential(asked: Asked) -> HttpResponse:
    """Change what a credential says: nothing of a card can be, it stands signed in the chip; saying the same is no change."""
    body = asked.document({})
    sent = shaped(CredentialShape, body).told()
    row = looks.credential(asked.look(), serial=asked.key("credential"))
    if any(sent[name] != row.get(name) for name in _FIXED if name in sent):
        raise unmapped(
            "Nội dung thẻ đã ký trong chip, không sửa được: hãy yêu cầu cấp đổi.",
            "What a card says is signed in its chip: request an exchange.",
        )
    return done(204)


def suspend(asked: Asked) -> HttpResponse:
    """Hold a card while its holder is in custody."""
    return _changed(asked, Change.SUSPENDED, _reason(asked))


def unsuspend(asked: Asked) -> HttpResponse:
    """Give a held card back."""
    return _changed(asked, Change.ACTIVE, _reason(asked))


def revoke(asked: Asked) -> HttpResponse:
    """Revoke a card."""
    return _changed(asked, Change.REVOKED, _reason(asked))


def set_status(asked: Asked) -> HttpResponse:
    """Suspend, give back, revoke, report lost or damaged, by one word."""
    shape = shaped(StatusShape, asked.document({}))
    if shape.status not in set(Change):
        raise malformed("Không có trạng thái này.", f"The status is one of {', '.join(Change)}.")
    told = shape.told()
    return _changed(asked, Change(shape.status), {name: told[name] for name in told if name != "status"})


def _reason(asked: Asked) -> dict[str, str]:
    """Why, as a body of its own says; members the standard does not name are let be."""
    body = asked.document({})
    reason = body.get("reason", "") if isinstance(body, dict) else None
    if not isinstance(reason, str):
        raise malformed("Lý do phải là chữ.", "The reason is a text.")
    return {"reason": reason}


def _changed(asked: Asked, change: Change, why: dict[str, str]) -> HttpResponse:
    """The ground is a word of the law; after it, behind a colon, the number of the decision it rests on."""
    ground, _, decision = why.get("reason", "").partition(":")
    beside = "; ".join(why[name] for name in ("requester", "comment") if why.get(name))
    evidence = {"decision": decision.strip()} if decision.strip() else {}
    plain = asked.order(beside[:LONGEST_REASON])
    order = replace(plain, evidence=plain.evidence | evidence)
    serial = asked.key("credential")
    looks.credential(asked.look(), serial=serial)  # whom nobody may see, nobody may change
    asked.once(order, lambda: verbs.change_status(order, serial=serial, change=change, why=ground.strip()))
    return done(204)


def find_profiles(asked: Asked) -> HttpResponse:
    """Profiles of cards that meet all conditions."""
    names = asked.request.GET.getlist("attributes")
    asked.word("transactionId")
    conditions = _conditions(asked)
    found = [_profile(one) for one in PROFILES.values()]
    return told(
        [
            {name: value for name, value in one.items() if not names or name in names}
            for one in found
            if all(meets(one.get(each.attribute), each) for each in conditions)
        ]
    )


def _profile(one: Profile) -> dict[str, Any]:
    return {
        "credentialProfileId": one.name,
        "name": f"Thẻ căn cước {one.name}",
        "description": f"LDS {one.lds}, face {one.face}, texts {one.texts}, {one.digest}, PACE {one.pace}",
        "credentialType": "ID_CARD",
        "credentialProfileVersion": PROFILE_VERSION,
    }


def _wished(asked: Asked) -> tuple[verbs.Asked, list[dict[str, Any]]]:
    """What a request asks for, and the pictures it brings: they are never kept with it."""
    key = asked.key("wish")
    shape = shaped(CredentialRequestShape, opened_body(asked, asked.document({})))
    content = {name: value for name, value in shape.told().items() if name not in _OURS}
    applicant = applicant_of(content["biographicData"], pin=shape.person_id, compared=STATED)
    items = content.pop("biometricData", [])
    return verbs.Asked(key, applicant, wanted_of(content["requestData"]), content), items


def _conditions(asked: Asked) -> list[Expression]:
    shapes = listed(Expressions, asked.document([]))
    return [Expression(one.attribute_name, Operator(one.operator), one.value) for one in shapes]


def _narrowed(row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not names or name in names or name in ALWAYS}


_NO_CONFLICT = {409: 403}  # the standard knows none but of an id that is used already
_READ, _WRITE = ("cms.request.read",), ("cms.request.write",)
_SEE, _CHANGE = ("cms.credential.read",), ("cms.credential.write",)
REQUEST, CREDENTIAL = "v1/credentialRequests/<str:wish>", "v1/credentials/<str:credential>"
urlpatterns = [
    path(
        REQUEST,
        resource(
            post=Operation("createCredentialRequest", _WRITE, create_request),
            get=Operation("readCredentialRequest", _READ, read_request),
            put=Operation("updateCredentialRequest", _WRITE, update_request, _NO_CONFLICT),
        ),
    ),
    path(
        f"{REQUEST}/cancel", resource(post=Operation("cancelCredentialRequest", _WRITE, cancel_request, _NO_CONFLICT))
    ),
    path("v1/credentials", resource(post=Operation("findCredentials", _SEE, find_credentials))),
    path(
        CREDENTIAL,
        resource(
            get=Operation("readCredential", _SEE, read_credential),
            put=Operation("updateCredential", _CHANGE, update_credential),
        ),
    ),
    path(f"{CREDENTIAL}/suspend", resource(post=Operation("suspendCredential", _CHANGE, suspend, _NO_CONFLICT))),
    path(f"{CREDENTIAL}/unsuspend", resource(post=Operation("unsuspendCredential", _CHANGE, unsuspend, _NO_CONFLICT))),
    path(f"{CREDENTIAL}/revoke", resource(post=Operation("revokeCredential", _CHANGE, revoke, _NO_CONFLICT))),
    path(f"{CREDENTIAL}/status", resource(post=Operation("setCredentialStatus", _CHANGE, set_status, _NO_CONFLICT))),
    path(
        "v1/credentialProfiles",
        resource(post=Operation("findCredentialProfiles", ("cms.profile.read",), find_profiles)),
    ),
]
