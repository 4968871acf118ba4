"""Errors that verbs of campaigns raise, in one voice."""

from sosach.base.errors import ErrorCode, SosachError


def not_found() -> SosachError:
    """No such row within reach."""
    return SosachError(
        ErrorCode.NOT_FOUND, vi="Không tìm thấy trong phạm vi quản lý.", en="There is none within reach."
    )


def state_forbids(vi: str, en: str, *, hint_vi: str = "", hint_en: str = "") -> SosachError:
    """Not possible in the present state."""
    return SosachError(ErrorCode.STATE_FORBIDS, vi=vi, en=en, hint_vi=hint_vi, hint_en=hint_en)


def incomplete(vi: str, en: str) -> SosachError:
    """Something needed is missing or contradicts itself."""
    return SosachError(ErrorCode.INPUT_INCOMPLETE, vi=vi, en=en)


def changed_meanwhile(
    vi: str = "Dữ liệu đã thay đổi sau khi xem.", en: str = "It changed since it was looked at."
) -> SosachError:
    """The world is not what it was when somebody looked."""
    return SosachError(
        ErrorCode.CONFLICT, vi=vi, en=en, hint_vi="Xem lại rồi thực hiện.", hint_en="Look again, then do it."
    )


def outside(vi: str, en: str) -> SosachError:
    """Beyond the territory of whoever acts."""
    return SosachError(ErrorCode.ACCESS_OUTSIDE, vi=vi, en=en)
