"""Who is let in when there are more than places: officers keep theirs, everybody else is told at once when to come again."""

import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from sosach.web.admission import FIRST_WAIT, LAST_WAIT, Admission, Admitting

OPEN, DESK = "/api/v1/persons/x/declarations", "/ban-lam-viec/"
BATCHES = "/exchange/levels/batches"
LONGEST = 60  # seconds that anything may take


class Slow:
    """An application that answers when it is told to."""

    def __init__(self) -> None:
        self.inside, self.go = threading.Semaphore(0), threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.inside.release()
        assert self.go.wait(LONGEST)
        if environ["PATH_INFO"].endswith("fails"):
            raise ZeroDivisionError
        start_response("200 OK", [])
        return [b"in"]


def asked(application: Admitting, path: str, **environ: str) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []
    body = b"".join(application({"PATH_INFO": path, **environ}, lambda status, headers: told.extend([status, headers])))
    return told[0], dict(told[1]), body


def held(application: Admitting, slow: Slow, *paths: str) -> list[threading.Thread]:
    """Requests that are inside until `slow.go`."""

    def ask(path: str) -> None:
        try:
            asked(application, path)
        except ZeroDivisionError:
            assert path.endswith("fails")

    threads = [threading.Thread(target=ask, args=[path], daemon=True) for path in paths]
    for thread in threads:
        thread.start()
        assert slow.inside.acquire(timeout=LONGEST)
    return threads


def test_officers_have_room_when_everybody_else_finds_none() -> None:
    slow = Slow()
    application = Admitting(slow, Admission(places=3, reserved=1))
    threads = held(application, slow, OPEN, OPEN)
    status, headers, body = asked(application, OPEN)
    assert status.startswith("503")
    assert FIRST_WAIT <= int(headers["Retry-After"]) <= LAST_WAIT
    assert json.loads(body)["code"] == "SERVER-02"
    threads += held(application, slow, DESK)
    assert asked(application, DESK)[0].startswith("503")  # there is an end to their room, too
    slow.go.set()
    for thread in threads:
        thread.join(LONGEST)
    assert asked(application, OPEN)[0] == "200 OK"


def test_who_fails_gives_the_place_back() -> None:
    slow = Slow()
    application = Admitting(slow, Admission(places=2, reserved=1))
    threads = held(application, slow, "/fails")
    slow.go.set()
    threads[0].join(LONGEST)
    assert asked(application, OPEN)[0] == "200 OK"


def test_people_read_a_page_in_both_languages_and_programs_a_problem() -> None:
    slow = Slow()
    application = Admitting(slow, Admission(places=1, reserved=0))
    threads = held(application, slow, OPEN)
    _, headers, body = asked(application, "/cong-dan/")
    assert headers["Content-Type"].startswith("text/html")
    assert headers["Content-Length"] == str(len(body))
    assert headers["Retry-After"] in body.decode()
    assert "Đang có rất nhiều người dùng" in body.decode()
    problem = json.loads(asked(application, OPEN, HTTP_ACCEPT_LANGUAGE="vi")[2])
    assert problem["title"].startswith("Máy chủ đang quá tải")
    slow.go.set()
    threads[0].join(LONGEST)


def test_a_backlog_of_the_other_level_leaves_room_for_everybody_else() -> None:
    slow = Slow()
    application = Admitting(slow, Admission(places=6, reserved=1, batches=2))
    threads = held(application, slow, BATCHES, BATCHES)
    status, headers, body = asked(application, BATCHES)
    assert (status[:3], json.loads(body)["code"]) == ("503", "SERVER-02")
    assert int(headers["Retry-After"]) >= FIRST_WAIT
    threads += held(application, slow, OPEN, OPEN, OPEN, DESK)
    slow.go.set()
    for thread in threads:
        thread.join(LONGEST)
    assert asked(application, BATCHES)[0] == "200 OK"


@pytest.mark.parametrize("path", ["/static/frame.0d5c.css", "/api/v1/health"])
def test_what_costs_nothing_needs_no_place(path: str) -> None:
    slow = Slow()
    application = Admitting(slow, Admission(places=1, reserved=0))
    threads = [*held(application, slow, OPEN), *held(application, slow, path)]
    slow.go.set()
    for thread in threads:
        thread.join(LONGEST)


@pytest.mark.parametrize(("places", "reserved"), [(1, 1), (0, 0), (2, 3)])
def test_somebody_has_to_find_a_place(places: int, reserved: int) -> None:
    with pytest.raises(ValueError, match="find a place"):
        Admission(places=places, reserved=reserved)
