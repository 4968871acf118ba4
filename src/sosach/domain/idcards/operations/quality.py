"""The quality station: finished cards are read back as any reader would, judged here, and let go or spoiled."""

from collections.abc import Mapping

from sosach.chip.files.card import from_identifiers
from sosach.chip.verifying.evidence import RegisterWord, Trust
from sosach.chip.verifying.verdict import Verdict, verify
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Card, Job, JobPackage, ReadBack
from sosach.domain.idcards.operations.jobs import wait_again
from sosach.domain.idcards.operations.lapsing import keep_back
from sosach.domain.idcards.operations.stepping import (
    forbidden,
    locked_cards,
    locked_job,
    not_found,
    step_cards,
    step_job,
    subjects_of,
)
from sosach.domain.idcards.queries.waiting import to_read
from sosach.domain.idcards.states.cards import CardState, CardStep
from sosach.domain.idcards.states.jobs import JobStep

QUALITY = frozenset({Role.CARD_QUALITY})


@operation("idcards.card_read_back", roles=QUALITY)
def read_back(
    order: Order, /, *, serial: str, files: Mapping[int, bytes], chip_authentic: bool, trust: Trust
) -> Done[Verdict]:
    """Judge a finished card by what a reader read off it: let it go, or spoil it, so that its application gets another one.

    One whose application has lapsed ends: nobody is given it.

    Args:
        order: who, when.
        serial: printed on the card.
        files: read off the chip, by identifier.
        chip_authentic: whether the chip proved that it holds its key.
        trust: authorities and revocation lists.

    Raises:
        SosachError: STATE-01, no card of this serial waits to be read; STATE-02, it is not the machine's finished one.
    """
    job_id = Card.objects.filter(blank_id=serial, state=CardState.PERSONALISED).values_list("job_id", flat=True).first()
    if job_id is None:
        raise not_found("Không có thẻ số này chờ kiểm tra.", "No card of this serial waits to be read back.")
    locked_job(job_id)
    (card,) = locked_cards(Card.objects.filter(blank_id=serial).exclude(state=CardState.VOID))
    # it will be in force when it is handed over; that it is the card that was signed is asked here
    word = RegisterWord(active=True, sod_digest=bytes.fromhex(card.sod_digest))
    verdict = verify(from_identifiers(files), trust, register=word, chip_authentic=chip_authentic)
    faults = [str(fault) for fault in verdict.faults]
    step_cards(order, [card], CardStep.ACCEPT if verdict.accepted else CardStep.SPOIL, why=" ".join(faults)[:200])
    if verdict.accepted:
        keep_back(order, [card])
    else:
        wait_again(order, [card], why="quality")
    ReadBack.objects.create(
        card=card, accepted=verdict.accepted, faults=faults, at=order.at, actor_key=order.actor.key, act=order.act
    )
    return Done(verdict, subjects_of([card]), {"accepted": verdict.accepted, "faults": faults})


@operation("idcards.job_closed", roles=QUALITY)
def close_job(order: Order, /, *, job_id: int) -> Done[Job]:
    """Close a job: every card of the sample was read, nothing is open; cards beside the sample are let go with it.

    Raises:
        SosachError: STATE-01; STATE-02, the machine has not answered for all, a finding is open, or cards are still to be read.
    """
    job = locked_job(job_id)
    step_job(job, JobStep.CLOSE)
    cards = locked_cards(Card.objects.filter(job=job))
    silent = sum(card.state == CardState.IN_WORK for card in cards)
    findings = job.findings.filter(outcome="").count()
    unread = to_read(job).count()
    if silent or findings or unread:
        raise forbidden(
            f"Chưa kết thúc được: {silent} thẻ máy chưa báo, {findings} sai lệch chưa giải quyết, {unread} thẻ chưa đọc lại.",
            f"Not yet: {silent} cards unanswered, {findings} findings open, {unread} cards to be read back.",
        )
    rest = [card for card in cards if card.state == CardState.PERSONALISED]
    step_cards(order, rest, CardStep.ACCEPT, why="sample")
    keep_back(order, rest)
    JobPackage.objects.filter(job=job).update(content=b"")
    job.closed_at = order.at
    job.save()
    return Done(job, [Subject("card_job", str(job.pk)), *subjects_of(rest)], {"beside_sample": len(rest)})
