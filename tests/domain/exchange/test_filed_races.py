"""Partners file, merge and move from many processes at once: each id once, no identity lost or doubled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection
from tests.web.exchange.osia.asking import asking

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Actor
from sosach.domain.exchange.models import FiledIdentity, FiledPerson
from sosach.domain.exchange.operations.identities import file_identity, file_person, merge_persons, move_identity
from sosach.domain.exchange.rules.identities import Content, FiledStatus, IdentityStatus, PhysicalStatus

pytestmark = pytest.mark.usefixtures("committed")
AT_ONCE = 6
SAID = Content("CIVIL", IdentityStatus.CLAIMED)


def _order(actor: Actor) -> Order:
    return Order(actor, datetime.now(UTC), {"case": "1"})


def _file(actor: Actor, person: str, *identities: str) -> None:
    file_person(_order(actor), key=person, status=FiledStatus.ACTIVE, physical=PhysicalStatus.ALIVE)
    for key in identities:
        file_identity(_order(actor), person=person, key=key, content=SAID)


def _at_once(*work: Callable[[], object]) -> list[ErrorCode | None]:
    """Do everything at the same moment; what each was refused for."""
    start = Barrier(len(work))

    def one(do: Callable[[], object]) -> ErrorCode | None:
        start.wait()
        try:
            do()
        except SosachError as refused:
            return refused.code
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


def _held(actor: Actor) -> list[tuple[str, str]]:
    with acting(actor):
        return sorted(FiledIdentity.objects.values_list("filed__person_key", "identity_key"))


def test_an_id_is_given_once_however_many_ask() -> None:
    actor = asking().actor()
    assert sorted(map(str, _at_once(*[lambda: _file(actor, "a")] * AT_ONCE))).count("None") == 1
    told = _at_once(*[lambda: file_identity(_order(actor), person="a", key="1", content=SAID)] * AT_ONCE)
    assert (told.count(None), told.count(ErrorCode.CONFLICT)) == (1, AT_ONCE - 1)
    assert _held(actor) == [("a", "1")]


def test_two_who_merge_into_each_other_leave_one_with_everything() -> None:
    actor = asking().actor()
    _file(actor, "a", "1", "2")
    _file(actor, "b", "3")
    told = _at_once(
        lambda: merge_persons(_order(actor), target="a", source="b"),
        lambda: merge_persons(_order(actor), target="b", source="a"),
        lambda: move_identity(_order(actor), target="b", source="a", key="2"),
    )
    assert None in told
    assert set(told) <= {None, ErrorCode.NOT_FOUND}
    assert sorted(key for _, key in _held(actor)) == ["1", "2", "3"]
    with acting(actor):
        assert FiledPerson.objects.count() == 1
