"""What may happen to a licence, as the journal holds it in the column `happened`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sosach.domain.licences.rules.classes import ClassFact, Group


class Verb(StrEnum):
    """Kinds of happenings."""

    TAKEN_IN = "taken_in"  # from a source or from the ledger of a former transport department
    ISSUED = "issued"
    CLASS_ADDED = "class_added"
    EXCHANGED = "exchanged"
    REISSUED = "reissued"
    CONVERTED = "converted"  # paper to PET
    ELECTRONIC = "electronic"
    CARD_LOST = "card_lost"
    SUSPENDED = "suspended"  # tước quyền sử dụng
    GIVEN_BACK = "given_back"
    HELD = "held"  # tạm giữ
    RELEASED = "released"
    REVOKED = "revoked"  # thu hồi
    DEDUCTED = "deducted"
    TEST_PASSED = "test_passed"
    DIED = "died"
    JOINED = "joined"  # the record goes on as another one of the same person
    REPOINTED = "repointed"  # its holder was merged into another person
    CLASS_CORRECTED = "class_corrected"
    TOLD = "told"  # another installation told what it has on record: all of it


class Material(StrEnum):
    """What a card is made of."""

    PAPER = "paper"
    PET = "pet"
    ELECTRONIC = "electronic"


class Medium(StrEnum):
    """Of which kind there is one for each half of a licence."""

    CARD = "card"
    ELECTRONIC = "electronic"


@dataclass(frozen=True, slots=True)
class CardFact:
    """A card as it was issued.

    Attributes:
        material: paper, PET, electronic.
        serial: printed number of the blank, or the number of the electronic one.
        groups: halves of the licence that stand on it.
        issued_on: when.
        issued_by: by whom, as printed.
    """

    material: Material
    serial: str
    groups: frozenset[Group]
    issued_on: date | None = None
    issued_by: str = ""

    @property
    def medium(self) -> Medium:
        """Whether it is held in the hand."""
        return Medium.ELECTRONIC if self.material is Material.ELECTRONIC else Medium.CARD

    def as_json(self) -> dict[str, Any]:
        """For the journal."""
        return {
            "material": str(self.material),
            "serial": self.serial,
            "groups": sorted(self.groups),
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "issued_by": self.issued_by,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "CardFact":
        """From the journal."""
        return cls(
            material=Material(told["material"]),
            serial=told.get("serial", ""),
            groups=frozenset(map(Group, told["groups"])),
            issued_on=date.fromisoformat(told["issued_on"]) if told.get("issued_on") else None,
            issued_by=told.get("issued_by", ""),
        )


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened.

    Attributes:
        key: of the entry (`e12`) or source row (`s3`) that tells of it; classes and cards it made are named after it.
        what: verb, day, and the facts of that verb.
    """

    key: str
    what: Mapping[str, Any]

    @property
    def verb(self) -> Verb:
        """Of what kind."""
        return Verb(self.what["verb"])

    @property
    def on(self) -> date:
        """From which day."""
        return date.fromisoformat(self.what["on"])

    @property
    def groups(self) -> frozenset[Group]:
        """Halves of the licence it is about."""
        return frozenset(map(Group, self.what["groups"]))

    @property
    def classes(self) -> list[ClassFact]:
        """Classes it gave."""
        return [ClassFact.from_json(told) for told in self.what.get("classes", ())]

    @property
    def cards(self) -> list[CardFact]:
        """Cards it gave."""
        return [CardFact.from_json(told) for told in self.what.get("cards", ())]


def happening(
    verb: Verb, on: date, *, classes: tuple[ClassFact, ...] = (), cards: tuple[CardFact, ...] = (), **facts: Any
) -> dict[str, Any]:
    """What happened, for the column `happened`; sets of halves become sorted lists.

    >>> happening(Verb.HELD, date(2026, 11, 22), groups=frozenset({Group.LIMITED}))
    {'verb': 'held', 'on': '2026-11-22', 'groups': ['limited']}
    """
    told: dict[str, Any] = {"verb": str(verb), "on": on.isoformat()}
    if classes:
        told["classes"] = [fact.as_json() for fact in classes]
    if cards:
        told["cards"] = [card.as_json() for card in cards]
    return told | {
        name: sorted(map(str, value)) if isinstance(value, frozenset) else value for name, value in facts.items()
    }
