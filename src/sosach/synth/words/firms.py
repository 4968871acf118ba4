"""Words for the names of organisations that own vehicles."""

from typing import Final

from sosach.synth.words import listed

FORMS: Final = (
    "CÔNG TY TNHH",
    "CÔNG TY CỔ PHẦN",
    "CÔNG TY TNHH MTV",
    "HỢP TÁC XÃ",
    "DOANH NGHIỆP TƯ NHÂN",
    "TRƯỜNG THPT",
    "BỆNH VIỆN ĐA KHOA",
)

FORMS_SHORT: Final = ("CTY TNHH", "CTY CP", "CTY TNHH MTV", "HTX", "DNTN", "THPT", "BVĐK")
"""How clerks shorten them, in the same order."""

TRADES: Final = ("THƯƠNG MẠI", "VẬN TẢI", "XÂY DỰNG", "DU LỊCH", "SẢN XUẤT", "DỊCH VỤ", "NÔNG NGHIỆP", "CƠ KHÍ", "")

PROPER: Final = listed(
    "HOÀNG GIA,TÂN PHÁT,MINH PHÁT,AN THỊNH,ĐẠI PHÁT,HƯNG THỊNH,THÀNH CÔNG,PHÚ QUÝ,TRƯỜNG SƠN,BÌNH MINH,HẢI ÂU,SAO MAI,ĐÔNG Á,NAM VIỆT,BẮC NAM,"
    "VIỆT ANH,QUANG MINH,HÒA BÌNH,LONG HẢI,TIẾN ĐẠT,KIM LONG,THIÊN PHÚ,GIA HƯNG,NHẤT TÍN,PHƯƠNG ĐÔNG,TOÀN CẦU,ĐẠI DƯƠNG,HỒNG HÀ,SÔNG LÔ,CỬU LONG",
    ",",
)

LENDERS: Final = (
    "NGÂN HÀNG TMCP ĐẠI LỘC",
    "CÔNG TY CHO THUÊ TÀI CHÍNH AN PHÚ",
    "CỬA HÀNG XE MÁY HƯNG PHÁT",
    "ĐẠI LÝ Ô TÔ THÀNH ĐẠT",
)
"""Banks and dealers (invented) whose name stays on a vehicle they no longer own."""
