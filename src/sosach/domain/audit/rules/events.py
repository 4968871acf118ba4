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
    PARTNER = "partner"  # another agency or body, under an agreement
    PUBLIC = "public"  # anybody, nobody asks who: the public check of plates and licences
    SYSTEM = "system"


# A number alone would name an officer and a citizen alike.
_ACCOUNTS = {
    ActorKind.OFFICER: "officer-",
    ActorKind.MACHINE: "client-",
    ActorKind.CITIZEN: "person-",
    ActorKind.PARTNER: "partner-",
}


def account_key(kind: ActorKind, number: int) -> str:
    """The key under which an account acts.

    >>> account_key(ActorKind.OFFICER, 7), account_key(ActorKind.CITIZEN, 7)
    ('officer-7', 'person-7')
    """
    return f"{_ACCOUNTS[kind]}{number}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: made at the edge (request, command, job), never inside.

    Attributes:
        kind: officer, machine client, citizen, partner, or the system itself (scheduled work, migration).
        key: of the account, the same for ever: `officer-7`, `client-7`, `person-7` for citizens (`account_key`); the name of the
            job for the system.
        level: how far the account reaches.
        unit: code of its unit: "" for the nation, 2 digits for a province, 5 for a commune.
        roles: names of its roles (`access.rules.Role`).
        person_id: who it is in the population register: the citizen, or the officer as far as the account says so.

    Raises:
        ValueError: a key of a citizen with an actor that is none, or the other way round.
    """

    kind: ActorKind
    key: str
    level: Level
    unit: str = ""
    roles: frozenset[str] = frozenset()
    person_id: int | None = None

    def __post_init__(self) -> None:
        """A citizen is the person of the key."""
        citizen = self.kind is ActorKind.CITIZEN
        prefix = _ACCOUNTS[ActorKind.CITIZEN]
        number = self.key.removeprefix(prefix)
        if citizen != self.key.startswith(prefix) or (citizen and not number.isdecimal()):
            raise ValueError(f"{self.key} is no key of a {self.kind}")
        if citizen:
            object.__setattr__(self, "person_id", self.number)

    @property
    def number(self) -> int:
        """Id of the account.

        >>> Actor(ActorKind.OFFICER, "officer-7", Level.NATION).number
        7

        Raises:
            ValueError: the actor is no account.
        """
        return int(self.key.removeprefix(_ACCOUNTS.get(self.kind, "")))

    def is_also(self, key: str) -> bool:
        """Whether the human behind that key is this one: the account itself, or the own one as a citizen.

        >>> Actor(ActorKind.OFFICER, "officer-7", Level.NATION, person_id=3).is_also("person-3")
        True
        """
        own = account_key(ActorKind.CITIZEN, self.person_id) if self.person_id is not None else self.key
        return key in {self.key, own}


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
