"""Which answers a case may get, the likeliest first: what would change, why, whether a reason or a second person is needed."""

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

LIKELY, AHEAD = 0.5, 0.2  # a candidate is offered first from this probability, and so far ahead of the next
# Fields of a record that are the person's: the population register knows them where the person is known.
PERSONAL: Mapping[str, frozenset[str]] = {
    "vehicles": frozenset({"owner_name", "owner_id_number", "owner_birth_date", "owner_address"}),
    "licences": frozenset({"full_name", "birth_date", "sex", "id_number", "address"}),
    "population": frozenset(),
}
PLACE = frozenset({"owner_address", "address", "commune_code", "province_code"})


class FixKind(StrEnum):
    """Kinds of answers."""

    TAKE = "take"  # all that can be taken over at once: the person's data and what findings propose
    PERSON = "person"  # what the population register says of the person on record
    ACCEPT = "accept"  # what one finding proposes
    SAME = "same"  # the record is this candidate's
    DIFFERENT = "different"  # it is not
    TWIN = "twin"  # it is one with the others of its group
    APART = "apart"  # it is not
    UNSURE = "unsure"  # neither can be said of a candidate; noted, the question stays open
    DECIDE = "decide"  # decide about what somebody declared
    ASK = "ask"  # only people know
    DISMISS = "dismiss"  # all is right as it is


@dataclass(frozen=True, slots=True)
class Effect:
    """What would change: column, value now, value then."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fix:
    """One possible answer.

    Attributes:
        key: names it in the case (`accept:12`).
        kind: what kind of answer.
        vi: what is done, Vietnamese.
        en: what is done, English.
        effects: what would change in the register.
        covers: findings it answers.
        columns: of the record the population register is asked for.
        target: id of the finding, candidate, duplicate or declaration it is about; 0 for none.
        declare: kind of declaration it asks for.
        reason: whether it needs a reason.
        second: whether a second person confirms it.
    """

    key: str
    kind: FixKind
    vi: str
    en: str
    effects: tuple[Effect, ...] = ()
    covers: frozenset[int] = frozenset()
    columns: frozenset[str] = frozenset()
    target: int = 0
    declare: str = ""
    reason: bool = False
    second: bool = False


@dataclass(frozen=True, slots=True)
class FindingTold:
    """An open finding. `takes`: column → value its proposal would set; empty where nothing can be taken over."""

    key: int
    code: str
    severity: str
    field: str
    value: str
    takes: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CandidateTold:
    """A candidate nobody has judged, or somebody was unsure about."""

    key: int
    person_id: int | None
    probability: float
    name: str = ""
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class DuplicateTold:
    """An open group the record stands in."""

    key: int
    group: str
    reason: str


@dataclass(frozen=True, slots=True)
class Matters:
    """All that is open about the record of a case.

    Attributes:
        register: of the record.
        findings: worst first.
        candidates: likeliest first.
        duplicates: groups.
        linked: whether the record names a person.
        says: what the population register says of that person: column → value.
        stands: columns of the record as they stand.
        declaration: id of an open declaration about the record; 0 for none.
        asked: kinds of declarations somebody was asked for already.
    """

    register: str
    findings: tuple[FindingTold, ...] = ()
    candidates: tuple[CandidateTold, ...] = ()
    duplicates: tuple[DuplicateTold, ...] = ()
    linked: bool = False
    says: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    stands: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    declaration: int = 0
    asked: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left that keeps the record from being clean."""
        return not (self.blocking or self.candidates or self.duplicates)

    @property
    def blocking(self) -> tuple[FindingTold, ...]:
        """Findings that keep a record from being clean; remarks do not."""
        return tuple(each for each in self.findings if each.severity != "info")


