"""Takes an application in for a partner, or remembers what is to be kept of somebody no card can be made for."""

from dataclasses import replace
from uuid import uuid4

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.exchange.rules.card_requests import Applicant
from sosach.domain.idcards.models import Application
from sosach.domain.idcards.operations.applying import open_application, turn_away
from sosach.domain.idcards.operations.moving import ApplicantRefusedError
from sosach.domain.idcards.rules.applications import Wanted


class TurnedAwayError(SosachError):
    """STATE-02: no card can be made for this person now; whoever asks keeps the attempt once all else is undone."""

    def __init__(self, refused: ApplicantRefusedError, applicant: Applicant, wanted: Wanted) -> None:
        super().__init__(
            ErrorCode.STATE_FORBIDS, vi=refused.vi, en=refused.en, hint_vi=refused.hint_vi, hint_en=refused.hint_en
        )
        self.problems, self.applicant, self.wanted = refused.problems, applicant, wanted


def taken_in(order: Order, *, applicant: Applicant, wanted: Wanted) -> Application:
    """An application of somebody, under an act of its own.

    Raises:
        TurnedAwayError: no card can be made for this person now.
        SosachError: as `open_application`.
    """
    act = replace(order, act=uuid4())
    try:
        return open_application(act, pin=applicant.pin, wanted=wanted, stated=applicant.stated, key=uuid4())
    except ApplicantRefusedError as refused:
        raise TurnedAwayError(refused, applicant, wanted) from None


def keep_attempt(order: Order, refused: TurnedAwayError) -> None:
    """Keep that somebody came in vain, and why."""
    act = replace(order, act=uuid4())
    turn_away(act, pin=refused.applicant.pin, wanted=refused.wanted, problems=refused.problems)
