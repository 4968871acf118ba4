"""Forms in which declarations are shown; made inside verbs and guarded looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sosach.domain.audit.rules import ActorKind, account_key
from sosach.domain.declarations.models import Attachment, Declaration, Note
from sosach.domain.declarations.rules import Receipt
from sosach.domain.declarations.rules.kinds import OBJECTION
from sosach.domain.declarations.states import State

# What a state means to whoever declared, in plain words.
PLAIN: dict[State, tuple[str, str]] = {
    State.DRAFT: ("Bản nháp, chưa gửi", "Draft, not sent"),
    State.SUBMITTED: ("Đã gửi, đang chờ công an cấp xã xem", "Sent; the commune police will look at it"),
    State.ASKED_BACK: ("Cần bạn bổ sung", "We need something more from you"),
    State.FORWARDED: ("Đã chuyển đến nơi có thẩm quyền", "Passed on to the commune in charge"),
    State.CONFLICT: (
        "Đang xác minh vì có thông tin khác nhau",
        "Being looked into: there is contradicting information",
    ),
    State.VERIFIED: ("Đã kiểm tra, đang chờ phê duyệt", "Verified, waiting for approval"),
    State.OBJECTED: ("Có người phản đối, đang giải quyết", "Somebody objects; this is being decided"),
    State.APPROVED: ("Đã chấp nhận", "Accepted"),
    State.APPLIED: ("Đã chấp nhận và cập nhật vào sổ", "Accepted, and the register is up to date"),
    State.REFUSED: ("Không được chấp nhận", "Not accepted"),
    State.WITHDRAWN: ("Bạn đã rút", "You took it back"),
    State.RETRACTED: ("Đã thu hồi việc chấp nhận", "The acceptance was taken back"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list of declarations.

    Attributes:
        id: of the declaration.
        number: as on the receipt.
        kind: code.
        state: where it stands.
        created_at: begun.
        submitted_at: sent; None for drafts.
        due_on: last day to answer.
        version: of the row.
    """

    id: int
    number: str
    kind: str
    state: State
    created_at: datetime
    submitted_at: datetime | None
    due_on: date | None
    version: int


def line_of(declaration: Declaration) -> Line:
    """A declaration as a line."""
    return Line(
        declaration.pk,
        declaration.number,
        declaration.kind,
        State(declaration.state),
        declaration.created_at,
        declaration.submitted_at,
        declaration.due_on,
        declaration.version,
    )


def receipt_of(declaration: Declaration) -> Receipt:
    """The receipt of a declaration that was sent; without signature before it was.

    Raises:
        ValueError: it was never sent.
    """
    if declaration.submitted_at is None or declaration.due_on is None:
        raise ValueError("a draft has no receipt")
    return Receipt(
        number=declaration.number,
        kind=declaration.kind,
        digest=declaration.digest,
        submitted_at=declaration.submitted_at,
        due_on=declaration.due_on,
        signature=declaration.receipt.get("signature", ""),
        key_id=declaration.receipt.get("key_id", ""),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the thread.

    Attributes:
        at: when.
        what: verb of `states.Verb`, or `message`, `noted`, `reminded`, `escalated`, `branch`.
        by: `you` for the declarant, `desk`, `system`, or `other`; officers see the key instead.
        text: what was said with it.
        public: whether the citizen sees it.
        terms: more that was kept.
    """

    at: datetime
    what: str
    by: str
    text: str
    public: bool
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PhotoShown:
    """A photo without its bytes."""

    id: int
    slot: str
    media_type: str
    size: int
    added_at: datetime


def thread_of(declaration: Declaration, *, own: bool) -> tuple[Said, ...]:
    """The thread, oldest first; the declarant reads the public lines."""
    rows = Note.objects.filter(declaration=declaration).order_by("pk")
    if own:
        rows = rows.filter(public=True)
    citizen = account_key(ActorKind.CITIZEN, declaration.person_id)
    return tuple(
        Said(
            row.at,
            row.what,
            _by(row, citizen) if own else row.actor_key,
            row.text,
            row.public,
            row.terms if not own or row.actor_key == citizen else {},
        )
        for row in rows
    )


def _by(row: Note, citizen: str) -> str:
    if row.actor_key == citizen:
        return "you"
    return {ActorKind.OFFICER: "desk", ActorKind.SYSTEM: "system"}.get(ActorKind(row.actor_kind), "other")


def photos_of(declaration: Declaration, *, own: bool) -> tuple[PhotoShown, ...]:
    """Photos of a declaration, oldest first; the declarant does not see those of whoever objects."""
    rows = Attachment.objects.filter(declaration=declaration, removed_at__isnull=True).order_by("pk")
    if own:
        rows = rows.exclude(slot=OBJECTION)
    return tuple(PhotoShown(*row) for row in rows.values_list("pk", "slot", "media_type", "size", "added_at"))
