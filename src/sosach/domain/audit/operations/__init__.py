"""Writes into the evidence log: events in the transaction of what they tell of, and the seals over them."""

from sosach.domain.audit.operations.recording import Act, record

__all__ = ["Act", "record"]
