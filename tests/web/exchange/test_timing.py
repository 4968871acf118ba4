"""Whether somebody is in the register cannot be told from how long a no takes."""

import json
import random
import time
from collections.abc import Iterator

import pytest
from django.test import Client, override_settings
from tests.web.exchange.agency import EVERYTHING, agency
from tests.web.world import RUN, Town

from sosach.domain.access.queries import acting
from sosach.domain.exchange.rules.questions import QUESTIONS
from sosach.domain.licences.models import Licence
from sosach.domain.population.models import Person

pytestmark = pytest.mark.heavy
PAIRS, MOST = 1_000, 0.55


@pytest.fixture(autouse=True)
def addresses() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.web.exchange.asking"):
        yield


def separation(hits: list[float], misses: list[float]) -> float:
    """How well the best cut tells the two apart: 0.5 not at all, 1 always (area under the curve)."""
    ranked = sorted([(value, 1) for value in hits] + [(value, 0) for value in misses])
    above = sum(place - at for at, place in enumerate(place for place, (_, hit) in enumerate(ranked) if hit))
    found = above / (len(hits) * len(misses))
    return max(found, 1 - found)


def test_the_measure_knows_equal_from_different() -> None:
    assert separation([1.0, 2.0, 3.0], [1.5, 2.5, 0.5]) < 0.7
    assert separation([4.0, 5.0], [1.0, 2.0]) == 1


@pytest.mark.parametrize(
    ("register", "question", "told"),
    [
        ("population", "name_matches", {"full_name": "Không Phải Tên"}),
        ("licences", "holder_is", {"person": "001099000999"}),
        ("population", "matches", {"full_name": "Không Phải Tên", "birth_date": "1900-01-01"}),
    ],
    ids=str,
)
def test_a_no_takes_as_long_whoever_it_is_about(
    there: Town, register: str, question: str, told: dict[str, str]
) -> None:
    del there
    asker = agency(attributes=EVERYTHING, questions=sorted(QUESTIONS))
    model = {"population": Person, "licences": Licence}[register]
    with acting(RUN):
        known = list(model.objects.values_list("pk", flat=True)[:1])
    client, headers, took = Client(), asker.headers(), {True: [], False: []}
    turns = [True, False] * PAIRS
    random.Random(7).shuffle(turns)
    for turn in turns:
        body = {"verb": "confirm", "register": register, "question": question, "told": told}
        body["record_id"] = known[0] if turn else None
        begun = time.perf_counter()
        answer = client.post("/exchange/test", json.dumps(body), content_type="application/json", headers=headers)
        took[turn].append(time.perf_counter() - begun)
        assert answer.status_code == 200
    found = separation(took[True], took[False])
    print(f"{register} {question}: {PAIRS} pairs, area {found:.3f}")  # noqa: T201 - the figure is what the test is for
    assert found <= MOST
