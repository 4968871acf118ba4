"""Looks at safe classes: how many cases could be answered at once, what would change, and how a batch stands."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Subject
from sosach.domain.campaign.models import Batch, Campaign, Case, Solution
from sosach.domain.campaign.queries.lists import subjects_of
from sosach.domain.campaign.queries.records import Record, shown
from sosach.domain.campaign.queries.solving.matters import REGISTERS, matters_of_all
from sosach.domain.campaign.rules.fixes import Fix, FixKind, Matters
from sosach.domain.campaign.rules.safety import SafeClass, effects_of, group_of, safe_classes, safe_codes, safe_fix
from sosach.domain.campaign.states.cases import OPEN, State
from sosach.domain.campaign.states.solving import BatchState, SolutionState, batch_state
from sosach.domain.provenance.models import Candidate, Duplicate, Finding
from sosach.domain.provenance.rules import OPEN as OPEN_MATTER

BATCHERS = frozenset({Role.VERIFIER, Role.CHIEF, Role.VEHICLES, Role.LICENCES, Role.STEWARD})
MOST_GROUPED = 5_000  # cases of one look, more than a commune has; the rest is offered when these are done
_SHOWN = 5
_ANSWERABLE = OPEN - {State.APPROVED, State.CONFLICT}


@dataclass(frozen=True, slots=True)
class SafeCase:
    """A case of a safe class.

    Attributes:
        case_id: which.
        record: its record in one line; None where it is out of reach by now.
        fix: the answer it would get; None where it is not safe any more.
        verdict: "right", "wrong", or "" while nobody has looked at it.
    """

    case_id: int
    record: Record | None
    fix: Fix | None
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class SafeGroup:
    """Cases that can be answered at once.

    Attributes:
        key: names the group.
        register: of the records.
        codes: findings it settles.
        kind: kind of answer most of them get.
        classes: lines of the table that say why it is safe.
        cases: how many; all of them are in `ids`.
        ids: of the cases.
        effects: column → how many values would change.
        sample: a few of them.
        needs_second: whether a second person has to agree to so many.
    """

    key: str
    register: str
    codes: tuple[str, ...]
    kind: FixKind
    classes: tuple[SafeClass, ...]
    cases: int
    ids: tuple[int, ...]
    effects: Mapping[str, int]
    sample: tuple[SafeCase, ...]
    needs_second: bool


@dataclass(frozen=True, slots=True)
class BatchSeen:
    """How a batch stands.

    Attributes:
        batch: with its campaign.
        state: where it stands.
        sample: cases to look at, with what was said of them.
        to_look_at: how many of the sample nobody has looked at.
        needs_second: whether somebody else has to agree.
        own: whether one has made it oneself.
        done: cases answered by it and not undone.
        waiting: cases not answered yet.
    """

    batch: Batch
    state: BatchState
    sample: tuple[SafeCase, ...]
    to_look_at: int
    needs_second: bool
    own: bool
    done: int
    waiting: int


@reading("campaign.list_read", roles=BATCHERS)
def safe_groups(look: Look, *, campaign_id: int) -> Seen[tuple[SafeGroup, ...]]:
    """Open cases within reach that may be answered at once, in groups, the largest first.

    Of very many the first ones are told (`MOST_GROUPED` of each register); the rest is offered when these are answered.
    """
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        return Seen((), ())
    groups: dict[str, list[tuple[Case, Fix, Matters]]] = defaultdict(list)
    for register in campaign.registers:
        for case, fix, told in safe_cases(look.actor, campaign.pk, register):
            groups[group_of(told)].append((case, fix, told))
    found = sorted(
        (_group(key, rows, campaign) for key, rows in groups.items()), key=lambda each: (-each.cases, each.key)
    )
    return Seen(tuple(found), subjects_of([case for rows in groups.values() for case, _, _ in rows[:_SHOWN]]))


@reading("campaign.list_read", roles=BATCHERS)
def batch_seen(look: Look, *, batch_id: UUID) -> Seen[BatchSeen]:
    """How a batch stands, with the sample to look at.

    Raises:
        SosachError: STATE-01 no such batch within reach.
    """
    batch = scoped(Batch.objects.select_related("campaign"), look.actor).filter(pk=batch_id).first()
    if batch is None:
        raise SosachError(
            ErrorCode.NOT_FOUND, vi="Không tìm thấy trong phạm vi quản lý.", en="There is none within reach."
        )
    seen = _seen(look.actor, batch)
    cases = list(scoped(Case.objects.all(), look.actor).filter(pk__in=batch.sample))
    return Seen(seen, [*subjects_of(cases), Subject("batch", str(batch.pk), batch.commune_code or "")])


@reading("campaign.list_read", roles=BATCHERS)
def batches(look: Look, *, campaign_id: int, limit: int = 20) -> Seen[tuple[BatchSeen, ...]]:
    """Batches of a campaign within reach, newest first, without their samples."""
    rows = scoped(Batch.objects.select_related("campaign"), look.actor).filter(campaign_id=campaign_id)
    found = [_seen(look.actor, each, sample=()) for each in rows.order_by("-made_at", "pk")[: min(limit, 100)]]
    return Seen(tuple(found), [Subject("batch", str(each.batch.pk), each.batch.commune_code or "") for each in found])


def safe_cases(
    actor: Actor, campaign_id: int, register: str, *, ids: tuple[int, ...] | None = None
) -> list[tuple[Case, Fix, Matters]]:
    """Cases within reach whose first answer is safe, with it; oldest first, at most `MOST_GROUPED`. Callers are guarded.

    Args:
        actor: who; the own case is never among them.
        campaign_id: of which campaign.
        register: of which records.
        ids: only these.
    """
    rows = _likely(actor, campaign_id, register)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    cases = {case.subject_id: case for case in rows.order_by("pk")[:MOST_GROUPED]}
    model = REGISTERS[register].model
    records = scoped(model.objects.all(), actor).filter(pk__in=cases)
    pairs = [(cases[record.pk], record) for record in records]
    told = matters_of_all(register, pairs)
    found = [(case, safe_fix(told[case.pk]), told[case.pk]) for case, _ in pairs]
    return sorted(((case, fix, about) for case, fix, about in found if fix is not None), key=lambda each: each[0].pk)


def _likely(actor: Actor, campaign_id: int, register: str) -> QuerySet[Case]:
    """Cases that can be safe by what the database says: nothing open but findings of the table."""
    about = {"register": register, "subject_id": OuterRef("subject_id"), "gone": False, "state": OPEN_MATTER}
    findings = Finding.objects.filter(**about).exclude(severity="info")
    rows = scoped(Case.objects.select_related("campaign"), actor).filter(
        campaign_id=campaign_id,
        register=register,
        state__in=sorted(_ANSWERABLE),
        codes__overlap=sorted(safe_codes()),
        declaration_id__isnull=True,
    )
    if actor.person_id is not None:
        rows = rows.exclude(person_id=actor.person_id)
    waiting = Solution.objects.filter(case=OuterRef("pk"), state=SolutionState.PROPOSED.value)
    return rows.filter(
        ~Exists(findings.exclude(code__in=safe_codes())),
        Exists(findings),
        ~Exists(Candidate.objects.filter(**about)),
        ~Exists(Duplicate.objects.filter(**about)),
        ~Exists(waiting),
    )


def _group(key: str, rows: list[tuple[Case, Fix, Matters]], campaign: Campaign) -> SafeGroup:
    register, _, codes = key.partition(":")
    told = tuple(codes.split("+"))
    lines = shown(register, [case.subject_id for case, _, _ in rows[:_SHOWN]])
    return SafeGroup(
        key=key,
        register=register,
        codes=told,
        kind=Counter(fix.kind for _, fix, _ in rows).most_common(1)[0][0],
        classes=tuple(each for each in safe_classes() if each.codes & set(told)),
        cases=len(rows),
        ids=tuple(case.pk for case, _, _ in rows),
        effects=effects_of([fix for _, fix, _ in rows]),
        sample=tuple(SafeCase(case.pk, lines.get(case.subject_id), fix) for case, fix, _ in rows[:_SHOWN]),
        needs_second=len(rows) > campaign.mass_limit,
    )


def _seen(actor: Actor, batch: Batch, sample: tuple[SafeCase, ...] | None = None) -> BatchSeen:
    solutions = Solution.objects.filter(batch=batch)
    done = solutions.filter(state=SolutionState.DONE.value).count()
    answered = solutions.values("case_id").distinct().count()
    return BatchSeen(
        batch=batch,
        state=batch_state(batch),
        sample=_sample(actor, batch) if sample is None else sample,
        to_look_at=len(set(batch.sample) - {int(key) for key in batch.looked_at}),
        needs_second=len(batch.cases) > batch.campaign.mass_limit,
        own=actor.is_also(batch.made_by),
        done=done,
        waiting=max(0, len(batch.cases) - answered - len(batch.left)),
    )


def _sample(actor: Actor, batch: Batch) -> tuple[SafeCase, ...]:
    safe = {
        case.pk: fix for case, fix, _ in safe_cases(actor, batch.campaign_id, batch.register, ids=tuple(batch.sample))
    }
    subjects = dict(scoped(Case.objects.all(), actor).filter(pk__in=batch.sample).values_list("pk", "subject_id"))
    lines = shown(batch.register, subjects.values())
    verdicts = {int(key): str(told["verdict"]) for key, told in batch.looked_at.items()}
    return tuple(
        SafeCase(key, lines.get(subjects.get(key, 0)), safe.get(key), verdicts.get(key, "")) for key in batch.sample
    )