@dataclass(frozen=True, slots=True)
class Ask:
    """A line of the table: findings that lead to one kind of declaration; `parting` where whose the record is changes by it."""

    declare: str
    codes: frozenset[str]
    vi: str
    en: str
    parting: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`campaign/fixes.toml`."""

    doubt: frozenset[str]
    apart: frozenset[str]
    shared: frozenset[str]
    asks: tuple[Ask, ...]
    otherwise: Mapping[str, Ask]


def offers(told: Matters) -> tuple[Fix, ...]:
    """Answers in the order they are offered; there is always one, and putting aside is the last.

    What somebody declared comes first: the owner knows best. Then whose the record is; then, where owner and vehicle are
    to part (a death, a sale, the scrapyard), whom to ask, for mending the owner of yesterday helps nobody; then what can be
    taken over, duplicates, and whom else to ask. Who was asked already is not asked first again.
    """
    found: list[Fix] = []
    if told.declaration:
        words = "Quyết định về tờ khai", "Decide about the declaration"
        found.append(Fix(f"decide:{told.declaration}", FixKind.DECIDE, *words, target=told.declaration))
    parting, asking = _asking(told)
    candidates = _candidates(told)
    found += candidates if _plain(told) else []
    found += parting
    found += _taking(told)
    found += _duplicates(told)
    found += [] if _plain(told) else candidates
    found += asking
    found += [_not_this(each) for each in told.candidates]
    found += [_unsure(each) for each in told.candidates if not each.unsure]
    if told.blocking:
        found.append(_dismissing(told))
    return tuple(found)


def chosen(told: Matters, key: str) -> Fix | None:
    """The answer of that key; None when it is not offered (any more)."""
    return next((each for each in offers(told) if each.key == key), None)


def left_after(told: Matters, fix: Fix) -> bool:
    """Whether the case needs another answer after this one."""
    if fix.kind is FixKind.UNSURE:
        return True
    findings = [each for each in told.blocking if each.key not in fix.covers]
    candidates = [each for each in told.candidates if fix.kind is not FixKind.SAME and each.key != fix.target]
    twins = [each for each in told.duplicates if each.key != fix.target]
    return bool(findings or candidates or twins)


def _candidates(told: Matters) -> list[Fix]:
    """Whose the record may be, the likeliest first; a second person confirms it, for it says who owns or holds something."""
    if told.linked:
        return []
    about_person = _personal(told)
    return [
        Fix(
            f"same:{each.key}",
            FixKind.SAME,
            f"Bản ghi là của {each.name or 'người này'}",
            f"The record is {each.name or 'this person'}’s",
            covers=about_person,
            target=each.key,
            reason=True,
            second=True,
        )
        for each in sorted(told.candidates, key=lambda each: -each.probability)
        if each.person_id is not None
    ]


def _plain(told: Matters) -> int:
    """The candidate who is likely, and far ahead of the next; 0 where nobody is: who is equal is never guessed."""
    ranked = sorted(told.candidates, key=lambda each: -each.probability)
    following = ranked[1].probability if len(ranked) > 1 else 0.0
    if not ranked or ranked[0].probability < LIKELY or ranked[0].probability - following < AHEAD:
        return 0
    return ranked[0].key


def _unsure(candidate: CandidateTold) -> Fix:
    name = candidate.name
    words = f"Chưa chắc có phải của {name or 'người này'}", f"Not sure whether it is {name or 'this person'}’s"
    return Fix(f"unsure:{candidate.key}", FixKind.UNSURE, *words, target=candidate.key, reason=True)


def _not_this(candidate: CandidateTold) -> Fix:
    name = candidate.name
    words = f"Không phải của {name or 'người này'}", f"Not {name or 'this person'}’s"
    return Fix(f"different:{candidate.key}", FixKind.DIFFERENT, *words, target=candidate.key, reason=True)


def _taking(told: Matters) -> list[Fix]:
    """Everything at once first, then one by one."""
    person = _person(told)
    covered = person.covers if person else frozenset[int]()
    single = [_accepting(told, each) for each in told.blocking if each.takes and each.key not in covered]
    parts = [*([person] if person else []), *single]
    if len(parts) < 2:
        return parts
    effects = tuple(dict.fromkeys(effect for part in parts for effect in part.effects))
    whole = Fix(
        "take",
        FixKind.TAKE,
        "Lấy tất cả giá trị đề xuất",
        "Take over everything that is proposed",
        effects,
        frozenset(key for part in parts for key in part.covers),
        second=any(part.second for part in parts),
    )
    return [whole, *parts]


def _person(told: Matters) -> Fix | None:
    covers = _personal(told)
    if not told.linked or not covers:
        return None
    place = any(each.key in covers and each.field in PLACE for each in told.blocking)
    says = {column: value for column, value in told.says.items() if place or column not in PLACE}
    codes = {each.code for each in told.blocking}
    return Fix(
        "person",
        FixKind.PERSON,
        "Đúng là người này: lấy thông tin theo cơ sở dữ liệu dân cư",
        "It is this person: take over what the population register says",
        _differences(told, says),
        covers,
        frozenset(says),
        second=bool(codes & table().doubt),
    )


def _personal(told: Matters) -> frozenset[int]:
    """Findings about the person's own data, which the population register settles once the person is known."""
    fields = PERSONAL[told.register]
    return frozenset(each.key for each in told.blocking if each.field in fields and each.code not in table().apart)


