"""Two at once: one number per person, one message once, and nobody waits for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from tests.domain.licences.world import KEEPER, LIMITED, TODAY, licensed, order, person, rows

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations import Violation, deduct_points, hold, suspend
from sosach.domain.licences.rules.classes import Group

pytestmark = pytest.mark.usefixtures("committed")


def at_once(act: Callable[[int], Any], times: int = 6) -> list[Any]:
    """What each of several threads got: a value, or the code of the refusal."""

    def alone(number: int) -> Any:
        try:
            return act(number)
        except SosachError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(alone, range(times)))


def test_two_desks_give_one_person_one_number() -> None:
    who = person()
    got = at_once(lambda _: licensed(who, "B"))
    given = [each for each in got if isinstance(each, Licence)]
    assert len(given) == 1
    assert {each for each in got if not isinstance(each, Licence)} <= {ErrorCode.CONFLICT, ErrorCode.STATE_FORBIDS}
    with acting(KEEPER):
        assert Licence.objects.filter(holder=who).count() == 1


def test_a_message_that_comes_six_times_at_once_counts_once() -> None:
    licence = licensed(person(), "B")
    violation = Violation("V1", Group.LIMITED, 4, TODAY)
    got = at_once(lambda _: deduct_points(order(), licence_id=licence.pk, violation=violation).points)
    assert got == [8] * 6
    other = licensed(person("TRẦN VĂN BA"), "B")
    got = at_once(
        lambda place: (
            deduct_points(
                order(),
                licence_id=(licence, other)[place % 2].pk,
                violation=Violation("V2", Group.LIMITED, 1, TODAY),
            ).points
        )
    )
    assert ErrorCode.CONFLICT in got, "one message is about one licence"


def test_sanctions_at_once_leave_one() -> None:
    licence = licensed(person(), "B")
    got = at_once(lambda _: hold(order(), licence_id=licence.pk, groups=LIMITED))
    assert sum(isinstance(each, Licence) for each in got) == 1
    got = at_once(lambda _: suspend(order(), licence_id=licence.pk, until=TODAY))
    assert sum(isinstance(each, Licence) for each in got) == 1
    assert rows(licence).status == "suspended"
