"""Everything the screen of a case shows, gathered by guarded looks and put into plain rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.sensitivity import Withheld
from sosach.domain.campaign.queries.lists import CaseView, case_view
from sosach.domain.campaign.queries.records import KEPT
from sosach.domain.campaign.queries.solving import CaseFixes, case_fixes
from sosach.domain.campaign.rules.fixes import Fix, FixKind
from sosach.domain.campaign.states.cases import State, Step, possible
from sosach.domain.campaign.states.solving import SolutionState
from sosach.domain.declarations.queries import Case as Declared
from sosach.domain.declarations.queries import declaration_case
from sosach.domain.declarations.queries.queues import OFFICERS as DECLARATION_OFFICERS
from sosach.domain.population.queries import person_by_pin
from sosach.domain.population.queries.identities import CHECKERS
from sosach.domain.population.queries.views import Identity
from sosach.domain.provenance.models import Candidate, Folded
from sosach.domain.provenance.queries import Raised, raised_about, twins
from sosach.domain.provenance.rules.rights import READERS
from sosach.vn.evidence import sentences
from sosach.vn.wording import Lang
from sosach.web.desk import words
from sosach.web.frame.language import is_vietnamese, said
from sosach.web.frame.pages import look
from sosach.web.frame.parts import Side

PURPOSE = "data-cleaning"
MOST_CANDIDATES = 3
# Columns that tell an officer nothing about a case.
_UNTOLD = frozenset(
    {"owner_person_id", "user_person_id", "holder_id", "joined_into_id", "last_step", "data_state", "happened"}
)
_NOTHING: tuple[Any, ...] = (None, "", False)


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer as a button.

    Attributes:
        fix: the answer.
        text: what it does, in a sentence.
        key: key of the keyboard; "" for none.
        effects: what would change.
        reason: what is kept as its reason when no other is typed.
        address: page on which it is decided; "" where the button does it.
    """

    fix: Fix
    text: str
    key: str
    effects: list[Side]
    reason: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Possible:
    """A person the record may belong to.

    Attributes:
        candidate: as the run found it.
        person: who it is; None where the looker may not ask.
        same: key of the answer that it is this one; "" where it is not offered.
        different: key of the answer that it is not.
        unsure: key of the answer that neither can be said; "" where somebody said so already.
        sentences: the evidence.
    """

    candidate: Candidate
    person: Identity | None
    same: str
    different: str
    unsure: str
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Twin:
    """A group of duplicates beside the record.

    Attributes:
        reason: why they are taken for one.
        heads: of the comparison: this record, then the others.
        rows: of the comparison.
        twin: key of the answer that they are one.
        apart: key of the answer that they are not.
        addresses: pages of the others.
    """

    reason: str
    heads: list[str]
    rows: list[Side]
    twin: str
    apart: str
    addresses: list[str]


@dataclass(frozen=True, slots=True)
class Screen:
    """All of a case.

    Attributes:
        found: the case with its answers.
        view: steps and visits.
        raised: findings, candidates, duplicates; None where the role does not see them.
        offers: answers, the first on top.
        possible: candidates.
        heads: of the comparison.
        rows: of the comparison.
        rest: what the register alone tells.
        findings: open findings: severity, code, sentence, field, legal sources.
        steps: what may be done with the case besides answering.
        declared: what somebody declared about the record.
        twins: groups of duplicates, side by side.
    """

    found: CaseFixes
    view: CaseView
    raised: Raised | None
    offers: list[Offer]
    possible: list[Possible]
    heads: list[str]
    rows: list[Side]
    rest: list[tuple[str, str]]
    findings: list[dict[str, Any]]
    steps: frozenset[Step]
    declared: Declared | None
    twins: list["Twin"]

    @property
    def first(self) -> Offer | None:
        """What is proposed."""
        return self.offers[0] if self.answerable and self.offers else None

    @property
    def answerable(self) -> bool:
        """Whether an answer may be given now."""
        waits = any(each.state == "proposed" for each in self.found.solutions)
        return bool(self.offers) and not waits and self.found.case.state not in {State.CONFLICT, State.APPROVED}


