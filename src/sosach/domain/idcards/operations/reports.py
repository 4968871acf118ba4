"""Reports of machines: what became of the cards of a job. Taken twice they change nothing; what does not fit becomes a finding."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from sosach.chip.line.packing import read_report
from sosach.chip.line.sheet import CardResult, ProductionReport
from sosach.chip.line.sheet import Outcome as Told
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Card, Job, JobReport, LineFinding, Machine
from sosach.domain.idcards.operations.jobs import wait_again
from sosach.domain.idcards.operations.stepping import (
    forbidden,
    incomplete,
    locked_cards,
    locked_job,
    not_found,
    step_cards,
    step_job,
    subjects_of,
)
from sosach.domain.idcards.states.cards import CardState, CardStep
from sosach.domain.idcards.states.jobs import FindingCode, JobStep, Outcome

KEEPERS = frozenset({Role.CARD_STOCK})
_STEPS = {Outcome.MADE: CardStep.MADE, Outcome.SPOILED: CardStep.SPOIL, Outcome.ASTRAY: CardStep.GO_ASTRAY}


@operation("idcards.report_taken", roles=KEEPERS)
def take_report(order: Order, /, *, machine_id: int, report: bytes) -> Done[Job]:
    """Take the report of a machine about a job; the same bytes again change nothing.

    Raises:
        SosachError: STATE-01, no such machine or job; STATE-02, the job is not with the machine; STATE-04, not a report of
            this machine, or about another package.
    """
    machine = Machine.objects.filter(pk=machine_id).first()
    if machine is None:
        raise not_found("Không tìm thấy máy.", "There is no such machine.")
    told = read_report(report, machine_key=bytes(machine.report_key))
    job = locked_job(int(told.job_id) if told.job_id.isdecimal() else 0)
    subject = Subject("card_job", str(job.pk))
    digest = hashlib.sha256(report).hexdigest()
    if job.reports.filter(digest=digest).exists():
        return Done(job, [subject], {"replayed": True})
    step_job(job, JobStep.REPORT)  # first: a job that is not signed has no package to compare with
    if job.machine_id != machine.pk or told.package_digest != job.package.digest:
        raise incomplete("Báo cáo không thuộc gói dữ liệu của lệnh này.", "The report is about another package.")
    changed = _apply(order, job, told)
    JobReport.objects.create(job=job, digest=digest, answers=len(told.results), taken_at=order.at, act=order.act)
    job.reported_at = job.reported_at or order.at
    job.save()
    return Done(job, [subject, *subjects_of(changed)], {"answers": len(told.results)})


def _apply(order: Order, job: Job, told: ProductionReport) -> list[Card]:
    """Take the steps a report tells of, and note what does not fit; the cards that moved."""
    cards = {card.blank_id: card for card in locked_cards(Card.objects.filter(job=job).exclude(state=CardState.VOID))}
    answers: dict[str, list[CardResult]] = defaultdict(list)
    for result in told.results:
        answers[result.serial].append(result)
    made: list[Card] = []
    spoiled: list[Card] = []
    for serial, results in answers.items():
        wrong = _wrong(cards.get(serial), results)
        if wrong is not None:
            _note(order, job, wrong, serial, results)
        elif cards[serial].state == CardState.IN_WORK:
            (made if results[0].outcome is Told.MADE else spoiled).append(cards[serial])
    step_cards(order, made, CardStep.MADE)
    step_cards(order, spoiled, CardStep.SPOIL, why="machine")
    wait_again(order, spoiled, why="machine")
    moved = made + spoiled
    _settle_answered(order, job, moved)
    silent = [card for card in cards.values() if card.state == CardState.IN_WORK and card.blank_id not in answers]
    for card in silent:
        _note(order, job, FindingCode.MISSING, card.blank_id, ())
    return moved


def _wrong(card: Card | None, results: list[CardResult]) -> FindingCode | None:
    """What does not fit about the answers for one serial."""
    if card is None or any(result.card_reference != card.blank_id for result in results):
        return FindingCode.UNKNOWN
    if len({(result.outcome, result.sod_digest) for result in results}) > 1:
        return FindingCode.DUPLICATE
    told = results[0]
    if told.outcome is Told.MADE and told.sod_digest != card.sod_digest:
        return FindingCode.CHANGED
    if card.state == CardState.IN_WORK:
        return None
    if card.state == CardState.ASTRAY:
        return FindingCode.LATE
    spoiled = card.state in {CardState.SPOILED, CardState.DESTROYED}
    return None if spoiled == (told.outcome is Told.SPOILED) else FindingCode.DUPLICATE


def _note(order: Order, job: Job, code: FindingCode, serial: str, results: Iterable[CardResult]) -> None:
    """Keep what does not fit until somebody settles it; one line of a kind per serial."""
    told = [{"outcome": each.outcome, "chip": each.chip_id, "reason": each.reason} for each in results]
    LineFinding.objects.get_or_create(
        job=job, code=code, serial=serial[:16], outcome="", defaults={"told": told, "found_at": order.at}
    )


def _settle_answered(order: Order, job: Job, cards: Iterable[Card]) -> None:
    """Cards that were silent and are answered for now need nobody any more."""
    for card in cards:
        outcome = Outcome.MADE if card.state == CardState.PERSONALISED else Outcome.SPOILED
        LineFinding.objects.filter(job=job, code=FindingCode.MISSING, serial=card.blank_id, outcome="").update(
            outcome=outcome, settled_at=order.at, settled_by=order.actor.key
        )


@operation("idcards.finding_settled", roles=KEEPERS | {Role.CARD_QUALITY})
def settle_finding(order: Order, /, *, finding_id: int, outcome: Outcome) -> Done[LineFinding]:
    """Say what became of a card a report does not explain; `reason` says how one knows.

    `NOTED` settles what moves no card: an unknown serial, an answer that came late or contradicts what was seen already.

    Raises:
        SosachError: STATE-01, no such finding; STATE-02, settled already, or the card cannot take that step; STATE-04, no reason.
    """
    if not order.reason.strip():
        raise incomplete("Cần ghi lý do.", "A reason is needed.")
    job_id = LineFinding.objects.filter(pk=finding_id).values_list("job_id", flat=True).first()
    job = locked_job(job_id or 0)
    found = LineFinding.objects.select_for_update().get(pk=finding_id)
    if found.outcome:
        raise forbidden("Sai lệch này đã được giải quyết.", "This finding has been settled.")
    cards = locked_cards(Card.objects.filter(job=job, blank_id=found.serial).exclude(state=CardState.VOID))
    in_work = any(card.state == CardState.IN_WORK for card in cards)
    if (outcome is Outcome.NOTED) == in_work or (found.code == FindingCode.CHANGED and outcome is Outcome.MADE):
        raise forbidden("Kết luận này không áp dụng được cho thẻ.", "The card cannot be settled so.")
    if outcome is not Outcome.NOTED:
        if not cards:
            raise forbidden("Không có thẻ nào mang số này trong lệnh.", "The job has no card of this serial.")
        step_cards(order, cards, _STEPS[outcome], why=f"finding {found.code}")
        wait_again(order, [card for card in cards if outcome is not Outcome.MADE], why=order.reason)
    found.outcome, found.settled_at, found.settled_by = outcome, order.at, order.actor.key
    found.save()
    return Done(
        found, [Subject("card_job", str(job.pk)), *subjects_of(cards)], {"finding": found.pk, "outcome": outcome}
    )
