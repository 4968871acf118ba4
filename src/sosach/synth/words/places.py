"""Street and hamlet names for synthetic addresses."""

from typing import Final

from sosach.synth.words import listed

STREETS: Final = listed(
    "Lê Lợi,Trần Hưng Đạo,Nguyễn Huệ,Quang Trung,Hai Bà Trưng,Lý Thường Kiệt,Nguyễn Trãi,Lê Duẩn,Hùng Vương,Nguyễn Văn Cừ,Trần Phú,Lê Hồng Phong,"
    "Nguyễn Thị Minh Khai,Phan Đình Phùng,Ngô Quyền,Đinh Tiên Hoàng,Lê Thánh Tông,Nguyễn Du,Phan Chu Trinh,Phan Bội Châu,Hoàng Hoa Thám,"
    "Hoàng Văn Thụ,Nguyễn Công Trứ,Bà Triệu,Trần Quang Khải,Trần Nhật Duật,Lý Thái Tổ,Lý Nam Đế,Điện Biên Phủ,Cách Mạng Tháng Tám,30/4,2/9,"
    "Võ Thị Sáu,Nguyễn Đình Chiểu,Bùi Thị Xuân,Nguyễn Bỉnh Khiêm,Trần Quốc Toản,Yết Kiêu,Lạc Long Quân,Âu Cơ,Xuân Diệu,Tố Hữu,Hàn Mặc Tử,"
    "Chu Văn An,Lương Thế Vinh,Mạc Đĩnh Chi,Tôn Đức Thắng,Võ Văn Kiệt,Võ Nguyên Giáp,Phạm Văn Đồng,Trường Chinh,Giải Phóng,Kim Mã,Láng Hạ,"
    "Thái Hà,Cầu Giấy,Minh Khai,Tây Sơn,Lê Văn Sỹ,Phạm Ngũ Lão,Nguyễn Trung Trực,Trần Bình Trọng,Tô Hiến Thành,Đồng Khởi,Hòa Bình",
    ",",
)

HAMLETS: Final = listed(
    "Đông,Đoài,Trung,Thượng,Hạ,Nội,Ngoại,Phú Thọ,Phú An,Phú Hòa,Tân Lập,Tân Tiến,Tân Hòa,Tân Thành,Hòa Bình,Hòa Hiệp,An Bình,An Lạc,An Thạnh,"
    "Bình An,Bình Minh,Đồng Tâm,Đoàn Kết,Thống Nhất,Quyết Thắng,Quyết Tiến,Vĩnh Thạnh,Vĩnh Phước,Mỹ Hòa,Mỹ Long,Thạnh Phú,Thạnh Lợi,Long Hòa,"
    "Long Thạnh,Xuân Hòa,Xuân Lai,Xuân Sơn,Yên Phú,Yên Khê,Cổ Loa,Cẩm La,Bản Mới,Nà Pán,Nà Lầu,Khuổi Nậm,Phiêng Lơi,Buôn Hồ,Ea Tam,Đắk Nia,"
    "Làng Mới,Sóc Trâu,Giồng Trôm,Rạch Gòi,Cái Tắc,Kinh Mới,Bàu Sen,Gò Dầu,Trảng Lớn,Suối Sâu,Đồi Cao,Chùa,Đình,Chợ,Giếng,Bến,Cầu,Mới",
    ",",
)

NORTH: Final = frozenset(listed("01 02 04 06 08 10 11 12 14 15 17 19 20 22 24 25 26 27 30 31 33 34 35 36 37 38 40 42"))
"""GSO codes of the old provinces that write alleys in the northern way (ngõ, ngách) and say thôn, xóm."""
