"""The sentences with which keys refuse to serve."""

from sosach.base.errors import ErrorCode, SosachError


def unusable(why: str, *, vi: str = "") -> SosachError:
    """KEY-01: a key file or token that is missing, locked, damaged, or refuses; a technical reason needs no Vietnamese."""
    return SosachError(
        ErrorCode.KEY_UNUSABLE,
        vi=f"Không dùng được khóa: {vi or why}",
        en=f"The key cannot be used: {why}",
        hint_vi="Xem docs/operations/card-keys.md",
        hint_en="See docs/operations/card-keys.md",
    )


def does_not_open() -> SosachError:
    """KEY-02: another key, another person's record, or altered; which of them nobody can tell."""
    return SosachError(
        ErrorCode.SEAL_REFUSED,
        vi="Không mở được: khóa khác, bản ghi của người khác, hoặc dữ liệu đã bị sửa",
        en="It does not open: another key, another person's record, or altered",
        hint_vi="Xem docs/operations/card-keys.md",
        hint_en="See docs/operations/card-keys.md",
    )
