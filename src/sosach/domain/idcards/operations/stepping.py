"""Locks cards and jobs, takes steps with them, and moves blanks along: the only place that writes the state of a card."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import scoped
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Blank, Card, CardEvent, Job
from sosach.domain.idcards.states import jobs, wording
from sosach.domain.idcards.states.cards import BLANK_OF, CardState, CardStep, ImpossibleStepError, after
from sosach.domain.idcards.states.jobs import JobState, JobStep


def forbidden(vi: str, en: str, *, hint_vi: str = "", hint_en: str = "") -> SosachError:
    """STATE-02: not possible as things are."""
    return SosachError(ErrorCode.STATE_FORBIDS, vi=vi, en=en, hint_vi=hint_vi, hint_en=hint_en)


def incomplete(vi: str, en: str) -> SosachError:
    """STATE-04: something needed is missing or contradicts itself."""
    return SosachError(ErrorCode.INPUT_INCOMPLETE, vi=vi, en=en)


def conflict(vi: str, en: str) -> SosachError:
    """STATE-03: somebody has, or did it, already."""
    return SosachError(ErrorCode.CONFLICT, vi=vi, en=en)


def not_found(vi: str, en: str) -> SosachError:
    """STATE-01: not there, or out of reach."""
    return SosachError(ErrorCode.NOT_FOUND, vi=vi, en=en)


def require_paper(order: Order, kind: str, *, vi: str, en: str) -> None:
    """Refuse an order without a paper it needs.

    Raises:
        SosachError: STATE-04.
    """
    if not order.evidence.get(kind):
        raise incomplete(f"Thiếu giấy tờ: {vi}.", f"Evidence is missing: {en}.")


def subject_of(card: Card) -> Subject:
    """A card as the log names it."""
    return Subject("card", str(card.pk), card.commune_code)


def subjects_of(cards: Iterable[Card]) -> list[Subject]:
    """Cards and their holders, as the log names them."""
    return [
        subject
        for card in cards
        for subject in (subject_of(card), Subject("person", str(card.person_id), card.commune_code))
    ]


def locked_card(order: Order, card_id: int, *, everywhere: bool = False) -> Card:
    """A card within reach, locked until the transaction ends.

    Args:
        order: who asks.
        card_id: which.
        everywhere: for what the law lets every office do.

    Raises:
        SosachError: STATE-01.
    """
    rows = Card.objects.select_for_update().filter(pk=card_id)
    found = (rows if everywhere else scoped(rows, order.actor, person="person_id")).first()
    if found is None:
        raise not_found("Không tìm thấy thẻ.", "There is no such card within reach.")
    return found


def locked_cards(rows: QuerySet[Card]) -> list[Card]:
    """Cards locked in the order of their ids, so that nobody waits for each other."""
    return list(rows.select_for_update().order_by("pk"))


def locked_job(job_id: int) -> Job:
    """A job, locked until the transaction ends.

    Raises:
        SosachError: STATE-01.
    """
    found = Job.objects.select_for_update().filter(pk=job_id).first()
    if found is None:
        raise not_found("Không tìm thấy lệnh sản xuất.", "There is no such job.")
    return found


def step_job(job: Job, step: JobStep) -> None:
    """Take a step with a locked job; the caller saves it.

    Raises:
        SosachError: STATE-02.
    """
    allowed, to = jobs.STEPS[step]
    state = JobState(job.state)
    if state not in allowed:
        vi, en = wording.JOBS[state]
        raise forbidden(f"Không thực hiện được: lệnh sản xuất {vi}.", f"Not possible: the job is {en}.")
    job.state = to


def step_cards(
    order: Order, cards: Sequence[Card], step: CardStep, *, why: str = "", columns: Sequence[str] = ()
) -> None:
    """Let the same thing happen to locked cards, all of them or none.

    Args:
        order: who, when, on the strength of what.
        cards: locked.
        step: what happens.
        why: code of the reason, where there is one.
        columns: further columns the caller has set on them.

    Raises:
        SosachError: STATE-02, not possible in the state of one of them; STATE-03, its holder has another card.
    """
    moved = [(card, CardState(card.state), _next(card, step)) for card in cards]
    blanks: dict[str, list[str]] = defaultdict(list)
    for card, before, to in moved:
        card.state, card.changed_at = to.value, order.at
        if BLANK_OF[before] is not BLANK_OF[to]:
            blanks[BLANK_OF[to].value].append(card.blank_id)
    try:
        with transaction.atomic():
            Card.objects.bulk_update(cards, ["state", "changed_at", *columns], batch_size=500)
    except IntegrityError as refused:
        raise conflict("Người này đã có thẻ căn cước khác.", "The person has another card.") from refused
    for state, serials in blanks.items():
        Blank.objects.filter(serial__in=serials).update(state=state, changed_at=order.at)
    CardEvent.objects.bulk_create([_event(order, card, step, before, why) for card, before, _ in moved])


def _next(card: Card, step: CardStep) -> CardState:
    state, before_end = CardState(card.state), None
    if step is CardStep.RESTORE:
        ended = CardEvent.objects.filter(card=card, step=CardStep.END).latest("pk")
        before_end = CardState(ended.before)
    try:
        return after(state, step, before_end=before_end)
    except ImpossibleStepError as impossible:
        vi, en = wording.CARDS[state]
        raise forbidden(f"Không thực hiện được: thẻ {vi}.", f"Not possible: the card is {en}.") from impossible


def _event(order: Order, card: Card, step: CardStep, before: CardState, why: str) -> CardEvent:
    return CardEvent(
        card=card,
        step=step.value,
        before=before.value,
        after=card.state,
        why=why,
        evidence=order.evidence,
        at=order.at,
        actor_kind=order.actor.kind,
        actor_key=order.actor.key,
        act=order.act,
    )
