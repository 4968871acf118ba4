"""Two at once: the same application twice, an approval and a withdrawal, the same judgement."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from tests.domain.idcards.office import (
    APPROVER,
    BOTH,
    CLERK,
    FIRST,
    OTHER_CLERK,
    SECOND,
    SYSTEM,
    THIRD,
    applied,
    captured,
    cleared,
    fresh,
    keys,
    order,
    person,
)

from sosach.base.errors import SosachError
from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Application, Doubt
from sosach.domain.idcards.operations.applying import apply_for_card, withdraw
from sosach.domain.idcards.operations.deciding import approve
from sosach.domain.idcards.operations.screening import judge_doubt, screen
from sosach.domain.idcards.states.doubts import Verdict

__all__ = ["keys"]


@pytest.fixture
def ready(committed: str, keys: object) -> Iterator[None]:
    del committed, keys
    yield
    connection.close()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave, or the code it was refused with; all begin at the same moment."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        gate.wait(timeout=60)
        try:
            return act()
        except SosachError as refused:
            return str(refused.code)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.usefixtures("ready")
def test_two_desks_take_one_application_of_a_person() -> None:
    pin = person().pin or ""
    desks = [CLERK, OTHER_CLERK, BOTH]
    found = at_once(*(lambda desk=desk: apply_for_card(order(desk), pin=pin, wanted=FIRST) for desk in desks))
    assert sorted(one for one in found if isinstance(one, str)) == ["STATE-03", "STATE-03"]
    with acting(SYSTEM):
        assert Application.objects.count() == 1


@pytest.mark.usefixtures("ready")
def test_an_application_is_approved_or_withdrawn() -> None:
    application = cleared(person(), 1)
    key = application.pk
    found = at_once(
        lambda: approve(order(APPROVER), application_id=key),
        lambda: withdraw(order(), application_id=key),
        lambda: approve(order(SECOND), application_id=key),
    )
    assert [isinstance(one, str) for one in found].count(False) == 1
    assert {one for one in found if isinstance(one, str)} == {"STATE-02"}
    assert fresh(application).state in {"approved", "withdrawn"}


@pytest.mark.usefixtures("ready")
def test_three_judge_at_once_and_two_words_count() -> None:
    cleared(person(), 1)
    second = applied(person())
    captured(second, 1, shot=1)
    screen(order(), application_id=second.pk)
    with acting(SYSTEM):
        doubt = Doubt.objects.get()
    judges = [APPROVER, SECOND, THIRD]
    found = at_once(
        *(
            lambda judge=judge: judge_doubt(order(judge, reason="như nhau"), doubt_id=doubt.pk, says=Verdict.SAME)
            for judge in judges
        )
    )
    assert [one for one in found if isinstance(one, str)] == ["STATE-02"]
    assert fresh(second).state == "barred"
