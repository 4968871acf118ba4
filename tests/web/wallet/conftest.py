"""Somebody with a card in force, and one clock for pages and wallets."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.domain.idcards.holding import HolderOfCard, holding
from tests.domain.idcards.works import moment

from sosach.web.frame import clock
from sosach.web.wallet import answering, press

NOW = moment() + timedelta(hours=1)


@pytest.fixture
def holder(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HolderOfCard:
    """Somebody with a card; keys of this test alone, made on the day of the test's clock."""
    del db
    monkeypatch.setattr("django.conf.settings.SOSACH_CARD_KEYS", tmp_path / "card-keys")
    monkeypatch.setattr("django.conf.settings.SOSACH_TWINS", tmp_path / "twins")
    monkeypatch.setattr(press, "made_at", lambda: NOW)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(answering, "now", lambda: NOW)
    return holding()