def screen(request: HttpRequest, case_id: int) -> Screen:
    """Look at a case.

    Raises:
        SosachError: STATE-01 none within reach.
    """
    asked = look(request, PURPOSE, reference=f"case-{case_id}")
    found = _unanswered(case_fixes(asked, case_id=case_id))
    view = case_view(asked, case_id=case_id)
    register = found.case.register
    roles = request.actor.roles
    raised = None
    if not roles.isdisjoint(READERS[register]):
        raised = raised_about(asked, model=KEPT[register].model, record_id=found.case.subject_id)
    declared = None
    if found.case.declaration_id and not roles.isdisjoint(DECLARATION_OFFICERS):
        declared = declaration_case(asked, declaration_id=found.case.declaration_id)
    candidates = _possible(request, found, raised)
    heads, rows, rest = _compared(found, candidates, declared)
    return Screen(
        found=found,
        view=view,
        raised=raised,
        offers=_offers(found, with_candidates=bool(candidates)),
        possible=candidates,
        heads=heads,
        rows=rows,
        rest=rest,
        findings=_findings(found, raised),
        steps=possible(State(found.case.state)),
        declared=declared,
        twins=_twins(request, found) if raised is not None and found.matters.duplicates else [],
    )


def _unanswered(found: CaseFixes) -> CaseFixes:
    """The case without answers that were given already and wait for the re-check: nobody gives one twice."""
    given = {each.fix for each in found.solutions if each.state == SolutionState.DONE and each.recheck_due}
    return replace(found, fixes=tuple(fix for fix in found.fixes if fix.key not in given))


def effects_of(register: str, effects: Sequence[Any]) -> list[Side]:
    """What would change, old and new."""
    told = [
        each if isinstance(each, Mapping) else {"column": each.column, "old": each.old, "new": each.new}
        for each in effects
    ]
    return [
        Side(
            words.column(register, each["column"]),
            (words.value(each["column"], each["old"]), words.value(each["column"], each["new"])),
        )
        for each in told
    ]


def _offers(found: CaseFixes, *, with_candidates: bool) -> list[Offer]:
    """Answers with their keys: `a` the first, `q` asking, numbers the others; 1 to 3 belong to candidates where there are any."""
    register, made = found.case.register, []
    numbers = iter(range(4 if with_candidates else 2, 10))
    asked = False
    judged = {FixKind.SAME, FixKind.DIFFERENT, FixKind.UNSURE}
    for place, fix in enumerate(found.fixes):
        if place and with_candidates and fix.kind in judged:
            continue  # stands on the card of the candidate
        key = "a" if place == 0 else ""
        if place and fix.kind is FixKind.ASK and not asked:
            key, asked = "q", True
        elif place:
            key = str(next(numbers, ""))
        address = reverse("desk:declaration", args=[fix.target]) if fix.kind is FixKind.DECIDE else ""
        made.append(
            Offer(fix, said(fix), key, effects_of(register, fix.effects), str(words.REASONS.get(fix.kind, "")), address)
        )
    return made


def _findings(found: CaseFixes, raised: Raised | None) -> list[dict[str, Any]]:
    """Open findings in words, with their legal sources."""
    proposed = {each.pk: each.proposed for each in raised.findings} if raised is not None else {}
    register = found.case.register
    return [
        {
            "key": each.key,
            "severity": each.severity,
            "code": each.code,
            "field": words.column(register, _column_of(register, each.field)),
            "value": words.value(each.field, each.value),
            "says": words.finding(each.code, str(each.value), _text(proposed.get(each.key))),
            "legal": words.legal(each.code),
            "settled": _settled_by(found, each.key),
        }
        for each in found.matters.findings
    ]


def _settled_by(found: CaseFixes, key: int) -> bool:
    """Whether the proposal on top answers it."""
    return bool(found.fixes) and key in found.fixes[0].covers


def _column_of(register: str, field: str) -> str:
    canonical = {
        "vehicle_kind": "kind",
        "colour": "paint_colour",
        "plate": "plate_display",
        "registered_on": "first_registered_on",
        "status": "known_status",
    }
    return canonical.get(field, field) if register == "vehicles" else field


def _text(told: Any) -> str | None:
    return None if told is None or isinstance(told, Withheld) else str(told)


