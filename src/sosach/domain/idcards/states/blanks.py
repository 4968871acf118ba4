"""State of a blank card: every one ever received is in exactly one state, whatever happens to it."""

from enum import StrEnum


class BlankState(StrEnum):
    """Where a blank is."""

    IN_STOCK = "in_stock"
    RESERVED = "reserved"  # for a card of a planned job
    IN_WORK = "in_work"  # with the machine or the quality station
    ISSUED = "issued"  # became a card
    SPOILED = "spoiled"  # unusable, waits for its destruction
    DESTROYED = "destroyed"  # by two people
    RETURNED = "returned"  # to the supplier
    LOST = "lost"


class BlankStep(StrEnum):
    """What happens to a blank that is no card yet; what happens to cards moves their blanks (`cards.BLANK_OF`)."""

    SPOIL = "spoil"
    RETURN = "return"
    LOSE = "lose"
    FIND = "find"


STEPS: dict[BlankStep, tuple[BlankState, BlankState]] = {
    BlankStep.SPOIL: (BlankState.IN_STOCK, BlankState.SPOILED),
    BlankStep.RETURN: (BlankState.IN_STOCK, BlankState.RETURNED),
    BlankStep.LOSE: (BlankState.IN_STOCK, BlankState.LOST),
    BlankStep.FIND: (BlankState.LOST, BlankState.IN_STOCK),
}
