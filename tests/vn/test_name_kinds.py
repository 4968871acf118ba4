"""What is wrong with a name, and what is no person's name: form, substance, organisations, several owners, fillers."""

import unicodedata

import pytest

from sosach.base.findings import Severity
from sosach.vn import names
from sosach.vn.catalogue import catalogue
from sosach.vn.names import cleaning, lexicon, organisations
from sosach.vn.tables import table

FILLERS = "AAAA|TEST|Test Nguyễn|XXX|xxx|KHONG RO|không rõ|Không xác định|chưa rõ chủ|CHƯA CÓ|N/A|-|...|111111|VÔ DANH|ABCD|null|asdf"
ORGANISATIONS = (
    "CTY TNHH ABC|C.TY TNHH MTV SAO MAI|Công ty Cổ phần Đầu tư 36|CONG TY ABC|DNTN Hoàng Long|HTX Vận tải 19/5|T.N.H.H SAO MAI"
    "|UBND xã Hòa Bình|Uỷ ban nhân dân xã|TRƯỜNG TIỂU HỌC KIM ĐỒNG|TRUONG THCS LE LOI|Ban quản lý dự án|Chi cục Thuế|TỔNG CÔNG TY 319"
    "|ABC CO., LTD|HOANG LONG JSC|Công an xã Tân Lập|Sở Y tế|Chùa Một Cột|LÂM TRƯỜNG SÔNG HIẾU|Văn phòng Đăng ký đất đai"
    "|Hộ kinh doanh Nguyễn Văn An|BENH VIEN DA KHOA|Nguyễn Văn An - CTY TNHH An Phát|XÍ NGHIỆP 2"
)
PEOPLE = (
    "Nguyễn Văn Trường|Hoàng Ban|TRƯƠNG THỊ BA|LÂM TRƯỜNG SƠN|Nguyễn Công Tý|VĂN PHONG|Bàn Thị Chi|Lê Thành Uỷ|Đoàn Văn Cục|Tống Cúc"
    "|Nguyễn Ngân Hàng|Hội Văn An|Trần Sở|Đinh Công An|Nông Trường Giang|Chử Đồng Tử"
)


def codes(text: str) -> list[str]:
    return [finding.code for finding in names.explain(text).findings]


def proposal(text: str, code: str) -> str | None:
    return next(finding.proposed for finding in names.explain(text).findings if finding.code == code)


# findings of form -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "display"),
    [
        ("nguyễn VĂN a", "NAM-01", "NGUYỄN VĂN A"),
        (unicodedata.normalize("NFD", "Nguyễn Văn Hùng"), "NAM-02", "NGUYỄN VĂN HÙNG"),
        ("Nguyễn  Văn Hùng", "NAM-03", "NGUYỄN VĂN HÙNG"),
        ("Nguyễn Văn Hùng ", "NAM-03", "NGUYỄN VĂN HÙNG"),
        ("Nguyễn\u00a0Văn\tHùng", "NAM-03", "NGUYỄN VĂN HÙNG"),
        ("Nguyễn Văn\u200b Hùng", "NAM-03", "NGUYỄN VĂN HÙNG"),
        ("Nguyễn Văn Hùng.", "NAM-03", "NGUYỄN VĂN HÙNG"),
        ("NGUYỄN.VĂN.HÙNG", "NAM-03", "NGUYỄN VĂN HÙNG"),
        ("Ðặng Văn Hòa", "NAM-04", "ĐẶNG VĂN HÒA"),
        ("Ðoàn Văn Hà", "NAM-04", "ĐOÀN VĂN HÀ"),
        ("NGUYỄN VĂN \u041dÙNG", "NAM-04", "NGUYỄN VĂN HÙNG"),
        ("Ｎguyễn Văn Hùng", "NAM-04", "NGUYỄN VĂN HÙNG"),
        ("Nguyễn Thị Qúy", "NAM-05", "NGUYỄN THỊ QUÝ"),
    ],
)
def test_forms_are_mended_and_told(text: str, code: str, display: str) -> None:
    reading = names.explain(text)
    assert [(f.code, f.proposed) for f in reading.findings] == [(code, display)]
    assert reading.display == display
    assert catalogue()[code].severity is Severity.INFO


