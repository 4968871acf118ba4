"""Makers and models of vehicles: who builds what, how their chassis and engine numbers look, since when."""

from dataclasses import dataclass
from typing import Final

MOTORBIKE, MOPED, ELECTRIC, CAR, BUS, TRUCK, VAN, TRAILER, SEMI_TRAILER = range(9)

KINDS: Final = (
    "Xe mô tô", "Xe gắn máy", "Xe máy điện", "Xe ô tô con", "Xe ô tô khách", "Xe ô tô tải", "Xe ô tô tải van", "Rơ moóc", "Sơ mi rơ moóc",
)  # fmt: skip
"""Vehicle kinds as registers write them, by code."""

KIND_SHARES: Final = (0.895, 0.01, 0.025, 0.045, 0.003, 0.014, 0.003, 0.002, 0.003)

YEAR_LETTERS: Final = "123456789ABCDEFGHJKLMNPRSTVWXY"
"""10th character of a VIN, from 2001 on; it comes back every 30 years."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it stands in the register.

    Attributes:
        kind: code of the vehicle kind.
        brand, name: nhãn hiệu, số loại.
        wmi, vds: first three characters of the chassis number, the five after them.
        engine: head of the engine number; a trailer has none.
        digits: digits of the engine number after the head.
        weight: how common.
        since: first year built.
    """

    kind: int
    brand: str
    name: str
    wmi: str
    vds: str
    engine: str
    digits: int
    weight: float
    since: int


