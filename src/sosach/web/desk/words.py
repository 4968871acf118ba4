"""What the desk calls columns, states, outcomes and reasons."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from sosach.base.sensitivity import Withheld
from sosach.domain.campaign.rules.fixes import FixKind
from sosach.domain.campaign.states.cases import State
from sosach.domain.campaign.states.solving import SolutionState
from sosach.vn.catalogue import catalogue
from sosach.web.frame import words
from sosach.web.frame.language import is_vietnamese
from sosach.web.frame.parts import Badge

REGISTERS: Mapping[str, Any] = {
    "vehicles": _("Xe"),
    "licences": _("Giấy phép lái xe"),
    "population": _("Dân cư"),
}
# Columns of records in the order they are compared: whose it is first.
COLUMNS: Mapping[str, Mapping[str, Any]] = {
    "vehicles": {
        "owner_name": _("Tên chủ xe"),
        "owner_id_number": _("Số giấy tờ của chủ xe"),
        "owner_birth_date": _("Ngày sinh của chủ xe"),
        "owner_address": _("Địa chỉ của chủ xe"),
        "owner_phone": _("Điện thoại"),
        "plate_display": _("Biển số như đã ghi"),
        "plate_number": _("Biển số"),
        "plate_colour": _("Màu biển"),
        "kind": _("Loại xe"),
        "brand": _("Nhãn hiệu"),
        "model": _("Số loại"),
        "paint_colour": _("Màu sơn"),
        "chassis_number": _("Số khung"),
        "engine_number": _("Số máy"),
        "manufactured_year": _("Năm sản xuất"),
        "first_registered_on": _("Ngày đăng ký lần đầu"),
        "registration": _("Đăng ký"),
        "owner_kind": _("Chủ là"),
        "owner_since": _("Là chủ từ ngày"),
        "owner_person_id": _("Chủ xe trong dữ liệu dân cư"),
        "declared_status": _("Tình trạng chủ xe khai"),
        "known_status": _("Tình trạng"),
        "commune_code": _("Xã quản lý"),
        "province_code": _("Tỉnh"),
        "plate_kind": _("Kiểu biển"),
        "certificate_number": _("Số chứng nhận đăng ký"),
        "issued_on": _("Ngày cấp"),
        "issued_by": _("Nơi cấp"),
        "origin": _("Nguồn gốc xe"),
        "seats": _("Số chỗ ngồi"),
        "displacement_cm3": _("Dung tích (cm³)"),
        "user_person_id": _("Người đang sử dụng"),
        "chassis_disputed": _("Số khung đang tranh chấp"),
        "chassis_restamped": _("Số khung đóng lại"),
        "service_until_year": _("Niên hạn đến năm"),
        "temporary_number": _("Biển tạm"),
        "temporary_until": _("Biển tạm đến ngày"),
        "transport_business": _("Kinh doanh vận tải"),
        "proposed_status": _("Tình trạng đề xuất"),
        "data_state": _("Trạng thái dữ liệu"),
        "last_step": _("Thủ tục gần nhất"),
        "owner_old_papers": _("Giấy tờ cũ của chủ xe"),
        "standing_places": _("Số chỗ đứng"),
        "lying_places": _("Số chỗ nằm"),
        "payload_kg": _("Tải trọng (kg)"),
        "kerb_kg": _("Khối lượng bản thân (kg)"),
        "gross_kg": _("Khối lượng toàn bộ (kg)"),
        "towed_kg": _("Khối lượng kéo theo (kg)"),
        "power_kw": _("Công suất (kW)"),
        "certificate_until": _("Chứng nhận có hạn đến"),
    },
    "licences": {
        "full_name": _("Họ và tên"),
        "birth_date": _("Ngày sinh"),
        "sex": _("Giới tính"),
        "address": _("Địa chỉ"),
        "licence_number": _("Số giấy phép lái xe"),
        "number_form": _("Kiểu số"),
        "nationality": _("Quốc tịch"),
        "holder_id": _("Người được cấp trong dữ liệu dân cư"),
        "joined_into_id": _("Đã gộp vào"),
        "commune_code": _("Xã quản lý"),
        "province_code": _("Tỉnh"),
        "happened": _("Đã xảy ra"),
        "id_number": _("Số giấy tờ"),
    },
    "population": {
        "full_name": _("Họ và tên"),
        "pin": _("Số định danh cá nhân"),
        "birth_date": _("Ngày sinh"),
        "sex": _("Giới tính"),
        "birth_place": _("Nơi sinh"),
        "birth_registration_place": _("Nơi đăng ký khai sinh"),
        "birth_registration_code": _("Mã nơi đăng ký khai sinh"),
        "hometown": _("Quê quán"),
        "ethnicity": _("Dân tộc"),
        "religion": _("Tôn giáo"),
        "nationality": _("Quốc tịch"),
        "second_nationality": _("Quốc tịch thứ hai"),
        "blood_type": _("Nhóm máu"),
        "residence_file": _("Số hồ sơ cư trú"),
        "marital_status": _("Tình trạng hôn nhân"),
        "died_on": _("Ngày mất"),
        "missing_since": _("Mất tích từ"),
        "other": _("Thông tin khác"),
        "life_status": _("Tình trạng"),
        "merged_into": _("Đã gộp vào"),
        "commune_code": _("Xã cư trú"),
        "province_code": _("Tỉnh"),
    },
}
STATES: Mapping[str, tuple[Any, str]] = {
    State.IMPORTED: (_("Chưa ai nhận"), "plain"),
    State.ASSIGNED: (_("Đã giao"), "info"),
    State.CONTACTED: (_("Đã gặp, chờ người dân"), "info"),
    State.UNREACHABLE: (_("Chưa gặp được"), "warn"),
    State.DECLARED: (_("Đã kê khai"), "info"),
    State.VERIFIED: (_("Chờ người thứ hai duyệt"), "warn"),
    State.APPROVED: (_("Đang kiểm tra lại"), "info"),
    State.RETURNED: (_("Bị trả lại"), "warn"),
    State.CONFLICT: (_("Tranh chấp"), "bad"),
    State.MOVED: (_("Từ nơi khác chuyển đến"), "info"),
    State.CLEANED: (_("Đã sạch"), "good"),
    State.GONE: (_("Không còn cảnh báo"), "good"),
}
ANSWERS: Mapping[str, tuple[Any, str]] = {
    SolutionState.PROPOSED: (_("chờ duyệt"), "warn"),
    SolutionState.DONE: (_("đã ghi"), "good"),
    SolutionState.REFUSED: (_("bị từ chối"), "bad"),
    SolutionState.UNDONE: (_("đã hoàn tác"), "plain"),
}
SEVERITIES: Mapping[str, tuple[Any, str]] = {
    "error": (_("lỗi"), "bad"),
    "warning": (_("cảnh báo"), "warn"),
    "info": (_("lưu ý"), "info"),
}
ORIGINS: Mapping[str, Any] = {
    "source": _("Nguồn đã nhập"),
    "procedure": _("Thủ tục"),
    "correction": _("Sửa sai"),
    "judgement": _("Kết luận của cán bộ"),
    "retraction": _("Thu hồi"),
    "default": _("Chưa ai ghi"),
}
# What is kept as the reason of an answer when the officer types no other: what lay on the screen.
REASONS: Mapping[str, Any] = {
    FixKind.SAME: _("Đã đối chiếu họ tên, ngày sinh, giấy tờ, địa chỉ với dữ liệu dân cư: là một người."),
    FixKind.DIFFERENT: _("Đã đối chiếu họ tên, ngày sinh, giấy tờ, địa chỉ với dữ liệu dân cư: không phải người này."),
    FixKind.UNSURE: _("Những gì thấy trên màn hình chưa đủ để kết luận."),
    FixKind.TWIN: _("Đã đối chiếu từng mục với bản ghi trùng: là một."),
    FixKind.APART: _("Đã đối chiếu từng mục với bản ghi trùng: không phải một."),
    FixKind.DISMISS: _("Đã đối chiếu: giá trị đang ghi là đúng."),
}
STATUSES: Mapping[str, Any] = {
    "dang_su_dung": _("Đang sử dụng (chính chủ)"),
    "da_ban_chua_sang_ten": _("Đã bán/cho/tặng, chưa sang tên"),
    "dang_dung_xe_nguoi_khac": _("Đang sử dụng xe không chính chủ (mua lại nhiều đời chủ)"),
    "thua_ke": _("Xe của người chết/được thừa kế"),
    "muon_thue": _("Người khác sử dụng (mượn, thuê, người nhà)"),
    "mat_cap": _("Bị mất cắp/cướp"),
    "that_lac_giay_to": _("Mất giấy chứng nhận/biển số"),
    "hong_khong_su_dung": _("Hỏng, không sử dụng được"),
    "het_nien_han": _("Hết niên hạn"),
    "da_tieu_huy_sat_vun": _("Đã bán sắt vụn/tiêu hủy"),
    "tam_khong_su_dung": _("Tạm không sử dụng"),
    "chuyen_dia_ban": _("Không còn trên địa bàn/đã chuyển đi"),
    "tam_giu_tich_thu": _("Bị tạm giữ, tịch thu"),
    "khong_xac_dinh": _("Không tìm thấy chủ xe/không rõ"),
    "khac": _("Khác"),
}
UNDO = _("Bấm nhầm, làm lại.")
# Values that are codes, by column.
_CODES: Mapping[str, Mapping[str, Any]] = {
    "kind": {
        "o_to": _("Xe ô tô"),
        "ro_mooc": _("Rơ moóc"),
        "so_mi_ro_mooc": _("Sơ mi rơ moóc"),
        "bon_banh_cho_nguoi": _("Xe bốn bánh chở người"),
        "bon_banh_cho_hang": _("Xe bốn bánh chở hàng"),
        "mo_to": _("Xe mô tô"),
        "gan_may": _("Xe gắn máy"),
        "may_dien": _("Xe máy điện"),
        "tho_so": _("Xe thô sơ"),
        "chuyen_dung": _("Xe máy chuyên dùng"),
        "tuong_tu": _("Xe tương tự"),
    },
    "known_status": STATUSES,
    "declared_status": STATUSES,
    "proposed_status": STATUSES,
    "plate_colour": {"trang": _("Trắng"), "vang": _("Vàng"), "xanh": _("Xanh"), "do": _("Đỏ")},
    "plate_kind": {"car": _("Ô tô"), "motorbike": _("Mô tô, xe máy"), "any": _("Chưa rõ")},
    "owner_kind": {"person": _("Cá nhân"), "organisation": _("Tổ chức"), "unknown": _("Chưa xác định")},
    "registration": {
        "none": _("Chưa đăng ký"),
        "temporary": _("Đăng ký tạm"),
        "registered": _("Đã đăng ký"),
        "withdrawn": _("Đã thu hồi chứng nhận, biển số"),
        "ended": _("Không được lưu hành nữa"),
    },
    "life_status": {
        "alive": _("Còn sống"),
        "deceased": _("Đã mất"),
        "missing": _("Mất tích"),
        "emigrated": _("Đã xuất cảnh"),
    },
    "data_state": {"imported": _("Từ nguồn đã nhập")},
    "sex": {"M": _("Nam"), "F": _("Nữ")},
}
_DAYS = frozenset(
    {
        "birth_date",
        "owner_birth_date",
        "first_registered_on",
        "owner_since",
        "issued_on",
        "certificate_until",
        "died_on",
    }
)


def column(register: str, name: str) -> str:
    """What a column is called."""
    return str(COLUMNS[register].get(name, name))


def value(name: str, told: Any) -> str:
    """A value of a column as people read it."""
    if isinstance(told, Withheld):
        return str(_("(không hiển thị cho vai trò này)"))
    if isinstance(told, bool):
        return str(_("có") if told else _("không"))
    text = "" if told is None else str(told)
    if name in {"commune_code", "province_code"}:
        return words.place(text)
    if name in _DAYS or isinstance(told, date):
        return words.day(told)
    if isinstance(told, Mapping):
        return ", ".join(f"{key}: {one}" for key, one in told.items())
    return str(_CODES.get(name, {}).get(text, text))


def finding(code: str, field_value: str, proposed: str | None) -> str:
    """The sentence of a finding; the title where the sentence speaks of another record."""
    language = "vi" if is_vietnamese() else "en"
    check = catalogue().get(code)
    if check is None:
        return code
    if "{other}" in check.explanation[language]:
        return check.title[language]
    return check.explanation[language].format(value=field_value or "–", proposed=proposed or "–")


def title(code: str) -> str:
    """What a finding is called."""
    check = catalogue().get(code)
    return check.title["vi" if is_vietnamese() else "en"] if check is not None else code


def legal(code: str) -> list[str]:
    """Legal sources of a check, by their titles."""
    check = catalogue().get(code)
    return [f"{source.vi if is_vietnamese() else source.en}" for source in check.legal] if check is not None else []


def badge(table: Mapping[str, tuple[Any, str]], name: str) -> Badge:
    """A state in a word."""
    text, tone = table[name]
    return Badge(str(text), tone)
