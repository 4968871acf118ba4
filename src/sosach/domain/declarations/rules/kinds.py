"""The closed catalogue of declarations: `kinds.toml` and `questions.toml`, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

COMMITMENT = "commitment"
# What a photo shows: slot → its name, Vietnamese and English.
PHOTOS: dict[str, tuple[str, str]] = {
    "certificate": ("Giấy đăng ký xe", "Registration certificate"),
    "plate": ("Biển số trên xe", "Plate on the vehicle"),
    "chassis": ("Số khung trên xe", "Chassis number on the vehicle"),
    "ownership_paper": ("Giấy tờ mua bán, cho tặng", "Paper of the sale or gift"),
    "sale_paper": ("Giấy tờ bán, cho, tặng", "Paper of the sale or gift"),
    "inheritance_paper": ("Văn bản thừa kế", "Inheritance document"),
    "police_report": ("Giấy tiếp nhận tin báo", "Slip of the report to the police"),
    "return_paper": ("Giấy trả lại xe", "Paper by which the vehicle was returned"),
    "decision": ("Quyết định, biên bản", "Decision or record"),
    "licence_front": ("Giấy phép lái xe, mặt trước", "Licence, front"),
    "licence_back": ("Giấy phép lái xe, mặt sau", "Licence, back"),
    "portrait": ("Ảnh chân dung", "Portrait"),
    "proof": ("Giấy tờ chứng minh", "Paper that proves it"),
    "other": ("Ảnh khác", "Another photo"),
    "objection": ("Giấy tờ của người phản đối", "Paper of whoever objects"),
}
OBJECTION = "objection"
"""Photos of whoever objects: for the desk; the declarant neither sees them nor answers for them."""


class Claim(StrEnum):
    """What a declaration claims; says how much it takes to accept it."""

    NOTHING = "nothing"  # asks for an answer only
    STATUS = "status"  # how a vehicle is used
    PAPERS = "papers"  # that a certificate, plate or card is lost, ends, or belongs to somebody
    VALUE = "value"  # that a value in a register is wrong
    OWNERSHIP = "ownership"  # that somebody else is the owner


class Declarant(StrEnum):
    """As what somebody declares."""

    OWNER = "owner"  # on record
    BUYER = "buyer"
    HEIR = "heir"
    USER = "user"
    HOLDER = "holder"  # of a licence
    SELF = "self"  # about the own data
    ANYONE = "anyone"


DIRECT = frozenset({Declarant.OWNER, Declarant.HOLDER, Declarant.SELF})
"""Declarants the register should name as owner or holder: whoever else declares so is looked at more closely."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of several."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a step.

    Attributes:
        code: name of the answer.
        type: `text`, `long_text`, `choice`, `date`, `commitment`.
        vi: label, Vietnamese.
        en: label, English.
        required: whether it must be answered.
        check: name of the reading in `answers.CHECKS`; "" for free text.
        hint_vi: help, Vietnamese.
        hint_en: help, English.
        choices: answers of a choice.
    """

    code: str
    type: str
    vi: str
    en: str
    required: bool = True
    check: str = ""
    hint_vi: str = ""
    hint_en: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A page of questions.

    Attributes:
        vi: title, Vietnamese.
        en: title, English.
        questions: in order.
        when: shown only if these answers were given; empty: always.
    """

    vi: str
    en: str
    questions: tuple[Question, ...]
    when: Mapping[str, str]

    def applies(self, answers: Mapping[str, str]) -> bool:
        """Whether the page is part of the form, after these answers."""
        return all(answers.get(code) == value for code, value in self.when.items())


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that is asked for.

    Attributes:
        slot: what it shows, a key of `PHOTOS`.
        required: whether the declaration is incomplete without it. Told to the citizen; a missing one is asked for later.
    """

    slot: str
    required: bool

    @property
    def vi(self) -> str:
        """What it shows, Vietnamese."""
        return PHOTOS[self.slot][0]

    @property
    def en(self) -> str:
        """What it shows, English."""
        return PHOTOS[self.slot][1]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of declaration.

    Attributes:
        code: stable code, never reused.
        register: `vehicles`, `licences` or `population`.
        declares: as what somebody may declare it.
        claims: what it claims.
        status: code of `vehicle_statuses.csv`; "" for licences and people.
        people: how many people it takes to accept it.
        days: time limit in working days, or calendar days with `calendar`.
        by_law: whether a law sets the limit; else it is our own.
        calendar: whether days of the calendar count.
        objecting: time the holder on record has to object: `30` calendar days, `1w` working day; "" none of its own.
        next_step: verb of the registers an accepted claim leads to; "" none.
        legal: ids in `vn/data/legal.toml`.
        photos: asked for.
        vi: title, Vietnamese.
        en: title, English.
        help_vi: in plain words, Vietnamese.
        help_en: in plain words, English.
        steps: pages of the form, the commitment on the last.
    """

    code: str
    register: str
    declares: tuple[Declarant, ...]
    claims: Claim
    status: str
    people: int
    days: int
    by_law: bool
    calendar: bool
    objecting: str
    next_step: str
    legal: tuple[str, ...]
    photos: tuple[Photo, ...]
    vi: str
    en: str
    help_vi: str
    help_en: str
    steps: tuple[Step, ...]

    @property
    def changes_owner(self) -> bool:
        """Whether it claims that somebody else is the owner."""
        return self.claims is Claim.OWNERSHIP

    @property
    def is_direct(self) -> bool:
        """Whether only whom the register names can declare it."""
        return set(self.declares) <= DIRECT

    def steps_after(self, answers: Mapping[str, str]) -> tuple[Step, ...]:
        """Pages of the form that apply after these answers."""
        return tuple(step for step in self.steps if step.applies(answers))


