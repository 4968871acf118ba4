"""The words people read for the closed lists of a run: registers, decisions, result classes, criteria, actions."""

from typing import Final, Literal

from sosach.base.decisions import Criterion, Decision, ResultClass
from sosach.base.findings import Severity
from sosach.base.registers import Register

Lang = Literal["vi", "en"]
Words = dict[str, str]

LANGS: Final[tuple[Lang, Lang]] = ("vi", "en")

REGISTERS: Final[dict[str, Words]] = {
    Register.VEHICLES: {"vi": "Phương tiện", "en": "Vehicles"},
    Register.LICENCES: {"vi": "Giấy phép lái xe", "en": "Driving licences"},
    Register.POPULATION: {"vi": "Dân cư", "en": "Population"},
}

RESULTS: Final[dict[str, Words]] = {
    ResultClass.MATCH: {"vi": "Trùng khớp", "en": "Match"},
    ResultClass.DISCREPANCY: {"vi": "Sai lệch", "en": "Discrepancy"},
    ResultClass.NO_INFORMATION: {"vi": "Không có thông tin", "en": "No information"},
    ResultClass.NOT_ELIGIBLE: {"vi": "Chưa đủ điều kiện đối chiếu", "en": "Not eligible for matching"},
}

RESULT_MEANINGS: Final[dict[str, Words]] = {
    ResultClass.MATCH: {
        "vi": "Tìm được đúng một người và mọi trường chính đều khớp với dữ liệu dân cư.",
        "en": "One person was found and every key field agrees with the population register.",
    },
    ResultClass.DISCREPANCY: {
        "vi": "Tìm được người, nhưng có ít nhất một trường khác với dữ liệu dân cư.",
        "en": "The person was found, but at least one field differs from the population register.",
    },
    ResultClass.NO_INFORMATION: {
        "vi": "Không tìm thấy ai trong dữ liệu dân cư khớp với bản ghi.",
        "en": "Nobody in the population register fits the record.",
    },
    ResultClass.NOT_ELIGIBLE: {
        "vi": "Chưa thể đối chiếu: chủ là tổ chức, xe hết niên hạn, hoặc bản ghi không có gì dùng được để tìm.",
        "en": "Cannot be matched: the owner is an organisation, the vehicle is over age, or nothing usable is recorded.",
    },
}

DECISIONS: Final[dict[str, Words]] = {
    Decision.LINK: {"vi": "Đã xác định", "en": "Linked"},
    Decision.REVIEW: {"vi": "Cần người xem", "en": "For review"},
    Decision.NONE: {"vi": "Chưa tìm thấy", "en": "Nobody found"},
}

CRITERIA: Final[dict[str, Words]] = {
    Criterion.CORRECT: {"vi": "Đúng", "en": "Correct"},
    Criterion.COMPLETE: {"vi": "Đủ", "en": "Complete"},
    Criterion.CLEAN: {"vi": "Sạch", "en": "Clean"},
    Criterion.LIVE: {"vi": "Sống", "en": "Live"},
}

CRITERION_MEANINGS: Final[dict[str, Words]] = {
    Criterion.CORRECT: {
        "vi": "Khớp với dữ liệu dân cư và đúng quy định.",
        "en": "Agrees with the population register and with the rules.",
    },
    Criterion.COMPLETE: {"vi": "Có đủ mọi trường bắt buộc.", "en": "Every mandatory field is filled."},
    Criterion.CLEAN: {
        "vi": "Không trùng lặp, không có giá trị sai quy cách, chỉ một chủ.",
        "en": "No duplicate, no malformed value, one owner.",
    },
    Criterion.LIVE: {
        "vi": "Không có biến động nào (mất, chuyển đi, hết hạn) mà bản ghi chưa theo kịp.",
        "en": "Nothing has happened in life (death, move, expiry) that the record has not followed.",
    },
}

SEVERITIES: Final[dict[str, Words]] = {
    Severity.ERROR: {"vi": "Lỗi", "en": "Error"},
    Severity.WARNING: {"vi": "Cảnh báo", "en": "Warning"},
    Severity.INFO: {"vi": "Ghi chú", "en": "Note"},
}

