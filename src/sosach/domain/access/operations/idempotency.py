"""Does what an account asks once per key: the answer is stored in the transaction of what was done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import IdempotentAnswer
from sosach.domain.access.queries.gate import Look, acting
from sosach.domain.access.queries.idempotency import repeated_answer
from sosach.domain.audit.rules import Actor

KEPT_FOR = timedelta(hours=24)
REPEAT = "repeat"  # purpose of giving an answer again: the act it belongs to says what for


@dataclass(frozen=True, slots=True)
class Asked:
    """A request under a key.

    Attributes:
        actor: whose key.
        key: made by the caller before the first try.
        digest: hash of all that was asked.
        at: when, as the edge read the clock.
        act: id of the act, if it is done now.
    """

    actor: Actor
    key: str
    digest: str
    at: datetime
    act: UUID


@dataclass(frozen=True, slots=True)
class Answered:
    """What a request got.

    Attributes:
        answer: as JSON has it.
        repeated: whether it had been answered before.
    """

    answer: Any
    repeated: bool


def once(asked: Asked, do: Callable[[], Any]) -> Answered:
    """Do it and keep the answer, or give the answer it got before. Who asks twice at once waits here for the first.

    What fails is not kept: its key is free again.

    Args:
        asked: the request.
        do: does it and returns the answer; called inside the transaction that stores it.

    Raises:
        SosachError: REQUEST-02 the key was used for another request, or the answer is kept no longer; whatever `do` raises.
    """
    with acting(asked.actor):
        if not _claimed(asked):
            return Answered(_before(asked), repeated=True)
        answer = do()
        own = IdempotentAnswer.objects.filter(actor_key=asked.actor.key)
        own.filter(key=asked.key).update(answer=answer)
        own.filter(at__lt=asked.at - KEPT_FOR, answer__isnull=False).update(answer=None)
        return Answered(answer, repeated=False)


def _claimed(asked: Asked) -> bool:
    """Whether the key was free; somebody else's unfinished claim is waited for."""
    row = IdempotentAnswer(actor_key=asked.actor.key, key=asked.key, digest=asked.digest, at=asked.at, act=asked.act)
    IdempotentAnswer.objects.bulk_create([row], ignore_conflicts=True)
    return IdempotentAnswer.objects.filter(actor_key=asked.actor.key, key=asked.key, act=asked.act).exists()


def _before(asked: Asked) -> Any:
    stored = IdempotentAnswer.objects.get(actor_key=asked.actor.key, key=asked.key)
    if stored.digest != asked.digest:
        raise _used("Khóa chống lặp đã dùng cho yêu cầu khác.", "The key was used for another request.")
    if stored.answer is None:
        raise _used("Câu trả lời cho khóa này không còn được lưu.", "The answer under this key is kept no longer.")
    return repeated_answer(Look(asked.actor, REPEAT, asked.at), answer_id=stored.pk)


def _used(vi: str, en: str) -> SosachError:
    return SosachError(
        ErrorCode.REQUEST_REPEATED,
        vi=vi,
        en=en,
        hint_vi="Mỗi việc mới một khóa mới.",
        hint_en="Use a new key for every new act.",
    )
