"""Life of one card, from the blank reserved for it to its destruction, and what each step makes of the blank's state.

Legal source: Law 26/2023/QH15 art. 24 (exchange, reissue), 26 (7 working days), 29 (revoked, held, given back).
"""

from collections.abc import Iterable
from enum import StrEnum

from sosach.domain.idcards.states.blanks import BlankState


class CardState(StrEnum):
    """Where a card is in its life."""

    PLANNED = "planned"  # a blank is reserved for it
    SIGNED = "signed"  # its data are made and signed
    IN_WORK = "in_work"  # with the machine
    PERSONALISED = "personalised"  # the machine says it is good
    ACCEPTED = "accepted"  # let go by the quality station
    DISPATCHED = "dispatched"  # on the way to the office
    AT_OFFICE = "at_office"  # waits for its holder
    ACTIVE = "active"  # handed over
    HELD = "held"  # art. 29.2: kept by an authority while its holder is in custody
    LOST = "lost"  # reported lost by its holder
    DAMAGED = "damaged"  # cannot be used any more
    REPLACED = "replaced"  # another card took its place
    EXPIRED = "expired"
    REVOKED = "revoked"  # art. 29.1
    ENDED = "ended"  # its holder died, or the record became another's
    RECOVERED = "recovered"  # no longer valid, and back in our hands
    DESTROYED = "destroyed"
    SPOILED = "spoiled"  # did not become a good card
    ASTRAY = "astray"  # went missing before it was handed over
    VOID = "void"  # never made: its blank went back into stock


class CardStep(StrEnum):
    """What happens to a card."""

    SIGN = "sign"
    RELEASE = "release"
    CANCEL = "cancel"
    MADE = "made"
    SPOIL = "spoil"
    ACCEPT = "accept"
    DISPATCH = "dispatch"
    ARRIVE = "arrive"
    GO_ASTRAY = "go_astray"
    HAND_OVER = "hand_over"
    HOLD = "hold"
    GIVE_BACK = "give_back"
    REPORT_LOST = "report_lost"
    REPORT_DAMAGED = "report_damaged"
    FIND = "find"
    REPLACE = "replace"
    EXPIRE = "expire"
    REVOKE = "revoke"
    END = "end"
    RESTORE = "restore"  # back to where it was before it ended
    RECOVER = "recover"
    DESTROY = "destroy"


_S = CardState
VALID = frozenset({_S.ACTIVE})  # who shows it is its holder, and it counts as a card
# Whoever has one of these has a card: nobody has two at any instant.
PRESENT = frozenset({_S.ACTIVE, _S.HELD})
# No longer valid or lost for good, after it had been its holder's.
PAST = frozenset({_S.LOST, _S.DAMAGED, _S.REPLACED, _S.EXPIRED, _S.REVOKED, _S.ENDED, _S.RECOVERED, _S.DESTROYED})
IN_PRODUCTION = frozenset({_S.PLANNED, _S.SIGNED, _S.IN_WORK, _S.PERSONALISED})
ON_THE_WAY = frozenset({_S.ACCEPTED, _S.DISPATCHED, _S.AT_OFFICE})
# Nothing came of it, and its application needs another card.
FAILED = frozenset({_S.SPOILED, _S.ASTRAY, _S.VOID})
_HOLDERS = PRESENT | {_S.LOST, _S.DAMAGED}

