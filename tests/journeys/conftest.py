"""A browser, and the pages served to it from a database of the test's own: what a journey needs.

A journey asks for `visit` (and `site`, which it includes): ``page = visit()`` is a phone speaking Vietnamese; ``visit(width=1280)`` a desk;
``visit(language="en")``, ``visit(javascript=False)`` as they say. Data made before or meanwhile with the verbs of the domain are committed.
``tests/journeys/browser.py`` has `sign_in_citizen`, `sign_in_officer`, `axe`, `Keyboard`. After the test no page may have asked
another server, broken the rules of the pages, or failed in its scripts; both are looked at without being asked for.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.journeys.browser import PHONE, Visits

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Playwright keeps a loop running in the thread of the tests; the database is used from it all the same, one step after the other.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


class Quiet(WSGIRequestHandler):
    """Says nothing about requests."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - Django's name
        """Nothing."""


class ServedServer(ThreadedWSGIServer):
    """Serves on a free port of this machine."""

    daemon_threads = True


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """Where the pages are; they read and write whichever database the test at hand has."""
    server = ServedServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no browser: chromium is not installed")
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-background-networking", "--disable-gpu", "--force-color-profile=srgb"]
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield running
        running.close()


@pytest.fixture
def site(committed: str, served: str) -> str:
    """The address of the pages, on a database of the test's own in which commits are commits."""
    del committed
    return served


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens a browser of one's own, as another person with another device would; as often as needed."""
    visits = Visits(browser, site)

    def visited(*, width: int = PHONE, language: str = "vi", javascript: bool = True) -> Page:
        return visits.open(width=width, language=language, javascript=javascript)

    yield visited
    visits.close()
