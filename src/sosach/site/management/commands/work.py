"""`sosach work`: one worker of the queue."""

import asyncio
import logging
from types import TracebackType

from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from sosach.jobs.punctual import work
from sosach.site.fitness import facts, require_durable
from sosach.site.management.site_command import SiteCommand
from sosach.web.problems import story

HEARTBEAT_SECONDS = 5.0
_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Tells of a failed job its kind and where it failed: the message of an error may quote values of people."""

    def formatException(self, ei: _Failure) -> str:  # noqa: N802 - the name logging asks for
        """The failure in one line."""
        return story(ei[1])


def log_discreetly() -> None:
    """What the queue has to say goes to standard error, without messages of errors."""
    log, handler = logging.getLogger("procrastinate"), logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(Discreet("%(levelname)s %(name)s: %(message)s"))
    log.handlers, log.propagate = [handler], False


class Command(SiteCommand):
    """Work until stopped, or until nothing waits."""

    def carry_out(self, *, lang: str, once: bool) -> None:
        """Work on a connection of the worker's own."""
        del lang
        require_durable(facts())
        log_discreetly()
        with app.replace_connector(PsycopgConnector(kwargs=connector_params())) as worker:
            told = {"wait": not once, "update_heartbeat_interval": HEARTBEAT_SECONDS, "delete_jobs": "never"}
            asyncio.run(work(worker, **told))
