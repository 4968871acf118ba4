"""Given names and middle names by sex and by the years in which they were the fashion, most frequent first."""

from typing import Final

from sosach.synth.words import listed

MEN_OLD: Final = listed(
    "Hùng Dũng Minh Sơn Hải Thành Tuấn Bình Thắng Hòa Long Cường Tâm Thanh Quang Lợi Phúc Tài Đức Hiếu Dân Chiến Nam Hưng Tiến Ba "
    "Bảy Tư Năm Sáu Chín Mười Hai Út Cả Lực Lộc Thọ Phước Nghĩa Nhân Lễ Trí Tín Hậu Khánh Thuận Tường Thái An Ninh Định Mạnh Khoa "
    "Vinh Quý Sang Giàu Mỹ Kỳ Đông Tây Bắc Xuân Thu Sửu Dần Tý Ngọ Mùi Thân Dậu Tuất Hợi Thìn Tỵ Lai Hồng Đạt Được Thêm Xê Kiệm Cần "
    "Liêm Chính Trung Hiền Lương Nhẫn Nhơn Thiện Thân Thạnh Phát Hiệp Hạnh Khởi Luận Ngữ Chương Hoạch Huấn Khang Nhuận Soạn Thược "
    "Toản Trạch Tựu Viễn Vượng Xứng Yên"
)

MEN_MIDDLE: Final = listed(
    "Hùng Tuấn Dũng Cường Thắng Hải Sơn Minh Thành Nam Long Hưng Tùng Quân Tú Hiếu Trung Đức Kiên Linh Phương Hoàng Việt Anh Toàn Quyết "
    "Vũ Thịnh Vinh Hà Khánh Giang Huy Lâm Tiến Ngọc Phong Bằng Công Chung Thanh Bình Thái Tân Thủy Đại Đông Hậu Chiến Trường Quang Duy "
    "Khoa Luân Nhân Tâm Thiện Thuận Trí Văn Khải Lộc Phúc Phát Tài Tín Hiệp Hòa Hoạt Hoan Hào Hiển Học Khiêm Kha Khuê Lượng Luyện Lĩnh "
    "Mạnh Nguyên Nghị Nghiêm Nhật Nhã Ninh Pháp Quốc Quý Quyền Sáng Sinh Sỹ Tạo Thạch Thao Thi Thông Thụ Thuyết Tĩnh Toán Tới Trọng Triều "
    "Trực Tuyên Tuyến Vĩnh Vương Ước"
)

MEN_NEW: Final = listed(
    "Anh Minh Huy Khang Bảo Phúc Khoa Phát Đạt Khôi Long Nam Duy Quân Kiệt Thịnh Tuấn Hưng Hoàng Hiếu Nhân Trí Tài Phong Nguyên An Phú "
    "Thành Đức Dũng Lộc Khánh Vinh Tiến Nghĩa Thiện Hào Hải Đăng Quang Lâm Nhật Trung Thắng Tú Hùng Tâm Sang Sơn Thái Cường Vũ Toàn Ân "
    "Thuận Bình Trường Danh Kiên Phước Thiên Tân Việt Khải Tín Dương Tùng Quý Hậu Trọng Triết Luân Phương Quốc Thông Khiêm Hòa Thanh Tường "
    "Kha Vỹ Bách Khanh Mạnh Lợi Đại Hiệp Đông Nhựt Giang Kỳ Phi Tấn Văn Vương Công Hiển Linh Ngọc Vĩ Quyền Hiền Tiệp Sĩ Uy Tiên Vượng Tới"
)

WOMEN_OLD: Final = listed(
    "Lan Hoa Hồng Mai Cúc Đào Huệ Liên Sen Bưởi Na Mận Hường Nga Nguyệt Tuyết Thu Xuân Hạ Đông Bé Gái Tư Năm Sáu Bảy Tám Chín Mười Ba "
    "Hai Út Lựu Nhài Nhàn Nhung Lụa Vải Tơ Vóc Gấm Lý Tình Nghĩa Thảo Hiền Lành Ngoan Thơm Thắm Tươi Xinh Đẹp Dung Hạnh Ngôn Công Phượng "
    "Loan Yến Oanh Én Nhạn Vân Mây Sương Gió Trăng Sao Ánh Sáng Rạng Bình Minh Thanh Thái Hòa Thuận An Ninh Phúc Lộc Thọ Khánh Quý Vàng "
    "Bạc Ngọc Châu Trân Báu Kim Cương Chi Chiến Thắng Lợi Mùi Thìn Tý Sửu Dần Mão Ngọ Thân Dậu Tuất Hợi Luyến Lưu Mến Nhớ Thương Mơ "
    "Mỹ Nết Chanh Bông Đượm Đằm Hẹn Hợp Khuyên"
)

