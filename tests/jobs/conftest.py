"""The role of background work, as tests of jobs speak."""

from collections.abc import Iterator

import pytest
from django.db import connection
from tests.jobs.subscriber import Subscriber

from sosach.site.databases import DbRole, connection_settings


@pytest.fixture
def jobs(committed: str) -> Iterator[str]:
    """The connection of the tests speaks as the role of background work; the name of its database."""
    own = connection_settings(DbRole.JOBS)  # with its limits: it may take longer than a page
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD", "OPTIONS")}
    connection.close()
    connection.settings_dict.update({name: own[name] for name in before})
    yield committed
    connection.close()
    connection.settings_dict.update(before)


@pytest.fixture
def listening(jobs: str) -> Iterator[Subscriber]:
    """A subscriber that listens."""
    del jobs
    with Subscriber() as found:
        yield found
