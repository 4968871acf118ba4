"""What becomes of a batch of survey cards keyed twice, and of each card in it."""

from enum import StrEnum


class BatchState(StrEnum):
    """Where a batch stands."""

    LOOKED_AT = "looked_at"  # differences are settled, a sample is compared with the paper
    ACCEPTED = "accepted"  # few enough errors: its cards go into the register
    REFUSED = "refused"  # too many: keyed anew as a whole
    LOADED = "loaded"  # every card has found its end


class CardState(StrEnum):
    """Where a card stands."""

    DOUBTED = "doubted"  # the two keyings differ
    AGREED = "agreed"  # one value for every field
    LOADED = "loaded"  # a new person with a number
    PRESENT = "present"  # the register says the same
    REVIEW = "review"  # an officer decides: candidates, or differences from the record
    REJECTED = "rejected"  # not what a card can say
    KNOWN = "known"  # the same card is in another batch
    REFUSED = "refused"  # with its batch


BATCH_STEPS: dict[BatchState, frozenset[BatchState]] = {
    BatchState.LOOKED_AT: frozenset({BatchState.ACCEPTED, BatchState.REFUSED}),
    BatchState.ACCEPTED: frozenset({BatchState.LOADED}),
    BatchState.REFUSED: frozenset(),
    BatchState.LOADED: frozenset(),
}
ENDS = frozenset({CardState.LOADED, CardState.PRESENT, CardState.REVIEW, CardState.REJECTED, CardState.KNOWN})
# A card stands once in these: keyed again it is the same card, elsewhere it may be keyed anew.
STANDING = frozenset(
    {CardState.DOUBTED, CardState.AGREED, CardState.LOADED, CardState.PRESENT, CardState.REVIEW}
)  # fmt: skip