@cache
def kinds() -> dict[str, Kind]:
    """The catalogue by code, in the order in which it is offered.

    Raises:
        ValueError: a code stands twice, or a kind asks for what is not in the catalogue of questions.
    """
    questions = {entry["code"]: entry for entry in _entries("questions.toml")["question"]}
    found: dict[str, Kind] = {}
    for entry in _entries("kinds.toml")["kind"]:
        if entry["code"] in found:
            raise ValueError(f"the kind {entry['code']} stands twice")
        found[entry["code"]] = _kind(entry, questions)
    return found


def kind_of(code: str) -> Kind:
    """The kind of that code.

    Raises:
        KeyError: it is not in the catalogue.
    """
    return kinds()[code]


def _entries(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("sosach.domain.declarations") / name).read_text("utf-8"))


def _kind(entry: dict[str, Any], questions: Mapping[str, dict[str, Any]]) -> Kind:
    claims = Claim(entry["claims"])
    steps = entry["steps"]
    asked = [[*step["ask"], COMMITMENT] if step is steps[-1] else step["ask"] for step in steps]
    return Kind(
        code=entry["code"],
        register=entry["register"],
        declares=tuple(map(Declarant, entry["declares"])),
        claims=claims,
        status=entry.get("status", ""),
        people=2 if claims is Claim.OWNERSHIP else entry.get("people", 1),
        days=entry["days"],
        by_law=entry["deadline"] == "law",
        calendar=entry.get("counts") == "calendar",
        objecting=entry.get("objecting", ""),
        next_step=entry["next_step"],
        legal=tuple(entry["legal"]),
        photos=tuple(Photo(_known(slot), not slot.endswith("?")) for slot in entry["photos"]),
        vi=entry["vi"],
        en=entry["en"],
        help_vi=entry["help_vi"],
        help_en=entry["help_en"],
        steps=tuple(
            Step(step["vi"], step["en"], tuple(_question(code, questions) for code in codes), step.get("if", {}))
            for step, codes in zip(steps, asked, strict=True)
        ),
    )


def _known(slot: str) -> str:
    if slot.rstrip("?") not in PHOTOS:
        raise ValueError(f"nobody knows what a photo of {slot} shows")
    return slot.rstrip("?")


def _question(code: str, questions: Mapping[str, dict[str, Any]]) -> Question:
    entry = questions.get(code.rstrip("?"))
    if entry is None:
        raise ValueError(f"there is no question {code}")
    return Question(
        code=entry["code"],
        type=entry["type"],
        vi=entry["vi"],
        en=entry["en"],
        required=not code.endswith("?"),
        check=entry.get("check", ""),
        hint_vi=entry.get("hint_vi", ""),
        hint_en=entry.get("hint_en", ""),
        choices=tuple(Choice(**choice) for choice in entry.get("choices", ())),
    )
