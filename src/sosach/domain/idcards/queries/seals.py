"""Keys of sealed pictures, and opening one. Not guarded: for use inside verbs and looks, which leave purpose and ticket in the log."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.sealing import Sealed, open_
from sosach.chip.sealing.rings import FileRing, KeyRing, TokenRing
from sosach.chip.signing.token import opened_token
from sosach.domain.idcards.models import Packet, SealedPicture
from sosach.domain.idcards.rules.enrolment import modality_of
from sosach.domain.idcards.rules.matching import TEMPLATE, Capture, unpacked

PICTURES, TEMPLATES = "pictures", "templates"


@cache
def _ring(folder: Path, module: str, label: str, pin: str) -> KeyRing:
    return TokenRing(opened_token(Path(module), label, pin)) if module else FileRing(folder)


def key_ring() -> KeyRing:
    """Where the wrapping keys of this installation lie: the token of `SOSACH_CARD_TOKEN`, else files of `SOSACH_CARD_KEYS`.

    Raises:
        SosachError: KEY-01 the token is missing, or refuses.
    """
    token = settings.SOSACH_CARD_TOKEN
    return _ring(settings.SOSACH_CARD_KEYS, token["module"], token["label"], token["pin"])


def purpose_of(slot: str) -> str:
    """Which keys wrap a slot: templates have their own, apart from pictures."""
    if slot == TEMPLATE:
        return TEMPLATES
    modality_of(slot)
    return PICTURES


def sealed_of(row: SealedPicture) -> Sealed:
    """The four parts of a row.

    Raises:
        SosachError: STATE-02 it was dropped: nothing opens it any more.
    """
    if row.wrapped_key is None or row.content is None:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Khóa của ảnh đã xóa: không mở được nữa.",
            en="The key of the picture was dropped: nothing opens it any more.",
        )
    return Sealed(row.header, bytes(row.wrapped_key), bytes(row.nonce), bytes(row.content))


def opened(row: SealedPicture, packet: Packet) -> bytes:
    """What was sealed.

    Raises:
        SosachError: KEY-02 another key, another person's row, or altered; STATE-02 dropped.
    """
    sealed = sealed_of(row)
    return open_(sealed, **owner_of(row, packet), wrapper=key_ring().named(sealed.key_id))


def owner_of(row: SealedPicture, packet: Packet | None = None) -> dict[str, Any]:
    """To what a picture is bound by its seal: who was captured, under the record of that day, whatever was merged since."""
    return {"person": str((packet or row.packet).person_id), "modality": row.slot, "version": row.version}


def capture_of(packet: Packet) -> Capture | None:
    """Templates of a packet; None where it has none."""
    row = packet.pictures.filter(slot=TEMPLATE, dropped_at=None).first()
    return Capture(packet.pk, packet.person_id, unpacked(opened(row, packet))) if row else None