ACTIONS: Final[dict[str, Words]] = {
    "none": {"vi": "Không còn việc phải làm", "en": "Nothing left to do"},
    "confirm": {"vi": "Xác nhận đề xuất", "en": "Confirm proposals"},
    "choose": {"vi": "Chọn đúng người", "en": "Choose the person"},
    "identify": {"vi": "Tìm chủ", "en": "Identify the owner"},
    "follow_life": {"vi": "Cập nhật biến động", "en": "Follow up a life event"},
    "duplicate": {"vi": "Xử lý trùng", "en": "Resolve a duplicate"},
    "complete": {"vi": "Bổ sung thông tin", "en": "Complete missing fields"},
    "organisation": {"vi": "Chủ là tổ chức", "en": "Owner is an organisation"},
    "over_age": {"vi": "Xe hết niên hạn", "en": "Vehicle beyond service life"},
}

PLATE_KINDS: Final[dict[str, Words]] = {
    "car": {"vi": "Ô tô", "en": "Cars"},
    "motorbike": {"vi": "Mô tô, xe máy", "en": "Motorbikes"},
    "trailer": {"vi": "Rơ moóc, sơ mi rơ moóc", "en": "Trailers"},
    "any": {"vi": "Loại khác", "en": "Other kinds"},
    "temporary": {"vi": "Biển tạm thời", "en": "Temporary plates"},
    "foreign": {"vi": "Biển nước ngoài", "en": "Foreign plates"},
    "military": {"vi": "Biển quân đội", "en": "Military plates"},
    "ambiguous": {"vi": "Không phân biệt được ô tô hay mô tô", "en": "Car or motorbike, cannot be told apart"},
}

_HOLDER: Final[dict[str, Words]] = {
    Register.VEHICLES: {"vi": "chủ xe", "en": "the owner"},
    Register.LICENCES: {"vi": "người có giấy phép", "en": "the licence holder"},
    Register.POPULATION: {"vi": "công dân", "en": "the citizen"},
}

_TODO: Final[dict[str, Words]] = {
    "none": {"vi": "Không phải làm gì thêm.", "en": "Nothing more to do."},
    "confirm": {
        "vi": "Đã tìm được đúng một người. Hỏi {holder}, xem giấy tờ rồi xác nhận hoặc sửa các đề xuất.",
        "en": "One person was found. Ask {holder}, look at the papers, then confirm or correct the proposals.",
    },
    "choose": {
        "vi": "Có người có thể là {holder} nhưng chưa đủ chắc. Hỏi, xem giấy tờ rồi chọn đúng một ứng viên, hoặc ghi không ai đúng.",
        "en": "Somebody may be {holder}, but it is not sure enough. Ask, look at the papers, then choose a candidate or note that none fits.",
    },
    "identify": {
        "vi": "Không tìm thấy {holder} trong dữ liệu dân cư. Tìm gặp, xem giấy tờ và ghi số định danh cá nhân.",
        "en": "Nobody in the population register fits. Find {holder}, look at the papers and write down the PIN.",
    },
    "follow_life": {
        "vi": "Có biến động mà bản ghi chưa theo kịp. Hỏi rõ, xác minh rồi hướng dẫn làm thủ tục.",
        "en": "Something happened that the record has not followed. Ask, verify, then start the procedure.",
    },
    "duplicate": {
        "vi": "Bản ghi trùng với bản ghi khác. Xem giấy tờ gốc, ghi rõ bản nào đúng, báo cấp trên xử lý bản còn lại.",
        "en": "The record doubles another one. Look at the original papers, note which one is right, report the other.",
    },
    "complete": {
        "vi": "Còn thiếu thông tin bắt buộc. Hỏi {holder} và ghi bổ sung.",
        "en": "Mandatory fields are empty. Ask {holder} and fill them in.",
    },
    "organisation": {
        "vi": "Chủ là tổ chức. Liên hệ tổ chức, ghi mã số định danh hoặc mã số thuế và người đại diện.",
        "en": "The owner is an organisation. Contact it, write down its ID code or tax code and its representative.",
    },
    "over_age": {
        "vi": "Xe hết niên hạn sử dụng. Xác minh xe còn hay không, hướng dẫn thu hồi đăng ký và biển số.",
        "en": "The vehicle is beyond its service life. Verify whether it still exists; start withdrawal of its papers.",
    },
}


def todo(action: str, register: str, lang: Lang) -> str:
    """Say what an action asks of the commune, for one register.

    >>> todo("complete", "licences", "vi")
    'Còn thiếu thông tin bắt buộc. Hỏi người có giấy phép và ghi bổ sung.'
    """
    return _TODO[action][lang].format(holder=_HOLDER[register][lang])


def holder(register: str, lang: Lang) -> str:
    """Name the person a record of the register is about.

    >>> holder("vehicles", "en")
    'the owner'
    """
    return _HOLDER[register][lang]
