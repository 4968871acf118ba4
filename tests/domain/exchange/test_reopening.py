"""A side restored from a backup has lost batches it made itself: new chains begin, nothing is lost, nothing applied twice."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.db import connection
from psycopg import sql
from tests.domain.exchange.levels import AUDITING, KEEPER, PROVINCE, RUNNER, Installation, Levels, two_installations
from tests.domain.exchange.test_levels import balanced, born, id_of, same, shared, work

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, acting
from sosach.domain.audit.models import AuditEvent
from sosach.domain.exchange.models import Batch
from sosach.domain.exchange.operations.reopening import Reopened, ask_reopening, reopen_link
from sosach.domain.exchange.queries.calls import made
from sosach.domain.exchange.queries.reopening import Ends, ends_of
from sosach.domain.exchange.rules.reopening import Head, Reopening
from sosach.domain.population.operations.civil import change_name, redetermine_sex
from sosach.domain.population.rules.words import Sex
from sosach.domain.provenance.models import JournalEntry
from sosach.site.embedded import EmbeddedServer

Restore = Callable[[], None]


@pytest.fixture
def both(server: EmbeddedServer, database: str, request: pytest.FixtureRequest) -> Iterator[Levels]:
    """Two installations of the test's own: one of them is restored."""
    with two_installations(server, f"{database}-{request.node.name}") as found:
        yield found


def backed_up(server: EmbeddedServer, who: Installation) -> Restore:
    """A backup of one side; called, it is restored."""
    connection.close()
    kept, name = sql.Identifier(f"{who.database}_kept"), sql.Identifier(who.database)
    with server.address.connect("postgres") as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(kept, name))

    def restore() -> None:
        connection.close()
        with server.address.connect("postgres") as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(kept, name))

    return restore


def ends(levels: Levels, who: Installation) -> Ends:
    with levels.at(who):
        return ends_of(Look(AUDITING, "work", levels.now), link=who.link)


def seen(levels: Levels) -> Reopening:
    """Where both stand."""
    here, there = ends(levels, levels.province), ends(levels, levels.nation)
    return Reopening(PROVINCE, "vn", (here.sent, there.received), (here.received, there.sent))


def reopened(levels: Levels) -> tuple[Reopened, Reopened]:
    """What the province and the nation gave up and queue again."""
    asked = seen(levels)
    for who in (levels.nation, levels.province):
        levels.do(who, ask_reopening, link=who.link, asked=asked)
    nation = levels.do(levels.nation, reopen_link, RUNNER, link=PROVINCE, mark=asked.mark)
    province = levels.do(levels.province, reopen_link, RUNNER, link="nation", mark=asked.mark)
    return province, nation


def entries(levels: Levels, who: Installation) -> int:
    with levels.at(who), acting(AUDITING):
        return JournalEntry.objects.count()


def named(levels: Levels, who: Installation, record: int, name: str) -> None:
    levels.do(who, change_name, person_id=record, full_name=name, keep_old=False)


def test_what_a_restored_province_lost_comes_back_from_the_nation(both: Levels, server: EmbeddedServer) -> None:
    pin, here, there = shared(both, "NGUYỄN VĂN AN")
    restore = backed_up(server, both.province)
    named(both, both.province, here, "NGUYỄN VĂN BÌNH")
    both.exchange(both.province)
    named(both, both.province, here, "NGUYỄN VĂN CHÍNH")
    later = born(both, "TRẦN THỊ SAU")
    both.exchange(both.province)
    both.do(both.nation, redetermine_sex, person_id=there, sex=Sex.FEMALE)
    both.exchange(both.nation)
    restore()
    assert both.person(both.province, later) is None
    before = entries(both, both.nation)
    province, nation = reopened(both)
    assert (province.given_up, nation.given_up, nation.queued) == (0, 3, 2)
    mine = born(both, "LÊ VĂN MỚI")  # the province went on after it was restored
    for _ in range(2):
        both.exchange(both.province)
        both.exchange(both.nation)
    assert entries(both, both.nation) == before + 1, "nothing of what the nation has is applied again"
    for each in (pin, later, mine):
        same(both, "population", id_of(both, both.province, each), id_of(both, both.nation, each))
    found = both.person(both.province, pin)
    assert found is not None
    assert (found["full_name"], found["sex"]) == ("NGUYỄN VĂN CHÍNH", "F")
    assert not work(both, both.province)
    assert not work(both, both.nation)
    balanced(both)


