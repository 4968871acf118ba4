"""The clock of pages, programs and wallets: read here and nowhere else in `web`."""

from datetime import UTC, datetime


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)
