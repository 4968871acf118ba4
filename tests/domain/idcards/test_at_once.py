"""Several officers at once, and processes that are killed: every blank once, every signature counted, one card per person."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import Error, connection, transaction
from tests.domain.idcards.faults import seen
from tests.domain.idcards.works import (
    CALENDAR,
    OFFICE,
    PROFILE,
    SECOND,
    STOCK,
    Works,
    application,
    bench,
    cards,
    order,
    person,
)

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.pki import MOST_DOCUMENTS
from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import DocumentSigner
from sosach.domain.idcards.operations.handing_over import hand_over
from sosach.domain.idcards.operations.jobs import plan_job, release_job, sign_job
from sosach.domain.idcards.rules.endings import OldCard
from sosach.domain.idcards.states.cards import CardState

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.slow]


@pytest.fixture
def works(committed: str) -> Works:
    del committed
    with transaction.atomic():
        return Works.opened(blanks=12)


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Do everything in threads of its own; values, or the codes of refusals."""

    def one(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except SosachError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def faults() -> list[str]:
    with acting(CALENDAR):
        return seen().faults


def test_jobs_planned_at_once_share_neither_blanks_nor_applications(works: Works) -> None:
    for _ in range(8):
        application(person())

    def plan() -> int:
        return plan_job(order(STOCK), machine_id=works.machine_id, profile=PROFILE, limit=3).pk

    at_once([plan] * 4)
    made = cards()
    assert len({card.blank_id for card in made}) == len({card.application_id for card in made}) == len(made)
    assert faults() == []


def test_a_job_is_signed_once_whoever_presses_first(works: Works) -> None:
    application(person())
    job = works.planned()
    told = at_once([lambda: sign_job(order(STOCK), job_id=job.pk, press=bench().press).pk] * 4)
    assert told.count(ErrorCode.STATE_FORBIDS) == 3
    assert faults() == []


def test_a_signer_signs_no_more_than_it_may_whoever_presses_first(works: Works) -> None:
    jobs = []
    for _ in range(3):
        application(person())
        jobs.append(works.planned())
    with acting(STOCK):
        DocumentSigner.objects.update(used=MOST_DOCUMENTS - 1)
    told = at_once([lambda job=job: sign_job(order(STOCK), job_id=job.pk, press=bench().press).pk for job in jobs])
    assert told.count(ErrorCode.SIGNER_SPENT) == 2
    with acting(STOCK):
        assert DocumentSigner.objects.get().used == MOST_DOCUMENTS
    assert sorted(card.state for card in cards()) == [CardState.PLANNED, CardState.PLANNED, CardState.SIGNED]


def test_a_card_is_handed_over_once(works: Works) -> None:
    application(person())
    (card,) = works.at_office()
    papers = {"receipt": "PT 1", "loss_report": "BM 1"}
    told = at_once([lambda: hand_over(order(OFFICE, **papers), card_id=card.pk, old_card=OldCard.DECLARED_LOST).pk] * 4)
    assert told.count(ErrorCode.STATE_FORBIDS) == 3
    assert [card.state for card in cards()] == [CardState.ACTIVE]
    assert faults() == []


def test_a_killed_connection_leaves_nothing_and_the_work_is_done_again(
    works: Works, owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    application(person())
    job = works.planned()
    owner.autocommit = True

    @transaction.atomic
    def signed_and_killed() -> None:
        sign_job(order(STOCK), job_id=job.pk, press=bench().press)
        owner.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    with pytest.raises(Error):
        signed_and_killed()
    connection.close()
    assert faults() == []
    assert {card.state for card in cards(job=job)} == {CardState.PLANNED}
    sign_job(order(STOCK), job_id=job.pk, press=bench().press)
    works.report(works.run(release_job(order(SECOND), job_id=job.pk)).report)
    assert faults() == []