@pytest.mark.parametrize(
    ("text", "display"),
    [
        ("Trần Bé (Tư)", "TRẦN BÉ"),
        ("Trần Bé (Tư Cận", "TRẦN BÉ"),
        ("Trần Văn Bé [chết]", "TRẦN VĂN BÉ"),
        ("TRẦN VĂN BA TỨC TƯ CỤT", "TRẦN VĂN BA"),
        ('TRẦN VĂN BA "BA BỤNG"', "TRẦN VĂN BA"),
    ],
)
def test_nicknames_are_proposed_away(text: str, display: str) -> None:
    assert (codes(text), proposal(text, "NAM-07"), names.explain(text).display) == (["NAM-07"], display, display)


@pytest.mark.parametrize(
    ("text", "display"),
    [
        ("Ông Nguyễn Văn Tám", "NGUYỄN VĂN TÁM"),
        ("Bà: Trần Thị Bảy", "TRẦN THỊ BẢY"),
        ("ANH LÊ VĂN TÁM", "LÊ VĂN TÁM"),
        ("CHỦ XE: NGUYỄN VĂN AN", "NGUYỄN VĂN AN"),
    ],
)
def test_titles_are_proposed_away(text: str, display: str) -> None:
    assert (codes(text), names.explain(text).display) == (["NAM-08"], display)


@pytest.mark.parametrize(
    "text",
    [
        "ÔNG VĂN TÂN",
        "Ông Ích Khiêm",
        "ÔNG KIỀU TUYẾT HOÀN",
        "Ông Thanh Đức Phát",
        "CHU VĂN AN",
        "Chu Nguyễn Minh Anh",
        "Bá Văn An",
        "ANH THƠ",
    ],
)
def test_surnames_that_look_like_titles_stay(text: str) -> None:
    assert (codes(text), names.explain(text).display) == ([], text.upper())


# findings of substance ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nguyễn Văn Hùng 2", ["NAM-09"]),
        ("NGUYỄN V@N HÙNG", ["NAM-09", "NAM-13"]),
        ("Nguyễn Văn Hüng", ["NAM-09", "NAM-13"]),
        ("NGUYỄN VĂN HÙNG + 1", ["NAM-09"]),
        ("H0ÀNG VĂN AN", ["NAM-09"]),
        ("A", ["NAM-10"]),
        ("Hùng", ["NAM-11"]),
        ("Nguyễn Phúc Bảo Long Ngọc Minh Anh", ["NAM-12"]),
        ("Nguyễn Vawn Hùng", ["NAM-13"]),
        ("NG VĂN AN", ["NAM-13"]),
        ("JOHN SMITH", ["NAM-13"]),
        ("張偉", ["NAM-09"]),
        ("123", ["NAM-09"]),
    ],
)
def test_what_no_name_has(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_letters_typed_as_digits_are_proposed_only() -> None:
    assert proposal("H0ÀNG VĂN AN", "NAM-09") == "HOÀNG VĂN AN"
    assert proposal("Nguyễn Văn Hùng 2", "NAM-09") is None
    assert names.explain("H0ÀNG VĂN AN").display == "HÀNG VĂN AN"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NguyÔn V¨n Hïng", "ENC-01"),
        ("Nguyeãn Vaên Huøng", "ENC-01"),
        ("Nguyá»…n VÄƒn HÃ¹ng", "ENC-02"),
        ("Nguye^~n Va(n Hu`ng", "ENC-03"),
        ("Nguyeenx Vawn Hungf", "ENC-03"),
    ],
)
def test_legacy_encodings_are_read_and_told(text: str, code: str) -> None:
    reading = names.explain(text)
    assert reading.display == "NGUYỄN VĂN HÙNG"
    assert [(f.code, f.value, f.proposed) for f in reading.findings] == [(code, text, "Nguyễn Văn Hùng")]


@pytest.mark.parametrize(
    "text",
    FILLERS.split("|"),
)
def test_fillers(text: str) -> None:
    assert (names.explain(text).kind, codes(text)) == ("test", ["NAM-15"])


