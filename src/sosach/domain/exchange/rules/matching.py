"""What is said to a biometric matcher elsewhere, and what its answers mean (OSIA ABIS 1.6.0).

A capture is an encounter of a person under our own numbers; it is put in first and looked for after, so that of two captures of one
person taken at the same time at least one finds the other. Whose face it is, the matcher never learns: it is told no name and no PIN.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from sosach.domain.exchange.rules.card_requests import SLOTS

GALLERY: Final = "CARDS"
LONGEST_SILENCE = timedelta(minutes=2)  # then the matcher is asked how far it is
_FIRST_REST, _LONGEST_REST = timedelta(seconds=10), timedelta(hours=1)
_MOST_CANDIDATES = 100
# Of a slot with two names in OSIA, the last one: of a face, the portrait.
_NAMES: Mapping[str, tuple[str, str]] = {slot: names for names, slot in SLOTS.items()}


class Stage(StrEnum):
    """What the matcher is asked to do with a capture."""

    INSERT = "insert"  # to be put in
    IDENTIFY = "identify"  # to be looked for
    DONE = "done"  # answered; it stays there, so that later ones find it
    REMOVE = "remove"  # to be taken out: we keep it no longer
    GONE = "gone"


class TaskWord(StrEnum):
    """What the matcher says of something it was asked."""

    PENDING = "PENDING"
    SCHEDULED = "RESPONSE_SCHEDULED"
    ERROR = "RESPONSE_ERROR"
    RETRY = "RESPONSE_RETRY"
    COMPLETED = "COMPLETED"


RESTING = frozenset({Stage.DONE, Stage.GONE})
# Its answer will not come, or came and did not reach us: it is asked to say it again.
TO_REDELIVER = frozenset({TaskWord.ERROR, TaskWord.COMPLETED})


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody who looks alike, as the matcher says.

    Attributes:
        person: our number of the person, as text.
        encounter: our number of the capture; "" where the matcher names none.
        score: as it counts.
        slots: what looks alike.
    """

    person: str
    encounter: str
    score: float
    slots: tuple[str, ...]


def person_key(person_id: int) -> str:
    """A person as the matcher knows them.

    >>> person_key(7), number_of(person_key(7)), number_of("001199000017")
    ('P7', 7, None)
    """
    return f"P{person_id}"


def encounter_key(packet_id: int) -> str:
    """A capture as the matcher knows it."""
    return f"E{packet_id}"


def number_of(key: str) -> int | None:
    """Our number behind a key; None: it is none of ours."""
    digits = key[1:]
    plain = digits.isascii() and digits.isdecimal() and len(digits) < 19
    return int(digits) if key[:1] in {"P", "E"} and plain else None


def encounter_body(pictures: Sequence[tuple[str, str, bytes]]) -> dict[str, Any]:
    """An encounter to put in.

    Args:
        pictures: slot, media type, content of each.
    """
    items = [
        {
            "biometricType": _NAMES[slot][0],
            **({"biometricSubType": _NAMES[slot][1]} if _NAMES[slot][1] else {}),
            "mimeType": media,
            "image": base64.b64encode(content).decode("ascii"),
        }
        for slot, media, content in pictures
        if slot in _NAMES
    ]
    return {"status": "ACTIVE", "encounterType": "CARD", "galleries": [GALLERY], "biometricData": items}


def hits_of(told: Any, *, own: str) -> list[Hit]:
    """Candidates the matcher names, without the person itself, the likest first.

    Raises:
        ValueError: it is no list of candidates.
    """
    if not isinstance(told, list) or len(told) > _MOST_CANDIDATES:
        raise ValueError("no list of candidates")
    found = [_hit(one) for one in told]
    return sorted((one for one in found if one.person != own), key=lambda one: (-one.score, one.person))


def _hit(told: Any) -> Hit:
    if not isinstance(told, dict) or not isinstance(told.get("personId"), str) or not _is_number(told.get("score")):
        raise ValueError("no candidate")
    details = told.get("scores", [])
    if not isinstance(details, list) or not all(isinstance(one, dict) for one in details):
        raise ValueError("no candidate")
    encounters = [str(one["encounterId"]) for one in details if one.get("encounterId")]
    parts = [(str(one.get("biometricType", "")), str(one.get("biometricSubType", ""))) for one in details]
    slots = tuple(sorted({SLOTS[part] for part in parts if part in SLOTS}))
    return Hit(told["personId"], encounters[0] if encounters else "", float(told["score"]), slots)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")


def likeness(score: float, *, threshold: float) -> float:
    """A score between 0 and 1, for lists: one half at the threshold of the matcher.

    >>> likeness(3500, threshold=3500), likeness(0, threshold=3500)
    (0.5, 0.0)
    """
    return round(score / (score + threshold), 4) if score > 0 else 0.0


def rest_after(tries: int) -> timedelta:
    """How long a matcher that failed is left alone.

    >>> rest_after(1), rest_after(40)
    (datetime.timedelta(seconds=10), datetime.timedelta(seconds=3600))
    """
    return min(_FIRST_REST * 2 ** min(tries - 1, 10), _LONGEST_REST)
