"""Civil state as a pure function of what happened: who lives, who is married to whom, and what may happen next.

`STEPS` is the whole machine. What is not in it cannot happen: the dead do not marry, nobody has two spouses, a record that was
merged into another is changed no more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sosach.domain.population.rules.words import Kin, Life, Marital, Part
from sosach.domain.provenance.rules import Entry, SourceFact, active

EVENT = "event"  # key in changes: {"name": …, "other": id of the other person}
TOLD = "upload"  # another installation told what it has on record; it was checked there

_ALIVE = frozenset({Life.ALIVE})
_ABROAD_OR_HERE = frozenset({Life.ALIVE, Life.EMIGRATED})
_NOT_DEAD = frozenset({Life.ALIVE, Life.MISSING, Life.EMIGRATED})
_ANY = frozenset(Life)
_FREE = frozenset({"", Marital.SINGLE, Marital.DIVORCED, Marital.WIDOWED})
_MARRIED = frozenset({Marital.MARRIED})


class ImpossibleError(Exception):
    """Something that cannot happen in the present state.

    Attributes:
        why: code of the reason, a key of `REASONS`.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


REASONS: dict[str, tuple[str, str]] = {
    "life": ("Trạng thái sống, chết, mất tích của người này không cho phép.", "Not possible for somebody in this state of life."),
    "marital": ("Tình trạng hôn nhân không cho phép.", "The marital status does not allow it."),
    "spouse": ("Người kia không phải vợ hoặc chồng của người này.", "The other is not this person's spouse."),
    "self": ("Một người không thể là người kia của chính mình.", "Nobody can be the other of oneself."),
    "merged": ("Bản ghi đã được gộp vào bản ghi khác.", "The record was merged into another one."),
    "born": ("Không thể thu hồi việc đăng ký khai sinh; hãy hủy số định danh.", "A registered birth is not taken back; cancel the PIN."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Civil:
    """The state.

    Attributes:
        life: alive, missing, deceased, emigrated.
        marital: marital status; "" where unknown.
        spouse: id of the spouse's record, where it is known.
        before: marital status before the present marriage: an annulled one never was.
        merged_into: id of the record this one was merged into.
    """

    life: Life = Life.ALIVE
    marital: str = ""
    spouse: int | None = None
    before: str = ""
    merged_into: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """When something may happen, and what it makes of the state.

    Attributes:
        lives: states of life in which it may happen.
        maritals: marital statuses in which it may happen; None: any.
        life: state of life afterwards; None: as before.
        marital: marital status afterwards; None: as before.
    """

    lives: frozenset[Life]
    maritals: frozenset[str] | None = None
    life: Life | None = None
    marital: Marital | None = None


STEPS: dict[str, Step] = {
    "register_birth": Step(_ALIVE),
    "register_person": Step(_ANY),
    "register_death": Step(_NOT_DEAD, life=Life.DECEASED),
    "declare_missing": Step(_ALIVE, life=Life.MISSING),
    "declare_found": Step(frozenset({Life.MISSING}), life=Life.ALIVE),
    "emigrate": Step(_ALIVE, life=Life.EMIGRATED),
    "return_home": Step(frozenset({Life.EMIGRATED}), life=Life.ALIVE),
    "register_marriage": Step(_ABROAD_OR_HERE, _FREE, marital=Marital.MARRIED),
    "register_divorce": Step(_NOT_DEAD, _MARRIED, marital=Marital.DIVORCED),
    "annul_marriage": Step(_NOT_DEAD, _MARRIED),
    "spouse_died": Step(_NOT_DEAD, _MARRIED, marital=Marital.WIDOWED),
    "change_name": Step(_ABROAD_OR_HERE),
    "redetermine_sex": Step(_ABROAD_OR_HERE),
    "gain_nationality": Step(_ABROAD_OR_HERE),
    "lose_nationality": Step(_ABROAD_OR_HERE),
    "adopt": Step(_ABROAD_OR_HERE),
    "issue_pin": Step(_ABROAD_OR_HERE),
    "establish_new_pin": Step(_NOT_DEAD),
    "move_in": Step(_ALIVE),
    "move_out": Step(_NOT_DEAD),
    "stay": Step(_ALIVE),
    "declare_absence": Step(_ALIVE),
    "end_absence": Step(_ALIVE),
    "change_household": Step(_NOT_DEAD),
    "note_part": Step(_NOT_DEAD),
    "end_cards": Step(_ANY),  # follows a death, and is taken back after the death was
    "correct": Step(_ANY),
    "merge": Step(_ANY),
}
_WITH_SPOUSE = frozenset({"register_divorce", "annul_marriage", "spouse_died"})


def after(state: Civil, name: str, *, other: int | None = None, changes: Mapping[str, Any] | None = None) -> Civil:
    """The state after something happened.

    Args:
        state: before.
        name: what happened, a key of `STEPS`, or `TOLD`.
        other: the spouse, or the record merged into.
        changes: new values of columns; a correction may set the marital status.

    Raises:
        ImpossibleError: it cannot happen in that state.
    """
    if name == TOLD:
        return _as_told(state, changes or {})
    step = STEPS[name]
    if state.merged_into is not None:
        raise ImpossibleError("merged")
    if state.life not in step.lives:
        raise ImpossibleError("life")
    if step.maritals is not None and state.marital not in step.maritals:
        raise ImpossibleError("marital")
    if name in _WITH_SPOUSE and state.spouse not in (None, other):
        raise ImpossibleError("spouse")
    moved = replace(state, life=step.life or state.life, marital=step.marital or state.marital)
    if name == "register_marriage":
        return replace(moved, spouse=other, before=state.marital)
    if name in _WITH_SPOUSE:
        return replace(moved, spouse=None, before="", marital=step.marital or state.before or "")
    if name == "merge":
        return replace(moved, merged_into=other)
    return _corrected(moved, changes or {})


def _as_told(state: Civil, changes: Mapping[str, Any]) -> Civil:
    """The state with what another installation tells, be it possible or not by the order of procedures here."""
    spouse = state.spouse
    for step in changes.get("parts", ()):
        if step["part"] == Part.RELATION and step["slot"] == Kin.SPOUSE:
            spouse = step["data"].get("other_id") if step["do"] == "begin" else None
    return replace(
        state,
        life=Life(changes.get("life_status", state.life)),
        marital=changes.get("marital_status", state.marital),
        spouse=spouse,
        merged_into=changes.get("merged_into", state.merged_into),
    )


def _corrected(state: Civil, changes: Mapping[str, Any]) -> Civil:
    """A correction of the marital status; with a spouse on record it is a marriage or divorce, not a correction."""
    marital = changes.get("marital_status")
    if marital is None or marital == state.marital:
        return state
    if state.spouse is not None:
        raise ImpossibleError("marital")
    return replace(state, marital=marital)


def replay(sources: Iterable[SourceFact], entries: Iterable[Entry]) -> Civil:
    """The state after all sources and holding entries, each entry checked against the state before it.

    As in the fold, a source tells the state until something happens here that sets it; what happened is not undone by a source.

    Raises:
        ImpossibleError: an entry could not have happened, because something it rests on was taken back.
    """
    state = Civil()
    decided: set[str] = set()
    waiting = sorted(sources, key=lambda fact: (fact.source, fact.key), reverse=True)
    for entry in active(tuple(entries)):
        while waiting and waiting[-1].at <= entry.at:
            state = _told(state, waiting.pop().values, decided)
        event = entry.changes.get(EVENT)
        if event is not None:
            state = after(state, event["name"], other=event.get("other"), changes=entry.changes)
        decided |= entry.changes.keys() & {"life_status", "marital_status"}
    while waiting:
        state = _told(state, waiting.pop().values, decided)
    return state


def _told(state: Civil, values: Mapping[str, Any], decided: set[str]) -> Civil:
    """The state with what a source says about it."""
    if "life_status" not in decided and values.get("life_status"):
        state = replace(state, life=Life(values["life_status"]))
    if "marital_status" in decided:
        return state
    for step in values.get("parts", ()):
        if step["slot"] == Kin.SPOUSE and step["do"] == "begin":
            state = replace(state, spouse=step["data"].get("other_id"))
    return replace(state, marital=values["marital_status"]) if values.get("marital_status") else state
