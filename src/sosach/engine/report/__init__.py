"""The report of a finished run: figures from its files, drawn and written as one page that opens offline."""

from sosach.engine.report.page import write_report

__all__ = ["write_report"]
