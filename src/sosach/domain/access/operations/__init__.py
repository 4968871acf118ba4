"""Writes of this subject, and the door through which every register is changed."""

from sosach.domain.access.operations.gate import Done, Order, operation

__all__ = ["Done", "Order", "operation"]
