"""Answers to cases: given, confirmed by a second person, taken back; proven by a re-check that alone closes a case."""

from sosach.domain.campaign.operations.solving.answering import confirm, correct, refuse, solve, unsolve
from sosach.domain.campaign.operations.solving.proving import note_changed, prove, records_to_prove

__all__ = ["confirm", "correct", "note_changed", "prove", "records_to_prove", "refuse", "solve", "unsolve"]
