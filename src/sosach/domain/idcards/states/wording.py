"""What states of cards and jobs are called where somebody is told why something is not possible."""

from sosach.domain.idcards.states.blanks import BlankState
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.idcards.states.jobs import JobState

CARDS: dict[CardState, tuple[str, str]] = {
    CardState.PLANNED: ("đã giữ phôi", "planned"),
    CardState.SIGNED: ("đã ký dữ liệu", "signed"),
    CardState.IN_WORK: ("đang sản xuất", "being made"),
    CardState.PERSONALISED: ("đã in, chờ kiểm tra", "made, waits for its check"),
    CardState.ACCEPTED: ("đạt chất lượng", "accepted"),
    CardState.DISPATCHED: ("đang chuyển đến nơi trả", "on its way"),
    CardState.AT_OFFICE: ("chờ trả cho công dân", "waiting for its holder"),
    CardState.ACTIVE: ("đang có hiệu lực", "active"),
    CardState.HELD: ("đang bị giữ", "held"),
    CardState.LOST: ("đã báo mất", "reported lost"),
    CardState.DAMAGED: ("đã báo hỏng", "reported damaged"),
    CardState.REPLACED: ("đã được thay bằng thẻ khác", "replaced"),
    CardState.EXPIRED: ("hết thời hạn", "expired"),
    CardState.REVOKED: ("đã bị thu hồi", "revoked"),
    CardState.ENDED: (
        "hết hiệu lực do người được cấp chết hoặc hồ sơ đã gộp",
        "ended: its holder died, or the record was merged",
    ),
    CardState.RECOVERED: ("đã nộp lại", "handed in"),
    CardState.DESTROYED: ("đã tiêu hủy", "destroyed"),
    CardState.SPOILED: ("hỏng khi sản xuất", "spoiled"),
    CardState.ASTRAY: ("thất lạc trước khi trả", "astray"),
    CardState.VOID: ("không sản xuất", "never made"),
}
JOBS: dict[JobState, tuple[str, str]] = {
    JobState.PLANNED: ("đã lập", "planned"),
    JobState.SIGNED: ("đã ký dữ liệu", "signed"),
    JobState.RELEASED: ("đã cho phép sản xuất", "released"),
    JobState.REPORTED: ("máy đã báo cáo", "reported"),
    JobState.CLOSED: ("đã kết thúc", "closed"),
    JobState.CANCELLED: ("đã hủy", "cancelled"),
}
BLANKS: dict[BlankState, tuple[str, str]] = {
    BlankState.IN_STOCK: ("trong kho", "in stock"),
    BlankState.RESERVED: ("đã giữ cho lệnh sản xuất", "reserved"),
    BlankState.IN_WORK: ("đang sản xuất", "in work"),
    BlankState.ISSUED: ("đã thành thẻ", "issued"),
    BlankState.SPOILED: ("hỏng, chờ tiêu hủy", "spoiled"),
    BlankState.DESTROYED: ("đã tiêu hủy", "destroyed"),
    BlankState.RETURNED: ("đã trả nhà cung cấp", "returned"),
    BlankState.LOST: ("mất", "lost"),
}
