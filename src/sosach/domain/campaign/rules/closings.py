"""How a case was closed: a clean record is not the same as a warning put aside."""

from enum import StrEnum


class Closing(StrEnum):
    """Why a case is closed."""

    CORRECTED = "corrected"  # values were changed, or a procedure was carried out
    CONFIRMED = "confirmed"  # somebody has shown, with evidence, that the record is right as it is
    DISMISSED = "dismissed"  # put aside without evidence
    GONE = "gone"  # a later run raises nothing any more


# What the ranking counts as cleaned.
EARNED = frozenset({Closing.CORRECTED, Closing.CONFIRMED})
WORDS: dict[Closing, tuple[str, str]] = {
    Closing.CORRECTED: ("Đã sửa theo giấy tờ", "Corrected on the strength of papers"),
    Closing.CONFIRMED: ("Đã xác nhận là đúng, có giấy tờ", "Shown to be right, with evidence"),
    Closing.DISMISSED: ("Bỏ qua cảnh báo, không có giấy tờ", "Warnings put aside without evidence"),
    Closing.GONE: ("Lần đối chiếu sau không còn cảnh báo", "A later run raised nothing any more"),
}
