"""How procedures of licences are refused, in the words of a clerk."""

from collections.abc import Iterable

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.licences.rules.procedures import Exam
from sosach.domain.licences.states.status import Status

_STATUS_VI = {
    Status.VALID: "còn hiệu lực",
    Status.EXPIRED: "hết hạn",
    Status.SUSPENDED: "đang bị tước quyền sử dụng",
    Status.HELD: "đang bị tạm giữ",
    Status.REVOKED: "đã bị thu hồi",
    Status.LOST: "đã báo mất",
    Status.EXCHANGED: "đã đổi sang giấy phép khác",
    Status.NONE: "không có hạng nào",
}
_STATUS_EN = {
    Status.VALID: "valid",
    Status.EXPIRED: "expired",
    Status.SUSPENDED: "suspended",
    Status.HELD: "held",
    Status.REVOKED: "revoked",
    Status.LOST: "reported lost",
    Status.EXCHANGED: "exchanged for another one",
    Status.NONE: "without any class",
}
_ITEM_VI = {
    "full_name": "họ tên",
    "birth_date": "ngày sinh",
    "residence": "nơi cư trú",
    "nationality": "quốc tịch",
}
_EXAM_VI = {Exam.THEORY: "lý thuyết", Exam.PRACTICE: "thực hành"}


def not_found() -> SosachError:
    """No such licence within reach."""
    return SosachError(
        ErrorCode.NOT_FOUND, vi="Không tìm thấy giấy phép lái xe.", en="There is no such licence within reach."
    )


def person_not_found() -> SosachError:
    """No such person within reach."""
    return SosachError(ErrorCode.NOT_FOUND, vi="Không tìm thấy người này.", en="There is no such person within reach.")


def status_forbids(status: Status) -> SosachError:
    """The licence's status does not allow the procedure."""
    return SosachError(
        ErrorCode.STATE_FORBIDS,
        vi=f"Không thực hiện được: giấy phép lái xe {_STATUS_VI[status]}.",
        en=f"Not possible: the licence is {_STATUS_EN[status]}.",
    )


def forbidden(vi: str, en: str, *, hint_vi: str = "", hint_en: str = "") -> SosachError:
    """The state does not allow it, for the reason given."""
    return SosachError(ErrorCode.STATE_FORBIDS, vi=vi, en=en, hint_vi=hint_vi, hint_en=hint_en)


def incomplete(vi: str, en: str, *, hint_vi: str = "", hint_en: str = "") -> SosachError:
    """What the procedure needs is missing or contradicts itself."""
    return SosachError(ErrorCode.INPUT_INCOMPLETE, vi=vi, en=en, hint_vi=hint_vi, hint_en=hint_en)


def conflict(vi: str, en: str) -> SosachError:
    """Somebody has or did it already."""
    return SosachError(ErrorCode.CONFLICT, vi=vi, en=en)


def differs(items: Iterable[str]) -> SosachError:
    """The application does not agree with the population register (Circular 12/2025 art. 21)."""
    found = tuple(items)
    return incomplete(
        f"Khác Cơ sở dữ liệu quốc gia về dân cư: {', '.join(_ITEM_VI[item] for item in found)}.",
        f"Differs from the population register: {', '.join(found)}.",
        hint_vi="Sửa đơn cho khớp, hoặc điều chỉnh thông tin dân cư trước.",
        hint_en="Make the application agree, or have the population register corrected first.",
    )


def exams_missing(missing: Iterable[Exam]) -> SosachError:
    """Classes have expired and parts of the test are not passed."""
    exams = sorted(missing)
    return forbidden(
        f"Có hạng đã hết hạn: phải đạt sát hạch {', '.join(_EXAM_VI[exam] for exam in exams)}.",
        f"A class has expired: the test is needed in {', '.join(exams)}.",
    )
