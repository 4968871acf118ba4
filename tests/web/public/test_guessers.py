"""A program that walks through numbers learns nothing at the public check: neither from answers nor from times."""

import json
import re

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.web.conftest import ENOUGH
from tests.web.hostile.test_bot import Question, band, share_longer, timed
from tests.web.world import Town

from sosach.domain.exchange.rules.checking import CHASSIS_END
from sosach.web.public import asking

QUICK, MANY, ALL = 160, 300, 100_000
FAR_OFF = 5_000  # first end that is tried; frames of the tests have low numbers
LEARNT = 0.05  # a bot that bets on times is right in 55 of 100 cases at most
BY_CHANCE = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|value="[^"]*"')
BOT = Client(raise_request_exception=False)
NOBODYS = ("30X-770.77", "010277777771")  # a plate and a licence there are none of


def page(path: str, **told: str) -> HttpResponse:
    return BOT.post(f"/tra-cuu/{path}/", told)


def program(path: str, **told: str) -> HttpResponse:
    return BOT.post(f"/exchange/check/v1/{path}", json.dumps(told), content_type="application/json")


@pytest.fixture
def unlimited(there: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town in which nobody ever asks too often."""
    for name in ("IN_ALL", "BY_BLOCK", "BY_NUMBER"):
        monkeypatch.setattr(asking, name, ENOUGH)
    return there


def questions(there: Town) -> dict[str, Question]:
    """Places a number may be tried at, with a second fact that does not fit; nobody's numbers are tried as often as somebody's."""
    plate, licence = [there.told["plate"]], [there.told["number"]]
    return {
        "plate page": Question(lambda n: page("bien-so", plate=n, chassis_end="ZZZZ"), plate, lambda: NOBODYS[0]),
        "plate program": Question(
            lambda n: program("vehicles", plate=n, chassis_end="ZZZZ"), plate, lambda: NOBODYS[0]
        ),
        "licence page": Question(
            lambda n: page("giay-phep-lai-xe", number=n, birth_year="1931"), licence, lambda: NOBODYS[1]
        ),
        "licence by day": Question(
            lambda n: program("licences", licence_number=n, issued_on="1999-01-01"), licence, lambda: NOBODYS[1]
        ),
    }


PLACES = ("plate page", "plate program", "licence page", "licence by day")


def plain(response: HttpResponse) -> tuple[int, str]:
    """An answer without what differs by chance, and without what was typed."""
    return response.status_code, BY_CHANCE.sub("", response.content.decode())


@pytest.mark.parametrize("place", PLACES)
def test_the_answer_is_the_same(unlimited: Town, place: str) -> None:
    question = questions(unlimited)[place]
    assert {plain(question.ask(number)) for number in question.theirs} == {
        plain(question.ask(question.nobodys())) for _ in range(5)
    }


def test_the_time_is_the_same(unlimited: Town) -> None:
    # what chance and the rest of the machine do to so few questions; the long look below is the measure
    question = questions(unlimited)["plate program"]
    assert any(abs(share_longer(*timed(question, QUICK)) - 0.5) <= band(QUICK, QUICK) for _ in range(3))


def walked(there: Town, guesses: int) -> int:
    """How many of so many ends of a chassis number a bot that knows a plate gets an answer for."""
    statuses = [
        program(
            "vehicles", plate=there.told["plate"], chassis_end=f"{(FAR_OFF + guess) % 10**CHASSIS_END:04d}"
        ).status_code
        for guess in range(guesses)
    ]
    assert set(statuses) <= {200, 429}
    return statuses.count(200)


def test_who_walks_through_the_ends_of_chassis_numbers_gets_nowhere(there: Town) -> None:
    assert walked(there, MANY) <= asking.BY_NUMBER.misses.size


@pytest.mark.heavy
def test_a_hundred_thousand_guesses_tell_nothing(there: Town) -> None:
    assert walked(there, ALL) <= asking.BY_NUMBER.misses.size + 4


@pytest.mark.heavy
@pytest.mark.parametrize("place", PLACES)
def test_a_long_look_at_the_clock_tells_nothing(unlimited: Town, place: str) -> None:
    found = abs(share_longer(*timed(questions(unlimited)[place], ALL // 40)) - 0.5)
    assert found <= LEARNT, f"a bot is right {50 + 100 * found:.2f} % of the time"
