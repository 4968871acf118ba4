"""States of an application for a card, and the one table of steps between them."""

from enum import StrEnum


class State(StrEnum):
    """How far an application has come."""

    WAITING_DATA = "waiting_data"  # the population register is to be put right first; the clock stands still
    AWAITED = "awaited"  # the citizen has to come to be captured; the clock stands still
    OPEN = "open"  # the citizen is there: capture
    CAPTURED = "captured"  # a packet is whole and good: to be compared with everybody
    SCREENING = "screening"  # a matcher elsewhere was asked and has not answered
    DOUBTED = "doubted"  # the pictures look like another record's: two people judge
    BARRED = "barred"  # they are another record's: refused, or compared again after the records were merged
    CLEAR = "clear"  # to be approved
    APPROVED = "approved"  # a card is to be made
    MADE = "made"  # a card is in work
    DONE = "done"  # the card was handed over
    REFUSED = "refused"  # form CC03
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # nobody can be given a card any more (`rules.endings.Ending`); the clock stands still


class Step(StrEnum):
    """What moves an application."""

    DATA_RIGHT = "data_right"
    SEND_FOR_DATA = "send_for_data"
    SUMMON = "summon"  # the citizen has to come (again)
    COME = "come"
    CAPTURE = "capture"
    REUSE = "reuse"  # the last pictures are used, or none are needed
    ASK = "ask"  # a matcher elsewhere was asked
    ALIKE = "alike"
    UNLIKE = "unlike"
    SAME = "same"
    DIFFERENT = "different"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    MAKE = "make"  # a job took it
    MAKE_AGAIN = "make_again"  # the card failed, or the job was given up
    HAND_OVER = "hand_over"
    TRANSFER = "transfer"  # another office goes on with it
    LAPSE = "lapse"  # its person died, its record became another's …
    REVIVE = "revive"  # that was taken back; where to, `revived` says


CLOSED = frozenset({State.DONE, State.REFUSED, State.WITHDRAWN, State.LAPSED})
PAUSED = frozenset({State.WAITING_DATA, State.AWAITED})
STOPPED = PAUSED | {State.LAPSED}  # the clock stands still
IN_DOUBT = frozenset({State.DOUBTED, State.BARRED})  # its pictures are evidence: refused or withdrawn, they stay sealed
BEFORE_CAPTURE = frozenset({State.WAITING_DATA, State.AWAITED, State.OPEN})
BEFORE_APPROVAL = frozenset(State) - CLOSED - {State.APPROVED, State.MADE}

_CAPTURE = {State.OPEN: State.CAPTURED}
_SCREENED = frozenset({State.CAPTURED, State.SCREENING, State.BARRED})
_AFTER_CAPTURE = _SCREENED | {State.DOUBTED, State.CLEAR, State.APPROVED, State.MADE}
STEPS: dict[Step, dict[State, State]] = {
    Step.DATA_RIGHT: {State.WAITING_DATA: State.AWAITED},
    Step.SEND_FOR_DATA: dict.fromkeys(BEFORE_APPROVAL - {State.WAITING_DATA}, State.WAITING_DATA),
    Step.SUMMON: {State.OPEN: State.AWAITED, State.CAPTURED: State.AWAITED, State.CLEAR: State.AWAITED},
    Step.COME: {State.AWAITED: State.OPEN},
    Step.CAPTURE: _CAPTURE,
    Step.REUSE: {State.OPEN: State.CLEAR, State.AWAITED: State.CLEAR},
    Step.ASK: {State.CAPTURED: State.SCREENING, State.BARRED: State.SCREENING},
    Step.ALIKE: dict.fromkeys(_SCREENED, State.DOUBTED),
    Step.UNLIKE: dict.fromkeys(_SCREENED, State.CLEAR),
    Step.SAME: {State.DOUBTED: State.BARRED},
    Step.DIFFERENT: {State.DOUBTED: State.CLEAR},
    Step.APPROVE: {State.CLEAR: State.APPROVED},
    Step.REFUSE: dict.fromkeys(BEFORE_APPROVAL, State.REFUSED),
    Step.WITHDRAW: dict.fromkeys(BEFORE_APPROVAL, State.WITHDRAWN),
    Step.MAKE: {State.APPROVED: State.MADE},
    Step.MAKE_AGAIN: {State.MADE: State.APPROVED},
    Step.HAND_OVER: {State.MADE: State.DONE},
    # while two people judge whose pictures they are, nobody takes it out of their hands
    Step.TRANSFER: {state: state for state in sorted(BEFORE_APPROVAL - IN_DOUBT)},
    Step.LAPSE: dict.fromkeys(frozenset(State) - CLOSED, State.LAPSED),
    Step.REVIVE: {},
}


def after(state: State, step: Step) -> State | None:
    """The state a step leads to; None: the step is not possible.

    >>> after(State.CLEAR, Step.APPROVE), after(State.OPEN, Step.APPROVE)
    (<State.APPROVED: 'approved'>, None)
    """
    return STEPS[step].get(state)


def may_ask_for_transfer(state: State, *, captured: bool) -> bool:
    """Whether the applicant may take an application to another office: as long as nothing was captured for it.

    Args:
        state: where it is.
        captured: whether there is a good capture of its own.

    >>> may_ask_for_transfer(State.AWAITED, captured=False), may_ask_for_transfer(State.CLEAR, captured=True)
    (True, False)
    """
    return state in BEFORE_CAPTURE or (state is State.CLEAR and not captured)


def revived(before: State, *, pictures: bool, card: bool) -> State | None:
    """Where an application goes on that had lapsed; None: nowhere, for what was captured is gone.

    Args:
        before: where it was when it lapsed.
        pictures: what a card needs of pictures is there.
        card: a card of it is in work or on its way.

    >>> revived(State.MADE, pictures=True, card=False), revived(State.CLEAR, pictures=False, card=False)
    (<State.APPROVED: 'approved'>, None)
    """
    if before in _AFTER_CAPTURE and not pictures:
        return None
    if before is State.MADE and not card:
        return State.APPROVED
    # a matcher's answer may have come meanwhile, and was not taken: it is asked again
    return State.CAPTURED if before is State.SCREENING else before
