"""Makes an application of what a partner collected: who it is for is looked up, pictures are judged and sealed anew, then compared."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import uuid4

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.exchange.models.enrollments import Enrollment
from sosach.domain.exchange.operations.enrollments import Desk, drop_files, open_enrollment
from sosach.domain.exchange.operations.taking_in import taken_in
from sosach.domain.exchange.queries.enrollments import opened, subjects_of
from sosach.domain.exchange.rules.card_requests import (
    Applicant,
    Capture,
    Picture,
    applicant_of,
    capture_of,
    unmapped,
    wanted_of,
)
from sosach.domain.idcards.operations.capturing import capture
from sosach.domain.idcards.operations.preparing import prepare
from sosach.domain.idcards.operations.screening import screen
from sosach.domain.idcards.queries.holders import STATED
from sosach.domain.idcards.rules.applications import Wanted
from sosach.domain.idcards.rules.enrolment import Shot
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.packets import PacketState

TAKERS = frozenset({Role.CARDS})  # lent to partners that take applications
JOSE = "application/jose"  # a file that is encrypted to us (RFC 7515 section 9.2.1)


@dataclass(frozen=True, slots=True)
class Collected:
    """What an enrolment asks for, in words of the register.

    Attributes:
        applicant: who the card is for.
        wanted: which card.
        capture: face, fingers, irises; None where nothing is told of them.
    """

    applicant: Applicant
    wanted: Wanted
    capture: Capture | None


def collected(row: Enrollment) -> Collected:
    """What an enrolment asks for.

    Raises:
        SosachError: STATE-02, something is missing or has no counterpart.
    """
    request = row.content.get("requestData")
    if not isinstance(request, Mapping):
        raise unmapped("Thiếu requestData: cấp thẻ gì.", "requestData is missing: which card is asked for.")
    items = row.content.get("biometricData", [])
    return Collected(
        applicant_of(row.biographic, compared=STATED), wanted_of(request), capture_of(items) if items else None
    )


@operation("exchange.enrollment_finalized", roles=TAKERS)
def finalize_enrollment(order: Order, *, key: str, desk: Desk, decrypted: Callable[[bytes], bytes]) -> Done[None]:
    """Say that everything was collected: an application is taken in; what was kept here of its pictures is dropped.

    Args:
        order: who, when.
        key: id of the partner's own.
        desk: where its files are.
        decrypted: opens a file that is encrypted to us.

    Raises:
        TurnedAwayError: no card can be made for this person now.
        SosachError: STATE-01; STATE-02, final already, something has no counterpart, a picture is not good enough; STATE-03.
    """
    row = open_enrollment(order, key)
    found = collected(row)
    made = taken_in(order, applicant=found.applicant, wanted=found.wanted)
    if found.capture is not None:
        capture_sent(
            order,
            application_id=made.pk,
            capture=found.capture,
            features=found.applicant.features,
            fetch=partial(_fetched, row, desk, decrypted),
        )
    dropped = drop_files(order, row)
    row.application, row.finalized_at, row.updated_at, row.act = made, order.at, order.at, order.act
    row.save(update_fields=["application", "finalized_at", "updated_at", "act"])
    return Done(None, subjects_of(row), {"application": made.pk, "files": dropped})


def capture_sent(
    order: Order,
    *,
    application_id: int,
    capture: Capture,
    features: str,
    fetch: Callable[[str], bytes] | None = None,
) -> None:
    """Put what a partner captured into its application, and have it compared with everybody's.

    Args:
        order: who, when.
        application_id: of an application that waits for a capture.
        capture: which pictures there are, and where.
        features: identifying features.
        fetch: the file at an address; None: none is fetched.

    Raises:
        SosachError: REQUEST-01, a picture is no base64; INPUT-07, none we take; STATE-01, not there; STATE-02, not good enough.
    """
    shots = [Shot(one.slot, _content(one, fetch)) for one in capture.pictures]
    packet = _captured(order, application_id, capture, features, shots)
    if packet.state == PacketState.POOR:
        faults = {slot: told["faults"] for slot, told in packet.quality.items() if told["faults"]}
        told = "; ".join(f"{slot}: {', '.join(map(str, each))}" for slot, each in sorted(faults.items()))
        raise unmapped(f"Ảnh chưa đạt chất lượng ({told}).", f"Pictures are not good enough ({told}).")
    if packet.application.state == State.CAPTURED:
        screen(_beside(order), application_id=application_id)


def _captured(order: Order, application_id: int, found: Capture, features: str, shots: list[Shot]) -> Any:
    return capture(
        _beside(order),
        application_id=application_id,
        pictures=[prepare(shot) for shot in shots],
        absent=found.absent,
        features=features,
        device=found.device,
    )


def _content(one: Picture, fetch: Callable[[str], bytes] | None) -> bytes:
    if one.address:
        if fetch is None:
            raise unmapped("Ảnh phải gửi kèm trong yêu cầu.", "Pictures are sent within the request.")
        return fetch(one.address)
    try:
        return base64.b64decode(one.embedded, validate=True)
    except (binascii.Error, ValueError):
        raise SosachError(ErrorCode.REQUEST_INVALID, vi="Ảnh phải là base64.", en="A picture is base64.") from None


def _fetched(row: Enrollment, desk: Desk, decrypted: Callable[[bytes], bytes], address: str) -> bytes:
    """A file of this enrolment; nothing is fetched from elsewhere."""
    uuid = desk.file_at(row.enrollment_key, address)
    if uuid is None:
        raise unmapped("Không lấy ảnh từ máy chủ khác.", "No picture is fetched from another server.")
    file = opened(row, uuid, desk.ring)
    return decrypted(file.content) if file.media == JOSE else file.content


def _beside(order: Order) -> Order:
    """The same order under an act of its own, for a verb of the register."""
    return replace(order, act=uuid4())
