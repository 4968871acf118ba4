"""State of a production job, and the steps between them."""

from enum import StrEnum


class JobState(StrEnum):
    """How far a job is."""

    PLANNED = "planned"  # blanks are reserved
    SIGNED = "signed"  # data made, signed and packed for the machine
    RELEASED = "released"  # by a second person; the machine may take it
    REPORTED = "reported"  # the machine has told what became of the cards
    CLOSED = "closed"  # every card accepted, spoiled or astray
    CANCELLED = "cancelled"  # nothing was made; the blanks are back in stock


class JobStep(StrEnum):
    """What happens to a job."""

    SIGN = "sign"
    RELEASE = "release"
    REPORT = "report"
    CLOSE = "close"
    CANCEL = "cancel"


STEPS: dict[JobStep, tuple[frozenset[JobState], JobState]] = {
    JobStep.SIGN: (frozenset({JobState.PLANNED}), JobState.SIGNED),
    JobStep.RELEASE: (frozenset({JobState.SIGNED}), JobState.RELEASED),
    JobStep.REPORT: (frozenset({JobState.RELEASED, JobState.REPORTED}), JobState.REPORTED),
    JobStep.CLOSE: (frozenset({JobState.REPORTED}), JobState.CLOSED),
    JobStep.CANCEL: (frozenset({JobState.PLANNED, JobState.SIGNED}), JobState.CANCELLED),
}
OPEN = frozenset(JobState) - {JobState.CLOSED, JobState.CANCELLED}


class FindingCode(StrEnum):
    """What is wrong with what a machine reported."""

    DUPLICATE = "duplicate"  # two answers for one card that do not agree
    MISSING = "missing"  # no answer for a card
    UNKNOWN = "unknown"  # an answer for a serial that is not of this job
    CHANGED = "changed"  # an answer that names another chip content than was signed
    LATE = "late"  # an answer for a card that was settled without one


class Outcome(StrEnum):
    """How a finding was settled."""

    MADE = "made"  # the card is there and good
    SPOILED = "spoiled"
    ASTRAY = "astray"  # the card is nowhere
    NOTED = "noted"  # nothing follows for a card
