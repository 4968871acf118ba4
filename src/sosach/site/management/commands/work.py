"""`sosach work`: one worker of the queue."""

from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from sosach.site.fitness import facts, require_durable
from sosach.site.management.site_command import SiteCommand

HEARTBEAT_SECONDS = 5.0


class Command(SiteCommand):
    """Work until stopped, or until nothing waits."""

    def carry_out(self, *, lang: str, once: bool) -> None:
        """Work on a connection of the worker's own."""
        del lang
        require_durable(facts())
        with app.replace_connector(PsycopgConnector(kwargs=connector_params())) as worker:
            worker.run_worker(wait=not once, update_heartbeat_interval=HEARTBEAT_SECONDS, delete_jobs="never")
