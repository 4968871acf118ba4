"""Writes of this subject: entries of the journal, what is judged and corrected, and the bridge from cleaning runs."""

from sosach.domain.provenance.operations.journal import enter_change, make_record, refold, retract

__all__ = ["enter_change", "make_record", "refold", "retract"]
