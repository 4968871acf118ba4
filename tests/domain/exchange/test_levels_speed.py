"""How fast records go: from the log into a batch and settled on the one side, applied on the other."""

from time import perf_counter

import pytest
from tests.domain.exchange.levels import KEEPER, Levels
from tests.domain.population.people import birth

from sosach.domain.exchange.operations.batches import next_batch
from sosach.domain.exchange.operations.collecting import collect
from sosach.domain.exchange.operations.receiving import receive
from sosach.domain.exchange.operations.settling import settle
from sosach.domain.population.operations.births import register_births

PORTION, PORTIONS = 1_000, 4


@pytest.mark.heavy
def test_records_go_fast(levels: Levels) -> None:
    with levels.at(levels.province):
        for portion in range(PORTIONS):
            births = [birth(message_id=f"fast-{portion}-{place}") for place in range(PORTION)]
            register_births(levels.order(KEEPER), births=births)
        begun = perf_counter()
        collect(levels.order(), link="nation")
        seconds = {"collect": perf_counter() - begun, "batch": 0.0, "receive": 0.0, "settle": 0.0}
    for _ in range(PORTIONS):
        with levels.at(levels.province):
            begun = perf_counter()
            envelope = next_batch(levels.order(), link="nation", most=PORTION, signer=levels.province.key)
            seconds["batch"] += perf_counter() - begun
        assert envelope is not None
        with levels.at(levels.nation):
            begun = perf_counter()
            receipt = receive(
                levels.order(), link="01", raw=envelope.raw, signature=envelope.signature, signer=levels.nation.key
            )
            seconds["receive"] += perf_counter() - begun
        with levels.at(levels.province):
            begun = perf_counter()
            assert settle(levels.order(), link="nation", raw=receipt.raw, signature=receipt.signature) == PORTION
            seconds["settle"] += perf_counter() - begun
    records = PORTION * PORTIONS
    rates = {name: records / spent for name, spent in seconds.items()}
    sending = records / (seconds["collect"] + seconds["batch"] + seconds["settle"])
    print(  # noqa: T201 - the figures are what the run is for
        f"\nrecords/s: {', '.join(f'{name} {rate:,.0f}' for name, rate in rates.items())}; sending in all {sending:,.0f}"
    )
    assert sending >= 1_000
    assert rates["receive"] >= 75
