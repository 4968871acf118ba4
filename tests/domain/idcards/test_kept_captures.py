"""What was captured is kept for whom it serves, and no longer: after merges, withdrawals, lapsed applications."""

from datetime import timedelta

import pytest
from tests.domain.idcards.office import (
    APPROVER,
    CLERK,
    REISSUE,
    SYSTEM,
    THIRD,
    TODAY,
    applied,
    approved,
    captured,
    fresh,
    keys,
    look,
    opening,
    order,
    person,
    pictures,
    refused,
    with_card,
)
from tests.domain.idcards.test_lapsing import DEAD, barred, doubted, followed

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Doubt, Packet, SealedPicture
from sosach.domain.idcards.operations.applying import withdraw
from sosach.domain.idcards.operations.capturing import add_picture, begin_packet
from sosach.domain.idcards.operations.retaining import drop_overdue
from sosach.domain.idcards.operations.screening import judge_doubt, screen
from sosach.domain.idcards.operations.sealing import erase_pictures
from sosach.domain.idcards.queries.pictures import doubts, picture
from sosach.domain.idcards.rules.endings import Ending
from sosach.domain.idcards.rules.enrolment import FACE
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.doubts import Verdict

pytestmark = pytest.mark.usefixtures("db", "keys")
__all__ = ["keys"]


def test_pictures_of_a_merged_record_open_before_and_after_and_serve_the_one_that_stays() -> None:
    gone, stays = person(), with_card(person())
    application = approved(gone, 1)
    with acting(SYSTEM):
        row = SealedPicture.objects.get(packet__application=application, slot=FACE)

    def opens() -> bytes:
        return picture(opening(CLERK), picture_id=row.pk).content

    before = opens()
    followed(gone, merged_into=stays)
    assert fresh(application).ended_for == Ending.MERGED
    assert opens() == before
    assert applied(stays, REISSUE).state == State.CLEAR  # a card was approved for them
    followed(gone, merged_into=None)
    assert (opens() == before, fresh(application).state) == (True, State.APPROVED)
    followed(gone, merged_into=stays)
    assert drop_overdue(order(SYSTEM, TODAY + timedelta(days=365))) == 0
    assert erase_pictures(order(APPROVER, decision="QĐ 1"), person_id=stays.pk) == 12


def test_pictures_no_card_was_approved_for_are_used_for_no_other_application() -> None:
    application = barred()
    withdraw(order(), application_id=application.pk)
    with acting(SYSTEM):  # nobody takes back what shows a second identity
        assert Packet.objects.get(application=application).state == "good"
    again = applied(with_card(application.person), REISSUE)
    assert again.state == State.OPEN
    captured(again, 1, shot=1)
    assert screen(order(), application_id=again.pk).state == State.DOUBTED


def test_a_doubt_nobody_waits_for_is_neither_listed_nor_judged() -> None:
    application = doubted()
    with acting(SYSTEM):
        found = Doubt.objects.get(application=application)
    assert [line.doubt_id for line in doubts(look(APPROVER))] == [found.pk]
    judge_doubt(order(APPROVER, reason="x"), doubt_id=found.pk, says=Verdict.SAME)
    withdraw(order(), application_id=application.pk)
    assert doubts(look(APPROVER)) == []
    told = {"doubt_id": found.pk, "says": Verdict.SAME}
    refused(ErrorCode.STATE_FORBIDS, lambda: judge_doubt(order(THIRD, reason="x"), **told))


def test_what_leads_to_no_card_is_dropped_when_its_time_is_over() -> None:
    begun, lapsed, shown, unsaid = applied(person()), approved(person(), 2), barred(), doubted(4)
    packet = begin_packet(order(), application_id=begun.pk)
    add_picture(order(), packet_id=packet.pk, picture=pictures(3)[0])
    withdraw(order(), application_id=unsaid.pk)
    for application in (lapsed, shown):
        followed(fresh(application).person, **DEAD)
    assert drop_overdue(order(SYSTEM)) == 0
    tomorrow = order(SYSTEM, TODAY + timedelta(days=2))
    assert (drop_overdue(tomorrow), drop_overdue(tomorrow)) == (1, 0)
    assert drop_overdue(order(SYSTEM, TODAY + timedelta(days=29))) == 0
    late = order(SYSTEM, TODAY + timedelta(days=32))
    assert [drop_overdue(late, limit=1) for _ in range(3)] == [1, 1, 0]
    with acting(SYSTEM):
        kept = Packet.objects.filter(pictures__dropped_at=None, pictures__isnull=False).distinct()
        assert {one.application_id for one in kept} & {begun.pk, lapsed.pk, shown.pk, unsaid.pk} == {shown.pk}
        gone = Packet.objects.get(application=lapsed)
        assert (gone.state, gone.features, gone.absent) == ("dropped", "", {})
