"""Keeps account of what a biometric matcher elsewhere was asked, and takes its answers in: at once, or by call-back.

Asking itself is done outside any transaction (`jobs/matching.py`): what is taken is committed before, what came of it after. Whoever
dies in between asks again; the matcher knows a capture it holds already.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject
from sosach.domain.exchange.models.matching import MatcherTask
from sosach.domain.exchange.rules.matching import (
    LONGEST_SILENCE,
    RESTING,
    Hit,
    Stage,
    encounter_key,
    hits_of,
    likeness,
    number_of,
    person_key,
    rest_after,
)
from sosach.domain.idcards.models import Packet
from sosach.domain.idcards.operations.screening import take_answer
from sosach.domain.idcards.queries.holders import last_packet
from sosach.domain.idcards.queries.pictures import screening_waits
from sosach.domain.idcards.rules.matching import Candidate
from sosach.domain.idcards.states.packets import PacketState

MATCHER = Actor(ActorKind.SYSTEM, "matcher", Level.NATION, roles=frozenset({Role.SYSTEM}))
SYSTEM = frozenset({Role.SYSTEM})
LEASE = timedelta(minutes=1)
KEEPING = "card-keeping"
_NEXT = {Stage.INSERT: Stage.IDENTIFY, Stage.IDENTIFY: Stage.DONE, Stage.REMOVE: Stage.GONE}
_KEPT_NO_LONGER = (PacketState.DROPPED.value, PacketState.ERASED.value)


@dataclass(frozen=True, slots=True)
class Due:
    """A capture whose turn it is.

    Attributes:
        task_id: of the row.
        packet_id: which capture.
        person_id: of whom.
        ticket: number of the application.
        stage: what is to be asked.
        secret: in the address the matcher calls back.
        task: what the matcher works on already, by its own id; "": nothing.
    """

    task_id: int
    packet_id: int
    person_id: int
    ticket: str
    stage: Stage
    secret: UUID
    task: str

    @property
    def transaction(self) -> str:
        """As both sides call what is asked."""
        return transaction_of(self.packet_id, self.stage)


@dataclass(frozen=True, slots=True)
class Said:
    """What the matcher said.

    Attributes:
        task: it works on it, under this id; "": it does not.
        answer: what it found, or what it did; None: nothing yet.
        error: what went wrong, one word; "": nothing.
    """

    task: str = ""
    answer: Any = None
    error: str = ""


def transaction_of(packet_id: int, stage: Stage) -> str:
    """As both sides call what is asked."""
    return f"{encounter_key(packet_id)}-{stage}"


def note_waiting(*, at: datetime) -> int:
    """Note every capture the matcher is to be asked about, and those it is to forget; how many are new."""
    waiting = screening_waits(Look(MATCHER, KEEPING, at))
    with acting(MATCHER):
        told = MatcherTask.objects.filter(packet__in=[packet for _, packet in waiting])
        # compared again after records were merged: it is in already
        anew = told.filter(stage=Stage.DONE.value).update(stage=Stage.IDENTIFY.value, task="", tries=0, next_at=at)
        known = set(told.values_list("packet_id", flat=True))
        rows = [
            MatcherTask(packet_id=packet, secret=uuid4(), asked_at=at, next_at=at)
            for _, packet in waiting
            if packet not in known
        ]
        MatcherTask.objects.bulk_create(rows, ignore_conflicts=True)
        over = MatcherTask.objects.filter(packet__state__in=_KEPT_NO_LONGER)
        over = over.exclude(stage__in=[Stage.REMOVE.value, Stage.GONE.value])
        gone = over.update(stage=Stage.REMOVE.value, task="", tries=0, next_at=at)
    return len(rows) + anew + gone


def take_due(*, at: datetime) -> Due | None:
    """The next capture whose turn it is, for the time of a lease; None: there is none."""
    with acting(MATCHER):
        due = MatcherTask.objects.exclude(stage__in=[each.value for each in RESTING]).filter(next_at__lte=at)
        rows = due.select_for_update(skip_locked=True, of=("self",)).select_related("packet__application")
        row = rows.order_by("next_at", "pk").first()
        if row is None:
            return None
        row.next_at = at + LEASE
        row.save(update_fields=["next_at"])
        packet = row.packet
        ticket = packet.application.number
        return Due(row.pk, packet.pk, packet.person_id, ticket, Stage(row.stage), row.secret, row.task)


@operation("exchange.matcher_asked", roles=SYSTEM)
def note_said(order: Order, *, due: Due, said: Said, threshold: float) -> Done[None]:
    """Note what the matcher said when it was asked; where somebody else noted more meanwhile, that stays."""
    row = MatcherTask.objects.select_for_update().get(pk=due.task_id)
    if row.stage == due.stage:
        try:
            _note(order, row, said, threshold)
        except SosachError:
            _note(order, row, Said(error="no-answer"), threshold)
    return Done(None, _subjects(row), {"stage": row.stage, "error": row.error})


def take_call_back(at: datetime, *, secret: UUID, transaction: str, said: Said, threshold: float) -> None:
    """Take an answer the matcher brings. The same again changes nothing.

    Args:
        at: now.
        secret: of the address it called.
        transaction: as it calls what was asked.
        said: what it says; `task` is its id of it.
        threshold: from which score on it finds people alike.

    Raises:
        SosachError: ACCESS-01, nobody was asked at this address, or not this; REQUEST-01, it is no answer.
    """
    with acting(MATCHER):
        known = MatcherTask.objects.filter(secret=secret).values_list("pk", flat=True).first()
    if known is None:
        raise _unasked()
    answered(Order(MATCHER, at), task_id=known, transaction=transaction, said=said, threshold=threshold)


@operation("exchange.matcher_answered", roles=SYSTEM)
def answered(order: Order, *, task_id: int, transaction: str, said: Said, threshold: float) -> Done[None]:
    """Take an answer in; see `take_call_back`.

    Raises:
        SosachError: ACCESS-01; REQUEST-01.
    """
    row = MatcherTask.objects.select_for_update().get(pk=task_id)
    if transaction not in {transaction_of(row.packet_id, stage) for stage in _NEXT}:
        raise _unasked()
    if transaction == transaction_of(row.packet_id, Stage(row.stage)):
        if row.task not in {"", said.task}:
            raise _unasked()
        _note(order, row, said, threshold)
    return Done(None, _subjects(row), {"stage": row.stage, "error": row.error})


def _note(order: Order, row: MatcherTask, said: Said, threshold: float) -> None:
    """What the matcher said moves the capture on, or lets it rest for a while."""
    error = said.error
    if not error and said.answer is not None:
        error = _take(order, row, said.answer, threshold)
        if not error:
            row.stage, row.task, row.tries, row.error, row.next_at = _NEXT[Stage(row.stage)].value, "", 0, "", order.at
            row.save()
            return
    if error:
        row.tries += 1
        row.task, row.error, row.next_at = "", error[:32], order.at + rest_after(row.tries)
    else:
        row.task, row.error, row.next_at = said.task, "", order.at + LONGEST_SILENCE
    row.save()


def _take(order: Order, row: MatcherTask, answer: Any, threshold: float) -> str:
    """Give the answer to the application; what is wrong with it, "" for nothing.

    Raises:
        SosachError: REQUEST-01, it is no answer.
    """
    if row.stage != Stage.IDENTIFY.value:
        return ""
    try:
        hits = hits_of(answer, own=person_key(row.packet.person_id))
    except ValueError:
        raise SosachError(
            ErrorCode.REQUEST_INVALID, vi="Câu trả lời không đúng.", en="The answer is not as described."
        ) from None
    found = [_candidate(hit, threshold) for hit in hits]
    candidates = [one for one in found if one is not None]
    if len(candidates) < len(found):
        return "unknown-candidate"
    try:
        take_answer(replace(order, act=uuid4()), packet_id=row.packet_id, candidates=candidates, matcher="osia-abis")
    except SosachError as refused:
        return str(refused.code).lower()
    return ""


def _candidate(hit: Hit, threshold: float) -> Candidate | None:
    """Whom the matcher means; None: nobody we know, or a capture of somebody else."""
    person, packet = number_of(hit.person), number_of(hit.encounter)
    if person is None:
        return None
    of_person = Packet.objects.filter(Q(pk=packet) if packet is not None else Q(pk=_last(person)), person_id=person)
    row = of_person.first()
    return None if row is None else Candidate(row.pk, person, likeness(hit.score, threshold=threshold), hit.slots)


def _last(person_id: int) -> int | None:
    found = last_packet(person_id)
    return None if found is None else int(found.pk)


def _subjects(row: MatcherTask) -> list[Subject]:
    return [Subject("matcher_task", str(row.pk)), Subject("person", str(row.packet.person_id))]


def _unasked() -> SosachError:
    return SosachError(ErrorCode.ACCESS_DENIED, vi="Không ai được hỏi ở đây.", en="Nobody was asked at this address.")
