"""Writes of this subject, and the door through which every register is changed."""

from sosach.domain.access.operations.gate import Done, Order, operation
from sosach.domain.access.operations.own_matters import require_other

__all__ = ["Done", "Order", "operation", "require_other"]
