"""What somebody reads when a step is not possible, and what to do about it."""

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.declarations.states import REASONS, ImpossibleError

_CODES = {"outside": ErrorCode.ACCESS_OUTSIDE, "role": ErrorCode.ACCESS_DENIED, "own": ErrorCode.ACCESS_DENIED}


def impossible(error: ImpossibleError) -> SosachError:
    """The error of a step that cannot be taken."""
    vi, en = REASONS[error.why]
    return SosachError(_CODES.get(error.why, ErrorCode.STATE_FORBIDS), vi=vi, en=en)


def not_found() -> SosachError:
    """STATE-01: the same whether there is none or it is somebody else's."""
    return SosachError(ErrorCode.NOT_FOUND, vi="Không tìm thấy tờ khai.", en="There is no such declaration.")


def incomplete(vi: str, en: str) -> SosachError:
    """STATE-04: something the step needs is missing."""
    return SosachError(ErrorCode.INPUT_INCOMPLETE, vi=vi, en=en)


def forbidden(vi: str, en: str) -> SosachError:
    """STATE-02 in words of the case."""
    return SosachError(ErrorCode.STATE_FORBIDS, vi=vi, en=en)


def changed_meanwhile() -> SosachError:
    """STATE-03: what the screen shows is not what stands there now."""
    return SosachError(
        ErrorCode.CONFLICT,
        vi="Tờ khai đã thay đổi từ lúc bạn mở.",
        en="The declaration has changed since you opened it.",
        hint_vi="Tải lại rồi thử lại.",
        hint_en="Load it again and try once more.",
    )
