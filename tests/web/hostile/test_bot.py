"""A bot that walks through numbers learns nothing: "there is none" and "it is not yours" are one answer, and take one time.

What a bot can learn from times is measured as it would use them: how often an answer about somebody's record takes longer than one
about nobody's. One half says nothing. Questions of both kinds take turns, so that what else the machine does falls on both alike.
"""

import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.http import HttpResponse
from tests.web.world import SIBLING, Caller, Town, caller, town

from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level

Asked = Callable[[str], HttpResponse]
SIGMAS = 4.5  # a test of many runs must not fail by chance
QUICK, LONG = 160, 50_000
LEARNT = 0.02  # of the long run: a bot that is right 52 times of 100 has learnt something
BY_CHANCE = re.compile(rb'"(?:request|act|digest|signature|number|submitted_at)": "[^"]*"|"Idempotent-Replayed": "\w+"')


def share_longer(ones: Sequence[float], others: Sequence[float]) -> float:
    """How often one of these took longer than one of those: the area under the curve of a bot that bets on time.

    >>> share_longer([3.0, 4.0], [1.0, 2.0]), share_longer([1.0, 2.0], [1.0, 2.0])
    (1.0, 0.5)
    """
    ranked = sorted([(value, 1) for value in ones] + [(value, 0) for value in others])
    ranks, place = 0.0, 0
    while place < len(ranked):
        same = place
        while same < len(ranked) and ranked[same][0] == ranked[place][0]:
            same += 1
        mean = (place + same + 1) / 2
        ranks += mean * sum(kind for _, kind in ranked[place:same])
        place = same
    return (ranks - len(ones) * (len(ones) + 1) / 2) / (len(ones) * len(others))


def band(ones: int, others: int) -> float:
    """How far from one half chance alone leads, that many sigmas wide."""
    return float(SIGMAS * ((ones + others + 1) / (12 * ones * others)) ** 0.5)


@dataclass
class Question:
    """A place a bot may ask at.

    Attributes:
        ask: with a number.
        theirs: numbers that are somebody's, out of reach.
        nobodys: makes numbers nobody has, of the same form.
    """

    ask: Asked
    theirs: Sequence[str]
    nobodys: Callable[[], str]


def questions(there: Town, far: Town) -> dict[str, Question]:
    """Every place at which a number may be tried, by an account that does not reach the far town."""
    by: Caller = caller(Role.CLERK, Role.VEHICLES, Role.VERIFIER, Role.LICENCES, Role.POPULATION, unit=SIBLING)
    gateway = caller(Role.CLERK, level=Level.NATION, unit="")
    draw = random.Random(20_261_122)
    person = there.refs["person"][0]

    def declares(plate: str) -> HttpResponse:
        answers = {"plate": plate, "phone": "0912345678", "commitment": "yes"}
        return gateway.post(f"/persons/{person}/declarations", {"kind": "vehicle_in_use", "answers": answers})

    def posts(path: str, field: str) -> Asked:
        return lambda number: by.post(path, {field: number})

    def plate() -> str:
        return f"30K-{draw.randrange(30_000, 99_999)}"

    return {
        "plate": Question(posts("/vehicles/by-plate", "plate"), [far.told["plate"]], plate),
        "chassis": Question(
            posts("/vehicles/by-chassis", "chassis_number"),
            [far.told["chassis_number"]],
            lambda: f"RLHZZ1234ZY{draw.randrange(700_000, 999_999)}",
        ),
        "declaration": Question(declares, [far.told["plate"]], plate),
    }


@pytest.fixture(scope="module")
def asked(there: Town) -> dict[str, Question]:
    """Places to ask at; another town, which nobody who asks here reaches."""
    return questions(there, town())


PLACES = ("plate", "chassis", "declaration")


def plain(response: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    """An answer without what differs by chance."""
    headers = {
        name: value for name, value in response.headers.items() if name not in {"X-Request-Id", "Content-Length"}
    }
    return response.status_code, BY_CHANCE.sub(b"", response.content), headers


@pytest.mark.parametrize("place", PLACES)
def test_the_answer_is_the_same(asked: dict[str, Question], place: str) -> None:
    question = asked[place]
    ours = {str(plain(question.ask(number))) for number in question.theirs}
    nobodys = {str(plain(question.ask(question.nobodys()))) for _ in range(5)}
    assert ours == nobodys
    assert len(ours) == 1


def timed(question: Question, turns: int) -> tuple[list[float], list[float]]:
    """Seconds of answers about somebody's and about nobody's numbers, in turns.

    As many numbers of either kind, each asked for as often: what a bot left behind by asking must not pass for what it found.
    """
    found: tuple[list[float], list[float]] = ([], [])
    numbers, nobodys = count(), [question.nobodys() for _ in question.theirs]
    for _ in range(8):
        question.ask(question.nobodys())
    for turn in range(turns):
        place = next(numbers) % len(nobodys)
        both = [(0, question.theirs[place]), (1, nobodys[place])]
        for kind, number in both if turn % 2 else reversed(both):
            begun = time.perf_counter()
            question.ask(number)
            found[kind].append(time.perf_counter() - begun)
    return found


def learnt(question: Question, turns: int) -> float:
    """How far a bot gets from guessing."""
    return abs(share_longer(*timed(question, turns)) - 0.5)


@pytest.mark.parametrize("place", PLACES)
def test_the_time_is_the_same(asked: dict[str, Question], place: str) -> None:
    # what else runs here may push one run aside, never three
    assert any(learnt(asked[place], QUICK) <= band(QUICK, QUICK) for _ in range(3))


def test_a_time_that_tells_is_found(asked: dict[str, Question]) -> None:
    """The measure itself: half of the usual time more, and the bot knows.

    Where a busy machine makes the waits more uneven than that, it is their spread: 83 in 100 are longer then, of a normal or an
    exponential spread alike, ten sigmas from one half.
    """
    theirs, nobodys = timed(asked["plate"], QUICK)
    quarter, usual, most = (sorted(theirs)[len(theirs) * part // 4] for part in (1, 2, 3))
    more = max(usual / 2, most - quarter)
    assert abs(share_longer([wait + more for wait in theirs], nobodys) - 0.5) > band(QUICK, QUICK)


@pytest.mark.heavy
@pytest.mark.parametrize("place", PLACES)
def test_a_hundred_thousand_numbers_tell_nothing(asked: dict[str, Question], place: str) -> None:
    found = learnt(asked[place], LONG // len(PLACES))
    assert found <= LEARNT, f"a bot is right {50 + 100 * found:.2f} % of the time"


def test_areas_are_areas() -> None:
    draw: Any = random.Random(7)
    ones, others = [draw.gauss(0, 1) for _ in range(300)], [draw.gauss(0, 1) for _ in range(300)]
    pairs = sum((one > other) + 0.5 * (one == other) for one in ones for other in others) / 90_000
    assert share_longer(ones, others) == pytest.approx(pairs)
    assert abs(pairs - 0.5) <= band(300, 300)
