"""What the portal calls states, registers, parts of the four criteria, and looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.decisions import Criterion
from sosach.domain.access.rules.purposes import purposes
from sosach.domain.audit.rules import ActorKind, event
from sosach.domain.declarations.queries import Mine
from sosach.domain.declarations.rules import Kind, kinds
from sosach.domain.declarations.states import State, Verb
from sosach.domain.provenance.models import Finding
from sosach.domain.provenance.queries.looks import Origin, Raised
from sosach.domain.provenance.rules import OPEN
from sosach.vn.catalogue import catalogue, legal_sources
from sosach.web.frame import words
from sosach.web.frame.language import either, said
from sosach.web.frame.parts import Badge

COMMUNE_DIGITS = 5
LONGEST_VALUE = 40
TONES: Mapping[State, str] = {
    State.DRAFT: "plain",
    State.SUBMITTED: "info",
    State.ASKED_BACK: "warn",
    State.FORWARDED: "info",
    State.CONFLICT: "warn",
    State.VERIFIED: "info",
    State.OBJECTED: "warn",
    State.APPROVED: "good",
    State.APPLIED: "good",
    State.REFUSED: "bad",
    State.WITHDRAWN: "plain",
    State.RETRACTED: "bad",
}
REGISTERS: Mapping[str, Any] = {
    "vehicles": gettext_lazy("Xe"),
    "licences": gettext_lazy("Giấy phép lái xe"),
    "population": gettext_lazy("Thông tin của tôi trong dữ liệu dân cư"),
}
CRITERIA: Mapping[Criterion, tuple[Any, Any, Any, Any]] = {
    Criterion.CORRECT: (
        gettext_lazy("Đúng"),
        gettext_lazy("khớp với dữ liệu dân cư và quy định"),
        gettext_lazy("có chỗ chưa khớp với dữ liệu dân cư hoặc quy định"),
        gettext_lazy("Tìm giá trị sai ở dưới và bấm “Đề nghị sửa”."),
    ),
    Criterion.COMPLETE: (
        gettext_lazy("Đủ"),
        gettext_lazy("có đủ thông tin bắt buộc"),
        gettext_lazy("còn thiếu thông tin bắt buộc"),
        gettext_lazy("Tìm chỗ còn thiếu ở dưới và bấm “Đề nghị sửa” để bổ sung."),
    ),
    Criterion.CLEAN: (
        gettext_lazy("Sạch"),
        gettext_lazy("không trùng, không sai định dạng"),
        gettext_lazy("có giá trị trùng hoặc sai định dạng"),
        gettext_lazy("Cán bộ sẽ làm sạch; bạn cũng có thể bấm “Đề nghị sửa” bên cạnh giá trị sai."),
    ),
    Criterion.LIVE: (
        gettext_lazy("Sống"),
        gettext_lazy("theo kịp thay đổi trong cuộc sống"),
        gettext_lazy("chưa theo kịp thay đổi: mua bán, chuyển nơi ở, hết hạn"),
        gettext_lazy("Hãy khai báo tình trạng hiện nay."),
    ),
}
# Groups of situations: address → name and what belongs there.
GROUPS: Mapping[str, tuple[Any, Any]] = {
    "xe-cua-toi": (
        gettext_lazy("Xe đứng tên tôi"),
        gettext_lazy("Đang dùng, đã bán, cho mượn, mất cắp, tìm lại được, hỏng, mất giấy tờ, thông tin sai…"),
    ),
    "xe-nguoi-khac": (
        gettext_lazy("Xe tôi dùng hoặc được hưởng, đứng tên người khác"),
        gettext_lazy("Đã mua, được cho, thừa kế nhưng chưa sang tên; có hoặc không có giấy tờ."),
    ),
    "giay-phep": (
        gettext_lazy("Giấy phép lái xe"),
        gettext_lazy("Bản giấy cũ, bị mất, hệ thống không có, hết hạn, thông tin sai."),
    ),
    "thong-tin": (
        gettext_lazy("Thông tin của tôi trong dữ liệu dân cư"),
        gettext_lazy("Đề nghị điều chỉnh, hạn chế xử lý hoặc xóa dữ liệu."),
    ),
}
# What comes next in each state.
NEXT: Mapping[State, Any] = {
    State.DRAFT: gettext_lazy("Trả lời tiếp rồi gửi."),
    State.SUBMITTED: gettext_lazy(
        "Cán bộ đối chiếu tờ khai với giấy tờ và dữ liệu đang có. Bạn không phải làm gì thêm; nếu cần, cán bộ sẽ hỏi bạn ở trang này."
    ),
    State.ASKED_BACK: gettext_lazy("Bạn cần trả lời câu hỏi của cán bộ thì tờ khai mới được giải quyết tiếp."),
    State.FORWARDED: gettext_lazy("Công an nơi nhận sẽ kiểm tra tờ khai. Bạn không phải khai lại."),
    State.CONFLICT: gettext_lazy("Cán bộ tìm hiểu vì sao thông tin khác nhau, có thể liên hệ với bạn."),
    State.VERIFIED: gettext_lazy("Người thứ hai xem lại và quyết định."),
    State.OBJECTED: gettext_lazy("Chưa ai quyết định gì cho đến khi lời phản đối được giải quyết."),
    State.APPROVED: gettext_lazy("Đã xong. Bạn không phải làm gì thêm."),
    State.APPLIED: gettext_lazy("Đã xong. Dữ liệu của bạn đã được cập nhật; bạn có thể xem ở trang của mình."),
    State.REFUSED: gettext_lazy(
        "Lý do ghi ở phần diễn biến. Nếu có thêm giấy tờ, bạn có thể khai lại; bạn có quyền khiếu nại."
    ),
    State.WITHDRAWN: gettext_lazy("Tờ khai không được giải quyết nữa. Bạn có thể khai lại bất cứ lúc nào."),
    State.RETRACTED: gettext_lazy(
        "Việc chấp nhận đã bị thu hồi, dữ liệu trở lại như trước. Lý do ghi ở phần diễn biến."
    ),
}
ANSWERED = gettext_lazy("Đã xong. Câu trả lời ghi ở phần diễn biến.")
_WRITTEN = frozenset({State.APPROVED, State.APPLIED})
SEXES: Mapping[str, Any] = {"M": gettext_lazy("Nam"), "F": gettext_lazy("Nữ")}
LICENCE_STATUS: Mapping[str, tuple[Any, str]] = {
    "valid": (gettext_lazy("Còn hiệu lực"), "good"),
    "expired": (gettext_lazy("Hết hạn"), "bad"),
    "suspended": (gettext_lazy("Đang bị tước quyền sử dụng"), "bad"),
    "held": (gettext_lazy("Đang bị tạm giữ"), "warn"),
    "revoked": (gettext_lazy("Đã bị thu hồi"), "bad"),
    "lost": (gettext_lazy("Đã báo mất thẻ"), "warn"),
    "exchanged": (gettext_lazy("Đã đổi"), "plain"),
    "none": (gettext_lazy("Chưa có hạng nào"), "plain"),
}
REGISTRATIONS: Mapping[str, Any] = {
    "none": gettext_lazy("Chưa đăng ký"),
    "temporary": gettext_lazy("Đăng ký tạm thời"),
    "registered": gettext_lazy("Đã đăng ký"),
    "withdrawn": gettext_lazy("Đã thu hồi đăng ký, biển số"),
    "ended": gettext_lazy("Đã chấm dứt đăng ký"),
}
STATUSES: Mapping[str, Any] = {
    "dang_su_dung": gettext_lazy("Đang sử dụng"),
    "da_ban_chua_sang_ten": gettext_lazy("Đã bán, cho, tặng, chưa sang tên"),
    "dang_dung_xe_nguoi_khac": gettext_lazy("Người khác đang sử dụng"),
    "thua_ke": gettext_lazy("Thừa kế"),
    "muon_thue": gettext_lazy("Cho mượn, cho thuê"),
    "mat_cap": gettext_lazy("Bị mất cắp"),
    "that_lac_giay_to": gettext_lazy("Thất lạc giấy tờ"),
    "hong_khong_su_dung": gettext_lazy("Hỏng, không sử dụng"),
    "het_nien_han": gettext_lazy("Hết niên hạn"),
    "da_tieu_huy_sat_vun": gettext_lazy("Đã tiêu hủy, bán sắt vụn"),
    "tam_khong_su_dung": gettext_lazy("Tạm không sử dụng"),
    "chuyen_dia_ban": gettext_lazy("Đã chuyển địa bàn"),
    "tam_giu_tich_thu": gettext_lazy("Bị tạm giữ, tịch thu"),
    "khong_xac_dinh": gettext_lazy("Chưa xác định"),
    "khac": gettext_lazy("Trường hợp khác"),
}
VEHICLE_KINDS: Mapping[str, Any] = {
    "o_to": gettext_lazy("Ô tô"),
    "ro_mooc": gettext_lazy("Rơ moóc"),
    "so_mi_ro_mooc": gettext_lazy("Sơ mi rơ moóc"),
    "bon_banh_cho_nguoi": gettext_lazy("Xe bốn bánh chở người"),
    "bon_banh_cho_hang": gettext_lazy("Xe bốn bánh chở hàng"),
    "mo_to": gettext_lazy("Mô tô"),
    "gan_may": gettext_lazy("Xe gắn máy"),
    "may_dien": gettext_lazy("Xe máy điện"),
    "tho_so": gettext_lazy("Xe thô sơ"),
    "chuyen_dung": gettext_lazy("Xe máy chuyên dùng"),
    "tuong_tu": gettext_lazy("Xe tương tự"),
}
PLATE_COLOURS: Mapping[str, Any] = {
    "trang": gettext_lazy("Trắng"),
    "vang": gettext_lazy("Vàng"),
    "xanh": gettext_lazy("Xanh"),
    "do": gettext_lazy("Đỏ"),
}
HAPPENED: Mapping[str, Any] = {
    Verb.SUBMIT: gettext_lazy("Đã gửi tờ khai"),
    Verb.WITHDRAW: gettext_lazy("Đã rút tờ khai"),
    Verb.ASK_BACK: gettext_lazy("Cán bộ yêu cầu bổ sung"),
    Verb.ANSWER: gettext_lazy("Đã bổ sung"),
    Verb.FORWARD: gettext_lazy("Đã chuyển đến nơi có thẩm quyền"),
    Verb.VERIFY: gettext_lazy("Cán bộ đã kiểm tra"),
    Verb.REFUSE: gettext_lazy("Không được chấp nhận"),
    Verb.APPROVE: gettext_lazy("Đã chấp nhận"),
    Verb.APPLY: gettext_lazy("Đã cập nhật vào sổ"),
    Verb.MARK_CONFLICT: gettext_lazy("Có thông tin khác nhau, đang xác minh"),
    Verb.CLEAR_CONFLICT: gettext_lazy("Đã xác minh xong"),
    Verb.OBJECT: gettext_lazy("Có người phản đối"),
    Verb.WITHDRAW_OBJECTION: gettext_lazy("Lời phản đối đã được rút"),
    Verb.UPHOLD: gettext_lazy("Lời phản đối được chấp nhận"),
    Verb.DISMISS: gettext_lazy("Lời phản đối không được chấp nhận"),
    Verb.RETRACT: gettext_lazy("Đã thu hồi việc chấp nhận"),
    "message": gettext_lazy("Tin nhắn"),
    "reminded": gettext_lazy("Hệ thống nhắc cán bộ xử lý"),
    "escalated": gettext_lazy("Quá hạn: đã báo cấp trên"),
}
WHO: Mapping[str, Any] = {
    "you": gettext_lazy("Bạn"),
    "desk": gettext_lazy("Công an cấp xã"),
    "system": gettext_lazy("Hệ thống"),
    "other": gettext_lazy("Người khác"),
}


@dataclass(frozen=True, slots=True)
class Met:
    """A criterion of a record.

    Attributes:
        name: đúng, đủ, sạch or sống.
        text: what it means here.
        is_met: whether it holds; None while nobody has looked.
        word: the same in a word.
        tone: of the word's badge.
        obstacles: what stands in the way.
        remedy: what the citizen can do about it.
    """

    name: str
    text: str
    is_met: bool | None
    word: str
    tone: str
    obstacles: tuple[str, ...]
    remedy: str


def days_text(kind: Kind) -> str:
    """Within how long a declaration is answered."""
    if kind.calendar:
        return _("%(count)s ngày kể từ ngày nhận, gồm cả ngày nghỉ") % {"count": kind.days}
    return _("%(count)s ngày làm việc") % {"count": kind.days}


def legal_text(code: str) -> str:
    """A law a declaration rests on."""
    return said(legal_sources()[code])


def next_step(mine: Mine, kind: Kind) -> str:
    """What happens next, or what the citizen has to do."""
    return str(NEXT[mine.line.state]) if kind.claims != "nothing" or mine.line.state not in _WRITTEN else str(ANSWERED)


def title(code: str) -> str:
    """What a kind of declaration is called."""
    return said(kinds()[code])


def help_text(kind: Kind) -> str:
    """A kind of declaration in plain words."""
    return either((kind.help_vi, kind.help_en))


def state_badge(state: State, plain: tuple[str, str]) -> Badge:
    """A state in plain words."""
    return Badge(either(plain), TONES[state])


def happened(what: str) -> str:
    """A line of the thread."""
    return str(HAPPENED.get(what, what))


def criteria(raised: Raised) -> list[Met]:
    """The four criteria of a record, as the latest run judged them: what each means here, and what stands in the way.

    What no run has looked at yet is neither met nor not met.
    """
    broken: dict[Criterion, list[Finding]] = {each: [] for each in CRITERIA}
    for finding in raised.findings:
        found = catalogue().get(finding.code)
        if found is None or finding.gone or finding.state != OPEN or finding.severity == "info":
            continue
        if found.criterion in broken:
            broken[found.criterion].append(finding)
    return [_met(criterion, raised.verdict.get(str(criterion)), broken[criterion]) for criterion in CRITERIA]


def _met(criterion: Criterion, judged: bool | None, broken: list[Finding]) -> Met:  # noqa: FBT001 - what a run said
    name, good, bad, remedy = CRITERIA[criterion]
    is_met = False if broken and judged is None else judged
    if is_met is None:
        return Met(str(name), _("chưa được kiểm tra lần nào"), None, _("chưa rõ"), "plain", (), "")
    if is_met:
        return Met(str(name), str(good), is_met, _("đạt"), "good", (), "")
    obstacles = tuple(dict.fromkeys(map(_obstacle, broken)))
    return Met(str(name), str(bad), is_met, _("chưa đạt"), "warn", obstacles, str(remedy))


def _obstacle(finding: Finding) -> str:
    """What is wrong, with the value it is about."""
    found = catalogue()[finding.code]
    text = either((found.title["vi"], found.title["en"]))
    return f"{text}: {finding.value}" if finding.value and len(finding.value) <= LONGEST_VALUE else text


def told_by(origin: Origin) -> str:
    """Where a value comes from, since when."""
    since = words.day(origin.since) if origin.since else ""
    match origin.origin:
        case "source":
            return _("Theo %(source)s, nhận ngày %(day)s") % {"source": words.source(origin.told_by), "day": since}
        case "procedure":
            return _("Ghi khi làm thủ tục, ngày %(day)s") % {"day": since}
        case "correction":
            return _("Đã được điều chỉnh ngày %(day)s") % {"day": since}
        case "judgement":
            return _("Cán bộ xác minh ngày %(day)s") % {"day": since}
    return ""


def looked(name: str) -> str:
    """What was looked at."""
    return said(event(name))


def purpose(code: str) -> str:
    """Why somebody looked."""
    found = purposes().get(code)
    return said(found) if found is not None else code


def looker(kind: str, unit: str) -> str:
    """Who looked: the office, which answers for its officers."""
    if kind == ActorKind.CITIZEN:
        return _("Chính bạn")
    if kind == ActorKind.SYSTEM:
        return _("Hệ thống (tự động)")
    if kind == ActorKind.PUBLIC:
        return _("Người kiểm tra công khai, không biết bạn là ai")
    if not unit:
        return _("Cơ quan cấp trung ương")
    return words.place_with_province(unit) if len(unit) == COMMUNE_DIGITS else words.place(unit)