STEPS: dict[CardStep, tuple[frozenset[CardState], CardState | None]] = {
    CardStep.SIGN: (frozenset({_S.PLANNED}), _S.SIGNED),
    CardStep.RELEASE: (frozenset({_S.SIGNED}), _S.IN_WORK),
    CardStep.CANCEL: (frozenset({_S.PLANNED, _S.SIGNED}), _S.VOID),
    CardStep.MADE: (frozenset({_S.IN_WORK}), _S.PERSONALISED),
    CardStep.SPOIL: (frozenset({_S.IN_WORK, _S.PERSONALISED}) | ON_THE_WAY, _S.SPOILED),
    CardStep.ACCEPT: (frozenset({_S.PERSONALISED}), _S.ACCEPTED),
    CardStep.DISPATCH: (frozenset({_S.ACCEPTED}), _S.DISPATCHED),
    CardStep.ARRIVE: (frozenset({_S.DISPATCHED}), _S.AT_OFFICE),
    CardStep.GO_ASTRAY: (frozenset({_S.IN_WORK, _S.PERSONALISED}) | ON_THE_WAY, _S.ASTRAY),
    CardStep.HAND_OVER: (frozenset({_S.AT_OFFICE}), _S.ACTIVE),
    CardStep.HOLD: (frozenset({_S.ACTIVE}), _S.HELD),
    CardStep.GIVE_BACK: (frozenset({_S.HELD}), _S.ACTIVE),
    CardStep.REPORT_LOST: (PRESENT, _S.LOST),
    CardStep.REPORT_DAMAGED: (frozenset({_S.ACTIVE}), _S.DAMAGED),
    CardStep.FIND: (frozenset({_S.LOST}), _S.ACTIVE),
    CardStep.REPLACE: (_HOLDERS, _S.REPLACED),
    CardStep.EXPIRE: (_HOLDERS, _S.EXPIRED),
    CardStep.REVOKE: (_HOLDERS | {_S.AT_OFFICE}, _S.REVOKED),
    CardStep.END: (_HOLDERS | ON_THE_WAY, _S.ENDED),
    CardStep.RESTORE: (frozenset({_S.ENDED}), None),
    CardStep.RECOVER: (frozenset({_S.REPLACED, _S.EXPIRED, _S.REVOKED, _S.ENDED, _S.DAMAGED, _S.ASTRAY}), _S.RECOVERED),
    CardStep.DESTROY: (frozenset({_S.RECOVERED, _S.SPOILED}), _S.DESTROYED),
}

# The state of a blank follows from that of the card it became: neither is written without the other.
BLANK_OF: dict[CardState, BlankState] = {
    _S.PLANNED: BlankState.RESERVED,
    _S.SIGNED: BlankState.RESERVED,
    _S.IN_WORK: BlankState.IN_WORK,
    _S.PERSONALISED: BlankState.IN_WORK,
    _S.SPOILED: BlankState.SPOILED,
    _S.ASTRAY: BlankState.LOST,
    _S.VOID: BlankState.IN_STOCK,
    _S.DESTROYED: BlankState.DESTROYED,
    **dict.fromkeys(
        ON_THE_WAY | _HOLDERS | {_S.REPLACED, _S.EXPIRED, _S.REVOKED, _S.ENDED, _S.RECOVERED}, BlankState.ISSUED
    ),
}


class ImpossibleStepError(Exception):
    """A card in that state cannot take that step.

    Attributes:
        state: where it is.
        step: what was asked.
    """

    def __init__(self, state: CardState, step: CardStep) -> None:
        super().__init__(f"{step} is not possible: {state}")
        self.state = state
        self.step = step


def after(state: CardState, step: CardStep, *, before_end: CardState | None = None) -> CardState:
    """Where a card is after a step.

    Args:
        state: where it is.
        step: what happens.
        before_end: for `RESTORE`: where it was when it ended.

    Raises:
        ImpossibleStepError: not from there.

    >>> after(CardState.AT_OFFICE, CardStep.HAND_OVER)
    <CardState.ACTIVE: 'active'>
    """
    allowed, to = STEPS[step]
    to = to or before_end
    if state not in allowed or to is None:
        raise ImpossibleStepError(state, step)
    return to


def replayed(steps: Iterable[CardStep]) -> CardState:
    """The state a card has after all its steps, beginning with a reserved blank.

    Raises:
        ImpossibleStepError: one of them was not possible.

    >>> replayed([CardStep.SIGN, CardStep.RELEASE, CardStep.SPOIL])
    <CardState.SPOILED: 'spoiled'>
    """
    state, before_end = CardState.PLANNED, None
    for step in steps:
        if step is CardStep.END:
            before_end = state
        state = after(state, step, before_end=before_end)
    return state
