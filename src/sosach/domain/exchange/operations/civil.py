"""Messages of civil status: each is taken in once, in one transaction with what it does to the register and one event of its own.

What a message does is done by the verbs of the population register; their reasons are the reasons a sender gets. A message that
comes before another it needs waits, and is taken up in the same request that brings the other.
"""

import hashlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection

from sosach.base.errors import ErrorCode, InvalidValueError, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Level, Subject
from sosach.domain.exchange.models import CivilNotice
from sosach.domain.exchange.operations.civil_effects import Effect, carry_out
from sosach.domain.exchange.queries.civil import missing_of, pin_of, waiting_for
from sosach.domain.exchange.rules.civil import LONGEST_WAIT, MOST_WAITING, Kind, Message
from sosach.domain.exchange.states.civil import OPEN, State, may_become
from sosach.domain.population.operations.journal import commune, incomplete, must_reach
from sosach.domain.population.rules.days import day_of

# What is wrong with one message; anything else concerns all of them, and stops the request.
OF_A_MESSAGE = frozenset(
    {
        ErrorCode.INPUT_INCOMPLETE,
        ErrorCode.CONFLICT,
        ErrorCode.ACCESS_OUTSIDE,
        ErrorCode.NOT_FOUND,
        ErrorCode.STATE_FORBIDS,
        ErrorCode.VALUE_INVALID,
        ErrorCode.REQUEST_INVALID,
    }
)
# To the outside a record of another territory is no record.
_NOBODY = (
    "Không có người này trong phạm vi của cơ quan đăng ký hộ tịch.",
    "There is no such person within the reach of the register office.",
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, as the edge knows it.

    Attributes:
        partner: key of the partner; ids of messages are its own.
        actor: as whom its acts are recorded.
        at: when, as the edge read the clock.
        province: the province this installation keeps; "": the nation.
    """

    partner: str
    actor: Actor
    at: datetime
    province: str = ""

    def order(self, commune_code: str, message_id: str) -> Order:
        """An order as the register office of a commune, and no further."""
        office = replace(
            self.actor, level=Level.COMMUNE, unit=commune_code, roles=frozenset({Role.CIVIL_STATUS}), person_id=None
        )
        return Order(office, self.at, {"civil_message": message_id})


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message.

    Attributes:
        message_id: of the message; "" where it had none that could be read.
        state: a state, or `refused` where nothing was kept of it.
        repeated: whether it had been decided before.
        pin: number of the newborn, for a birth.
        code: of the error, where it was refused.
        vi: why, Vietnamese.
        en: why, English.
        waits_for: messages it waits for.
        until: when it is refused if they have not come.
        due_on: last day to decide, where the police decide.
    """

    message_id: str
    state: State
    repeated: bool = False
    pin: str = ""
    code: str = ""
    vi: str = ""
    en: str = ""
    waits_for: tuple[str, ...] = ()
    until: datetime | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that was taken in.

    Attributes:
        answer: to it.
        followers: messages that wait for it, in the order they came.
    """

    answer: Answer
    followers: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """The answer to a batch.

    Attributes:
        answers: one per message, in their order.
        taken_up: messages of earlier batches that had waited for one of these.
    """

    answers: tuple[Answer, ...]
    taken_up: tuple[Answer, ...]


def receive_messages(sender: Sender, messages: Sequence[Message | Answer]) -> Received:
    """Take messages in one after the other, and those that had waited for them; each is a transaction of its own.

    Args:
        sender: who sends.
        messages: of a batch; an answer stands where a message could not be read.

    Raises:
        SosachError: what concerns every message (no right, no log); what was answered until then holds.
    """
    answers: list[Answer] = []
    later: dict[str, Answer] = {}
    for told in messages:
        if isinstance(told, Answer):
            answers.append(told)
            continue
        taken = _taken(sender, told)
        answers.append(taken.answer)
        # also when it is sent again: the line may have been cut before those that wait for it were taken up
        later |= {each.message_id: each for each in _follow(sender, taken.followers)}
    own = {answer.message_id for answer in answers}
    latest = [_as_it_ended(sender, told, answer, later) for told, answer in zip(messages, answers, strict=True)]
    return Received(tuple(latest), tuple(each for key, each in later.items() if key not in own))


def _as_it_ended(sender: Sender, told: Message | Answer, answer: Answer, later: Mapping[str, Answer]) -> Answer:
    """The answer at the end of the batch: what waited may have been taken up, or withdrawn, by what came after it."""
    if answer.state is not State.WAITING or not later or isinstance(told, Answer):
        return answer
    return later.get(answer.message_id) or replace(_taken(sender, told).answer, repeated=answer.repeated)


def _taken(sender: Sender, message: Message) -> Taken:
    try:
        order = sender.order(message.commune_code, message.message_id)
        return take(order, partner=sender.partner, message=message, province=sender.province)
    except SosachError as error:
        if error.code not in OF_A_MESSAGE:
            raise
        code, vi, en = reason_of(error)
        return Taken(Answer(message.message_id, State.REFUSED, code=code, vi=vi, en=en))


def _follow(sender: Sender, followers: Sequence[Message]) -> Iterator[Answer]:
    """Take up what waited for a message, and what waited for that."""
    waiting = deque(followers)
    while waiting:
        taken = _taken(sender, waiting.popleft())
        if taken.answer.state is not State.WAITING:
            waiting.extend(taken.followers)
            yield taken.answer


@operation("exchange.civil_message_taken", roles=frozenset({Role.CIVIL_STATUS}), nationwide=True)
def take(order: Order, *, partner: str, message: Message, province: str = "") -> Done[Taken]:
    """Take a message in: carry it out, let it wait, or refuse it; sent again it is answered as before.

    Law 60/2014; Decree 70/2024 art. 11(2).

    Args:
        order: as the register office of the message's commune.
        partner: key of the sender.
        message: what it sends.
        province: the province this installation keeps; "": the nation.

    Raises:
        SosachError: STATE-03 the id stands for another content; STATE-04 there is no such commune; ACCESS-02 it is another
            province's; STATE-02 too many wait.
    """
    _hold(partner, [message.message_id, *message.earlier])
    row = CivilNotice.objects.select_for_update().filter(partner=partner, message_id=message.message_id).first()
    if row is not None and row.digest != message.digest():
        raise SosachError(
            ErrorCode.CONFLICT,
            vi="Mã thông điệp đã dùng cho nội dung khác.",
            en="The id of the message was used for another content.",
            hint_vi="Gửi lại với mã mới.",
            hint_en="Send it again with an id of its own.",
        )
    if row is not None and State(row.state) not in OPEN:
        return _done(row, _answer(row, repeated=True))
    fresh = row or _new_row(order, partner, message, province)
    missing = missing_of(partner, message)
    before = State.WAITING if row is None else State(row.state)
    effect = Effect(State.WAITING) if missing else _carried_out(order, fresh, message)
    _keep(order, fresh, message, effect, missing)
    same = row is not None and before is effect.state is State.WAITING
    return _done(fresh, _answer(fresh, repeated=same))


def _hold(partner: str, message_ids: Sequence[str]) -> None:
    """Whoever takes one of these messages in waits for whoever takes another of them in: none misses the other."""
    keys = [hashlib.sha256(f"{partner}\x1f{key}".encode()).digest()[:8] for key in message_ids]
    with connection.cursor() as cursor:
        for key in sorted({int.from_bytes(each, "big", signed=True) for each in keys}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _new_row(order: Order, partner: str, message: Message, kept: str) -> CivilNotice:
    code, province = commune(message.commune_code, day_of(order.at))
    if kept and province != kept:
        must_reach(order)
    return CivilNotice(
        partner=partner,
        message_id=message.message_id,
        kind=message.content.kind,
        digest=message.digest(),
        commune_code=code,
        province_code=province,
        target=message.target,
        state=State.REFUSED,
        received_at=order.at,
    )


def _carried_out(order: Order, row: CivilNotice, message: Message) -> Effect:
    """What the message does, or why it does nothing; what was begun is undone then."""
    try:
        return carry_out(order, row, message)
    except SosachError as error:
        if error.code not in OF_A_MESSAGE:
            raise
        code, vi, en = reason_of(error)
        return Effect(State.REFUSED, code=code, vi=vi[:300], en=en[:300])


def _keep(order: Order, row: CivilNotice, message: Message, effect: Effect, missing: Sequence[str]) -> None:
    if not may_become(State(row.state), effect.state) and row.state != effect.state:
        raise RuntimeError(f"a message cannot go from {row.state} to {effect.state}")
    waits = effect.state is State.WAITING
    if waits and row.pk is None:
        _refuse_too_many(row.partner)
    row.waits_for = list(missing)
    row.until = (row.until or order.at + LONGEST_WAIT) if waits else None
    row.content = message.model_dump(mode="json") if waits else None
    row.state, row.persons, row.due_on = effect.state, list(effect.persons), effect.due_on
    row.code, row.vi, row.en = effect.code, effect.vi, effect.en
    row.act, row.changed_at = order.act, order.at
    row.save()


def _refuse_too_many(partner: str) -> None:
    if CivilNotice.objects.filter(partner=partner, state=State.WAITING).count() >= MOST_WAITING:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi=f"Đã có {MOST_WAITING} thông điệp đang chờ thông điệp trước.",
            en=f"{MOST_WAITING} messages are waiting for earlier ones already.",
            hint_vi="Gửi các thông điệp còn thiếu trước.",
            hint_en="Send what is missing first.",
        )


def _answer(row: CivilNotice, *, repeated: bool) -> Answer:
    settled = row.state == State.APPLIED and row.kind == Kind.BIRTH
    return Answer(
        row.message_id,
        State(row.state),
        repeated,
        pin=pin_of(row.persons[0]) if settled else "",
        code=row.code,
        vi=row.vi,
        en=row.en,
        waits_for=tuple(row.waits_for),
        until=row.until,
        due_on=row.due_on,
    )


def _done(row: CivilNotice, answer: Answer) -> Done[Taken]:
    told = [Subject("person", str(key), row.commune_code) for key in row.persons]
    subjects = told or [Subject("civil_message", str(row.pk), row.commune_code)]
    details = {"message": row.pk, "kind": row.kind, "state": row.state, "repeated": answer.repeated}
    return Done(Taken(answer, tuple(waiting_for(row.partner, row.message_id))), subjects, details)


def reason_of(error: SosachError) -> tuple[str, str, str]:
    """Code and sentences of a refusal, without the value it is about, and the same for nobody and somebody out of reach."""
    if error.code in {ErrorCode.ACCESS_OUTSIDE, ErrorCode.NOT_FOUND}:
        return ErrorCode.NOT_FOUND, *_NOBODY
    if isinstance(error, InvalidValueError):
        return error.code, f"Một giá trị không đạt {error.check}.", f"A value fails {error.check}."
    return error.code, error.vi, error.en


@operation("exchange.civil_message_expired", roles=frozenset({Role.SYSTEM}))
def expire_waiting(order: Order, *, limit: int = 1000) -> Done[tuple[int, ...]]:
    """Refuse messages that have waited as long as one may; what they said is forgotten. Their ids.

    Scheduled; again until none is left.
    """
    over = CivilNotice.objects.select_for_update(skip_locked=True).filter(state=State.WAITING, until__lte=order.at)
    rows = list(over.order_by("until", "pk")[:limit])
    for row in rows:
        missing = ", ".join(row.waits_for)
        late = incomplete(
            f"Không nhận được thông điệp trước: {missing}.", f"Earlier messages have not come: {missing}."
        )
        row.code, row.vi, row.en = late.code, late.vi[:300], late.en[:300]
        row.state, row.until, row.content, row.waits_for = State.REFUSED, None, None, []
        row.act, row.changed_at = order.act, order.at
        row.save()
    told = [Subject("civil_message", str(row.pk), row.commune_code) for row in rows]
    return Done(tuple(row.pk for row in rows), told or [Subject("job", order.actor.key)], {"messages": len(rows)})
