"""Each change reaches each subscriber exactly once in effect, in the order of its record, whatever happens on the way."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from tests.domain.population import people
from tests.jobs.subscriber import Subscriber, bad
from tests.jobs.test_reactions import NEW, OLD, done, undone
from tests.web.exchange.agency import Agency, agency, order

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.operations.keys import FileKey
from sosach.domain.exchange.models import Delivery, Disclosure, Subscription
from sosach.domain.exchange.operations.delivering import drop, send_again, take_due
from sosach.domain.exchange.operations.partners import resume, suspend
from sosach.domain.exchange.operations.publishing import create_topic, publish
from sosach.domain.exchange.operations.subscribing import (
    Wish,
    confirm_subscription,
    end_subscription,
    hold_subscription,
    resume_subscription,
    subscribe,
)
from sosach.domain.exchange.operations.telling import Confirm
from sosach.domain.exchange.queries.partners import Asked, Caller, PartnerRefusedError, admitted, standing_of
from sosach.domain.exchange.queries.subscriptions import (
    deliveries_about,
    deliveries_seen,
    oldest_undelivered,
    subscription_table,
)
from sosach.domain.exchange.rules.retrying import Policy
from sosach.domain.population.operations.civil import register_death
from sosach.domain.population.operations.merging import merge
from sosach.domain.population.operations.residence import move_in
from sosach.jobs.deliveries import TELLING, Sender, deliver, note_new
from sosach.site.databases import state_folder

Owner = psycopg.Connection[tuple[object, ...]]
SEED = 20_261_122
SCOPES = ["notif.sub.write", "notif.topic.write", "notif.topic.publish"]
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    """The moment, moved by the test."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        """Now."""
        return self.at

    def on(self, **span: int) -> datetime:
        """Later."""
        self.at += timedelta(**span)
        return self.at


@pytest.fixture
def clock() -> Clock:
    """The clock of a test."""
    return Clock()


def sender() -> Sender:
    return Sender(FileKey(state_folder() / "notice.key"), "http://127.0.0.1:8000", loopback=True)


def agreed(to: Subscriber, *topics: str, **terms: Any) -> Agency:
    told = {"scopes": SCOPES, "topics": list(topics), "addresses": [to.address]}
    return agency(**(told | {"attributes": {"population": ["pin"]}} | terms))


def caller(of: Agency, at: datetime = NOW) -> Caller:
    standing = standing_of(of.key, at=at)
    assert standing is not None
    return admitted(standing, Asked("notif.sub.write"))


def asked(of: Agency, to: Subscriber, topic: str, policy: Policy | None = None) -> Subscription:
    who = caller(of)
    return subscribe(Order(who.actor, NOW), caller=who, wish=Wish(topic, to.address, policy), loopback=True)


def confirmed(of: Agency, to: Subscriber, topic: str, clock: Clock, policy: Policy | None = None) -> Subscription:
    """A subscription, confirmed with the token its address was sent."""
    asked(of, to, topic, policy)
    before = to.behave
    to.behave = lambda: "ok"
    assert deliver(sender(), clock=clock) == 1
    to.behave = before
    who = caller(of)
    return confirm_subscription(Order(who.actor, clock()), caller=who, token=to.tokens[-1])


def drained(clock: Clock, rounds: int = 60) -> None:
    """Everything new is noted and sent, with as much time as it takes."""
    note_new(clock())
    for _ in range(rounds):
        deliver(sender(), clock=clock)
        with acting(TELLING):
            if not Delivery.objects.filter(state__in=["waiting", "sending"]).exists():
                return
        clock.on(minutes=10)


def states(row: Subscription) -> list[str]:
    with acting(TELLING):
        return list(
            Delivery.objects.filter(subscription=row, sort="change").order_by("pk").values_list("state", flat=True)
        )


def moved(who: int, times: int) -> None:
    """Somebody moves to the other of two communes, so often."""
    for _ in range(times):
        done(move_in, person_id=who, to=OLD if people.stored(who).commune_code == NEW.commune_code else NEW)


def pin(who: int) -> str:
    return str(people.stored(who).pin)


def test_nothing_is_told_before_the_address_has_confirmed(listening: Subscriber, clock: Clock) -> None:
    by, who = agreed(listening, "population.death"), people.born()
    row = asked(by, listening, "population.death")
    done(register_death, people.REGISTRAR, person_id=who, died_on="2026-11-01")
    drained(clock)
    assert [told["type"] for told in listening.taken.values()] == ["SubscriptionConfirmation"]
    again = asked(by, listening, "population.death")
    assert again.pk == row.pk, "the same wish is the same subscription"
    with pytest.raises(SosachError):
        confirm_subscription(Order(caller(by).actor, NOW), caller=caller(by), token=listening.address)
    drained(clock)
    told = confirm_subscription(Order(caller(by).actor, clock()), caller=caller(by), token=listening.tokens[-1])
    assert told.state == "confirmed"
    assert (
        confirm_subscription(Order(caller(by).actor, clock()), caller=caller(by), token=listening.tokens[-1]).pk
        == row.pk
    )
    drained(clock)
    assert listening.news() == [], "what happened before is not news"
    other = people.born()
    done(register_death, people.REGISTRAR, person_id=other, died_on="2026-11-02")
    drained(clock)
    (news,) = listening.news()
    assert (news["kind"], news["pin"], news["number"], news["taken_back"]) == ("death", pin(other), 1, False)
    assert "died_on" not in news


def test_a_death_taken_back_and_a_merge_are_told_as_what_they_are(listening: Subscriber, clock: Clock) -> None:
    by = agreed(listening, "population.death", "population.merged")
    one, twin = people.born(), people.born()
    for topic in ("population.death", "population.merged"):
        confirmed(by, listening, topic, clock)
    undone(done(register_death, people.REGISTRAR, person_id=one, died_on="2026-11-01"))
    undone(done(merge, person_id=one, survivor_id=twin))
    drained(clock)
    told = [(each["kind"], each["taken_back"], each.get("into")) for each in listening.news()]
    assert sorted(told, key=str) == [
        ("death", False, None),
        ("death", True, None),
        ("merged", False, pin(twin)),
        ("merged", True, pin(twin)),
    ]


def test_a_partner_without_numbers_is_told_its_own_and_what_it_was_told_is_on_record(
    listening: Subscriber, clock: Clock
) -> None:
    own, none = (
        agreed(listening, "population.death", pseudonyms=True),
        agreed(listening, "population.death", attributes={"population": ["sex"]}),
    )
    for by in (own, none):
        confirmed(by, listening, "population.death", clock)
    who = people.born()
    done(register_death, people.REGISTRAR, person_id=who, died_on="2026-11-01")
    drained(clock)
    first, second = sorted(listening.news(), key=len, reverse=True)
    assert first["pin"] != pin(who)
    assert "pin" not in second
    assert all(pin(who).encode() not in body for bodies in listening.bodies.values() for body in bodies)
    with acting(order().actor):
        rows = Disclosure.objects.filter(subject_id=who).values_list("partner__key", "asked")
        assert list(rows) == [(own.key, ["pin"])], "one trace for one notice, however often it was tried"


@pytest.mark.slow
def test_each_change_takes_effect_once_and_in_order_though_the_subscriber_misbehaves(
    listening: Subscriber, clock: Clock
) -> None:
    by = agreed(listening, "population.moved", "population.death")
    confirmed(by, listening, "population.moved", clock)
    confirmed(by, listening, "population.death", clock)
    listening.behave = bad(SEED, 0.5)
    crowd = [people.born() for _ in range(4)]
    for round_ in range(3):
        for who in crowd:
            moved(who, 1 + (who + round_) % 3)
        note_new(clock())
        deliver(sender(), clock=clock)
        clock.on(seconds=30)
    for who in crowd:
        done(register_death, people.nation(Role.CIVIL_STATUS), person_id=who, died_on="2026-11-20")
    drained(clock)
    order_of: dict[tuple[str, str], list[int]] = defaultdict(list)
    for news in listening.news():
        order_of[news["kind"], news["pin"]].append(news["number"])
    assert len(order_of) == 8
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in order_of.values())
    moves = sum(1 + (who + round_) % 3 for who in crowd for round_ in range(3))
    assert len(listening.news()) == moves + len(crowd)
    assert len(listening.requests) > len(listening.taken), "the subscriber misbehaved"
    assert all(len(bodies) == 1 for bodies in listening.bodies.values()), "the same bytes at every try"
    assert listening.elsewhere == 0, "no redirect was followed"
    with acting(TELLING):
        assert not Delivery.objects.exclude(state="delivered").exists()
        assert not Delivery.objects.exclude(content="").exists(), "what it said is forgotten"


def test_a_dead_letter_lets_the_next_go_and_is_sent_again_or_dropped(listening: Subscriber, clock: Clock) -> None:
    by = agreed(listening, "population.moved")
    row = confirmed(by, listening, "population.moved", clock, Policy(1, 2))
    who = people.born()
    moved(who, 3)
    listening.behave = lambda: "500"
    note_new(clock())
    for _ in range(3):
        deliver(sender(), clock=clock)
        clock.on(seconds=2)
    assert states(row) == ["dead", "waiting", "waiting"], "the second waits for the first, and no longer"
    look = Look(order().actor, "oversight", clock(), "1")
    assert oldest_undelivered(look) is not None
    (line,) = subscription_table(look, since=NOW - timedelta(days=9))
    assert (line.waiting, line.dead, line.failed) == (2, 1, 1)
    (letter,) = deliveries_seen(look, subscription=row.uuid)
    assert (letter.error, letter.tries, letter.number) == ("status-500", 3, 1)
    with pytest.raises(SosachError):
        send_again(order(), message_id=letter.uuid)  # without a reason
    for _ in range(8):
        deliver(sender(), clock=clock)
        clock.on(seconds=2)
    assert states(row) == ["dead"] * 3
    listening.behave = lambda: "ok"
    letters = [each.uuid for each in deliveries_seen(look, subscription=row.uuid)]
    send_again(order("đã sửa máy nhận", clock()), message_id=letters[-1])
    drop(order("cơ quan không cần nữa", clock()), message_id=letters[0])
    drained(clock)
    assert states(row) == ["delivered", "dead", "dropped"]
    assert [each["number"] for each in listening.news()] == [1]
    with pytest.raises(SosachError):
        drop(order("hai lần", clock()), message_id=letters[0])
    assert {each.state for each in deliveries_about(look, kind="person", key=who)} == {"delivered", "dead", "dropped"}


def test_a_worker_killed_between_sending_and_noting_sends_the_same_again(listening: Subscriber, clock: Clock) -> None:
    by, who = agreed(listening, "population.moved"), people.born()
    confirmed(by, listening, "population.moved", clock)
    moved(who, 2)
    note_new(clock())
    (parcel,) = take_due(TELLING, at=clock(), most=9, confirm=Confirm("x", sender().signer.public_key.hex()))
    assert not sender().send(parcel).error
    assert deliver(sender(), clock=clock) == 0, "somebody is at it"
    clock.on(minutes=2)
    drained(clock)
    assert [each["number"] for each in listening.news()] == [1, 2]
    assert listening.requests.count(str(parcel.message_id)) == 2


def test_an_address_that_does_not_answer_rests_and_no_tries_are_spent_on_it(
    listening: Subscriber, clock: Clock
) -> None:
    by = agreed(listening, "population.moved")
    row = confirmed(by, listening, "population.moved", clock)
    for _ in range(9):
        moved(people.born(), 1)
    listening.behave = lambda: "cut_before"
    before = len(listening.requests)
    note_new(clock())
    deliver(sender(), clock=clock)
    assert len(listening.requests) - before <= 4, "one per lane, and the rest is left alone"
    deliver(sender(), clock=clock)
    assert len(listening.requests) - before <= 4, "the address rests"
    listening.behave = lambda: "ok"
    drained(clock)
    assert states(row) == ["delivered"] * 9


def test_suspension_ending_and_a_changed_agreement_bite_at_once(listening: Subscriber, clock: Clock) -> None:
    by, who = agreed(listening, "population.moved"), people.born()
    row = confirmed(by, listening, "population.moved", clock)
    moved(who, 1)
    note_new(clock())
    suspend(order("thử"), partner=by.key)
    assert deliver(sender(), clock=clock) == 0
    resume(order("thử"), partner=by.key)
    hold_subscription(order("thử"), uuid=row.uuid)
    moved(who, 1)
    note_new(clock())
    assert deliver(sender(), clock=clock) == 0
    resume_subscription(order(), uuid=row.uuid)
    by.agree(scopes=SCOPES, topics=["population.moved"], addresses=["https://khac.example.vn/"])
    assert deliver(sender(), clock=clock) == 0, "the address is no longer in the agreement"
    by.agree(scopes=SCOPES, topics=["population.moved"], addresses=[listening.address])
    drained(clock)
    assert [(each["number"], "pin" in each) for each in listening.news()] == [(1, False), (2, False)]
    moved(who, 1)
    note_new(clock())
    end_subscription(Order(caller(by).actor, clock()), uuid=row.uuid, partner_id=caller(by).actor.number)
    drained(clock)
    assert states(row) == ["delivered", "delivered", "dropped"]


def test_what_is_not_in_the_agreement_is_not_subscribed_to(listening: Subscriber) -> None:
    by = agreed(listening, "population.moved")
    for wish in (
        Wish("population.death", listening.address),
        Wish("population.moved", "https://khac.example.vn/"),
        Wish("nothing", listening.address),
    ):
        with pytest.raises(PartnerRefusedError):
            subscribe(Order(caller(by).actor, NOW), caller=caller(by), wish=wish, loopback=True)
    with pytest.raises(PartnerRefusedError):  # this machine is no address unless the installation says so
        subscribe(
            Order(caller(by).actor, NOW),
            caller=caller(by),
            wish=Wish("population.moved", listening.address),
            loopback=False,
        )


def test_a_partner_publishes_to_others_in_order(listening: Subscriber, clock: Clock) -> None:
    publisher = agency(scopes=SCOPES)
    who = caller(publisher)
    topic = create_topic(Order(who.actor, NOW), caller=who, name="thuế.thông báo")
    assert create_topic(Order(who.actor, NOW), caller=who, name="thuế.thông báo").uuid == topic.uuid
    by = agreed(listening, "thuế.thông báo")
    confirmed(by, listening, "thuế.thông báo", clock)
    for number in range(5):
        publish(Order(who.actor, NOW), caller=who, uuid=topic.uuid, subject_line=f"số {number}", content="")
    listening.behave = bad(SEED, 0.4)
    drained(clock)
    told = [each["subject"] for each in listening.taken.values() if each["type"] == "Notification"]
    assert told == [f"số {number}" for number in range(5)]
    with pytest.raises(PartnerRefusedError):
        publish(Order(caller(by).actor, NOW), caller=caller(by), uuid=topic.uuid, subject_line="", content="x")
