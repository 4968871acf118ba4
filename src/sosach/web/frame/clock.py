"""The clock of pages: read here and nowhere below."""

from datetime import UTC, datetime


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)
