"""States of an enrolment packet."""

from enum import StrEnum


class PacketState(StrEnum):
    """How far one capture has come."""

    OPEN = "open"  # pictures are being taken
    GOOD = "good"  # whole, and good enough
    POOR = "poor"  # a quality check failed: to be taken again
    DROPPED = "dropped"  # given up, or another one took its place
    ERASED = "erased"  # its keys were dropped: nothing can be opened any more
