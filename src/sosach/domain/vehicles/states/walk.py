"""From the journal of a vehicle to its owners, plates, blocks and declared sales: one walk over what holds.

Each entry tells the columns it changes; `last_step` holds the terms of the procedure: what it opens and closes, what
becomes of a plate that comes off, who approved. Retraction leaves an entry out and the walk is done again, so undo in any
order is right by construction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sosach.domain.provenance.rules import Entry
from sosach.domain.vehicles.rules import (
    KEPT_YEARS,
    UNKNOWN_OWNER,
    Owner,
    OwnerKind,
    day_of,
    is_identification,
    years_later,
)
from sosach.domain.vehicles.states.chains import Sale
from sosach.domain.vehicles.states.numbers import Happening
from sosach.domain.vehicles.states.procedures import BlockKind

OWNER_COLUMNS = frozenset({"owner_kind", "owner_person_id", "owner_id_number"})
# Slots of a vehicle: one plate at most in each. Slot → columns of number, kind, colour.
SLOTS = {
    "plate": ("plate_number", "plate_kind", "plate_colour"),
    "temporary": ("temporary_number", None, None),
}
SOURCE_ENTRY = 0


@dataclass(frozen=True, slots=True)
class OwnerSpell:
    """Somebody owned the vehicle, from one procedure to the next."""

    entry: int
    owner: Owner
    since: date | None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate on a vehicle."""

    slot: str
    number: str
    kind: str
    colour: str

    @property
    def identity(self) -> tuple[str, str, bool]:
        """What makes it one number: blue plates are a series of their own."""
        return (self.number, self.kind, self.colour == "xanh")


@dataclass(frozen=True, slots=True)
class PlateStep:
    """What an entry does to a number."""

    entry: int
    at: datetime
    plate: Plate
    what: Happening
    owner: Owner
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Something that lies on the vehicle from one entry to another."""

    entry: int
    kind: BlockKind
    opened_on: date
    until: date | None = None
    holder: str = ""
    person: int | None = None
    closed_by: int | None = None
    closed_on: date | None = None
    outcome: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still lies on the vehicle."""
        return self.closed_by is None


@dataclass(slots=True)
class Derived:
    """Everything the journal says besides the columns.

    Attributes:
        spells: owners, oldest first, without gaps.
        steps: what happened to numbers, in order.
        blocks: by entry.
        sales: declared, in order.
        user: party key of who said to use it.
        moot: entries that followed an owner who, with what holds now, never owned it.
        withdrawal: number of the certificate of the last withdrawal (ĐKX07); "" when none is open.
        renewed: whether the temporary registration was renewed already.
        values: columns, as folded.
    """

    spells: list[OwnerSpell] = field(default_factory=list)
    steps: list[PlateStep] = field(default_factory=list)
    blocks: dict[int, Block] = field(default_factory=dict)
    sales: list[Sale] = field(default_factory=list)
    user: str | None = None
    moot: list[int] = field(default_factory=list)
    withdrawal: str = ""
    renewed: bool = False
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def owner(self) -> Owner:
        """The present owner."""
        return self.spells[-1].owner if self.spells else UNKNOWN_OWNER

    def open_blocks(self) -> list[Block]:
        """Blocks that lie on the vehicle now, oldest first."""
        return [block for _, block in sorted(self.blocks.items()) if block.is_open]


def derive(base: Mapping[str, Any], taken_in: datetime | None, entries: Sequence[Entry]) -> Derived:
    """Walk over what holds.

    Args:
        base: columns by sources alone.
        taken_in: when the first source was taken in; None without sources.
        entries: holding entries, in order.
    """
    found = Derived()
    if taken_in is not None:
        _take(found, Entry(SOURCE_ENTRY, "procedure", dict(base), taken_in, ("system", "")))  # type: ignore[arg-type]
    for entry in entries:
        _take(found, entry)
    return found


def _take(found: Derived, entry: Entry) -> None:
    step: Mapping[str, Any] = entry.changes.get("last_step") or {}
    if "follows" in step and step["follows"] != found.owner.party:
        found.moot.append(entry.key)
    owner, plates = found.owner, _plates_of(found.values)
    found.values.update(entry.changes)
    _owners(found, entry)
    _numbers(found, entry, plates, owner)
    _blocks(found, entry, step)
    _claims(found, entry, step)


