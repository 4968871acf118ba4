"""The pages of ID cards on one day, with keys of the test's own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import override_settings
from tests.web.cards.story import Bureau

from sosach.web.frame import clock

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday, ten in the morning in Viet Nam


@pytest.fixture
def bureau(db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bureau]:
    """Everybody at the desk."""
    del db
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with override_settings(SOSACH_CARD_PKI=str(tmp_path / "pki"), SOSACH_CARD_PASSPHRASE=tmp_path.name):
        yield Bureau.opened()
