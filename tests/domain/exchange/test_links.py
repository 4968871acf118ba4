"""Links are opened once, suspended, resumed and keyed anew; what is written meanwhile waits."""

import pytest
from tests.domain.exchange.levels import KEEPER, PROVINCE, Levels
from tests.domain.exchange.test_levels import born

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look
from sosach.domain.exchange.operations.batches import next_batch
from sosach.domain.exchange.operations.collecting import collect
from sosach.domain.exchange.operations.links import open_link, renew_key, resume_link, suspend_link
from sosach.domain.exchange.queries.links import links
from sosach.site.embedded import EmbeddedServer


def test_a_suspended_link_tells_nothing_and_loses_nothing(levels: Levels) -> None:
    levels.do(levels.province, suspend_link, link="nation")
    pin = born(levels)
    with pytest.raises(SosachError) as refused:
        levels.batch(levels.province)
    assert refused.value.code == ErrorCode.ACCESS_DENIED
    levels.do(levels.province, resume_link, link="nation")
    assert levels.exchange(levels.province) == 1
    assert levels.person(levels.nation, pin) is not None


def test_links_are_opened_once_with_a_key_that_is_one(levels: Levels) -> None:
    key = levels.province.key.public
    for told, code in (
        ({"province": PROVINCE, "upward": True, "peer_key": key}, ErrorCode.CONFLICT),
        ({"province": "Hà Nội", "upward": False, "peer_key": key}, ErrorCode.INPUT_INCOMPLETE),
        ({"province": "38", "upward": False, "peer_key": "khóa"}, ErrorCode.INPUT_INCOMPLETE),
    ):
        with pytest.raises(SosachError) as refused:
            levels.do(levels.province, open_link, **told)
        assert refused.value.code == code
    with pytest.raises(SosachError) as missing, levels.at(levels.province):
        collect(levels.order(), link="38")
    assert missing.value.code == ErrorCode.ACCESS_UNKNOWN


def test_a_renewed_key_is_believed_and_the_old_one_not(levels: Levels) -> None:
    old, new = levels.province.key, type(levels.province.key)()
    born(levels)
    levels.do(levels.nation, renew_key, link=PROVINCE, peer_key=new.public)
    envelope = levels.batch(levels.province)
    assert envelope is not None
    with pytest.raises(SosachError) as refused:
        levels.deliver(levels.nation, envelope)
    assert refused.value.code == ErrorCode.ACCESS_UNKNOWN
    levels.province.key = new
    assert levels.exchange(levels.province) == 1
    levels.do(levels.nation, renew_key, link=PROVINCE, peer_key=old.public)
    levels.province.key = old


def test_the_state_of_a_link_is_told(levels: Levels) -> None:
    born(levels)
    with levels.at(levels.province):
        collect(levels.order(), link="nation")
        (waiting,) = links(Look(KEEPER, "work", levels.now))
        envelope = next_batch(levels.order(), link="nation", most=10, signer=levels.province.key)
        (sent,) = links(Look(KEEPER, "work", levels.now))
    assert envelope is not None
    assert (waiting.waiting, waiting.under_way) == (1, None)
    assert waiting.oldest is not None
    assert (sent.waiting, sent.under_way) == (0, envelope.number)
    levels.exchange(levels.province)
    with levels.at(levels.province):
        (done,) = links(Look(KEEPER, "work", levels.now))
    assert (done.waiting, done.under_way, done.sent) == (0, None, envelope.number)


def test_an_act_below_a_running_transaction_waits_for_it(levels: Levels, server: EmbeddedServer) -> None:
    with server.address.connect(levels.province.database) as running:
        running.execute("BEGIN")
        running.execute("SELECT pg_current_xact_id()")  # whatever it writes would stand before what is written now
        pin = born(levels, "NGUYỄN VĂN CHỜ")
        with levels.at(levels.province):
            assert collect(levels.order(), link="nation") == 0
        running.execute("ROLLBACK")
    with levels.at(levels.province):
        assert collect(levels.order(), link="nation") == 1
        assert collect(levels.order(), link="nation") == 0
    levels.exchange(levels.province)
    assert levels.person(levels.nation, pin) is not None
