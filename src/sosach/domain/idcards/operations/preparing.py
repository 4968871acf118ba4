"""Makes a picture ready to be sealed: decoded in a jailed child, written anew, judged, its vector taken. Touches no record."""

from dataclasses import dataclass, field

from django.conf import settings
from django.utils.module_loading import import_string

from sosach.base.images import clean_photo
from sosach.domain.idcards.rules.enrolment import FACE, Media, Modality, Shot, modality_of
from sosach.domain.idcards.rules.quality import Fault, QualityCheck, SimpleCheck
from sosach.domain.idcards.rules.wsq import read_wsq

FACE_EDGE = 640  # about 20 kB on the chip
IRIS_EDGE = 480


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A picture as it will be sealed.

    Attributes:
        slot: what it shows.
        content: JPEG written by ourselves, or a whole WSQ file.
        media: which of them.
        faults: what the quality check found.
        check: name of the check.
        vector: by which our own engine compares; b"" where there is none.
    """

    slot: str
    content: bytes
    media: Media
    faults: tuple[Fault, ...] = ()
    check: str = ""
    vector: bytes = field(default=b"")


def quality_check() -> QualityCheck:
    """The check of this installation: `SOSACH_CARD_QUALITY` names a class, else our own."""
    named = getattr(settings, "SOSACH_CARD_QUALITY", "")
    found: QualityCheck = import_string(named)() if named else SimpleCheck()
    return found


def prepare(shot: Shot) -> Picture:
    """A picture ready to be sealed, with what is wrong with it.

    Raises:
        PhotoRefusedError: INPUT-07, it is no picture we take.
        SosachError: SERVER-02, too many pictures at once.
        ValueError: there is no such slot.
    """
    modality, check = modality_of(shot.slot), quality_check()
    if modality is Modality.FINGER:
        wsq = read_wsq(shot.content)
        faults = check.of_finger(shot.content, wsq)
        return Picture(shot.slot, shot.content, Media.WSQ, faults, check.name, wsq.vector if wsq else b"")
    edge = FACE_EDGE if modality is Modality.FACE else IRIS_EDGE
    clean = clean_photo(shot.content, edge=edge, measure=True)
    if clean.measures is None:
        raise ValueError("asked for measures, got none")
    vector = clean.measures.coarse if shot.slot == FACE else b""
    return Picture(shot.slot, clean.content, Media.JPEG, check.of_picture(modality, clean.measures), check.name, vector)
