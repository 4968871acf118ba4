"""The work lists of a finished run: for each commune one workbook with what it has to do, in the order to do it."""

from sosach.engine.worklists.write import WorklistSummary, write_worklists

__all__ = ["WorklistSummary", "write_worklists"]
