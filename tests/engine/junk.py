"""Tables of rubbish for all registers: any Unicode, numbers, dates, values of other columns, damaged values, nothing."""

from random import Random

from tests.engine.running import Given

from sosach.base.registers import Register, column_names

MOST_ROWS = 6

PLAUSIBLE = (
    *("038080900101", "38080900101", "038180900102", "171900101", "3.80809E+10", "038080900101.0", "O38O809OO1O1"),
    *("36-B1 123.45", "36B112345", "80-011-NG-01", "QA-12-34", "30A-123.45", "T-36-123.45", "29/Feb"),
    *("RLHJA3907FY900001", "JA39E9000001", "RLHZZI234ZY123456", "HONDA", "Hon đa", "Xe mô tô", "Xe con", "Trắng"),
    *("NGUYỄN VĂN AN", "Nguyễn Thị Bình", "TrÇn ThÞ H»ng", "Traàn Thò Myõ Leä", "H' Hen Niê", "Công ty TNHH An Bình"),
    *("Ông Lê Văn Cả (chết)", "Nguyễn Văn An và Trần Thị Bé", "không rõ", "UBND xã Quan Sơn", "A", "NULL", "test"),
    *("12/04/1980", "1980", "2015-03-15", "31/02/1980", "04/13/1980", "29/02/2023", "1/1/1900", "44197", "00/00/0000"),
    *("Xã Quan Sơn, Tỉnh Thanh Hóa", "Thôn 1, Xã Trung Thượng, Huyện Quan Sơn, Tỉnh Thanh Hóa", "Hà Nội, Việt Nam"),
    *("Khu 2, Thị trấn Sơn Lư, Huyện Quan Sơn, Thanh Hóa", "Phường Phúc Xá, Quận Ba Đình, Hà Nội", ",,,", "VN"),
    *("Nam", "Nữ", "0", "1", "Còn sống", "Đã chết", "Đã xuất cảnh", "Đang sử dụng", "Đã bán", "Mất cắp", "Thu hồi"),
    *("A1", "B2, C", "A1, B2, FC", "Không thời hạn", "380159000001", "Z081096", "PET", "Giấy", "0912345678", "16228"),
)
CHARACTERS = (
    *"ẮẰẲẴẶạảãàá ĐđƠƯươÂậ̀̃̉́,.;:-/\\'\"`“”‘’()[]{}<>=+*&%$#@!?_|~^§©",
    *"\t\n\r\x00\x07\x1b\x7f\x85\xa0\u200b\u200d\u202e\u2028\ufeff\ufffd\ufdfa\U0001f600\U0010ffff",
    *"0123456789٣२１２Ⅳ½²OIl|АВЕ漢字ไทยעב𝟙ﬁß",
)


def cell(random: Random) -> str | None:
    """One cell of rubbish."""
    kind = random.randrange(10)
    if kind < 2:
        return random.choice((None, "", " ", "-"))
    if kind < 5:
        return random.choice(PLAUSIBLE)
    if kind < 7:
        return _damaged(random, random.choice(PLAUSIBLE))
    if kind == 7:
        number = random.choice((random.randint(-(10**13), 10**13), random.gauss(0, 1e6), random.randint(0, 9) * 10**30))
        return str(number)
    if kind == 8:
        sign = random.choice("/-. ")
        return sign.join(str(random.randint(0, most)) for most in random.sample((40, 13, 2100, 99), 3))
    return "".join(_character(random) for _ in range(random.choice((1, 3, 12, 12, 400))))


def _damaged(random: Random, text: str) -> str:
    at, to = sorted((random.randint(0, len(text)), random.randint(0, len(text))))
    inside = random.choice(("", text[at:to] * 2, text[at:to].lower(), _character(random), " " * 3))
    return text[:at] + inside + text[to:]


def _character(random: Random) -> str:
    if random.random() < 0.7:
        return random.choice(CHARACTERS)
    code = random.randrange(0x110000)
    return chr(code) if not 0xD800 <= code < 0xE000 else "?"


def table(random: Random, register: Register) -> list[Given]:
    """A table of one to six rows; some columns are empty throughout, as exports have them."""
    columns = [name for name in column_names(register) if random.random() < 0.8]
    return [{name: cell(random) for name in columns} for _ in range(random.randint(1, MOST_ROWS))]


def tables(random: Random, count: int) -> dict[Register, list[Given]]:
    """The rows of that many tables of each register, one after the other."""
    return {register: [row for _ in range(count) for row in table(random, register)] for register in Register}
