"""Procedures of the licence register."""

from sosach.domain.licences.operations.corrections import (
    correct,
    correct_class,
    enter_from_ledger,
    link_holder,
    retract_entry,
)
from sosach.domain.licences.operations.exchanging import Given, convert_paper, exchange, reissue
from sosach.domain.licences.operations.holders import (
    follow_residence,
    holder_died,
    holder_lives,
    repoint_back,
    repoint_holder,
)
from sosach.domain.licences.operations.issuing import add_class, issue, issue_electronic
from sosach.domain.licences.operations.points import (
    Violation,
    deduct_points,
    expire_due,
    restore_points_by_test,
    restore_points_due,
)
from sosach.domain.licences.operations.sanctions import give_back, hold, release, report_lost, revoke, suspend

__all__ = [
    "Given",
    "Violation",
    "add_class",
    "convert_paper",
    "correct",
    "correct_class",
    "deduct_points",
    "enter_from_ledger",
    "exchange",
    "expire_due",
    "follow_residence",
    "give_back",
    "hold",
    "holder_died",
    "holder_lives",
    "issue",
    "issue_electronic",
    "link_holder",
    "reissue",
    "release",
    "repoint_back",
    "repoint_holder",
    "report_lost",
    "restore_points_by_test",
    "restore_points_due",
    "retract_entry",
    "revoke",
    "suspend",
]
