"""Drafts: kept with every page, never lost when two devices write at once; photos; messages."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.declarations.models import Attachment, Declaration
from sosach.domain.declarations.operations.opening import inserted, opened
from sosach.domain.declarations.operations.recording import DECLARERS, is_open, locked, note, said, subject
from sosach.domain.declarations.operations.refusals import forbidden, incomplete, not_found
from sosach.domain.declarations.rules import PHOTOS, Kind, kind_of
from sosach.domain.declarations.rules.answers import LONGEST
from sosach.domain.declarations.rules.kinds import OBJECTION
from sosach.domain.declarations.states import State

BRANCH = "branch"  # of a draft: what another device had written meanwhile
MEDIA_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
LARGEST = 5 * 1024 * 1024
MOST_PHOTOS = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft after it was saved.

    Attributes:
        declaration_id: which.
        version: to save the next time with.
        answers: as they stand now.
        saved: whether what was sent stands now; if not, another device had written, and both are kept.
        differing: codes of the questions two devices answered differently.
        sent: what was sent, where it does not stand.
    """

    declaration_id: int
    version: int
    answers: dict[str, str]
    saved: bool
    differing: tuple[str, ...] = ()
    sent: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A photo or scan, decoded and written anew by whoever takes it in, without what it hid.

    Attributes:
        slot: what it shows, a key of `rules.PHOTOS`.
        content: its bytes.
        media_type: as found out, not as claimed.
    """

    slot: str
    content: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        """Hash of the bytes, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@operation("declarations.started", roles=DECLARERS)
def start_draft(
    order: Order, *, kind: str, key: UUID, person_id: int | None = None, answers: Mapping[str, str] | None = None
) -> Done[Draft]:
    """Begin a declaration. The same key gives the same draft again.

    Args:
        order: the citizen, or an officer who writes down what somebody says.
        kind: code of the catalogue.
        key: made by the client before the first try.
        person_id: who declares, for officers; citizens declare themselves.
        answers: what is known already (a scanned card, the own record).

    Raises:
        SosachError: STATE-01 no such kind, or no such person within reach; STATE-02 the person is not alive; ACCESS-01
            somebody else's declaration, or an officer's own.
    """
    found = opened(order, kind, key, person_id)
    found.answers = kept(kind_of(kind), answers or {})
    return _shown(inserted(found))


@operation("declarations.draft_saved", roles=DECLARERS)
def save_draft(order: Order, *, declaration_id: int, version: int, answers: Mapping[str, str]) -> Done[Draft]:
    """Keep answers of a draft, whether right or not; those to other questions stay.

    Where another device has saved since that version, answers it left empty are taken over, and nothing is overwritten: the
    draft says which differ, and what was sent is kept in the thread.

    Raises:
        SosachError: STATE-01; STATE-02 it is no draft; STATE-04 an answer is longer than any can be.
    """
    draft = locked(order, declaration_id)
    if draft.state != State.DRAFT:
        raise forbidden("Tờ khai đã gửi, không sửa được nữa.", "It was sent and cannot be changed any more.")
    sent = kept(kind_of(draft.kind), answers)
    if draft.version == version:
        draft.answers = {**draft.answers, **sent}
        differing: tuple[str, ...] = ()
    else:
        differing = tuple(code for code, text in sent.items() if draft.answers.get(code, "") not in {"", text})
        draft.answers = {**sent, **{code: text for code, text in draft.answers.items() if text}}
        if differing:
            note(order, draft, BRANCH, terms={"answers": sent})
    draft.version += 1
    draft.save(update_fields=["answers", "version"])
    shown = Draft(draft.pk, draft.version, draft.answers, not differing, differing, sent if differing else None)
    return Done(shown, [subject(draft)], {"version": draft.version, "differing": len(differing)})


