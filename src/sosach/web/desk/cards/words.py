"""What pages of ID cards call states, steps, grounds, fingers and findings."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sosach.chip.verifying.verdict import Rule
from sosach.chip.verifying.wording import fault
from sosach.domain.access.rules import Role
from sosach.domain.idcards.queries.deadlines import Stage
from sosach.domain.idcards.rules.applications import Channel, Delivery, Ground, Kind
from sosach.domain.idcards.rules.endings import WORDS as ENDINGS
from sosach.domain.idcards.rules.endings import Complaint, HoldGround, OldCard, RevocationGround
from sosach.domain.idcards.rules.enrolment import FACE, FINGERS, IRISES, Absence
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.applications import Step as Move
from sosach.domain.idcards.states.blanks import BlankState
from sosach.domain.idcards.states.cards import CardState, CardStep
from sosach.domain.idcards.states.doubts import Verdict
from sosach.domain.idcards.states.jobs import FindingCode, JobState, Outcome
from sosach.domain.idcards.states.packets import PacketState
from sosach.web.frame.language import either, is_vietnamese
from sosach.web.frame.parts import Badge

Words = Mapping[str, tuple[Any, str]]

PURPOSE: Final = "card-keeping"
OPENING: Final = "card-biometrics"
CLERKS: Final = frozenset({Role.CARDS})
APPROVERS: Final = frozenset({Role.CARD_APPROVER})
STOREKEEPERS: Final = frozenset({Role.CARD_STOCK})
CHECKERS: Final = frozenset({Role.CARD_QUALITY})

APPLICATIONS: Words = {
    State.WAITING_DATA: (_("Chờ sửa dữ liệu dân cư"), "warn"),
    State.AWAITED: (_("Chờ công dân đến"), "warn"),
    State.OPEN: (_("Chờ thu nhận"), "info"),
    State.CAPTURED: (_("Đã thu nhận, chờ đối sánh"), "info"),
    State.SCREENING: (_("Đang đối sánh"), "info"),
    State.DOUBTED: (_("Nghi trùng, chờ hai người kết luận"), "bad"),
    State.BARRED: (_("Kết luận trùng với người khác"), "bad"),
    State.CLEAR: (pgettext_lazy("card", "Chờ duyệt"), "info"),
    State.APPROVED: (_("Đã duyệt, chờ làm thẻ"), "good"),
    State.MADE: (_("Đang làm thẻ"), "info"),
    State.DONE: (_("Đã trả thẻ"), "good"),
    State.REFUSED: (_("Đã từ chối"), "plain"),
    State.WITHDRAWN: (_("Công dân đã rút"), "plain"),
    State.LAPSED: (_("Đã dừng giải quyết"), "bad"),
}
KINDS: Mapping[str, Any] = {
    Kind.FIRST: _("Cấp lần đầu"),
    Kind.EXCHANGE: _("Cấp đổi"),
    Kind.REISSUE: _("Cấp lại"),
}
GROUNDS: Mapping[str, Any] = {
    Ground.NONE_YET: _("Chưa có thẻ"),
    Ground.MILESTONE: _("Đến tuổi phải đổi (14, 25, 40, 60)"),
    Ground.CHANGED: _("Thông tin trên thẻ đã thay đổi"),
    Ground.DAMAGED: _("Thẻ hư hỏng"),
    Ground.LOST: _("Mất thẻ"),
    Ground.UNUSABLE: _("Thẻ hỏng không dùng được"),
    Ground.NATIONALITY: _("Được trở lại quốc tịch Việt Nam"),
}
CHANNELS: Mapping[str, Any] = {
    Channel.OFFICE: _("Tại cơ quan"),
    Channel.ONLINE: _("Trực tuyến"),
    Channel.MACHINE: _("Hệ thống khác"),
}
DELIVERIES: Mapping[str, Any] = {Delivery.COUNTER: _("Nhận tại cơ quan"), Delivery.POST: _("Nhận qua bưu chính")}
ABSENCES: Mapping[str, Any] = {
    Absence.MISSING: _("không có"),
    Absence.INJURED: _("đang bị thương"),
    Absence.WORN: _("mòn, không lấy được vân"),
    Absence.NO_DEVICE: _("nơi thu nhận chưa có máy"),
}
_FINGER_NAMES = (
    _("Ngón cái phải"),
    _("Ngón trỏ phải"),
    _("Ngón giữa phải"),
    _("Ngón nhẫn phải"),
    _("Ngón út phải"),
    _("Ngón cái trái"),
    _("Ngón trỏ trái"),
    _("Ngón giữa trái"),
    _("Ngón nhẫn trái"),
    _("Ngón út trái"),
)
SLOTS: Mapping[str, Any] = {
    FACE: _("Khuôn mặt"),
    **dict(zip(FINGERS, _FINGER_NAMES, strict=True)),
    **dict(zip(IRISES, (_("Mống mắt phải"), _("Mống mắt trái")), strict=True)),
}
VERDICTS: Mapping[str, Any] = {
    Verdict.SAME: _("Cùng một người"),
    Verdict.DIFFERENT: _("Hai người khác nhau"),
    Verdict.UNSURE: _("Không chắc"),
}
BLANKS: Words = {
    BlankState.IN_STOCK: (_("Trong kho"), "good"),
    BlankState.RESERVED: (_("Đã giữ cho lệnh sản xuất"), "info"),
    BlankState.IN_WORK: (_("Đang làm"), "info"),
    BlankState.ISSUED: (_("Đã thành thẻ"), "good"),
    BlankState.SPOILED: (_("Hỏng, chờ hủy"), "warn"),
    BlankState.DESTROYED: (_("Đã tiêu hủy"), "plain"),
    BlankState.RETURNED: (_("Đã trả nhà cung cấp"), "plain"),
    BlankState.LOST: (_("Mất"), "bad"),
}
JOBS: Words = {
    JobState.PLANNED: (_("Đã lập, đã giữ phôi"), "info"),
    JobState.SIGNED: (_("Đã ký, chờ người thứ hai cho chạy"), "warn"),
    JobState.RELEASED: (_("Đã giao máy, chờ báo cáo"), "info"),
    JobState.REPORTED: (_("Đã có báo cáo, đang kiểm tra"), "info"),
    JobState.CLOSED: (_("Đã đóng"), "good"),
    JobState.CANCELLED: (pgettext_lazy("card", "Đã hủy"), "plain"),
}
FINDINGS: Mapping[str, Any] = {
    FindingCode.DUPLICATE: _("Hai câu trả lời khác nhau cho một thẻ"),
    FindingCode.MISSING: _("Không có câu trả lời"),
    FindingCode.UNKNOWN: _("Số phôi không thuộc lệnh này"),
    FindingCode.CHANGED: _("Nội dung chip khác với bản đã ký"),
    FindingCode.LATE: _("Trả lời sau khi đã xử lý xong"),
}
OUTCOMES: Mapping[str, Any] = {
    Outcome.MADE: _("Thẻ có và dùng được"),
    Outcome.SPOILED: _("Thẻ hỏng"),
    Outcome.ASTRAY: _("Không tìm thấy thẻ"),
    Outcome.NOTED: _("Chỉ ghi nhận"),
}
CARDS: Words = {
    CardState.PLANNED: (_("Đã giữ phôi"), "info"),
    CardState.SIGNED: (_("Đã ký dữ liệu"), "info"),
    CardState.IN_WORK: (pgettext_lazy("card", "Đang ghi"), "info"),
    CardState.PERSONALISED: (_("Đã ghi, chờ kiểm tra"), "info"),
    CardState.ACCEPTED: (_("Đạt chất lượng, chờ gửi"), "good"),
    CardState.DISPATCHED: (_("Đang chuyển về"), "info"),
    CardState.AT_OFFICE: (_("Chờ công dân nhận"), "warn"),
    CardState.ACTIVE: (_("Đang có hiệu lực"), "good"),
    CardState.HELD: (_("Đang bị giữ"), "warn"),
    CardState.LOST: (_("Đã báo mất"), "bad"),
    CardState.DAMAGED: (_("Hư hỏng"), "warn"),
    CardState.REPLACED: (_("Đã có thẻ thay"), "plain"),
    CardState.EXPIRED: (_("Hết hạn"), "plain"),
    CardState.REVOKED: (pgettext_lazy("card", "Đã thu hồi"), "bad"),
    CardState.ENDED: (_("Hết hiệu lực"), "plain"),
    CardState.RECOVERED: (_("Đã thu lại, chờ hủy"), "warn"),
    CardState.DESTROYED: (_("Đã tiêu hủy"), "plain"),
    CardState.SPOILED: (_("Hỏng khi làm, chờ hủy"), "warn"),
    CardState.ASTRAY: (_("Thất lạc"), "bad"),
    CardState.VOID: (_("Không làm"), "plain"),
}
CARD_STEPS: Mapping[str, Any] = {
    CardStep.SIGN: pgettext_lazy("card step", "Ký dữ liệu"),
    CardStep.RELEASE: _("Giao máy"),
    CardStep.CANCEL: _("Hủy lệnh sản xuất"),
    CardStep.MADE: _("Máy báo đã ghi"),
    CardStep.SPOIL: pgettext_lazy("card step", "Hỏng"),
    CardStep.ACCEPT: _("Đạt kiểm tra"),
    CardStep.DISPATCH: _("Gửi đi"),
    CardStep.ARRIVE: _("Về đến nơi trả"),
    CardStep.GO_ASTRAY: _("Thất lạc"),
    CardStep.HAND_OVER: _("Trả cho công dân"),
    CardStep.HOLD: pgettext_lazy("card step", "Giữ thẻ"),
    CardStep.GIVE_BACK: pgettext_lazy("card step", "Trả lại thẻ bị giữ"),
    CardStep.REPORT_LOST: _("Báo mất"),
    CardStep.REPORT_DAMAGED: _("Báo hư hỏng"),
    CardStep.FIND: _("Tìm thấy"),
    CardStep.REPLACE: _("Có thẻ thay"),
    CardStep.EXPIRE: _("Hết hạn"),
    CardStep.REVOKE: pgettext_lazy("card step", "Thu hồi"),
    CardStep.END: _("Hết hiệu lực"),
    CardStep.RESTORE: _("Khôi phục"),
    CardStep.RECOVER: _("Thu lại thẻ"),
    CardStep.DESTROY: _("Hủy"),
}
HOLDS: Mapping[str, Any] = {
    HoldGround.DETENTION: _("Nơi tạm giữ, tạm giam"),
    HoldGround.PRISON: _("Trại giam"),
    HoldGround.COMPULSORY_FACILITY: _("Trường giáo dưỡng, cơ sở giáo dục hoặc cai nghiện bắt buộc"),
}
REVOCATIONS: Mapping[str, Any] = {
    RevocationGround.NATIONALITY_LOST: _("Mất quốc tịch Việt Nam"),
    RevocationGround.WRONGLY_ISSUED: _("Thẻ cấp sai quy định"),
    RevocationGround.ALTERED: _("Thẻ bị tẩy xóa, sửa chữa"),
}
OLD_CARDS: Mapping[str, Any] = {
    OldCard.TAKEN: _("Đã thu lại"),
    OldCard.NONE: _("Không có thẻ cũ, hoặc đã báo mất từ trước"),
    OldCard.DECLARED_LOST: _("Khai báo mất tại quầy"),
}
COMPLAINTS: Mapping[str, Any] = {Complaint.LOST: _("Mất thẻ"), Complaint.DAMAGED: _("Thẻ hư hỏng")}


APPLICATION_STEPS: Mapping[str, Any] = {
    "open": _("Tiếp nhận"),
    Move.DATA_RIGHT: _("Dữ liệu dân cư đã đúng"),
    Move.SEND_FOR_DATA: _("Sửa dữ liệu dân cư trước"),
    Move.SUMMON: pgettext_lazy("card step", "Mời công dân đến"),
    Move.COME: _("Công dân đến"),
    Move.CAPTURE: _("Thu nhận xong"),
    Move.REUSE: _("Dùng lại lần thu nhận trước"),
    Move.ASK: _("Hỏi nơi đối sánh"),
    Move.ALIKE: pgettext_lazy("card step", "Nghi trùng"),
    Move.UNLIKE: _("Không trùng ai"),
    Move.SAME: _("Kết luận cùng một người"),
    Move.DIFFERENT: _("Kết luận hai người khác nhau"),
    Move.APPROVE: pgettext_lazy("card step", "Duyệt"),
    Move.REFUSE: _("Từ chối"),
    Move.WITHDRAW: _("Công dân rút"),
    Move.MAKE: _("Đưa vào lệnh sản xuất"),
    Move.MAKE_AGAIN: _("Chờ làm thẻ lại"),
    Move.HAND_OVER: pgettext_lazy("card step", "Trả thẻ"),
    Move.TRANSFER: _("Chuyển nơi làm thẻ"),
    Move.LAPSE: _("Dừng giải quyết"),
    Move.REVIVE: _("Tiếp tục giải quyết"),
}
PACKETS: Words = {
    PacketState.OPEN: (_("Đang thu nhận"), "info"),
    PacketState.GOOD: (_("Đạt"), "good"),
    PacketState.POOR: (_("Chưa đạt chất lượng"), "bad"),
    PacketState.DROPPED: (_("Đã bỏ"), "plain"),
    PacketState.ERASED: (_("Đã xóa khóa"), "plain"),
}


STAGES: Mapping[str, Any] = {
    Stage.CITIZEN: _("Công dân"),
    Stage.CAPTURE: _("Thu nhận"),
    Stage.SCREENING: _("Đối sánh"),
    Stage.ADJUDICATION: _("Kết luận nghi trùng"),
    Stage.APPROVAL: pgettext_lazy("card", "Duyệt"),
    Stage.JOB: _("Lập lệnh sản xuất"),
    Stage.SIGNING: pgettext_lazy("card", "Ký dữ liệu"),
    Stage.RELEASE: _("Cho phép sản xuất"),
    Stage.MACHINE: _("Máy cá thể hóa"),
    Stage.QUALITY: _("Kiểm tra chất lượng"),
    Stage.DISPATCH: pgettext_lazy("card", "Gửi đi"),
    Stage.TRANSPORT: _("Vận chuyển"),
    Stage.HANDOVER: _("Trả thẻ tại quầy"),
    Stage.COLLECT: _("Thu lại thẻ không trả được"),
}


# Codes the register notes as reason of a step.
_WHYS: Mapping[str, Any] = {
    **HOLDS,
    **REVOCATIONS,
    **COMPLAINTS,
    "machine": _("Máy báo hỏng"),
    "quality": _("Không đạt kiểm tra chất lượng"),
    "number": _("Số định danh của người được cấp đã thay đổi"),
    "sample": _("Ngoài mẫu kiểm tra của lệnh"),
}


def why_said(why: str) -> str:
    """A reason in words: of a code of ours, of the rules a card broke, or as somebody wrote it; "" for what only numbers an event."""
    if why in _WHYS:
        return str(_WHYS[why])
    for ending, told in ENDINGS.items():
        if why in {ending.value, told[0]}:
            return either(told)
    kind, _sign, rest = why.partition(" ")
    if kind == "finding" and rest in FINDINGS:
        return str(FINDINGS[rest])
    if kind == "event" and rest.isdecimal():
        return ""
    broken = why.split()
    if broken and set(broken) <= set(Rule):
        return "; ".join(fault(Rule(each), "vi" if is_vietnamese() else "en") for each in broken)
    return why


def badge(words: Words, code: str) -> Badge:
    """A state in a word."""
    text, tone = words.get(code, (code, "plain"))
    return Badge(str(text), tone)


def said(words: Mapping[str, Any], code: str) -> str:
    """A word of a list; the code itself where it has none."""
    return str(words.get(code, code))


def money(amount: int) -> str:
    """An amount in đồng."""
    return gettext("%(amount)s đồng") % {"amount": f"{amount:,}".replace(",", ".")} if amount else gettext("Không thu")
