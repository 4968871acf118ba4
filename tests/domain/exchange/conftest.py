"""Two installations for the tests of this folder, made once per worker."""

from collections.abc import Iterator

import pytest
from tests.domain.exchange.levels import Levels, two_installations

from sosach.site.embedded import EmbeddedServer


@pytest.fixture(scope="session")
def levels(server: EmbeddedServer, database: str) -> Iterator[Levels]:
    """The province Hà Nội and the nation; tests work with people of their own."""
    with two_installations(server, database) as found:
        yield found
