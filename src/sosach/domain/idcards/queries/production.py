"""Looks at production: jobs and how far they are, one job with its findings, its package for the machine, signers, machines."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Card, CardEvent, DocumentSigner, Job, JobPackage, LineFinding, Machine
from sosach.domain.idcards.queries.cards import CardLine, line_of
from sosach.domain.idcards.queries.waiting import to_read
from sosach.domain.idcards.states.cards import CardState, CardStep
from sosach.domain.idcards.states.jobs import FindingCode, JobState, Outcome

LOOKERS = frozenset({Role.CARD_STOCK, Role.CARD_QUALITY, Role.CARD_APPROVER})
PAGE = 200


class Fate(StrEnum):
    """What became of the cards a machine answered for. An old card that is handed in and destroyed was a good one."""

    EVERY = "every"
    SPOILED = "spoiled"  # before anybody had it; destroyed since, or not yet
    ASTRAY = "astray"
    DESTROYED = "destroyed"  # handed in after its life


_UNANSWERED = frozenset({CardState.VOID, CardState.PLANNED, CardState.SIGNED, CardState.IN_WORK})
_FATES = {
    Fate.EVERY: ~Q(state__in=sorted(_UNANSWERED)),
    Fate.SPOILED: Q(state=CardState.SPOILED.value) | Q(state=CardState.DESTROYED.value, spoiled=True),
    Fate.ASTRAY: Q(state=CardState.ASTRAY.value),
    Fate.DESTROYED: Q(state=CardState.DESTROYED.value, spoiled=False),
}


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job in a list.

    Attributes:
        id: its number.
        state: how far.
        profile: of its cards.
        machine: name of the machine.
        planned_at: when.
        closed_at: when it was over.
        cards: how many cards are where.
        spoiled: how many of them were spoiled before anybody had them.
        findings: how many findings are open.
    """

    id: int
    state: JobState
    profile: str
    machine: str
    planned_at: datetime
    closed_at: datetime | None
    cards: dict[CardState, int]
    spoiled: int
    findings: int


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding about a report.

    Attributes:
        id: its number.
        code: what does not fit.
        serial: of the blank it is about.
        told: what the machine said.
        found_at: when.
        outcome: how it was settled; None: open.
        settled_by: account.
    """

    id: int
    code: FindingCode
    serial: str
    told: list[dict[str, str]]
    found_at: datetime
    outcome: Outcome | None
    settled_by: str


@dataclass(frozen=True, slots=True)
class JobCard:
    """A card of a job.

    Attributes:
        card_id: its number.
        serial: of its blank.
        application_id: for which application.
        state: where it is.
        to_read: whether it has to be read back before the job can be closed.
    """

    card_id: int
    serial: str
    application_id: int
    state: CardState
    to_read: bool


@dataclass(frozen=True, slots=True)
class JobSeen:
    """One job.

    Attributes:
        line: as in the list.
        read_one_in: share that is read back; 1 for all.
        planned_by: account.
        signed_by: account; "" before.
        signed_at: when.
        signer: key of the document signer; "" before.
        released_by: account; "" before.
        released_at: when.
        reported_at: when the machine first reported.
        package_size: bytes of its package; 0 before.
        all_cards: its cards.
        all_findings: its findings.
    """

    line: JobLine
    read_one_in: int
    planned_by: str
    signed_by: str
    signed_at: datetime | None
    signer: str
    released_by: str
    released_at: datetime | None
    reported_at: datetime | None
    package_size: int
    all_cards: tuple[JobCard, ...]
    all_findings: tuple[FindingLine, ...]


@dataclass(frozen=True, slots=True)
class SignerLine:
    """A document signer.

    Attributes:
        id: its number.
        key_id: its key.
        use_from: first moment it may sign.
        use_until: last moment it may sign.
        used: documents it signed.
        most: documents it may sign.
        retired_at: when it was retired.
    """

    id: int
    key_id: str
    use_from: datetime
    use_until: datetime
    used: int
    most: int
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class MachineLine:
    """A machine.

    Attributes:
        id: its number.
        name: its name.
        retired_at: when it was retired.
    """

    id: int
    name: str
    retired_at: datetime | None


@reading("idcards.jobs_seen", roles=LOOKERS)
def jobs(look: Look, /, *, state: JobState | None = None, after: int | None = None) -> Seen[tuple[JobLine, ...]]:
    """Jobs, the latest first, a page at a time.

    Args:
        look: who, why, when.
        state: of those only.
        after: number of the last one of the page before.
    """
    del look
    rows = Job.objects.select_related("machine").order_by("-pk")
    rows = rows if state is None else rows.filter(state=state)
    found = _lines(list((rows if after is None else rows.filter(pk__lt=after))[:PAGE]))
    return Seen(found, [Subject("card_job", str(line.id)) for line in found])


@reading("idcards.jobs_seen", roles=LOOKERS)
def job_counts(look: Look, /) -> Seen[dict[JobState, int]]:
    """How many jobs `jobs` would list, by state."""
    del look
    rows = Job.objects.values_list("state").annotate(n=Count("pk")).order_by()
    return Seen({JobState(state): count for state, count in rows}, [])


@reading("idcards.jobs_seen", roles=LOOKERS)
def one_job(look: Look, /, *, job_id: int) -> Seen[JobSeen]:
    """One job with its cards and findings.

    Raises:
        SosachError: STATE-01.
    """
    del look
    job = _job(job_id)
    unread = set(to_read(job).values_list("pk", flat=True))
    cards = tuple(
        JobCard(row.pk, row.blank_id, row.application_id, CardState(row.state), row.pk in unread)
        for row in Card.objects.filter(job=job).order_by("blank_id", "pk")
    )
    findings = tuple(map(_finding, job.findings.order_by("pk")))
    package = JobPackage.objects.filter(job=job).values_list("size", flat=True).first()
    seen = JobSeen(
        line=_lines([job])[0],
        read_one_in=job.read_one_in,
        planned_by=job.planned_by,
        signed_by=job.signed_by,
        signed_at=job.signed_at,
        signer=job.signer.key_id if job.signer is not None else "",
        released_by=job.released_by,
        released_at=job.released_at,
        reported_at=job.reported_at,
        package_size=package or 0,
        all_cards=cards,
        all_findings=findings,
    )
    return Seen(seen, [Subject("card_job", str(job.pk)), *(Subject("card", str(card.card_id)) for card in cards)])


@reading("idcards.package_fetched", roles=frozenset({Role.CARD_STOCK}))
def package_of(look: Look, /, *, job_id: int) -> Seen[bytes]:
    """The package of a released job, as its machine takes it: nobody else can open it.

    Raises:
        SosachError: STATE-01; STATE-02, not released, or over.
    """
    del look
    job = _job(job_id)
    content = JobPackage.objects.filter(job=job).values_list("content", flat=True).first()
    if job.state not in {JobState.RELEASED, JobState.REPORTED} or not content:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Lệnh chưa được cho phép sản xuất hoặc đã kết thúc.",
            en="The job is not released, or it is over.",
        )
    return Seen(bytes(content), [Subject("card_job", str(job.pk))])


@reading("idcards.jobs_seen", roles=LOOKERS)
def signers(look: Look, /) -> Seen[tuple[SignerLine, ...]]:
    """Document signers and what they may still sign, the latest first."""
    del look
    columns = ("pk", "key_id", "use_from", "use_until", "used", "most", "retired_at")
    rows = DocumentSigner.objects.order_by("-pk").values_list(*columns)[:PAGE]
    found = tuple(SignerLine(*row) for row in rows)
    return Seen(found, [Subject("card_signer", str(line.id)) for line in found])


@reading("idcards.jobs_seen", roles=LOOKERS)
def machines(look: Look, /) -> Seen[tuple[MachineLine, ...]]:
    """Machines, the latest first."""
    del look
    rows = Machine.objects.order_by("-pk").values_list("pk", "name", "retired_at")[:PAGE]
    found = tuple(MachineLine(*row) for row in rows)
    return Seen(found, [Subject("card_machine", str(line.id)) for line in found])


@reading("idcards.jobs_seen", roles=LOOKERS)
def machine_figures(look: Look, /) -> Seen[dict[tuple[int, str], dict[Fate, int]]]:
    """What became of the cards of each machine, by its number and name."""
    found: dict[tuple[int, str], dict[Fate, int]] = {}
    for fate in Fate:
        rows = scoped(_fated(fate), look.actor).values_list("job__machine_id", "job__machine__name")
        for key, name, count in rows.annotate(n=Count("pk")).order_by():
            found.setdefault((key, name), dict.fromkeys(Fate, 0))[fate] = count
    return Seen(found, [Subject("card_machine", str(key)) for key, _name in found])


@reading("idcards.card_list_seen", roles=LOOKERS)
def machine_cards(look: Look, /, *, machine_id: int, fate: Fate, after: int = 0) -> Seen[tuple[CardLine, ...]]:
    """The cards behind a figure of `machine_figures`, a page at a time.

    Args:
        look: who, why, when.
        machine_id: whose.
        fate: what became of them.
        after: number of the last card of the page before.
    """
    rows = scoped(_fated(fate).filter(job__machine_id=machine_id, pk__gt=after), look.actor)
    found = tuple(line_of(row, look.at) for row in rows.select_related("application").order_by("pk")[:PAGE])
    return Seen(
        found,
        [
            subject
            for line in found
            for subject in (
                Subject("card", str(line.id), line.commune_code),
                Subject("person", str(line.person_id), line.commune_code),
            )
        ],
    )


def _fated(fate: Fate) -> QuerySet[Card]:
    spoiled = Exists(CardEvent.objects.filter(card=OuterRef("pk"), step=CardStep.SPOIL.value))
    return Card.objects.annotate(spoiled=spoiled).filter(_FATES[fate])


def _job(job_id: int) -> Job:
    found = Job.objects.select_related("machine", "signer").filter(pk=job_id).first()
    if found is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không tìm thấy lệnh sản xuất.", en="There is no such job.")
    return found


def _lines(rows: list[Job]) -> tuple[JobLine, ...]:
    cards: dict[int, dict[CardState, int]] = {}
    states = Card.objects.filter(job__in=rows).values_list("job_id", "state").annotate(n=Count("pk")).order_by()
    for key, state, count in states:
        cards.setdefault(key, {})[CardState(state)] = count
    spoiled = dict(_fated(Fate.SPOILED).filter(job__in=rows).values_list("job_id").annotate(n=Count("pk")).order_by())
    opened = LineFinding.objects.filter(job__in=rows, outcome="").values_list("job_id").annotate(n=Count("pk"))
    findings = dict(opened.order_by())
    return tuple(
        JobLine(
            row.pk,
            JobState(row.state),
            row.profile,
            row.machine.name,
            row.planned_at,
            row.closed_at,
            cards.get(row.pk, {}),
            spoiled.get(row.pk, 0),
            findings.get(row.pk, 0),
        )
        for row in rows
    )


def _finding(row: LineFinding) -> FindingLine:
    outcome = Outcome(row.outcome) if row.outcome else None
    return FindingLine(row.pk, FindingCode(row.code), row.serial, row.told, row.found_at, outcome, row.settled_by)
