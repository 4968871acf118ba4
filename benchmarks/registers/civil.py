"""Civil status and survey cards a second: messages in batches, each a transaction of its own; cards compared, then loaded.

    python benchmarks/registers/civil.py [--seconds 10] [--connections 4] [--batch 100] [--cards 5000] [--state DIR]

The server is durable (fsync, synchronous commit). A batch is what one request brings; a message is one transaction with two events
(the message, the birth).
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bench_server
import django

COMMUNE = "00004"


def take_in(number: int, ready: Callable[[], None], batch: int, seconds: float, run: str) -> list[float]:
    """Messages of births as a register office sends them."""
    django.setup()
    from datetime import UTC, datetime  # noqa: PLC0415 - Django must know its models first

    from sosach.domain.access.rules import Role  # noqa: PLC0415
    from sosach.domain.audit.rules import Actor, ActorKind, Level  # noqa: PLC0415
    from sosach.domain.exchange.operations.civil import Sender, receive_messages  # noqa: PLC0415
    from sosach.domain.exchange.rules.civil import Message  # noqa: PLC0415

    actor = Actor(ActorKind.PARTNER, "partner-1", Level.NATION, roles=frozenset({Role.PARTNER, Role.CIVIL_STATUS}))
    parents = [{"kind": "father", "full_name": "NGUYỄN VĂN CHA"}, {"kind": "mother", "full_name": "TRẦN THỊ MẸ"}]
    content = {
        "kind": "birth",
        "full_name": "NGUYỄN VĂN AN",
        "birth_date": "2026-11-19",
        "sex": "M",
        "parents": parents,
    }

    def messages(turn: int) -> list[Message]:
        told = {"commune_code": COMMUNE, "content": content}
        ids = [f"{run}-{number}-{turn}-{step}" for step in range(batch)]
        return [Message.model_validate({"message_id": key, **told}) for key in ids]

    def send(turn: int) -> None:
        received = receive_messages(Sender(f"bench-{number}", actor, datetime.now(UTC)), messages(turn))
        if any(not answer.pin for answer in received.answers):
            raise RuntimeError("a birth was not answered with a number")

    send(-1)  # plans and imports are warm
    waits: list[float] = []
    ready()
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        send(len(waits))
        waits.append(time.perf_counter() - begun)
    return waits


SURNAMES = ("NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HOÀNG", "PHAN", "VŨ", "ĐẶNG", "BÙI", "ĐỖ")
MIDDLES = ("VĂN", "ĐỨC", "MINH", "QUỐC", "HỮU", "CÔNG", "XUÂN", "NGỌC", "THANH", "GIA")
GIVEN = ("AN", "BÌNH", "CHIẾN", "DŨNG", "GIANG", "HẢI", "KHÁNH", "LONG", "NAM", "PHÚC", "QUÂN", "SƠN", "TÂM", "VINH")


def keying(count: int, run: str, keyer: str) -> list[Any]:
    """One keying of as many cards; the second one has a slip on every twentieth."""
    from sosach.domain.exchange.rules.surveys import Keyed  # noqa: PLC0415 - its own path first

    found = []
    for number in range(count):
        name = SURNAMES[number % 10], MIDDLES[number // 10 % 10], GIVEN[number // 100 % 14]
        values = {
            "full_name": " ".join(name),
            "birth_date": f"{1 + number % 28:02}/{1 + number // 28 % 12:02}/{1940 + number // 1400 % 60}",
            "sex": "Nữ" if keyer == "bình" and number % 20 == 0 else "Nam",
            "hometown": "Hà Nội",
            "ethnicity": "Kinh",
            "permanent_address": f"Số {number % 200 + 1}, phường Ba Đình, thành phố Hà Nội",
            "father_name": f"{name[0]} VĂN CHA",
            "mother_name": "TRẦN THỊ MẸ",
        }
        found.append(Keyed(f"{run}-{number:06}", COMMUNE, keyer, values))
    return found


def cards(count: int, run: str) -> None:
    """Two keyings go the whole way; every step is timed."""
    django.setup()
    from datetime import UTC, datetime  # noqa: PLC0415 - Django must know its models first

    from sosach.domain.access.operations import Order  # noqa: PLC0415
    from sosach.domain.access.queries import Look  # noqa: PLC0415
    from sosach.domain.access.rules import Role  # noqa: PLC0415
    from sosach.domain.audit.rules import Actor, ActorKind, Level  # noqa: PLC0415
    from sosach.domain.exchange.operations import surveys  # noqa: PLC0415
    from sosach.domain.exchange.operations.survey_loading import load_cards  # noqa: PLC0415
    from sosach.domain.exchange.queries.surveys import doubts_of, sample_of  # noqa: PLC0415
    from sosach.domain.exchange.rules.surveys import Choice, compare  # noqa: PLC0415

    actor = Actor(ActorKind.OFFICER, "officer-1", Level.NATION, roles=frozenset({Role.STEWARD}))
    at = datetime.now(UTC)
    order, look = Order(actor, at), Look(actor, "population-keeping", at)
    first, second = keying(count, run, "an"), keying(count, run, "bình")

    def timed(name: str, work: Callable[[], Any], times: int) -> Any:
        begun = time.perf_counter()
        found = work()
        print(f"{name:34} {times / (time.perf_counter() - begun):10,.0f}", flush=True)
        return found

    plan = surveys.Plan("DC01", run, "bench", 0.02, 0.5, "seed")
    compared = timed("cards compared", lambda: compare(first, second), count)
    batch = timed("cards taken in", lambda: surveys.take_in(order, plan=plan, cards=compared), count).batch_id
    doubts = doubts_of(look, batch_id=batch)
    settle = [lambda one=one: surveys.settle_doubt(order, doubt_id=one.doubt_id, choice=Choice.FIRST) for one in doubts]
    timed("differences settled", lambda: [each() for each in settle], len(doubts))
    for one in sample_of(look, batch_id=batch):
        surveys.check_card(order, card_id=one.card_id, paper={})
    surveys.decide(order, batch_id=batch)
    states: dict[str, int] = {}

    def load() -> None:
        left = 1
        while left:
            portion = load_cards(order, batch_id=batch)
            left = portion.left
            for state, number in portion.cards.items():
                states[str(state)] = states.get(str(state), 0) + number

    timed("cards loaded", load, count)
    print("ended as", states)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--connections", type=int, default=4)
    options.add_argument("--batch", type=int, default=100)
    options.add_argument("--cards", type=int, default=5000)
    options.add_argument("--state", type=Path, default=bench_server.STATE)
    told = options.parse_args()
    bench_server.prepare(told.state)
    run = str(time.time_ns())
    print(f"{told.connections} connections, {told.seconds:g} s")
    print(bench_server.HEAD)
    ours = bench_server.together(told.connections, take_in, told.batch, told.seconds, run, units=told.batch)
    print(ours.row(f"births, {told.batch} messages a batch"))
    cards(told.cards, run)


if __name__ == "__main__":
    main()
