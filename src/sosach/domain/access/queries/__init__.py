"""Reads of this subject, and the door through which people's data are read."""

from sosach.domain.access.queries.gate import Look, Seen, acting, reading, require, scoped

__all__ = ["Look", "Seen", "acting", "reading", "require", "scoped"]
