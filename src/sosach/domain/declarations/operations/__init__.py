"""What may be done with declarations: by citizens, at the desk, by the calendar."""

from sosach.domain.declarations.operations.deciding import (
    approve,
    ask_back,
    clear_conflict,
    forward,
    mark_conflict,
    note_visit,
    refuse,
    verify,
)
from sosach.domain.declarations.operations.drafting import (
    CleanPhoto,
    Draft,
    attach,
    message,
    remove_photo,
    save_draft,
    start_draft,
)
from sosach.domain.declarations.operations.objecting import decide_objection, object_to, withdraw_objection
from sosach.domain.declarations.operations.people import repoint_back, repoint_person
from sosach.domain.declarations.operations.reminding import remind_due
from sosach.domain.declarations.operations.retracting import ask_retraction, retract
from sosach.domain.declarations.operations.signing import receipt_keys, receipt_signer
from sosach.domain.declarations.operations.submitting import answer, declare, submit, withdraw

__all__ = [
    "CleanPhoto",
    "Draft",
    "answer",
    "approve",
    "ask_back",
    "ask_retraction",
    "attach",
    "clear_conflict",
    "decide_objection",
    "declare",
    "forward",
    "mark_conflict",
    "message",
    "note_visit",
    "object_to",
    "receipt_keys",
    "receipt_signer",
    "refuse",
    "remind_due",
    "remove_photo",
    "repoint_back",
    "repoint_person",
    "retract",
    "save_draft",
    "start_draft",
    "submit",
    "verify",
    "withdraw",
    "withdraw_objection",
]