@pytest.mark.parametrize(
    "text", ["Khổng Văn An", "Võ Danh", "Đặng Cập Nhật", "Hồ Tên", "Đặng Xác Minh", "Chu Xuân Xe", "Lê Na"]
)
def test_people_who_sound_like_fillers(text: str) -> None:
    assert (names.explain(text).kind, codes(text)) == ("person", [])


# organisations --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ORGANISATIONS.split("|"),
)
def test_organisations(text: str) -> None:
    reading = names.explain(text)
    assert (reading.kind, reading.family, reading.given) == ("organisation", "", "")
    assert "ORG-01" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ngân hàng TMCP Á Châu",
        "VIETCOMBANK",
        "NGAN HANG ABC",
        "Cửa hàng xe máy Hoàng Long",
        "Công ty cho thuê tài chính",
    ],
)
def test_dealers_and_banks(text: str) -> None:
    assert (names.explain(text).kind, codes(text)) == ("organisation", ["ORG-02"])


@pytest.mark.parametrize(
    "text",
    PEOPLE.split("|"),
)
def test_people_who_sound_like_organisations(text: str) -> None:
    assert names.explain(text).kind == "person"


@pytest.mark.parametrize(
    "text", ["NGUYEN CONG TY", "TRUONG THI BA", "VAN PHONG", "VO DANH", "DOAN VAN BAN", "TONG CUC"]
)
def test_people_without_accents_stay_people(text: str) -> None:
    assert names.explain(text).kind == "person"


def test_every_phrase_is_recognised_at_the_start() -> None:
    for row in table("organisation_words"):
        assert organisations.kind(f"{row['phrase']} ABC DEF") is not None, row["phrase"]


# several owners -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Văn An và Trần Thị Bé",
        "NGUYỄN VĂN AN, TRẦN THỊ BÉ",
        "Nguyễn Văn An & Trần Thị Bé",
        "Nguyễn Văn An; Trần Thị Bé",
        "Nguyễn Văn An/Trần Thị Bé",
        "Nguyễn Văn An - Trần Thị Bé",
        "Ông Nguyễn Văn An (chồng), bà Trần Thị Bé (vợ)",
        "Nguyễn Văn An\nTrần Thị Bé",
    ],
)
def test_two_owners(text: str) -> None:
    reading = names.explain(text)
    assert (reading.kind, reading.display, reading.others) == ("several", "NGUYỄN VĂN AN", ("TRẦN THỊ BÉ",))
    assert proposal(text, "NAM-14") == "NGUYỄN VĂN AN; TRẦN THỊ BÉ"


def test_owners_without_accents_and_more_than_two() -> None:
    assert names.explain("NGUYEN VAN AN VA TRAN THI BE").others == ("TRAN THI BE",)
    assert names.explain("Lê An, Vũ Bình, Đỗ Chi").others == ("VŨ BÌNH", "ĐỖ CHI")


@pytest.mark.parametrize("text", ["SÙNG A VÀ", "Nguyễn Văn An, Hà Nội", "Nguyễn Văn An, Bé", "Y-Bhơn Niê", "Lê Và"])
def test_one_owner(text: str) -> None:
    assert names.explain(text).kind == "person"
    assert cleaning.owners(text.upper()) == []


# lists and catalogue --------------------------------------------------------------------------------------------------


def test_every_pattern_of_dirty_names_has_a_check() -> None:
    covered = {
        pattern
        for check in catalogue().values()
        if check.code[:3] in {"NAM", "ORG", "ENC"}
        for pattern in check.patterns
    }
    wanted = {
        row["code"]
        for row in table("dirty_patterns")
        if row["code"].startswith(("NAME_", "ORG_")) or row["code"] == "TEST_DATA"
    }
    assert wanted <= covered


def test_word_lists_are_sound() -> None:
    assert len(lexicon.SURNAMES) >= 150
    assert len({row["surname"] for row in table("surnames")}) == len(table("surnames"))
    assert {row["where"] for row in table("organisation_words")} == {"start", "follow2", "any"}
    assert {row["kind"] for row in table("organisation_words")} == {"organisation", "seller"}
    assert lexicon.COMMON_SURNAME_KEYS <= lexicon.SURNAME_KEYS
