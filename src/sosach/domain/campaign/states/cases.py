"""States of a case: from the import of a finding to the record that is clean, as the campaign of 2025 works."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    IMPORTED = "imported"  # nobody works on it yet
    ASSIGNED = "assigned"  # on an officer's desk
    CONTACTED = "contacted"  # the owner was met or reached
    UNREACHABLE = "unreachable"  # nobody was met; a next visit is proposed
    DECLARED = "declared"  # the citizen has declared
    VERIFIED = "verified"  # an officer has compared claim, evidence and registers
    APPROVED = "approved"  # the chief has approved; the re-check is to say whether the record is clean
    RETURNED = "returned"  # sent back with a reason
    CONFLICT = "conflict"  # claims stand against each other
    MOVED = "moved"  # came from another commune, not taken on yet
    CLEANED = "cleaned"  # the re-check found nothing any more
    GONE = "gone"  # a later run raises nothing about the record, nobody had cleaned it


class Step(StrEnum):
    """What is done with a case."""

    ASSIGN = "assign"
    TAKE_BACK = "take_back"
    CONTACT = "contact"
    MISS = "miss"
    DECLARE = "declare"
    VERIFY = "verify"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    DISPUTE = "dispute"
    SETTLE = "settle"
    FORWARD = "forward"
    CLEAN = "clean"
    VANISH = "vanish"
    RAISE_AGAIN = "raise_again"


CLOSED = frozenset({State.CLEANED, State.GONE})
OPEN = frozenset(State) - CLOSED
# Nobody has spoken with the owner, and nothing is declared: whom phase one looks for.
TO_MOBILISE = frozenset({State.IMPORTED, State.ASSIGNED, State.UNREACHABLE, State.MOVED})
# Something lies with officers: a declaration to compare, or an approval to apply.
WITH_OFFICERS = frozenset({State.DECLARED, State.VERIFIED, State.APPROVED, State.CONFLICT, State.RETURNED})

_BEFORE_DECLARED = (State.IMPORTED, State.ASSIGNED, State.CONTACTED, State.UNREACHABLE, State.MOVED, State.RETURNED)
_ON_A_DESK = (State.ASSIGNED, State.CONTACTED, State.UNREACHABLE, State.RETURNED)
_WORKED_ON = (State.CONTACTED, State.DECLARED, State.VERIFIED, State.APPROVED, State.RETURNED, State.CONFLICT)


def _all(states: frozenset[State] | tuple[State, ...], to: State) -> dict[State, State]:
    return dict.fromkeys(states, to)


# Step → state before → state after; what is missing is impossible.
STEPS: Mapping[Step, Mapping[State, State]] = {
    # work that has begun keeps its state when another officer takes it over
    Step.ASSIGN: _all((State.IMPORTED, State.MOVED), State.ASSIGNED)
    | {state: state for state in OPEN - {State.IMPORTED, State.MOVED}},
    Step.TAKE_BACK: _all(_ON_A_DESK, State.IMPORTED),
    Step.CONTACT: _all(_BEFORE_DECLARED, State.CONTACTED)
    | {state: state for state in (State.DECLARED, State.VERIFIED, State.CONFLICT)},
    Step.MISS: _all((State.IMPORTED, State.ASSIGNED, State.UNREACHABLE, State.MOVED), State.UNREACHABLE)
    | {state: state for state in _WORKED_ON},
    Step.DECLARE: _all((*_BEFORE_DECLARED, State.DECLARED), State.DECLARED),
    # an officer may find the right value without any declaration: papers shown on a visit, the population register
    Step.VERIFY: _all(
        (State.ASSIGNED, State.CONTACTED, State.UNREACHABLE, State.DECLARED, State.RETURNED), State.VERIFIED
    ),
    Step.APPROVE: {State.VERIFIED: State.APPROVED},
    Step.SEND_BACK: _all((State.DECLARED, State.VERIFIED, State.APPROVED), State.RETURNED),
    Step.DISPUTE: _all(OPEN - {State.CONFLICT}, State.CONFLICT),
    Step.SETTLE: {State.CONFLICT: State.CONTACTED},
    Step.FORWARD: _all(OPEN - {State.APPROVED}, State.MOVED),
    # by the re-check alone: whatever led to it, the record is clean now
    Step.CLEAN: _all(OPEN - {State.CONFLICT}, State.CLEANED),
    Step.VANISH: _all(OPEN, State.GONE),
    Step.RAISE_AGAIN: _all(CLOSED, State.IMPORTED),
}


def after(state: State, step: Step) -> State | None:
    """The state after a step; None where the step is not possible.

    >>> after(State.VERIFIED, Step.APPROVE), after(State.IMPORTED, Step.APPROVE)
    (<State.APPROVED: 'approved'>, None)
    """
    return STEPS[step].get(state)


def possible(state: State) -> frozenset[Step]:
    """Steps that are possible in a state."""
    return frozenset(step for step, moves in STEPS.items() if state in moves)