def _accepting(told: Matters, finding: FindingTold) -> Fix:
    effects = _differences(told, finding.takes)
    new = ", ".join(effect.new for effect in effects)
    words = f"Sửa thành “{new}”", f"Change it to “{new}”"
    return Fix(f"accept:{finding.key}", FixKind.ACCEPT, *words, effects, frozenset({finding.key}), target=finding.key)


def _differences(told: Matters, wanted: Mapping[str, Any]) -> tuple[Effect, ...]:
    return tuple(
        Effect(column, _text(told.stands.get(column)), _text(value))
        for column, value in wanted.items()
        if _text(told.stands.get(column)) != _text(value)
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _duplicates(told: Matters) -> Iterable[Fix]:
    """One with the others, or not; what two things may share by mistake alone is most often not one."""
    for each in told.duplicates:
        words = "Là cùng một với các bản ghi trong nhóm", "It is one with the others of its group"
        twin = Fix(f"twin:{each.key}", FixKind.TWIN, *words, target=each.key, reason=True, second=True)
        words = "Không trùng với các bản ghi trong nhóm", "It is not one with the others of its group"
        apart = Fix(f"apart:{each.key}", FixKind.APART, *words, target=each.key, reason=True)
        yield from (apart, twin) if each.reason in table().shared else (twin, apart)


def _asking(told: Matters) -> tuple[list[Fix], list[Fix]]:
    """Whom to ask: before anything is taken over, and after; by the worst finding, at last the owner in general."""
    codes = {each.code for each in told.blocking}
    lines = [each for each in table().asks if each.codes & codes]
    first = [each for each in lines if each.parting and each.declare not in told.asked]
    lines = [*lines, table().otherwise[told.register]]
    after = sorted((each for each in lines if each not in first), key=lambda each: each.declare in told.asked)
    return _asks(first), _asks([each for each in after if each.declare not in {line.declare for line in first}])


def _asks(lines: Iterable[Ask]) -> list[Fix]:
    """One answer for each kind of declaration."""
    once: dict[str, Ask] = {}
    for each in lines:
        once.setdefault(each.declare, each)
    return [Fix(f"ask:{name}", FixKind.ASK, each.vi, each.en, declare=name) for name, each in once.items()]


def _dismissing(told: Matters) -> Fix:
    words = "Giá trị đúng như đang ghi, bỏ cảnh báo", "The values are right as they stand: put the warnings aside"
    covers = frozenset(each.key for each in told.blocking)
    return Fix("dismiss", FixKind.DISMISS, *words, covers=covers, reason=True)


@cache
def table() -> Table:
    """The table of what is asked and what is in doubt."""
    told = tomllib.loads((resources.files("sosach.domain.campaign") / "fixes.toml").read_text("utf-8"))
    doubt, apart, shared = (frozenset(told[name]) for name in ("doubt", "apart", "shared"))
    otherwise = {each["register"]: _line(each) for each in told["otherwise"]}
    return Table(doubt, apart, shared, tuple(_line(each) for each in told["ask"]), otherwise)


def _line(told: Mapping[str, Any]) -> Ask:
    codes = frozenset(told.get("codes", ()))
    return Ask(told["declare"], codes, told["vi"], told["en"], parting=told.get("parting", False))


def codes_of(findings: Sequence[FindingTold]) -> tuple[str, ...]:
    """Codes of findings, each once, in order."""
    return tuple(dict.fromkeys(each.code for each in findings))
