"""Who acts, on whom, and the closed catalogue of events."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources


class Level(StrEnum):
    """How far somebody reaches."""

    NATION = "nation"
    PROVINCE = "province"
    COMMUNE = "commune"
    PERSON = "person"  # a citizen: the own record only
    NOBODY = "nobody"


class ActorKind(StrEnum):
    """What kind of actor."""

    OFFICER = "officer"
    MACHINE = "machine"
    CITIZEN = "citizen"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: made at the edge (request, command, job), never inside.

    Attributes:
        kind: officer, machine client, citizen, or the system itself (scheduled work, migration).
        key: stable id of the account; a person's id for citizens; the name of the job for the system.
        level: how far the account reaches.
        unit: code of its unit: "" for the nation, 2 digits for a province, 5 for a commune.
        roles: names of its roles (`access.rules.Role`).
    """

    kind: ActorKind
    key: str
    level: Level
    unit: str = ""
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what an event is about.

    Attributes:
        kind: `person`, `vehicle`, `licence`, `plate`, `officer`, `unit` ….
        key: its id as text.
        unit: code of the commune it belongs to at that moment; "" when it has none.
    """

    kind: str
    key: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class EventKind:
    """An entry of the catalogue of audit events.

    Attributes:
        code: stable code (`POP-01`), never reused.
        name: what code says (`population.birth_registered`).
        access: whether it is a look at data, not a change.
        vi: what happened, Vietnamese.
        en: what happened, English.
        legal: ids in `vn/data/legal.toml`.
    """

    code: str
    name: str
    access: bool
    vi: str
    en: str
    legal: tuple[str, ...] = field(default=())


@cache
def events() -> dict[str, EventKind]:
    """The catalogue by name: every file of `audit/events/`, one per subject.

    Raises:
        ValueError: a code or a name stands twice.
    """
    found: dict[str, EventKind] = {}
    codes: set[str] = set()
    folder = resources.files("sosach.domain.audit") / "events"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        for entry in tomllib.loads(file.read_text("utf-8")).get("event", []):
            kind = EventKind(
                code=entry["code"],
                name=entry["name"],
                access=entry["access"],
                vi=entry["vi"],
                en=entry["en"],
                legal=tuple(entry.get("legal", ())),
            )
            if kind.name in found or kind.code in codes:
                raise ValueError(f"audit event {kind.code} {kind.name} stands twice")
            found[kind.name] = kind
            codes.add(kind.code)
    return found


def event(name: str) -> EventKind:
    """The event of that name.

    Raises:
        KeyError: it is not in the catalogue.
    """
    return events()[name]


def one_each(subjects: Iterable[Subject]) -> tuple[Subject, ...]:
    """Subjects in their order, each once."""
    return tuple(dict.fromkeys(subjects))
