"""Pictures of people at rest: sealed under keys of their own."""

from sosach.chip.sealing.seals import Sealed, open_, rewrap, seal

__all__ = ["Sealed", "open_", "rewrap", "seal"]