WOMEN_MIDDLE: Final = listed(
    "Hương Hà Hằng Hạnh Hoa Lan Mai Thủy Nga Hiền Thu Hồng Nhung Phương Yến Loan Huệ Oanh Hường Dung Trang Vân Linh Thảo Ngọc Tuyết Liên "
    "Xuân Bình Anh Minh Tâm Thanh Nguyệt Hòa Lý Lệ Cúc Đào Ánh Giang Quyên Huyền Hải Duyên Thúy Thoa Chi Diệp Nhàn Sen Phượng Tươi Thắm "
    "Hậu Thơm Thương Hợp Khuyên Lành Thùy Vui Mến Mơ Hoài Nhi My Như Quỳnh Châu Diễm Diệu Điệp Đoan Gấm Huế Hoàn Hạ Kiều Kim Lam Liễu "
    "Lụa Lựu Luyến Miên Mỹ Nụ Ngân Ngà Nguyên Nhã Nhạn Nhiên Ninh Oánh Phúc Phụng Quế Quý Sương Son Tần Thái Thêu Thi Thiện Thịnh Thơ "
    "Thuận Thục Thư Thường Tiên Tình Toan Trà Trâm Trinh Trúc Tú Tuyến Uyên Vàng Vinh Vượng Vy Xoan Xuyến Ý"
)

WOMEN_NEW: Final = listed(
    "Anh Linh Trang Ngân Vy Nhi Thảo Phương Hân Ngọc My Như Quỳnh Thư Uyên Huyền Hà Hương Yến Trân Châu Mai Nguyên Minh Chi Ly Tiên Nhung "
    "Trinh Duyên Giang Hằng Khánh Lan Thùy Thúy Tuyền Thy Trâm Dung An Hiền Tâm Vân Oanh Loan Thanh Hạnh Ánh Hoa Thủy Đan Khuê Diệp Ngà "
    "Bích Diễm Băng Hoài Hoàng Kiều Lam Mỹ Mẫn Nga Quyên San Sương Tú Tường Trúc Vi Xuân Ý Đào Bình Cẩm Cúc Di Diệu Dương Đoan Hạ Hòa "
    "Huệ Kim Liên Liễu Mi Na Nhã Nhiên Nghi Phụng Phượng Quế Sen Thơ Thi Thu Thương Thục Tuyết Thái Vui Yên Hồng Lệ Linh Lộc Lý Ngoan "
    "Nương Phi Phúc Quý Son Tiền Tố Trà Triều Tùng Viên Vinh Vỹ Xoan Xuyến Hường Huế Hậu Gấm Đông"
)

MEN_MIDDLES: Final = listed(
    "Văn Đức Hữu Quang Minh Xuân Đình Ngọc Quốc Công Thanh Anh Tuấn Duy Hoàng Trọng Bá Thế Viết Mạnh Tiến Gia Bảo Nhật Khắc Sỹ Danh Tấn "
    "Trung Thành Hoài Hồng Phúc Thái Chí Việt Vĩnh Hải Đăng Thiện Phước Trường Nguyên Hùng Khánh Bình Cao Đắc Huy Như Phú Phi Tất Thiên "
    "Trí Tùng Vũ Tường Sơn Nam Lâm Kim Đại Doãn Cảnh Bách Ánh Hà Kiến Long Mậu Năng Nho Phương Quý Song Sinh Thượng Trần Lê Nguyễn Phan "
    "Phạm Bùi Đỗ"
)

WOMEN_MIDDLES: Final = listed(
    "Ngọc Thanh Thu Phương Minh Kim Hồng Bích Mỹ Thùy Thúy Hoài Kiều Lan Diệu Khánh Bảo Hương Quỳnh Mai Tuyết Như Xuân Cẩm Ánh Lệ Hải "
    "Hà Thảo Vân Anh Linh Huyền Yến Nhật Trúc Tường Hoàng Tú Gia Diễm Diệp Uyên Băng Tố Châu Cát Đan Đoan Hạnh Hiền Hồ Hạ Khả Lam Ly "
    "Mộng My Nguyên Nguyệt Nhã Nhi Phúc Phượng Quế Song Thái Thanh Thiên Thục Tiểu Trà Trâm Tuệ Vi Việt Xuyến Ý Yên An Ái Bạch Bình "
    "Chi Đông Giang Hòa Huệ Lê Nguyễn Trần Phan Phạm"
)

HIGHLAND_GIVEN: Final = listed(
    "Bhăm Blim Đoan Hơ Krông Lam Ngọc Nhung Phương Siêng Thu Tuyên Wơn Y Ban Bli Brim Brêu Dơng Gái Hlinh Huy Jen Kiên Lanh Lim "
    "Long Mai Mi Nga Nhi Nia Pum Quang Riu Rim Sim Thanh Thoan Thuỷ Tin Trang Tuấn Yên Zưn"
)
