"""A town, and the clock of the pages a day after it was founded."""

from datetime import timedelta

import pytest
from tests.domain.vehicles.town import DAY
from tests.web.portal.people import Town

from sosach.web.frame import clock


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Three people of a commune; pages are opened the day after."""
    del db
    monkeypatch.setattr(clock, "now", lambda: DAY + timedelta(days=1))
    return Town.founded()
