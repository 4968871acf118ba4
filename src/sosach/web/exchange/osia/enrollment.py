"""OSIA enrollment 1.3: a partner collects who comes for a card, with pictures; final, it is an application of the register."""

import base64
import hashlib
import re
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import path

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.exchange.models import Enrollment
from sosach.domain.exchange.operations import enrollments as verbs
from sosach.domain.exchange.operations.finalizing import finalize_enrollment
from sosach.domain.exchange.queries import enrollments as looks
from sosach.domain.exchange.rules.identities import Expression, Operator, patched
from sosach.domain.exchange.rules.protection import opened_file
from sosach.domain.idcards.queries.seals import key_ring
from sosach.web.exchange.osia.answers import Asked, Operation, done, listed, malformed, resource, shaped, told
from sosach.web.exchange.osia.card_shapes import EnrollmentShape
from sosach.web.exchange.osia.keys import keys_of, nothing, opened_body
from sosach.web.exchange.osia.shapes import Expressions
from sosach.web.exchange.osia.taking_in import take_in

_OURS = ("enrollmentId", "status", "encryption")  # told by us, or of no use once it was opened
_MEDIA = re.compile(r"(application|image)/(\*|[A-Za-z0-9][A-Za-z0-9.+_-]{0,80})")
_UNKNOWN_MEDIA = "application/octet-stream"
# RFC 3230, with the names RFC 5843 added; others say nothing to us, as the RFC wants it.
_DIGESTS = {"sha": "sha1", "sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}


def create_enrollment(asked: Asked) -> HttpResponse:
    """A new enrolment."""
    order, key, sent, final = asked.order(), asked.key("enrollment"), _sent(asked), asked.flag("finalize")

    def do() -> None:
        verbs.bring_enrollment(order, key=key, sent=sent, desk=_desk())
        _finalize(asked, key, wished=final)

    take_in(asked, order, do)
    return done(204)


def read_enrollment(asked: Asked) -> HttpResponse:
    """An enrolment, or some attributes of it."""
    look, names = asked.look(), asked.request.GET.getlist("attributes")
    return told(_shown(looks.enrollment(look, key=asked.key("enrollment")), names))


def update_enrollment(asked: Asked) -> HttpResponse:
    """Let an enrolment say something else altogether; without a body it stays as it is."""
    body = asked.document()
    sent = None if body is None else _sent(asked)
    return _rewrite(asked, lambda before: before if sent is None else sent)


def patch_enrollment(asked: Asked) -> HttpResponse:
    """Change some of what an enrolment says (RFC 7396)."""
    body = _opened(asked)
    if not isinstance(body, dict):
        raise malformed("Nội dung phải là một đối tượng.", "The body must be an object.")
    return _rewrite(asked, partial(_merged, body))


def _merged(body: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    # what was proved of the enrolment as it was says nothing of what it becomes
    standing = {name: value for name, value in before.items() if name != "integrity"}
    return _members(patched(standing, body))


def _rewrite(asked: Asked, rewrite: Any) -> HttpResponse:
    order, key, final = asked.order(), asked.key("enrollment"), asked.flag("finalize")

    def do() -> None:
        verbs.rewrite_enrollment(order, key=key, rewrite=rewrite, desk=_desk())
        _finalize(asked, key, wished=final)

    take_in(asked, order, do)
    return done(204)


def delete_enrollment(asked: Asked) -> HttpResponse:
    """Take an enrolment back."""
    order, key = asked.order(), asked.key("enrollment")
    asked.once(order, lambda: verbs.remove_enrollment(order, key=key))
    return done(204)


def finalize(asked: Asked) -> HttpResponse:
    """Say that everything was collected."""
    order, key = asked.order(), asked.key("enrollment")
    take_in(asked, order, lambda: _finalize(asked, key, wished=True))
    return done(204)


def _finalize(asked: Asked, key: str, *, wished: bool) -> None:
    if wished:
        keys = keys_of(asked, nothing)
        finalize_enrollment(asked.order(), key=key, desk=_desk(), decrypted=lambda file: opened_file(file, keys))


def find_enrollments(asked: Asked) -> HttpResponse:
    """Enrolments whose attributes meet all conditions."""
    offset, limit = asked.number("offset", 0), asked.number("limit", 100)
    shapes = listed(Expressions, asked.document([]))
    conditions = [Expression(one.attribute_name, Operator(one.operator), one.value) for one in shapes]
    found = looks.enrollments(asked.look(), conditions=conditions, offset=offset, limit=limit)
    return told([_shown(row, []) for row in found])


def create_buffer(asked: Asked) -> HttpResponse:
    """A file of an enrolment, sent apart."""
    order, key, content = asked.order(), asked.key("enrollment"), asked.request.body
    media = _media(asked)
    if not content:
        raise malformed("Tệp trống.", "The file is empty.")
    _require_digest(asked.request.headers.get("Digest", ""), content)
    number = asked.once(order, lambda: verbs.add_file(order, key=key, media=media, content=content, desk=_desk()))
    return told({"bufferId": number}, status=201)


def read_buffer(asked: Asked) -> HttpResponse:
    """A file of an enrolment that is not final yet."""
    look, key = asked.look(), asked.key("enrollment")
    found = looks.enrollment_file(look, key=key, uuid=_number(asked), ring=key_ring())
    digest = base64.b64encode(hashlib.sha256(found.content).digest()).decode("ascii")
    return HttpResponse(found.content, found.media, headers={"Digest": f"SHA-256={digest}"})


def _number(asked: Asked) -> UUID:
    try:
        return UUID(asked.place["buffer"])
    except ValueError:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có tệp này.", en="There is no such file.") from None


def _media(asked: Asked) -> str:
    told = asked.request.headers.get("Content-Type", "").partition(";")[0].strip()
    if not _MEDIA.fullmatch(told):
        raise malformed("Nội dung phải là application/… hoặc image/….", "The body is application/… or image/….")
    return _UNKNOWN_MEDIA if told.endswith("*") else told


def _require_digest(said: str, content: bytes) -> None:
    """Refuse a file that is another than its digest says (RFC 3230)."""
    for one in said.split(","):
        name, _, value = one.strip().partition("=")
        if (algorithm := _DIGESTS.get(name.lower())) is None:
            continue
        found = base64.b64encode(hashlib.new(algorithm, content, usedforsecurity=False).digest()).decode("ascii")
        if found != value:
            raise malformed("Mã băm của tệp không khớp.", "The digest of the file does not hold.")


def _sent(asked: Asked) -> dict[str, Any]:
    return _members(_opened(asked))


def _opened(asked: Asked) -> Any:
    """The body as it was before it was encrypted; files it refers to are those of the enrolment itself."""
    key, desk = asked.key("enrollment"), _desk()

    def fetch(address: str) -> bytes:
        uuid = desk.file_at(key, address)
        return (
            nothing(address)
            if uuid is None
            else looks.enrollment_file(asked.look(), key=key, uuid=uuid, ring=desk.ring).content
        )

    return opened_body(asked, asked.document({}), fetch)


def _members(body: Any) -> dict[str, Any]:
    """What a body says, as it is kept."""
    sent = shaped(EnrollmentShape, body).told()
    return {name: value for name, value in sent.items() if name not in _OURS}


def _desk() -> verbs.Desk:
    return verbs.Desk(key_ring(), f"{settings.SOSACH_URL.rstrip('/')}/exchange/osia/enrollment")


def _shown(row: Enrollment, names: list[str]) -> dict[str, Any]:
    """An enrolment as it is answered, its attributes narrowed to those asked for."""
    content = verbs.said(row)
    attributes = content.get("biographicData")
    if names and isinstance(attributes, dict):
        content["biographicData"] = {name: attributes[name] for name in names if name in attributes}
    status = "IN_PROGRESS" if row.finalized_at is None else "FINALIZED"
    return {"enrollmentId": row.enrollment_key, "status": status, **content}


_NO_CONFLICT = {409: 403}  # the standard knows none but of an id that is used already
_READ, _WRITE = ("enroll.read",), ("enroll.write",)
ENROLLMENT = "v1/enrollments/<str:enrollment>"
urlpatterns = [
    path("v1/enrollments", resource(post=Operation("findEnrollments", _READ, find_enrollments))),
    path(
        ENROLLMENT,
        resource(
            post=Operation("createEnrollment", _WRITE, create_enrollment),
            get=Operation("readEnrollment", _READ, read_enrollment),
            put=Operation("updateEnrollment", _WRITE, update_enrollment, _NO_CONFLICT),
            patch=Operation("partialUpdateEnrollment", _WRITE, patch_enrollment, _NO_CONFLICT),
            delete=Operation("deleteEnrollment", _WRITE, delete_enrollment),
        ),
    ),
    path(f"{ENROLLMENT}/finalize", resource(put=Operation("finalizeEnrollment", _WRITE, finalize, _NO_CONFLICT))),
    path(f"{ENROLLMENT}/buffer", resource(post=Operation("createBuffer", ("enroll.buf.write",), create_buffer))),
    path(
        f"{ENROLLMENT}/buffer/<str:buffer>",
        resource(get=Operation("readBuffer", ("enroll.buf.read",), read_buffer)),
    ),
]
