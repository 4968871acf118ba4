"""A suspension bites with the next request, whoever asks at that moment."""

import threading
import time
from typing import NamedTuple

import pytest
from django.db import connection
from django.test import override_settings
from tests.web.exchange.agency import agency, order
from tests.web.exchange.test_identity import status

from sosach.domain.exchange.operations.partners import resume, suspend

ASKERS, ENOUGH = 3, 9


class Asked(NamedTuple):
    """A request: when it began and ended, and what it was answered."""

    begun: float
    ended: float
    code: int


@pytest.mark.usefixtures("committed")
def test_every_request_after_a_suspension_is_refused_and_after_its_end_answered() -> None:
    asker = agency(attributes={"population": ["pin"]})
    told: list[Asked] = []
    over = threading.Event()

    def asking() -> None:
        headers = asker.headers()
        try:
            while not over.is_set():
                begun = time.monotonic()
                code = status(headers)
                told.append(Asked(begun, time.monotonic(), code))
        finally:
            connection.close()

    with override_settings(ROOT_URLCONF="tests.web.exchange.asking"):
        askers = [threading.Thread(target=asking) for _ in range(ASKERS)]
        for each in askers:
            each.start()
        _wait_for(told, 0.0)
        suspend(order("kiểm tra"), partner=asker.key)
        suspended = time.monotonic()
        _wait_for(told, suspended)
        before = time.monotonic()
        resume(order(), partner=asker.key)
        resumed = time.monotonic()
        _wait_for(told, resumed)
        over.set()
        for each in askers:
            each.join()
    bitten = [each for each in told if suspended <= each.begun and each.ended <= before]
    # not one request that began after the suspension was committed
    assert len(bitten) >= ENOUGH
    assert {each.code for each in bitten} == {403}
    assert {each.code for each in told if each.begun >= resumed} == {200}
    assert {each.code for each in told[:ENOUGH]} == {200}


def _wait_for(told: list[Asked], since: float) -> None:
    """Until some requests have begun and ended after a moment."""
    for _ in range(2_400):
        if sum(each.begun >= since for each in told) >= ENOUGH:
            return
        time.sleep(0.05)
    raise AssertionError("nobody asks")