def _possible(request: HttpRequest, found: CaseFixes, raised: Raised | None) -> list[Possible]:
    """The likeliest candidates, each with who it is."""
    if raised is None or not found.matters.candidates:
        return []
    open_ones = {each.key for each in found.matters.candidates}
    keys = {fix.key for fix in found.fixes}
    rows = [each for each in raised.candidates if each.pk in open_ones]
    asked = look(request, PURPOSE, reference=f"case-{found.case.pk}")
    language: Lang = "vi" if is_vietnamese() else "en"
    may_ask = not request.actor.roles.isdisjoint(CHECKERS)
    return [
        Possible(
            row,
            person_by_pin(asked, pin=row.pin) if may_ask and isinstance(row.pin, str) and row.pin else None,
            f"same:{row.pk}" if f"same:{row.pk}" in keys else "",
            f"different:{row.pk}" if f"different:{row.pk}" in keys else "",
            f"unsure:{row.pk}" if f"unsure:{row.pk}" in keys else "",
            sentences(row.evidence, language),
        )
        for row in rows[:MOST_CANDIDATES]
    ]


def _twins(request: HttpRequest, found: CaseFixes) -> list[Twin]:
    """Groups of duplicates, each with the others it names."""
    register = found.case.register
    asked = look(request, PURPOSE, reference=f"case-{found.case.pk}")
    groups = twins(asked, model=KEPT[register].model, record_id=found.case.subject_id)
    return [
        Twin(
            group.reason,
            [_("Bản ghi này"), *(_("Bản ghi %(number)s") % {"number": each.pk} for each in others)],
            _beside(register, (found.record, *others)),
            f"twin:{group.pk}",
            f"apart:{group.pk}",
            [reverse("desk:record", args=[register, each.pk]) for each in others],
        )
        for group, others in groups
    ]


def _beside(register: str, records: Sequence[Folded]) -> list[Side]:
    """Records column by column; what none of them holds is left out."""
    rows = []
    for name, label in words.COLUMNS[register].items():
        told = [words.value(name, getattr(each, name, "")) for each in records]
        if any(told) and name not in _UNTOLD:
            rows.append(Side(str(label), told))
    return sorted(rows, key=lambda row: not row.differs())


def _compared(
    found: CaseFixes, candidates: list[Possible], declared: Declared | None
) -> tuple[list[str], list[Side], list[tuple[str, str]]]:
    """The register, the population, candidates, the claim and the proposal, column by column."""
    register = found.case.register
    proposed = {each.column: each.new for each in found.fixes[0].effects} if found.fixes else {}
    stands = found.matters.stands
    beside: list[tuple[str, Mapping[str, Any]]] = []
    if found.matters.linked and found.matters.says:
        beside.append((_("Dân cư"), found.matters.says))
    for place, each in enumerate(candidates, 1):
        if each.person is not None:
            beside.append((_("Ứng viên %(number)s") % {"number": place}, _as_columns(register, each.person)))
    if declared is not None:
        beside.append((_("Công dân khai"), _claimed(register, declared)))
    if proposed:
        beside.append((_("Sau khi sửa"), proposed))
    told_of = [name for name in words.COLUMNS[register] if any(told.get(name) for _head, told in beside)]
    rows = [
        Side(
            words.column(register, name),
            (words.value(name, stands.get(name)), *(words.value(name, told.get(name)) for _head, told in beside)),
            proposal=len(beside) if name in proposed else None,
        )
        for name in told_of
        if name not in _UNTOLD
    ]
    rows.sort(key=lambda row: not row.differs())
    rest = [
        (words.column(register, name), words.value(name, stands[name]))
        for name in words.COLUMNS[register]
        if name not in {*told_of, *_UNTOLD} and stands.get(name) not in _NOTHING
    ]
    return [_("Sổ đăng ký"), *(head for head, _told in beside)], rows, rest


def _as_columns(register: str, person: Identity) -> dict[str, Any]:
    """Who somebody is, in the columns of a register."""
    if register == "vehicles":
        return {
            "owner_name": person.full_name,
            "owner_id_number": person.pin,
            "owner_birth_date": person.birth_date,
            "commune_code": person.commune_code,
        }
    return {
        "full_name": person.full_name,
        "pin": person.pin,
        "birth_date": person.birth_date,
        "sex": person.sex,
        "commune_code": person.commune_code,
    }


def _claimed(register: str, declared: Declared) -> dict[str, Any]:
    """What was declared, in the columns of a register."""
    names = {"plate": "plate_display", "owner": "owner_name"} if register == "vehicles" else {}
    return {names.get(each.item, each.item): each.claimed for each in declared.comparison if each.claimed}