def test_what_a_restored_nation_lost_is_told_again(both: Levels, server: EmbeddedServer) -> None:
    pin, here, there = shared(both, "NGUYỄN VĂN AN")
    restore = backed_up(server, both.nation)
    named(both, both.province, here, "NGUYỄN VĂN BÌNH")
    later = born(both, "TRẦN THỊ SAU")
    both.exchange(both.province)
    both.do(both.nation, redetermine_sex, person_id=there, sex=Sex.FEMALE)
    both.exchange(both.nation)
    restore()
    before = entries(both, both.province)
    province, nation = reopened(both)
    assert (province.given_up, nation.given_up, province.queued) == (2, 0, 2)
    for _ in range(2):
        both.exchange(both.province)
        both.exchange(both.nation)
    assert entries(both, both.province) == before
    for each in (pin, later):
        same(both, "population", id_of(both, both.province, each), id_of(both, both.nation, each))
    found = both.person(both.nation, pin)
    assert found is not None
    assert (found["full_name"], found["sex"]) == ("NGUYỄN VĂN BÌNH", "F")
    balanced(both)


def test_a_change_after_the_restoring_that_contradicts_what_was_lost_is_for_people(
    both: Levels, server: EmbeddedServer
) -> None:
    pin, here, there = shared(both, "NGUYỄN VĂN AN")
    restore = backed_up(server, both.province)
    named(both, both.province, here, "NGUYỄN VĂN BÌNH")
    both.exchange(both.province)
    restore()
    reopened(both)
    named(both, both.province, here, "NGUYỄN VĂN KHÁC")
    both.exchange(both.province)
    (open_one,) = work(both, both.province)
    assert (open_one.record_id, open_one.state) == (here, "conflict")
    assert open_one.fields["full_name"] == ("NGUYỄN VĂN KHÁC", "NGUYỄN VĂN BÌNH")
    assert id_of(both, both.nation, pin) == there


def test_a_batch_without_answer_is_told_again_in_the_new_chain(both: Levels) -> None:
    pin = born(both, "NGUYỄN VĂN ĐANG GỬI")
    assert both.batch(both.province) is not None
    province, _ = reopened(both)
    assert (province.given_up, province.queued) == (1, 1)
    assert both.exchange(both.province) == 1
    assert both.person(both.nation, pin) is not None
    balanced(both)
    with both.at(both.province), acting(AUDITING):
        told = list(Batch.objects.order_by("number").values_list("number", "given_up_at"))
        assert [(number, at is None) for number, at in told] == [(1, False), (2, True)]
        assert made("nation", number=1).chain not in {None, Batch.objects.get(number=1).chain}, "begins after the first"
        assert made("nation", number=0).chain is None
    assert ends(both, both.province).sent.number == 2


def test_nothing_begins_anew_unless_asked_for_exactly_so_with_a_reason(both: Levels) -> None:
    shared(both)
    asked = seen(both)
    order = both.order(KEEPER)
    for told, code in (
        (replace(asked, up=(Head(9, "1" * 64), asked.up[1])), ErrorCode.CONFLICT),
        (replace(asked, province="38"), ErrorCode.CONFLICT),
    ):
        with pytest.raises(SosachError) as wrong:
            both.do(both.province, ask_reopening, link="nation", asked=told)
        assert wrong.value.code == code
    with pytest.raises(SosachError) as silent, both.at(both.province):
        ask_reopening(order, link="nation", asked=asked)
    assert silent.value.code == ErrorCode.INPUT_INCOMPLETE
    with pytest.raises(SosachError) as unasked:
        both.do(both.nation, reopen_link, RUNNER, link=PROVINCE, mark=asked.mark)
    assert unasked.value.code == ErrorCode.STATE_FORBIDS
    both.do(both.nation, ask_reopening, link=PROVINCE, asked=asked)
    with pytest.raises(SosachError) as mistyped:
        both.do(both.nation, reopen_link, RUNNER, link=PROVINCE, mark="0" * 12)
    assert mistyped.value.code == ErrorCode.CONFLICT
    born(both)
    both.exchange(both.province)
    with pytest.raises(SosachError) as moved_on:
        both.do(both.nation, reopen_link, RUNNER, link=PROVINCE, mark=asked.mark)
    assert moved_on.value.code == ErrorCode.CONFLICT
    with both.at(both.nation), acting(AUDITING):
        told = AuditEvent.objects.filter(event__startswith="exchange.link_reopen").values_list("event", flat=True)
        assert list(told) == ["exchange.link_reopening_asked"]
