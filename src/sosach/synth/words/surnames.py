"""Surnames beyond the measured dozen, and those of the minorities in the provinces where they live."""

from typing import Final

from sosach.synth.words import listed

OTHERS: Final = listed(
    "Trương Đinh Lâm Mai Trịnh Đoàn Đào Hà Cao Tô Lương Lưu Thái Tạ Châu Phùng Quách Chu Tăng Vương Từ Đàm Kiều Nghiêm Thạch Văn La Lại "
    "Khổng Tôn Mạc Triệu Ninh Hứa Bạch Cù Doãn Diệp Đậu Giang Hàn Kim Lục Mã Nhâm Nông Ông Phí Quan Quản Sầm Sơn Thân Thiều Tiêu "
    "Tống Trầm Ung Viên Vi Vòng Xa Yên Âu Ấu Bành Biện Cấn Chử Cung Danh Đái Đồng Đới Giáp Hạ Hán Hoa Khuất Khúc Khương Lã Lều Ma "
    "Mẫn Nhữ Phó Phương Sử Tào Thi Thôi Tiếp Tòng Ứng Vạn Viêm"
)

COMPOUND: Final = ("Tôn Nữ", "Tôn Thất", "Nguyễn Phúc", "Lê Trần", "Trần Lê", "Đặng Trần", "Vũ Hoàng", "Nguyễn Đình")

# GSO codes of the old provinces where each people's surnames are common, the share of people who bear them, the surnames.
NORTHERN_MOUNTAINS: Final = frozenset(listed("02 04 06 08 10 11 12 14 15 17 19 20"))
CENTRAL_HIGHLANDS: Final = frozenset(listed("62 64 66 67 68"))
MEKONG_KHMER: Final = frozenset(listed("84 86 91 92 93 94 95 96"))

MINORITY: Final[tuple[tuple[frozenset[str], float, tuple[str, ...]], ...]] = (
    (
        NORTHERN_MOUNTAINS,
        0.45,
        listed(
            "Nông Lò Vàng Giàng Sùng Lường Quàng Ma Bế Triệu Lù Thào Hạng Cầm Bàn Hà Vi Lý Chảo Tẩn Phàn Mùa Lầu Cà Tòng Hầu Thèn "
            "Xin Sèn Cháng Lèng Hoàng Đàm Mông"
        ),
    ),
    (
        CENTRAL_HIGHLANDS,
        0.30,
        (
            "Y",
            "H'",
            "K'",
            "Ka",
            "Siu",
            "Ksor",
            "Rơ Châm",
            "Rah Lan",
            "Kpă",
            "Nay",
            "A",
            "Đinh",
            "Rơ Mah",
            "Hmok",
            "Niê",
            "Mlô",
        ),
    ),
    (
        MEKONG_KHMER,
        0.18,
        (
            "Thạch",
            "Kim",
            "Sơn",
            "Danh",
            "Châu",
            "Lâm",
            "Trà",
            "Liêu",
            "Kiên",
            "Thị",
            "Neáng",
            "Lý",
            "Tăng",
            "Chau",
            "Kiêm",
        ),
    ),
)

WITHOUT_MIDDLE: Final = frozenset(
    ("Y", "H'", "K'", "Ka", "Siu", "Ksor", "Rơ Châm", "Rah Lan", "Kpă", "Nay", "A", "Rơ Mah", "Hmok", "Niê", "Mlô")
)
"""Surnames (or name particles) that are followed by a highland given name without a middle name."""
