"""OSIA population registry 1.5: people and identities a partner files under ids of its own, beside the register."""

import csv
import io
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import path

from sosach.domain.exchange.models.identities import FiledIdentity
from sosach.domain.exchange.operations import identities as verbs
from sosach.domain.exchange.queries import identities as looks
from sosach.domain.exchange.rules.identities import (
    Content,
    Expression,
    FiledStatus,
    IdentityStatus,
    Operator,
    PhysicalStatus,
    patched,
)
from sosach.web.exchange.osia.answers import (
    Asked,
    Operation,
    done,
    forbidden,
    listed,
    malformed,
    resource,
    shaped,
    told,
)
from sosach.web.exchange.osia.shapes import Expressions, IdentityShape, PersonShape

# Kept with an identity as they were sent; the register has no use for them.
_PAPERS = ("clientData", "documentData", "encryption", "integrity")


def find_persons(asked: Asked) -> HttpResponse:
    """Ids of persons, or of their identities, whose attributes meet all conditions."""
    within = looks.Narrowing(
        grouped=asked.flag("group"),
        reference=asked.flag("reference"),
        gallery=asked.request.GET.get("gallery"),
        offset=asked.number("offset", 0),
        limit=asked.number("limit", 100),
    )
    shapes = listed(Expressions, asked.document([]))
    conditions = [Expression(one.attribute_name, Operator(one.operator), one.value) for one in shapes]
    return told(_listed(looks.search_filed(asked.look(), conditions=conditions, within=within)))


def _listed(found: list[looks.Found]) -> list[dict[str, str]]:
    return [{"personId": one.person} | ({"identityId": one.identity} if one.identity else {}) for one in found]


def create_person(asked: Asked) -> HttpResponse:
    """File a person."""
    order, shape = asked.order(), _person(asked)
    verbs.file_person(
        order,
        key=asked.key("person"),
        status=FiledStatus(shape.status) if shape else FiledStatus.ACTIVE,
        physical=PhysicalStatus(shape.physical_status) if shape else PhysicalStatus.ALIVE,
    )
    return done(201)


def read_person(asked: Asked) -> HttpResponse:
    """A filed person."""
    row = looks.filed_person(asked.look(), key=asked.key("person"))
    return told({"personId": row.person_key, "status": row.status, "physicalStatus": row.physical_status})


def update_person(asked: Asked) -> HttpResponse:
    """Say anew whether a filed person is in use and alive."""
    order, shape = asked.order(), _person(asked)
    status = FiledStatus(shape.status) if shape else None
    physical = PhysicalStatus(shape.physical_status) if shape else None
    verbs.restate_person(order, key=asked.key("person"), status=status, physical=physical)
    return done(204)


def delete_person(asked: Asked) -> HttpResponse:
    """Take a filed person with all identities out."""
    verbs.remove_person(asked.order(), key=asked.key("person"))
    return done(204)


def merge_person(asked: Asked) -> HttpResponse:
    """Give all identities of the source to the target."""
    verbs.merge_persons(asked.order(), target=asked.key("target"), source=asked.key("source"))
    return done(204)


def _person(asked: Asked) -> PersonShape | None:
    body = asked.document()
    return None if body is None else shaped(PersonShape, body)


def read_identities(asked: Asked) -> HttpResponse:
    """All identities of a person."""
    return told([_shown(row) for row in looks.filed_identities(asked.look(), person=asked.key("person"))])


def create_identity(asked: Asked) -> HttpResponse:
    """File an identity; its id is made here."""
    key = verbs.file_identity(asked.order(), person=asked.key("person"), key=None, content=_content(asked))
    return told({"identityId": key})


def create_identity_with_id(asked: Asked) -> HttpResponse:
    """File an identity under an id of the partner's."""
    order, person, key = asked.order(), asked.key("person"), asked.key("identity")
    verbs.file_identity(order, person=person, key=key, content=_content(asked))
    return done(201)


def read_identity(asked: Asked) -> HttpResponse:
    """One identity."""
    row = looks.filed_identity(asked.look(), person=asked.key("person"), key=asked.key("identity"))
    return told(_shown(row))


def update_identity(asked: Asked) -> HttpResponse:
    """Let an identity say something else altogether."""
    order, body = asked.order(), asked.document()
    rewrite = partial(_rewritten, body) if body is not None else _the_same
    return _rewrite(asked, order, rewrite)


def patch_identity(asked: Asked) -> HttpResponse:
    """Change some of what an identity says (RFC 7396)."""
    order, body = asked.order(), asked.document()
    if body is not None and not isinstance(body, dict):
        raise malformed("Nội dung phải là một đối tượng.", "The body must be an object.")
    return _rewrite(asked, order, lambda before: _rewritten(patched(_said(before), body or {}), before))


def _rewrite(asked: Asked, order: Any, rewrite: Any) -> HttpResponse:
    person, key = asked.key("person"), asked.key("identity")
    verbs.rewrite_identity(order, caller=asked.caller, person=person, key=key, rewrite=rewrite)
    return done(204)


def delete_identity(asked: Asked) -> HttpResponse:
    """Take an identity out."""
    verbs.remove_identity(asked.order(), person=asked.key("person"), key=asked.key("identity"))
    return done(204)


def move_identity(asked: Asked) -> HttpResponse:
    """Give an identity to another person."""
    order, key = asked.order(), asked.key("identity")
    verbs.move_identity(order, target=asked.key("target"), source=asked.key("source"), key=key)
    return done(204)


