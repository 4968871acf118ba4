"""What the portal calls states of cards, applications and digital credentials, and what each means for the holder."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from sosach.chip.twins.content import Form, Kind
from sosach.chip.twins.status_list import State as TwinState
from sosach.domain.idcards.rules.applications import Ground, Problem
from sosach.domain.idcards.rules.applications import Kind as Wish
from sosach.domain.idcards.rules.wishes import Hand
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.applications import Step as Move
from sosach.domain.idcards.states.cards import CardState, CardStep

# State → badge, tone, what it means.
CARDS: Mapping[CardState, tuple[Any, str, Any]] = {
    CardState.ACTIVE: (_("Đang có hiệu lực"), "good", ""),
    CardState.HELD: (
        _("Đang bị giữ"),
        "warn",
        _("Cơ quan có thẩm quyền đang giữ thẻ và sẽ trả lại theo quy định."),
    ),
    CardState.LOST: (_("Đã báo mất"), "bad", _("Thẻ không dùng được nữa. Hãy đề nghị cấp lại thẻ.")),
    CardState.DAMAGED: (_("Đã báo hỏng"), "bad", _("Thẻ không dùng được nữa. Hãy đề nghị cấp lại thẻ.")),
    CardState.AT_OFFICE: (_("Chờ bạn đến nhận"), "warn", _("Khi đến nhận, mang theo thẻ cũ nếu còn.")),
    CardState.REPLACED: (
        _("Đã được thay bằng thẻ khác"),
        "plain",
        _("Nếu còn giữ thẻ này, hãy nộp lại cho công an xã."),
    ),
    CardState.EXPIRED: (_("Hết thời hạn"), "bad", _("Hãy đề nghị đổi thẻ.")),
    CardState.REVOKED: (_("Đã bị thu hồi"), "bad", _("Nếu còn giữ thẻ này, hãy nộp lại cho công an xã.")),
    CardState.ENDED: (_("Hết hiệu lực"), "plain", ""),
    CardState.RECOVERED: (_("Đã nộp lại"), "plain", ""),
    CardState.DESTROYED: (_("Đã tiêu hủy"), "plain", ""),
}
_MAKING = (_("Đang làm thẻ"), "info", _("Bạn không phải làm gì thêm."))
_COMING = (_("Đang chuyển đến nơi trả"), "info", _("Bạn không phải làm gì thêm."))
ON_THE_WAY: Mapping[CardState, tuple[Any, str, Any]] = {
    **dict.fromkeys((CardState.PLANNED, CardState.SIGNED, CardState.IN_WORK, CardState.PERSONALISED), _MAKING),
    **dict.fromkeys((CardState.ACCEPTED, CardState.DISPATCHED), _COMING),
}
# Cards nothing came of: their application goes on with another one.
UNSEEN = frozenset({CardState.SPOILED, CardState.ASTRAY, CardState.VOID})
HAPPENED: Mapping[CardStep, Any] = {
    CardStep.HAND_OVER: _("Đã trả thẻ cho bạn"),
    CardStep.HOLD: _("Cơ quan có thẩm quyền giữ thẻ"),
    CardStep.GIVE_BACK: _("Trả lại thẻ"),
    CardStep.REPORT_LOST: _("Báo mất thẻ"),
    CardStep.REPORT_DAMAGED: _("Báo hỏng thẻ"),
    CardStep.FIND: _("Thẻ có hiệu lực trở lại"),
    CardStep.REPLACE: _("Thẻ được thay bằng thẻ mới"),
    CardStep.EXPIRE: _("Thẻ hết thời hạn"),
    CardStep.REVOKE: _("Thẻ bị thu hồi"),
    CardStep.ARRIVE: _("Thẻ đã đến nơi trả"),
    CardStep.DISPATCH: _("Thẻ được gửi đến nơi trả"),
    CardStep.RECOVER: _("Thẻ đã nộp lại"),
    CardStep.DESTROY: _("Thẻ đã tiêu hủy"),
}
APPLICATIONS: Mapping[State, tuple[Any, str, Any]] = {
    State.WAITING_DATA: (
        _("Chờ sửa dữ liệu dân cư"),
        "warn",
        _("Dữ liệu dân cư của bạn thiếu hoặc khác điều bạn khai. Công an xã xem xét trước, thời hạn tạm dừng."),
    ),
    State.AWAITED: (
        _("Chờ bạn đến công an xã"),
        "warn",
        _("Người được cấp thẻ cần đến chụp ảnh, lấy vân tay, mống mắt. Thời hạn tạm dừng đến khi đến."),
    ),
    State.OPEN: (_("Đang thu nhận"), "info", ""),
    **dict.fromkeys(
        (State.CAPTURED, State.SCREENING, State.DOUBTED, State.BARRED, State.CLEAR),
        (_("Đang xem xét"), "info", _("Bạn không phải làm gì thêm.")),
    ),
    State.APPROVED: (_("Đã duyệt, chờ làm thẻ"), "good", _("Bạn không phải làm gì thêm.")),
    State.MADE: (_("Đang làm thẻ"), "info", _("Bạn không phải làm gì thêm.")),
    State.DONE: (_("Đã trả thẻ"), "good", ""),
    State.REFUSED: (_("Không được giải quyết"), "bad", ""),
    State.WITHDRAWN: (_("Đã rút"), "plain", ""),
    State.LAPSED: (_("Đã dừng giải quyết"), "bad", ""),
}
MOVED: Mapping[str, Any] = {
    "open": _("Đã nhận hồ sơ"),
    Move.DATA_RIGHT: _("Dữ liệu dân cư đã đúng"),
    Move.SEND_FOR_DATA: _("Chờ sửa dữ liệu dân cư"),
    Move.SUMMON: _("Mời đến công an xã"),
    Move.COME: _("Người được cấp thẻ đã đến"),
    Move.CAPTURE: _("Đã thu nhận ảnh, vân tay"),
    Move.REUSE: _("Dùng ảnh, vân tay của lần thu nhận trước"),
    Move.APPROVE: _("Đã duyệt"),
    Move.REFUSE: _("Từ chối"),
    Move.WITHDRAW: _("Rút hồ sơ"),
    Move.MAKE: _("Đưa vào làm thẻ"),
    Move.MAKE_AGAIN: _("Phải làm lại thẻ"),
    Move.HAND_OVER: _("Đã trả thẻ"),
    Move.TRANSFER: _("Chuyển nơi làm thẻ"),
    Move.LAPSE: _("Dừng giải quyết"),
    Move.REVIVE: _("Tiếp tục giải quyết"),
}
WISHES: Mapping[str, Any] = {
    Wish.FIRST: _("Cấp thẻ lần đầu"),
    Wish.EXCHANGE: _("Đổi thẻ"),
    Wish.REISSUE: _("Cấp lại thẻ"),
}
GROUNDS: Mapping[Ground, tuple[Any, Any]] = {
    Ground.NONE_YET: (_("Cấp thẻ lần đầu"), _("Khi chưa từng có thẻ căn cước, hoặc không còn thẻ nào.")),
    Ground.MILESTONE: (_("Đến tuổi phải đổi thẻ"), _("Đủ 14, 25, 40, 60 tuổi, hoặc trong hai năm trước đó.")),
    Ground.CHANGED: (_("Thông tin trên thẻ đã thay đổi"), _("Dữ liệu dân cư đã được sửa, thẻ còn ghi như cũ.")),
    Ground.DAMAGED: (_("Thẻ bị hư hỏng, muốn đổi thẻ"), _("Đến chụp ảnh mới và nộp lại thẻ cũ.")),
    Ground.LOST: (_("Thẻ bị mất"), _("Chưa báo mất thì thẻ được báo mất cùng lúc; thẻ hết dùng được ngay.")),
    Ground.UNUSABLE: (_("Thẻ hỏng, không dùng được"), _("Giữ thẻ hỏng để nộp lại khi nhận thẻ mới.")),
    Ground.NATIONALITY: (_("Được trở lại quốc tịch Việt Nam"), _("Thẻ trước đã bị thu hồi khi thôi quốc tịch.")),
}
# In addresses.
SLUGS: Mapping[Ground, str] = {
    Ground.NONE_YET: "lan-dau",
    Ground.MILESTONE: "den-tuoi",
    Ground.CHANGED: "thay-doi",
    Ground.DAMAGED: "hu-hong",
    Ground.LOST: "bi-mat",
    Ground.UNUSABLE: "khong-dung-duoc",
    Ground.NATIONALITY: "quoc-tich",
}
HANDS: Mapping[Hand, Any] = {
    Hand.NOTHING: _("Chưa có thẻ căn cước."),
    Hand.IN_FORCE: _("Đang có thẻ."),
    Hand.HELD: _("Thẻ đang do cơ quan có thẩm quyền giữ. Nhận lại thẻ rồi mới đổi được."),
    Hand.LOST: _("Thẻ đã báo mất."),
    Hand.DAMAGED: _("Thẻ đã báo hỏng."),
    Hand.EXPIRED: _("Thẻ đã hết thời hạn."),
    Hand.STRIPPED: _("Thẻ đã bị thu hồi khi thôi quốc tịch Việt Nam."),
}
# What the record lacks: the application is taken in, and waits until that is put right.
LACKS: Mapping[Problem, Any] = {
    Problem.BIRTH_DATE: _("Ngày sinh chưa đủ ngày, tháng, năm."),
    Problem.NAME: _("Thiếu họ tên."),
    Problem.SEX: _("Thiếu giới tính."),
    Problem.RESIDENCE: _("Thiếu nơi cư trú."),
}
# Why nothing may be applied for.
STOPS: Mapping[Problem, Any] = {
    Problem.NO_PIN: _("Dữ liệu dân cư chưa có số định danh cá nhân. Hãy đến công an xã nơi cư trú."),
    Problem.NOT_ALIVE: _(
        "Dữ liệu dân cư ghi là đã chết, mất tích hoặc định cư ở nước ngoài. Nếu sai, hãy đến công an xã."
    ),
    Problem.MERGED: _("Hồ sơ dân cư này đã gộp vào hồ sơ khác. Hãy đăng nhập lại bằng số định danh đang dùng."),
    Problem.FOREIGN: _("Dữ liệu dân cư ghi không có quốc tịch Việt Nam. Thẻ căn cước chỉ cấp cho công dân Việt Nam."),
    Problem.REPRESENTATIVE: _("Dưới 14 tuổi thì cha, mẹ hoặc người đại diện nộp hồ sơ thay."),
    Problem.HAS_CARD: _("Dữ liệu dân cư ghi đã có thẻ. Nếu sai, hãy đến công an xã."),
    Problem.NO_CARD: _("Dữ liệu dân cư chưa ghi thẻ nào để đổi hoặc cấp lại."),
    Problem.TOO_EARLY: _("Thẻ chưa đến hạn đổi theo độ tuổi."),
}
TWINS: Mapping[Kind, Any] = {Kind.IDENTITY: _("Căn cước"), Kind.LICENCE: _("Giấy phép lái xe")}
# What goes into the wallet (`chip.twins.content`), in plain words.
CONTENTS: Mapping[Kind, Any] = {
    Kind.IDENTITY: _(
        "Họ tên, ngày sinh, giới tính, quốc tịch, số định danh, nơi cư trú, nơi sinh, ảnh chân dung (chỉ ở bản ISO mdoc); "
        "số thẻ, ngày cấp, ngày hết hạn, cơ quan cấp; đã đủ 18 tuổi hay chưa. Không có vân tay, dân tộc, tôn giáo, cha mẹ."
    ),
    Kind.LICENCE: _(
        "Họ tên, ngày sinh, ảnh chân dung (chỉ ở bản ISO mdoc); số giấy phép, ngày cấp, ngày hết hạn, cơ quan cấp, các hạng còn được lái; "
        "đã đủ 18 tuổi hay chưa. Không có nơi cư trú."
    ),
}
FORMS: Mapping[Form, Any] = {
    Form.MDOC: _("đọc trực tiếp trên điện thoại (ISO mdoc)"),
    Form.SD_JWT: _("gửi qua mạng (SD-JWT)"),
}
TWIN_STATES: Mapping[TwinState, tuple[Any, str]] = {
    TwinState.VALID: (_("Có hiệu lực"), "good"),
    TwinState.SUSPENDED: (_("Tạm ngừng"), "warn"),
    TwinState.INVALID: (_("Đã hủy"), "bad"),
}
