"""The words of a judgement: link decisions, the official result classes, the four criteria."""

from enum import StrEnum


class Decision(StrEnum):
    """Whether a record belongs to a person of the population register."""

    LINK = "link"  # one person, sure enough
    REVIEW = "review"  # candidates for a human
    NONE = "none"  # nobody found, or nothing to look for


class ResultClass(StrEnum):
    """Official result classes of the campaign (trùng khớp, sai lệch, không có thông tin) and one of our own."""

    MATCH = "match"  # trùng khớp: all key fields agree with the population register
    DISCREPANCY = "discrepancy"  # sai lệch: person found, something differs
    NO_INFORMATION = "no_information"  # không có thông tin: nobody found
    NOT_ELIGIBLE = "not_eligible"  # chưa đủ điều kiện đối chiếu: organisation, over-age, or nothing usable


class Criterion(StrEnum):
    """The four criteria đúng, đủ, sạch, sống; computed for every record, never typed in."""

    CORRECT = "correct"  # agrees with the authoritative source and the rules
    COMPLETE = "complete"  # every mandatory field filled
    CLEAN = "clean"  # no duplicate, no malformed value, one owner
    LIVE = "live"  # nothing has happened in life that the record has not followed
