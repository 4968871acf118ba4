"""Enrolments as partners collect them (OSIA): bring, change, take back, add files; final, they are applications for cards."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.db.models import QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.sealing import seal
from sosach.chip.sealing.rings import KeyRing
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models.enrollments import Enrollment, EnrollmentFile
from sosach.domain.exchange.queries.enrollments import enrollment_of, owner_of, sealed_of, subjects_of
from sosach.domain.exchange.rules.card_requests import unmapped
from sosach.domain.idcards.operations.sealing import PORTION, wrap_anew

PURPOSE = "enrollments"  # of the wrapping keys: what is collected lives for days
PARTNERS = frozenset({Role.PARTNER})
# Members that hold a file → the member that says where it is instead.
_LIFTED = {"image": "imageRef", "template": "templateRef", "data": "dataRef"}
_MEDIA = "application/octet-stream"
MOST_FILES = 100
KEPT = timedelta(days=30)  # of a file whose enrolment is not final: no time of the law, the platform's own


@dataclass(frozen=True, slots=True)
class Desk:
    """Where files of enrolments are sealed, and how they are called.

    Attributes:
        ring: keys that wrap theirs.
        base: address of the interface.
    """

    ring: KeyRing
    base: str

    def address(self, key: str, uuid: UUID | str) -> str:
        """Where a file of an enrolment is."""
        return f"{self.base}/v1/enrollments/{quote(key, safe='')}/buffer/{uuid}"

    def file_at(self, key: str, address: str) -> UUID | None:
        """The number of the file of that enrolment an address means; None: of no file of it."""
        number = address.rpartition("/")[2]
        try:
            return UUID(number) if address == self.address(key, number) else None
        except ValueError:
            return None


@operation("exchange.enrollment_brought", roles=PARTNERS)
def bring_enrollment(order: Order, *, key: str, sent: Mapping[str, Any], desk: Desk) -> Done[None]:
    """Bring a new enrolment.

    Args:
        order: who, when.
        key: id of the partner's own.
        sent: all members of the body that say something.
        desk: where its pictures go.

    Raises:
        SosachError: STATE-03, the id is used already; REQUEST-01, a picture is no base64.
    """
    row, made = Enrollment.objects.get_or_create(
        actor_key=order.actor.key,
        enrollment_key=key,
        defaults={"created_at": order.at, "updated_at": order.at, "act": order.act},
    )
    if not made:
        raise SosachError(
            ErrorCode.CONFLICT, vi="Mã hồ sơ thu nhận này đã được dùng.", en="The id of the enrolment is used already."
        )
    _write(order, row, sent, desk)
    return Done(None, subjects_of(row))


@operation("exchange.enrollment_brought", roles=PARTNERS)
def rewrite_enrollment(
    order: Order, *, key: str, rewrite: Callable[[dict[str, Any]], Mapping[str, Any]], desk: Desk
) -> Done[None]:
    """Let an enrolment say something else.

    Args:
        order: who, when.
        key: id of the partner's own.
        rewrite: makes of what it says what it will say; asked once it is found.
        desk: where new pictures go.

    Raises:
        SosachError: STATE-01; STATE-02, it is final; whatever `rewrite` raises.
    """
    row = open_enrollment(order, key)
    _write(order, row, rewrite(said(row)), desk)
    return Done(None, subjects_of(row))


@operation("exchange.enrollment_removed", roles=PARTNERS)
def remove_enrollment(order: Order, *, key: str) -> Done[None]:
    """Take an enrolment back, with its files.

    Raises:
        SosachError: STATE-01; STATE-02, it is final.
    """
    row = open_enrollment(order, key)
    told = subjects_of(row)
    removed, _ = row.files.all().delete()
    row.delete()
    return Done(None, told, {"files": removed})


@operation("exchange.enrollment_file_added", roles=PARTNERS)
def add_file(order: Order, *, key: str, media: str, content: bytes, desk: Desk) -> Done[str]:
    """Add a file to an enrolment.

    Returns:
        The number of the file.

    Raises:
        SosachError: STATE-01; STATE-02, it is final, or has more files than anybody's face, hands, eyes and papers need.
    """
    row = open_enrollment(order, key)
    if row.files.count() >= MOST_FILES:
        raise unmapped("Hồ sơ thu nhận đã có quá nhiều tệp.", f"An enrolment has at most {MOST_FILES} files.")
    uuid = _sealed(order, row, media, content, desk)
    return Done(str(uuid), subjects_of(row), {"file": str(uuid)})


def open_enrollment(order: Order, key: str) -> Enrollment:
    """An enrolment that is still being collected, locked.

    Raises:
        SosachError: STATE-01; STATE-02.
    """
    row = enrollment_of(order.actor, key, locked=True)
    if row.finalized_at is not None:
        raise unmapped("Hồ sơ thu nhận đã chốt.", "The enrolment is final.")
    return row


def said(row: Enrollment) -> dict[str, Any]:
    """All an enrolment says, as the partner would send it; pictures by their addresses."""
    return {**row.content, **({} if row.biographic is None else {"biographicData": row.biographic})}


def drop_files(order: Order, row: Enrollment) -> int:
    """Give up the files of an enrolment: keys and contents go; how many."""
    return _drop(order, row.files.all())


def _drop(order: Order, files: QuerySet[EnrollmentFile]) -> int:
    return files.filter(dropped_at__isnull=True).update(
        wrapped_key=None, nonce=None, ciphertext=None, dropped_at=order.at, act=order.act
    )


@operation("exchange.enrollment_files_dropped", roles=frozenset({Role.SYSTEM}))
def drop_overdue_files(order: Order, *, limit: int = 1000) -> Done[int]:
    """Drop files whose enrolment was not made final in time; how many. Scheduled; again until none is left."""
    overdue = EnrollmentFile.objects.filter(dropped_at__isnull=True, sealed_at__lt=order.at - KEPT).order_by("pk")
    found = list(overdue.select_for_update(skip_locked=True).values_list("pk", "enrollment_id")[:limit])
    count = _drop(order, EnrollmentFile.objects.filter(pk__in=[pk for pk, _ in found]))
    told = [Subject("enrollment", str(key)) for key in sorted({key for _, key in found})]
    return Done(count, told or [Subject("job", order.actor.key)], {"files": count})


@operation("exchange.enrollment_keys_rewrapped", roles=frozenset({Role.SYSTEM}))
def rewrap_files(order: Order, *, portion: int = PORTION) -> Done[int]:
    """Wrap a portion of the data keys that are not under the newest wrapping key yet; no file is opened or touched.

    Returns:
        How many it was; 0: all are under the newest key.

    Raises:
        SosachError: KEY-01; KEY-02 a key that wraps some of them is gone.
    """
    del order
    rows = EnrollmentFile.objects.filter(dropped_at__isnull=True)
    count = wrap_anew(rows, PURPOSE, sealed_of, lambda row: owner_of(row.enrollment_id, row.uuid), portion)
    return Done(count, [Subject("card_keys", PURPOSE)], {"keys": count})


def _write(order: Order, row: Enrollment, sent: Mapping[str, Any], desk: Desk) -> None:
    content = {name: value for name, value in sent.items() if name != "biographicData"}
    for holder, name in _embedded(content):
        media = holder.get("mimeType") or _MEDIA
        uuid = _sealed(order, row, media, _decoded(holder.pop(name)), desk)
        holder[_LIFTED[name]] = desk.address(row.enrollment_key, uuid)
    kept = _files(row.enrollment_key, content, desk)
    row.files.filter(uuid__in=_files(row.enrollment_key, row.content, desk) - kept).delete()
    row.content, row.biographic = content, sent.get("biographicData")
    row.updated_at, row.act = order.at, order.act
    row.save(update_fields=["content", "biographic", "updated_at", "act"])


def _embedded(content: Mapping[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Where a file stands in a body."""
    return [(holder, name) for holder in _holders(content) for name in _LIFTED if name in holder]


