"""Nobody decides on the own record: an officer who is also the citizen concerned leaves it to a colleague."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.rules import policies
from sosach.domain.audit.rules import Actor, ActorKind, Subject


def require_other(actor: Actor, person_id: int | None) -> None:
    """Refuse an officer whose own record it is.

    Raises:
        SosachError: ACCESS-01.
    """
    if actor.kind is ActorKind.OFFICER and actor.person_id is not None and actor.person_id == person_id:
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi="Cán bộ không giải quyết hồ sơ của chính mình.",
            en="Nobody works on the own record.",
            hint_vi="Chuyển cho cán bộ khác của đơn vị.",
            hint_en="Leave it to a colleague of the unit.",
        )


def refuse_own_matters(actor: Actor, subjects: Sequence[Subject]) -> None:
    """Refuse an officer who changed the own record, or one that is his by now; the transaction goes with it.

    Raises:
        SosachError: ACCESS-01.
    """
    if actor.kind is not ActorKind.OFFICER or actor.person_id is None:
        return
    keys: dict[str, list[int]] = defaultdict(list)
    for subject in subjects:
        if subject.key.isdecimal():
            keys[subject.kind].append(int(subject.key))
    for policy in policies().values():
        if policy.subject and policy.person and keys.get(policy.subject):
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT 1 FROM {policy.table} WHERE id = ANY(%s) AND {policy.person} = %s LIMIT 1",
                    [keys[policy.subject], actor.person_id],
                )
                if cursor.fetchone():
                    require_other(actor, actor.person_id)
