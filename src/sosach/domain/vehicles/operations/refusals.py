"""What an officer reads when a procedure is not possible, and what to do about it."""

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.vehicles.rules import Registration
from sosach.domain.vehicles.states import BlockKind

_REASONS: dict[str, tuple[str, str]] = {
    Registration.NONE: ("xe chưa đăng ký", "the vehicle is not registered"),
    Registration.TEMPORARY: ("xe mới đăng ký tạm thời", "the vehicle is registered temporarily only"),
    Registration.REGISTERED: ("xe đang được đăng ký", "the vehicle is registered"),
    Registration.WITHDRAWN: (
        "đã thu hồi chứng nhận đăng ký, biển số",
        "its certificate and plate are withdrawn",
    ),
    Registration.ENDED: ("xe đã hết vòng đời đăng ký", "its life on the road has ended"),
    BlockKind.PLEDGE: ("xe đang thế chấp", "it is pledged"),
    BlockKind.SEIZURE: ("đăng ký xe đang bị tạm giữ hoặc ngăn chặn", "its registration is seized or forbidden"),
    BlockKind.STOLEN: ("xe đã được trình báo mất cắp", "it is reported stolen"),
    BlockKind.OBJECTION: ("đang có tranh chấp về chủ xe", "an objection about its owner is open"),
    BlockKind.NOTICE: ("đang niêm yết công khai", "a public notice is open"),
    BlockKind.PAPERS_CHECK: ("đang xác minh việc mất giấy tờ", "lost papers are being checked"),
}


def forbidden(reason: str) -> SosachError:
    """STATE-02: the procedure is not possible now; `reason` as `states.refusal` gives it."""
    if reason.startswith("no "):
        vi, en = _REASONS[reason.removeprefix("no ")]
        return state_forbids(f"Không thực hiện được vì không có: {vi}.", f"Not possible: it is not so that {en}.")
    vi, en = _REASONS[reason]
    return state_forbids(f"Không thực hiện được: {vi}.", f"Not possible: {en}.")


def state_forbids(vi: str, en: str) -> SosachError:
    """STATE-02 in words of the case."""
    return SosachError(ErrorCode.STATE_FORBIDS, vi=vi, en=en)


def incomplete(vi: str, en: str) -> SosachError:
    """STATE-04: what the procedure needs is missing or contradicts itself."""
    return SosachError(ErrorCode.INPUT_INCOMPLETE, vi=vi, en=en)


def conflict(vi: str, en: str, *, hint_vi: str = "", hint_en: str = "") -> SosachError:
    """STATE-03: another record claims it."""
    return SosachError(ErrorCode.CONFLICT, vi=vi, en=en, hint_vi=hint_vi, hint_en=hint_en)


def not_found(vi: str, en: str) -> SosachError:
    """STATE-01: nothing of that kind within reach."""
    return SosachError(ErrorCode.NOT_FOUND, vi=vi, en=en)
