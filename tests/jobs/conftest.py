"""The role of background work, as tests of jobs speak."""

from collections.abc import Iterator

import pytest
from django.db import connection
from tests.jobs.subscriber import Subscriber

from sosach.site.databases import DbRole, role_name, role_passwords, state_folder


@pytest.fixture
def jobs(committed: str) -> Iterator[str]:
    """The connection of the tests speaks as the role of background work; the name of its database."""
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connection.close()
    password = role_passwords(state_folder())[DbRole.JOBS]
    connection.settings_dict.update(USER=role_name(DbRole.JOBS), PASSWORD=password)
    yield committed
    connection.close()
    connection.settings_dict.update(before)


@pytest.fixture
def listening(jobs: str) -> Iterator[Subscriber]:
    """A subscriber that listens."""
    del jobs
    with Subscriber() as found:
        yield found
