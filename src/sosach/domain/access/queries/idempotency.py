"""Reads of stored answers: giving one again is a look at the people it tells of."""

from typing import Any

from sosach.domain.access.models import IdempotentAnswer
from sosach.domain.access.queries.gate import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Subject


@reading("access.answer_repeated", roles=frozenset(Role))
def repeated_answer(look: Look, *, answer_id: int) -> Seen[Any]:
    """An answer of the account's own, given again; the log names everybody the act itself was about."""
    stored = IdempotentAnswer.objects.get(pk=answer_id, actor_key=look.actor.key)
    about = AuditEvent.objects.filter(act=stored.act, actor_key=look.actor.key).exclude(subject_key="").order_by("pk")
    rows = about.values_list("subject_kind", "subject_key", "subject_unit")
    return Seen(stored.answer, [Subject(*row) for row in rows], reference=str(stored.act))