def _owners(found: Derived, entry: Entry) -> None:
    changes = entry.changes
    owner = _owner_of(found.values)
    if "owner_since" in changes or not found.spells:
        since = _day(found.values.get("owner_since")) or _day(found.values.get("first_registered_on"))
        if found.spells:
            found.spells[-1] = replace(found.spells[-1], until=since)
        if found.spells or owner.is_known or "owner_kind" in changes or entry.key == SOURCE_ENTRY:
            found.spells.append(OwnerSpell(entry.key, owner, since))
    elif OWNER_COLUMNS & set(changes):
        found.spells[-1] = replace(found.spells[-1], owner=owner)


def _owner_of(values: Mapping[str, Any]) -> Owner:
    kind = OwnerKind(values.get("owner_kind") or OwnerKind.UNKNOWN)
    if kind is OwnerKind.PERSON:
        return Owner(kind, person=values.get("owner_person_id"))
    return Owner(kind, code=values.get("owner_id_number") or "") if kind is OwnerKind.ORGANISATION else UNKNOWN_OWNER


def _plates_of(values: Mapping[str, Any]) -> dict[str, Plate]:
    found = {}
    for slot, (number, kind, colour) in SLOTS.items():
        if told := values.get(number):
            kind_told = values.get(kind) if kind else "temporary"
            found[slot] = Plate(slot, told, kind_told or "any", (values.get(colour) if colour else "") or "trang")
    return found


def _numbers(found: Derived, entry: Entry, before: Mapping[str, Plate], owner: Owner) -> None:
    """Numbers that come off, go on, or change owner or colour, and lost or re-made plates."""
    after, new_owner = _plates_of(found.values), found.owner
    step: Mapping[str, Any] = entry.changes.get("last_step") or {}
    for slot in SLOTS:
        old, new = before.get(slot), after.get(slot)
        if old and (new is None or old.identity != new.identity):
            found.steps.append(_coming_off(entry, old, owner, step.get("release")))
        if new and (new != old or new_owner != owner):
            found.steps.append(PlateStep(entry.key, entry.at, new, Happening.ISSUED, new_owner))
        elif new and slot == "plate" and step.get("plate") in {Happening.LOST, Happening.ISSUED}:
            found.steps.append(PlateStep(entry.key, entry.at, new, Happening(step["plate"]), new_owner))


def _coming_off(entry: Entry, plate: Plate, owner: Owner, release: str | None) -> PlateStep:
    """What becomes of a number: kept five years if it is its owner's, never issued again if short, else the pool."""
    mine = is_identification(plate.number, plate.kind)
    usual = Happening.KEPT if mine else Happening.CANCELLED if plate.slot == "plate" else Happening.POOL
    what = Happening(release) if release and (mine or release == Happening.CANCELLED) else usual
    until = years_later(day_of(entry.at), KEPT_YEARS) if what is Happening.KEPT else None
    return PlateStep(entry.key, entry.at, plate, what, owner if until else UNKNOWN_OWNER, until)


def _blocks(found: Derived, entry: Entry, step: Mapping[str, Any]) -> None:
    for key in step.get("closes", ()):
        block = found.blocks.get(key)
        if block and block.is_open:
            outcome = step.get("outcome", "")
            found.blocks[key] = replace(block, closed_by=entry.key, closed_on=day_of(entry.at), outcome=outcome)
    opened = step.get("opens")
    if opened:
        found.blocks[entry.key] = Block(
            entry.key,
            BlockKind(opened["kind"]),
            day_of(entry.at),
            _day(opened.get("until")),
            opened.get("holder", ""),
            opened.get("person"),
        )


def _claims(found: Derived, entry: Entry, step: Mapping[str, Any]) -> None:
    """Sales and use as declared; a registered change of owner settles them."""
    if "owner_since" in entry.changes:
        found.sales.clear()
        found.user = None
    if sale := step.get("sale"):
        told = Sale(entry.key, sale["seller"], sale["buyer"], _day(sale.get("on")), sale.get("paper", ""))
        found.sales.append(told)
    if "user" in step:
        found.user = step["user"]
    if "owner_since" in entry.changes or "withdrawal" in step:
        found.withdrawal = step.get("withdrawal", "")
    found.renewed = found.renewed or bool(step.get("renewed"))


def _day(told: Any) -> date | None:
    if told is None or told == "":
        return None
    return told if isinstance(told, date) else date.fromisoformat(told)
