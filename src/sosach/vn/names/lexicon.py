"""Word lists behind the reading of names: surnames, minority name parts, titles, words that stand for no name."""

from sosach.vn import syllables
from sosach.vn.tables import table


def _upper(column: str, name: str) -> frozenset[str]:
    return frozenset(row[column].upper() for row in table(name))


SURNAMES = _upper("surname", "surnames")  # accented, upper case; some have two words
SURNAME_KEYS = frozenset(map(syllables.strip, SURNAMES))  # the same without marks
# Surnames that exist only with marks: written without them, the whole name has lost its accents.
MARKED_SURNAME_KEYS = SURNAME_KEYS - SURNAMES
# Surnames of two words, without marks; Nguyễn Phúc and Lê Trần are left out, since there the second word is mostly a middle name.
COMPOUND_SURNAME_KEYS = frozenset(key for key in SURNAME_KEYS if " " in key) - {"NGUYEN PHUC", "LE TRAN"}
COMPOUND_FIRST = frozenset(name.split(" ")[0] for name in SURNAMES if syllables.strip(name) in COMPOUND_SURNAME_KEYS)
COMMON_SURNAMES = frozenset(
    name.upper() for row in table("surname_frequency") for name in row["surname"].split("/") if name != "(other)"
)
COMMON_SURNAME_KEYS = frozenset(map(syllables.strip, COMMON_SURNAMES))
PROVINCE_KEYS = frozenset(syllables.strip(row["province_pre2025"]).upper() for row in table("pin_province_codes"))

_PARTS = _upper("part", "minority_name_parts") | frozenset(word for name in SURNAMES for word in name.split(" "))
# Accented and bare, without those that are Vietnamese syllables as well.
MINORITY_PARTS = frozenset(
    word
    for word in _PARTS | frozenset(map(syllables.strip, _PARTS))
    if not syllables.is_syllable(word) and not syllables.is_toneless_syllable(word)
)
_OWN_SURNAMES = frozenset(row["surname"].upper() for row in table("surnames") if row["people"] != "Kinh")
# First words after which the others need not be Vietnamese: of the Central Highlands, of the Khmer, surnames of one people.
MINORITY_FIRST = frozenset(
    {"Y", "A", "K", "H", "KA", "ĐIỂU", "DIEU", "THẠCH", "SƠN", "DANH", "KIM", "CHAU", "KIÊN"}
    | {name.split(" ")[0] for name in _OWN_SURNAMES}
)
# Letters of other languages of Viet Nam (Ê Đê, Gia Rai, M'Nông …) beside F, J, W, Z.
MINORITY_LETTERS = frozenset("FJWZČĈÑŎŬĬĔƀɃǾ\u0306")
LETTERS = syllables.LETTERS | MINORITY_LETTERS | frozenset(" '-")  # all that a name may be made of

TITLES = frozenset({"ÔNG", "BÀ", "ANH", "CHỊ", "CÔ", "CHÚ", "BÁC", "CỤ", "THẦY", "MR", "MRS", "MS"})
TITLES_AND_SURNAMES = frozenset({"ÔNG", "ANH", "ONG", "BA"})
BARE_TITLES = frozenset({"ONG", "BA", "MR", "MRS", "MS"})  # recognised without accents too
LABELS = ("HỌ VÀ TÊN:", "HỌ TÊN:", "CHỦ XE:", "TÊN CHỦ XE:", "CHỦ SỞ HỮU:", "CHỦ HỘ:", "TÊN:")
ALIAS_WORDS = ("TỨC", "TỨC LÀ", "GỌI LÀ", "CÒN GỌI LÀ", "TÊN GỌI KHÁC", "TÊN KHÁC", "BIỆT DANH", "BÍ DANH")

# What is written when nobody knows: recognised at the start of the text; the second line also without accents, where no name reads so.
_SAID_WITH_MARKS = "VÔ DANH|KHUYẾT DANH|CHỦ XE|TÊN CHỦ XE|HỌ VÀ TÊN|HỌ TÊN|ĐANG XÁC MINH|KHÁCH HÀNG|KHÁCH LẺ"
_SAID = (
    "KHÔNG RÕ|KHÔNG XÁC ĐỊNH|KHÔNG CÓ|KHÔNG BIẾT|KHÔNG TÊN|KHÔNG NHỚ|KHÔNG ĐỌC|KHÔNG THÔNG TIN|CHƯA RÕ|CHƯA CÓ|CHƯA XÁC ĐỊNH"
    "|CHƯA BIẾT|CHƯA CẬP NHẬT|ĐANG CẬP NHẬT"
)
PLACEHOLDER_PHRASES = tuple(f"{_SAID}|{_SAID_WITH_MARKS}".split("|"))
BARE_PLACEHOLDER_PHRASES = tuple(syllables.strip(_SAID).split("|"))
PLACEHOLDER_FIRST = frozenset(phrase.split(" ")[0] for phrase in PLACEHOLDER_PHRASES + BARE_PLACEHOLDER_PHRASES)
PLACEHOLDER_WORDS = frozenset(
    {"TEST", "TESTER", "TESTING", "DEMO", "ASDF", "QWERTY", "NULL", "NONE", "UNKNOWN", "SAMPLE"}
)