MODELS: Final = tuple(
    Model(*row)
    for row in (
        (MOTORBIKE, "HONDA", "WAVE ALPHA", "RLH", "JA390", "JA39E-", 7, 20, 2002),
        (MOTORBIKE, "HONDA", "WAVE RSX", "RLH", "JA380", "JA38E-", 7, 8, 2005),
        (MOTORBIKE, "HONDA", "DREAM", "RLH", "HA080", "HA08E-", 7, 8, 1995),
        (MOTORBIKE, "HONDA", "FUTURE", "RLH", "JC540", "JC54E-", 7, 7, 1999),
        (MOTORBIKE, "HONDA", "AIR BLADE", "RLH", "JF460", "JF46E-", 7, 9, 2007),
        (MOTORBIKE, "HONDA", "VISION", "RLH", "JF580", "JF58E-", 7, 9, 2011),
        (MOTORBIKE, "HONDA", "LEAD", "RLH", "JF450", "JF45E-", 7, 5, 2008),
        (MOTORBIKE, "HONDA", "SH MODE", "RLH", "JF510", "JF51E-", 7, 3, 2013),
        (MOTORBIKE, "HONDA", "SH125I", "RLH", "JF420", "JF42E-", 7, 3, 2009),
        (MOTORBIKE, "HONDA", "WINNER X", "RLH", "KC410", "KC41E-", 7, 2, 2016),
        (MOTORBIKE, "YAMAHA", "SIRIUS", "RLC", "S5C60", "5C64-", 6, 9, 1999),
        (MOTORBIKE, "YAMAHA", "JUPITER", "RLC", "J5B90", "5B94-", 6, 4, 2002),
        (MOTORBIKE, "YAMAHA", "EXCITER", "RLC", "G3D40", "G3D4E-", 6, 6, 2006),
        (MOTORBIKE, "YAMAHA", "NOUVO", "RLC", "N5P10", "5P11-", 6, 3, 2003),
        (MOTORBIKE, "YAMAHA", "JANUS", "RLC", "E3Y40", "E3Y4E-", 6, 2, 2016),
        (MOTORBIKE, "SUZUKI", "RAIDER", "RLS", "BF4A0", "F4A5-", 6, 1.5, 2000),
        (MOTORBIKE, "SUZUKI", "VIVA", "RLS", "BE4D0", "E441-", 6, 1.2, 1997),
        (MOTORBIKE, "SYM", "ATTILA", "RLG", "H12V0", "VMM9B-", 6, 2.5, 1998),
        (MOTORBIKE, "SYM", "ELEGANT", "RLG", "SD100", "VMSD1-", 6, 2, 2008),
        (MOTORBIKE, "PIAGGIO", "LIBERTY", "RLP", "M7310", "M731M-", 6, 1.2, 2009),
        (MOTORBIKE, "PIAGGIO", "VESPA LX", "RLP", "M4430", "M443M-", 6, 1.0, 2009),
        (MOTORBIKE, "LONCIN", "LX110", "RLK", "DCH10", "LC150FMG-", 7, 2, 1999),
        (MOPED, "SYM", "ANGELA 50", "RLG", "VC500", "VCA-", 6, 2, 2008),
        (MOPED, "HONDA", "CUB 50", "RLH", "C5000", "C50E-", 7, 2, 1995),
        (ELECTRIC, "VINFAST", "KLARA S", "RLL", "VKS10", "VFKLA", 8, 3, 2018),
        (ELECTRIC, "VINFAST", "EVO 200", "RLL", "VEV20", "VFEVO", 8, 3, 2022),
        (ELECTRIC, "YADEA", "XMEN NEO", "RLY", "YXN10", "YDXME", 8, 1, 2016),
        (CAR, "TOYOTA", "VIOS", "RL4", "BT9F3", "2NRX", 6, 8, 2003),
        (CAR, "TOYOTA", "INNOVA", "RL4", "XW42G", "1TRA", 6, 5, 2006),
        (CAR, "TOYOTA", "COROLLA", "RL4", "AE112", "1ZZE", 6, 3, 1997),
        (CAR, "HYUNDAI", "ACCENT", "RLU", "C41BB", "G4LCJ", 6, 6, 2011),
        (CAR, "HYUNDAI", "GRAND I10", "RLU", "A51BB", "G4LAH", 6, 6, 2014),
        (CAR, "KIA", "MORNING", "RLN", "TB51A", "G4LAE", 6, 5, 2008),
        (CAR, "FORD", "RANGER", "RL0", "UMFD4", "YN2QP", 6, 4, 2002),
        (CAR, "MAZDA", "CX-5", "RLM", "KW2W7", "PYC3", 6, 4, 2013),
        (CAR, "MITSUBISHI", "XPANDER", "RLA", "NC1WL", "4A91F", 6, 4, 2018),
        (CAR, "DAEWOO", "MATIZ", "RLD", "KLA4A", "F8CB", 6, 2, 1998),
        (CAR, "VINFAST", "VF 5", "RLL", "5EAAS", "VFDAB", 6, 3, 2022),
        (CAR, "VINFAST", "FADIL", "RLL", "MF486", "LCVB", 6, 3, 2019),
        (BUS, "HYUNDAI", "COUNTY", "RLU", "HD17M", "D4DDC", 6, 3, 1998),
        (BUS, "THACO", "TB120S", "RLT", "TB12S", "WP10", 7, 2, 2012),
        (TRUCK, "HINO", "300 SERIES", "RLV", "XZU7L", "N04CU", 6, 3, 1998),
        (TRUCK, "ISUZU", "QKR", "RLE", "NKR77", "4JH1E", 6, 3, 1999),
        (TRUCK, "THACO", "OLLIN", "RLT", "LL700", "YZ4DB", 6, 4, 2007),
        (TRUCK, "HYUNDAI", "HD72", "RLU", "HD72D", "D4DBB", 6, 3, 1996),
        (TRUCK, "KIA", "K2700", "RLN", "SD2P2", "J2A", 6, 2, 1996),
        (VAN, "SUZUKI", "SUPER CARRY VAN", "RLS", "GD21V", "F10AE", 6, 2, 1997),
        (VAN, "THACO", "TOWNER VAN", "RLT", "TW2S5", "DA465", 7, 2, 2014),
        (TRAILER, "DOOSUNG", "DV-CT", "RLX", "DVCT0", "", 0, 1, 1996),
        (SEMI_TRAILER, "CIMC", "ZJV9400", "RLX", "ZJV94", "", 0, 2, 1998),
        (SEMI_TRAILER, "DOOSUNG", "DV-CSKS", "RLX", "DVCSK", "", 0, 1, 1999),
    )
)

COLOURS: Final = (
    "Đen",
    "Đỏ",
    "Trắng",
    "Xanh",
    "Xám",
    "Bạc",
    "Nâu",
    "Vàng",
    "Đỏ - Đen",
    "Xanh - Đen",
    "Trắng - Đen",
    "Tím",
)
COLOUR_WEIGHTS: Final = (22, 18, 14, 12, 8, 5, 4, 2, 8, 4, 3, 1)
