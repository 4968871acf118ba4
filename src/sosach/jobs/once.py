"""Exactly once: an act that is known by its number is done in the transaction that notes it, or not at all."""

from collections.abc import Callable
from uuid import UUID, uuid5

from django.db import connection, transaction

_SPACE = UUID("5a2ac5c4-5f0c-5b0e-9d2b-0c9d6c1f7a11")


def act_of(*parts: object) -> UUID:
    """The number of an act that follows from others: the same parts, the same number.

    >>> act_of("reaction", 7) == act_of("reaction", 7) != act_of("reaction", 8)
    True
    """
    return uuid5(_SPACE, "\x1f".join(map(str, parts)))


def once(act: UUID, work: Callable[[], object]) -> bool:
    """Do the work unless an act of that number was done; whether it was done now.

    A job that ran twice, or was killed before it could say that it had finished, changes nothing the second time.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO installation.done_act (act) VALUES (%s) ON CONFLICT DO NOTHING RETURNING act", [act]
            )
            if cursor.fetchone() is None:
                return False
        work()
    return True