def set_identity_status(asked: Asked) -> HttpResponse:
    """Say what is held of an identity."""
    order, word = asked.order(), asked.word("status")

    def status() -> IdentityStatus:
        if word not in set(IdentityStatus):
            raise malformed("Không có trạng thái này.", f"The status is one of {', '.join(IdentityStatus)}.")
        return IdentityStatus(word)

    verbs.set_status(order, person=asked.key("person"), key=asked.key("identity"), status=status)
    return done(204)


def define_reference(asked: Asked) -> HttpResponse:
    """Name the identity that counts."""
    order, person, key = asked.order(), asked.key("person"), asked.key("identity")
    verbs.set_reference(order, caller=asked.caller, person=person, key=key)
    return done(204)


def read_reference(asked: Asked) -> HttpResponse:
    """The identity that counts."""
    return told(_shown(looks.filed_identity(asked.look(), person=asked.key("person"), key=None)))


def read_galleries(asked: Asked) -> HttpResponse:
    """Every group."""
    return told(looks.galleries(asked.look()))


def read_gallery_content(asked: Asked) -> HttpResponse:
    """Who belongs to a group; as CSV for whoever asks for that."""
    offset, limit = asked.number("offset", 0), asked.number("limit", looks.LARGEST_PAGE)
    found = looks.gallery_content(asked.look(), gallery=asked.place["gallery"], offset=offset, limit=limit)
    if asked.request.headers.get("Accept", "").partition(";")[0].strip().lower() != "text/csv":
        return told(_listed(found))
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("personId", "identityId"), *((one.person, one.identity) for one in found)])
    return HttpResponse(text.getvalue(), "text/csv; charset=utf-8")


def _content(asked: Asked) -> Content:
    """What a new identity says; one without a body claims nothing yet."""
    body = asked.document()
    return Content("", IdentityStatus.CLAIMED) if body is None else _read(body)


def _the_same(before: Content) -> Content:
    return before


def _rewritten(body: Any, before: Content) -> Content:
    del before
    return _read(body)


def _read(body: Any) -> Content:
    """What a body says of an identity.

    Raises:
        pydantic.ValidationError: it is not as described.
        SosachError: ACCESS-01, it holds biometric data: Law 26/2023 art. 16 has those in another database.
    """
    shape = shaped(IdentityShape, body)
    if shape.biometric_data:
        raise forbidden("Sổ này không lưu dữ liệu sinh trắc học.", "This register keeps no biometric data.")
    sent = shape.told()
    papers = {name: sent[name] for name in _PAPERS if name in sent}
    return Content(
        shape.identity_type,
        IdentityStatus(shape.status),
        shape.galleries,
        shape.biographic_data,
        shape.contextual_data,
        papers,
    )


def _said(content: Content) -> dict[str, Any]:
    """An identity as the partner would send it."""
    said: dict[str, Any] = {"identityType": content.kind, "status": str(content.status), **content.papers}
    optional = {
        "galleries": list(content.galleries) or None,
        "biographicData": content.biographic,
        "contextualData": content.contextual,
    }
    return said | {name: value for name, value in optional.items() if value is not None}


def _shown(row: FiledIdentity) -> dict[str, Any]:
    """An identity as it is answered; its times are ours."""
    times = {"createdDate": row.created_at.isoformat(), "updatedDate": row.updated_at.isoformat()}
    return {"identityId": row.identity_key, **_said(looks.content_of(row)), **times}


def _in(scope: str) -> tuple[str, ...]:
    return (f"pr.{scope}",)


PERSON, IDENTITY = "v1/persons/<str:person>", "v1/persons/<str:person>/identities/<str:identity>"
_MOVE = "v1/persons/<str:target>/move/<str:source>/identities/<str:identity>"
# What may not be filed is not allowed (403): the standard knows no 404 there.
urlpatterns = [
    path("v1/persons", resource(post=Operation("findPersons", _in("person.read"), find_persons))),
    path(
        PERSON,
        resource(
            post=Operation("createPerson", _in("person.write"), create_person),
            get=Operation("readPerson", _in("person.read"), read_person),
            put=Operation("updatePerson", _in("person.write"), update_person),
            delete=Operation("deletePerson", _in("person.write"), delete_person),
        ),
    ),
    path(
        "v1/persons/<str:target>/merge/<str:source>",
        resource(post=Operation("mergePerson", _in("person.write"), merge_person)),
    ),
    path(
        f"{PERSON}/identities",
        resource(
            get=Operation("readIdentities", _in("identity.read"), read_identities),
            post=Operation("createIdentity", _in("identity.write"), create_identity),
        ),
    ),
    path(
        IDENTITY,
        resource(
            post=Operation("createIdentityWithId", _in("identity.write"), create_identity_with_id),
            get=Operation("readIdentity", _in("identity.read"), read_identity),
            put=Operation("updateIdentity", _in("identity.write"), update_identity),
            patch=Operation("partialUpdateIdentity", _in("identity.write"), patch_identity),
            delete=Operation("deleteIdentity", _in("identity.write"), delete_identity),
        ),
    ),
    path(_MOVE, resource(post=Operation("moveIdentity", _in("identity.write"), move_identity))),
    path(
        f"{IDENTITY}/status",
        resource(put=Operation("setIdentityStatus", _in("identity.write"), set_identity_status)),
    ),
    path(
        f"{IDENTITY}/reference",
        resource(put=Operation("defineReference", _in("reference.write"), define_reference)),
    ),
    path(f"{PERSON}/reference", resource(get=Operation("readReference", _in("reference.read"), read_reference))),
    path("v1/galleries", resource(get=Operation("readGalleries", _in("gallery.read"), read_galleries))),
    path(
        "v1/galleries/<str:gallery>",
        resource(get=Operation("readGalleryContent", _in("gallery.read"), read_gallery_content)),
    ),
]
