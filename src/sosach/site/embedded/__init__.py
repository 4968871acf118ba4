"""The database that is simply there: PostgreSQL from the installed wheel, under our own supervision."""

from sosach.site.embedded.server import Address, EmbeddedServer

__all__ = ["Address", "EmbeddedServer"]
