"""Looks of a partner at the enrolments it collects: one, those that meet conditions, and a file of one, opened for that look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sosach.chip.sealing import Sealed, open_
from sosach.chip.sealing.rings import KeyRing
from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Subject
from sosach.domain.exchange.models.enrollments import Enrollment, EnrollmentFile
from sosach.domain.exchange.queries.identities import Narrowing, met, missing, part
from sosach.domain.exchange.rules.identities import Expression

PARTNERS = frozenset({Role.PARTNER})
_VERSION = 1  # a file is sealed once; another one is another file


@dataclass(frozen=True, slots=True)
class File:
    """A picture or paper.

    Attributes:
        media: its kind, as it was told.
        content: the file.
    """

    media: str
    content: bytes


@reading("exchange.enrollment_read", roles=PARTNERS)
def enrollment(look: Look, *, key: str) -> Seen[Enrollment]:
    """An enrolment the partner collects.

    Raises:
        SosachError: STATE-01.
    """
    row = enrollment_of(look.actor, key)
    return Seen(row, subjects_of(row))


@reading("exchange.enrollment_read", roles=PARTNERS)
def enrollments(look: Look, *, conditions: Sequence[Expression], offset: int, limit: int) -> Seen[list[Enrollment]]:
    """Enrolments whose attributes meet all conditions, the oldest first."""
    rows = Enrollment.objects.filter(actor_key=look.actor.key)
    for condition in conditions:
        rows = rows.filter(met(condition))
    page = list(rows.select_related("application").order_by("pk")[part(Narrowing(offset=offset, limit=limit))])
    return Seen(page, [one for row in page for one in subjects_of(row)])


@reading("exchange.enrollment_file_opened", roles=PARTNERS)
def enrollment_file(look: Look, *, key: str, uuid: UUID, ring: KeyRing) -> Seen[File]:
    """A file of an enrolment, opened.

    Raises:
        SosachError: STATE-01, there is none, or none any more: pictures of a final enrolment are the application's alone.
    """
    row = enrollment_of(look.actor, key)
    return Seen(opened(row, uuid, ring), subjects_of(row), details={"file": str(uuid)})


def opened(row: Enrollment, uuid: UUID, ring: KeyRing) -> File:
    """A file of an enrolment.

    Raises:
        SosachError: STATE-01.
    """
    found = row.files.filter(uuid=uuid, dropped_at__isnull=True).first()
    if found is None:
        raise missing()
    return File(found.media, _plain(found, ring))


def sealed_of(found: EnrollmentFile) -> Sealed:
    """The four parts of a file that was not dropped."""
    return Sealed(found.header, *(bytes(part or b"") for part in (found.wrapped_key, found.nonce, found.ciphertext)))


def _plain(found: EnrollmentFile, ring: KeyRing) -> bytes:
    sealed = sealed_of(found)
    return open_(sealed, **owner_of(found.enrollment_id, found.uuid), wrapper=ring.named(sealed.key_id))


def owner_of(enrollment_id: int, uuid: UUID) -> dict[str, Any]:
    """To what a file is bound by its seal: nobody is known yet whose picture it is, so to its enrolment."""
    return {"person": f"enrollment-{enrollment_id}", "modality": str(uuid), "version": _VERSION}


def enrollment_of(actor: Actor, key: str, *, locked: bool = False) -> Enrollment:
    """An enrolment of the partner's own.

    Raises:
        SosachError: STATE-01.
    """
    rows = Enrollment.objects.select_for_update(of=("self",)) if locked else Enrollment.objects.all()
    row = rows.select_related("application").filter(actor_key=actor.key, enrollment_key=key).first()
    if row is None:
        raise missing()
    return row


def subjects_of(row: Enrollment) -> list[Subject]:
    """An enrolment as the log names it, with the person it is of once that is known."""
    told = [Subject("enrollment", str(row.pk))]
    if row.application is not None:
        told.append(Subject("person", str(row.application.person_id), row.application.commune_code))
    return told
