"""Answers to cases: given, confirmed by a second person, taken back; proven by a re-check that alone closes a case.

Safe classes are answered at once (`batches`); a share of all answers is put before somebody who has not seen them (`opinions`).
"""

from sosach.domain.campaign.operations.solving.answering import confirm, correct, refuse, solve, unsolve
from sosach.domain.campaign.operations.solving.batches import (
    Progress,
    agree_to_batch,
    carry_out_batch,
    look_at_sample,
    make_batch,
    undo_batch,
)
from sosach.domain.campaign.operations.solving.opinions import answer_opinion, draw_opinions, settle_disagreement
from sosach.domain.campaign.operations.solving.proving import note_changed, prove, records_to_prove

__all__ = [
    "Progress",
    "agree_to_batch",
    "answer_opinion",
    "carry_out_batch",
    "confirm",
    "correct",
    "draw_opinions",
    "look_at_sample",
    "make_batch",
    "note_changed",
    "prove",
    "records_to_prove",
    "refuse",
    "settle_disagreement",
    "solve",
    "undo_batch",
    "unsolve",
]
