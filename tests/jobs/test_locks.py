"""Advisory locks: each has a number of its own, so that no work waits for another it has nothing to do with."""

import re
from pathlib import Path

import pytest
from django.db import connection

import sosach
from sosach.jobs import deliveries, levels

_NUMBER = re.compile(r"^_?LOCK(?:_KEY)? = ([0-9_]+)", re.MULTILINE)


def test_every_lock_has_a_number_of_its_own() -> None:
    files = [path.read_text("utf-8") for path in Path(sosach.__file__).parent.rglob("*.py")]
    numbers = [int(told) for text in files for told in _NUMBER.findall(text)]
    assert len(numbers) > 5
    assert sorted(set(numbers)) == sorted(numbers)


@pytest.mark.usefixtures("jobs")
def test_news_is_noted_while_a_turn_with_the_other_level_takes_long() -> None:
    elsewhere = connection.copy()
    try:
        with levels._alone() as free, elsewhere.cursor() as news:
            assert free
            news.execute("SELECT pg_try_advisory_xact_lock(%s)", [deliveries.LOCK_KEY])
            assert news.fetchone() == (True,)
    finally:
        elsewhere.close()