@operation("declarations.photo_attached", roles=DECLARERS)
def attach(order: Order, *, declaration_id: int, photo: CleanPhoto) -> Done[int]:
    """Add a photo, cleaned before; the same one again changes nothing. Possible until somebody decided.

    Returns:
        Id of the photo.

    Raises:
        SosachError: STATE-01; STATE-02 it is decided; STATE-04 not a kind of file that is kept, too large, or too many.
    """
    declaration = locked(order, declaration_id)
    _require_unclosed(declaration)
    if photo.slot == OBJECTION:
        raise incomplete("Ảnh này chỉ gửi kèm lời phản đối.", "Such a photo comes with an objection only.")
    found = attached(order, declaration, photo)
    return Done(found.pk, [subject(declaration)], {"photo": found.pk, "slot": photo.slot})


@operation("declarations.photo_removed", roles=DECLARERS)
def remove_photo(order: Order, *, declaration_id: int, photo_id: int) -> Done[None]:
    """Take a photo out of a draft; what was sent stays.

    Raises:
        SosachError: STATE-01 no such photo; STATE-02 it is no draft.
    """
    draft = locked(order, declaration_id)
    if draft.state != State.DRAFT:
        raise forbidden("Tờ khai đã gửi, không bỏ ảnh được nữa.", "It was sent: photos cannot be taken out any more.")
    gone = Attachment.objects.filter(pk=photo_id, declaration=draft, removed_at__isnull=True)
    if not gone.update(removed_at=order.at):
        raise not_found()
    return Done(None, [subject(draft)], {"photo": photo_id})


@operation("declarations.message_written", roles=DECLARERS)
def message(order: Order, *, declaration_id: int, text: str, public: bool = True) -> Done[int]:
    """Write to the other side: the citizen to the desk, the desk to the citizen, or with `public=False` among officers.

    Returns:
        Id of the line in the thread.

    Raises:
        SosachError: STATE-01; STATE-02 it was never sent; STATE-04 nothing is said.
    """
    declaration = locked(order, declaration_id)
    if declaration.state == State.DRAFT:
        raise forbidden("Tờ khai chưa gửi.", "It was not sent yet.")
    by_citizen = order.actor.person_id == declaration.person_id
    written = note(order, declaration, "message", text=said(text), public=public or by_citizen)
    return Done(written.pk, [subject(declaration)], {"note": written.pk})


def attached(order: Order, declaration: Declaration, photo: CleanPhoto) -> Attachment:
    """Keep a photo of a locked declaration.

    Raises:
        SosachError: STATE-04.
    """
    if photo.slot not in PHOTOS or photo.media_type not in MEDIA_TYPES or not 0 < len(photo.content) <= LARGEST:
        raise incomplete("Tệp không phải ảnh, PDF hoặc quá lớn.", "Not an image or PDF, or too large.")
    there = Attachment.objects.filter(declaration=declaration, removed_at__isnull=True)
    there = there.filter(slot=OBJECTION) if photo.slot == OBJECTION else there.exclude(slot=OBJECTION)
    same = there.filter(slot=photo.slot, sha256=photo.sha256).first()
    if same is not None:
        return same
    if there.count() >= MOST_PHOTOS:
        raise incomplete(f"Nhiều nhất {MOST_PHOTOS} ảnh.", f"At most {MOST_PHOTOS} photos.")
    return Attachment.objects.create(
        declaration=declaration,
        slot=photo.slot,
        sha256=photo.sha256,
        media_type=photo.media_type,
        size=len(photo.content),
        content=photo.content,
        added_at=order.at,
    )


def kept(kind: Kind, answers: Mapping[str, str]) -> dict[str, str]:
    """Answers to questions of the kind, in their longest form at most.

    Raises:
        SosachError: STATE-04.
    """
    asked = {question.code: question for step in kind.steps for question in step.questions}
    found = {code: text.strip() for code, text in answers.items() if code in asked}
    if any(len(text) > LONGEST[asked[code].type] or "\0" in text for code, text in found.items()):
        raise incomplete("Câu trả lời quá dài.", "An answer is too long.")
    return found


def _shown(found: tuple[Declaration, bool]) -> Done[Draft]:
    draft, fresh = found
    shown = Draft(draft.pk, draft.version, draft.answers, saved=True)
    return Done(shown, [subject(draft)], {"kind": draft.kind, "again": not fresh})


def _require_unclosed(declaration: Declaration) -> None:
    if declaration.state != State.DRAFT and not is_open(declaration):
        raise forbidden("Tờ khai đã được giải quyết.", "It is decided already.")