def _files(key: str, content: Mapping[str, Any], desk: Desk) -> set[UUID]:
    """The files a body refers to."""
    told = [str(holder.get(name, "")) for holder in _holders(content) for name in _LIFTED.values()]
    return {uuid for uuid in (desk.file_at(key, address) for address in told) if uuid is not None}


def _holders(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    parts = [part for one in content.get("documentData", ()) for part in one.get("parts", ())]
    return [*content.get("biometricData", ()), *parts]


def _sealed(order: Order, row: Enrollment, media: str, content: bytes, desk: Desk) -> UUID:
    uuid = uuid4()
    sealed = seal(content, **owner_of(row.pk, uuid), wrapper=desk.ring.current(PURPOSE))
    EnrollmentFile.objects.create(
        uuid=uuid,
        actor_key=order.actor.key,
        enrollment=row,
        media=media,
        header=sealed.header,
        wrapped_key=sealed.wrapped_key,
        nonce=sealed.nonce,
        ciphertext=sealed.ciphertext,
        sealed_at=order.at,
        act=order.act,
    )
    return uuid


def _decoded(told: str) -> bytes:
    try:
        return base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError):
        raise SosachError(
            ErrorCode.REQUEST_INVALID, vi="Ảnh phải là base64.", en="A picture or file is base64."
        ) from None
