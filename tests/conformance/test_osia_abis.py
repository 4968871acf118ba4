"""The matcher elsewhere (OSIA ABIS 1.6.0): asked by us, answering at once or by call-back, silent, failing, wrong."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from tests.conformance import cards_world
from tests.conformance.abis_world import TOKEN, Abis
from tests.conformance.cards_world import EVERYONE, now
from tests.conformance.conftest import Registry

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.exchange.models import MatcherTask
from sosach.domain.exchange.operations.matching import MATCHER
from sosach.domain.exchange.rules.matching import LONGEST_SILENCE, Stage, rest_after
from sosach.domain.idcards.models import Application, Doubt, Packet
from sosach.domain.idcards.operations.applying import open_application
from sosach.domain.idcards.operations.capturing import capture
from sosach.domain.idcards.operations.deciding import refuse
from sosach.domain.idcards.operations.preparing import prepare
from sosach.domain.idcards.operations.screening import screen
from sosach.domain.idcards.rules.applications import Channel, Ground, Kind, Wanted
from sosach.domain.idcards.rules.enrolment import FINGERS, Absence, Shot
from sosach.jobs import matching
from sosach.synth import faces

WANTED = Wanted(kind=Kind.FIRST, ground=Ground.NONE_YET, channel=Channel.OFFICE, office=cards_world.COMMUNE)
ABSENT = {
    **dict.fromkeys(FINGERS, Absence.MISSING),
    "iris-right": Absence.NO_DEVICE,
    "iris-left": Absence.NO_DEVICE,
}


@pytest.fixture(scope="module")
def pins(registry: Registry) -> Iterator[list[str]]:
    del registry
    with override_settings(SOSACH_CARD_MATCHER=matching.NAME, SOSACH_URL="http://testserver"):
        yield cards_world.people(12, first=1)


@pytest.fixture
def abis() -> Iterator[Abis]:
    with Abis() as found:
        yield found
        assert found.faults == []


@pytest.fixture
def matcher(abis: Abis, tmp_path: Path) -> matching.Matcher:
    token = tmp_path / "token"
    token.write_text(TOKEN + "\n")
    return matching.Matcher(abis.address, "http://testserver", token, 3500)


def order(reason: str = "") -> Order:
    return Order(EVERYONE, now(), {"paper": "1"}, reason)


def captured(pin: str, face: int) -> int:
    """Somebody applies and is captured; the matcher is to be asked."""
    made = open_application(order(), pin=pin, wanted=WANTED)
    pictures = [prepare(Shot("face", faces.face(face)))]
    capture(order(), application_id=made.pk, pictures=pictures, absent=ABSENT, features="", device="TRAM-07")
    screen(order(), application_id=made.pk)
    assert state(made.pk) == "screening"
    return int(made.pk)


def state(application: int) -> str:
    with acting(EVERYONE):
        return str(Application.objects.get(pk=application).state)


def task(application: int) -> MatcherTask:
    with acting(MATCHER):
        return MatcherTask.objects.get(packet__application=application)


def ask(matcher: matching.Matcher, *, later: timedelta = timedelta(0)) -> int:
    return matching.ask_matcher(matcher, clock=lambda: now() + later)


def call_back(owed: tuple[str, dict[str, str], Any], *, kind: str = "application/json", **told: str) -> HttpResponse:
    """The matcher brings an answer."""
    address, query, content = owed
    client = Client(raise_request_exception=False)
    return client.generic("POST", urlsplit(address).path, json.dumps(content), kind, query_params=query | told)


def forgotten(*applications: int) -> None:
    """Nobody is asked about these any more, so that tests do not meet."""
    with acting(MATCHER):
        MatcherTask.objects.filter(packet__application__in=applications).update(stage=Stage.GONE.value)
    for one in applications:
        if state(one) in {"screening", "doubted", "clear"}:
            refuse(order("test is over"), application_id=one)


def test_who_looks_like_nobody_is_clear_and_who_looks_like_another_is_in_doubt(
    pins: list[str], abis: Abis, matcher: matching.Matcher
) -> None:
    first = captured(pins[0], 60)
    assert ask(matcher) == 2  # put in, looked for
    assert state(first) == "clear"
    second = captured(pins[1], 60)
    assert ask(matcher) == 2
    assert state(second) == "doubted"
    with acting(EVERYONE):
        (doubt,) = Doubt.objects.filter(application=second)
        assert (doubt.matcher, doubt.slots) == (matching.NAME, ["face"])
        assert doubt.other_packet.application_id == first
        assert 0.5 < doubt.score < 1
    assert ask(matcher) == 0
    names = json.dumps([[key, person] for key, (person, _) in abis.held.items()])
    assert not any(pin in names for pin in pins)
    forgotten(first, second)


def test_answers_come_by_call_back_once(pins: list[str], abis: Abis, matcher: matching.Matcher) -> None:
    abis.later = True
    one = captured(pins[2], 61)
    assert ask(matcher) == 1
    inserted = abis.owed.pop()
    assert ask(matcher) == 0  # it works on it
    assert call_back(inserted).status_code == 204
    assert ask(matcher) == 1
    identified = abis.owed.pop()
    assert call_back(inserted).status_code == 204  # again: of the stage before
    assert state(one) == "screening"
    assert call_back(identified, taskId="another").status_code == 403
    assert call_back(identified, transactionId="another").status_code == 403
    assert call_back((identified[0], identified[1], {"no": "list"})).status_code == 400
    assert call_back((identified[0], identified[1], [{"personId": "x"}])).status_code == 400
    assert state(one) == "screening"
    assert [call_back(identified).status_code for _ in range(2)] == [204, 204]
    assert state(one) == "clear"
    forgotten(one)


def test_nobody_else_is_heard(pins: list[str], abis: Abis, matcher: matching.Matcher) -> None:
    abis.later = True
    one = captured(pins[3], 62)
    ask(matcher)
    address, query, told = abis.owed.pop()
    stranger = address.rpartition("/")[0] + f"/{uuid4()}"
    assert call_back((stranger, query, told)).status_code == 403
    assert call_back((address, {}, told)).status_code == 400
    assert call_back((address, query, told), kind="text/plain").status_code == 400
    assert Client().get(urlsplit(address).path).status_code == 405
    assert task(one).stage == Stage.INSERT
    forgotten(one)


def test_an_error_by_call_back_is_asked_again_after_a_rest(
    pins: list[str], abis: Abis, matcher: matching.Matcher
) -> None:
    abis.later = True
    one = captured(pins[4], 63)
    ask(matcher)
    address, query, _ = abis.owed.pop()
    fault = (address, query, {"code": 7, "message": "no"})
    assert call_back(fault, kind="application/error+json").status_code == 204
    assert task(one).error == "error-7"
    assert ask(matcher) == 0
    assert ask(matcher, later=rest_after(1) + timedelta(seconds=1)) == 2  # it had put it in all the same
    forgotten(one)


def test_a_matcher_that_fails_is_left_alone_longer_and_longer(
    pins: list[str], abis: Abis, matcher: matching.Matcher
) -> None:
    abis.failing = 503
    one = captured(pins[5], 64)
    assert ask(matcher) == 1
    assert (task(one).error, task(one).tries) == ("status-503", 1)
    assert ask(matcher) == 0
    assert ask(matcher, later=timedelta(seconds=11)) == 1
    assert task(one).tries == 2
    abis.failing = 0
    assert ask(matcher, later=timedelta(minutes=5)) == 2
    assert state(one) == "clear"
    forgotten(one)


def test_nobody_there(pins: list[str], matcher: matching.Matcher, abis: Abis) -> None:
    del abis
    one = captured(pins[6], 65)
    gone = matching.Matcher("http://127.0.0.1:9", "http://testserver", matcher.token, 3500)
    assert ask(gone) == 1
    assert task(one).error == "unreached"
    assert state(one) == "screening"
    forgotten(one)


def test_a_silent_matcher_is_asked_how_far_it_is_and_to_say_it_again(
    pins: list[str], abis: Abis, matcher: matching.Matcher
) -> None:
    abis.later = True
    one = captured(pins[7], 66)
    ask(matcher)
    silent = LONGEST_SILENCE + timedelta(seconds=1)
    assert ask(matcher, later=silent) == 1
    assert abis.asked[-1].startswith("GET /v1/tasks/")
    abis.words = "RESPONSE_ERROR"
    assert ask(matcher, later=2 * silent) == 1
    assert abis.asked[-1].endswith("/redeliver")
    assert call_back(abis.owed.pop()).status_code == 204
    assert task(one).stage == Stage.IDENTIFY
    forgotten(one)


def test_a_capture_it_holds_already_is_looked_for(pins: list[str], abis: Abis, matcher: matching.Matcher) -> None:
    one = captured(pins[8], 67)
    with acting(EVERYONE):
        packet = Packet.objects.get(application=one)
    abis.held[f"E{packet.pk}"] = (f"P{packet.person_id}", [])
    assert ask(matcher) == 2
    assert state(one) == "clear"
    forgotten(one)


def test_a_candidate_nobody_knows_stops_the_application(pins: list[str], abis: Abis, matcher: matching.Matcher) -> None:
    one = captured(pins[9], 68)
    abis.found = lambda _: [{"personId": "P999999", "rank": 1, "score": 9000}]  # type: ignore[method-assign] # a wrong answer
    ask(matcher)
    assert state(one) == "screening"
    assert task(one).error == "unknown-candidate"
    forgotten(one)


def test_what_we_keep_no_longer_the_matcher_forgets(pins: list[str], abis: Abis, matcher: matching.Matcher) -> None:
    one = captured(pins[10], 69)
    ask(matcher)
    assert len(abis.held) == 1
    refuse(order("does not qualify"), application_id=one)
    assert ask(matcher) == 1
    assert abis.held == {}
    assert task(one).stage == Stage.GONE
    assert ask(matcher) == 0


def test_an_address_in_the_clear_is_refused() -> None:
    for address, threshold in (("http://abis.example.vn", 1.0), ("abis", 1.0), ("https://abis.example.vn", 0.0)):
        with pytest.raises(SosachError):
            matching.Matcher(address, "https://sosach.example.vn", None, threshold)


def test_without_a_matcher_in_the_settings_nobody_is_asked() -> None:
    with override_settings(SOSACH_CARD_MATCHER=""):
        assert matching.ask_when_set(now()) == 0
